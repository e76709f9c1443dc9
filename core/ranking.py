"""Ranking: one BM25 for candidates of either database, and its fusion with likeness of meaning.

Pure functions over texts and scores. Words are what stands in a text; terms are what is compared:
words without case, accents, endings and irregular forms ("bought" and "buying" are "buy").
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

SATURATION = 1.2
LENGTH_WEIGHT = 0.75
"""BM25's k1 and b (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)."""

STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can could
    did do does doing done for from get gets getting got had has have having he her here hers him
    his how i if in into is it its just know like me mine my no not of off oh ok okay on once one
    or our ours out over please really s she so some such t tell than that the their them then
    there these they this those through to too under until up us very was we were what when where
    which while who whom whose why will with would yeah yes you your yours d ll m re ve don didn
    doesn isn wasn won couldn
    """.split()  # noqa: SIM905 (read as a text)
)

_IRREGULAR = {
    "ate": "eat", "eaten": "eat", "became": "become", "began": "begin", "begun": "begin",
    "bent": "bend", "bit": "bite", "blew": "blow", "bought": "buy", "broke": "break",
    "broken": "break", "brought": "bring", "built": "build", "came": "come", "caught": "catch",
    "children": "child", "chose": "choose", "chosen": "choose", "drank": "drink", "drew": "draw",
    "drawn": "draw", "driven": "drive", "drove": "drive", "fell": "fall", "fallen": "fall",
    "fed": "feed", "feet": "foot", "felt": "feel", "flew": "fly", "flown": "fly",
    "forgot": "forget", "forgotten": "forget", "fought": "fight", "found": "find", "gave": "give",
    "given": "give", "goes": "go", "going": "go", "gone": "go", "grew": "grow",
    "grown": "grow", "heard": "hear",
    "held": "hold", "hid": "hide", "hidden": "hide", "kept": "keep", "knew": "know",
    "known": "know", "laid": "lay", "led": "lead", "left": "leave", "lent": "lend",
    "lives": "life", "lost": "lose", "made": "make", "meant": "mean", "men": "man", "met": "meet",
    "mice": "mouse", "paid": "pay", "people": "person", "ran": "run", "ridden": "ride",
    "rode": "ride", "rose": "rise", "said": "say", "sang": "sing", "sung": "sing", "sat": "sit",
    "saw": "see", "seen": "see", "sent": "send", "shot": "shoot", "slept": "sleep",
    "sold": "sell", "spent": "spend", "spoke": "speak", "spoken": "speak", "stood": "stand",
    "stole": "steal", "stolen": "steal", "swam": "swim", "swum": "swim", "taken": "take",
    "taught": "teach", "teeth": "tooth", "thought": "think", "threw": "throw", "thrown": "throw",
    "told": "tell", "took": "take", "understood": "understand", "went": "go", "woke": "wake",
    "women": "woman", "wore": "wear", "worn": "wear", "written": "write", "wrote": "write",
}  # fmt: skip

_POSSESSIVE = re.compile(r"'s\b")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in order: folded case, no accents, possessive 's cut off."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain).replace("’", "'")
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _WORD.findall(_POSSESSIVE.sub("", plain))


def terms(text: str) -> list[str]:
    """What is compared of a text: its stemmed words without stop words, in order."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS and "'" not in word]


def asked(text: str) -> dict[str, tuple[str, ...]]:
    """The terms of a question, each with the words that a database should look for.

    A database stems too, but knows no irregular forms: "buy" is looked for as "buy" and "bought".
    A question of nothing but stop words ("The Who") is taken by its word.
    """
    found = words(text)
    content = [word for word in found if word not in STOP_WORDS and "'" not in word] or found
    spelled: dict[str, set[str]] = {}
    for word in content:
        forms = spelled.setdefault(stem(word), set())
        forms.update((word, *_forms().get(stem(word), ())))
    return {term: tuple(sorted(forms)) for term, forms in spelled.items()}


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[str, ...]]:
    """Stem → the irregular words that share it, with their base form."""
    forms: dict[str, set[str]] = {}
    for word, base in _IRREGULAR.items():
        forms.setdefault(stem(base), set()).update((word, base))
    return {term: tuple(sorted(found)) for term, found in forms.items()}


_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its English endings: plurals, -ed, -ing, -ly and a final e.

    Steps 1a to 1c of Porter's algorithm (1980), its final e, and irregular forms by a table.
    Words of other scripts and words with digits come back as they are.
    """
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= 3 and _VOWEL.search(base):
            word = _DOUBLED.sub(r"\1", base)
            break
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


def dated(at: datetime) -> str:
    """The words by which a day is looked for: "Monday 8 May 2023"."""
    return f"{at:%A} {at.day} {at:%B %Y}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """What BM25 knows of the whole collection."""

    documents: int
    mean_length: float
    """In words."""
    holding: Mapping[str, int]
    """Term → number of documents that hold it."""

    def rarity(self, term: str) -> float:
        """Inverse document frequency, never negative."""
        holding = min(self.holding.get(term, 0), self.documents)
        return math.log(1 + (self.documents - holding + 0.5) / (holding + 0.5))


def bm25(query: Collection[str], text: Sequence[str], length: int, statistics: Statistics) -> float:
    """How well a text of these terms, and of `length` words, answers a query of terms."""
    counts = Counter(text)
    mean = max(statistics.mean_length, 1.0)
    damping = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / mean)
    return sum(
        statistics.rarity(term) * counts[term] * (SATURATION + 1) / (counts[term] + damping)
        for term in query
        if counts[term]
    )


def covered(query: Collection[str], text: Collection[str], statistics: Statistics) -> float:
    """The share of the query, weighed by rarity, that a text holds: 0 to 1."""
    whole = sum(statistics.rarity(term) for term in query)
    held = sum(statistics.rarity(term) for term in query if term in text)
    return held / whole if whole else 0.0


def best(scores: Mapping[K, float], limit: int) -> dict[K, float]:
    """The highest scores, highest first; among equals the order stays."""
    return dict(sorted(scores.items(), key=lambda item: -item[1])[:limit])


def min_max(scores: Mapping[K, float], *, low: float | None = None) -> dict[K, float]:
    """Scores stretched to reach from 0 to 1; all 1 when they are all the same.

    `low` is what becomes 0 (and what lies below it too), if that is not the lowest score.
    """
    if not scores:
        return {}
    low = min(scores.values()) if low is None else low
    high = max(scores.values())
    if high <= low:
        return dict.fromkeys(scores, 1.0)
    return {key: max(0.0, score - low) / (high - low) for key, score in scores.items()}


def fuse(parts: Iterable[tuple[float, Mapping[K, float]]]) -> dict[K, float]:
    """The weighted sum of score lists; who is missing from a list has 0 there."""
    total: dict[K, float] = {}
    for weight, scores in parts:
        for key, score in scores.items():
            total[key] = total.get(key, 0.0) + weight * score
    return total


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """How much two texts speak of the same: shared terms over all terms (Jaccard), 0 to 1."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left or right else 0.0
