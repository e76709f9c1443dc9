"""What Slack refuses in a view, https://docs.slack.dev/reference/views and /reference/block-kit."""

from collections.abc import Iterator
from typing import Any

_MODAL = {"input", "section", "context", "actions", "divider", "header", "rich_text"}
_TEXTS = {
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("option", "text"): 75,
    ("option", "description"): 75,
    ("button", "text"): 75,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
}


def refused(view: dict[str, Any]) -> list[str]:
    """What is wrong with it; nothing for a view that Slack takes."""
    return list(_refused(view))


def texts(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object in it."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        if value.get("type") in ("plain_text", "mrkdwn"):
            yield value
        for item in value.values():
            yield from texts(item)


def _refused(view: dict[str, Any]) -> Iterator[str]:
    blocks = view["blocks"]
    if not 1 <= len(blocks) <= 100:
        yield f"{len(blocks)} blocks"
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        yield "private_metadata or callback_id too long"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "a block_id comes twice"
    if view["type"] == "modal" and any(block["type"] == "input" for block in blocks):
        yield from [] if "submit" in view else ["inputs need submit"]
    yield from _texts(view["type"], view)
    for block in blocks:
        if block["type"] not in _MODAL:
            yield f"no block {block['type']}"
        if not 1 <= len(block.get("block_id", "x")) <= 255:
            yield "block_id"
        yield from _texts(block["type"], block)
        yield from _elements(block)
    for text in texts(view):
        if not text["text"] or len(text["text"].encode("utf-16-le")) // 2 > 3000:
            yield "a text is empty or too long"


def _elements(block: dict[str, Any]) -> Iterator[str]:
    found = block.get("elements", []) if block["type"] == "actions" else []
    found = [*found, *(block[key] for key in ("element", "accessory") if key in block)]
    most = {"actions": 25, "context": 10}.get(block["type"], 100)
    if len(block.get("elements", ["x"])) not in range(1, most + 1):
        yield "how many elements"
    actions = [element["action_id"] for element in found]
    if len(actions) != len(set(actions)) or any(len(name) > 255 for name in actions):
        yield "an action_id comes twice or is too long"
    for element in found:
        yield from _element(element)


def _element(element: dict[str, Any]) -> Iterator[str]:
    kind = element["type"]
    yield from _texts(kind, element)
    if len(element.get("value", "")) > 2000:
        yield "a button's value"
    options = element.get("options")
    if options is not None:
        most = {"checkboxes": 10, "overflow": 5, "static_select": 100}[kind]
        if not 1 <= len(options) <= most:
            yield f"{len(options)} options"
        for option in options:
            if len(option["value"]) > 75:
                yield "an option's value"
            yield from _texts("option", option)
        chosen = element.get("initial_options", [])
        chosen = [*chosen, *([element["initial_option"]] if "initial_option" in element else [])]
        if any(option not in options for option in chosen) or chosen == [None]:
            yield "initial option"
        if element.get("initial_options") == []:
            yield "initial_options is empty"
    if kind == "plain_text_input":
        longest = element["max_length"]
        initial = element.get("initial_value")
        if not 1 <= longest <= 3000 or initial == "":
            yield "max_length or initial_value"
        if len((initial or "").encode("utf-16-le")) // 2 > longest:
            yield "initial_value is too long"


def _texts(kind: str, holder: dict[str, Any]) -> Iterator[str]:
    for (where, key), most in _TEXTS.items():
        if where == kind and key in holder:
            text = holder[key]["text"]
            if not 1 <= len(text.encode("utf-16-le")) // 2 <= most:
                yield f"{kind} {key}: {len(text)}"
