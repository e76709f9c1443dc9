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


OTHER_LANGUAGES = [
    ("Kannst du mir bitte sagen was ich morgen zuerst machen soll und warum", Tier.DEEP),
    ("ayúdame a planificar la semana", Tier.DEEP),
    ("Sag mir bitte, dass der Termin bei Anna nicht mehr gilt", Tier.QUICK),
    ("Kannst du mir helfen, die Woche zu planen, und warum ist der Montag so voll?", Tier.DEEP),
    ("wie soll ich das alles bis Freitag schaffen und was kann ich streichen", Tier.DEEP),
    ("dis à Paul que je suis en retard", Tier.QUICK),
    ("Aide-moi à organiser ma semaine et explique pourquoi", Tier.DEEP),
    ("pásame la nota de Marta", Tier.QUICK),
    ("ayudame a organizar los proximos dias", Tier.DEEP),
    ("¿Por qué debería priorizar el informe?", Tier.DEEP),
    ("lembra-me de ligar à mãe amanhã", Tier.QUICK),
    ("Como devo planejar a minha semana?", Tier.DEEP),
    ("chiama la mamma dopo le sei", Tier.QUICK),
    ("aiutami a pianificare il trasloco", Tier.DEEP),
    ("bel de tandarts niet voor vrijdag", Tier.QUICK),
    ("Help me om het weekend te plannen", Tier.DEEP),
    ("明日の予定を教えて", Tier.QUICK),
    ("tolong bantu saya rencanakan minggu ini", Tier.QUICK),
]


@pytest.mark.parametrize(("text", "tier"), OTHER_LANGUAGES)
def test_another_language_is_known_and_may_need_thought(text: str, tier: Tier) -> None:
    found = routed(text)
    assert "another language" in found.reason, found
    assert found.tier is tier, found


@pytest.mark.parametrize(
    "text",
    [
        "hmm, not so sure about that",
        "why is José's evening at Le Petit Café so full?",
        "what was die hard about again",
        "is the plan for La Paz still on, or did Ana van der Berg cancel it?",
        "no idea, so what",
        "gym, pizza, cinema",
        "Compare the planning of Mia and Noah",
        "resume",
        "🎂🎂",
        "",
        "12:30",
    ],
)
def test_english_is_no_other_language(text: str) -> None:
    assert "another language" not in routed(text).reason


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
