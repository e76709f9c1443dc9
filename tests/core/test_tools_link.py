"""Linking: a code there, the same code here, a preview and a tap; and the way back."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest

from core.linking import CODE_LASTS, MOST_CODES, MOST_WRONG, WINDOW, hashed, is_code, new_code
from core.people import OwnerKind, Person, Role
from core.ports import Store, Work
from core.tool import Outcome
from core.values import Button, OwnerId
from tests import given
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox


async def box(store: Store, clock: FakeClock, platform: str, name: str = "ann") -> Toolbox:
    def unit(work: Work) -> Person:
        person = Person(
            id=OwnerId(""),
            name=name.capitalize(),
            zone="Europe/Lisbon",
            zone_known=True,
            preferred=given.address(name, platform=platform),
            created_at=work.now,
        )
        return work.people.add(person, given.identity(name, platform))

    made = Toolbox(store, clock, await store.run(unit), name)
    made.platform = platform
    return made


async def both(store: Store, clock: FakeClock) -> tuple[Toolbox, Toolbox]:
    """The same person at the terminal and on Telegram, each with things of their own."""
    terminal, telegram = [await box(store, clock, each) for each in ("terminal", "telegram")]
    await terminal.call("create_task", title="buy milk")
    await terminal.call("create_reminder", text="call mom", when="tomorrow at 2pm")
    await telegram.call("create_task", title="water the plants")
    return terminal, telegram


async def code_of(who: Toolbox) -> str:
    done = await who.call("link")
    (code,) = done.secrets
    assert code in done.said.splitlines()
    return code


def labels(buttons: Sequence[Button]) -> list[str]:
    return [button.label for button in buttons]


async def press(who: Toolbox, buttons: Sequence[Button], label: str) -> Outcome:
    """Press a button as the language reads its command."""
    command = next(each for each in buttons if each.label == label).command
    name, *words = command.removeprefix("/").split()
    arguments: dict[str, Any] = {}
    if name == "link":
        arguments = dict(zip(("action", "code", "keep"), words, strict=False))
    elif name == "unlink":
        arguments = {"which": words[0], "confirmed": words[1:] == ["yes"]}
    else:
        name, arguments = "deliver_to", {"where": words[1]}
    return await who.call(name, **arguments)


async def linked(store: Store, clock: FakeClock) -> tuple[Toolbox, Toolbox]:
    terminal, telegram = await both(store, clock)
    shown = await telegram.call("link", code=await code_of(terminal))
    assert (await press(telegram, shown.buttons, "Join them")).changed
    terminal.owner = await store.read(lambda work: _now(work, terminal.owner))
    return terminal, telegram


def _now(work: Work, person: Person) -> Person:
    found = work.people.get(person.id)
    assert found is not None
    return found


# --- the code ---


async def test_a_code_is_shown_and_only_its_hash_is_kept(store: Store, clock: FakeClock) -> None:
    terminal = await box(store, clock, "terminal")
    done = await terminal.call("link")
    (code,) = done.secrets
    assert is_code(code)
    assert done.said.splitlines()[0] == (
        "A code that links the terminal with another platform; it works once, until 09:10:"
    )
    assert code not in done.result
    (row,) = await given.stored(store, "link_codes")
    assert row["code_hash"] == hashed(code)
    assert code not in repr(row)
    assert (await terminal.call("link")).secrets != (code,)
    assert len(await given.stored(store, "link_codes")) == 1


@pytest.mark.parametrize("typed", ["", "lower", "spaces"])
async def test_the_code_typed_elsewhere_shows_what_joining_would_do(
    typed: str, store: Store, clock: FakeClock
) -> None:
    terminal, telegram = await both(store, clock)
    code = await code_of(terminal)
    code = {"lower": code.lower(), "spaces": code.replace("-", " ")}.get(typed, code)
    shown = await telegram.call("link", code=code)
    assert shown.said == (
        "Join Telegram with the terminal? Then you are the same to me on both.\n"
        "• From the terminal: 1 task and 1 reminder.\n"
        "• From Telegram: 1 task.\n"
        "What is on Telegram gets new numbers: #1 becomes #3.\n"
        "You keep the zone Europe/Lisbon, the summary daily at 08:00, quiet hours 22:00–07:00, "
        "language as you write."
    )
    assert labels(shown.buttons) == ["Join them", "Not now"]
    assert not shown.changed
    assert len(await given.stored(store, "links")) == 0


async def test_a_code_works_once_and_for_ten_minutes(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    slack = await box(store, clock, "slack")
    code = await code_of(terminal)
    assert (await telegram.call("link", code=code)).buttons
    assert "does not work" in (await slack.call("link", code=code)).said
    code = await code_of(terminal)
    clock.advance(CODE_LASTS)
    assert "does not work" in (await slack.call("link", code=code)).said


async def test_after_wrong_codes_right_ones_are_refused(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    for _ in range(MOST_WRONG):
        assert "does not work" in (await telegram.call("link", code=new_code())).said
    code = await code_of(terminal)
    assert "too many wrong" in (await telegram.call("link", code=code)).said
    clock.advance(WINDOW + timedelta(seconds=1))
    assert (await telegram.call("link", code=await code_of(terminal))).buttons


async def test_there_are_so_many_codes_an_hour(sqlite_store: Store, clock: FakeClock) -> None:
    terminal = await box(sqlite_store, clock, "terminal")
    for _ in range(MOST_CODES):
        await terminal.call("link")
    assert "an hour at most" in str(await terminal.refused("link"))


async def test_your_own_code_stays_good(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    code = await code_of(terminal)
    assert "code of your own" in (await terminal.call("link", code=code)).said
    assert (await telegram.call("link", code=code)).buttons


@pytest.mark.parametrize("words", ["1", "KTQF-4829", "x" * 5000 + "1", "\0 2", "١٢٣", "👍7"])
async def test_what_is_no_code_is_told(words: str, sqlite_store: Store, clock: FakeClock) -> None:
    terminal = await box(sqlite_store, clock, "terminal")
    assert "does not work" in (await terminal.call("link", code=words)).said


@pytest.mark.parametrize("name", ["link", "unlink", "deliver_to"])
async def test_groups_are_not_linked(name: str, sqlite_store: Store, clock: FakeClock) -> None:
    group = await box(sqlite_store, clock, "telegram")
    await group.set(kind=OwnerKind.GROUP)
    assert str(await group.refused(name))
    assert await given.stored(sqlite_store, "link_codes") == []


async def test_not_now_leaves_them_two(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    shown = await telegram.call("link", code=await code_of(terminal))
    assert "stay two" in (await press(telegram, shown.buttons, "Not now")).said
    assert "waits no longer" in (await press(telegram, shown.buttons, "Join them")).said
    assert await given.stored(store, "links") == []


async def test_who_did_not_type_the_code_cannot_confirm_it(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    bob = await box(store, clock, "telegram", "bob")
    shown = await telegram.call("link", code=await code_of(terminal))
    assert "waits no longer" in (await press(bob, shown.buttons, "Join them")).said
    clock.advance(CODE_LASTS)
    assert "waits no longer" in (await press(telegram, shown.buttons, "Join them")).said
    assert await given.stored(store, "links") == []


# --- joining ---


async def test_a_tap_joins_them(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    shown = await telegram.call("link", code=await code_of(terminal))
    done = await press(telegram, shown.buttons, "Join them")
    assert done.said == (
        "Telegram and the terminal are one now.\n"
        "What was on Telegram has new numbers: #1 is #3 now.\n"
        "Reminders and summaries come to Telegram; “/settings deliver” changes that. "
        "“/unlink” parts them again."
    )
    assert telegram.owner.id == terminal.owner.id
    (notice,) = await given.stored(store, "outbox")
    assert "are one now" in notice["reply"]
    assert notice["destination"] == "terminal::ann"
    tasks = await telegram.call("list_tasks")
    assert [(card.number, card.title) for card in tasks.cards] == [
        (1, "buy milk"),
        (3, "water the plants"),
    ]
    again = await press(telegram, shown.buttons, "Join them")
    assert again.said == "These accounts are one already."


@pytest.mark.parametrize(
    ("keep", "zone", "summary"),
    [("the terminal", "Europe/Lisbon", time(8)), ("Telegram", "Asia/Tokyo", None)],
)
async def test_settings_that_differ_are_asked_for(
    keep: str, zone: str, summary: time | None, store: Store, clock: FakeClock
) -> None:
    terminal, telegram = await both(store, clock)
    await telegram.set(zone="Asia/Tokyo", summary_at=None)
    shown = await telegram.call("link", code=await code_of(terminal))
    assert "• Telegram: the zone Asia/Tokyo, the summary off" in shown.said
    wanted = ["Join, keep the terminal’s", "Join, keep Telegram’s", "Not now"]
    assert labels(shown.buttons) == wanted
    code = shown.buttons[0].command.split()[2]
    for said in ("", "whichever"):
        again = await telegram.call("link", action="join", code=code, keep=said)
        assert labels(again.buttons) == wanted
    assert (await press(telegram, shown.buttons, f"Join, keep {keep}’s")).changed
    assert (telegram.owner.zone, telegram.owner.summary_at) == (zone, summary)
    assert (telegram.owner.summary_next is None) == (summary is None)
    # A terminal is not always open.
    assert telegram.owner.preferred == given.address(platform="telegram")
    shown = await telegram.call("unlink", which="telegram")
    await press(telegram, shown.buttons, "Unlink Telegram")
    back = await store.read(lambda work: work.people.by_identity(given.identity("ann", "telegram")))
    assert back is not None
    assert (back.zone, back.summary_at, back.summary_next) == ("Asia/Tokyo", None, None)


async def test_a_zone_that_is_only_guessed_does_not_count(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    await terminal.set(zone="UTC", zone_known=False)
    await telegram.set(zone="Asia/Tokyo")
    shown = await telegram.call("link", code=await code_of(terminal))
    assert "You keep the zone Asia/Tokyo" in shown.said
    await press(telegram, shown.buttons, "Join them")
    assert (telegram.owner.zone, telegram.owner.zone_known) == ("Asia/Tokyo", True)


async def test_whoever_runs_pixie_still_does(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    await telegram.set(role=Role.OWNER)
    owner = telegram.owner.id
    shown = await telegram.call("link", code=await code_of(terminal))
    assert "What is on the terminal gets new numbers: #1 becomes #2, … #2 becomes #3." in shown.said
    await press(telegram, shown.buttons, "Join them")
    assert (telegram.owner.id, telegram.owner.role) == (owner, Role.OWNER)
    listed = await telegram.call("unlink")
    shown = await press(telegram, listed.buttons, "Unlink the terminal")
    await press(telegram, shown.buttons, "Unlink the terminal")
    people = {row["id"]: row["role"] for row in await given.stored(store, "people")}
    assert people == {owner: "owner", terminal.owner.id: "member"}


async def test_who_blocked_us_elsewhere_is_written_to_here(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await both(store, clock)
    await telegram.set(paused=True)
    shown = await terminal.call("link", code=await code_of(telegram))
    await press(terminal, shown.buttons, "Join them")
    assert terminal.owner.preferred == given.address(platform="terminal")
    assert not terminal.owner.paused


async def test_a_third_account_joins_and_each_can_leave(store: Store, clock: FakeClock) -> None:
    _, telegram = await linked(store, clock)
    clock.advance(minutes=1)
    slack = await box(store, clock, "slack")
    await slack.call("create_task", title="reply to Bob")
    shown = await slack.call("link", code=await code_of(telegram))
    assert "• From the terminal and Telegram: 2 tasks and 1 reminder." in shown.said
    await press(slack, shown.buttons, "Join them")
    listed = await slack.call("unlink")
    assert "the terminal, Telegram and Slack" in listed.said
    assert labels(listed.buttons)[:2] == ["Unlink Telegram", "Unlink Slack"]
    shown = await press(slack, listed.buttons, "Unlink Telegram")
    assert "stays with the terminal" in shown.said
    assert (await press(slack, shown.buttons, "Unlink Telegram")).changed
    assert "the terminal and Slack" in (await slack.call("unlink")).said
    left = await store.read(lambda work: work.people.by_identity(given.identity("ann", "telegram")))
    assert left is not None
    assert left.id != slack.owner.id


# --- parting ---


async def test_unlinking_shows_first_and_a_tap_parts_them(store: Store, clock: FakeClock) -> None:
    terminal, telegram = await linked(store, clock)
    await telegram.call("create_task", title="new on Telegram")
    await terminal.call("create_task", title="new at the terminal")
    for asked in ({}, {"which": "nobody"}, {"which": "slack"}):
        listed = await terminal.call("unlink", **asked)
        assert listed.said.startswith("You are the same to me on the terminal and Telegram.")
        assert labels(listed.buttons) == ["Unlink Telegram", "Where reminders come"]
    for which in ("telegram", "terminal", listed.buttons[0].command.split()[1]):
        shown = await terminal.call("unlink", which=which)
        assert labels(shown.buttons) == ["Unlink Telegram", "Not now"]
        assert not shown.changed
    done = await press(terminal, shown.buttons, "Unlink Telegram")
    assert done.said == "Telegram and the terminal are two again."
    assert "I know you here alone" in (await terminal.call("unlink")).said
    back = await store.read(lambda work: work.people.by_identity(given.identity("ann", "telegram")))
    assert back is not None
    telegram.owner = back
    for each, titles in (
        (terminal, ["buy milk", "new at the terminal"]),
        (telegram, ["water the plants", "new on Telegram"]),
    ):
        tasks = await each.call("list_tasks")
        assert [card.title for card in tasks.cards] == titles
        assert each.owner.preferred == given.address(platform=each.platform)
        assert each.owner.summary_next is not None
    again = await press(terminal, shown.buttons, "Unlink Telegram")
    assert "I know you here alone" in again.said
    code = await code_of(terminal)
    assert (await telegram.call("link", code=code)).buttons


async def test_who_preferred_the_account_that_leaves_is_written_to_where_they_stay(
    store: Store, clock: FakeClock
) -> None:
    terminal, _ = await linked(store, clock)
    assert terminal.owner.preferred == given.address(platform="telegram")
    shown = await terminal.call("unlink", which="telegram")
    await press(terminal, shown.buttons, "Unlink Telegram")
    assert terminal.owner.preferred == given.address(platform="terminal")


# --- where reminders come ---


async def test_reminders_come_where_it_is_set(store: Store, clock: FakeClock) -> None:
    _, telegram = await linked(store, clock)
    asked = await telegram.call("deliver_to")
    assert labels(asked.buttons) == ["Terminal", "✓ Telegram", "‹ Settings"]
    assert asked.asks == "/settings deliver"
    assert "already" in (await telegram.call("deliver_to", where="here")).said
    done = await press(telegram, asked.buttons, "Terminal")
    assert done.said == "From now on reminders and summaries come to the terminal."
    assert telegram.owner.preferred == given.address(platform="terminal")
    assert "Telegram" in (await telegram.call("deliver_to", where="Telegram")).said
    assert "the terminal" in (await telegram.call("deliver_to", where="the Terminal")).said
    error = await telegram.refused("deliver_to", where="slack")
    assert len(error.buttons) == 2
    assert str(await telegram.refused("deliver_to", where="9"))
    settings = await telegram.call("show_settings")
    assert "linked: the terminal and Telegram; reminders come to the terminal" in settings.said
    assert labels(settings.buttons)[-2:] == ["Deliver to", "Linked accounts"]


async def test_who_is_known_in_one_place_has_no_choice(store: Store, clock: FakeClock) -> None:
    terminal = await box(store, clock, "terminal")
    assert "here alone" in (await terminal.call("deliver_to", where="telegram")).said
    assert "linked" not in (await terminal.call("show_settings")).said
