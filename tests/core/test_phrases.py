"""What people say about time, and what it means on Wednesday 25 November 2026 at 10:00."""

import time as clock
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.when.phrases import read
from core.when.rule import Rule
from core.when.values import (
    Day,
    Habits,
    Impossible,
    Length,
    Meaning,
    Moment,
    Period,
    Repeat,
    TimePhrase,
)
from core.when.words import STARTERS, one_by_one

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 25, 10, tzinfo=LISBON)


def one(text: str, now: datetime = NOW, habits: Habits | None = None) -> TimePhrase:
    (phrase,) = read(text, now, habits)
    return phrase


def meaning(text: str, now: datetime = NOW) -> Meaning:
    return one(text, now).meaning


def rest(text: str) -> str:
    """The text without its time phrases."""
    places = sorted((place for some in read(text, NOW) for place in some.places), reverse=True)
    for begin, end in places:
        text = text[:begin] + text[end:]
    return " ".join(text.split())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("today", "2026-11-25"),
        ("tomorrow", "2026-11-26"),
        ("yesterday", "2026-11-24"),
        ("the day after tomorrow", "2026-11-27"),
        ("the day before yesterday", "2026-11-23"),
        ("Friday", "2026-11-27"),
        ("on Tuesday", "2026-12-01"),
        ("this Friday", "2026-11-27"),
        ("this coming Sunday", "2026-11-29"),
        ("next Monday", "2026-11-30"),
        ("last Monday", "2026-11-23"),
        ("Saturday week", "2026-12-05"),
        ("Friday next week", "2026-12-04"),
        ("next week on Thursday", "2026-12-03"),
        ("Monday of next week", "2026-11-30"),
        ("the Tuesday after next", "2026-12-08"),
        ("in 3 days", "2026-11-28"),
        ("in a week", "2026-12-02"),
        ("in two weeks' time", "2026-12-09"),
        ("in a month's time", "2026-12-25"),
        ("in 3 business days", "2026-11-30"),
        ("9 days ago", "2026-11-16"),
        ("a fortnight from now", "2026-12-09"),
        ("a week from Friday", "2026-12-04"),
        ("two weeks from tomorrow", "2026-12-10"),
        ("a week on Saturday", "2026-12-05"),
        ("three Mondays from now", "2026-12-14"),
        ("two fridays ago", "2026-11-13"),
        ("5 days after New Year's Day", "2027-01-06"),
        ("the day before Christmas", "2026-12-24"),
        ("the Monday after Easter 2027", "2027-03-29"),
        ("3 December", "2026-12-03"),
        ("December 3rd", "2026-12-03"),
        ("the third of December", "2026-12-03"),
        ("Dec. 3, 2027", "2027-12-03"),
        ("3 Feb", "2027-02-03"),
        ("2027-02-03", "2027-02-03"),
        ("2/3/2027", "2027-02-03"),
        ("23/2/2027", "2027-02-23"),
        ("23.2.2027", "2027-02-23"),
        ("12/24", "2026-12-24"),
        ("Feb-03-2027", "2027-02-03"),
        ("on the 15th", "2026-12-15"),
        ("on the 28th", "2026-11-28"),
        ("the 2nd of next month", "2026-12-02"),
        ("29 February", "2028-02-29"),
        ("Monday the 7th", "2026-12-07"),
        ("Friday 18", "2026-12-18"),
        ("Tuesday, December 8", "2026-12-08"),
        ("first Sunday in March", "2027-03-07"),
        ("the last Friday of January", "2027-01-29"),
        ("first Sunday of the month", "2026-12-06"),
        ("last day of the month", "2026-11-30"),
        ("the last day of February 2028", "2028-02-29"),
        ("Christmas", "2026-12-25"),
        ("new year's eve", "2026-12-31"),
        ("Thanksgiving", "2026-11-26"),
        ("Easter", "2027-03-28"),
        ("Hanukkah 2026", "2026-12-05"),
        ("tommorow", "2026-11-26"),
        ("tmrw", "2026-11-26"),
        ("wensday 2 december", "2026-12-02"),
        ("Thurdsay", "2026-11-26"),
        ("5 Decembr", "2026-12-05"),
        ("all day tomorrow", "2026-11-26"),
    ],
)
def test_days(said: str, expected: str) -> None:
    assert meaning(said) == Day(on=day(expected))
    assert rest(said) == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tomorrow at 2", "2026-11-26T14:00"),
        ("tomorrow at 7", "2026-11-26T07:00"),
        ("at 6", "2026-11-25T18:00"),
        ("at 11", "2026-11-25T11:00"),
        ("at 8", "2026-11-25T20:00"),
        ("at 12", "2026-11-25T12:00"),
        ("at 9am", "2026-11-26T09:00"),
        ("at 9 am tomorrow", "2026-11-26T09:00"),
        ("9pm", "2026-11-25T21:00"),
        ("9 p.m.", "2026-11-25T21:00"),
        ("today at 4", "2026-11-25T16:00"),
        ("14:30", "2026-11-25T14:30"),
        ("at 08:15", "2026-11-26T08:15"),
        ("at 4:45", "2026-11-25T16:45"),
        ("at 16.45", "2026-11-25T16:45"),
        ("at 1645", "2026-11-25T16:45"),
        ("17h30", "2026-11-25T17:30"),
        ("half past 3", "2026-11-25T15:30"),
        ("quarter to nine tomorrow morning", "2026-11-26T08:45"),
        ("ten past 11", "2026-11-25T11:10"),
        ("20 minutes to 5pm", "2026-11-25T16:40"),
        ("at ten to six", "2026-11-25T17:50"),
        ("eight thirty pm on Friday", "2026-11-27T20:30"),
        ("4 o'clock", "2026-11-25T16:00"),
        ("noon", "2026-11-25T12:00"),
        ("midday tomorrow", "2026-11-26T12:00"),
        ("midnight", "2026-11-26T00:00"),
        ("tonight", "2026-11-25T20:00"),
        ("tonight at 9", "2026-11-25T21:00"),
        ("tonight at 12", "2026-11-26T00:00"),
        ("this afternoon", "2026-11-25T15:00"),
        ("tomorrow morning", "2026-11-26T09:00"),
        ("Friday evening", "2026-11-27T19:00"),
        ("in the evening", "2026-11-25T19:00"),
        ("in the morning", "2026-11-26T09:00"),
        ("8 in the morning on Monday", "2026-11-30T08:00"),
        ("the morning of the 5th", "2026-12-05T09:00"),
        ("same time tomorrow", "2026-11-26T10:00"),
        ("twenty to seven", "2026-11-25T18:40"),
        ("tomorrow@9am", "2026-11-26T09:00"),
        ("end of day", "2026-11-25T17:00"),
        ("eod tomorrow", "2026-11-26T17:00"),
        ("first thing tomorrow", "2026-11-26T09:00"),
        ("Dec 3 at 5", "2026-12-03T17:00"),
        ("at 5pm on the 3rd of December", "2026-12-03T17:00"),
        ("2026-12-03T17:00", "2026-12-03T17:00"),
        ("2026-12-03 17:00:00", "2026-12-03T17:00"),
        ("12/3/2026, 5:00 PM", "2026-12-03T17:00"),
        ("christmas eve at 6", "2026-12-24T18:00"),
        ("3pm UTC", "2026-11-25T15:00"),
        ("3pm CET", "2026-11-25T14:00"),
        ("2026-12-03T17:00:00+02:00", "2026-12-03T15:00"),
        ("two weeks from tomorrow at 3", "2026-12-10T15:00"),
    ],
)
def test_moments(said: str, expected: str) -> None:
    found = meaning(said)
    assert isinstance(found, Moment)
    assert found.at == at(expected)
    assert not found.timer
    assert rest(said) == ""


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("at 5", True),
        ("tomorrow at 10:30", True),
        ("half past 5", True),
        ("5pm", False),
        ("15:00", False),
        ("05:00", False),
        ("noon", False),
        ("5 in the afternoon", False),
    ],
)
def test_a_bare_hour_is_marked(said: str, *, bare: bool) -> None:
    found = meaning(said)
    assert isinstance(found, Moment)
    assert found.bare_hour is bare


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("in 20 minutes", "2026-11-25T10:20"),
        ("in an hour", "2026-11-25T11:00"),
        ("in half an hour", "2026-11-25T10:30"),
        ("in an hour and a half", "2026-11-25T11:30"),
        ("in 1.5 hours", "2026-11-25T11:30"),
        ("in 2 h", "2026-11-25T12:00"),
        ("in 1h30m", "2026-11-25T11:30"),
        ("in 90 seconds", "2026-11-25T10:01:30"),
        ("2 hours from now", "2026-11-25T12:00"),
        ("10 minutes ago", "2026-11-25T09:50"),
        ("in 1 day and 2 hours", "2026-11-26T12:00"),
    ],
)
def test_timers_count_from_now(said: str, expected: str) -> None:
    assert meaning(said) == Moment(at=at(expected), timer=True)


