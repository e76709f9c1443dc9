"""All of Pixie on Slack, by a socket and by signed requests, on both databases."""

import asyncio

import pytest

from core.rows import TaskStatus
from db.store import open_store
from main import SystemClock
from tests.bots.slack.conftest import Office, open_office
from tests.fakes.slack import Channel, Person, Refused, SlackServer


@pytest.fixture
def bob(slack: SlackServer) -> Person:
    return slack.workspace.person("Bob")


@pytest.fixture
def general(slack: SlackServer, ana: Person, bob: Person) -> Channel:
    return slack.workspace.channel("general", ana, bob)


async def test_a_message_is_answered_once_however_often_it_is_told(
    office: Office, slack: SlackServer, ana: Person
) -> None:
    ana.says("remind me tomorrow at 2pm to call <!channel> mom")
    card = await office.hears("call")
    assert "(Lisbon)" in card.text
    await office.settled()
    (told,) = [each for each in slack.deliveries.all if "call <!channel>" in str(each.payload)
               and each.payload["event"]["user"] == ana.id]  # fmt: skip
    slack.deliveries.again(told)
    slack.deliveries.again(told, "Ev0ANOTHER")
    await office.settled()
    ana.says("thank you")
    await office.hears("welcome")
    await office.settled()
    assert len(office.said) == 2


async def test_messages_that_come_together_are_answered_in_their_order(
    way: str, office: Office, ana: Person
) -> None:
    for number in range(8):
        ana.says(f"add a task: number {number}")
        if way == "requests":
            # Requests that are under way at once have no order.
            await office.told()
    await office.handled()
    expected = [f"number {number}" for number in range(8)]
    assert [task.title for task in await office.tasks()] == expected


async def test_commands_are_answered_to_who_gave_them_alone(
    office: Office, ana: Person, general: Channel
) -> None:
    await office.knows(ana)
    ana.commands("/todo", "send the report by Friday", general)
    answer = await office.hears("send the report")
    assert (answer.channel, answer.seen_by) == (general, ana.id)
    ana.commands("/todo", "buy milk --share", general)
    answer = await office.hears("buy milk")
    assert (answer.channel, answer.ephemeral) == (general, False)
    assert not ana.chat.messages
    # What Pixie writes first goes to the chat with Ana, and not where she gave the command.
    (chat,) = await office.store.read(lambda work: work.people.chats("slack"))
    assert (chat.chat, chat.thread) == (ana.chat.id, None)


async def test_commands_in_one_channel_do_not_wait_for_each_other(
    office: Office, ana: Person, general: Channel
) -> None:
    await office.knows(ana)
    began = asyncio.get_running_loop().time()
    for number in range(6):
        ana.commands("/todo", f"number {number}", general)
    await office.slack.until(lambda: len(office.said) == 6)
    assert asyncio.get_running_loop().time() - began < 4


async def test_a_tapped_card_changes_where_it_is(office: Office, ana: Person) -> None:
    ana.says("add a task: buy milk")
    card = await office.hears("buy milk")
    await office.settled()
    block, done = card.element("Done")
    for _ in range(5):
        ana.taps_element(card, block, done)
    await office.slack.until(lambda: "done ✓" in card.text)
    await office.settled()
    assert [task.status for task in await office.tasks()] == [TaskStatus.COMPLETED]
    assert office.said == [card]
    ana.taps(card, "Undo")
    await office.slack.until(lambda: "done ✓" not in card.text)
    await office.settled()
    assert office.said == [card]


async def test_a_channel_is_answered_in_a_thread_and_nothing_private_is_said(
    office: Office, ana: Person, general: Channel
) -> None:
    ana.says("add a task: my secret plan")
    await office.hears("my secret plan")
    asked = ana.mentions("my tasks", general)
    await office.slack.until(lambda: general.from_bot)
    await office.settled()
    (answer,) = general.from_bot
    assert answer.thread_ts == asked.ts
    assert "secret" not in answer.shown + answer.text


