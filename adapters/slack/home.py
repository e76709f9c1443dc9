"""A person's home as App Home, https://docs.slack.dev/surfaces/app-home.

All that is anybody's words stands in plain_text, where it cannot be markup. What is pressed has
the command as its value.
"""

import json
from collections.abc import Iterable

from adapters.slack.text import Block, clean, cut, plain
from core.home import Home, Section, Sizes
from core.values import Button, Card

MOST_BLOCKS = 100
"""Of a view, https://docs.slack.dev/reference/views."""
SIZES = Sizes(events=15, tasks=40, reminders=15)
"""Each takes one block, which leaves room for what is always there."""
PAGE = "home:page"
"""Begins the action_id of the buttons that turn the page; the value is its number, from 0."""
_TEXT = 3000
_HEADER = 150
_OPTION = 75
_LINE = 400
"""Characters of a row: more would push the rest off the screen."""
_MOST_OPTIONS = 5
"""Of an overflow menu."""
_MOST_BESIDE = 2
"""Buttons beside a task: Edit and Move."""
_DONE = "/done "
_HELLO = (
    "I keep tasks, events, reminders and notes, and I write to you in time. Say hello in the "
    "Messages tab, or try “/remind-me call mom tomorrow at 2”; then you find your day here."
)


def view(home: Home) -> Block:
    """The view for views.publish."""
    blocks = [
        _header(home.title),
        _buttons("quick", home.quick),
        *_listed(home.events),
        *_ticked(home),
        *_listed(home.reminders),
        *_turning(home),
        {"type": "divider"},
        _header("Settings"),
        _lines("\n".join(home.settings)),
        {"type": "context", "elements": [plain(home.calendar, _TEXT)]},
        _buttons("links", home.links),
    ]
    return {
        "type": "home",
        "callback_id": "home",
        "private_metadata": json.dumps({"page": home.page, "revision": home.revision}),
        "blocks": blocks[:MOST_BLOCKS],
    }


def stranger(said: str = _HELLO) -> Block:
    """The view for somebody who has not spoken with Pixie yet."""
    return {
        "type": "home",
        "callback_id": "home",
        "blocks": [_header("Hello, I am Pixie"), _lines(said)],
    }


def page_turned(action: str, value: str) -> int | None:
    """The page that was asked for by a press with this action_id; None for any other press."""
    if not action.startswith(PAGE) or not value.isascii() or not value.isdecimal():
        return None
    return int(value[:9])


def page_shown(private: str) -> int:
    """The page of the published view with this private_metadata; the first when it says none."""
    try:
        page = json.loads(private)["page"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return 0
    return page if type(page) is int and page >= 0 else 0


def _listed(section: Section) -> list[Block]:
    """Rows with a menu each."""
    if not section.cards:
        # On another page it has some.
        return [] if section.total else [_header(section.title), _note(section.empty)]
    heading = f"{section.title} ({section.total})"
    return [_header(heading), *(_row(card) for card in section.cards)]


def _row(card: Card) -> Block:
    block: Block = {"type": "section", "text": plain(card.line(), _LINE)}
    if card.buttons:
        options = [
            {"text": plain(button.label, _OPTION), "value": button.command}
            for button in card.buttons[:_MOST_OPTIONS]
        ]
        block["accessory"] = {"type": "overflow", "action_id": "menu", "options": options}
    return block


def _ticked(home: Home) -> list[Block]:
    """Tasks with a box each that completes them."""
    late, others = home.overdue, home.tasks
    blocks: list[Block] = []
    if late.cards:
        blocks += [_header(f"⚠ {late.title}"), *(_task(card) for card in late.cards)]
    if others.cards:
        blocks += [_header(others.title), *(_task(card) for card in others.cards)]
    if not late.total and not others.total:
        blocks += [_header("Tasks"), _note(others.empty)]
    return blocks


def _task(card: Card) -> Block:
    """The block's id changes with the row: what is ticked in a block of the same id stays ticked
    when the view is published anew."""
    done = [button for button in card.buttons if button.command.startswith(_DONE)]
    if not done:
        return _row(card)
    others = [button for button in card.buttons if button not in done]
    name = plain(f"#{card.number} {card.title}", _OPTION)
    option: Block = {"text": name, "value": done[0].command}
    about = " · ".join(part for part in (card.when, *card.details) if part)
    if about:
        option["description"] = plain(about, _OPTION)
    return {
        "type": "actions",
        "block_id": f"task:{card.code}@{card.version}",
        "elements": [
            {"type": "checkboxes", "action_id": "tick", "options": [option]},
            *_pressable(others[:_MOST_BESIDE]),
        ],
    }


def _turning(home: Home) -> list[Block]:
    """What leads to the other pages."""
    if home.pages == 1:
        return []
    buttons: list[Block] = []
    for name, label, page in (("back", "‹ Back", home.page - 1), ("on", "More ›", home.page + 1)):
        if 0 <= page < home.pages:
            text = plain(label, _OPTION)
            action = f"{PAGE}:{name}"
            buttons.append(
                {"type": "button", "action_id": action, "text": text, "value": f"{page}"}
            )
    return [
        _note(f"Page {home.page + 1} of {home.pages}"),
        {"type": "actions", "block_id": "pages", "elements": buttons},
    ]


def _buttons(name: str, buttons: Iterable[Button]) -> Block:
    return {"type": "actions", "block_id": name, "elements": _pressable(buttons)}


def _pressable(buttons: Iterable[Button]) -> list[Block]:
    return [
        {
            "type": "button",
            "action_id": f"press:{number}",
            "text": plain(button.label, _OPTION),
            "value": button.command,
        }
        for number, button in enumerate(buttons)
    ]


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(text, _HEADER)}


def _note(text: str) -> Block:
    return {"type": "context", "elements": [plain(text, _TEXT)]}


def _lines(text: str) -> Block:
    words = cut(clean(text), _TEXT)
    return {"type": "section", "text": {"type": "plain_text", "text": words, "emoji": False}}