def test_a_moment_counted_from_a_clock_is_no_timer() -> None:
    assert meaning("15 minutes before 3pm") == Moment(at=at("2026-11-25T14:45"))


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("tomorrow 12-1:30", "2026-11-26T12:00", "2026-11-26T13:30"),
        ("from 3 to 5", "2026-11-25T15:00", "2026-11-25T17:00"),
        ("3-5pm Friday", "2026-11-27T15:00", "2026-11-27T17:00"),
        ("between 9 and 11 tomorrow", "2026-11-26T09:00", "2026-11-26T11:00"),
        ("11-1pm tomorrow", "2026-11-26T11:00", "2026-11-26T13:00"),
        ("9-5 on Friday", "2026-11-27T09:00", "2026-11-27T17:00"),
        ("10pm to 6am", "2026-11-25T22:00", "2026-11-26T06:00"),
        ("from 22:00 until 06:00", "2026-11-25T22:00", "2026-11-26T06:00"),
        ("noon - 1pm", "2026-11-25T12:00", "2026-11-25T13:00"),
        ("tonight from 7 to 9", "2026-11-25T19:00", "2026-11-25T21:00"),
        ("tomorrow 1pm for an hour", "2026-11-26T13:00", "2026-11-26T14:00"),
        ("for two hours from 3pm", "2026-11-25T15:00", "2026-11-25T17:00"),
        ("from Monday 9am to Tuesday 5pm", "2026-11-30T09:00", "2026-12-01T17:00"),
        ("within 2 hours", "2026-11-25T10:00", "2026-11-25T12:00"),
    ],
)
def test_ranges_of_hours(said: str, start: str, end: str) -> None:
    found = meaning(said)
    assert isinstance(found, Period)
    assert (found.start, found.end) == (at(start), at(end))
    assert rest(said) == ""


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("this week", "2026-11-23", "2026-11-30"),
        ("next week", "2026-11-30", "2026-12-07"),
        ("next month", "2026-12-01", "2027-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("this weekend", "2026-11-28", "2026-11-30"),
        ("in March", "2027-03-01", "2027-04-01"),
        ("March 2028", "2028-03-01", "2028-04-01"),
        ("in 2028", "2028-01-01", "2029-01-01"),
        ("Q1 2027", "2027-01-01", "2027-04-01"),
        ("the second half of 2027", "2027-07-01", "2028-01-01"),
        ("the next 3 days", "2026-11-26", "2026-11-29"),
        ("the last two weeks", "2026-11-11", "2026-11-25"),
        ("the week of December 9", "2026-12-07", "2026-12-14"),
        ("the week after next", "2026-12-07", "2026-12-14"),
        ("the week before Christmas", "2026-12-14", "2026-12-21"),
        ("mid-June", "2027-06-11", "2027-06-21"),
        ("early next week", "2026-11-30", "2026-12-02"),
        ("the rest of the week", "2026-11-25", "2026-11-30"),
        ("next summer", "2027-06-21", "2027-09-24"),
        ("from December 20 to January 3", "2026-12-20", "2027-01-04"),
        ("December 3-5", "2026-12-03", "2026-12-06"),
        ("12 to 16 January", "2027-01-12", "2027-01-17"),
        ("Monday to Wednesday", "2026-11-30", "2026-12-03"),
        ("from the 20th to the 27th", "2026-12-20", "2026-12-28"),
        ("June to August", "2027-06-01", "2027-09-01"),
        ("12/20/2026-12/27/2026", "2026-12-20", "2026-12-28"),
        ("a week starting tomorrow", "2026-11-26", "2026-12-03"),
        ("today through Friday", "2026-11-25", "2026-11-28"),
        ("within 2 weeks", "2026-11-25", "2026-12-09"),
    ],
)
def test_ranges_of_days_end_with_the_first_day_outside(said: str, start: str, end: str) -> None:
    assert meaning(said) == Period(start=day(start), end=day(end))
    assert rest(said) == ""


