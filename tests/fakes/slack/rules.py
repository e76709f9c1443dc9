"""What a piece of Block Kit may look like, put together from small rules.

A rule looks at a value and notes what is wrong, in Slack's words and with its place:
"must be less than 3001 characters [json-pointer:/blocks/0/text/text]".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.errors import Json


@dataclass(slots=True)
class Problems:
    """What was found so far; `surface` is message, modal or home."""

    surface: str
    found: list[str] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)
    action_ids: set[str] = field(default_factory=set)
    """Of the block that is being looked at."""

    def note(self, at: str, words: str) -> None:
        self.found.append(f"{words} [json-pointer:{at}]")


Rule = Callable[[Any, str, Problems], None]


def string(most: int, least: int = 1) -> Rule:
    """So many characters."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.note(at, "must be a string")
        elif len(value) < least:
            problems.note(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            problems.note(at, f"must be less than {most + 1} characters")

    return check


def matching(pattern: str, words: str) -> Rule:
    """All of a string."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            problems.note(at, words)

    return check


def number(least: float, most: float) -> Rule:
    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.note(at, "must be a number")
        elif not least <= value <= most:
            problems.note(at, f"must be between {least} and {most}")

    return check


def boolean(value: Any, at: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        problems.note(at, "must be a boolean")


def anything(value: Any, at: str, problems: Problems) -> None:
    """Whatever it is."""


def one_of(*allowed: str) -> Rule:
    def check(value: Any, at: str, problems: Problems) -> None:
        if value not in allowed:
            problems.note(at, f"must be one of: {', '.join(allowed)}")

    return check


def url(most: int = 3000) -> Rule:
    def check(value: Any, at: str, problems: Problems) -> None:
        string(most)(value, at, problems)
        if isinstance(value, str) and value and not re.match(r"[a-z][a-z0-9+.-]*:", value, re.I):
            problems.note(at, "must be a valid URL")

    return check


def items(rule: Rule, least: int, most: int) -> Rule:
    """A list."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.note(at, "must provide an array")
            return
        if len(value) < least:
            problems.note(at, f"must provide at least {least} items")
        if len(value) > most:
            problems.note(at, f"no more than {most} items allowed")
        for index, each in enumerate(value):
            rule(each, f"{at}/{index}", problems)

    return check


def shape(needed: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others; null counts as absent."""
    known = {**needed, **(optional or {})}

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.note(at, "must provide an object")
            return
        for name in needed:
            if value.get(name) is None:
                problems.note(at, f"missing required field: {name}")
        for name, each in value.items():
            if name not in known:
                problems.note(at, f"invalid additional property: {name}")
            elif each is not None:
                known[name](each, f"{at}/{name}", problems)

    return check


def every(*rules: Rule) -> Rule:
    def check(value: Any, at: str, problems: Problems) -> None:
        for rule in rules:
            rule(value, at, problems)

    return check


def demand(right: Callable[[Json], bool], words: str) -> Rule:
    """Something about a whole object; nothing is said of what is none."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, dict) and not right(value):
            problems.note(at, words)

    return check


def kinds(known: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it follows."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.note(at, "must provide an object")
        elif not isinstance(value.get("type"), str):
            problems.note(at, "missing required field: type")
        elif value["type"] not in known:
            problems.note(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            known[value["type"]](value, at, problems)

    return check


PLAIN = "plain_text"
MRKDWN = "mrkdwn"


def text(most: int, *allowed: str, least: int = 1) -> Rule:
    """A text object; any type of text unless some are named.

    https://docs.slack.dev/reference/block-kit/composition-objects/text-object
    """
    inner = shape(
        {"type": one_of(*(allowed or (PLAIN, MRKDWN))), "text": string(most, least)},
        {"emoji": boolean, "verbatim": boolean},
    )

    def check(value: Any, at: str, problems: Problems) -> None:
        before = len(problems.found)
        inner(value, at, problems)
        if len(problems.found) > before and not allowed:
            words = "failed to match all allowed schemas"
            problems.found.insert(before, f"{words} [json-pointer:{at}]")

    return check


def option(*kinds_of_text: str, links: bool = False) -> Rule:
    """https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""
    more: dict[str, Rule] = {"description": text(75, *kinds_of_text)}
    if links:
        more["url"] = url()
    return shape({"text": text(75, *kinds_of_text), "value": string(150)}, more)


def options(least: int, most: int, *kinds_of_text: str, links: bool = False) -> Rule:
    return items(option(*kinds_of_text, links=links), least, most)


OPTION_GROUPS = items(shape({"label": text(75, PLAIN), "options": options(1, 100, PLAIN)}), 1, 100)
CONFIRM = shape(
    {
        "title": text(100, PLAIN),
        "text": text(300),
        "confirm": text(30, PLAIN),
        "deny": text(30, PLAIN),
    },
    {"style": one_of("primary", "danger")},
)
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
SLACK_FILE = shape({}, {"id": string(255), "url": url()})


def words(shown: Sequence[Any]) -> int:
    """How many characters of text there are in blocks, all together."""
    total = 0
    for each in shown:
        if isinstance(each, dict):
            total += len(each["text"]) if isinstance(each.get("text"), str) else 0
            total += words([one for one in each.values() if isinstance(one, dict | list)])
        elif isinstance(each, list):
            total += words(each)
    return total
