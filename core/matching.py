"""What speaks for each candidate of a search: words, meaning, speaker, days and conversation.

Pure: `core.recall` fetches the candidates. The scores of both lists are stretched to 0 to 1 and
added; the rest are bonuses on that scale.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.lookback import LookBack
from core.ports import Document
from core.ranking import Statistics, best, bm25, covered, fuse, min_max, overlap, terms

CANDIDATES = 100
"""How many of each list are fused."""
WORDS, MEANING = 0.5, 0.5
TRUSTED = 0.6
"""When no candidate holds this share of the question's words, its words count less."""
SPEAKER = 0.25
"""For what the person named in the question said."""
LOOKED_BACK = 0.3
"""For what was said in the days that the question names."""
OCCASION = 0.1
"""For turns of a conversation that holds other good matches."""
QUESTION = -0.1
"""For turns that only ask: the answer is what is looked for."""
BEFORE, AFTER = (0.4, 0.15), (0.2, 0.1)
"""What a turn gains from the one, and the second, before and after it in a conversation."""
SEEDS = 25
"""How many matches lend to their neighbours."""
PAUSE = timedelta(hours=1)
"""A longer silence ends a conversation."""
CARRIERS = 2
"""Words before a row's own in the sentence that made it: "note", "remember"."""
SAME_SUBJECT = 0.6
"""Texts that share this much speak of the same thing, and the newer one counts first."""

