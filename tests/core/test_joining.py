"""Joining while everything else goes on: nothing is lost, and nothing is done twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from core.deliveries import CalendarFeed, LaneClaim
from core.errors import Fenced, Refused
from core.intake import only
from core.ports import Store, Work
from core.situation import Opened, open_next
from core.tools import load
from core.values import AssistantTurn, Call, IncomingMessage, OwnerId, Reply, UserTurn
from db.store import open_store
from main import Pixie, build
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.messenger import MemoryMessenger
from tests.given import LEASE

PLATFORMS = ("terminal", "telegram", "slack")
HELLO = "Hello! Tell me what to keep or look up, or say “help”."


class Home:
    """All of Pixie, with Ann on several platforms."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.memory = FakeMemory()
        self.voices = {each: MemoryMessenger(each) for each in PLATFORMS}
        self.voices["terminal"].can_edit = False
        self.pixie: Pixie = build(
            store,
            clock,
            dict(self.voices),
            self.memory,
            FakeEmbedder(),
            admit=only(*PLATFORMS),
        )
        self._count = 0

    async def hear(self, platform: str, text: str, *, tapped: str | None = None) -> None:
        """Keep a message, to be answered later."""
        self._count += 1
        message = IncomingMessage(
            id=f"{id(self)}-{self._count}",
            sender=given.identity("ann", platform),
            address=given.address(platform=platform),
            text=text,
            at=self.clock.now(),
            zone="Europe/Lisbon",
            replies_to=tapped,
            tapped=tapped is not None,
        )
        await self.pixie.intake.accept(message)

    async def say(self, platform: str, text: str, *, tapped: str | None = None) -> Reply:
        """Say something; returns what is answered there."""
        voice = self.voices[platform]
        before = len(voice.sent) + len(voice.edited)
        await self.hear(platform, text, tapped=tapped)
        await self.settle()
        assert len(voice.sent) + len(voice.edited) == before + 1
        last = voice.edited if tapped and voice.edited else voice.sent
        return last[-1].reply

    async def settle(self) -> None:
        for _ in range(3):
            await self.pixie.workers.work_off()
        await self.pixie.delivery.deliver_due()
        await self.pixie.indexer.catch_up()

    async def offered(self, here: str = "telegram", there: str = "terminal") -> str:
        """The command that joins two."""
        shown = await self.say(there, "/link")
        code = shown.text.splitlines()[1]
        preview = await self.say(here, code)
        return preview.buttons[0].command

    async def link(self, here: str = "telegram", there: str = "terminal") -> Reply:
        return await self.say(here, await self.offered(here, there))

    async def owner(self, platform: str) -> OwnerId:
        def unit(work: Work) -> OwnerId:
            person = work.people.by_identity(given.identity("ann", platform))
            assert person is not None
            return person.id

        return await self.store.read(unit)

    def texts(self, platform: str) -> list[str]:
        return [each.reply.text for each in self.voices[platform].sent]


async def lived(store: Store, clock: FakeClock) -> Home:
    home = Home(store, clock)
    await home.say("terminal", "add a task: buy milk")
    await home.say("telegram", "add a task: water the plants")
    return home


async def titles(home: Home, platform: str) -> list[tuple[int, str]]:
    reply = await home.say(platform, "my tasks")
    return [(card.number, card.title) for card in reply.cards]


async def test_a_code_and_a_tap_join_two_platforms(store: Store, clock: FakeClock) -> None:
    home = await lived(store, clock)
    code = (await home.say("terminal", "link my accounts")).text.splitlines()[1]
    preview = await home.say("telegram", f"my code is {code.lower()}")
    assert [button.label for button in preview.buttons] == ["Join them", "Not now"]
    assert (await home.say("telegram", "yes")).text.startswith("Telegram and the terminal are one")
    assert home.texts("terminal")[-1].startswith("Telegram and the terminal are one now.")
    assert await titles(home, "terminal") == [(1, "buy milk"), (2, "water the plants")]
    assert await titles(home, "telegram") == [(1, "buy milk"), (2, "water the plants")]
    assert code not in repr(await given.stored(store, "outbox"))
    turns = [row for row in await given.stored(store, "turns") if row["kind"] != "user"]
    assert code not in repr(turns)


