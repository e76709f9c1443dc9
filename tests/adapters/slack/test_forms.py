"""Forms as Slack's modals."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import Opened, errors, opened, refusal, view
from core.form_checking import submit
from core.form_drawing import open_form
from core.forms import Choice, Errors, Field, FieldKind, Form, FormName, Submission, Values
from core.ports import Store
from core.values import Address
from tests.adapters.slack.views import refused, texts
from tests.core.test_tools_link import linked
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox

SNAPSHOTS = Path(__file__).parent / "snapshots"
DM = Address(platform="slack", workspace="T024BE7LD", chat="D024BE91L")


async def form(box: Toolbox, name: FormName, ref: str = "", text: str = "") -> Form:
    return await box.store.read(lambda work: open_form(work, box.owner, box.now, name, ref, text))


async def ref(box: Toolbox, number: int) -> str:
    row = await box.row(number)
    assert row is not None
    return f"{row.code}@{row.version}"


async def submitted(box: Toolbox, drawn: Form, values: Values) -> Submission | Errors:
    return await box.store.read(
        lambda work: submit(work, box.owner, box.now, drawn.name, drawn.ref, values)
    )


def state(shown: dict[str, Any]) -> dict[str, str]:
    """What Slack would give back of a view that is submitted as it is drawn, by block_id."""
    values = {}
    for block in shown["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            chosen = element.get("initial_option", {}).get("value", "")
            ticked = [option["value"] for option in element.get("initial_options", [])]
            first = (element.get(f"initial_{key}", "") for key in ("value", "date", "time"))
            values[block["block_id"]] = chosen or ",".join(ticked) or "".join(first)
    return values


@pytest.mark.parametrize("name", ["task", "event", "reminder", "settings"])
async def test_a_new_form_looks_like_this(sqlite_store: Store, clock: FakeClock, name: str) -> None:
    box = await toolbox(sqlite_store, clock)
    shown = view(await form(box, FormName(name)), DM, "1700000000.000100")
    assert refused(shown) == []
    assert shown == json.loads((SNAPSHOTS / f"form_{name}.json").read_text())


async def test_where_reminders_come_is_a_menu(sqlite_store: Store, clock: FakeClock) -> None:
    box, _ = await linked(sqlite_store, clock)
    shown = view(await form(box, FormName.SETTINGS))
    assert refused(shown) == []
    (menu,) = [block for block in shown["blocks"] if block.get("block_id") == "deliver"]
    assert menu["element"]["initial_option"]["text"]["text"] == "Telegram"
    assert len(menu["element"]["options"]) == 2


async def test_what_is_submitted_unchanged_changes_nothing(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box = await toolbox(sqlite_store, clock)
    title = "<!channel> *קניות* & 🎉 " + "x" * 400
    await box.call("create_task", title=title, description="a\nb", due="Friday 14:00")
    await box.call("create_event", title=title, when="Friday 10-11", location="<@U1>")
    await box.call("create_event", title=title, when="Friday")
    await box.call("create_event", title="Stand-up", when="every weekday 10-10:15")
    await box.call("create_reminder", text=title, when="tomorrow at 9")
    await box.call("create_reminder", text="pills", when="every day at 8")
    for number in range(1, 7):
        for name in (FormName.EDIT, FormName.MOVE):
            drawn = await form(box, name, await ref(box, number))
            shown = view(drawn)
            assert refused(shown) == []
            assert all(text["type"] == "plain_text" for text in texts(shown))
            kept = opened(shown["private_metadata"])
            assert kept == Opened(name=name, ref=drawn.ref)
            done = await submitted(box, drawn, state(shown))
            assert done == Submission(command="")


async def test_a_text_that_does_not_fit_is_left_out_and_stays(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box = await toolbox(sqlite_store, clock)
    await box.call("create_task", title="🎉" * 500, description="🎉" * 2000)
    drawn = await form(box, FormName.EDIT, await ref(box, 1))
    shown = view(drawn)
    assert refused(shown) == []
    assert "description" not in state(shown)
    assert "The description is too long for a form" in json.dumps(shown)
    done = await submitted(box, drawn, state(shown))
    assert done == Submission(command="")


def test_errors_stand_at_their_fields() -> None:
    assert errors({"title": "What?", "date": "x" * 500}) == {
        "response_action": "errors",
        "errors": {"title": "What?", "date": "x" * 249 + "…"},
    }


def test_why_there_is_no_form() -> None:
    shown = refusal("There is no such thing any more. <!channel>" + "x" * 4000)
    assert refused(shown) == []


def test_a_modal_remembers_where_it_was_opened() -> None:
    drawn = Form(
        name=FormName.TASK, title="New task", submit="Create", fields=(Field(name="a", label="A"),),
        zone="UTC",
    )  # fmt: skip
    kept = opened(view(drawn, DM, "1.2")["private_metadata"])
    assert kept == Opened(name=FormName.TASK, address=DM, message_id="1.2")
    far = Address(platform="slack", workspace="T1", chat="D1", thread="x" * 5000)
    assert opened(view(drawn, far)["private_metadata"]) == Opened(name=FormName.TASK)


@given(
    st.one_of(
        st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps)
    )
)
def test_other_metadata_is_nobodys(private: str) -> None:
    assert opened(private) is None


@pytest.mark.parametrize(
    "private",
    [
        "[" * 100_000,
        '{"name": "evil"}',
        '{"name": "task", "address": 3}',
        '{"name": "task", "ref": 3}',
        '{"name": "task", "message_id": []}',
        '{"name": "task", "address": {"platform": "slack"}}',
    ],
)
def test_broken_metadata_is_nobodys(private: str) -> None:
    assert opened(private) is None


TEXT = st.text(st.characters(), max_size=400)


@given(
    texts_=st.lists(TEXT, min_size=1, max_size=5),
    title=TEXT,
    choice=TEXT,
)
def test_any_words_make_a_view_that_slack_takes(texts_: list[str], title: str, choice: str) -> None:
    fields = [
        Field(name=f"f{at}", label=text, value=text, most=500, hint=text)
        for at, text in enumerate(texts_)
    ]
    choices = (Choice(label=choice, value="a"), Choice(label="b", value="b"))
    fields += [
        Field(name="pick", label="Pick", kind=FieldKind.CHOICE, value="a", choices=choices),
        Field(name="tick", label=title, kind=FieldKind.CHECK, value="on"),
    ]
    drawn = Form(
        name=FormName.EDIT, title=title, submit=title, fields=tuple(fields), zone="UTC", note=title
    )
    assert refused(view(drawn)) == []