@pytest.mark.parametrize(
    ("said", "expected", "preposition"),
    [
        ("since Monday", Period(start=day("2026-11-23"), end=None), "since"),
        ("since March", Period(start=day("2026-03-01"), end=None), "since"),
        ("since 9am", Period(start=at("2026-11-25T09:00"), end=None), "since"),
        ("after Friday", Period(start=day("2026-11-28"), end=None), "after"),
        ("after 5pm", Period(start=at("2026-11-25T17:00"), end=None), "after"),
        ("before Friday", Period(start=None, end=day("2026-11-27")), "before"),
        ("until Friday", Period(start=None, end=day("2026-11-28")), "until"),
        ("until 5pm", Period(start=None, end=at("2026-11-25T17:00")), "until"),
        ("starting next Monday", Period(start=day("2026-11-30"), end=None), "starting"),
        ("by Friday", Day(on=day("2026-11-27")), "by"),
        ("due Friday", Day(on=day("2026-11-27")), "by"),
        ("due in 2 days", Day(on=day("2026-11-27")), "by"),
        ("before the end of the month", Period(start=None, end=day("2026-12-01")), "before"),
        ("no later than Friday 5pm", Moment(at=at("2026-11-27T17:00")), "by"),
        ("on Friday", Day(on=day("2026-11-27")), "on"),
        ("Friday", Day(on=day("2026-11-27")), None),
        ("in 3 days", Day(on=day("2026-11-28")), "in"),
        ("for 20 minutes", Length(of=timedelta(minutes=20)), "for"),
        ("by 30 minutes", Length(of=timedelta(minutes=30)), "by"),
    ],
)
def test_what_governs_a_phrase(said: str, expected: Meaning, preposition: str | None) -> None:
    phrase = one(said)
    assert phrase.meaning == expected
    assert phrase.preposition == preposition
    assert (phrase.begin, phrase.end) == (0, len(said))


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("an hour", 60),
        ("1.5h", 90),
        ("an hour and a half", 90),
        ("2 1/2 hours", 150),
        ("½ hour", 30),
        ("three quarters of an hour", 45),
        ("2h30m", 150),
        ("1 hour and 20 minutes", 80),
        ("a couple of days", 2 * 1440),
        ("a few minutes", 3),
        ("a fortnight", 14 * 1440),
        ("45-minute", 45),
        ("two weeks and 3 days", 17 * 1440),
    ],
)
def test_lengths(said: str, minutes: int) -> None:
    assert meaning(said) == Length(of=timedelta(minutes=minutes))


