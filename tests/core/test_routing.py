"""Which tier a message is given: a table, from everyday requests to questions for thought."""

import pytest

from core.language.understand import understand
from core.people import Person
from core.ports import Situation
from core.routing import DEEP_FROM, Route, Tier, route
from core.values import OwnerId
from tests.fakes.clock import MONDAY

SITUATION = Situation(person=Person(id=OwnerId("ana"), created_at=MONDAY), now=MONDAY)


def routed(text: str, history: int = 0) -> Route:
    return route(text, understand(text, SITUATION), history)


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("remind me to call mom tomorrow at 2", Tier.INSTANT),
        ("what's on tomorrow?", Tier.INSTANT),
        ("add a task: review Ana's PR by Friday", Tier.INSTANT),
        ("/week", Tier.INSTANT),
        ("thanks!", Tier.INSTANT),
        ("hmm, not so sure about that", Tier.QUICK),
        ("lembra-me de ligar à mãe amanhã", Tier.QUICK),
        ("why is my Wednesday so full?", Tier.QUICK),
        ("tell me a joke", Tier.QUICK),
        (
            "Plan my week: I want to prepare the pitch, but not on Tuesday, and I need two hours "
            "of sport, unless it rains. Suggest what to drop.",
            Tier.DEEP,
        ),
        (
            "Compare the two offers that I noted and explain which of them leaves me more time "
            "for Atlas; what would you recommend if the deadline moves?",
            Tier.DEEP,
        ),
        ("how should I prioritise these, and draft a note to Sam that explains why", Tier.DEEP),
    ],
)
def test_the_tier(text: str, tier: Tier) -> None:
    found = routed(text)
    assert found.tier is tier, found
    assert 0 <= found.score <= 10
    assert (found.tier is Tier.DEEP) == (found.score >= DEEP_FROM)


def test_the_reason_tells_what_counted() -> None:
    found = routed("Plan my day and explain why", 3)
    assert "it asks to think" in found.reason
    assert f"score {found.score}" in found.reason


def test_what_refers_back_counts_only_when_there_is_something_to_refer_to() -> None:
    text = "do what you suggested, please, whatever that means for everyone involved in this"
    assert routed(text, 4).score == routed(text, 0).score + 1


def test_the_longest_and_busiest_message_stays_within_the_scale() -> None:
    text = "Plan, compare, analyse, summarise and explain if or unless or but. " * 300
    assert routed(text[:3900], 20).score == 10
