"""Elements: what stands inside blocks, and which block may hold which.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.errors import Json
from tests.fakes.slack.rules import (
    CONFIRM,
    OPTION_GROUPS,
    PLAIN,
    SLACK_FILE,
    Problems,
    Rule,
    anything,
    boolean,
    demand,
    every,
    items,
    kinds,
    matching,
    number,
    one_of,
    option,
    options,
    shape,
    string,
    text,
    url,
)

DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date (YYYY-MM-DD)")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time (HH:mm)")
ID = string(255)

_ACTION: Mapping[str, Rule] = {"action_id": ID}
_CONFIRMED: Mapping[str, Rule] = {**_ACTION, "confirm": CONFIRM}
_FOCUSED: Mapping[str, Rule] = {"focus_on_load": boolean}
_PLACEHOLDER: Mapping[str, Rule] = {"placeholder": text(150, PLAIN)}
_PICKER: Mapping[str, Rule] = {**_CONFIRMED, **_FOCUSED, **_PLACEHOLDER}
_DISPATCH = shape(
    {}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)
_TYPED: Mapping[str, Rule] = {
    **_ACTION,
    **_FOCUSED,
    **_PLACEHOLDER,
    "dispatch_action_config": _DISPATCH,
}
_MOST_CHOSEN = number(1, 10_000)


def _element(
    name: str, needed: Mapping[str, Rule] | None = None, /, **optional: Rule
) -> dict[str, Rule]:
    return {name: shape({"type": one_of(name), **(needed or {})}, optional)}


def _initials(found: Json) -> list[Json]:
    one = found.get("initial_option")
    several = found.get("initial_options")
    return ([one] if one is not None else []) + (several if isinstance(several, list) else [])


def _offered(found: Json) -> list[Any]:
    own = found.get("options")
    groups = found.get("option_groups")
    grouped = [
        each
        for group in (groups if isinstance(groups, list) else [])
        for each in (group.get("options") or [] if isinstance(group, dict) else [])
    ]
    return [*(own if isinstance(own, list) else []), *grouped]


_CHOSEN_AMONG_OFFERED = demand(
    lambda found: all(
        any(_same(each, offered) for offered in _offered(found)) for each in _initials(found)
    ),
    "initial option must match one of the options",
)


def _same(one: Any, other: Any) -> bool:
    """Options are the same if their texts and values are."""

    def key(found: Any) -> Any:
        if not isinstance(found, dict) or not isinstance(found.get("text"), dict):
            return found
        return found["text"].get("text"), found["text"].get("type"), found.get("value")

    return bool(key(one) == key(other))


_OWN_OPTIONS = demand(
    lambda found: ("options" in found) != ("option_groups" in found),
    "must define either `options` or `option_groups`",
)


def _select(kind: str, **more: Rule) -> dict[str, Rule]:
    """A menu to choose from, and the one to choose several from."""
    initial = {name: rule for name, rule in more.items() if name.startswith("initial_")}
    rest = {name: rule for name, rule in more.items() if name not in initial}
    several = {f"{name}s": items(rule, 0, 100) for name, rule in initial.items()}
    return {
        **_element(f"{kind}_select", **_PICKER, **rest, **initial),
        **_element(
            f"multi_{kind}_select",
            **_PICKER,
            **{name: rule for name, rule in rest.items() if name != "response_url_enabled"},
            **several,
            max_selected_items=_MOST_CHOSEN,
        ),
    }


_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_STATIC = _select(
    "static",
    options=options(1, 100, PLAIN),
    option_groups=OPTION_GROUPS,
    initial_option=option(PLAIN),
)
SELECTS: dict[str, Rule] = {
    **{name: every(rule, _OWN_OPTIONS, _CHOSEN_AMONG_OFFERED) for name, rule in _STATIC.items()},
    **_select("external", min_query_length=number(0, 100), initial_option=option(PLAIN)),
    **_select("users", initial_user=ID),
    **_select(
        "conversations",
        initial_conversation=ID,
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=_FILTER,
    ),
    **_select("channels", initial_channel=ID, response_url_enabled=boolean),
}

BUTTON = _element(
    "button",
    {"text": text(75, PLAIN)},
    **_CONFIRMED,
    url=url(),
    value=string(2000),
    style=one_of("primary", "danger"),
    accessibility_label=string(75),
    agent_prompt=string(4000),
)
OVERFLOW = _element("overflow", {"options": options(1, 5, PLAIN, links=True)}, **_CONFIRMED)
CHOICES = {
    name: every(rule, _CHOSEN_AMONG_OFFERED)
    for name, rule in {
        **_element(
            "checkboxes",
            {"options": options(1, 10)},
            **_CONFIRMED,
            **_FOCUSED,
            initial_options=options(1, 10),
        ),
        **_element(
            "radio_buttons",
            {"options": options(1, 10)},
            **_CONFIRMED,
            **_FOCUSED,
            initial_option=option(),
        ),
    }.items()
}
PICKERS = {
    **_element("datepicker", **_PICKER, initial_date=DATE),
    **_element("timepicker", **_PICKER, initial_time=TIME, timezone=string(100)),
    **_element(
        "datetimepicker", **_CONFIRMED, **_FOCUSED, initial_date_time=number(10**9, 10**10 - 1)
    ),
}
_LENGTHS = demand(
    lambda found: (
        not (
            isinstance(found.get("min_length"), int)
            and isinstance(found.get("max_length"), int)
            and found["min_length"] > found["max_length"]
        )
    ),
    "`min_length` must not be more than `max_length`",
)
TYPED = {
    "plain_text_input": every(
        _element(
            "plain_text_input",
            **_TYPED,
            initial_value=string(3000, 0),
            multiline=boolean,
            min_length=number(0, 3000),
            max_length=number(1, 3000),
        )["plain_text_input"],
        _LENGTHS,
    ),
    **_element("email_text_input", **_TYPED, initial_value=string(3000, 0)),
    **_element("url_text_input", **_TYPED, initial_value=string(3000, 0)),
    **_element(
        "number_input",
        {"is_decimal_allowed": boolean},
        **_TYPED,
        initial_value=string(100, 0),
        min_value=string(100, 0),
        max_value=string(100, 0),
    ),
    **_element("rich_text_input", **_TYPED, initial_value=anything),
}
FILE_INPUT = _element(
    "file_input", **_ACTION, filetypes=items(string(50), 1, 100), max_files=number(1, 10)
)
_IMAGE_FROM = demand(
    lambda found: ("image_url" in found) != ("slack_file" in found),
    "must define either `image_url` or `slack_file`",
)
IMAGE = {
    "image": every(
        _element("image", {"alt_text": string(2000)}, image_url=url(), slack_file=SLACK_FILE)[
            "image"
        ],
        _IMAGE_FROM,
    )
}
_FEEDBACK = shape(
    {"text": text(75, PLAIN), "value": string(2000)}, {"accessibility_label": string(75)}
)
FEEDBACK = {
    **_element(
        "feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, **_ACTION
    ),
    **_element(
        "icon_button",
        {"icon": one_of("trash"), "text": text(75, PLAIN)},
        **_CONFIRMED,
        value=string(2000),
        accessibility_label=string(75),
        visible_to_user_ids=items(ID, 0, 100),
    ),
}
_WORKFLOW = _element(
    "workflow_button",
    {"text": text(75, PLAIN), "workflow": shape({"trigger": anything})},
    **_ACTION,
    style=one_of("primary", "danger"),
    accessibility_label=string(75),
)

IN_ACTIONS = {**BUTTON, **OVERFLOW, **CHOICES, **PICKERS, **SELECTS, **_WORKFLOW}
IN_SECTION = {**IN_ACTIONS, **IMAGE}
IN_INPUT = {**CHOICES, **PICKERS, **SELECTS, **TYPED, **FILE_INPUT}


def interactive(known: Mapping[str, Rule]) -> Rule:
    """One of these elements, whose action_id no other element of its block has."""
    inner = kinds(known)

    def check(value: Any, at: str, problems: Problems) -> None:
        inner(value, at, problems)
        if isinstance(value, dict) and isinstance(given := value.get("action_id"), str):
            if given in problems.action_ids:
                problems.note(f"{at}/action_id", f'`action_id` "{given}" already exists')
            problems.action_ids.add(given)

    return check
