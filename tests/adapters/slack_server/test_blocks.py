"""Block Kit's limits: what is let through at the limit is refused beyond it."""

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk

from tests.fakes.slack.blocks import HOME, MESSAGE, MODAL, check_blocks, read_blocks
from tests.fakes.slack.errors import ApiError
from tests.fakes.slack.rules import Problems
from tests.fakes.slack.views import read_view

Json = dict[str, Any]


def plain(length: int = 1) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(number: int = 0, **more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": f"a{number}", **more}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(), "value": str(number), **more}


def confirm(**more: Any) -> Json:
    words = {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()}
    return {**words, **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "label": plain(), "element": element}


def found(block: Json, surface: str = MESSAGE) -> list[str]:
    problems = Problems(surface)
    check_blocks([block], "", problems)
    return problems.found


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def buttons(count: int) -> list[Json]:
    return [button(number) for number in range(count)]


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (lambda n: section(text=mrkdwn(n)), 3000),
        (lambda n: section(fields=[mrkdwn(n)]), 2000),
        (lambda n: section(fields=[mrkdwn()] * n), 10),
        (lambda n: section(block_id="x" * n), 255),
        (lambda n: {"type": "header", "text": plain(n)}, 150),
        (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
        (lambda n: {"type": "context", "elements": [mrkdwn()] * n}, 10),
        (lambda n: actions(*buttons(n)), 25),
        (lambda n: actions(button(text=plain(n))), 75),
        (lambda n: actions(button(value="x" * n)), 2000),
        (lambda n: actions(button(action_id="x" * n)), 255),
        (lambda n: actions(button(url="https:" + "x" * (n - 6))), 3000),
        (lambda n: actions(button(confirm=confirm(title=plain(n)))), 100),
        (lambda n: actions(button(confirm=confirm(text=plain(n)))), 300),
        (lambda n: actions(button(confirm=confirm(confirm=plain(n)))), 30),
        (lambda n: actions(button(confirm=confirm(deny=plain(n)))), 30),
        (lambda n: actions({"type": "checkboxes", "options": options(n)}), 10),
        (lambda n: actions({"type": "radio_buttons", "options": options(n)}), 10),
        (lambda n: actions({"type": "overflow", "options": options(n)}), 5),
        (lambda n: actions({"type": "static_select", "options": options(n)}), 100),
        (lambda n: section(accessory={"type": "overflow", "options": [option(text=plain(n))]}), 75),
        (lambda n: actions({"type": "overflow", "options": [option(value="x" * n)]}), 150),
        (lambda n: field("plain_text_input", placeholder=plain(n)), 150),
        (lambda n: field("plain_text_input", max_length=n), 3000),
        (lambda n: {**field("plain_text_input"), "label": plain(n)}, 2000),
        (lambda n: {**field("plain_text_input"), "hint": plain(n)}, 2000),
    ],
)
def test_a_limit(make: Any, limit: int) -> None:
    assert found(make(limit)) == []
    assert found(make(limit + 1)) != []


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({}, "missing required field: type [json-pointer:/0]"),
        ("x", "must provide an object [json-pointer:/0]"),
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/0/type]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/0]"),
        ({"type": "divider", "x": 1}, "invalid additional property: x [json-pointer:/0]"),
        (section(text=mrkdwn(0)), "must be more than 0 characters [json-pointer:/0/text/text]"),
        (
            {"type": "header", "text": mrkdwn()},
            "must be one of: plain_text [json-pointer:/0/text/type]",
        ),
        (actions(), "must provide at least 1 items [json-pointer:/0/elements]"),
        (
            actions(button(), button()),
            '`action_id` "a0" already exists [json-pointer:/0/elements/1/action_id]',
        ),
        (
            actions(button(style="loud")),
            "must be one of: primary, danger [json-pointer:/0/elements/0/style]",
        ),
        (
            actions({"type": "plain_text_input"}),
            "unsupported type: plain_text_input [json-pointer:/0/elements/0/type]",
        ),
        (
            actions({"type": "button", "action_id": "a"}),
            "missing required field: text [json-pointer:/0/elements/0]",
        ),
        (
            actions({"type": "datepicker", "initial_date": "24.11.2026"}),
            "must be a date (YYYY-MM-DD) [json-pointer:/0/elements/0/initial_date]",
        ),
        (
            actions({"type": "timepicker", "initial_time": "24:00"}),
            "must be a time (HH:mm) [json-pointer:/0/elements/0/initial_time]",
        ),
        (
            actions({"type": "static_select", "options": options(1), "initial_option": option(7)}),
            "initial option must match one of the options [json-pointer:/0/elements/0]",
        ),
        (
            actions({"type": "static_select"}),
            "must define either `options` or `option_groups` [json-pointer:/0/elements/0]",
        ),
        (field("button", text=plain()), "unsupported type: button [json-pointer:/0/element/type]"),
        (
            {"type": "image", "alt_text": "x"},
            "must define either `image_url` or `slack_file` [json-pointer:/0]",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(block: Any, words: str) -> None:
    assert words in found(block)


@pytest.mark.parametrize("kind", ["markdown", "table", "context_actions", "file"])
def test_some_blocks_stand_in_messages_only(kind: str) -> None:
    for surface in (MODAL, HOME):
        words = f"unsupported type: {kind} [json-pointer:/0/type]"
        assert found({"type": kind}, surface) == [words]
    assert found({"type": kind}) != [words]


@pytest.mark.parametrize(("surface", "most"), [(MESSAGE, 50), (MODAL, 100), (HOME, 100)])
def test_there_are_only_so_many_blocks(surface: str, most: int) -> None:
    problems = Problems(surface)
    check_blocks([{"type": "divider"}] * most, "/blocks", problems)
    assert problems.found == []
    check_blocks([{"type": "divider"}] * (most + 1), "/blocks", problems)
    assert problems.found == [f"no more than {most} items allowed [json-pointer:/blocks]"]


def test_ids_of_blocks_are_given_once() -> None:
    twice = [section(block_id="b"), section(block_id="b")]
    problems = Problems(MESSAGE)
    check_blocks(twice, "/blocks", problems)
    assert problems.found == ['`block_id` "b" already exists [json-pointer:/blocks/1/block_id]']


def test_the_same_action_may_be_in_several_blocks() -> None:
    read_blocks([actions(button()), actions(button())])


def test_slack_adds_ids_and_defaults() -> None:
    (block,) = read_blocks([actions({"type": "button", "text": plain()})])
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert block["elements"][0]["text"]["emoji"] is True
    (block,) = read_blocks([{"type": "context", "elements": [mrkdwn()]}])
    assert block["elements"] == [{**mrkdwn(), "verbatim": False}]


def modal(**more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain(),
        "submit": plain(),
        "blocks": [field("plain_text_input")],
        **more,
    }


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (lambda n: modal(title=plain(n)), 24),
        (lambda n: modal(submit=plain(n)), 24),
        (lambda n: modal(close=plain(n)), 24),
        (lambda n: modal(private_metadata="x" * n), 3000),
        (lambda n: modal(callback_id="x" * n), 255),
        (lambda n: modal(external_id="x" * n), 255),
        (lambda n: modal(blocks=[section()] * n), 100),
    ],
)
def test_a_limit_of_modals(make: Any, limit: int) -> None:
    read_view(make(limit), MODAL)
    with pytest.raises(ApiError, match="invalid_arguments"):
        read_view(make(limit + 1), MODAL)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(title=plain(25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (
            {**modal(), "submit": None},
            "must define `submit` to use an `input` block in modals "
            "[json-pointer:/view/blocks/0/input]",
        ),
        ({"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
        ({"type": "modal"}, "missing required field: title [json-pointer:/view]"),
        ("x", "must provide an object [json-pointer:/view]"),
    ],
)
def test_what_is_wrong_with_a_view(view: Any, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        read_view(view, MODAL)
    assert f"[ERROR] {words}" in caught.value.body["response_metadata"]["messages"]


def test_what_slacks_library_builds_is_taken() -> None:
    """One of each element, as slack-sdk writes it."""
    choice = [sdk.Option(value="1", label="one"), sdk.Option(value="2", label="two")]
    confirmed = sdk.ConfirmObject(title="t", text="x", confirm="y", deny="n")
    built = [
        sdk.SectionBlock(
            text="x", accessory=sdk.OverflowMenuElement(action_id="o", options=choice)
        ),
        sdk.HeaderBlock(text="x"),
        sdk.DividerBlock(),
        sdk.ImageBlock(image_url="https://example.com/a.png", alt_text="a"),
        sdk.MarkdownBlock(text="**x**"),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x")]),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(text="x", action_id="1", value="v", confirm=confirmed),
                sdk.StaticSelectElement(
                    action_id="2", placeholder="p", options=choice, initial_option=choice[0]
                ),
                sdk.StaticMultiSelectElement(
                    action_id="3", options=choice, initial_options=choice, max_selected_items=2
                ),
                sdk.UserSelectElement(action_id="4", initial_user="U1"),
                sdk.UserMultiSelectElement(action_id="5", initial_users=["U1"]),
                sdk.ConversationSelectElement(action_id="6", default_to_current_conversation=True),
                sdk.ChannelSelectElement(action_id="7", initial_channel="C1"),
                sdk.ExternalDataSelectElement(action_id="8", min_query_length=2),
                sdk.DatePickerElement(action_id="9", initial_date="2026-11-23"),
                sdk.TimePickerElement(action_id="10", initial_time="09:30"),
                sdk.DateTimePickerElement(action_id="11", initial_date_time=1_795_424_400),
                sdk.CheckboxesElement(action_id="12", options=choice, initial_options=choice[:1]),
                sdk.RadioButtonsElement(action_id="13", options=choice, initial_option=choice[1]),
            ]
        ),
        sdk.ContextActionsBlock(
            elements=[
                sdk.FeedbackButtonsElement(
                    action_id="f",
                    positive_button=sdk.FeedbackButtonObject(text="good", value="1"),
                    negative_button=sdk.FeedbackButtonObject(text="bad", value="0"),
                ),
                sdk.IconButtonElement(action_id="i", icon="trash", text="Delete", value="v"),
            ]
        ),
        sdk.RichTextBlock(
            elements=[
                sdk.RichTextSectionElement(
                    elements=[
                        sdk.RichTextElementParts.Text(text="x"),
                        sdk.RichTextElementParts.Link(url="https://example.com", text="x"),
                        sdk.RichTextElementParts.User(user_id="U1"),
                        sdk.RichTextElementParts.Emoji(name="wave"),
                        sdk.RichTextElementParts.Broadcast(range="here"),
                        sdk.RichTextElementParts.Date(
                            timestamp=1_795_424_400, format="{date}", fallback="x"
                        ),
                    ]
                )
            ]
        ),
    ]
    read_blocks([block.to_dict() for block in built])
    fields = [
        sdk.PlainTextInputElement(action_id="1", multiline=True, min_length=1, max_length=10),
        sdk.EmailInputElement(action_id="2"),
        sdk.UrlInputElement(action_id="3"),
        sdk.NumberInputElement(action_id="4", is_decimal_allowed=False, min_value="1"),
        sdk.RichTextInputElement(action_id="5"),
    ]
    shown = [sdk.InputBlock(label="x", element=each, hint="h").to_dict() for each in fields]
    read_view(modal(blocks=shown), MODAL)