def test_a_length_that_stands_apart_stays_one() -> None:
    moment, length = read("dentist tomorrow at 1pm, I need it for an hour", NOW)
    assert moment.meaning == Moment(at=at("2026-11-26T13:00"))
    assert length.meaning == Length(of=timedelta(hours=1))


WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


@pytest.mark.parametrize(
    ("said", "rule", "extra"),
    [
        ("every day", "FREQ=DAILY", {}),
        ("daily at 7", "FREQ=DAILY", {"at": time(7)}),
        ("every day at 6", "FREQ=DAILY", {"at": time(18)}),
        ("every weekday at 8:30", WORKDAYS, {"at": time(8, 30)}),
        ("weekends", "FREQ=WEEKLY;BYDAY=SA,SU", {}),
        ("every other Thursday at 9", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", {"at": time(9)}),
        ("biweekly on Fridays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", {}),
        (
            "every two weeks on Tuesday and Friday",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;WKST=MO",
            {},
        ),
        ("every mon, wed & fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", {}),
        ("every Monday to Thursday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", {}),
        ("on Tuesdays and Thursdays", "FREQ=WEEKLY;BYDAY=TU,TH", {}),
        ("monday mornings", "FREQ=WEEKLY;BYDAY=MO", {"at": time(9)}),
        ("every evening", "FREQ=DAILY", {"at": time(19)}),
        ("every night at 10", "FREQ=DAILY", {"at": time(22)}),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3", {}),
        ("every third day", "FREQ=DAILY;INTERVAL=3", {}),
        ("every 2 hours", "FREQ=HOURLY;INTERVAL=2", {}),
        ("first Monday of each month", "FREQ=MONTHLY;BYDAY=1MO", {}),
        ("the last Friday of every month at 4pm", "FREQ=MONTHLY;BYDAY=-1FR", {"at": time(16)}),
        ("2nd and 4th Tuesday of every month", "FREQ=MONTHLY;BYDAY=2TU,4TU", {}),
        ("every first Sunday", "FREQ=MONTHLY;BYDAY=1SU", {}),
        ("last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", {}),
        ("on the 1st and 15th of each month", "FREQ=MONTHLY;BYMONTHDAY=1,15", {}),
        ("monthly on the 5th", "FREQ=MONTHLY;BYMONTHDAY=5", {}),
        ("every 3 months on the 4th", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4", {}),
        (
            "the first weekday of every month",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            {},
        ),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3", {}),
        ("every June 5", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=5", {}),
        ("June 5 every year", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=5", {}),
        ("every Christmas", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", {}),
        ("every Thanksgiving", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", {}),
        ("daily until Friday", "FREQ=DAILY;UNTIL=20261127", {}),
        ("every Monday for 6 weeks", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270106", {}),
        ("every day for 10 times", "FREQ=DAILY;COUNT=10", {}),
        ("every Friday starting next week", "FREQ=WEEKLY;BYDAY=FR", {"first": day("2026-11-30")}),
        ("every day except Sunday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", {}),
        (
            "every Wed 3-4pm",
            "FREQ=WEEKLY;BYDAY=WE",
            {"at": time(15), "length": timedelta(hours=1)},
        ),
        (
            "every Monday from 9 to 10am until June",
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270601",
            {"at": time(9), "length": timedelta(hours=1)},
        ),
        ("from Monday to Friday every week", WORKDAYS, {}),
        ("at the end of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", {}),
        ("mon wed fri 7am", "FREQ=WEEKLY;BYDAY=MO,WE,FR", {"at": time(7)}),
        ("alternate Fridays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", {}),
        ("every weekday except Friday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", {}),
    ],
)
def test_recurrences(said: str, rule: str, extra: dict[str, object]) -> None:
    phrase = one(said)
    assert phrase.question is None
    assert isinstance(phrase.meaning, Repeat)
    assert phrase.meaning.rule == rule
    assert {"first": None, "at": None, "length": None} | extra == {
        "first": phrase.meaning.first,
        "at": phrase.meaning.at,
        "length": phrase.meaning.length,
    }
    assert Rule.parse(rule)
    assert rest(said) == ""


@pytest.mark.parametrize(
    ("said", "word", "options"),
    [
        ("next Friday", "week", ("Friday 27 November", "Friday 4 December")),
        ("next weekend", "week", ("Saturday 28 November", "Saturday 5 December")),
        (
            "Wednesday at 4pm",
            "today",
            ("Wednesday 25 November at 16:00", "Wednesday 2 December at 16:00"),
        ),
        (
            "next Friday 3-5pm",
            "week",
            ("Friday 27 November from 15:00 to 17:00", "Friday 4 December from 15:00 to 17:00"),
        ),
        ("tomorrow at midnight", "midnight", None),
        ("Tuesday 10 January", "not a Tuesday", None),
        (
            "pay rent every 31st",
            "31st",
            ("last day of every month", "31st of every month if there is one"),
        ),
        ("monthly on the 30th", "30th", None),
        (
            "every 29 February",
            "leap years",
            ("every 28 February", "every 1 March", "every 29 February if there is one"),
        ),
        ("twice a week", "days of the week", None),
        ("every 30 minutes", "every hour at the most", None),
        ("every 10 seconds", "every hour at the most", None),
        ("every second Tuesday", "2nd Tuesday", None),
        ("every Easter", "year to year", ()),
        ("Mon-Fri 9-5", "Every week", None),
        ("pills every day at 8 and 20:00", "one time of day", None),
        ("every hour from 9 to 5", "all day long", None),
    ],
)
def test_what_is_unclear_is_asked(said: str, word: str, options: tuple[str, ...] | None) -> None:
    phrase = one(said)
    assert phrase.question
    assert word in phrase.question
    assert phrase.question.endswith("?")
    if options is not None:
        assert phrase.options == options
    for option in phrase.options:
        answer = one(option)
        assert answer.question is None
        assert (answer.begin, answer.end) == (0, len(option))


def test_sub_hourly_recurrences_are_read_and_refused() -> None:
    found = one("stretch every 30 minutes")
    assert found.meaning == Repeat(rule="FREQ=MINUTELY;INTERVAL=30")
    assert found.question
    assert one("every 120 minutes").meaning == Repeat(rule="FREQ=HOURLY;INTERVAL=2")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("30 February", "February has no 30th"),
        ("call Ann on 31 April", "April has no 31st"),
        ("29 February 2027", "February has no 29th in that year"),
        ("at 25:00", "25:00"),
        ("tomorrow at 9:75", "9:75"),
        ("in 9000 years", "beyond"),
    ],
)
def test_impossible_times_are_named(said: str, reason: str) -> None:
    phrase = one(said)
    assert phrase.meaning == Impossible()
    assert phrase.question
    assert reason in phrase.question


@pytest.mark.parametrize(
    "said",
    [
        "call mom",
        "buy 2 tickets",
        "flight 370",
        "room 5",
        "chapter 3 of 10",
        "Sun Microsystems",
        "march to the store",
        "may I borrow the car",
        "I may be late",
        "wait a second",
        "get a second opinion",
        "the second one",
        "first draft of the report",
        "buy a 3D printer",
        "pay $500 to Bob",
        "upgrade to 2.5.1",
        "call 555-1234 or 650-555-0101",
        "good morning",
        "we sat in the sun",
        "24/7 support",
        "3/4 cup of sugar",
        "burgers at 5 Guys",
        "parcel at 221 Baker Street",
        "at 6.5 kilograms",
        "meet 5 people",
        "from 3 to 5 people",
        "ask June about it",
        "email may@example.com",
        "see https://example.com/2026-12-01/10:30",
        "weekend project",
        "once in a while",
        "twice the price",
        "each other",
        "the 3rd floor",
        "now or never",
        "#12",
        "",
    ],
)
def test_what_is_no_time(said: str) -> None:
    assert read(said, NOW) == ()


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("lunch with Sam tomorrow 12-1:30", "lunch with Sam"),
        ("remind me to call mom at 5", "remind me to call mom"),
        ("dentist tomorrow 1pm for an hour", "dentist"),
        ("report due Friday", "report"),
        ("submit taxes by April 15", "submit taxes"),
        ("gym every mon, wed and fri at 7am", "gym"),
        ("pay rent on the 1st of every month", "pay rent"),
        ("talk about Christmas", "talk about"),
        ("Tomorrow, call Ann at 5.", ", call Ann ."),
        ("out of office from Monday to Wednesday", "out of office"),
        ("book a table for 4 tomorrow at 8pm", "book a table for 4"),
        ("book a table for 2 at 7", "book a table for 2"),
        ("dinner for two on Friday at 7:30", "dinner for two"),
        ("call +1 650 555 1234 tomorrow", "call +1 650 555 1234"),
        ("move the second one to tomorrow", "move the second one"),
        ("show next week's events", "show events"),
        ("set an alarm for 6 tomorrow", "set an alarm"),
    ],
)
def test_the_rest_is_a_clean_title(said: str, title: str) -> None:
    assert rest(said) == title


def test_a_day_and_a_time_said_apart_are_one_phrase() -> None:
    said = "tomorrow remind me at 9 to call Ann"
    phrase = one(said)
    assert phrase.meaning == Moment(at=at("2026-11-26T09:00"), bare_hour=True)
    assert [said[begin:end] for begin, end in phrase.places] == ["tomorrow", "at 9"]
    weekly = one("every Monday take out the bins at 8pm")
    assert weekly.meaning == Repeat(rule="FREQ=WEEKLY;BYDAY=MO", at=time(20))


def test_what_moves_somewhere_is_two_phrases() -> None:
    first, second = read("move tomorrow's dentist to 3pm", NOW)
    assert first.meaning == Day(on=day("2026-11-26"))
    assert first.text == "tomorrow's"
    assert second.preposition == "to"


def test_sentences_are_kept_apart() -> None:
    first, second = read("I am out on Friday. Wake me at 7.", NOW)
    assert first.meaning == Day(on=day("2026-11-27"))
    assert second.meaning == Moment(at=at("2026-11-25T19:00"), bare_hour=True)


def test_habits_are_the_persons_own() -> None:
    habits = Habits(
        morning=time(6),
        evening=time(18),
        night=time(23),
        day_end=time(16),
        week_start=6,
    )
    said = {
        "tomorrow morning": "2026-11-26T06:00",
        "this evening": "2026-11-25T18:00",
        "tonight": "2026-11-25T23:00",
        "end of day": "2026-11-25T16:00",
    }
    for text, expected in said.items():
        assert one(text, habits=habits).meaning == Moment(at=at(expected))
    sunday = Period(start=day("2026-11-29"), end=day("2026-12-06"))
    assert one("next week", habits=habits).meaning == sunday
    assert one("next Sunday", habits=habits).meaning == Day(on=day("2026-11-29"))


def test_next_is_next_week_even_on_its_last_day() -> None:
    sunday = datetime(2026, 11, 29, 10, tzinfo=LISBON)
    phrase = one("next Monday", sunday)
    assert phrase.meaning == Day(on=day("2026-11-30"))
    assert phrase.question is None


def test_a_time_that_passed_is_tomorrows() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=LISBON)
    assert meaning("at 9", late) == Moment(at=at("2026-11-26T09:00"), bare_hour=True)
    assert meaning("10am to noon", late) == Period(
        start=at("2026-11-26T10:00"), end=at("2026-11-26T12:00")
    )


NASTY = [
    "\x00",
    "tomorrow\x00at 5",
    "\ud800 tomorrow \udfff",
    "🎉 tomorrow at 5 🎉",
    "\u202eמחר tomorrow\u202c",
    "غدا at 5",
    "١٢:٣٠",
    "²½¼ ½½½ hour",
    "9" * 5000,
    "in " + "9" * 400 + " days",
    "1/1/1/1/1",
    "--------",
    "every " * 500,
    "in 9999 years for 9999 years every 9999 years until 9999-12-31",
    "9999-12-31",
    "0001-01-01",
    "0000-00-00",
    "every 9999999 days",
    "last century 3 centuries ago",
]


@pytest.mark.parametrize("text", NASTY)
def test_anything_can_be_read(text: str) -> None:
    _sound(text, NOW)


def _as_time(bound: date | datetime) -> datetime:
    return bound if isinstance(bound, datetime) else datetime.combine(bound, time())


def _sound(text: str, now: datetime) -> None:
    """Phrases are in order, inside the text and apart from each other."""
    last = 0
    for begin, end in sorted(place for some in read(text, now) for place in some.places):
        assert last <= begin < end <= len(text)
        last = end
    for phrase in read(text, now):
        assert phrase.text == text[phrase.begin : phrase.end]
        if isinstance(phrase.meaning, Impossible):
            assert phrase.question
        if isinstance(phrase.meaning, Period) and phrase.meaning.start and phrase.meaning.end:
            assert _as_time(phrase.meaning.start) < _as_time(phrase.meaning.end)
        if isinstance(phrase.meaning, Repeat) and not phrase.question:
            assert Rule.parse(phrase.meaning.rule)


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    _sound(text, NOW)


LINKS = one_by_one("at on in by for from to until every - , . 3 12 2026 10:30 1/2 5th")
WORDS = [*sorted(STARTERS), *LINKS]
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(LISBON))


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), MOMENTS)
def test_any_row_of_time_words_can_be_read_at_any_time(text: str, now: datetime) -> None:
    _sound(text, now)


