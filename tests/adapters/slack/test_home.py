"""A person's home as Slack's App Home."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.home import MOST_BLOCKS, SIZES, page_shown, page_turned, view
from core.home import read_home
from core.ports import Store, Work
from core.rows import Event, Reminder, Task
from core.tasks import Due, with_due
from core.when.wall import WallTime, wall
from tests.adapters.slack.views import refused, texts
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

SNAPSHOTS = Path(__file__).parent / "snapshots"


async def shown(box: Toolbox, page: int = 0) -> dict[str, Any]:
    return view(await read_home(box.store, box.owner, box.now, page, SIZES))


def ticks(home: dict[str, Any]) -> list[str]:
    """The commands of the boxes."""
    return [
        option["value"]
        for block in home["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "checkboxes"
        for option in element["options"]
    ]


async def test_an_empty_home(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    home = await shown(box)
    assert refused(home) == []
    assert home == json.loads((SNAPSHOTS / "home_empty.json").read_text())


async def test_a_home_looks_like_this(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_event", title="Stand-up", when="every weekday 10:00-10:15")
    await box.call("create_task", title="<!channel> *late* & <@U1>", due="2026-11-20")
    await box.call("create_task", title="קניות :tada:", priority="high", description="oat\nmilk")
    await box.call("create_reminder", text="call mom", when="tomorrow at 9")
    home = await shown(box)
    assert refused(home) == []
    assert all(text["type"] == "plain_text" and not text["emoji"] for text in texts(home))
    codes = {}
    for number in range(1, 5):
        row = await box.row(number)
        assert row is not None
        codes[row.code] = f"{row.code[0]}000000{number}"
    text = json.dumps(home, ensure_ascii=False)
    for code, stable in codes.items():
        text = text.replace(code, stable)
    assert json.loads(text) == json.loads((SNAPSHOTS / "home.json").read_text())


async def test_the_longest_home_fits(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    now = wall(clock.now(), "Europe/Lisbon").local

    def many(work: Work) -> None:
        owner = box.owner.id
        for number in range(500):
            task = Task(
                title=f"{number} " + "🎉" * 498, description="x" * 9000, zone="Europe/Lisbon"
            )
            past = Due(local=now - timedelta(days=1), day=False, zone="Europe/Lisbon")
            work.tasks.add(owner, with_due(task, past) if number < 20 else task)
        for number in range(60):
            local = now + timedelta(minutes=number)
            at = WallTime(local=local, zone="Europe/Lisbon").instant()
            work.events.add(
                owner,
                Event(
                    title="x" * 500, start_local=local, end_local=local + timedelta(hours=1),
                    zone="Europe/Lisbon", start_at=at, until_at=at + timedelta(hours=1),
                ),
            )  # fmt: skip
            work.reminders.add(
                owner,
                Reminder(
                    text="y" * 2000, at_local=local, zone="Europe/Lisbon", next_at=at,
                    next_local=local,
                ),
            )  # fmt: skip

    await sqlite_store.run(many)
    seen: list[str] = []
    pages = 13
    for page in range(pages):
        home = await shown(box, page)
        assert refused(home) == []
        assert page_shown(home["private_metadata"]) == page
        # Nothing was cut away at the end.
        assert home["blocks"][-1]["block_id"] == "links"
        assert len(home["blocks"]) <= MOST_BLOCKS
        seen += ticks(home)
    assert len(set(seen)) == len(seen) == 500
    assert all(command.startswith("/done t") for command in seen)
    assert page_shown((await shown(box, pages + 5))["private_metadata"]) == pages - 1


async def test_a_box_is_a_new_one_once_its_row_has_changed(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_task", title="milk")
    before = {block.get("block_id") for block in (await shown(box))["blocks"]}
    await box.call("complete_task", task="#1")
    assert ticks(await shown(box)) == []
    await box.call("undo")
    after = {block.get("block_id") for block in (await shown(box))["blocks"]}
    assert len(before - after) == len(after - before) == 1


def test_turning_the_page() -> None:
    assert page_turned("home:page:on", "3") == 3
    assert page_turned("press:0", "3") is None
    for value in ("", "-1", "x", "²", "9" * 10_000):
        page = page_turned("home:page:on", value)
        assert page is None or page <= 999_999_999


@pytest.mark.parametrize("private", ["", "x", "{}", "[]", "3", '{"page": "1"}', '{"page": -1}'])
def test_a_page_that_was_not_kept_is_the_first(private: str) -> None:
    assert page_shown(private) == 0
