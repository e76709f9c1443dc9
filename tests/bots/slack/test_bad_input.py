"""What is strange, old, too long or another's is answered clearly, and nothing comes of it."""

import pytest

from core.rows import TaskStatus
from tests.bots.slack.conftest import Office
from tests.fakes.slack import Person, Refused, SlackServer

LONG = "x" * 3001


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What comes in does not depend on where it is kept."""
    return sqlite_url


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
async def test_strange_payloads_are_passed(
    office: Office, ana: Person, payload: dict[str, object]
) -> None:
    await office.interacts(payload)
    ana.says("hello")
    await office.hears("Hello")
    assert len(office.said) == 1


@pytest.mark.parametrize(
    ("action", "value"),
    [("nonsense", "nonsense"), ("", "nonsense"), ("", "/done r7f3k2q9@1"), ("", LONG[:2000])],
)
async def test_a_button_that_nobody_knows_does_nothing_to_others(
    office: Office, ana: Person, action: str, value: str
) -> None:
    ana.says("add a task: buy milk")
    card = await office.hears("buy milk")
    await office.settled()
    text = card.text
    block, done = card.element("Done")
    made_up = {**done, "action_id": action or done["action_id"], "value": value}
    ana.taps_element(card, block, made_up)
    await office.settled()
    assert [task.status for task in await office.tasks()] == [TaskStatus.PENDING]
    assert card.text == text
    assert "no such" in office.said[-1].text or "I changed nothing" in office.said[-1].text
    ana.taps(card, "Done")
    await office.slack.until(lambda: "done ✓" in card.text)


async def test_another_person_s_card_stays_as_it_is(
    office: Office, slack: SlackServer, ana: Person
) -> None:
    bob = slack.workspace.person("Bob")
    bob.says("add a task: Bob's own")
    await office.hears("Bob's own")
    ana.says("add a task: buy milk")
    card = await office.hears("buy milk")
    await office.settled()
    shown = card.json
    for label in ("Done", "Delete"):
        if label in card.labels:
            bob.taps(card, label)
    await office.settled()
    assert card.json == shown
    for person in (ana, bob):
        assert [task.status for task in await office.tasks(person)] == [TaskStatus.PENDING]
    await office.hears("There is no such task")
    assert not any("milk" in message.text + message.shown for message in bob.chat.messages)


async def test_a_form_that_is_closed_half_way_leaves_nothing(office: Office, ana: Person) -> None:
    ana.says("hello")
    await office.hears("Hello")
    ana.shortcut("new_task")
    await office.slack.until(lambda: ana.modal)
    assert ana.modal is not None
    ana.picks(ana.modal, "title", "half a tho")
    ana.closes()
    await office.settled()
    assert await office.tasks() == []
    assert len(office.said) == 1
    # The next one begins anew.
    ana.shortcut("new_task")
    await office.slack.until(lambda: ana.modal)
    assert "half a tho" not in str(ana.modal.json)
    ana.submits(title="a thought")
    await office.hears("a thought")
    assert [task.title for task in await office.tasks()] == ["a thought"]


@pytest.mark.parametrize("by_slack", [True, False])
async def test_a_home_that_has_changed_meanwhile_is_drawn_anew(
    office: Office, slack: SlackServer, ana: Person, by_slack: bool
) -> None:
    ana.says("add a task: buy milk")
    await office.hears("buy milk")
    ana.opens_home()
    await slack.until(lambda: ana.home and "buy milk" in str(ana.home.blocks))
    assert ana.home is not None
    if by_slack:
        slack.script("views.publish", Refused("hash_conflict"))
    else:
        # As another process would.
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        slack.run("views.publish", user_id=ana.id, view=view)
    ana.says("add a task: water the plants")
    await slack.until(lambda: "water the plants" in str(ana.home and ana.home.blocks))
    assert "buy milk" in str(ana.home.blocks)
    if not by_slack:
        [(method, answer)] = slack.refused
        assert (method, answer["error"]) == ("views.publish", "hash_conflict")
        slack.refused.clear()


@pytest.mark.parametrize("how", ["says", "commands"])
async def test_a_title_that_is_too_long(office: Office, ana: Person, how: str) -> None:
    await office.knows(ana)
    if how == "says":
        ana.says(f"add a task: {LONG}")
    else:
        ana.commands("/todo", LONG)
    await office.slack.until(lambda: office.said)
    await office.settled()
    (answer,) = office.said
    assert "That is a long message" in answer.text
    assert await office.tasks() == []


async def test_a_title_that_is_too_long_for_a_form(office: Office, ana: Person) -> None:
    ana.says("hello")
    await office.hears("Hello")
    ana.shortcut("new_task")
    await office.slack.until(lambda: ana.modal)
    form = ana.modal
    assert form is not None
    with pytest.raises(ValueError, match="500 characters"):
        ana.picks(form, "title", LONG)
    # A client that does not keep to the most that a field takes.
    element = next(each["element"] for each in form.blocks if each["block_id"] == "title")
    form.typed["title", element["action_id"]] = {"type": element["type"], "value": LONG}
    ana.presses_submit(form)
    await office.slack.until(lambda: form.errors)
    assert list(form.errors) == ["title"]
    assert await office.tasks() == []


@pytest.mark.parametrize("words", ["<!channel>", "<!here>", "<!everyone>", "<!subteam^S1|@ops>"])
async def test_nobody_is_called_by_a_title(office: Office, ana: Person, words: str) -> None:
    """Neither by a card, nor by what shows it later, nor by what is shared."""
    await office.knows(ana)
    general = office.slack.workspace.channel("general", ana)
    ana.says(f"add a task: tell {words} all")
    await office.hears("tell")
    ana.commands("/todo", f"warn {words} all --share", general)
    await office.hears("warn")
    ana.says("my tasks")
    await office.hears("2 open tasks")
    ana.opens_home()
    await office.slack.until(lambda: ana.home and "warn" in str(ana.home.blocks))
    await office.settled()
    sent = str([each.params for each in office.slack.accepted])
    assert "<!" not in sent
    assert "'broadcast'" not in sent
    assert "'usergroup'" not in sent
