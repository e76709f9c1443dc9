"""Who somebody is follows what Slack tells of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.ports import Work
from core.values import Identity
from tests.bots.slack.at_work import AtWork, at_work
from tests.slack_whole import WAYS


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[AtWork]:
    async with at_work(request.param, sqlite_url) as here:
        yield here


async def named(here: AtWork, name: str) -> bool:
    who = Identity(platform="slack", workspace=here.slack.workspace.id, user=here.alice.id)

    def unit(work: Work) -> str:
        person = work.people.by_identity(who)
        return "" if person is None else person.name

    return await here.store.read(unit) == name


async def test_a_name_follows_unless_another_was_chosen(here: AtWork) -> None:
    here.alice.says("task: buy milk")
    await here.hears("buy milk")
    here.alice.changes(display_name="Alicia")
    async with asyncio.timeout(60):
        while not await named(here, "Alicia"):
            await asyncio.sleep(0.01)
    here.alice.says("/settings name Al")
    await here.hears("Al")
    here.alice.changes(display_name="Alice")
    here.alice.says("thank you")
    await here.hears("welcome")
    assert await named(here, "Al")


async def test_the_first_shortcut_of_a_newcomer_opens_its_form(here: AtWork) -> None:
    bob = here.slack.workspace.person("Bob")
    team = here.slack.workspace.channel("team", here.alice, bob)
    said = bob.says("please do it by Friday", team)
    here.alice.message_shortcut("remind_about", said)
    await here.slack.until(lambda: here.alice.modal)
    modal = here.alice.modal
    assert modal is not None
    words = str(modal.values["text"])
    assert "please do it by Friday" in words
    assert "(from Bob " in words
    assert "/archives/" in words
    await here.hears("I'm Pixie")
