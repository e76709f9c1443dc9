"""How replies look on Telegram."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.telegram.render import MAX_CARDS_WITH_BUTTONS, Message, parts, render
from adapters.telegram.text import LIMIT, units
from core.values import Button, Card, CardKind, Reply
from scheduler.delivery import marked
from tests.fakes.clock import MONDAY
from tests.fakes.telegram import entities

CALL = Card(
    kind=CardKind.REMINDER,
    code="r7f3k2q9",
    version=1,
    number=12,
    icon="⏰",
    title="call mom",
    when="Fri 27 Nov 14:00",
    at=datetime(2026, 11, 27, 14, 0, tzinfo=UTC),
    buttons=(
        Button(label="Done", command="/done r7f3k2q9@1"),
        Button(label="Snooze 10 min", command="/snooze r7f3k2q9@1 10 minutes"),
        Button(label="Snooze 1 h", command="/snooze r7f3k2q9@1 1 hour"),
    ),
)
MILK = replace(CALL, number=3, title="milk 🥛", when="", at=None, buttons=CALL.buttons[:1])
UNDO = Button(label="Undo", command="/undo")


def shown(reply: Reply, *, shared: bool = False) -> Message:
    return render(reply, MONDAY, shared=shared)


def marks(message: Message) -> list[tuple[str, str]]:
    """What the entities cover, as Telegram reads them."""
    return [(str(e.type), entities.part(message.text, e.to_dict())) for e in message.entities]


def labels(message: Message) -> list[list[str]]:
    if message.keyboard is None:
        return []
    return [[button.text for button in row] for row in message.keyboard.inline_keyboard]


def test_a_card_is_a_line_with_its_title_in_bold() -> None:
    message = shown(Reply(text="Done 🎉", cards=(replace(CALL, details=("every day",)),)))
    assert message.text == "Done 🎉\n⏰ #12 call mom · Fri 27 Nov 14:00 · every day"
    assert marks(message) == [("bold", "call mom"), ("date_time", "Fri 27 Nov 14:00")]
    assert message.entities[1].unix_time == CALL.at
    assert message.entities[1].date_time_format is None


def test_what_is_over_is_struck_and_warnings_stand_below() -> None:
    card = replace(MILK, struck=True, warnings=("overdue", "overlaps #4"), details=("done",))
    message = shown(Reply(cards=(card,)))
    assert message.text == "⏰ #3 milk 🥛 · done\n⚠ overdue\n⚠ overlaps #4"
    assert marks(message) == [("strikethrough", "⏰ #3 milk 🥛 · done"), ("bold", "milk 🥛")]


@pytest.mark.parametrize(
    ("when", "covered", "group"),
    [
        ("Fri 27 Nov 14:00", "Fri 27 Nov 14:00", "wdt"),
        ("due Fri 27 Nov 14:00", "Fri 27 Nov 14:00", "wdt"),
        ("Fri 27 Nov 14:00 (Lisbon)", "Fri 27 Nov 14:00 (Lisbon)", "wdt"),
        ("Fri 27 Nov 14:00–15:00", "Fri 27 Nov 14:00–15:00", None),
        ("Fri 27 Nov 14:00 (15:00 in Paris)", "Fri 27 Nov 14:00 (15:00 in Paris)", None),
    ],
)
def test_a_group_s_readers_see_a_plain_time_in_their_own_zones(
    when: str, covered: str, group: str | None
) -> None:
    reply = Reply(cards=(replace(CALL, when=when),))
    assert marks(shown(reply))[1] == ("date_time", covered)
    assert shown(reply).entities[1].date_time_format is None
    assert shown(reply, shared=True).entities[1].date_time_format == group


@pytest.mark.parametrize(
    "at", [datetime(1960, 1, 1, tzinfo=UTC), MONDAY + timedelta(days=1099), None]
)
def test_times_that_telegram_does_not_take_are_plain(at: datetime | None) -> None:
    assert marks(shown(Reply(cards=(replace(CALL, at=at),)))) == [("bold", "call mom")]


def test_a_reminder_s_words_are_said_once() -> None:
    reply = Reply(text="⏰ call mom (late: was due 13:00)", cards=(CALL,))
    assert shown(reply).text == "⏰ #12 call mom · Fri 27 Nov 14:00 (late: was due 13:00)"
    again = marked(replace(reply, text="⏰ call mom"))
    assert shown(again).text == "⏰ #12 call mom · Fri 27 Nov 14:00 (may be a repeat)"
    assert shown(Reply(text="⏰ call mommy", cards=(CALL,))).text.startswith("⏰ call mommy\n")
    assert shown(Reply(text="⏰ call mom", cards=(CALL, MILK))).text.startswith("⏰ call mom\n")


def test_a_card_s_buttons_are_below_it_and_the_reply_s_last() -> None:
    message = shown(Reply(cards=(CALL,), buttons=(UNDO,)))
    assert labels(message) == [["Done", "Snooze 10 min", "Snooze 1 h"], ["Undo"]]
    assert message.keyboard is not None
    first = message.keyboard.inline_keyboard[0][0]
    assert first.callback_data == "/done r7f3k2q9@1"


def test_several_cards_buttons_name_their_card() -> None:
    message = shown(Reply(cards=(CALL, MILK), buttons=(UNDO,)))
    assert labels(message) == [
        ["#12 Done", "#12 Snooze 10 min"],
        ["#12 Snooze 1 h"],
        ["#3 Done"],
        ["Undo"],
    ]


def test_a_long_list_has_no_buttons_of_its_cards() -> None:
    cards = tuple(replace(MILK, number=n) for n in range(MAX_CARDS_WITH_BUTTONS + 1))
    [part] = parts(Reply(cards=cards, buttons=(UNDO,)))
    assert labels(shown(part)) == [["Undo"]]
    assert labels(shown(Reply(cards=cards, buttons=(UNDO,)))) == [["Undo"]]


def test_a_long_agenda_is_sent_in_parts_with_each_keyboard_where_its_card_is() -> None:
    words = "word " * 1600
    reply = Reply(text=words, cards=(CALL, MILK), buttons=(UNDO,))
    made = parts(reply)
    assert [len(part.cards) for part in made] == [0, 2]
    many = tuple(replace(MILK, number=n, title="🥛" * 200) for n in range(30))
    made = parts(Reply(text="Tasks:", cards=many, buttons=(UNDO,)))
    assert [card.number for part in made for card in part.cards] == list(range(30))
    assert len(made) == 4
    for part in made:
        assert units(shown(marked(part)).text) <= LIMIT
    assert [labels(shown(part)) for part in made] == [[], [], [], [["Undo"]]]


def test_five_long_cards_keep_their_buttons_across_parts() -> None:
    cards = tuple(replace(CALL, number=n, title="x" * 500, details=("y" * 500,)) for n in range(5))
    made = parts(Reply(cards=cards))
    assert [len(part.cards) for part in made] == [3, 2]
    assert [len(labels(shown(part))) for part in made] == [6, 4]


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "\u202e", "\t"])
def test_nothing_to_say_is_said_as_such(text: str) -> None:
    [part] = parts(Reply(text=text))
    assert shown(part).text == "…"
    assert shown(Reply(text=text)).text == "…"


def test_what_cannot_be_cut_into_parts_any_more_is_cut_off() -> None:
    message = shown(Reply(text="word " * 2000, cards=(CALL,)))
    assert units(message.text) <= LIMIT
    assert message.text.endswith("…")
    assert labels(message) == [["Done", "Snooze 10 min", "Snooze 1 h"]]


def test_strange_words_do_no_harm() -> None:
    card = replace(
        CALL,
        title="\u202etwo\nlines \x00\ud83d",
        when="\ud83d",
        details=("\x00",),
        warnings=("\x00",),
        buttons=(Button(label="\x00", command="/done x@1"),),
    )
    message = shown(Reply(text="a\ud83db\r\nc", cards=(card,)))
    assert message.text == "a\ufffdb\nc\n⏰ #12 two lines \ufffd · \ufffd"
    assert labels(message) == [["…"]]
    message.text.encode()
