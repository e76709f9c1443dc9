"""Search in memory, on both databases, with an embedder that knows a few meanings."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from core.errors import Unavailable
from core.indexer import Indexer
from core.people import Person, ToolContext
from core.ports import Document, Entry, Store, Work
from core.recall import HybridRecall
from core.rows import Note
from core.values import MemoryFilter, Remembered
from tests import given
from tests.fakes.clock import MONDAY, FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory


class World:
    """A person's memory and what searches it."""

    def __init__(self, store: Store, owner: Person, clock: FakeClock) -> None:
        self.store = store
        self.owner = owner
        self.clock = clock
        self.memory = FakeMemory()
        self.embedder = FakeEmbedder()
        self.recall = HybridRecall(store, self.memory, self.embedder)

    async def note(self, text: str) -> Note:
        return await self.store.run(lambda work: work.notes.add(self.owner.id, Note(text=text)))

    async def said(self, text: str, *, at: datetime, speaker: str = "Ann") -> str:
        document = Document(
            id=str(uuid4()),
            owner=self.owner.id,
            kind="turn",
            row_id=str(uuid4()),
            text=text,
            speaker=speaker,
            at=at,
        )
        await self.store.run(lambda work: work.documents.put(document))
        return document.row_id

    async def talked(self, *lines: str, at: datetime) -> None:
        """A conversation: lines of "Name: text", half a minute apart."""
        for number, line in enumerate(lines):
            speaker, _, text = line.partition(": ")
            await self.said(text, speaker=speaker, at=at + timedelta(seconds=30 * number))

    async def index(self) -> None:
        await Indexer(self.store, self.memory, self.embedder, self.clock).catch_up()

    def context(self, now: datetime = MONDAY) -> ToolContext:
        return ToolContext(
            owner=self.owner,
            speaker=given.identity(),
            address=given.address(),
            now=now.astimezone(ZoneInfo(self.owner.zone)),
            message_id="1",
        )

    async def search(
        self,
        query: str,
        *,
        kinds: frozenset[str] = frozenset(),
        since: date | None = None,
        until: date | None = None,
        limit: int = 5,
    ) -> list[str]:
        limits = MemoryFilter(kinds=kinds, since=since, until=until, limit=limit)
        found = await self.recall.search(self.context(), query, limits)
        return texts(found)


def texts(found: Sequence[Remembered]) -> list[str]:
    return [remembered.text for remembered in found]


@pytest.fixture
async def world(store: Store, clock: FakeClock) -> World:
    return World(store, await given.person(store), clock)


YESTERDAY = MONDAY - timedelta(days=1)


async def test_words_find_what_was_noted(world: World) -> None:
    note = await world.note("the locker code is 4711")
    await world.note("milk, eggs and bread")
    found = await world.recall.search(world.context(), "locker code", MemoryFilter())
    assert texts(found) == ["the locker code is 4711"]
    assert (found[0].kind, found[0].row_id, found[0].code) == ("note", note.id, note.code)
    assert found[0].at.tzinfo is UTC


async def test_forms_of_a_word_find_each_other(world: World) -> None:
    await world.note("bought a red bike from Omar")
    assert await world.search("where did I buy the bike") == ["bought a red bike from Omar"]
    assert await world.search("buying") == ["bought a red bike from Omar"]


async def test_meaning_finds_what_words_do_not(world: World) -> None:
    await world.note("my molar hurts")
    await world.note("milk and bread")
    assert await world.search("dentist") == []
    await world.index()
    assert await world.search("dentist") == ["my molar hurts"]


async def test_words_answer_while_the_model_loads_or_the_index_is_away(world: World) -> None:
    await world.note("dentist on Mill Lane")
    await world.note("my molar hurts")
    await world.index()
    world.embedder.ready = False
    assert await world.search("dentist") == ["dentist on Mill Lane"]
    world.embedder.ready = True
    world.memory.failing = Unavailable("away")
    assert await world.search("dentist") == ["dentist on Mill Lane"]


async def test_what_was_forgotten_is_never_recalled_whatever_the_index_says(world: World) -> None:
    note = await world.note("my molar hurts")
    await world.index()
    await world.store.run(lambda work: work.notes.remove(world.owner.id, note))
    assert len(await world.memory.recall(world.owner.id, world.embedder.model, [1.0] * 8)) == 1
    assert await world.search("dentist molar") == []
    orphan = Entry(document=str(uuid4()), vector=[1.0] * 8, kind="note", at=MONDAY)
    await world.memory.remember(world.owner.id, world.embedder.model, [orphan])
    assert await world.search("dentist") == []


async def test_nobody_finds_what_is_anothers(world: World) -> None:
    ben = World(world.store, await given.person(world.store, "ben"), world.clock)
    ben.memory = world.memory
    await ben.note("the safe code is 99")
    await ben.index()
    assert await world.search("safe code") == []


async def test_kinds_and_days_limit(world: World) -> None:
    await world.note("dentist is called Ruiz")
    await world.said("the dentist was rude", at=MONDAY - timedelta(days=10))
    assert await world.search("dentist", kinds=frozenset({"note"})) == ["dentist is called Ruiz"]
    assert await world.search("dentist", kinds=frozenset({"turn"})) == ["the dentist was rude"]
    day = date(2026, 11, 13)
    assert await world.search("dentist", since=day, until=day) == ["the dentist was rude"]
    assert await world.search("dentist", since=day + timedelta(days=1)) == [
        "dentist is called Ruiz"
    ]
    assert await world.search("dentist", until=day - timedelta(days=1)) == []


