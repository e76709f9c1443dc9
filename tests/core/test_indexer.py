"""The index of meaning follows the rows, through crashes and absences."""

import asyncio
from contextlib import suppress

import pytest

from core.errors import Unavailable
from core.indexer import PAUSE, Indexer, rebuild
from core.loop import LONGEST_PAUSE
from core.people import Person
from core.ports import Store
from core.rows import Note
from core.values import OwnerId
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory


class Desk:
    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.memory = FakeMemory()
        self.embedder = FakeEmbedder()
        self.indexer = Indexer(store, self.memory, self.embedder, clock)

    async def note(self, owner: Person, text: str) -> Note:
        return await self.store.run(lambda work: work.notes.add(owner.id, Note(text=text)))

    async def remove(self, owner: Person, note: Note) -> Note:
        return await self.store.run(lambda work: work.notes.remove(owner.id, note))

    async def indexed(self, owner: OwnerId, model: str | None = None) -> int:
        vector = [1.0] * self.embedder.size
        return len(await self.memory.recall(owner, model or self.embedder.model, vector))


@pytest.fixture
async def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


@pytest.fixture
async def ann(desk: Desk) -> Person:
    return await given.person(desk.store)


async def test_everything_is_indexed_once(desk: Desk, ann: Person) -> None:
    ben = await given.person(desk.store, "ben")
    for number in range(70):
        await desk.note(ann, f"note {number}")
    await desk.note(ben, "his own")
    assert await desk.indexer.catch_up() == 71
    assert await desk.indexed(ann.id) == 70
    assert await desk.indexed(ben.id) == 1
    assert await desk.indexer.catch_up() == 0
    assert len(desk.embedder.texts) == 71


async def test_a_changed_text_is_embedded_again_under_its_id(desk: Desk, ann: Person) -> None:
    note = await desk.note(ann, "dentist")
    await desk.indexer.catch_up()
    await desk.store.run(
        lambda work: work.notes.save(ann.id, Note(**{**_fields(note), "text": "guitar"}))
    )
    await desk.indexer.catch_up()
    assert await desk.indexed(ann.id) == 1
    assert desk.embedder.texts == ["dentist", "guitar"]


def _fields(note: Note) -> dict[str, object]:
    return {name: getattr(note, name) for name in note.__dataclass_fields__}


async def test_what_is_removed_leaves_the_index_and_undo_brings_it_back(
    desk: Desk, ann: Person
) -> None:
    note = await desk.note(ann, "dentist")
    await desk.indexer.catch_up()
    gone = await desk.remove(ann, note)
    await desk.indexer.catch_up()
    assert await desk.indexed(ann.id) == 0
    await desk.store.run(
        lambda work: work.notes.save(ann.id, Note(**{**_fields(gone), "deleted_at": None}))
    )
    await desk.indexer.catch_up()
    assert await desk.indexed(ann.id) == 1
    assert await desk.store.read(lambda work: work.documents.gone(10)) == []


async def test_removed_and_back_before_anyone_looked(desk: Desk, ann: Person) -> None:
    note = await desk.note(ann, "dentist")
    await desk.indexer.catch_up()
    gone = await desk.remove(ann, note)
    await desk.store.run(
        lambda work: work.notes.save(ann.id, Note(**{**_fields(gone), "deleted_at": None}))
    )
    await desk.indexer.catch_up()
    assert await desk.indexed(ann.id) == 1


async def test_removed_while_its_vector_is_on_its_way(desk: Desk, ann: Person) -> None:
    note = await desk.note(ann, "dentist")
    remember = desk.memory.remember

    async def slow(*args: object) -> None:
        await desk.remove(ann, note)
        await Indexer(desk.store, desk.memory, FakeEmbedder(ready=False), desk.clock).catch_up()
        await remember(*args)  # type: ignore[arg-type]

    desk.memory.remember = slow  # type: ignore[method-assign]
    await desk.indexer.catch_up()
    assert await desk.indexed(ann.id) == 0


