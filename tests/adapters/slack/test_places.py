"""Places on Slack within addresses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.places import ANSWERABLE, Place, home, place
from core.values import Address
from tests.fakes.clock import MONDAY

URL = "https://hooks.slack.com/commands/T1/2/x|y"
WHISPER = Place(
    team="T1",
    channel="C1",
    thread="1700000000.000100",
    only="U1",
    response_url=URL,
    until=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "there",
    [
        Place(team="T1", channel="C1"),
        Place(team="T1", channel="D1", thread="1700000000.000100"),
        WHISPER,
        replace(WHISPER, shared=True, thread=None),
        replace(WHISPER, response_url="", until=None),
    ],
)
def test_a_place_survives_its_address(there: Place) -> None:
    assert place(there.address()) == there


@given(st.text())
def test_every_thread_can_be_read(thread: str) -> None:
    place(Address(platform="slack", workspace="T1", chat="C1", thread=thread))


def test_who_sees_it() -> None:
    assert WHISPER.private
    assert Place(team="T1", channel="D1").private
    assert place(home("T1", "U1")).private
    assert not Place(team="T1", channel="C1").private
    assert not Place(team="T1", channel="G1").private


def test_a_response_url_lives_for_half_an_hour() -> None:
    fresh = replace(WHISPER, until=MONDAY + ANSWERABLE)
    assert fresh.answerable(MONDAY)
    assert fresh.answerable(MONDAY + timedelta(minutes=29))
    assert not fresh.answerable(MONDAY + timedelta(minutes=30))
    assert not replace(fresh, response_url="").answerable(MONDAY)
