"""Which tier of model a message needs: a score from 0 to 10, and why.

The built-in understanding answers what it is sure of, so that everyday requests cost nothing and
take no time. Of the rest, most is well served by a small model; long, many-sided or open questions
go to a large one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from core import other_languages
from core.language.understanding import Understanding

DEEP_FROM = 5
MOST = 10


class Tier(StrEnum):
    """How much thought a message is given."""

    INSTANT = "instant"
    """The built-in understanding, no model."""
    QUICK = "quick"
    DEEP = "deep"


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A tier with its score and the reasons, for `/why`."""

    tier: Tier
    score: int = 0
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.tier}: {self.reason}" if self.reason else str(self.tier)


_LENGTHS = ((120, 4), (50, 3), (25, 2), (12, 1))
"""Words, and what so many are worth."""
_THOUGHT = re.compile(
    r"\b(?:plan|organi[sz]e|prioriti[sz]e|compare|analy[sz]e|summari[sz]e|explain|suggest|advise|"
    r"recommend|decide|draft|rewrite|brainstorm|figure out|work out|optimi[sz]e|rearrange|"
    r"reschedule (?:all|every)|trade-?offs?|pros and cons|strategy|agenda for|"
    r"best (?:time|way|day))\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:why|how (?:should|could|can|would|do|might)|what (?:if|should|would)|which of|"
    r"should i|help me)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|except|but|depending|instead|otherwise|while)\b", re.I)
_EARLIER = re.compile(
    r"\b(?:as (?:before|we|i) |earlier|again|like last time|the other|you (?:said|told|suggested)|"
    r"we (?:said|discussed|agreed)|that (?:one|idea|plan))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[;\n]|[.!?](?=\s+\S)|,?\s(?:and|then|also)\s(?=\w+\s)", re.IGNORECASE)


def route(text: str, read: Understanding, history: int) -> Route:
    """The tier for a message.

    `read` is what the built-in understanding made of it; `history` the number of messages before.
    """
    if read.sure:
        return Route(tier=Tier.INSTANT, reason="a plain request")
    foreign = not read.calls and other_languages.is_other(text)
    words = other_languages.plain(text) if foreign else ""
    thoughts = {found.lower() for found in _THOUGHT.findall(text)}
    thoughts |= set(other_languages.THOUGHT.findall(words))
    open_ = _OPEN.search(text) or other_languages.OPEN.search(words)
    parts = [
        (_worth(len(text.split())), "its length"),
        (min(4, 2 * len(thoughts)), "it asks to think"),
        (2 if open_ else 0, "an open question"),
        (min(2, len(_ASKS.findall(text))), "several things at once"),
        (1 if len(_CONDITION.findall(text)) > 1 else 0, "conditions"),
        (1 if history and _EARLIER.search(text) else 0, "it refers to what was said"),
        (2 if foreign else 0, "another language"),
    ]
    score = min(MOST, sum(points for points, _ in parts))
    tier = Tier.DEEP if score >= DEEP_FROM else Tier.QUICK
    why = ", ".join(f"{name} {points}" for points, name in parts if points)
    return Route(tier=tier, score=score, reason=f"score {score}" + (f" ({why})" if why else ""))


def _worth(words: int) -> int:
    return next((points for least, points in _LENGTHS if words >= least), 0)
