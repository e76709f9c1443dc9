"""Which row is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Stale
from core.ports import Store
from core.references import matches
from core.rows import Note, Task, Thing
from tests.fakes.clock import FakeClock
from tests.toolbox import toolbox

TITLES = (
    "Buy milk",
    "Buy bread",
    "Call the dentist",
    "Write the quarterly report",
    "Review João's report",
    "Купить молоко",
    "report",
)


def named(words: str) -> tuple[list[str], list[str]]:
    rows: list[Thing] = [Task(title=title) for title in TITLES]
    fits, nearly = matches(words, rows)
    return [row.title for row in fits if isinstance(row, Task)], [
        row.title for row in nearly if isinstance(row, Task)
    ]


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("milk", ["Buy milk"]),
        ("the milk task", ["Buy milk"]),
        ("BUY MILK", ["Buy milk"]),
        ("dentist", ["Call the dentist"]),
        ("dentst", ["Call the dentist"]),
        ("dentist appointment", ["Call the dentist"]),
        ("quarterly", ["Write the quarterly report"]),
        ("joão’s report", ["Review João's report"]),
        ("report", ["report"]),
        ("buy", ["Buy milk", "Buy bread"]),
        ("молоко", ["Купить молоко"]),
        ("writing report", []),
        ("buy cheese", []),
        ("🎉", []),
        ("the", ["Call the dentist", "Write the quarterly report"]),
    ],
)
def test_words_of_a_title(words: str, fits: list[str]) -> None:
    assert named(words)[0] == fits


def test_half_of_the_words_is_only_a_guess() -> None:
    assert named("buy cheese") == ([], ["Buy milk", "Buy bread"])


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=6))
def test_any_words_and_titles_can_be_compared(words: str, titles: list[str]) -> None:
    rows: list[Thing] = [Note(text=title) for title in titles]
    fits, nearly = matches(words, rows)
    assert all(row in rows for row in (*fits, *nearly))


async def test_all_the_ways_to_name_a_row(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_task", title="buy milk")
    code = made.cards[0].code
    names = ("1", "#1", "# 1", "no. 1", "number 1", code, code.upper(), f"{code}@1", "milk")
    for words in names:
        asked = await box.refused("update_task", task=words)
        assert asked.asks == f"/move {code}@1", words


async def test_what_is_not_there(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="buy milk")
    for words, says in (
        ("#7", "There is no #7"),
        ("t2222222", "no such task"),
        ("tabcdefg@1", "no such task"),
        ("zeppelin", "no task called “zeppelin”"),
        ("999999999", "There is no #999999999"),
        ("", "Which task?"),
        ("\x00", "Which task?"),
        ("x" * 5000, "no task called"),
    ):
        error = await box.refused("update_task", task=words, priority="high")
        assert says in str(error), words
        assert not isinstance(error, Stale)


async def test_a_guess_is_asked_about_before_it_counts(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_task", title="buy bread")
    error = await box.refused("delete_task", task="buy cheese")
    assert "Did you mean this? #1 buy bread." in str(error)
    assert error.buttons[0].command == f"/delete {made.cards[0].code}@1"
    assert await box.row(1) is not None


async def test_open_before_closed_and_ahead_before_past(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="water plants")
    await box.call("complete_task", task="1")
    await box.call("create_task", title="water plants")
    await box.call("complete_task", task="water plants")
    asked = await box.refused("complete_task", task="water plants")
    assert len(asked.buttons) == 2


async def test_the_answered_card_settles_a_doubt(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_task", title="report for Ana")
    second = await box.call("create_task", title="report for Ben")
    box.replied = (second.cards[0].code,)
    done = await box.call("complete_task", task="report")
    assert done.cards[0].number == 2


async def test_many_choices_are_cut(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    for number in range(8):
        await box.call("create_task", title=f"report {number}x")
    error = await box.refused("complete_task", task="report")
    assert len(error.buttons) == 5
    assert "and 3 more" in str(error)


async def test_the_wrong_kind_leads_to_the_right_tool(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    made = await box.call("create_event", title="Lunch", when="tomorrow 12:00-13:00")
    error = await box.refused("update_task", task="#1", due="Friday {0} {}")
    assert str(error) == "#1 Lunch is an event, not a task."
    assert error.buttons[0].command == f"/move {made.cards[0].code}@1 Friday {{0}} {{}}"


async def test_a_day_that_is_none(store: Store, clock: FakeClock) -> None:
    box = await toolbox(store, clock)
    await box.call("create_event", title="Standup", when="every day 10:00-10:15")
    assert "is not a day" in str(await box.refused("delete_event", event="#1/2026-02-30"))
    assert "does not happen" in str(await box.refused("delete_event", event="#1/2020-01-01"))