@pytest.mark.parametrize(
    "piece",
    [
        "Lunch with Sam tomorrow 12-1:30 and then gym every other Thursday at 9, please. ",
        "nothing of time is said in here by anybody at all ",
        "monday ",
        "3 days after ",
        "1, ",
        "a",
    ],
)
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    def cost(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]
        begin = clock.process_time()
        read(text, NOW)
        return clock.process_time() - begin

    cost(1_000)
    # Four times the text: four times the work, where a square would be sixteen. What else the
    # machine does disturbs a look now and then.
    assert any(cost(24_000) < 11 * max(cost(6_000), 0.02) for _ in range(3))


MARCH = datetime(2027, 3, 3, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "day"), [("next month on the 5th", 5), ("next month, on the 30th", 30)]
)
def test_a_number_within_a_month_named_before_it(text: str, day: int) -> None:
    (phrase,) = read(text, MARCH)
    assert phrase.meaning == Day(on=date(2027, 4, day))


@pytest.mark.parametrize("text", ["next month on the 31st", "next month on Friday"])
def test_a_month_named_first_can_raise_a_question(text: str) -> None:
    (phrase,) = read(text, MARCH)
    assert phrase.question


def test_every_31st_before_its_purpose_asks() -> None:
    (phrase,) = read("every 31st to file expenses", MARCH)
    assert phrase.question
    assert read("every 5th guest", MARCH) == ()
