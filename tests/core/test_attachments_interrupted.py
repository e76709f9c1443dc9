"""A process that dies at any step of an import or a voice message: nothing is lost or doubled."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from core.errors import Unauthorized, Unavailable
from core.importing import PIECE
from core.ports import Store, Work
from core.rows import Event, Reminder, ReminderStatus
from core.values import Tokens
from tests import given
from tests.adapters.calendar_text import calendar, vevent
from tests.dialogs.play import Conversation
from tests.fakes.clock import FakeClock
from tests.fakes.transcriber import FakeTranscriber

R = TypeVar("R")
COUNT = 2 * PIECE + 3
FILE = "[file many.ics]"


class Died(BaseException):
    """The process is gone."""


class Mortal:
    """A store whose process dies at one of its units, just before or just after the commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.left = -1
        """Units until it dies; negative for never."""
        self.after = False

    async def run(self, unit: Callable[[Work], R]) -> R:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Died
        done = await self._store.run(unit)
        if self.left == 0:
            raise Died
        return done

    async def read(self, unit: Callable[[Work], R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None:
        """The test closes the store."""


async def dying(talk: Conversation, mortal: Mortal, text: str, units: int) -> list[str]:
    """Say it to a process that dies at the unit, and again to the one that comes after it."""
    mortal.left = units
    try:
        return await talk.say(text)
    except Died:
        talk.restart()
        talk.clock.advance(timedelta(minutes=1))
        await talk.pixie.workers.work_off()
        return await talk._printed("local")


def many(count: int) -> bytes:
    return calendar(
        *(
            vevent(f"DTSTART:{20270101 + at % 28}T{at % 24:02}0000Z", uid=f"{at}@x", title=f"T{at}")
            for at in range(count)
        )
    )


def known(talk: Conversation, data: bytes) -> None:
    talk.files.put("terminal", "file many.ics", data)


@pytest.fixture
def mortal(store: Store) -> Mortal:
    return Mortal(store)


async def owned(store: Store) -> tuple[list[Event], list[Reminder]]:
    def unit(work: Work) -> tuple[list[Event], list[Reminder]]:
        person = work.people.by_identity(given.identity("local"))
        if person is None:
            return [], []
        live = frozenset(ReminderStatus)
        return work.events.all(person.id), work.reminders.find(person.id, statuses=live)

    return await store.read(unit)


@pytest.mark.parametrize("after", [False, True])
async def test_an_import_goes_on_where_it_stopped(
    store: Store, clock: FakeClock, mortal: Mortal, after: bool
) -> None:
    mortal.after = after
    talk = Conversation(mortal, clock)
    for units in range(2, 11):
        known(talk, many(COUNT))
        await talk.say(FILE)
        printed = await dying(talk, mortal, "1", units)
        events, _ = await owned(store)
        assert len({event.uid for event in events}) == len(events) == COUNT, units
        assert printed[0] == f"Imported {COUNT} events.", units
        undone = await dying(talk, mortal, "undo", units)
        assert undone[0].startswith(f"Undone: imported {COUNT} events"), units
        assert await owned(store) == ([], [])


@pytest.mark.parametrize("after", [False, True])
async def test_a_voice_message_is_answered_once(
    store: Store, clock: FakeClock, mortal: Mortal, after: bool
) -> None:
    mortal.after = after
    ears = FakeTranscriber()
    talk = Conversation(mortal, clock, transcriber=ears)
    for number, units in enumerate(range(2, 9), start=1):
        printed = await dying(
            talk, mortal, f"[voice remind me tomorrow at 9 to call {units}]", units
        )
        assert printed[0] == f"🎙 “remind me tomorrow at 9 to call {units}”", units
        _, reminders = await owned(store)
        assert len(reminders) == number, units
    assert len(await given.stored(store, "outbox")) == 7


async def test_what_was_heard_is_not_paid_for_again(
    store: Store, clock: FakeClock, mortal: Mortal
) -> None:
    ears = FakeTranscriber()
    talk = Conversation(mortal, clock, transcriber=ears)
    # Accepted, claimed, reserved, settled, journaled; the next one answers.
    await dying(talk, mortal, "[voice buy milk]", 6)
    assert len(ears.calls) == 1
    rows = await given.stored(store, "usage")
    assert [(row["purpose"], row["outcome"], row["cost"]) for row in rows] == [
        ("transcription", "ok", None)
    ]
    assert rows[0]["counted"] == 50_000


async def test_tokens_of_a_transcript_are_written_down(store: Store, clock: FakeClock) -> None:
    ears = FakeTranscriber()
    ears.tokens = Tokens(input=40, output=9)
    talk = Conversation(store, clock, transcriber=ears)
    await talk.say("[voice buy milk]")
    row = (await given.stored(store, "usage"))[0]
    assert (row["vendor"], row["model"]) == ("openai", "gpt-transcribe")
    assert (row["input_tokens"], row["output_tokens"]) == (40, 9)


async def test_a_recording_that_cannot_be_heard(store: Store, clock: FakeClock) -> None:
    ears = FakeTranscriber(Unavailable("down"), Unauthorized("no", setting="X"), "\x00 \u200b")
    talk = Conversation(store, clock, transcriber=ears)
    for _ in range(2):
        assert (await talk.say("[voice buy milk]"))[0].startswith("I could not listen to that")
    assert (await talk.say("[voice buy milk]"))[0].startswith("I heard no words in that")
    assert (await talk.say("[voice buy milk]"))[0] == "🎙 “buy milk”"


async def test_without_a_model_for_it_voice_is_declined(store: Store, clock: FakeClock) -> None:
    talk = Conversation(store, clock)
    printed = await talk.say("[voice buy milk]")
    assert len(printed) == 1
    assert "PIXIE_TRANSCRIPTION_MODEL" in printed[0]
    assert await given.stored(store, "tasks") == []