async def test_a_crash_between_remembering_and_marking_is_made_good(
    desk: Desk, ann: Person
) -> None:
    await desk.note(ann, "dentist")
    remember = desk.memory.remember

    async def crash(*args: object) -> None:
        await remember(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    desk.memory.remember = crash  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        await desk.indexer.catch_up()
    desk.memory.remember = remember  # type: ignore[method-assign]
    assert await desk.indexer.catch_up() == 1
    assert await desk.indexed(ann.id) == 1


async def test_nothing_is_embedded_until_the_model_is_ready_but_the_gone_are_swept(
    desk: Desk, ann: Person
) -> None:
    note = await desk.note(ann, "dentist")
    await desk.indexer.catch_up()
    desk.embedder.ready = False
    await desk.note(ann, "garage")
    await desk.remove(ann, note)
    assert await desk.indexer.catch_up() == 0
    assert await desk.indexed(ann.id) == 0
    desk.embedder.ready = True
    assert await desk.indexer.catch_up() == 1


async def test_another_model_has_an_index_of_its_own(desk: Desk, ann: Person) -> None:
    await desk.note(ann, "dentist")
    await desk.indexer.catch_up()
    desk.embedder.model = "fake/2"
    assert await desk.indexed(ann.id) == 0
    assert await desk.indexer.catch_up() == 1
    assert await desk.indexed(ann.id) == 1


async def until(clock: FakeClock, sleepers: int) -> None:
    async with asyncio.timeout(10):
        while clock.sleepers != sleepers:
            await asyncio.sleep(0.001)


async def test_the_loop_wakes_by_itself_when_called_and_after_a_failure(
    desk: Desk, ann: Person
) -> None:
    await desk.note(ann, "first")
    loop = asyncio.create_task(desk.indexer.run())
    await until(desk.clock, 1)
    assert await desk.indexed(ann.id) == 1

    await desk.note(ann, "second")
    desk.clock.advance(seconds=PAUSE)
    await until(desk.clock, 0)
    await until(desk.clock, 1)
    assert await desk.indexed(ann.id) == 2

    desk.memory.failing = Unavailable("away")
    await desk.note(ann, "third")
    desk.indexer.wake()
    while desk.embedder.texts[-1] != "third":
        await asyncio.sleep(0.001)
    desk.memory.failing = None
    async with asyncio.timeout(10):
        while await desk.indexed(ann.id) < 3:
            desk.clock.advance(seconds=LONGEST_PAUSE)
            await asyncio.sleep(0.001)
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def test_rebuilding_tells_its_progress_and_drops_what_is_no_row(
    desk: Desk, ann: Person
) -> None:
    ben = await given.person(desk.store, "ben")
    for number in range(100):
        await desk.note(ann, f"note {number}")
    await desk.note(ben, "his own")
    await desk.indexer.catch_up()
    stray = {"stray": next(iter(desk.memory.entries[ann.id, "fake/1"].values()))}
    desk.memory.entries[ann.id, "fake/1"] |= stray
    told: list[tuple[int, int]] = []
    total = await rebuild(
        desk.store,
        desk.memory,
        desk.embedder,
        desk.clock,
        progress=lambda done, of: told.append((done, of)),
    )
    assert total == 101
    assert told[0] == (0, 101)
    assert told[-1] == (101, 101)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert await desk.indexed(ann.id) == 100
    assert await desk.indexed(ben.id) == 1


async def test_rebuilding_one_owner_leaves_the_others(desk: Desk, ann: Person) -> None:
    ben = await given.person(desk.store, "ben")
    await desk.note(ann, "hers")
    await desk.note(ben, "his")
    await desk.indexer.catch_up()
    desk.embedder.texts.clear()
    assert await rebuild(desk.store, desk.memory, desk.embedder, desk.clock, ann.id) == 1
    assert desk.embedder.texts == ["hers"]
    assert await desk.indexed(ben.id) == 1


async def test_rebuilding_without_a_model_drops_nothing(desk: Desk, ann: Person) -> None:
    await desk.note(ann, "hers")
    await desk.indexer.catch_up()
    desk.embedder.ready = False
    with pytest.raises(Unavailable):
        await rebuild(desk.store, desk.memory, desk.embedder, desk.clock)
    assert await desk.indexed(ann.id) == 1
