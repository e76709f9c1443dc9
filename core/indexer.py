"""Keeps the index of meaning in step with the rows: what is new is embedded, what is gone swept.

The rows queue the work (`Documents.unindexed`, `Documents.gone`), so a crash anywhere only means
that a step is done again.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from core.errors import Unavailable
from core.loop import Loop
from core.ports import Clock, Document, Embedder, Entry, Memory, Store, Work
from core.values import OwnerId

T = TypeVar("T")

BATCH = 64
PAUSE = 5.0
"""Seconds between looks when nobody wakes it."""


class Indexer(Loop):
    """The loop. Several may run at once on different machines: each step can be repeated."""

    every = PAUSE

    def __init__(self, store: Store, memory: Memory, embedder: Embedder, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store
        self._memory = memory
        self._embedder = embedder

    async def turn(self) -> None:
        await self.catch_up()

    async def catch_up(self) -> int:
        """Index and sweep all that is queued; returns how many documents were embedded."""
        await self._sweep()
        done = 0
        while not self._stopping and self._embedder.ready and (count := await self.step()):
            done += count
        return done

    async def step(self) -> int:
        """Embed one batch; returns how many documents it had."""
        model = self._embedder.model
        documents = await self._store.read(lambda work: work.documents.unindexed(model, BATCH))
        if not documents:
            return 0
        vectors = await self._embedder.embed([document.text for document in documents])
        entries = [
            (document.owner, _entry(document, vector))
            for document, vector in zip(documents, vectors, strict=True)
        ]
        for owner, of_owner in _by_owner(entries):
            await self._memory.remember(owner, model, of_owner)

        def mark(work: Work) -> list[tuple[OwnerId, str]]:
            work.documents.indexed(model, documents)
            return _missing(work, [(document.owner, document.id) for document in documents])

        # what was forgotten meanwhile may have been swept before its vector came
        for owner, ids in _by_owner(await self._store.run(mark)):
            await self._memory.forget(owner, ids)
        return len(documents)

    async def _sweep(self) -> None:
        while await self._swept():
            pass

    async def _swept(self) -> int:
        def queued(work: Work) -> tuple[list[str], list[tuple[OwnerId, str]]]:
            gone = work.documents.gone(BATCH)
            # one that came back is queued for the index, and keeps its vector
            return [document for _, document in gone], _missing(work, gone)

        gone, missing = await self._store.read(queued)
        for owner, ids in _by_owner(missing):
            await self._memory.forget(owner, ids)
        if gone:
            await self._store.run(lambda work: work.documents.swept(gone))
        return len(gone)


async def rebuild(
    store: Store,
    memory: Memory,
    embedder: Embedder,
    clock: Clock,
    owner: OwnerId | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Index an owner's documents, or everyone's, from nothing; returns how many there are.

    `progress` is called with how many are done, and of how many. Safe beside a running Pixie
    where the index allows it (a server): what is not rebuilt yet is found by words.
    Raises `Unavailable` while the model is not ready.
    """
    if not embedder.ready:
        raise Unavailable("the embedding model is not ready")
    owners = [owner] if owner else await store.read(lambda work: work.documents.owners())
    for each in owners:
        await memory.drop(each)
    total = await store.run(lambda work: work.documents.forget_index(owner))
    indexer = Indexer(store, memory, embedder, clock)
    done = 0
    progress(done, total)
    while done < total and (count := await indexer.step()):
        done = min(done + count, total)
        progress(done, total)
    await indexer.catch_up()
    progress(total, total)
    return total


def _entry(document: Document, vector: list[float]) -> Entry:
    return Entry(document=document.id, vector=vector, kind=document.kind, at=document.at)


def _missing(work: Work, documents: Iterable[tuple[OwnerId, str]]) -> list[tuple[OwnerId, str]]:
    """Which of these do not exist, or no longer."""
    return [
        (owner, id_)
        for owner, ids in _by_owner(documents)
        for id_ in set(ids) - {document.id for document in work.documents.get(owner, ids)}
    ]


def _by_owner(pairs: Iterable[tuple[OwnerId, T]]) -> list[tuple[OwnerId, list[T]]]:
    grouped: dict[OwnerId, list[T]] = {}
    for owner, value in pairs:
        grouped.setdefault(owner, []).append(value)
    return list(grouped.items())
