"""Blocks: what each may hold, and on which surface it may stand.

https://docs.slack.dev/reference/block-kit/blocks
"""

import secrets
from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.elements import FEEDBACK, ID, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from tests.fakes.slack.elements import interactive as one_element
from tests.fakes.slack.errors import ApiError, Json, invalid_blocks
from tests.fakes.slack.rich_text import RICH_TEXT
from tests.fakes.slack.rules import (
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
    number,
    one_of,
    shape,
    string,
    text,
    url,
    words,
)

MESSAGE, MODAL, HOME = "message", "modal", "home"
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
MOST_WORDS = 12_000
"""Characters in all blocks of a message. Undocumented; Slack's staff name the figure in
https://github.com/slackapi/bolt-js/issues/2509."""
MOST_MARKDOWN = 12_000
_VIEWS = (MODAL, HOME)
_ALL = (MESSAGE, MODAL, HOME)


def _block(
    name: str, needed: Mapping[str, Rule] | None = None, /, **optional: Rule
) -> dict[str, Rule]:
    return {name: shape({"type": one_of(name), **(needed or {})}, {"block_id": ID, **optional})}


_CONTEXT = kinds({**IMAGE, PLAIN: text(3000, PLAIN), "mrkdwn": text(3000, "mrkdwn")})
_CELL = kinds(
    {
        "raw_text": shape({"type": one_of("raw_text"), "text": string(3000)}),
        "raw_number": shape(
            {"type": one_of("raw_number"), "value": number(float("-inf"), float("inf"))},
            {"text": string(3000)},
        ),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_SOURCE = shape({"type": one_of("url"), "url": url(), "text": string(3000)})
_TASK_CARD = _block(
    "task_card",
    {"task_id": ID, "title": string(3000)},
    status=one_of("pending", "in_progress", "complete", "error"),
    details=RICH_TEXT,
    output=RICH_TEXT,
    sources=items(_SOURCE, 0, 100),
)
_CARD = every(
    _block(
        "card",
        {},
        icon=IMAGE["image"],
        slack_icon=shape({"type": one_of("icon"), "name": string(255)}),
        title=text(150),
        subtitle=text(150),
        body=text(200),
        hero_image=IMAGE["image"],
        actions=items(one_element(IN_ACTIONS), 1, 3),
        subtext=text(200),
    )["card"],
    demand(
        lambda found: any(found.get(name) for name in ("title", "body", "hero_image", "actions")),
        "must define one of `title`, `body`, `hero_image` or `actions`",
    ),
)
_RULES: dict[str, Rule] = {
    "section": every(
        _block(
            "section",
            text=text(3000),
            fields=items(text(2000), 1, 10),
            accessory=one_element(IN_SECTION),
            expand=boolean,
        )["section"],
        demand(
            lambda found: bool(found.get("text") or found.get("fields")),
            "must define either `text` or `fields`",
        ),
    ),
    **_block("divider"),
    **_block("header", {"text": text(150, PLAIN)}, level=number(1, 4)),
    **_block("actions", {"elements": items(one_element(IN_ACTIONS), 1, 25)}),
    **_block("context", {"elements": items(_CONTEXT, 1, 10)}),
    **_block("context_actions", {"elements": items(one_element(FEEDBACK), 1, 5)}),
    **_block(
        "input",
        {"label": text(2000, PLAIN), "element": one_element(IN_INPUT)},
        hint=text(2000, PLAIN),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "image": every(
        _block(
            "image",
            {"alt_text": string(2000)},
            image_url=url(),
            slack_file=SLACK_FILE,
            title=text(2000, PLAIN),
        )["image"],
        demand(
            lambda found: ("image_url" in found) != ("slack_file" in found),
            "must define either `image_url` or `slack_file`",
        ),
    ),
    "rich_text": RICH_TEXT,
    **_block("markdown", {"text": string(MOST_MARKDOWN)}),
    **_block(
        "table",
        {"rows": items(items(_CELL, 1, 20), 1, 100)},
        column_settings=items(_COLUMN, 0, 20),
    ),
    **_block(
        "video",
        {
            "alt_text": string(2000),
            "title": text(199, PLAIN),
            "thumbnail_url": url(),
            "video_url": url(),
        },
        author_name=string(49),
        description=text(200, PLAIN),
        provider_icon_url=url(),
        provider_name=string(50),
        title_url=url(),
    ),
    **_block("file", {"external_id": ID, "source": one_of("remote")}),
    **_TASK_CARD,
    **_block("plan", {"title": string(3000)}, tasks=items(_TASK_CARD["task_card"], 0, 50)),
    **_block(
        "alert",
        {"text": text(200)},
        level=one_of("default", "info", "warning", "error", "success"),
    ),
    "card": _CARD,
    **_block("carousel", {"elements": items(_CARD, 1, 10)}),
    **_block("call", {"call_id": ID}, call=anything),
}
_ONLY_IN_MESSAGES = (
    "card",
    "call",
    "carousel",
    "context_actions",
    "file",
    "markdown",
    "plan",
    "table",
    "task_card",
)
ALLOWED = {
    surface: kinds(
        {
            name: rule
            for name, rule in _RULES.items()
            if surface == MESSAGE or name not in _ONLY_IN_MESSAGES
        }
    )
    for surface in _ALL
}


def check_blocks(found: Any, at: str, problems: Problems) -> None:
    """A list of blocks on the surface that `problems` names."""
    if not isinstance(found, list):
        problems.note(at, "must provide an array")
        return
    most = MOST_BLOCKS[problems.surface]
    if len(found) > most:
        problems.note(at, f"no more than {most} items allowed")
    for index, block in enumerate(found):
        here = f"{at}/{index}"
        problems.action_ids = set()
        ALLOWED[problems.surface](block, here, problems)
        if isinstance(block, dict) and isinstance(given := block.get("block_id"), str):
            if given in problems.block_ids:
                problems.note(f"{here}/block_id", f'`block_id` "{given}" already exists')
            problems.block_ids.add(given)


def read_blocks(found: Any) -> list[Json]:
    """A message's blocks as they are kept: with the ids that Slack gives where there are none.

    Raises: ApiError.
    """
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ApiError("invalid_blocks_format")
    problems = Problems(MESSAGE)
    check_blocks(found, "/blocks", problems)
    if problems.found:
        raise invalid_blocks(problems.found)
    if words(found) > MOST_WORDS:
        raise ApiError("msg_blocks_too_long")
    return complete(found)


def complete(found: list[Json]) -> list[Json]:
    """With what Slack adds to blocks that came without it."""
    return [{**_completed(block), "block_id": block.get("block_id") or _id()} for block in found]


_NAMELESS = {"image", PLAIN, "mrkdwn"}


def _completed(found: Any, *, element: bool = False) -> Any:
    if isinstance(found, list):
        return [_completed(each, element=element) for each in found]
    if not isinstance(found, dict):
        return found
    if found.get("type") == "rich_text":
        return dict(found)
    shown = {
        name: _completed(each, element=name in ("accessory", "element", "elements"))
        for name, each in found.items()
        if each is not None
    }
    if found.get("type") == PLAIN and "text" in found:
        shown.setdefault("emoji", True)
    elif found.get("type") == "mrkdwn":
        shown.setdefault("verbatim", False)
    elif element and found.get("type") not in _NAMELESS:
        shown.setdefault("action_id", _id())
    return shown


def _id() -> str:
    return secrets.token_urlsafe(6)[:5]
