"""Searchable texts: kept beside their rows, found by words, queued for the index of meaning."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from core.ports import Document, Store, Work
from core.rows import Note, Task
from core.values import OwnerId, UserTurn
from tests import given
from tests.contracts.test_things import ALL_KINDS, of
from tests.fakes.clock import MONDAY, FakeClock


async def found(store: Store, owner: OwnerId, *words: str) -> list[str]:
    documents = await store.read(lambda work: work.documents.match(owner, words))
    return [document.text for document in documents]


async def note(store: Store, owner: OwnerId, text: str) -> Note:
    return await store.run(lambda work: work.notes.add(owner, Note(text=text)))


async def test_any_word_is_enough_and_endings_do_not_matter(store: Store) -> None:
    ann = await given.person(store)
    for text in ("calling the dentist", "a cat sat", "nothing of it"):
        await note(store, ann.id, text)
    assert await found(store, ann.id, "calls") == ["calling the dentist"]
    assert set(await found(store, ann.id, "called", "cats")) == {"calling the dentist", "a cat sat"}
    assert await found(store, ann.id, "bird") == []
    assert await found(store, ann.id, "", '"') == []
    assert await found(store, ann.id) == ["nothing of it", "a cat sat", "calling the dentist"]


async def test_the_one_that_holds_more_of_the_words_comes_first(store: Store) -> None:
    ann = await given.person(store)
    for text in ("red apple", "apple and pear and plum and fig", "red apple red pear"):
        await note(store, ann.id, text)
    assert (await found(store, ann.id, "red", "pear"))[0] == "red apple red pear"


async def test_a_phrase_holds_its_words_side_by_side(store: Store) -> None:
    ann = await given.person(store)
    for text in ("the new york office", "new shoes from york"):
        await note(store, ann.id, text)
    assert await found(store, ann.id, "new york") == ["the new york office"]


@pytest.mark.parametrize(
    "words",
    [
        ["what's"],
        ['"'],
        ['""', "'", "`", "\\"],
        ["AND"],
        ["OR", "NOT", "NEAR"],
        ["NEAR(a b, 2)"],
        ["a*", "^a", "-a", "a:b", "text:a", "{a b}:c", "a+b"],
        ["(", ")", "((", "!", "&", "|", "<->", ":*"],
        ["👩‍👧", "🙂"],
        ["שלום", "東京", "ไทย"],
        ["a\x00b", "\x00"],
        ["\ud800", "x\udfff"],
        ["", " ", "\n\t"],
        ["--", "/*", "%", "_", ";DROP TABLE notes"],
        ["x" * 100_000],
        ["word"] * 10_000,
        [f"w{at}" for at in range(5_000)],
    ],
    ids=lambda words: ascii(words)[:30],
)
async def test_no_word_breaks_the_search(store: Store, words: list[str]) -> None:
    ann = await given.person(store)
    await note(store, ann.id, "what's up")

    def look(work: Work) -> None:
        assert len(work.documents.match(ann.id, words)) in (0, 1)
        count, length, holding = work.documents.statistics(ann.id, words[:10])
        assert (count, length) == (1, 2.0)
        assert set(holding) == set(words[:10])

    await store.read(look)


async def test_a_search_stays_with_its_owner(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    await note(store, ann.id, "ann's dentist")
    await note(store, bob.id, "bob's dentist")
    assert await found(store, ann.id, "dentist") == ["ann's dentist"]

    def look(work: Work) -> None:
        [hers] = work.documents.match(ann.id, ["dentist"])
        assert work.documents.get(bob.id, [hers.id]) == []
        assert work.documents.get(ann.id, [hers.id, str(uuid4())]) == [hers]
        assert work.documents.statistics(bob.id, ["ann", "dentist"]) == (
            1,
            2.0,
            {"ann": 0, "dentist": 1},
        )
        assert work.documents.statistics(given.NOBODY, ["ann"]) == (0, 0.0, {"ann": 0})
        assert work.documents.neighbours(bob.id, hers.id, 3) == []

    await store.read(look)
    await store.run(lambda work: work.documents.remove(bob.id, "x"))
    assert set(await store.read(lambda work: work.documents.owners())) == {ann.id, bob.id}


async def test_a_search_is_narrowed_by_kind_and_time(store: Store, clock: FakeClock) -> None:
    ann = await given.person(store)
    await note(store, ann.id, "apple note")
    clock.advance(days=1)
    await store.run(lambda work: work.tasks.add(ann.id, Task(title="apple task")))

    async def texts(
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> list[str]:
        documents = await store.read(
            lambda work: work.documents.match(
                ann.id, ["apple"], kinds=kinds, since=since, until=until, limit=limit
            )
        )
        return sorted(document.text for document in documents)

    assert await texts() == ["apple note", "apple task"]
    assert await texts(kinds=frozenset({"task"})) == ["apple task"]
    assert await texts(kinds=frozenset({"task", "note"})) == ["apple note", "apple task"]
    assert await texts(since=MONDAY + timedelta(days=1)) == ["apple task"]
    assert await texts(until=MONDAY + timedelta(days=1)) == ["apple note"]
    assert len(await texts(limit=1)) == 1


async def test_every_row_is_found_by_its_texts_and_its_dates(store: Store) -> None:
    ann = await given.person(store)

    def fill(work: Work) -> None:
        for kind, fresh in ALL_KINDS:
            of(work, kind).add(ann.id, fresh)

    await store.run(fill)
    expected = {
        "mom": "task",
        "sunday": "task",
        "home": "task",
        "tuesday": "task",
        "2026-11-24": "task",
        "אירוע": "event",
        "right": "event",
        "café": "event",
        "stand": "reminder",
        "line": "note",
        "example.org": "note",
    }
    for word, kind in expected.items():
        documents = await store.read(lambda work, word=word: work.documents.match(ann.id, [word]))
        assert [document.kind for document in documents] == [kind], word
    november = await store.read(lambda work: work.documents.match(ann.id, ["november"]))
    assert {document.kind for document in november} == {"task", "event", "reminder"}


async def test_a_document_follows_its_row(store: Store) -> None:
    ann = await given.person(store)
    task = await store.run(lambda work: work.tasks.add(ann.id, Task(title="call mom")))
    [document] = await store.read(lambda work: work.documents.match(ann.id, ["mom"]))
    assert document == Document(
        id=document.id,
        owner=ann.id,
        kind="task",
        row_id=task.id,
        text="call mom",
        speaker="",
        at=MONDAY,
        code=task.code,
    )
    task = await store.run(lambda work: work.tasks.save(ann.id, replace(task, title="call dad")))
    assert await found(store, ann.id, "mom") == []
    [changed] = await store.read(lambda work: work.documents.match(ann.id, ["dad"]))
    assert changed == replace(document, text="call dad")
    task = await store.run(lambda work: work.tasks.remove(ann.id, task))
    assert await found(store, ann.id, "dad") == []
    await store.run(lambda work: work.tasks.save(ann.id, replace(task, deleted_at=None)))
    assert await found(store, ann.id, "dad") == ["call dad"]


async def test_the_index_lacks_what_is_new_or_changed(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    task = await store.run(lambda work: work.tasks.add(ann.id, Task(title="call mom")))
    await note(store, bob.id, "a cat sat")

    async def lacking(model: str = "m1") -> list[str]:
        documents = await store.read(lambda work: work.documents.unindexed(model, 10))
        return [document.text for document in documents]

    assert await lacking() == ["call mom", "a cat sat"]
    read = await store.read(lambda work: work.documents.unindexed("m1", 10))
    task = await store.run(lambda work: work.tasks.save(ann.id, replace(task, title="call dad")))
    # The text changed since it was read: its vector would be of the old one.
    await store.run(lambda work: work.documents.indexed("m1", read))
    assert await lacking() == ["call dad"]
    read = await store.read(lambda work: work.documents.unindexed("m1", 10))
    await store.run(lambda work: work.documents.indexed("m1", read))
    assert await lacking() == []
    assert await lacking("m2") == ["call dad", "a cat sat"]
    # What is not in the text does not send it to the index again.
    task = await store.run(lambda work: work.tasks.save(ann.id, replace(task, via="x")))
    assert await lacking() == []
    assert await store.run(lambda work: work.documents.forget_index(ann.id)) == 1
    assert await lacking() == ["call dad"]
    assert await store.run(lambda work: work.documents.forget_index()) == 2
    assert await lacking() == ["call dad", "a cat sat"]


async def test_vectors_of_what_is_gone_are_swept(store: Store) -> None:
    ann = await given.person(store)
    kept = await note(store, ann.id, "kept")
    first = await note(store, ann.id, "a cat sat")
    [document] = await store.read(lambda work: work.documents.match(ann.id, ["cat"]))
    removed = await store.run(lambda work: work.notes.remove(ann.id, first))
    assert await store.read(lambda work: work.documents.gone(10)) == [(ann.id, document.id)]
    # What comes back has a vector of its own: sweeping the old one does not touch it.
    await store.run(lambda work: work.notes.save(ann.id, replace(removed, deleted_at=None)))
    [again] = await store.read(lambda work: work.documents.match(ann.id, ["cat"]))
    assert again.id != document.id
    assert await store.read(lambda work: work.documents.gone(10)) == [(ann.id, document.id)]
    await store.run(lambda work: work.documents.swept([document.id]))
    assert await store.read(lambda work: work.documents.gone(10)) == []
    assert kept


async def test_neighbours_are_the_turns_around(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def fill(work: Work) -> None:
        for at in range(6):
            for owner in (ann.id, bob.id):
                work.turns.append(owner, at, UserTurn(text=f"word{at}", at=MONDAY))
            work.notes.add(ann.id, Note(text=f"note{at}"))

    await store.run(fill)

    def around(work: Work, word: str, reach: int) -> list[str]:
        [document] = work.documents.match(ann.id, [word])
        return [each.text for each in work.documents.neighbours(ann.id, document.id, reach)]

    assert await store.read(lambda work: around(work, "word3", 2)) == [
        "word1",
        "word2",
        "word4",
        "word5",
    ]
    assert await store.read(lambda work: around(work, "word0", 1)) == ["word1"]
    assert await store.read(lambda work: around(work, "note3", 1)) == []


async def test_huge_texts_are_kept_and_found(store: Store) -> None:
    ann = await given.person(store)
    words = " ".join(f"w{at:05}" for at in range(30_000))
    emoji = "👩‍👧" * 50_000
    for text in (words, emoji, "x" * 200_000, "東" * 200_000):
        stored = await note(store, ann.id, text)
        assert await store.read(lambda work, id_=stored.id: work.notes.get(ann.id, id_)) == stored
    assert await found(store, ann.id, "w00007") == [words]
