"""Who somebody is follows what Slack tells of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.ports import Work
from core.values import Identity
from db.store import open_store
from main import SystemClock
from tests.bots.slack.at_work import AtWork, at_work
from tests.fakes.slack import Fault, SlackServer
from tests.slack_whole import WAYS, whole


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


async def test_what_changes_while_pixie_is_away_is_seen_when_she_is_back(
    sqlite_url: str, no_certificates: None
) -> None:
    store = await open_store(sqlite_url, SystemClock())
    async with SlackServer() as slack:
        alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
        here = AtWork(slack=slack, alice=alice, store=store)
        async with whole("socket", store, SystemClock(), slack):
            alice.says("task: buy milk")
            await here.hears("buy milk")
        slack.hold()
        alice.changes(display_name="Alicia")
        alice.changes_zone("Asia/Tokyo")
        # Slack has given up telling it.
        slack.hold()
        slack.let_go()
        async with whole("socket", store, SystemClock(), slack):
            alice.says("thank you")
            await here.hears("you are in Asia/Tokyo now")
        assert await named(here, "Alicia")
    await store.close()


async def test_a_change_told_after_a_restart_is_followed(
    sqlite_url: str, no_certificates: None
) -> None:
    store = await open_store(sqlite_url, SystemClock())
    async with SlackServer() as slack:
        alice = slack.workspace.person("Alice", tz="Europe/Lisbon")
        here = AtWork(slack=slack, alice=alice, store=store)
        async with whole("socket", store, SystemClock(), slack):
            alice.says("task: buy milk")
            await here.hears("buy milk")
        async with whole("socket", store, SystemClock(), slack):
            alice.changes(display_name="Alicia")
            async with asyncio.timeout(60):
                while not await named(here, "Alicia"):
                    await asyncio.sleep(0.01)
    await store.close()


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.RESET_BEFORE])
async def test_a_shortcut_whose_form_cannot_be_opened_asks_in_words(
    here: AtWork, fault: Fault
) -> None:
    here.alice.says("thank you")
    await here.hears("welcome")
    here.slack.script("views.open", fault, fault)
    here.alice.shortcut("new_task")
    await here.hears("What should the task be?")
    assert here.alice.modal is None
    here.alice.says("buy milk")
    await here.hears("buy milk")


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.ERROR_AFTER, Fault.SERVER_ERROR])
async def test_a_form_that_was_opened_all_the_same_is_not_asked_for_in_words(
    here: AtWork, fault: Fault
) -> None:
    here.alice.says("thank you")
    await here.hears("welcome")
    here.slack.script("views.open", fault)
    here.alice.shortcut("new_task")
    await here.slack.until(lambda: here.alice.modal and here.slack.heard)
    here.alice.says("/settings name Al")
    await here.hears("Al")
    assert not any("?" in each.shown for each in here.alice.chat.from_bot)