async def test_a_form_is_opened_checked_and_filled_in(office: Office, ana: Person) -> None:
    ana.says("hello")
    await office.hears("Hello")
    ana.shortcut("new_task")
    await office.slack.until(lambda: ana.modal)
    form = ana.modal
    assert form is not None
    ana.submits(form, title=" ")
    await office.slack.until(lambda: form.errors)
    assert (list(form.errors), ana.modal) == (["title"], form)
    ana.submits(form, title="water the plants", date="2100-01-04")
    card = await office.hears("water the plants")
    assert card.channel is ana.chat
    (task,) = await office.tasks()
    assert (task.title, task.due_at is not None) == ("water the plants", True)
    await office.told()
    assert (ana.modal, ana.failures) == (None, [])


async def test_a_form_that_cannot_be_opened_asks_in_words(office: Office, ana: Person) -> None:
    ana.says("remind me tomorrow at 2pm to call mom")
    card = await office.hears("call mom")
    await office.settled()
    office.slack.script("views.open", Refused("expired_trigger_id"))
    ana.taps(card, "Move")
    await office.hears("?")
    assert ana.modal is None


async def test_the_home_follows_what_changes(office: Office, ana: Person) -> None:
    def shows(words: str) -> bool:
        return ana.home is not None and words in str(ana.home.blocks)

    ana.opens_home()
    await office.slack.until(lambda: shows("Hello, I am Pixie"))
    ana.says("add a task: buy milk")
    await office.hears("buy milk")
    ana.opens_home()
    await office.slack.until(lambda: shows("buy milk"))
    ana.says("add a task: water the plants")
    await office.slack.until(lambda: shows("water the plants"))


async def test_a_message_becomes_a_task_that_leads_back_to_it(
    office: Office, ana: Person, bob: Person, general: Channel
) -> None:
    await office.knows(ana)
    plan = bob.says("Send Bob the plan", general)
    ana.message_shortcut("make_task", plan)
    answer = await office.hears("Send Bob the plan")
    assert answer.seen_by == ana.id
    (task,) = await office.tasks()
    assert task.title == "Send Bob the plan"
    assert f"archives/{general.id}/p{plan.ts.replace('.', '')}" in str(task)


async def test_a_new_zone_is_asked_about(office: Office, ana: Person) -> None:
    ana.says("hello")
    await office.hears("Hello")
    ana.changes_zone("Asia/Tokyo")
    asked = await office.hears("Asia/Tokyo")
    await office.settled()
    ana.taps(asked, "Yes")
    await office.slack.until(lambda: "Your zone is Asia/Tokyo" in asked.text)


async def test_guests_are_turned_away_and_leave_nothing(office: Office, slack: SlackServer) -> None:
    guest = slack.workspace.person("Gil", guest=True)
    guest.says("add a task: buy milk")
    answer = await office.hears("this workspace's members")
    assert answer.channel is guest.chat
    assert await office.tasks(guest) == []


async def test_a_channel_does_not_answer_guests(
    way: str, office: Office, ana: Person, general: Channel
) -> None:
    ana.mentions("add a task: ours", general)
    await office.hears("ours")
    ana.changes(is_restricted=True)
    if way == "requests":
        await office.told()
    ana.mentions("my tasks", general)
    answer = await office.hears("this workspace's members")
    assert "ours" not in answer.text


async def test_who_cannot_be_known_is_told_to_come_again(office: Office, ana: Person) -> None:
    office.slack.script("users.info", Refused("internal_error"))
    ana.says("add a task: buy milk")
    (told,) = office.slack.deliveries.all
    told.deadline = 0.5
    await office.hears("buy milk")
    await office.settled()
    assert not told.outcomes[0].ok
    assert [task.title for task in await office.tasks()] == ["buy milk"]


@pytest.mark.parametrize("way", ["socket"], indirect=True)
async def test_what_was_written_meanwhile_is_caught_up(
    way: str, slack: SlackServer, ana: Person, store_url: str
) -> None:
    """Requests come again by themselves."""
    clock = SystemClock()
    store = await open_store(store_url, clock)
    async with open_office(way, slack, ana, store, clock) as office:
        ana.says("hello")
        await office.hears("Hello")
    slack.app.events.remove("message.im")
    ana.says("add a task: buy milk")
    slack.app.events.add("message.im")
    async with open_office(way, slack, ana, store, clock) as office:
        card = await office.hears("✅ #1 buy milk")
        assert card.channel is ana.chat
    async with open_office(way, slack, ana, store, clock) as office:
        ana.says("thank you")
        await office.hears("welcome")
        assert len(await office.tasks()) == 1
    await store.close()
