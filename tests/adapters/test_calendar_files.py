"""Calendar files as programs write them, and as nobody should."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import ical
from adapters.calendar_files import CalendarFiles
from adapters.calendar_files.reading import MOST_EXPANDED, NO_CALENDAR, read
from core.calendar_files import MOST_EVENTS
from core.errors import UserError
from core.events import series
from core.people import Person
from core.ports import CalendarContents
from core.rows import Event
from core.values import OwnerId
from tests import given as rows
from tests.adapters.calendar_text import calendar, one, vevent, vtimezone
from tests.fakes.clock import MONDAY

AT_NINE = "DTSTART;TZID=Europe/Lisbon:20261124T090000"
YEAR = timedelta(days=366)


def contents(data: bytes, zone: str = "Europe/Lisbon") -> CalendarContents:
    return read(data, zone, MONDAY)


def event(*lines: str) -> Event:
    found = contents(one(*lines))
    assert found.broken == ()
    assert len(found.events) == 1
    return found.events[0]


def broken(*lines: str) -> str:
    found = contents(one(*lines))
    assert found.events == ()
    assert len(found.broken) == 1
    return found.broken[0]


def local(hour: int, minute: int = 0, day: int = 24, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute)


def times(found: Event) -> list[datetime]:
    """The naive local starts within a year."""
    return [at.local for at in series(found).occurrences(MONDAY, MONDAY + YEAR)]


# --- when ---


def test_start_and_end_in_a_zone() -> None:
    found = event(AT_NINE, "DTEND;TZID=Europe/Lisbon:20261124T103000")
    assert (found.start_local, found.end_local) == (local(9), local(10, 30))
    assert found.zone == "Europe/Lisbon"
    assert found.start_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert (found.title, found.uid, found.all_day) == ("Training", "1@club", False)


def test_a_single_time_in_utc_is_shown_where_the_person_is() -> None:
    found = contents(one("DTSTART:20261124T090000Z"), zone="Asia/Tokyo").events[0]
    assert (found.start_local, found.zone) == (local(18), "Asia/Tokyo")


def test_utc_as_the_name_of_a_zone() -> None:
    assert event("DTSTART;TZID=UTC:20261124T090000", "RRULE:FREQ=DAILY").zone == "UTC"


def test_a_time_without_a_zone_is_where_the_person_is() -> None:
    found = contents(one("DTSTART:20261124T090000"), zone="Asia/Tokyo").events[0]
    assert (found.start_local, found.zone) == (local(9), "Asia/Tokyo")


def test_an_end_in_another_zone() -> None:
    found = event(AT_NINE, "DTEND;TZID=America/New_York:20261124T110000")
    assert found.end_local == local(16)


@pytest.mark.parametrize(
    ("lasts", "ends"),
    [
        ("DURATION:PT90M", local(10, 30)),
        ("DURATION:P1D", local(9, day=25)),
        ("DTEND;TZID=Europe/Lisbon:20261124T090000", local(9)),
        ("LOCATION:nowhere", local(9)),
    ],
)
def test_a_duration_or_nothing_in_place_of_an_end(lasts: str, ends: datetime) -> None:
    assert event(AT_NINE, lasts).end_local == ends


@pytest.mark.parametrize(
    ("lasts", "ends"),
    [
        ("DTEND;VALUE=DATE:20261127", local(0, day=27)),
        ("DTEND;VALUE=DATE:20261124", local(0, day=25)),
        ("DURATION:P2D", local(0, day=26)),
        ("LOCATION:nowhere", local(0, day=25)),
    ],
)
def test_whole_days(lasts: str, ends: datetime) -> None:
    found = event("DTSTART;VALUE=DATE:20261124", lasts)
    assert found.all_day
    assert (found.start_local, found.end_local) == (local(0), ends)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("europe/lisbon", "Europe/Lisbon"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Tokyo Standard Time", "Asia/Tokyo"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        (
            "/a.org/1/America/Argentina/Buenos_Aires",
            "America/Argentina/Buenos_Aires",
        ),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("GMT+02:00", "Etc/GMT-2"),
    ],
)
def test_zones_by_any_name(name: str, zone: str) -> None:
    assert event(f'DTSTART;TZID="{name}":20261124T090000').zone == zone


def test_a_zone_that_only_its_definition_tells() -> None:
    data = calendar(vtimezone("Club time"), vevent("DTSTART;TZID=Club time:20261124T090000"))
    assert contents(data, zone="Europe/Paris").events[0].zone == "Europe/Paris"
    found = contents(data, zone="Asia/Tokyo").events[0]
    assert found.start_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_definition_says_where_it_is() -> None:
    defined = vtimezone("Mine")
    defined.insert(2, "X-LIC-LOCATION:Europe/Madrid")
    data = calendar(defined, vevent("DTSTART;TZID=Mine:20261124T090000"))
    assert contents(data).events[0].zone == "Europe/Madrid"


def test_a_zone_that_nothing_tells_is_not_guessed() -> None:
    assert "I do not know its time zone “Middle Earth”" in broken(
        "DTSTART;TZID=Middle Earth:20261124T090000"
    )


# --- again and again ---


def test_a_series_with_days_left_out() -> None:
    found = event(
        AT_NINE,
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Lisbon:20261201T090000",
        "EXDATE:20261208T090000Z",
    )
    assert times(found) == [local(9), local(9, day=15, month=12)]


def test_an_occurrence_that_differs_is_its_own_event() -> None:
    data = calendar(
        vevent(AT_NINE, "RRULE:FREQ=WEEKLY;COUNT=3"),
        vevent(
            "RECURRENCE-ID;TZID=Europe/Lisbon:20261201T090000",
            "DTSTART;TZID=Europe/Lisbon:20261202T110000",
            title="Later training",
        ),
        vevent("RECURRENCE-ID:20261208T090000Z", "STATUS:CANCELLED", "DTSTART:20261208T090000Z"),
    )
    found = contents(data)
    assert [each.title for each in found.events] == ["Training", "Later training"]
    assert times(found.events[0]) == [local(9)]
    assert found.events[1].start_local == local(11, day=2, month=12)
    assert {each.uid for each in found.events} == {"1@club"}
    assert found.cancelled == 1


def test_a_beginning_that_its_rule_does_not_name_counts_all_the_same() -> None:
    found = contents(one(AT_NINE, "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3")).events
    assert [times(each) for each in found] == [
        [local(9)],
        [local(9, day=27), local(9, day=4, month=12)],
    ]


def test_a_time_of_day_in_the_rule_that_says_nothing_new() -> None:
    found = event(AT_NINE, "RRULE:FREQ=DAILY;COUNT=2;BYHOUR=9;BYMINUTE=0;BYSECOND=0")
    assert found.rrule == "FREQ=DAILY;COUNT=2"


def test_extra_dates_are_events_of_their_own() -> None:
    found = contents(one(AT_NINE, "RDATE;TZID=Europe/Lisbon:20261126T090000,20261128T090000"))
    assert [each.start_local.day for each in found.events] == [24, 26, 28]


def test_a_birthday_without_a_year() -> None:
    found = event("DTSTART;VALUE=DATE:16041124", "RRULE:FREQ=YEARLY")
    assert times(found)[:1] == [local(0)]


def test_the_newest_of_two_versions_counts() -> None:
    data = calendar(
        vevent(AT_NINE, "SEQUENCE:2", title="New"), vevent(AT_NINE, "SEQUENCE:1", title="Old")
    )
    assert [each.title for each in contents(data).events] == ["New"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("RRULE:FREQ=SECONDLY",), "too often"),
        (("RRULE:FREQ=MINUTELY",), "too often"),
        (("RRULE:FREQ=DAILY;BYHOUR=9,17",), "BYHOUR"),
        (("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "in a way that I do not keep"),
        (("DTEND;TZID=Europe/Lisbon:20261124T080000",), "ends before it begins"),
        (("DTEND;VALUE=DATE:20261125",), "whole day"),
        (("DURATION:P40000D",), "longer than ten years"),
        (("EXDATE:99",), "damaged"),
    ],
)
def test_what_cannot_be_kept_is_told(lines: tuple[str, ...], why: str) -> None:
    told = broken(AT_NINE, *lines, "RRULE:FREQ=DAILY" if "EXDATE" in lines[0] else "X-NO:1")
    assert told.startswith("“Training”: ")
    assert why in told


@pytest.mark.parametrize(
    "start", ["X-NO:1", "DTSTART:soon", "DTSTART:99991231T000000Z", "DTSTART:00010101T000000"]
)
def test_no_beginning_that_can_be_kept(start: str) -> None:
    assert broken(start)


def test_one_broken_event_spoils_nothing_else() -> None:
    data = calendar(vevent("DTSTART:soon", uid="a"), vevent(AT_NINE, "ATTENDEE;=;:", "X", uid="b"))
    found = contents(data)
    assert (len(found.events), len(found.broken)) == (1, 1)


def test_an_alarm_inside_is_not_the_event() -> None:
    found = event(
        AT_NINE, "BEGIN:VALARM", "DESCRIPTION:ring", "DURATION:PT5M", "END:VALARM", "LOCATION:Hall"
    )
    assert (found.description, found.location, found.end_local) == ("", "Hall", local(9))


# --- words ---


def test_words_are_cleaned_and_cut() -> None:
    found = event(
        AT_NINE,
        "LOCATION:Rua\\, 1\\nDoor 2",
        "DESCRIPTION:one\\ntwo\u202e\x00" + "!" * 3000,
    )
    assert found.location == "Rua, 1 Door 2"
    assert found.description.startswith("one\ntwo!!")
    assert len(found.description) == 2000
    untitled = contents(calendar(vevent(AT_NINE, title=" \u200b"))).events[0]
    assert untitled.title == "Untitled"


def test_folded_lines_and_other_encodings() -> None:
    text = one(AT_NINE).decode().replace("Training", "Trei\r\n no à noite")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert contents(text.encode(encoding)).events[0].title == "Treino à noite"
    assert contents(text.replace("\r\n", "\n").encode()).events[0].title == "Treino à noite"


def test_an_event_without_a_uid_has_the_same_the_next_time() -> None:
    data = one(AT_NINE).replace(b"UID:1@club\r\n", b"")
    first, again = contents(data).events[0], contents(data).events[0]
    assert first.uid == again.uid != ""


# --- whole files ---


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00\xff\xfe" * 50, b"\xff\xfe" + b"x" * 99])
def test_what_is_no_calendar(data: bytes) -> None:
    with pytest.raises(UserError) as raised:
        contents(data)
    assert str(raised.value) == NO_CALENDAR


def test_a_file_that_stops_in_the_middle() -> None:
    data = calendar(vevent(AT_NINE, uid="a"), vevent(AT_NINE, uid="b"))
    found = contents(data[: data.rindex(b"END:VEVENT")])
    assert (len(found.events), len(found.broken)) == (1, 1)
    assert "ends in the middle" in found.broken[0]


def test_a_calendar_that_takes_back() -> None:
    found = contents(calendar(vevent(AT_NINE), head=["METHOD:CANCEL"]))
    assert (found.events, found.cancelled) == ((), 1)


def test_more_events_than_are_imported() -> None:
    with pytest.raises(UserError, match=r"has 10,001 events"):
        contents(calendar(*([vevent(AT_NINE)] * (MOST_EVENTS + 1))))


def test_what_all_series_of_a_file_may_cost_is_bounded() -> None:
    each = 10_000
    most = MOST_EXPANDED // each
    rule = f"RRULE:FREQ=HOURLY;COUNT={each}"
    data = calendar(*(vevent(AT_NINE, rule, uid=str(at)) for at in range(most + 3)))
    found = contents(data)
    assert (len(found.events), len(found.broken)) == (most, 3)
    assert "too often" in found.broken[0]


def test_what_pixie_writes_is_read_as_it_was() -> None:
    ann = Person(id=OwnerId("1"), zone="Europe/Lisbon", created_at=MONDAY)
    event = rows.event("Lunch", local(12))
    event = Event(
        **{
            **{name: getattr(event, name) for name in event.__slots__},
            "id": "7e57",
            "rrule": "FREQ=WEEKLY;BYDAY=TU",
            "excluded": (local(12, day=1, month=12),),
            "until_at": None,
        }
    )
    written = ical.render(ann, "events", [event], [], MONDAY)
    found = contents(written).events[0]
    assert found.uid == "7e57@pixie"
    assert (found.rrule, found.excluded) == (event.rrule, event.excluded)
    assert (found.start_local, found.end_local) == (event.start_local, event.end_local)


async def test_it_is_read_beside_the_event_loop() -> None:
    found = await CalendarFiles().read(one(AT_NINE), "Europe/Lisbon", MONDAY)
    assert len(found.events) == 1


# --- anything at all ---

_NAMES = st.sampled_from(
    [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SUMMARY",
        "UID",
        "SEQUENCE",
        "STATUS",
    ]
)
_VALUES = st.one_of(
    st.text(max_size=30),
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda day: f"{day:%Y%m%d}"),
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(
        lambda at: at.strftime("%Y%m%dT%H%M%SZ")
    ),
    st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=WEEKLY;COUNT=3",
            "FREQ=YEARLY;UNTIL=99991231",
            "FREQ=MONTHLY;BYDAY=1MO,-1FR;BYSETPOS=2",
            "FREQ=HOURLY;INTERVAL=5;UNTIL=20300101T000000Z",
            "P1W",
            "-PT5M",
            "PT99999999H",
            "20261124T090000/PT1H",
        ]
    ),
)
_PARAMETERS = st.sampled_from(
    [
        "",
        ";VALUE=DATE",
        ";TZID=Europe/Lisbon",
        ";TZID=Nowhere",
        ";RANGE=THISANDFUTURE",
        ';X="',
        ";=",
    ]
)
_LINES = st.builds("{}{}:{}".format, _NAMES, _PARAMETERS, _VALUES)


@given(st.lists(st.lists(_LINES, max_size=8), max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_properties_are_read_or_told(events: list[list[str]]) -> None:
    lines = ["BEGIN:VCALENDAR"]
    for properties in events:
        lines += ["BEGIN:VEVENT", *properties, "END:VEVENT"]
    data = "\r\n".join([*lines, "END:VCALENDAR"]).encode("utf-8", "surrogatepass")
    for found in contents(data).events:
        assert found.end_local >= found.start_local
        assert found.title


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda s: s.encode("utf-8"))))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for whole in (data, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + data + b"\nEND:VEVENT"):
        with suppress(UserError):
            contents(whole)


@given(st.lists(st.text(max_size=40), max_size=6), st.text(min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_zone_definition_is_used_or_not(lines: list[str], name: str) -> None:
    defined = ["BEGIN:VTIMEZONE", f"TZID:{name}", "BEGIN:STANDARD", *lines, "END:STANDARD"]
    data = calendar([*defined, "END:VTIMEZONE"], vevent(f'DTSTART;TZID="{name}":20261124T090000'))
    contents(data)
