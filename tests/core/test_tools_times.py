"""Whatever is said as a time gives a time or a sentence, never anything else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import UserError
from core.lengths import LONGEST, changed_length, duration
from core.people import Person
from core.reminders import Ring, ring
from core.rows import Pin
from core.spans import Span, span
from core.tasks import due
from core.times import Current, day_of, timing, window
from core.titles import MAX_TITLE, body, line, title
from core.values import OwnerId
from core.when.wall import WallTime
from tests.fakes.clock import MONDAY

ANN = Person(id=OwnerId("1"), zone="Europe/Lisbon", created_at=MONDAY)
ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")

SAID = """
    tomorrow today at on every monday friday next last in for until 3 9 12 31 29 2026 25:00 14:00
    3pm noon week month day hours minutes february 30 - to from and later earlier by starting tokyo
    time est utc 2026-11-24 2026-11-24T10:00 / 99999 🎉 all
"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=8).map(" ".join)
TEXTS = st.one_of(WORDS, st.text(max_size=40))
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
PEOPLE = st.sampled_from(ZONES).map(lambda zone: replace(ANN, zone=zone))


def refused_or(reads: Callable[[], object]) -> object:
    """What is read, or None when it was refused with a sentence."""
    try:
        return reads()
    except UserError as raised:
        error = raised
    assert str(error).strip()
    assert all(button.label for button in error.buttons)
    return None


@given(TEXTS, PEOPLE, NOWS)
@example("at", ANN, MONDAY)
@example("2026-11-24/", ANN, MONDAY)
def test_a_reminder_goes_off_later_or_is_refused(words: str, person: Person, now: datetime) -> None:
    read = refused_or(lambda: ring(words, person, now, asks="/remind x"))
    if isinstance(read, Ring):
        assert read.next_at > now
        if read.rrule is None and read.pin is not Pin.TIMER:
            assert WallTime(local=read.local, zone=read.zone).instant() == read.next_at


@given(TEXTS, PEOPLE, NOWS, st.one_of(st.none(), TEXTS))
def test_an_event_ends_after_it_starts(
    words: str, person: Person, now: datetime, length: str | None
) -> None:
    read = refused_or(lambda: span(words, person, now, asks="/event x", length=length))
    if isinstance(read, Span):
        assert timedelta(0) < read.end - read.start <= LONGEST + timedelta(days=1)


@given(TEXTS, PEOPLE, NOWS, st.booleans())
def test_a_move_is_a_time_or_a_sentence(
    words: str, person: Person, now: datetime, whole_day: bool
) -> None:
    current = Current(at=now + timedelta(days=3), whole_day=whole_day, length=timedelta(hours=2))
    refused_or(lambda: span(words, person, now, asks="/move x", current=current))
    refused_or(lambda: ring(words, person, now, asks="/move x", current=current))
    refused_or(lambda: due(words, person, now, asks="/move x", current=current))


@given(TEXTS, PEOPLE, NOWS)
def test_days_and_windows_are_instants_or_a_sentence(
    words: str, person: Person, now: datetime
) -> None:
    read = refused_or(lambda: window(words, person, now, asks="/agenda"))
    assert read is None or read
    refused_or(lambda: day_of(words, person, now, asks="/agenda"))
    refused_or(lambda: due(words, person, now, asks="/task x"))
    refused_or(lambda: duration(words, person, now))


@given(st.integers(1, 500), st.integers(1, 500))
def test_longer_and_shorter(old: int, by: int) -> None:
    before = timedelta(minutes=old)
    longer = changed_length(f"{by} minutes longer", before, ANN, MONDAY)
    assert longer == before + timedelta(minutes=by)
    if by < old:
        shorter = changed_length(f"{by} minutes shorter", before, ANN, MONDAY)
        assert shorter == before - timedelta(minutes=by)


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("tomorrow at 15:00", "Europe/Lisbon"),
        ("tomorrow 3pm Tokyo time", "Asia/Tokyo"),
        ("tomorrow 3pm in New York time", "America/New_York"),
        ("tomorrow at 15:00 (Asia/Kolkata)", "Asia/Kolkata"),
        ("tomorrow 3pm PST", "America/Los_Angeles"),
        ("tomorrow 15:00 UTC", "UTC"),
        ("tomorrow 3pm Eastern time", "America/New_York"),
        ("tomorrow 3pm my time", "Europe/Lisbon"),
        ("this time tomorrow", "Europe/Lisbon"),
    ],
)
def test_zones_in_words(words: str, zone: str) -> None:
    read = timing(words, ANN, MONDAY, asks="/remind x")
    assert read.zone == zone


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UserError, match="Mars/Phobos"):
        timing("tomorrow at 15:00 Mars/Phobos", ANN, MONDAY, asks="")


@given(st.text(max_size=2000))
def test_titles_are_one_line_and_lose_no_word(text: str) -> None:
    assert "\n" not in line(text)
    assert line(line(text)) == line(text)
    line(text).encode()
    named = refused_or(lambda: title(text, asks="/task", question="What?"))
    if not isinstance(named, tuple):
        return
    name, overflow = named
    assert 0 < len(name) <= MAX_TITLE
    assert (name + overflow).replace(" ", "") == line(text).replace(" ", "")


@given(st.text(max_size=300))
def test_bodies_keep_their_lines(text: str) -> None:
    assert body(text, what="A note").count("\n") <= text.count("\n") + text.count("\r")
