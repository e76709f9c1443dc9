"""Modals and App Home as Slack sends back what was done in them, read by `interaction`."""

from typing import Any

from adapters.slack import forms, home, interaction
from adapters.slack.happened import Me, Submitted, Tapped
from core.form_checking import submit
from core.form_drawing import open_form
from core.forms import FormName, Opening, Submission, opened_by
from core.home import read_home
from core.ports import Store
from core.values import Address
from tests.adapters.slack.views import refused
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

ME = Me(team="T024BE7LD", user="U0PIXIE01")
DM = Address(platform="slack", workspace="T024BE7LD", chat="D024BE91L")
STATE = {"datepicker": "selected_date", "timepicker": "selected_time"}


def submission(view: dict[str, Any], filled: dict[str, str]) -> dict[str, Any]:
    """As https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    values = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        kind, value = element["type"], filled.get(name)
        held: dict[str, Any] = {"type": kind}
        if kind == "checkboxes":
            initial = element.get("initial_options", [])
            held["selected_options"] = (
                initial if value is None else element["options"] if value else []
            )
        elif kind == "static_select":
            chosen = [option for option in element["options"] if option["value"] == value]
            held["selected_option"] = chosen[0] if chosen else element.get("initial_option")
        else:
            before = {"datepicker": "initial_date", "timepicker": "initial_time"}.get(
                kind, "initial_value"
            )
            held[STATE.get(kind, "value")] = (
                element.get(before) if value is None else value
            ) or None
        values[name] = {element["action_id"]: held}
    return {
        "type": "view_submission",
        "user": {"id": "U024BE7LH"},
        "trigger_id": "1.2.3",
        "view": {
            "id": "V1",
            "hash": "1.a",
            "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "state": {"values": values},
        },
    }


def pressed(action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U024BE7LH"},
        "trigger_id": "1.2.3",
        "container": {"type": "view", "view_id": "V1"},
        "view": {"id": "V1", "hash": "1.a"},
        "actions": [action],
    }


async def filled_in(box: Toolbox, name: FormName, ref: str = "", **values: str) -> Any:
    """Opened, filled in on Slack, sent back, read and checked."""
    drawn = await box.store.read(lambda work: open_form(work, box.owner, box.now, name, ref))
    view = forms.view(drawn, DM, "1700000000.000100")
    assert refused(view) == []
    happened = interaction.read(submission(view, values), ME, box.clock.now(), {})
    assert isinstance(happened, Submitted)
    assert happened.callback == forms.CALLBACK
    kept = forms.opened(happened.private)
    assert kept == forms.Opened(
        name=name, ref=drawn.ref, address=DM, message_id="1700000000.000100"
    )
    return await box.store.read(
        lambda work: submit(work, box.owner, box.now, kept.name, kept.ref, happened.values)
    )


async def test_a_modal_that_was_filled_in(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    done = await filled_in(
        box, FormName.EVENT, title="<!channel>", date="2026-11-27", start="12:00", end="13:30"
    )
    assert done == Submission(
        command='/fill event {"title": "<!channel>", "when": "2026-11-27T12:00/2026-11-27T13:30"}'
    )
    done = await filled_in(box, FormName.TASK, title="milk", date="2026-11-27", priority="HIGH")
    assert done == Submission(
        command='/fill task {"title": "milk", "priority": "HIGH", "due": "2026-11-27"}'
    )
    done = await filled_in(box, FormName.SETTINGS, summary="", lead="15 minutes", quiet="")
    assert done == Submission(
        command='/fill settings {"lead": "15 minutes", "summary_at": "off", "quiet_hours": "off"}'
    )


async def test_a_modal_with_mistakes_stays_open(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    wrong = await filled_in(box, FormName.REMINDER, text="", date="2026-11-22")
    answer = forms.errors(wrong)
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"text", "date"}


async def test_a_modal_of_a_row(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_task", title="milk", due="Friday 14:00")
    row = await box.row(1)
    assert row is not None
    ref = f"{row.code}@1"
    assert await filled_in(box, FormName.EDIT, ref) == Submission(command="")
    done = await filled_in(box, FormName.EDIT, ref, no_due="on")
    assert done == Submission(command=f'/fill {ref} {{"due": "none"}}')


async def test_what_is_pressed_at_home_is_a_command(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_task", title="milk")
    await box.call("create_reminder", text="call mom", when="tomorrow at 9")
    shown = home.view(await read_home(box.store, box.owner, box.now, 0, home.SIZES))
    texts = []
    for block in shown["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            for option in element.get("options", []):
                held = {"selected_options": [option]}
                if element["type"] == "overflow":
                    held = {"selected_option": option}
                texts.append(tapped(element, held, box))
            if element.get("type") == "button":
                texts.append(tapped(element, {"value": element["value"]}, box))
    assert all(text.startswith("/") for text in texts)
    row = await box.row(1)
    assert row is not None
    assert f"/done {row.code}@1" in texts
    opens = [opened_by(text) for text in texts]
    assert Opening(name=FormName.TASK) in opens
    assert Opening(name=FormName.SETTINGS) in opens
    assert Opening(name=FormName.EDIT, ref=f"{row.code}@1") in opens


def tapped(element: dict[str, Any], held: dict[str, Any], box: Toolbox) -> str:
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": "x", **held}
    happened = interaction.read(pressed(action), ME, box.clock.now(), {})
    assert isinstance(happened, Tapped)
    assert happened.message is not None
    return happened.message.text


async def test_a_box_that_is_cleared_does_nothing(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    action = {"type": "checkboxes", "action_id": "tick", "block_id": "x", "selected_options": []}
    happened = interaction.read(pressed(action), ME, box.clock.now(), {})
    assert isinstance(happened, Tapped)
    assert happened.message is None


async def test_the_page_is_turned(sqlite_store: Store, clock: FakeClock) -> None:
    box = await toolbox(sqlite_store, clock)
    for number in range(home.SIZES.tasks + 1):
        await box.call("create_task", title=f"task {number}")
    shown = home.view(await read_home(box.store, box.owner, box.now, 0, home.SIZES))
    (turn,) = [block for block in shown["blocks"] if block.get("block_id") == "pages"]
    (more,) = turn["elements"]
    happened = interaction.read(pressed(more), ME, box.clock.now(), {})
    assert isinstance(happened, Tapped)
    assert happened.message is None
    assert home.page_turned(happened.action, happened.value) == 1