async def test_days_in_the_question_weigh_in_but_hide_nothing(world: World) -> None:
    await world.said("the dentist wants to see me in May", at=MONDAY - timedelta(days=40))
    await world.said("paid the dentist", at=MONDAY - timedelta(days=5))
    assert await world.search("what did I say about the dentist last week") == [
        "paid the dentist",
        "the dentist wants to see me in May",
    ]
    assert (await world.search("what did I say about the dentist in October"))[0] == (
        "the dentist wants to see me in May"
    )


async def test_a_question_of_days_alone_lists_them(world: World) -> None:
    await world.said("an old thing", at=MONDAY - timedelta(days=9))
    await world.said("the first thing", at=YESTERDAY)
    await world.said("the second thing", at=YESTERDAY + timedelta(hours=2))
    for question in ("what did I say yesterday?", "yesterday"):
        assert await world.search(question) == ["the second thing", "the first thing"]
    assert await world.search("what did I say two years ago") == []


async def test_of_statements_about_the_same_the_newest_comes_first(world: World) -> None:
    await world.said("the wifi password at the office is tulip", at=YESTERDAY)
    await world.said("the wifi password at the office is onion", at=MONDAY - timedelta(hours=1))
    await world.said("the printer is broken", at=YESTERDAY)
    found = await world.search("office wifi password tulip")
    assert found == [
        "the wifi password at the office is onion",
        "the wifi password at the office is tulip",
    ]


async def test_the_same_text_comes_once_as_the_row_it_made(world: World) -> None:
    await world.said("The spare key is at Nadia's.", at=MONDAY - timedelta(hours=1))
    note = await world.note("the spare key is at Nadia's")
    await world.said("the spare key is at Nadias!", at=MONDAY - timedelta(minutes=1))
    found = await world.recall.search(world.context(), "spare key", MemoryFilter())
    assert found[0].row_id == note.id
    assert len(found) == 1


async def test_questions_do_not_echo(world: World) -> None:
    await world.said("what did I say about the plumber?", at=YESTERDAY)
    await world.said("The plumber comes on Tuesdays. Right?", at=YESTERDAY)
    await world.said("what about the plumber", at=MONDAY)
    assert await world.search("what did I say about the plumber") == [
        "The plumber comes on Tuesdays. Right?"
    ]


async def test_what_the_named_one_said_comes_first(world: World) -> None:
    at = MONDAY - timedelta(days=3)
    await world.said("I adopted a dog", speaker="Tom", at=at)
    await world.said("I adopted a dog too, Tom", speaker="Ines", at=at + timedelta(days=1))
    assert (await world.search("What did Tom adopt?"))[0] == "I adopted a dog"
    assert (await world.search("What did Ines adopt?"))[0] == "I adopted a dog too, Tom"


async def test_an_answer_is_found_by_its_question(world: World) -> None:
    at = MONDAY - timedelta(days=3)
    await world.talked(
        "Ines: Nice weather.",
        "Tom: Which instrument do you play?",
        "Ines: The cello, since I was nine.",
        "Tom: Lovely.",
        at=at,
    )
    await world.talked("Tom: Hello there.", "Ines: Good morning.", at=at + timedelta(days=1))
    found = await world.search("Which instrument does Ines play?")
    assert found[0] == "The cello, since I was nine."
    assert "Good morning." not in found


async def test_ones_own_requests_lend_nothing_to_each_other(world: World) -> None:
    await world.talked("Ann: call the plumber", "Ann: buy some milk", at=YESTERDAY)
    assert await world.search("plumber") == ["call the plumber"]


async def test_only_what_surely_belongs_is_shown_unasked(world: World) -> None:
    await world.note("my molar hurts")
    await world.said("the concert was loud", at=YESTERDAY)
    await world.index()

    async def relevant(text: str) -> list[str]:
        return texts(await world.recall.relevant(world.context(), text, 3))

    assert await relevant("book the dentist for Friday") == ["my molar hurts"]
    assert await relevant("remind me to buy bread") == []
    assert await relevant("") == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "?", "\0", "\ud800", "🙂", '"', "AND OR NOT", "שלום", "x" * 20_000, "a b " * 5000],
)
async def test_any_query_has_an_answer(world: World, query: str) -> None:
    await world.note("milk and bread")
    await world.index()
    assert isinstance(await world.search(query), list)


async def test_the_limit_is_kept(world: World) -> None:
    for number in range(12):
        await world.said(f"lunch place number {number} was good", at=YESTERDAY)
    await world.index()
    assert len(await world.search("lunch place", limit=3)) == 3
    assert len(await world.search("lunch", limit=50)) == 12
    assert await world.search("lunch", limit=0) == []


async def test_a_unit_stays_short_with_many_documents(world: World) -> None:
    def many(work: Work) -> None:
        for number in range(400):
            work.notes.add(world.owner.id, Note(text=f"lunch number {number}"))

    await world.store.run(many)
    await world.note("lunch with the tall architect")
    assert (await world.search("lunch architect"))[0] == "lunch with the tall architect"
