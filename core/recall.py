"""Search in memory: candidates by words and by meaning, ranked as one list.

The rows are the truth: whatever the index of meaning returns is looked up among the documents, so
what was forgotten is never recalled, and without an index (or a model) words alone answer.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.errors import EdgeError
from core.lookback import LookBack, look_back
from core.matching import BEFORE, CANDIDATES, Match, Ranking, only_asks, tidied
from core.people import ToolContext
from core.ports import Document, Embedder, Memory, Store, Work
from core.ranking import STOP_WORDS, Statistics, asked, overlap, terms, words
from core.values import MemoryFilter, OwnerId, Remembered
from core.when.wall import day_bounds

FETCHED = 300
"""How many a database may propose: PostgreSQL's own order knows no rarity of words."""
ALIKE, HELD = 0.2, 0.2
"""A match has at least this cosine, or this share of the question's words, or such neighbours."""
SURELY_ALIKE, SURELY_HELD = 0.45, 0.6
"""The same for what a model is shown unasked."""

SAME_QUESTION = 0.5
"""An earlier question that shares this much with the query is an echo of it."""

_RELATIVE = {"last", "this", "past", "previous", "week", "month", "year", "day", "yesterday"}
_RELATIVE |= {"today", "ago", "since", "recent", "earlier"}
_CARRIERS = {"say", "tell", "write", "note", "notes", "noted", "mention", "mentioned", "talk"}
_CARRIERS |= {"happen", "happened", "remember", "find", "search", "anything", "something"}
"""What a search is worded with. "note" is one of them, as in "my note about the boiler"."""

logger = logging.getLogger(__name__)


class HybridRecall:
    """`core.tool.Recall` over the documents and the index of meaning."""

    def __init__(self, store: Store, memory: Memory, embedder: Embedder) -> None:
        self._store = store
        self._memory = memory
        self._embedder = embedder

    async def search(
        self, context: ToolContext, query: str, limits: MemoryFilter
    ) -> list[Remembered]:
        """What answers the query, best first, at most `limits.limit`.

        `query` is best in the person's own words. Days that it names ("last week") weigh in;
        a query of nothing but days ("what did I note yesterday") lists them, newest first.
        """
        found = await self._matches(context, query, limits)
        good = [m for m in found if m.held >= HELD or m.cosine >= ALIKE or m.lent > 0]
        return [_remembered(match) for match in good[: limits.limit]]

    async def relevant(self, context: ToolContext, text: str, limit: int) -> tuple[Remembered, ...]:
        """Notes and turns that surely belong to what is being said, for `Situation.memories`."""
        limits = MemoryFilter(kinds=frozenset({"note", "turn"}), limit=limit)
        found = await self._matches(context, text, limits)
        sure = [m for m in found if m.answered >= SURELY_HELD or m.cosine >= SURELY_ALIKE]
        return tuple(_remembered(match) for match in sure[:limit])

    async def _matches(self, context: ToolContext, query: str, limits: MemoryFilter) -> list[Match]:
        owner = context.owner.id
        back = look_back(query, context.now, context.owner)
        window = _window(limits, context.owner.zone)
        question = _asked(query, back)
        by_words = await self._store.read(
            lambda work: _by_words(work, owner, question, limits.kinds, window, back)
        )
        if not question:
            return [
                Match(document=document, score=1.0, held=1.0, answered=0.0, cosine=0.0, lent=0.0)
                for document in by_words.documents
            ]
        named = _named(question, by_words.documents)
        question = {
            term: forms for term, forms in question.items() if term not in named
        } or question
        meant = _first_person(back.rest if back else query, named)
        cosines = await self._by_meaning(owner, meant, limits.kinds, window)
        known = {document.id: document for document in by_words.documents}
        documents = known | await self._looked_up(owner, cosines.keys() - known.keys())
        ranking = Ranking(
            question=question,
            statistics=by_words.statistics,
            named=named,
            back=back,
            documents=documents,
            cosines=cosines,
        )
        neighbours = {
            seed: [document for document in around if _inside(document.at, window)]
            for seed, around in (
                await self._neighbours(owner, ranking.seeds(), limits.kinds)
            ).items()
        }
        # an echo has lent to its neighbours by now: the answer often follows the question
        ranked = [m for m in ranking.matches(neighbours) if not _echo(m.document, query, context)]
        return tidied(ranked, max(3 * limits.limit, 30))

    async def _by_meaning(
        self, owner: OwnerId, text: str, kinds: frozenset[str], window: "Window"
    ) -> dict[str, float]:
        if not self._embedder.ready or not text.strip():
            return {}
        try:
            vector = (await self._embedder.embed([text]))[0]
            found = await self._memory.recall(
                owner,
                self._embedder.model,
                vector,
                kinds=kinds,
                since=window[0],
                until=window[1],
                limit=CANDIDATES,
            )
        except EdgeError as error:
            logger.warning("The index of meaning is away, words alone answer: %s", error)
            return {}
        return dict(found)

    async def _looked_up(self, owner: OwnerId, ids: Iterable[str]) -> dict[str, Document]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        found = await self._store.read(lambda work: work.documents.get(owner, wanted))
        return {document.id: document for document in found}

    async def _neighbours(
        self, owner: OwnerId, seeds: Sequence[str], kinds: frozenset[str]
    ) -> dict[str, list[Document]]:
        if not seeds or (kinds and "turn" not in kinds):
            return {}

        def around(work: Work) -> dict[str, list[Document]]:
            return {seed: work.documents.neighbours(owner, seed, len(BEFORE)) for seed in seeds}

        return await self._store.read(around)