_ONLY_ASKS = re.compile(r"[^.!?…]*\?[\s?!)]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A document with what speaks for it."""

    document: Document
    score: float
    held: float
    """Share of the question's words, of those that occur anywhere, by rarity: 0 to 1."""
    answered: float
    """Share of all the question's words, by rarity: 0 to 1."""
    cosine: float
    lent: float
    """What its neighbours in the conversation gave it."""


class Ranking:
    """The candidates' scores, before and after their neighbours have a say."""

    def __init__(
        self,
        *,
        question: Mapping[str, tuple[str, ...]],
        statistics: Statistics,
        named: frozenset[str],
        back: LookBack | None,
        documents: Mapping[str, Document],
        cosines: Mapping[str, float],
    ) -> None:
        self._named = named
        self._back = back
        self._documents = dict(documents)
        cosines = {key: cosine for key, cosine in cosines.items() if key in documents}
        self._cosines = cosines
        self._held: dict[str, float] = {}
        self._answered: dict[str, float] = {}
        known = [term for term in question if statistics.holding.get(term)]
        by_words: dict[str, float] = {}
        for key, document in documents.items():
            text = terms(document.text)
            if score := bm25(question, text, len(document.text.split()), statistics):
                by_words[key] = score
                self._held[key] = covered(known, text, statistics)
                self._answered[key] = covered(question, text, statistics)
        trust = min(1.0, max(self._answered.values(), default=0.0) / TRUSTED)
        self._own = dict.fromkeys(documents, 0.0) | fuse(
            [
                (trust * WORDS, min_max(best(by_words, CANDIDATES), low=0.0)),
                # a list that is not full ends at nothing alike, not at its last member
                (MEANING, min_max(cosines, low=None if len(cosines) >= CANDIDATES else 0.0)),
            ]
        )

    def seeds(self) -> list[str]:
        """The turns whose neighbours are worth a look."""
        turns = {k: s for k, s in self._own.items() if self._documents[k].kind == "turn"}
        return list(best(turns, SEEDS))

    def matches(self, neighbours: Mapping[str, Sequence[Document]]) -> list[Match]:
        lent = self._lent(neighbours)
        for around in neighbours.values():
            for document in around:
                self._documents.setdefault(document.id, document)
        occasions = self._occasions()
        scores = fuse(
            [
                (1.0, self._own),
                (1.0, lent),
                (OCCASION, occasions),
                (1.0, {key: self._known(document) for key, document in self._documents.items()}),
            ]
        )
        return [
            Match(
                document=self._documents[key],
                score=score,
                held=self._held.get(key, 0.0),
                answered=self._answered.get(key, 0.0),
                cosine=self._cosines.get(key, 0.0),
                lent=lent.get(key, 0.0),
            )
            for key, score in best(scores, len(scores)).items()
        ]

    def _known(self, document: Document) -> float:
        """What speaker, day and form say about a document."""
        score = 0.0
        if self._named.intersection(terms(document.speaker)):
            score += SPEAKER
        if self._back is not None and self._back.holds(document.at):
            score += LOOKED_BACK
        if document.kind == "turn" and only_asks(document.text):
            score += QUESTION
        return score

    def _lent(self, neighbours: Mapping[str, Sequence[Document]]) -> dict[str, float]:
        """What each turn gains from better ones beside it, in conversations of several people."""
        lent: dict[str, float] = {}
        for seed, around in neighbours.items():
            hit = self._documents[seed]
            close = [d for d in around if abs(d.at - hit.at) <= PAUSE]
            if {d.speaker for d in close} <= {hit.speaker}:
                continue
            later = [d for d in close if (d.at, d.id) > (hit.at, hit.id)]
            earlier = [d for d in close if d not in later]
            for weights, turns in ((BEFORE, later), (AFTER, earlier[::-1])):
                for weight, turn in zip(weights, turns, strict=False):
                    gain = weight * self._own[seed]
                    lent[turn.id] = max(lent.get(turn.id, 0.0), gain)
        return lent

    def _occasions(self) -> dict[str, float]:
        """For each turn, how well the best others of the same conversation match: 0 to 1."""
        turns = sorted(
            (d for key, d in self._documents.items() if d.kind == "turn" and key in self._own),
            key=lambda document: document.at,
        )
        occasions: list[list[str]] = []
        last: datetime | None = None
        for turn in turns:
            if last is None or turn.at - last > PAUSE:
                occasions.append([])
            occasions[-1].append(turn.id)
            last = turn.at
        strength: dict[str, float] = {}
        for members in occasions:
            top = sorted((self._own[key] for key in members), reverse=True)[:3]
            strength.update(dict.fromkeys(members, sum(top) / 3))
        return min_max(strength)


def only_asks(text: str) -> bool:
    """The text is a question and tells nothing."""
    return _ONLY_ASKS.fullmatch(text.strip()) is not None


def tidied(matches: Sequence[Match], limit: int) -> list[Match]:
    """Without repetitions, and of statements about the same the newest first."""
    kept: list[tuple[Match, list[str]]] = []
    for match in matches[:limit]:
        text = terms(match.document.text)
        twin = next(
            (i for i, one in enumerate(kept) if text and _same(match.document, text, *one)), None
        )
        if twin is None:
            kept.append((match, text))
        elif _counts_more(match.document, kept[twin][0].document):
            kept[twin] = (match, text)
    groups: list[list[tuple[Match, list[str]]]] = []
    for match, text in kept:
        for group in groups:
            same_speaker = group[0][0].document.speaker == match.document.speaker
            if same_speaker and overlap(group[0][1], text) >= SAME_SUBJECT:
                group.append((match, text))
                break
        else:
            groups.append([(match, text)])
    tidied: list[Match] = []
    for group in groups:
        group.sort(key=lambda item: item[0].document.at, reverse=True)
        tidied += [match for match, _ in group]
    return tidied


def _same(document: Document, text: list[str], other: Match, other_text: list[str]) -> bool:
    """They say the same; so do a row and the words that made it, "remember that …"."""
    if text == other_text:
        return True
    if (document.code is None) == (other.document.code is None):
        return False
    row, said = (other_text, text) if document.code is None else (text, other_text)
    return len(row) <= len(said) <= len(row) + CARRIERS and row == said[len(said) - len(row) :]


def _counts_more(one: Document, other: Document) -> bool:
    """Of two documents that say the same, rows go before turns, and newer before older."""
    return (one.code is not None, one.at) > (other.code is not None, other.at)
