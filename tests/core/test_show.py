import locale
from datetime import date, datetime, time

import pytest

from core.when.recurrence import Rule, describe
from core.when.show import (
    show_day,
    show_days,
    show_moment,
    show_span,
    show_time,
    show_zone,
)

TODAY = date(2026, 11, 22)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("when", "by_24", "by_12"),
    [
        ("2026-11-23T14:00", "Mon 23 Nov 14:00", "Mon 23 Nov 2 pm"),
        ("2026-11-23T00:00", "Mon 23 Nov 00:00", "Mon 23 Nov 12 am"),
        ("2026-11-23T12:00", "Mon 23 Nov 12:00", "Mon 23 Nov 12 pm"),
        ("2026-01-02T09:05", "Fri 2 Jan 09:05", "Fri 2 Jan 9:05 am"),
        ("2027-01-01T13:00", "Fri 1 Jan 2027 13:00", "Fri 1 Jan 2027 1 pm"),
        ("2025-12-31T23:59", "Wed 31 Dec 2025 23:59", "Wed 31 Dec 2025 11:59 pm"),
    ],
)
def test_a_moment(when: str, by_24: str, by_12: str) -> None:
    assert show_moment(at(when), today=TODAY) == by_24
    assert show_moment(at(when), today=TODAY, clock=12) == by_12


@pytest.mark.parametrize(
    ("start", "end", "by_24", "by_12"),
    [
        ("2026-11-23T12:00", "2026-11-23T13:30", "Mon 23 Nov 12:00–13:30", "Mon 23 Nov 12–1:30 pm"),
        (
            "2026-11-23T11:30",
            "2026-11-23T13:00",
            "Mon 23 Nov 11:30–13:00",
            "Mon 23 Nov 11:30 am–1 pm",
        ),
        (
            "2026-11-23T22:00",
            "2026-11-24T00:00",
            "Mon 23 Nov 22:00–00:00",
            "Mon 23 Nov 10 pm–12 am",
        ),
        (
            "2026-11-23T22:00",
            "2026-11-24T01:00",
            "Mon 23 Nov 22:00 – Tue 24 Nov 01:00",
            "Mon 23 Nov 10 pm – Tue 24 Nov 1 am",
        ),
        (
            "2026-12-31T22:00",
            "2027-01-01T01:00",
            "Thu 31 Dec 22:00 – Fri 1 Jan 2027 01:00",
            "Thu 31 Dec 10 pm – Fri 1 Jan 2027 1 am",
        ),
        (
            "2026-11-23T09:00",
            "2026-11-25T00:00",
            "Mon 23 Nov 09:00 – Wed 25 Nov 00:00",
            "Mon 23 Nov 9 am – Wed 25 Nov 12 am",
        ),
        ("2026-11-23T09:00", "2026-11-23T09:00", "Mon 23 Nov 09:00", "Mon 23 Nov 9 am"),
        # An hour that happens twice: the end may read earlier than the start.
        (
            "2026-10-25T01:45",
            "2026-10-25T01:15",
            "Sun 25 Oct 01:45–01:15",
            "Sun 25 Oct 1:45–1:15 am",
        ),
    ],
)
def test_a_span(start: str, end: str, by_24: str, by_12: str) -> None:
    assert show_span(at(start), at(end), today=TODAY) == by_24
    assert show_span(at(start), at(end), today=TODAY, clock=12) == by_12


def test_whole_days() -> None:
    monday = date(2026, 11, 23)
    assert show_days(monday, date(2026, 11, 24), today=TODAY) == "Mon 23 Nov, all day"
    several = show_days(monday, date(2026, 11, 26), today=TODAY)
    assert several == "Mon 23 Nov – Wed 25 Nov, all day"
    new_year = show_days(date(2026, 12, 31), date(2027, 1, 2), today=TODAY)
    assert new_year == "Thu 31 Dec – Fri 1 Jan 2027, all day"
    assert show_days(monday, monday, today=TODAY) == "Mon 23 Nov, all day"


def test_a_day_a_time_and_a_zone() -> None:
    assert show_day(date(2026, 11, 23), today=TODAY) == "Mon 23 Nov"
    assert show_time(time(9)) == "09:00"
    assert show_time(time(0, 30), clock=12) == "12:30 am"
    assert show_zone("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert show_zone("UTC") == "UTC"


def test_names_do_not_follow_the_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "C")
        assert show_day(date(2026, 3, 4), today=TODAY) == "Wed 4 Mar"
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=HOURLY", "every hour"),
        ("FREQ=HOURLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "every 2 hours on weekdays"),
        ("FREQ=DAILY", "every day at 09:00"),
        ("FREQ=DAILY;INTERVAL=2", "every other day at 09:00"),
        ("FREQ=DAILY;INTERVAL=3;UNTIL=20260305", "every 3 days at 09:00 until 5 Mar"),
        ("FREQ=DAILY;UNTIL=20270305T090000", "every day at 09:00 until 5 Mar 2027"),
        ("FREQ=DAILY;BYMONTH=1,2", "every day in January and February at 09:00"),
        ("FREQ=DAILY;COUNT=1", "every day at 09:00, once"),
        ("FREQ=WEEKLY", "every week at 09:00"),
        ("FREQ=WEEKLY;BYDAY=TH", "every Thursday at 09:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "every other Thursday at 09:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday at 09:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "every day at 09:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "every other week on Saturday and Sunday at 09:00"),
        (
            "FREQ=WEEKLY;BYDAY=FR,MO,WE;COUNT=5",
            "every Monday, Wednesday and Friday at 09:00, 5 times",
        ),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR", "every 3 weeks on weekdays at 09:00"),
        ("FREQ=MONTHLY", "monthly at 09:00"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "monthly on the last Friday at 09:00"),
        ("FREQ=MONTHLY;BYDAY=1FR,3FR", "monthly on the first and third Friday at 09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "monthly on the 1st, 15th and last day at 09:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4", "every 3 months on the 4th at 09:00"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "monthly on the last weekday at 09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "monthly on the 13th if it is a Friday at 09:00"),
        ("FREQ=YEARLY", "yearly at 09:00"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14", "yearly on 14 Mar at 09:00"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=14", "every other year on 14 Mar at 09:00"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "yearly on the fourth Thursday in November at 09:00"),
        ("FREQ=YEARLY;BYDAY=20MO", "yearly on the 20th Monday of the year at 09:00"),
        ("FREQ=YEARLY;BYDAY=MO", "every Monday at 09:00"),
    ],
)
def test_a_rule_in_words(rule: str, words: str) -> None:
    assert describe(Rule.parse(rule), time(9), today=TODAY) == words


def test_a_rule_in_words_without_a_time_or_today() -> None:
    rule = Rule.parse("FREQ=DAILY;INTERVAL=3;UNTIL=20260305")
    assert describe(rule) == "every 3 days until 5 Mar 2026"
    assert describe(Rule.parse("FREQ=DAILY"), time(14, 30), clock=12) == "every day at 2:30 pm"
