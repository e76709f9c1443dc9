"""How replies look on Slack: the JSON in `blocks/` is what is sent, and was read by people."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import (
    LONGEST_FALLBACK,
    LONGEST_TEXT,
    MAX_CARDS_WITH_BUTTONS,
    MOST_BLOCKS,
    Message,
    parts,
    render,
)
from adapters.slack.text import LIMIT, units
from core.values import Button, Card, CardKind, Reply
from scheduler.delivery import marked
from tests.adapters.slack.api import words

BLOCKS = Path(__file__).parent / "blocks"

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
REPORT = Card(
    kind=CardKind.TASK,
    code="t7f3k2q9",
    version=3,
    number=4,
    icon="✅",
    title="send the *report* to <!channel> & co",
    when="due Wed 25 Nov 17:00",
    at=datetime(2026, 11, 25, 17, 0, tzinfo=UTC),
    details=("high priority", "project Atlas"),
    warnings=("overdue",),
    buttons=(
        Button(label="Done", command="/done t7f3k2q9@3"),
        Button(label="Move", command="/move t7f3k2q9@3"),
        Button(label="Delete", command="/delete t7f3k2q9@3"),
    ),
)
LUNCH = Card(
    kind=CardKind.EVENT,
    code="e7f3k2q9",
    version=1,
    number=1,
    icon="📅",
    title="צהריים with Sam 🥗",
    when="Mon 23 Nov 12:00–13:30",
    at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    details=("at Casa Ana", "https://example.org/menu"),
    buttons=(Button(label="Move", command="/move e7f3k2q9@1"),),
)
OVER = replace(
    REPORT,
    version=4,
    icon="☑",
    details=("done ✓",),
    warnings=(),
    struck=True,
    buttons=(Button(label="Undo", command="/undo t7f3k2q9@4"),),
)
LISTED = replace(CALL, buttons=())
EMPTY = Reply()

REPLIES = {
    "reminder_fires": Reply(text="⏰ call mom", cards=(CALL,)),
    "reminder_fires_late": Reply(text="⏰ call mom (was due at 14:00)", cards=(CALL,)),
    "task": Reply(text="Noted.", cards=(REPORT,)),
    "task_done": Reply(text="Done 🎉", cards=(OVER,)),
    "event": Reply(cards=(LUNCH,)),
    "several": Reply(text="Here:", cards=(CALL, REPORT)),
    "agenda": Reply(
        text="Today, Mon 23 Nov:",
        cards=tuple(
            replace(LISTED, number=number, title=f"thing {number}") for number in (1, 2, 3)
        ),
        buttons=(Button(label="Tomorrow", command="/tomorrow"),),
    ),
    "question": Reply(
        text="Which Sam do you mean?",
        buttons=(
            Button(label="Sam Silva", command="Sam Silva"),
            Button(label="Sam Costa", command="Sam Costa"),
        ),
    ),
    "long_title": Reply(cards=(replace(REPORT, title="long " * 600 + "!"),)),
    "nothing": EMPTY,
}


def shown(message: Message) -> str:
    """The words of the blocks, as one reads them."""
    return words(message.blocks)


def labels(message: Message) -> list[list[str]]:
    return [
        [button["text"]["text"] for button in block["elements"]]
        for block in message.blocks
        if block["type"] == "actions"
    ]


def valid(message: Message) -> None:
    """Within the limits of https://docs.slack.dev/reference/block-kit."""
    assert message.text
    assert units(message.text) <= 4000
    assert 1 <= len(message.blocks) <= MOST_BLOCKS
    blocks = [block.get("block_id") for block in message.blocks if block.get("block_id")]
    assert len(set(blocks)) == len(blocks)
    buttons = [each for b in message.blocks if b["type"] == "actions" for each in b["elements"]]
    names = [button["action_id"] for button in buttons]
    assert len(set(names)) == len(names)
    for button in buttons:
        assert 1 <= units(button["text"]["text"]) <= 75
        assert 1 <= len(button["value"]) <= 2000
    for block in message.blocks:
        assert len(block.get("block_id", "")) <= 255
        assert block["elements"]
        if block["type"] == "actions":
            assert len(block["elements"]) <= 25
        else:
            told = words([block])
            assert 1 <= units(told) <= LIMIT
            told.encode("utf-8")


@pytest.mark.parametrize("name", REPLIES)
def test_what_is_sent_is_what_was_reviewed(name: str) -> None:
    [part] = parts(REPLIES[name])
    message = render(part, "reply:1")
    valid(message)
    found = {"text": message.text, "blocks": list(message.blocks)}
    assert found == json.loads((BLOCKS / f"{name}.json").read_text("utf-8"))


def test_every_reviewed_message_is_of_a_reply() -> None:
    assert {path.stem for path in BLOCKS.iterdir()} == REPLIES.keys()


def test_words_of_people_are_never_markup() -> None:
    message = render(Reply(text="<!channel> *now*", cards=(REPORT,)))
    assert "mrkdwn" not in str(message.blocks)
    assert "<!channel> *now*\n" in shown(message)
    assert "<" not in message.text
    assert message.text.startswith("&lt;!channel&gt; *now*")


def test_deleting_is_asked_about_first() -> None:
    [actions] = [block for block in render(Reply(cards=(REPORT,))).blocks if "text" not in block][
        1:
    ]
    confirmed = [each["text"]["text"] for each in actions["elements"] if "confirm" in each]
    assert confirmed == ["Delete"]


