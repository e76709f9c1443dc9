"""Which days a question looks back at."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lookback import look_back
from core.people import Person
from core.values import OwnerId

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 25, 15, tzinfo=LISBON)  # a Wednesday
ANA = Person(id=OwnerId("a"), zone="Europe/Lisbon", created_at=NOW)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("what did I say last week about the dentist", date(2026, 11, 16), date(2026, 11, 22)),
        ("what did I note yesterday?", date(2026, 11, 24), date(2026, 11, 24)),
        ("what did we say on Friday", date(2026, 11, 20), date(2026, 11, 20)),
        ("what happened in May", date(2026, 5, 1), date(2026, 5, 31)),
        ("what was planned for December", date(2025, 12, 1), date(2025, 12, 31)),
        ("What did Ana do in July 2023?", date(2023, 7, 1), date(2023, 7, 31)),
        ("What did Tom do on 7 May 2023?", date(2023, 5, 7), date(2023, 5, 7)),
        ("What did I write 2 weeks ago?", date(2026, 11, 11), date(2026, 11, 11)),
        ("did I say that this morning", date(2026, 11, 25), date(2026, 11, 25)),
        ("where was she in 2022?", date(2022, 1, 1), date(2022, 12, 31)),
    ],
)
def test_days_named(question: str, first: date, last: date) -> None:
    back = look_back(question, NOW, ANA)
    assert back is not None
    assert back.since.astimezone(LISBON) == datetime(
        first.year, first.month, first.day, tzinfo=LISBON
    )
    end = last + timedelta(days=1)
    assert back.until.astimezone(LISBON) == datetime(end.year, end.month, end.day, tzinfo=LISBON)


@pytest.mark.parametrize(
    "question",
    [
        "when did Ana go to Paris",
        "what's on tomorrow",
        "next week plans",
        "in two days",
        "for an hour",
        "",
        "room 2022",
        "\ud800",
    ],
)
def test_no_days_to_look_back_at(question: str) -> None:
    assert look_back(question, NOW, ANA) is None


def test_the_words_for_it_are_cut_out() -> None:
    back = look_back("what did I say last week about the dentist", NOW, ANA)
    assert back is not None
    assert back.rest == "what did I say about the dentist"
    assert back.holds(datetime(2026, 11, 16, tzinfo=LISBON))
    assert not back.holds(datetime(2026, 11, 23, tzinfo=LISBON))


def test_days_are_the_owners() -> None:
    tokyo = Person(id=OwnerId("t"), zone="Asia/Tokyo", created_at=NOW)
    back = look_back("yesterday", NOW, tokyo)
    assert back is not None
    assert back.since == datetime(2026, 11, 24, 15, tzinfo=UTC)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_a_question(text: str) -> None:
    back = look_back(text, NOW, ANA)
    assert back is None or back.since < back.until
