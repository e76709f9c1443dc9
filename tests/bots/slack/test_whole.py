"""All of Pixie on Slack, by a socket and by signed requests, on both databases."""

import asyncio

import pytest

from core.ports import Store
from core.rows import TaskStatus
from db.store import open_store
from main import SystemClock
from tests.adapters.slack.api import ANA, CHANNEL, DM, Message, failing
from tests.bots.slack.conftest import Office, open_office
from tests.bots.slack.workspace import Workspace


async def test_a_message_is_answered_once_however_often_it_is_told(office: Office) -> None:
    ts = await office.slack.says("remind me tomorrow at 2pm to call <!channel> mom")
    card = await office.hears("call")
    assert "(Lisbon)" in card.text
    assert "<!channel>" not in card.text
    event = {"type": "message", "channel": DM, "channel_type": "im", "user": ANA, "ts": ts}
    await office.slack.happens(
        {**event, "text": "remind me tomorrow at 2pm to call <!channel> mom"}
    )
    await office.slack.says("thank you")
    await office.hears("welcome")
    assert len(office.slack.messages) == 2


async def test_messages_that_come_together_are_answered_in_their_order(office: Office) -> None:
    for number in range(8):
        await office.slack.says(f"add a task: number {number}")
    async with asyncio.timeout(15):
        while len(await office.tasks()) < 8:
            await asyncio.sleep(0.01)
    assert [task.title for task in sorted(await office.tasks(), key=lambda one: one.number)] == [
        f"number {number}" for number in range(8)
    ]


async def test_commands_are_answered_to_who_gave_them_alone(office: Office) -> None:
    await office.slack.commands("/todo", "send the report by Friday")
    await office.slack.until(lambda: office.slack.answers)
    (answer,) = office.slack.answers
    assert answer["response_type"] == "ephemeral"
    assert "send the report" in answer["text"]
    await office.slack.commands("/todo", "buy milk --share")
    await office.slack.until(lambda: len(office.slack.answers) == 2)
    assert office.slack.answers[1]["response_type"] == "in_channel"
    assert not office.slack.messages
    # What Pixie writes first goes to the chat with Ana, and not where she gave the command.
    (chat,) = await office.store.read(lambda work: work.people.chats("slack"))
    assert (chat.chat, chat.thread) == (DM, None)


async def test_commands_in_one_channel_do_not_wait_for_each_other(office: Office) -> None:
    office.slack.uses = 10
    began = asyncio.get_running_loop().time()
    for number in range(6):
        await office.slack.commands("/todo", f"number {number}")
    await office.slack.until(lambda: len(office.slack.answers) == 6)
    assert asyncio.get_running_loop().time() - began < 4


async def test_a_tapped_card_changes_where_it_is(office: Office) -> None:
    await office.slack.says("add a task: buy milk")
    card = await office.hears("buy milk")
    await office.settled()
    for _ in range(5):
        await office.slack.taps(card, "Done")
    await office.slack.until(lambda: "done ✓" in card.text)
    await office.settled()
    assert [task.status for task in await office.tasks()] == [TaskStatus.COMPLETED]
    assert len(office.slack.messages) == 1
    await office.slack.taps(card, "Undo")
    await office.slack.until(lambda: "done ✓" not in card.text)


async def test_a_channel_is_answered_in_a_thread_and_nothing_private_is_said(
    office: Office,
) -> None:
    await office.slack.says("add a task: my secret plan")
    await office.hears("my secret plan")
    ts = await office.slack.says("<@U0> my tasks", channel=CHANNEL)
    await office.slack.until(lambda: len(office.slack.messages) == 2)
    answer = office.slack.messages[1]
    assert (answer.channel, answer.thread_ts) == (CHANNEL, ts)
    assert "secret" not in answer.text


async def test_a_form_is_opened_checked_and_filled_in(office: Office) -> None:
    await office.slack.says("hello")
    await office.hears("Hello")
    shortcut = {"type": "shortcut", "callback_id": "new_task", "trigger_id": "t"}
    await office.slack.interacts(shortcut)
    await office.slack.until(lambda: office.slack.views)
    wrong = await office.slack.submits(title=" ")
    await office.slack.until(lambda: wrong in office.slack.replies)
    assert "title" in office.slack.replies[wrong]["errors"]
    await office.slack.submits(title="water the plants", date="2100-01-04")
    card = await office.hears("water the plants")
    assert card.channel == DM
    (task,) = await office.tasks()
    assert (task.title, task.due_at is not None) == ("water the plants", True)


