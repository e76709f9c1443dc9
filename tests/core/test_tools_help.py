"""Help, calendar links, and what every tool has to hold."""

import hashlib
import json
import re

import pytest

from core.ports import Store
from core.tools import load
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

LINK = re.compile(r"https://pixie\.example\.org/calendar/([\w-]{43})\.ics")


async def live(box: Toolbox) -> list[str]:
    """Hashes of the links that work."""
    feeds = await box.store.read(lambda work: work.feeds.of(box.owner.id))
    return [feed.token_hash for feed in feeds if feed.revoked_at is None]


async def test_a_link_is_shown_once_and_only_its_hash_is_kept(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    done = await box.call("calendar_link", scope="busy")
    found = LINK.search(done.said)
    assert found is not None
    assert await live(box) == [hashlib.sha256(found[1].encode()).hexdigest()]
    assert "12–24 hours" in done.said
    listed = await box.call("calendar_link", action="list")
    assert "your busy times, never read" in listed.said
    assert not LINK.search(listed.said)


async def test_rotating_ends_the_old_link(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("calendar_link")
    (before,) = await live(box)
    done = await box.call("calendar_link", action="rotate")
    (after,) = await live(box)
    assert before != after
    assert "stopped working" in done.said
    assert LINK.search(done.said)


async def test_revoking_one_scope_and_all(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for scope in ("all", "events", "tasks"):
        await box.call("calendar_link", scope=scope)
    done = await box.call("calendar_link", action="revoke", scope="tasks")
    assert done.said == "1 calendar link stopped working."
    assert len(await live(box)) == 2
    await box.call("calendar_link", action="revoke")
    assert await live(box) == []
    done = await box.call("calendar_link", action="revoke")
    assert done.said == "You have no calendar link."
    assert "no such link" in str(await box.refused("calendar_link", action="rotate"))


async def test_links_have_limits(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for _ in range(10):
        await box.call("calendar_link")
    assert "Revoke" in str(await box.refused("calendar_link"))
    assert "one of all" in str(await box.refused("calendar_link", scope="secrets"))
    assert "create" in str(await box.refused("calendar_link", action="steal"))


async def test_without_a_public_address_the_link_says_what_is_missing(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    box.public_url = ""
    assert "PIXIE_PUBLIC_URL" in (await box.call("calendar_link")).said


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("", "Just say it"),
        ("reminders", "remind me"),
        ("task", "buy milk"),
        ("/zone", "/settings shows"),
        ("commands", "/undo – Take back the last change"),
        ("LINK", "/calendar"),
    ],
)
async def test_help_by_example(
    sqlite_store: Store, clock: FakeClock, topic: str, says: str
) -> None:
    box = await toolbox(sqlite_store, clock)
    assert says in (await box.call("help", topic=topic)).said


async def test_help_on_nothing_offers_the_topics(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    error = await box.refused("help", topic="quantum physics")
    assert len(error.buttons) == 10


def test_the_tools_are_those_of_the_contract() -> None:
    names = {"task", "event", "reminder"}
    expected = {f"{verb}_{name}" for verb in ("create", "update", "delete") for name in names}
    expected |= {f"list_{name}s" for name in names} | {"complete_task", "complete_reminder"}
    expected |= {"snooze_reminder", "find_free_time", "agenda", "remember", "search_memory"}
    expected |= {"forget", "show_settings", "change_settings", "undo", "help", "calendar_link"}
    expected |= {"start", "cost", "why", "invite", "link", "unlink", "deliver_to"}
    # For what is attached, and for buttons; models never see these.
    attached = {"preview_calendar", "import_events", "keep_offered", "dismiss_offer"}
    attached |= {"propose_zone", "keep_both"}
    assert not any(load()[name].for_models for name in attached)
    expected |= attached
    assert set(load()) == expected


def test_the_schemas_are_cheap() -> None:
    """Four characters a token; system prompt and schemas stay within 2,500."""
    specs = [tool.spec() for tool in load().values() if tool.for_models]
    text = json.dumps([[s.name, s.description, s.parameters] for s in specs])
    assert len(text) / 4 < 2000
    for spec in specs:
        assert spec.description
        assert spec.parameters["additionalProperties"] is False
        assert '"title": "' not in json.dumps(spec.parameters)


def test_wrong_arguments_are_named() -> None:
    from core.errors import UserError

    with pytest.raises(UserError, match="create_task: title"):
        load()["create_task"].validated({"due": "tomorrow"})
    with pytest.raises(UserError, match="colour"):
        load()["create_task"].validated({"title": "x", "colour": "red"})
