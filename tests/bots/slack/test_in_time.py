"""Slack gets its yes in time, whatever it is slow to tell us itself."""

import json
import time
from collections.abc import AsyncIterator

import pytest

from tests.bots.slack.at_work import AtWork, at_work
from tests.fakes.slack import Delayed
from tests.slack_whole import LONG, WAYS

SLOW = Delayed(4.5)


@pytest.fixture(autouse=True)
def hurry() -> None:
    """As in life."""


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[AtWork]:
    async with at_work(request.param, sqlite_url) as here:
        yield here


async def test_a_chat_that_is_slow_to_open_keeps_no_command_waiting(here: AtWork) -> None:
    here.slack.script("conversations.open", SLOW, times=3)
    team = here.slack.workspace.channel("team", here.alice)
    told = here.alice.commands("/todo", "buy milk", team)
    await here.slack.until(lambda: told.over)
    assert told.acked
    await here.slack.until(lambda: team.from_bot)
    assert "buy milk" in team.last.shown


async def test_a_newcomer_whom_slack_does_not_tell_of_is_asked_to_come_again(here: AtWork) -> None:
    here.slack.script("users.info", SLOW)
    team = here.slack.workspace.channel("team", here.alice)
    told = here.alice.commands("/todo", "buy milk", team)
    await here.slack.until(lambda: told.over and team.messages)
    assert told.acked
    assert "say it again in a minute" in team.last.shown
    assert team.last.seen_by == here.alice.id
    again = here.alice.commands("/todo", "buy milk", team)
    await here.slack.until(lambda: again.over and len(team.messages) == 2)
    assert "#1 buy milk" in team.last.shown


async def test_an_event_of_a_newcomer_comes_again(here: AtWork) -> None:
    here.slack.script("users.info", SLOW)
    here.alice.says("task: buy milk")
    await here.hears("#1 buy milk")


@pytest.mark.parametrize("here", ["requests"], indirect=True)
@pytest.mark.usefixtures("unhurried")
async def test_a_hundred_commands_at_once_wait_for_their_turn(
    here: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.slack.http.TURN_WITHIN", LONG)
    people = [here.slack.workspace.person(f"Person {number}") for number in range(100)]
    team = here.slack.workspace.channel("team", *people)
    told = [person.commands("/todo", "buy milk", team) for person in people]
    for each in told:
        each.deadline = LONG
    await here.slack.until(lambda: all(each.over for each in told))
    assert [each.error for each in told if not each.acked] == []


@pytest.mark.parametrize("here", ["requests"], indirect=True)
@pytest.mark.parametrize("body", ["{bad", "[]", "null", "5", "[" * 5000, "payload={bad"])
async def test_what_says_nothing_is_refused(here: AtWork, body: str) -> None:
    url = here.slack.requests.urls["events_api"]
    assert (await here.slack.requests.post(url, body, signature="v0=00"))[0] == 401
    assert (await here.slack.requests.post(url, body))[0] == 400
    assert (await here.slack.requests.post(url, json.dumps({}), timestamp="x"))[0] == 400
    old = f"{time.time() - 301:.0f}"
    assert (await here.slack.requests.post(url, json.dumps({}), timestamp=old))[0] == 401