async def test_a_form_that_cannot_be_opened_asks_in_words(office: Office) -> None:
    await office.slack.says("remind me tomorrow at 2pm to call mom")
    card = await office.hears("call mom")
    await office.settled()
    office.slack.script("views.open", failing("expired_trigger_id"))
    await office.slack.taps(card, "Move")
    await office.hears("?")


async def test_the_home_follows_what_changes(office: Office) -> None:
    opened = {"type": "app_home_opened", "user": ANA, "channel": DM, "tab": "home"}
    await office.slack.happens(opened)
    await office.slack.until(lambda: "Hello, I am Pixie" in str(office.slack.home))
    await office.slack.says("add a task: buy milk")
    await office.hears("buy milk")
    await office.slack.happens(opened)
    await office.slack.until(lambda: "buy milk" in str(office.slack.home))
    await office.slack.says("add a task: water the plants")
    await office.slack.until(lambda: "water the plants" in str(office.slack.home))


async def test_a_message_becomes_a_task_that_leads_back_to_it(office: Office) -> None:
    shortcut = {
        "type": "message_action",
        "callback_id": "make_task",
        "trigger_id": "t",
        "channel": {"id": CHANNEL},
        "message": {"type": "message", "user": "U9", "text": "Send Bob the plan", "ts": "7.000001"},
        "response_url": office.slack.hook,
    }
    await office.slack.interacts(shortcut)
    await office.slack.until(lambda: office.slack.answers)
    (task,) = await office.tasks()
    assert task.title == "Send Bob the plan"
    assert "archives/C1/p7000001" in str(task)


async def test_a_new_zone_is_asked_about(office: Office) -> None:
    await office.slack.says("hello")
    await office.hears("Hello")
    moved = {**office.slack.user, "tz": "Asia/Tokyo"}
    await office.slack.happens({"type": "user_change", "user": moved})
    asked = await office.hears("Asia/Tokyo")
    await office.settled()
    await office.slack.taps(asked, "Yes")
    await office.slack.until(lambda: "Your zone is Asia/Tokyo" in asked.text)


async def test_guests_are_turned_away_and_leave_nothing(office: Office) -> None:
    office.slack.user["is_restricted"] = True
    await office.slack.says("add a task: buy milk")
    await office.hears("welcome by an invitation")
    assert await office.tasks() == []


async def test_a_channel_does_not_answer_guests(office: Office) -> None:
    await office.slack.says("<@U0> add a task: ours", channel=CHANNEL)
    await office.hears("ours")
    office.slack.user["is_restricted"] = True
    await office.slack.happens({"type": "user_change", "user": office.slack.user})
    await office.slack.says("<@U0> my tasks", channel=CHANNEL)
    answer = await office.hears("private secretary")
    assert "ours" not in answer.text


async def test_who_cannot_be_known_is_told_to_come_again(office: Office) -> None:
    office.slack.script("users.info", failing("internal_error"))
    number = await office.slack.says("add a task: buy milk")
    if office.slack.way == "requests":
        assert office.slack.told[-1] == 503
    else:
        await asyncio.sleep(0.2)
        assert number not in office.slack.acked
    assert await office.tasks() == []


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "nonsense"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": "x", "value": "y"}]},
        {"type": "view_submission", "view": {"state": {"values": 7}}},
        {
            "type": "view_submission",
            "view": {"id": "V", "callback_id": "old", "private_metadata": "x"},
        },
        {"type": "view_closed", "view": {"id": "V", "callback_id": "form"}},
    ],
)
async def test_strange_payloads_are_passed(office: Office, payload: dict[str, object]) -> None:
    await office.slack.interacts(dict(payload))
    await office.slack.says("hello")
    await office.hears("Hello")


async def test_what_was_written_meanwhile_is_caught_up(slack: Workspace, store_url: str) -> None:
    if slack.way != "socket":
        # Requests come again by themselves.
        return
    clock = SystemClock()
    store: Store = await open_store(store_url, clock)
    async with open_office(slack, store, clock) as office:
        await slack.says("hello")
        await office.hears("Hello")
        await office.settled()
    ts = f"{clock.now().timestamp():.0f}.700001"
    slack.messages.append(Message(channel=DM, ts=ts, text="add a task: buy milk", user=ANA))
    async with open_office(slack, store, clock) as office:
        card = await office.hears("✅ #1 buy milk")
        assert card.channel == DM
        await office.settled()
    async with open_office(slack, store, clock) as office:
        await slack.says("thank you")
        await office.hears("welcome")
        assert len(await office.tasks()) == 1
    await store.close()
