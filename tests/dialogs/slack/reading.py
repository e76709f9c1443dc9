"""What a person reads of blocks, as lines: words, fields, and what can be pressed in brackets.

A time is shown in the reader's own zone and as Slack words it:
https://docs.slack.dev/messaging/formatting-message-text#date-formatting.
"""

import html
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.slack import Message, View

Json = dict[str, Any]
EMPTY = "▁"
"""A field with nothing in it."""


class Reader:
    """Whoever looks at it now. `now` is aware."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._now = now.astimezone(self._zone)

    def message(self, json: Json) -> list[str]:
        """A message object of the API: its blocks, or its text where it has none."""
        blocks = json.get("blocks") or []
        if not blocks:
            return html.unescape(json.get("text", "")).split("\n")
        return [line for block in blocks for line in self.block(block)]

    def view(self, view: View) -> list[str]:
        """A modal or a home, with what is filled in."""
        held = view.values
        lines = [line for block in view.blocks for line in self.block(block, held, view.errors)]
        below = [view.json[name]["text"] for name in ("close", "submit") if view.json.get(name)]
        return lines + ([" ".join(f"[{label}]" for label in below)] if below else [])

    def block(
        self, block: Json, held: Json | None = None, wrong: dict[str, str] | None = None
    ) -> list[str]:
        """One block."""
        match block["type"]:
            case "rich_text":
                words = "".join(self._rich(each) for each in block["elements"])
                return words.split("\n")
            case "section":
                lines = self._text(block.get("text")).split("\n")
                if "accessory" in block:
                    lines[-1] += f" {self._element(block['accessory'])}"
                return lines
            case "header":
                return [f"*{self._text(block['text'])}*"]
            case "context":
                return [" ".join(self._text(each) for each in block["elements"])]
            case "divider":
                return ["———"]
            case "markdown":
                return str(block["text"]).split("\n")
            case "actions":
                return [" ".join(self._element(each) for each in block["elements"])]
            case "input":
                return list(self._input(block, held or {}, wrong or {}))
        return [f"<{block['type']}>"]

    def _rich(self, part: Json) -> str:
        found = "".join(self._inline(each) for each in part["elements"])
        return found.replace("~~", "")

    def _inline(self, part: Json) -> str:
        match part["type"]:
            case "text":
                words = str(part["text"])
            case "link":
                words = str(part.get("text") or part["url"])
            case "date":
                words = self._date(part)
            case other:
                words = f"<{other}>"
        return f"~{words}~" if part.get("style", {}).get("strike") else words

    def _date(self, part: Json) -> str:
        at = datetime.fromtimestamp(part["timestamp"], self._zone)
        days = (at.date() - self._now.date()) // timedelta(days=1)
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
        pretty = near.get(days, f"{at:%b} {at.day}, {at.year}")
        words = str(part["format"]).replace("{date_short_pretty}", pretty)
        return words.replace("{time}", f"{at:%I:%M %p}".lstrip("0"))

    def _text(self, text: Json | None) -> str:
        if text is None:
            return ""
        words = str(text["text"])
        return words if text["type"] == "plain_text" else html.unescape(words)

    def _element(self, element: Json) -> str:
        match element["type"]:
            case "button":
                return f"[{self._text(element['text'])}]"
            case "overflow":
                labels = [self._text(each["text"]) for each in element["options"]]
                return f"[⋮ {' / '.join(labels)}]"
            case "checkboxes":
                return " ".join(self._box(each, element) for each in element["options"])
        return f"<{element['type']}>"

    def _box(self, option: Json, element: Json) -> str:
        ticked = option in element.get("initial_options", [])
        more = f" ({self._text(option['description'])})" if "description" in option else ""
        return f"{'☑' if ticked else '☐'} {self._text(option['text'])}{more}"

    def _input(self, block: Json, held: Json, wrong: dict[str, str]) -> Iterator[str]:
        name, element = block["block_id"], block["element"]
        state = held.get(name, {}).get(element["action_id"], {})
        label = self._text(block["label"])
        if block.get("optional"):
            label += " (optional)"
        hint = f" — {self._text(block['hint'])}" if "hint" in block else ""
        yield f"{label}: {self._state(element, state)}{hint}".rstrip()
        if name in wrong:
            yield f"  ⚠ {wrong[name]}"

    def _state(self, element: Json, state: Json) -> str:
        if element["type"] == "checkboxes":
            return "☑" if state.get("selected_options") else "☐"
        chosen = state.get("selected_option")
        if element["type"] == "static_select":
            labels = [self._text(each["text"]) for each in element["options"]]
            now = self._text(chosen["text"]) if chosen else EMPTY
            return f"{now} ▾ {' / '.join(each for each in labels if each != now)}"
        found = next((value for name, value in state.items() if name != "type" and value), "")
        return str(found).replace("\n", " ⏎ ") or EMPTY


def has(words: str, message: Message) -> bool:
    """The words are in what the message shows, or in its text."""
    return words in message.shown or words in html.unescape(message.text)
