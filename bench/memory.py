"""How well and how fast memory is searched: recall@10 and milliseconds, against words alone.

`python bench/memory.py` from the checkout runs made-up chats through the real parts: SQLite,
embedded Qdrant, MiniLM and `core.recall`. The last line is JSON. `Retriever` runs any other set.
"""

import asyncio
import json
import resource
import sys
import tempfile
import threading
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from dateutil import parser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from adapters.embeddings import EmbeddingSettings, MiniLM
from adapters.qdrant import EmbeddedQdrant
from bench.dialogs import Chat, made_up
from core.indexer import Indexer
from core.people import Person, ToolContext
from core.ports import Document, Embedder, Work
from core.recall import HybridRecall
from core.values import Address, Identity, MemoryFilter, OwnerId
from db.store import open_store

T = TypeVar("T")
Meta = Mapping[str, Any]

TURN = timedelta(seconds=30)
"""Between turns of a session, when only the session's date is given."""
GAP = timedelta(hours=2)
"""Between sessions of one day, and between sessions without a date."""
BATCH = 500


class Loop:
    """An event loop on its own thread, so that a caller needs none, or may have its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class SystemClock:
    """`core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class NoModel:
    """An embedder that never loads: words alone answer."""

    model = "none"
    size = 0
    ready = False

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise NotImplementedError


_shared: MiniLM | None = None


def minilm() -> MiniLM:
    """The model, loaded once for the process."""
    global _shared
    if _shared is None:
        _shared = MiniLM(EmbeddingSettings(embeddings="auto"))
        _shared.start()
        if not _shared.wait(120):
            raise RuntimeError("; ".join(_shared.status()))
    return _shared


class Retriever:
    """Any set of texts, searched as Pixie searches.

    Texts with a speaker, a session or a time in their metas are turns of a conversation; others
    are notes. `index` replaces what was indexed before. Also a context manager.
    """

    def __init__(self, *, words_only: bool = False) -> None:
        self._embedder: Embedder = NoModel() if words_only else minilm()
        self._folder = tempfile.TemporaryDirectory(prefix="pixie-bench-")
        self._loop = Loop()
        folder = Path(self._folder.name)
        self._clock = SystemClock()
        self._store = self._loop.run(open_store(f"sqlite:///{folder / 'pixie.db'}", self._clock))
        self._memory = EmbeddedQdrant(folder / "index")
        self._recall = HybridRecall(self._store, self._memory, self._embedder)
        self._context: ToolContext | None = None
        self._positions: dict[str, int] = {}

    def __enter__(self) -> "Retriever":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def index(self, texts: Sequence[str], metas: Sequence[Meta] | None = None) -> None:
        """Store the texts and index them. Metas may have speaker, session, and at or date:
        a datetime or date, or a text of one; without a zone it is UTC."""
        if self._context is not None:
            self._loop.run(self._memory.drop(self._context.owner.id))
        told = list(metas) if metas is not None else [{} for _ in texts]
        times = _times(told)
        now = max(times, default=datetime.now(UTC)) + timedelta(days=1)
        self._context = _context(now)
        owner = self._context.owner
        documents = [
            _document(owner.id, position, text, meta, at)
            for position, (text, meta, at) in enumerate(zip(texts, told, times, strict=True))
        ]
        self._positions = {document.row_id: i for i, document in enumerate(documents)}
        self._loop.run(self._index(owner, documents))

    def search(self, query: str, k: int = 10) -> list[int]:
        """Positions of the texts that answer the query, best first, at most k."""
        if self._context is None:
            return []
        limits = MemoryFilter(limit=k)
        found = self._loop.run(self._recall.search(self._context, query, limits))
        return [self._positions[remembered.row_id] for remembered in found]

    def close(self) -> None:
        self._loop.run(self._memory.close())
        self._loop.run(self._store.close())
        self._loop.close()
        self._folder.cleanup()

    async def _index(self, owner: Person, documents: list[Document]) -> None:
        identity = Identity(platform="bench", workspace="", user=owner.id)
        await self._store.run(lambda work: work.people.add(owner, identity))
        for start in range(0, len(documents), BATCH):
            batch = documents[start : start + BATCH]

            def put(work: Work, batch: list[Document] = batch) -> None:
                for document in batch:
                    work.documents.put(document)

            await self._store.run(put)
        await Indexer(self._store, self._memory, self._embedder, self._clock).catch_up()


def _context(now: datetime) -> ToolContext:
    owner = Person(id=OwnerId(str(uuid.uuid4())), created_at=now)
    return ToolContext(
        owner=owner,
        speaker=Identity(platform="bench", workspace="", user=owner.id),
        address=Address(platform="bench", workspace="", chat=owner.id),
        now=now,
        message_id="",
    )


def _document(owner: OwnerId, position: int, text: str, meta: Meta, at: datetime) -> Document:
    talk = any(meta.get(name) is not None for name in ("speaker", "session", "at", "date"))
    return Document(
        id=str(uuid.uuid4()),
        owner=owner,
        kind="turn" if talk else "note",
        row_id=f"{owner}:{position}",
        text=text,
        speaker=str(meta.get("speaker") or ""),
        at=at,
    )


def _times(metas: Sequence[Meta]) -> list[datetime]:
    """A time for each text, in order within its session, sessions apart from each other."""
    times: list[datetime] = []
    last: datetime | None = None
    session: object = None
    for meta in metas:
        told = _time(meta.get("at") or meta.get("date"))
        starts = last is None or meta.get("session") != session
        session = meta.get("session")
        if last is None:
            at = told or datetime(2026, 1, 1, tzinfo=UTC)
        elif starts:
            apart = told is not None and abs(told - last) >= GAP
            at = told if told is not None and apart else last + GAP
        else:
            at = max(told or last, last + TURN)
        times.append(at)
        last = at
    return times


def _time(told: object) -> datetime | None:
    match told:
        case None | "":
            return None
        case datetime():
            at = told
        case date():
            at = datetime.combine(told, time(12))
        case _:
            at = parser.parse(str(told), fuzzy=True)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# --- the built-in set ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    recall: float
    """Share of the answering turns among the first ten, in percent."""
    query_ms: float
    index_ms: float
    """Per text."""


def measured(chats: Sequence[Chat], *, words_only: bool) -> Measured:
    found = asked = texts = 0
    indexing = searching = 0.0
    with Retriever(words_only=words_only) as retriever:
        for chat in chats:
            began = perf_counter()
            retriever.index(chat.texts, chat.metas)
            indexing += perf_counter() - began
            texts += len(chat.texts)
            for question, answers in chat.questions:
                began = perf_counter()
                positions = retriever.search(question, 10)
                searching += perf_counter() - began
                found += len(answers.intersection(positions))
                asked += len(answers)
    return Measured(
        recall=100 * found / asked,
        query_ms=1000 * searching / asked,
        index_ms=1000 * indexing / texts,
    )


def main(chats: Sequence[Chat]) -> None:
    began = perf_counter()
    minilm()
    loading = perf_counter() - began
    words = measured(chats, words_only=True)
    whole = measured(chats, words_only=False)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"model ready after {loading:.1f} s, {megabytes:.0f} MB at most")
    for name, one in (("words alone", words), ("words and meaning", whole)):
        print(
            f"{name}: recall@10 {one.recall:.1f} %, {one.query_ms:.1f} ms a query, "
            f"{one.index_ms:.1f} ms to index a text"
        )
    ratio = whole.recall / words.recall
    print(f"recall with meaning is {ratio:.2f} times that of words alone")
    figures = {
        "recall_at_10": round(whole.recall, 1),
        "recall_at_10_words": round(words.recall, 1),
        "ratio": round(ratio, 3),
        "query_ms": round(whole.query_ms, 1),
        "index_ms": round(whole.index_ms, 1),
        "load_s": round(loading, 1),
        "memory_mb": round(megabytes),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(made_up())