async def test_no_leaves_them_two_and_other_words_are_answered(
    sqlite_store: Store, clock: FakeClock
) -> None:
    home = await lived(sqlite_store, clock)
    await home.offered()
    assert (await home.say("telegram", "my tasks")).cards
    await home.offered()
    assert "leave everything as it is" in (await home.say("telegram", "no")).text
    assert await home.owner("terminal") != await home.owner("telegram")


async def test_whoever_answers_at_that_moment_loses_the_lane_and_it_is_answered_once(
    store: Store, clock: FakeClock
) -> None:
    home = await lived(store, clock)
    join = await home.offered()
    await home.hear("terminal", "add a task: call Bob")

    def begin(work: Work) -> tuple[LaneClaim, Opened]:
        [claim] = work.inbox.claim(LEASE, 1)
        opened = open_next(work, claim)
        assert opened is not None
        return claim, opened

    claim, opened = await store.run(begin)
    said = await home.say("telegram", join)
    assert "are one now" in said.text
    with pytest.raises(Fenced):
        await home.pixie.workers._engine.answer(claim, opened)
    assert await titles(home, "telegram") == [
        (1, "buy milk"),
        (2, "water the plants"),
        (3, "call Bob"),
    ]
    cards = [card for each in home.voices["terminal"].sent for card in each.reply.cards]
    assert [card.title for card in cards].count("call Bob") == 1


async def test_an_attempt_that_died_is_taken_up_in_the_joined_lane(
    store: Store, clock: FakeClock
) -> None:
    """The joining itself, journaled step by step, and a message whose tool had run already."""
    home = await lived(store, clock)
    join = await home.offered()
    _, action, code = join.split()
    await home.hear("telegram", join)
    await home.hear("telegram", "thanks")
    await home.hear("terminal", "what is left?")
    await home.hear("terminal", "hello")
    call = Call(id="c1", name="link", arguments={"action": action, "code": code})

    def died(work: Work) -> None:
        for _ in PLATFORMS[:2]:
            [claim] = work.inbox.claim(timedelta(seconds=1), 1)
            row = work.inbox.next(claim)
            assert row is not None
            said = row.message.text
            next_call = call if said == join else Call(id="c2", name="help", arguments={})
            turns = (UserTurn(text=said, at=clock.now()), AssistantTurn(calls=(next_call,)))
            work.turns.append(row.owner, row.id, *turns)

    await store.run(died)
    clock.advance(seconds=2)
    await home.settle()
    assert await home.owner("terminal") == await home.owner("telegram")
    assert sum("are one now" in text for text in home.texts("telegram")) == 1
    assert sum("are one now" in text for text in home.texts("terminal")) == 1
    assert home.texts("telegram")[-1] == "You're welcome."
    for said in (HELLO, "I keep your tasks, events, reminders and notes. Just say it:"):
        assert sum(text.startswith(said) for text in home.texts("terminal")) == 1
    assert await store.read(lambda work: work.inbox.waiting()) == 0


async def test_what_was_journaled_before_later_answers_is_not_done_again(
    store: Store, clock: FakeClock
) -> None:
    home = await lived(store, clock)
    join = await home.offered(here="terminal", there="telegram")
    await home.hear("telegram", "add a task: call Bob")
    call = Call(id="c1", name="create_task", arguments={"title": "call Bob"})

    def died(work: Work) -> None:
        [claim] = work.inbox.claim(timedelta(minutes=1), 1)
        row = work.inbox.next(claim)
        assert row is not None
        work.turns.append(row.owner, row.id, UserTurn(text=row.message.text, at=clock.now()))
        work.turns.append(row.owner, row.id, AssistantTurn(calls=(call,)))
        opened = open_next(work, claim)
        assert opened is not None
        arguments = load()["create_task"].validated(call.arguments)
        engine = home.pixie.workers._engine
        assert engine._step(work, claim, opened, call, arguments, None) is not None

    await store.run(died)
    for _ in range(3):
        await home.say("terminal", "hello")
    await home.hear("terminal", join)
    await home.settle()
    await home.settle()
    found = await titles(home, "terminal")
    assert [title for _, title in found].count("call Bob") == 1
    assert await store.read(lambda work: work.inbox.waiting()) == 0


