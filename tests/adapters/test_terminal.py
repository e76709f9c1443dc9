"""The terminal's dialect: numbered buttons, and texts that cannot drive the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal import ADDRESS, TerminalMessenger, harmless, render
from core.errors import Unavailable
from core.values import Button, Card, CardKind, Reply

KEEP = Button(label="Keep both", command="/keep e2@1")
CANCEL = Button(label="Cancel", command="/cancel r1@1")
UNDO = Button(label="Undo", command="/undo u1")
texts = st.text(st.characters(), max_size=40)


def card(title: str = "call mom", *, number: int = 1, buttons: tuple[Button, ...] = ()) -> Card:
    return Card(
        kind=CardKind.REMINDER,
        code=f"r{number}",
        version=1,
        number=number,
        icon="⏰",
        title=title,
        when="Mon 23 Nov 14:00",
        buttons=buttons,
    )


def plain(reply: Reply, first: int = 1) -> list[str]:
    return [line.plain for line in render(reply, first).lines]


def test_buttons_are_numbered_through_cards_and_the_whole_reply() -> None:
    cards = (card(buttons=(CANCEL, UNDO)), card("lunch", number=2, buttons=(KEEP,)))
    reply = Reply(text="Two things.", cards=cards, buttons=(UNDO,))
    assert plain(reply, first=4) == [
        "Two things.",
        "⏰ #1 call mom · Mon 23 Nov 14:00",
        "   [4] Cancel  [5] Undo",
        "⏰ #2 lunch · Mon 23 Nov 14:00",
        "   [6] Keep both",
        "[7] Undo",
    ]
    assert render(reply).buttons == (CANCEL, UNDO, KEEP, UNDO)


def test_a_long_list_names_its_rows_by_their_numbers() -> None:
    cards = tuple(card(number=number, buttons=(CANCEL,)) for number in range(1, 5))
    page = render(Reply(cards=cards, buttons=(UNDO,)))
    assert page.buttons == (UNDO,)
    assert page.lines[-1].plain == "[1] Undo"
    assert len(page.lines) == 5


def test_details_and_warnings_are_on_the_card_s_line() -> None:
    shown = Card(
        kind=CardKind.EVENT,
        code="e1",
        version=1,
        number=3,
        icon="📅",
        title="Dentist",
        when="13:00–14:00",
        details=("Rua 1", ""),
        warnings=("overlaps #2 Lunch",),
    )
    assert plain(Reply(cards=(shown,))) == [
        "📅 #3 Dentist · 13:00–14:00 · Rua 1   ⚠ overlaps #2 Lunch"
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("⏰ call mom", "⏰ #1 call mom · Mon 23 Nov 14:00"),
        (
            "⏰ call mom (late: was due 14:00)\n(may be a repeat)",
            "⏰ #1 call mom · Mon 23 Nov 14:00 (late: was due 14:00) (may be a repeat)",
        ),
        ("⏰ call", "⏰ call\n⏰ #1 call mom · Mon 23 Nov 14:00"),
        ("⏰ call mommy", "⏰ call mommy\n⏰ #1 call mom · Mon 23 Nov 14:00"),
        ("call mom", "call mom\n⏰ #1 call mom · Mon 23 Nov 14:00"),
    ],
)
def test_what_its_card_says_too_is_said_once(text: str, shown: str) -> None:
    assert plain(Reply(text=text, cards=(card(buttons=(UNDO,)),))) == [
        *shown.splitlines(),
        "   [1] Undo",
    ]


def test_words_above_several_cards_stay() -> None:
    cards = (card(), card("lunch", number=2))
    assert plain(Reply(text="⏰ call mom", cards=cards))[0] == "⏰ call mom"


def test_an_empty_reply_is_still_a_line() -> None:
    assert plain(Reply()) == ["…"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07gone", "[2J]0;ownedgone"),
        ("\x9b31mred", "31mred"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("[bold]no markup[/bold] :smile:", "[bold]no markup[/bold] :smile:"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2067שלום\u2069", "שלום"),
        ("👩‍👩‍👧 café é", "👩‍👩‍👧 café é"),
        ("half \ud83d", "half "),
        ("nul\0", "nul"),
    ],
)
def test_a_title_cannot_drive_the_terminal(title: str, shown: str) -> None:
    assert plain(Reply(cards=(card(title),))) == [f"⏰ #1 {shown} · Mon 23 Nov 14:00"]


@given(text=texts, title=texts, label=texts, detail=texts)
def test_nothing_that_is_printed_controls(text: str, title: str, label: str, detail: str) -> None:
    shown = Card(
        kind=CardKind.NOTE,
        code="n1",
        version=1,
        number=1,
        icon="📝",
        title=title,
        details=(detail,),
        warnings=(detail,),
        buttons=(Button(label=label, command="/x"),),
    )
    printed = "".join(plain(Reply(text=text, cards=(shown,))))
    assert not {unicodedata.category(char) for char in printed} & {"Cc", "Cs"}
    printed.encode()


@given(texts)
def test_what_is_harmless_stays_so(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


class Closed:
    """A screen that nobody reads."""

    def show(self, reply: Reply, key: str) -> None:
        raise BrokenPipeError

    def draft(self, text: str) -> None: ...

    def thinking(self) -> None: ...


async def test_a_closed_terminal_keeps_what_could_not_be_said() -> None:
    with pytest.raises(Unavailable):
        await TerminalMessenger(Closed()).send(ADDRESS, Reply(text="hello"), "reply:1")