Window = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _ByWords:
    documents: list[Document]
    statistics: Statistics


def _asked(query: str, back: LookBack | None) -> dict[str, tuple[str, ...]]:
    """The question's terms, without what only asks; days are left to the stretch they name."""
    question = asked(query)
    if back is not None:
        if not set(words(back.rest)) - STOP_WORDS - _CARRIERS:
            return {}
        question = {t: forms for t, forms in question.items() if not _RELATIVE.intersection(forms)}
    content = {t: forms for t, forms in question.items() if not _CARRIERS.intersection(forms)}
    return content or question


def _window(limits: MemoryFilter, zone: str) -> Window:
    since = day_bounds(limits.since, zone)[0] if limits.since else None
    until = day_bounds(limits.until, zone)[1] if limits.until else None
    return since, until


def _inside(at: datetime, window: Window) -> bool:
    since, until = window
    return (since is None or at >= since) and (until is None or at < until)


def _narrowed(window: Window, back: LookBack) -> Window:
    since, until = window
    return max(since or back.since, back.since), min(until or back.until, back.until)


def _by_words(
    work: Work,
    owner: OwnerId,
    question: Mapping[str, tuple[str, ...]],
    kinds: frozenset[str],
    window: Window,
    back: LookBack | None,
) -> _ByWords:
    """Candidates from the database; those of the days asked for come in any case."""
    forms = sorted({form for spelled in question.values() for form in spelled})
    found: dict[str, Document] = {}
    windows = [_narrowed(window, back)] if back else []
    if question:
        windows.append(window)
    for since, until in windows:
        for document in work.documents.match(
            owner, forms, kinds=kinds, since=since, until=until, limit=FETCHED
        ):
            found[document.id] = document
    count, length, holding = work.documents.statistics(owner, forms)
    statistics = Statistics(
        documents=count,
        mean_length=length,
        holding={
            term: sum(holding.get(form, 0) for form in spelled)
            for term, spelled in question.items()
        },
    )
    return _ByWords(documents=list(found.values()), statistics=statistics)


def _named(question: Mapping[str, object], documents: Iterable[Document]) -> frozenset[str]:
    """Terms of the question that are names of people who speak in the candidates."""
    speakers = {term for speaker in {d.speaker for d in documents} for term in terms(speaker)}
    return frozenset(speakers & question.keys())


def _first_person(query: str, named: frozenset[str]) -> str:
    """The query as the one it asks about would say it: vectors match names before meaning."""
    if not named:
        return query

    def spoken(match: re.Match[str]) -> str:
        name, possessive = match.groups()
        if not named.intersection(terms(name)):
            return match.group()
        return "my" if possessive else "I"

    return re.sub(r"(\w+)(['’]s\b)?", spoken, query)


def _echo(document: Document, query: str, context: ToolContext) -> bool:
    """The message that is being answered, or the same question asked before."""
    if document.kind != "turn":
        return False
    if document.at >= context.now or words(document.text) == words(query):
        return True
    return only_asks(document.text) and overlap(terms(document.text), terms(query)) >= SAME_QUESTION


def _remembered(match: Match) -> Remembered:
    document = match.document
    return Remembered(
        kind=document.kind,
        row_id=document.row_id,
        text=document.text,
        at=document.at.astimezone(UTC),
        speaker=document.speaker,
        score=round(match.score, 4),
        code=document.code,
    )