async def test_what_came_in_while_they_parted_is_answered_where_it_belongs(
    store: Store, clock: FakeClock
) -> None:
    """The sender was looked up before the parting was committed."""
    home = await lived(store, clock)
    await home.link()
    together = await home.owner("telegram")
    listed = await home.say("terminal", "/unlink")
    shown = await home.say("terminal", listed.buttons[0].command)
    await home.say("terminal", shown.buttons[0].command)
    assert await home.owner("telegram") != together
    late = IncomingMessage(
        id="late",
        sender=given.identity("ann", "telegram"),
        address=given.address(platform="telegram"),
        text="my tasks",
        at=clock.now(),
    )
    assert await store.run(lambda work: work.inbox.put(together, late))
    await home.settle()
    [card] = home.voices["telegram"].sent[-1].reply.cards
    assert card.title == "water the plants"
    assert await store.read(lambda work: work.inbox.waiting()) == 0


async def test_two_replicas_join_at_once(store_url: str, clock: FakeClock) -> None:
    first, second = await open_store(store_url, clock), await open_store(store_url, clock)
    try:
        home, other = await lived(first, clock), Home(second, clock)
        there = await home.offered()
        here = await home.offered("terminal", "telegram")
        await home.hear("telegram", there)
        await home.hear("terminal", here)
        await asyncio.gather(home.pixie.workers.work_off(), other.pixie.workers.work_off())
        await home.settle()
        await home.settle()
        assert await home.owner("terminal") == await home.owner("telegram")
        assert await first.read(lambda work: work.inbox.waiting()) == 0
        assert await first.read(lambda work: work.outbox.live()) == 0
        assert len(await given.stored(first, "links")) == 1
    finally:
        await first.close()
        await second.close()


# --- what follows ---


async def test_the_index_follows(sqlite_store: Store, clock: FakeClock) -> None:
    home = await lived(sqlite_store, clock)
    before = await home.owner("telegram")
    await home.say("telegram", "remember that Ana's shoe size is 38")
    kept = set(home.memory.entries[before, "fake/1"])
    assert kept
    await home.link()
    await home.settle()
    after = await home.owner("telegram")
    assert kept <= set(home.memory.entries[after, "fake/1"])
    assert home.memory.entries[before, "fake/1"] == {}
    found = await home.say("terminal", "what is Ana's shoe size?")
    assert "38" in repr(found)


async def test_both_calendar_links_go_on_working(sqlite_store: Store, clock: FakeClock) -> None:
    home = await lived(sqlite_store, clock)
    for platform in ("terminal", "telegram"):
        await home.say(platform, "/calendar")
    await home.link()
    owner = await home.owner("terminal")
    feeds = await sqlite_store.read(lambda work: work.feeds.of(owner))
    assert len(feeds) == 2

    def found(work: Work) -> list[CalendarFeed | None]:
        return [work.feeds.by_hash(feed.token_hash) for feed in feeds]

    assert await sqlite_store.read(found) == feeds


async def test_what_was_done_before_can_be_taken_back(
    sqlite_store: Store, clock: FakeClock
) -> None:
    home = await lived(sqlite_store, clock)
    await home.link()
    undone = await home.say("terminal", "undo")
    assert "water the plants" in repr(undone)
    assert await titles(home, "terminal") == [(1, "buy milk")]


# --- a tap settles the card everywhere ---


async def test_a_change_is_shown_in_the_other_chats(store: Store, clock: FakeClock) -> None:
    home = await lived(store, clock)
    await home.link()
    await home.link("slack", "terminal")
    await home.say("telegram", "my tasks")
    await home.say("slack", "my tasks")
    telegram, terminal = home.voices["telegram"], home.voices["terminal"]
    printed, edited = len(terminal.sent), len(telegram.edited)
    done = await home.say("slack", "done 1")
    assert done.cards[0].struck
    await home.settle()
    [edit] = telegram.edited[edited:]
    assert [(card.title, card.struck) for card in edit.reply.cards] == [
        ("buy milk", True),
        ("water the plants", False),
    ]
    assert edit.id == telegram.sent[-1].id
    assert len(terminal.sent) == printed
    clock.advance(hours=49)
    await home.say("terminal", "undo")
    assert len(telegram.edited) == edited + 1


