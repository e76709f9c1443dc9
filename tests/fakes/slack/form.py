"""What people have filled in: the state of pickers, menus and fields.

https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload (`state.values`)
"""

from typing import Any

from tests.fakes.slack.channels import elements, label, offered
from tests.fakes.slack.errors import Json

Typed = dict[tuple[str, str], Json]
"""What was chosen or typed, by block_id and action_id."""

_KEPT_IN = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}
"""Where each kind keeps what it holds, and what it held at first."""
_CHOICES = ("radio_buttons", "checkboxes", "static_select", "multi_static_select")
_TYPED_KINDS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")


def holds(element: Json) -> bool:
    """It keeps something, as fields do and buttons do not."""
    return element["type"] in _KEPT_IN


def at_first(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    kept, initial = _KEPT_IN[element["type"]]
    value = element.get(initial)
    if value is None and _several(element):
        value = []
    return {"type": element["type"], kept: value}


def filled(element: Json, value: Any) -> Json:
    """The state once a person has put that in. Options are named by their text or value.

    Raises: ValueError when the element does not let them.
    """
    kind = element["type"]
    kept = _KEPT_IN[kind][0]
    if _several(element):
        given = [value] if isinstance(value, str) else list(value)
        chosen = [_chosen(element, each) for each in given] if kind in _CHOICES else given
        most = element.get("max_selected_items", len(chosen))
        if len(chosen) > most:
            raise ValueError(f"no more than {most} can be chosen in {label(element)!r}")
        return {"type": kind, kept: chosen}
    if value is None:
        return {"type": kind, kept: None}
    if kind in _CHOICES:
        return {"type": kind, kept: _chosen(element, value)}
    if kind in _TYPED_KINDS:
        return {"type": kind, kept: _typed(element, str(value))}
    return {"type": kind, kept: value}


def _several(element: Json) -> bool:
    return element["type"].startswith("multi_") or element["type"] in ("checkboxes", "file_input")


def _chosen(element: Json, wanted: Any) -> Json:
    for each in offered(element):
        if wanted in (each, each["text"]["text"], each.get("value")):
            return each
    known = [each["text"]["text"] for each in offered(element)]
    raise ValueError(f"{wanted!r} is not offered, only {known}")


def _typed(element: Json, value: str) -> str | None:
    if not value:
        return None
    most = element.get("max_length", 3000)
    if len(value) > most:
        raise ValueError(f"no more than {most} characters fit")
    if len(value) < element.get("min_length", 0):
        raise ValueError(f"at least {element['min_length']} characters are needed")
    if element["type"] == "number_input":
        found = float(value)
        if not element["is_decimal_allowed"] and not found.is_integer():
            raise ValueError(f"{value} is no whole number")
        low, high = element.get("min_value"), element.get("max_value")
        if (low and found < float(low)) or (high and found > float(high)):
            raise ValueError(f"{value} is not between {low} and {high}")
    return value


def state(blocks: list[Json], typed: Typed) -> Json:
    """All that is filled in, as payloads have it."""
    values: Json = {}
    for block, element in elements(blocks):
        if holds(element):
            key = block["block_id"], element["action_id"]
            now = typed[key] if _still(typed.get(key), element) else at_first(element)
            values.setdefault(key[0], {})[key[1]] = now
    return {"values": values}


def _still(found: Json | None, element: Json) -> bool:
    return found is not None and found["type"] == element["type"]


def missing(blocks: list[Json], values: Json) -> list[str]:
    """The labels of inputs that are to be filled in, and are not."""
    empty = []
    for block in blocks:
        if block["type"] == "input" and not block.get("optional", False):
            held = values[block["block_id"]][block["element"]["action_id"]]
            if all(not value for name, value in held.items() if name != "type"):
                empty.append(block["label"]["text"])
    return empty


def named(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The element of a field by block_id, action_id or label. Raises: LookupError."""
    known = []
    for block, element in elements(blocks):
        if holds(element):
            names = (block["block_id"], element["action_id"], _heading(block), label(element))
            if wanted in names:
                return block, element
            known.append(_heading(block) or element["action_id"])
    raise LookupError(f"no field {wanted!r}, only {known}")


def _heading(block: Json) -> str:
    return str(block["label"]["text"]) if block["type"] == "input" else ""


def action(block: Json, element: Json, now: Json, ts: str) -> Json:
    """One of the `actions` of a block_actions payload."""
    shown = {"action_id": element["action_id"], "block_id": block["block_id"]}
    for name in ("text", "value", "style", "placeholder", "confirm"):
        if name in element:
            shown[name] = element[name]
    for name, value in element.items():
        if name.startswith("initial_"):
            shown[name] = value
    return {**shown, **now, "type": element["type"], "action_ts": ts}