def test_a_reminder_can_be_put_off_in_more_ways() -> None:
    message = render(Reply(cards=(CALL,)))
    assert labels(message) == [["Done", "Snooze 10 min", "Snooze 1 h", "Tomorrow morning", "Pick…"]]
    values = [each["value"] for each in message.blocks[1]["elements"]]
    assert values[3:] == ["/snooze r7f3k2q9@1 tomorrow morning", "/snooze r7f3k2q9@1 pick"]


@pytest.mark.parametrize(
    ("when", "before", "shown_as"),
    [
        ("Fri 27 Nov 14:00", "", "Fri 27 Nov 14:00"),
        ("due Fri 27 Nov 14:00", "due ", "Fri 27 Nov 14:00"),
        ("snoozed until Fri 27 Nov 14:00", "snoozed until ", "Fri 27 Nov 14:00"),
        ("Fri 27 Nov 14:00–15:00", "Fri 27 Nov 14:00–15:00", None),
        ("Fri 27 Nov 14:00 (15:00 in Paris)", "Fri 27 Nov 14:00 (15:00 in Paris)", None),
    ],
)
def test_readers_see_a_plain_time_in_their_own_zones(
    when: str, before: str, shown_as: str | None
) -> None:
    [block] = render(Reply(cards=(replace(LISTED, when=when),))).blocks
    [section] = block["elements"]
    texts = [each for each in section["elements"] if each["type"] == "text"]
    assert texts[-1]["text"] == f" · {before}"
    dates = [each for each in section["elements"] if each["type"] == "date"]
    assert [each["fallback"] for each in dates] == ([shown_as] if shown_as else [])
    assert all(each["timestamp"] == 1795788000 for each in dates)


def test_times_out_of_this_world_stay_words() -> None:
    for year in (1, 9999):
        card = replace(LISTED, at=datetime(year, 1, 1, tzinfo=UTC))
        assert "'date'" not in str(render(Reply(cards=(card,))).blocks)


def test_a_long_list_has_no_buttons_of_its_cards() -> None:
    cards = tuple(replace(CALL, number=n) for n in range(MAX_CARDS_WITH_BUTTONS + 1))
    undo = Button(label="Undo", command="/undo")
    [part] = parts(Reply(cards=cards, buttons=(undo,)))
    assert labels(render(part)) == [["Undo"]]
    assert labels(render(Reply(cards=cards, buttons=(undo,)))) == [["Undo"]]


def test_a_list_of_a_hundred_is_several_messages() -> None:
    cards = tuple(replace(LISTED, number=n, title="x" * 400) for n in range(100))
    undo = Button(label="Undo", command="/undo")
    made = parts(Reply(text="All:", cards=cards, buttons=(undo,), replaces="1.2", draft="d"))
    assert [card for part in made for card in part.cards] == list(cards)
    assert len(made) >= 3
    assert [part.buttons for part in made] == [()] * (len(made) - 1) + [(undo,)]
    assert [(part.replaces, part.draft) for part in made] == [
        ("1.2", "d"),
        *[(None, None)] * (len(made) - 1),
    ]
    for part in made:
        valid(render(part))
    assert sum(len(render(part).blocks) for part in made) >= 101


def test_a_long_text_is_several_messages() -> None:
    text = "\n\n".join(["word " * 100] * 20)
    made = parts(Reply(text=text, cards=(CALL,)))
    assert len(made) > 3
    assert all(units(part.text) <= LONGEST_TEXT for part in made)
    assert [bool(part.cards) for part in made] == [False] * (len(made) - 1) + [True]
    assert "".join("".join(part.text.split()) for part in made) == "".join(text.split())
    for part in made:
        valid(render(marked(part)))


def test_buttons_bear_the_key_of_their_delivery() -> None:
    message = render(REPLIES["several"], "reply:1#2")
    keys = [block["block_id"] for block in message.blocks if block["type"] == "actions"]
    assert keys == ["pixie:0:reply:1#2", "pixie:1:reply:1#2"]
    assert "block_id" not in str(render(REPLIES["several"], "k" * 300).blocks)


def test_without_buttons_nothing_can_be_pressed() -> None:
    message = render(replace(REPLIES["several"], buttons=(CALL.buttons[0],)), buttons=False)
    assert labels(message) == []
    assert shown(message).startswith("Here:\n⏰ #12 call mom")


ANY = st.text(st.characters(exclude_categories=[]), max_size=300)
BUTTONS = st.lists(
    st.builds(
        Button, label=ANY, command=st.text(max_size=60).filter(lambda c: len(c.encode()) <= 64)
    ),
    max_size=7,
).map(tuple)
CARDS = st.lists(
    st.builds(
        Card,
        kind=st.sampled_from(CardKind),
        code=st.just("t7f3k2q9"),
        version=st.just(1),
        number=st.integers(0, 10**9),
        icon=st.sampled_from(["⏰", ""]),
        title=st.one_of(ANY, st.integers(2900, 5000).map(lambda n: "🥛" * n)),
        when=ANY,
        at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
        details=st.lists(ANY, max_size=3).map(tuple),
        warnings=st.lists(ANY, max_size=3).map(tuple),
        struck=st.booleans(),
        buttons=BUTTONS,
    ),
    max_size=60,
).map(tuple)
TEXTS = st.one_of(ANY, st.integers(1, 4000).map(lambda n: "a\nb 👨‍👩‍👧" * (n // 4)))


@given(st.builds(Reply, text=TEXTS, cards=CARDS, buttons=BUTTONS), st.sampled_from(["", "reply:1"]))
def test_every_part_of_every_reply_can_be_sent(reply: Reply, key: str) -> None:
    made = parts(reply)
    assert [card.title for part in made for card in part.cards] == [c.title for c in reply.cards]
    for part in made:
        valid(render(marked(part), key))
    assert len(render(reply).text) <= LONGEST_FALLBACK * 5