async def test_a_message_that_cannot_be_changed_is_not_sent_anew(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await lived(store, clock)
    await home.link()
    await home.say("telegram", "my tasks")
    telegram = home.voices["telegram"]
    sent = len(telegram.sent)
    monkeypatch.setattr(telegram, "edit", refuse)
    await home.say("terminal", "done 1")
    await home.settle()
    assert len(telegram.sent) == sent
    states = {row["kind"]: row["state"] for row in await given.stored(store, "outbox")}
    assert states["update"] == "dead"


async def refuse(*_: object) -> None:
    raise Refused("message to edit not found")


async def test_who_is_not_linked_pays_nothing(sqlite_store: Store, clock: FakeClock) -> None:
    home = await lived(sqlite_store, clock)
    await home.say("terminal", "done 1")
    kinds = {row["kind"] for row in await given.stored(sqlite_store, "outbox")}
    assert kinds == {"reply"}


async def test_reminders_go_where_the_person_prefers(store: Store, clock: FakeClock) -> None:
    home = await lived(store, clock)
    await home.link()
    await home.say("telegram", "/settings deliver telegram")
    await home.say("terminal", "remind me at 10:00 to call mom")
    clock.advance(hours=1, minutes=1)
    await home.pixie.due.fire()
    await home.settle()
    assert [each.key.partition(":")[0] for each in home.voices["telegram"].sent][-1] == "reminder"
    terminal = [each for each in home.voices["terminal"].sent if each.key.startswith("reminder")]
    assert terminal == []
    await home.say("terminal", "/settings deliver here")
    await home.say("telegram", "remind me in 5 minutes to stretch")
    clock.advance(minutes=6)
    await home.pixie.due.fire()
    await home.settle()
    last = home.voices["terminal"].sent[-1]
    assert last.key.startswith("reminder:")
    assert replace(last.address, thread=None) == given.address(platform="terminal")


async def test_joined_and_parted_again_and_again_under_traffic(
    store_url: str, clock: FakeClock
) -> None:
    """Messages come, are answered and delivered, reminders fire; two replicas do all of it."""
    first, second = await open_store(store_url, clock), await open_store(store_url, clock)
    try:
        home, other = await lived(first, clock), Home(second, clock)
        other.voices.update(home.voices)
        other.pixie = build(
            second, clock, dict(home.voices), FakeMemory(), FakeEmbedder(), admit=only(*PLATFORMS)
        )
        terminal, telegram = await home.owner("terminal"), await home.owner("telegram")
        said = 0

        async def traffic(which: Home) -> None:
            nonlocal said
            for platform in ("terminal", "telegram"):
                said += 1
                await which.hear(platform, f"add a task: number {said}")
                await which.pixie.workers.work_off()
                await which.hear(platform, "remind me in 1 minute to stretch")
                await which.pixie.due.fire()
                await which.pixie.delivery.deliver_due()

        for at in range(6):
            step = partial(_join if at % 2 == 0 else _part, owner=terminal, other=telegram)
            await asyncio.gather(traffic(home), first.run(step), traffic(other))
            clock.advance(minutes=1)
            await home.settle()
        await other.settle()
        assert await first.read(lambda work: work.inbox.waiting() + work.outbox.live()) == 0
        tasks = await given.stored(first, "tasks")
        found = sorted(row["title"] for row in tasks if row["title"].startswith("number"))
        assert found == sorted(f"number {n}" for n in range(1, said + 1))
        for row in tasks:
            assert row["owner"] == (terminal if row["via"].startswith("terminal") else telegram)
        keys = [each.key for voice in home.voices.values() for each in voice.sent]
        replies = [key for key in keys if key.startswith("reply:")]
        assert len(replies) == len(set(replies)) == 2 * said + 2
    finally:
        await first.close()
        await second.close()


def _join(work: Work, *, owner: OwnerId, other: OwnerId) -> None:
    work.links.join(owner, other)


def _part(work: Work, *, owner: OwnerId, other: OwnerId) -> None:
    work.links.part(owner, other)
