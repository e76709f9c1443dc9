"""What is one person's alone is shown to nobody else, whoever asks for it."""

from collections.abc import AsyncIterator

import pytest

from tests.bots.slack.at_work import AtWork, at_work
from tests.slack_whole import WAYS


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[AtWork]:
    async with at_work(request.param, sqlite_url) as here:
        yield here


@pytest.mark.parametrize("words", ["/link", "/calendar"])
async def test_a_secret_is_not_shared(here: AtWork, words: str) -> None:
    bob = here.slack.workspace.person("Bob")
    team = here.slack.workspace.channel("team", here.alice, bob)
    here.alice.commands("/pixie", f"{words} --share", team)
    await here.slack.until(lambda: team.from_bot)
    assert team.last.seen_by == here.alice.id
    here.alice.commands("/todo", "buy milk --share", team)
    await here.slack.until(lambda: len(team.from_bot) == 2)
    assert team.last.seen_by == ""
