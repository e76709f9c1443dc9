"""What every index of meaning owes its callers: embedded, tenants on a server, and the fake."""

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from adapters.qdrant import EmbeddedQdrant, QdrantServer
from core.ports import Entry, Memory
from core.values import OwnerId
from tests.fakes.memory import FakeMemory

MODEL = "small@1234/fp32"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def embedded(folder: Path) -> Memory:
    return EmbeddedQdrant(folder, keep_open=2)


async def tenants(folder: Path) -> Memory:
    return QdrantServer(AsyncQdrantClient(":memory:"))


async def server(folder: Path) -> Memory:
    url = os.environ["QDRANT_URL"]
    return QdrantServer(AsyncQdrantClient(url=url, check_compatibility=False))


async def fake(folder: Path) -> Memory:
    return FakeMemory()


MAKERS: list[Callable[[Path], Awaitable[Memory]]] = [embedded, tenants, fake]
if "QDRANT_URL" in os.environ:
    MAKERS.append(server)


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    made: Memory = await request.param(tmp_path)
    yield made
    for owner in (ANA, BEN, CLEO):
        await made.drop(owner)
    await made.close()


ANA, BEN, CLEO = (OwnerId(str(uuid.uuid5(uuid.NAMESPACE_OID, name))) for name in "abc")


def entry(*vector: float, kind: str = "note", at: datetime = NOW, document: str = "") -> Entry:
    return Entry(
        document=document or str(uuid.uuid4()),
        vector=[*vector, *[0.0] * (4 - len(vector))],
        kind=kind,
        at=at,
    )


async def recalled(memory: Memory, owner: OwnerId, *vector: float, model: str = MODEL) -> list[str]:
    query = [*vector, *[0.0] * (4 - len(vector))]
    return [document for document, _ in await memory.recall(owner, model, query)]


async def test_nothing_is_recalled_from_nothing(memory: Memory) -> None:
    assert await recalled(memory, ANA, 1) == []


async def test_the_most_alike_comes_first_with_its_cosine(memory: Memory) -> None:
    near, middle, far = entry(1), entry(1, 1), entry(0, 0, 1)
    await memory.remember(ANA, MODEL, [far, near, middle])
    found = await memory.recall(ANA, MODEL, [2.0, 0.0, 0.0, 0.0], limit=2)
    assert [document for document, _ in found] == [near.document, middle.document]
    assert [score for _, score in found] == pytest.approx([1, 2**-0.5], abs=1e-5)


async def test_remembering_again_replaces(memory: Memory) -> None:
    first = entry(1)
    await memory.remember(ANA, MODEL, [first])
    await memory.remember(ANA, MODEL, [entry(0, 1, document=first.document)])
    found = await memory.recall(ANA, MODEL, [0.0, 1.0, 0.0, 0.0])
    assert [document for document, _ in found] == [first.document]
    assert found[0][1] == pytest.approx(1)


async def test_nobody_sees_what_another_remembers(memory: Memory) -> None:
    mine = entry(1)
    await memory.remember(ANA, MODEL, [mine])
    await memory.remember(BEN, MODEL, [entry(1)])
    assert await recalled(memory, ANA, 1) == [mine.document]
    assert await recalled(memory, CLEO, 1) == []


async def test_models_do_not_mix(memory: Memory) -> None:
    await memory.remember(ANA, MODEL, [entry(1)])
    short = Entry(document=str(uuid.uuid4()), vector=[1.0, 0.0], kind="note", at=NOW)
    await memory.remember(ANA, "other@1/fp32", [short])
    assert len(await recalled(memory, ANA, 1)) == 1
    assert len(await memory.recall(ANA, "other@1/fp32", [1.0, 0.0])) == 1


async def test_kinds_and_days_limit_the_search(memory: Memory) -> None:
    old = entry(1, at=NOW - timedelta(days=30))
    turn = entry(1, kind="turn")
    note = entry(1)
    await memory.remember(ANA, MODEL, [old, turn, note])

    async def ids(
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> set[str]:
        query = [1.0, 0.0, 0.0, 0.0]
        found = await memory.recall(ANA, MODEL, query, kinds=kinds, since=since, until=until)
        return {document for document, _ in found}

    assert await ids(kinds=frozenset({"turn"})) == {turn.document}
    assert await ids(kinds=frozenset({"turn", "note"}), since=NOW) == {turn.document, note.document}
    assert await ids(until=NOW) == {old.document}
    assert await ids(since=NOW + timedelta(seconds=1)) == set()


async def test_forgetting_takes_exactly_what_is_named_under_every_model(memory: Memory) -> None:
    gone, kept = entry(1), entry(1)
    for model in (MODEL, "other@1/fp32"):
        await memory.remember(ANA, model, [gone, kept])
    await memory.remember(BEN, MODEL, [hers := entry(1)])
    await memory.forget(ANA, [gone.document, str(uuid.uuid4())])
    for model in (MODEL, "other@1/fp32"):
        assert await recalled(memory, ANA, 1, model=model) == [kept.document]
    assert await recalled(memory, BEN, 1) == [hers.document]


async def test_forgetting_what_is_another_owners_changes_nothing(memory: Memory) -> None:
    await memory.remember(BEN, MODEL, [hers := entry(1)])
    await memory.remember(ANA, MODEL, [entry(0, 1)])
    await memory.forget(ANA, [hers.document])
    assert await recalled(memory, BEN, 1) == [hers.document]


async def test_forgetting_nothing_or_nobodys(memory: Memory) -> None:
    await memory.forget(ANA, [])
    await memory.forget(ANA, [str(uuid.uuid4())])
    await memory.remember(ANA, MODEL, [])
    assert await recalled(memory, ANA, 1) == []


async def test_dropping_an_owner_leaves_the_others(memory: Memory) -> None:
    for owner in (ANA, BEN):
        await memory.remember(owner, MODEL, [entry(1), entry(0, 1)])
    await memory.drop(ANA)
    await memory.drop(CLEO)
    assert await recalled(memory, ANA, 1) == []
    assert len(await recalled(memory, BEN, 1)) == 2
    await memory.remember(ANA, MODEL, [back := entry(1)])
    assert await recalled(memory, ANA, 1) == [back.document]


async def test_more_owners_than_are_kept_open(memory: Memory) -> None:
    for owner in (ANA, BEN, CLEO):
        await memory.remember(owner, MODEL, [entry(1)])
    for owner in (ANA, BEN, CLEO, ANA):
        assert len(await recalled(memory, owner, 1)) == 1


async def test_many_at_once(memory: Memory) -> None:
    entries = [entry(1, i / 300) for i in range(300)]
    await memory.remember(ANA, MODEL, entries)
    found = await recalled(memory, ANA, 1)
    assert found == [one.document for one in entries[:100]]
