"""A menu's entry cannot ask by itself before it deletes: a modal does."""

from collections.abc import AsyncIterator

import pytest

from tests.bots.slack.at_work import AtWork, at_work
from tests.slack_whole import WAYS


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[AtWork]:
    async with at_work(request.param, sqlite_url) as here:
        yield here


async def test_home_asks_before_it_cancels(here: AtWork) -> None:
    alice = here.alice
    alice.says("remind me tomorrow at 9 to water plants")
    await here.hears("water plants")
    alice.opens_home()
    await here.slack.until(lambda: alice.home and "water plants" in alice.home.shown)
    assert alice.home is not None
    alice.taps(alice.home, "Cancel")
    await here.slack.until(lambda: alice.modal)
    assert alice.modal is not None
    assert alice.modal.title == "Cancel?"
    assert "#1 water plants" in alice.modal.shown
    alice.closes()
    alice.taps(alice.home, "Cancel")
    await here.slack.until(lambda: alice.modal)
    alice.presses_submit()
    cancelled = await here.hears("cancelled")
    assert cancelled.labels == ["Undo"]
    await here.slack.until(lambda: alice.home and "water plants" not in alice.home.shown)
