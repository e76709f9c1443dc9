"""What a call is reckoned to cost at most, before it is made."""

import pytest

from bench.tokens import tokens
from core.accounts import read_at_most
from core.people import Person
from core.ports import Ask, Situation
from core.values import OwnerId, UserTurn
from tests.fakes.clock import MONDAY

ANA = Person(id=OwnerId("ana"), created_at=MONDAY)


def reckoned(text: str) -> int:
    turns = (UserTurn(text=text, at=MONDAY),)
    return read_at_most(Ask(situation=Situation(person=ANA, now=MONDAY), turns=turns, tools=()))


@pytest.mark.parametrize(
    "text",
    [
        "So what do you reckon of all this? ",
        "こんにちは、明日の予定は何ですか。",
        "ሰላም እንዴት ነህ ",
        "👩🏽‍🚀🧑‍🧑‍🧒‍🧒",
        "ᚠᛇᚻ᛫ᛒᛦᚦ",
        '{"a": [1, 2, 3], "b": {}}',
        "\ud800",
    ],
)
def test_the_worst_case_is_never_less_than_what_is_read(text: str) -> None:
    more = reckoned(text * 200) - reckoned("")
    assert more >= tokens(text.encode("utf-8", "replace").decode() * 200)
