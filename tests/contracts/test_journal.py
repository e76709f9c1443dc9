"""The conversation, what can be taken back, and calendar links."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.deliveries import CalendarFeed
from core.ports import Store, UndoEntry, Work
from core.rows import Note, Task
from core.values import (
    AssistantTurn,
    Button,
    Call,
    Card,
    CardKind,
    Reply,
    ToolTurn,
    Turn,
    UserTurn,
)
from tests import given
from tests.contracts.test_things import ALL_KINDS, of
from tests.fakes.clock import MONDAY, FakeClock

CARD = Card(
    kind=CardKind.NOTE, code="nabcdefg", version=1, number=1, icon="📝", title="mom", at=MONDAY
)
TURNS: list[Turn] = [
    UserTurn(text="héllo 👋 \u2067שלום\u2069", at=MONDAY),
    AssistantTurn(
        text="Which one?",
        calls=(Call(id="c1", name="add_note", arguments={"text": "x", "n": [1, None]}),),
        native={"thinking": {"signature": "abc"}},
        buttons=(Button(label="One", command="/done t234567a@1"),),
        asks="/done",
        choice="claude: cheapest",
    ),
    ToolTurn(
        call_id="c1",
        name="add_note",
        result="saved",
        failed=True,
        said="",
        cards=(CARD,),
        buttons=(Button(label="Undo", command="/undo"),),
        asks=None,
        changed=True,
    ),
]


async def test_turns_come_back_as_they_were(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def unit(work: Work) -> None:
        for turn in TURNS:
            work.turns.append(ann.id, 7, turn)
        assert work.turns.of(ann.id, 7) == TURNS
        assert work.turns.of(ann.id, 8) == []
        assert work.turns.of(bob.id, 7) == []

    await store.run(unit)


async def test_a_draft_is_kept_beside_the_turns(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def unit(work: Work) -> None:
        work.turns.append(ann.id, 7, *TURNS)
        assert work.turns.draft(ann.id, 8) is None
        for draft in ("stream:1", "stream:2"):
            work.turns.drafted(ann.id, 8, draft)
        assert work.turns.draft(ann.id, 8) == "stream:2"
        assert work.turns.draft(ann.id, 7) is None
        assert work.turns.draft(bob.id, 8) is None
        assert work.turns.of(ann.id, 8) == []
        assert [one.turn for one in work.turns.recent(ann.id, 1)] == TURNS
        assert work.turns.redact(ann.id, "stream") == 0
        assert work.turns.draft(ann.id, 8) == "stream:2"

    await store.run(unit)


async def test_recent_counts_messages_and_gives_all_their_turns(
    store: Store, clock: FakeClock
) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    for message in (1, 2, 3):
        for owner in (ann.id, bob.id):
            for turn in TURNS:
                await store.run(
                    lambda work, owner=owner, message=message, turn=turn: work.turns.append(
                        owner, message, turn
                    )
                )
        clock.advance(minutes=1)
    recent = await store.read(lambda work: work.turns.recent(ann.id, 2))
    assert [(each.message_id, each.turn) for each in recent] == [
        (message, turn) for message in (2, 3) for turn in TURNS
    ]
    assert recent[0].at == MONDAY
    assert recent[-1].at == MONDAY + timedelta(minutes=2)
    assert await store.read(lambda work: work.turns.recent(given.NOBODY, 5)) == []
    assert await store.read(lambda work: work.turns.recent(ann.id, 0)) == []


async def test_what_is_forgotten_is_in_no_turn(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    secret = 'My code\nis "50%_\\x" é'
    turns: list[Turn] = [
        UserTurn(text=f"remember: {secret}!", at=MONDAY),
        AssistantTurn(
            text="",
            calls=(Call(id="c1", name="add_note", arguments={"text": secret}),),
            native={"raw": secret},
        ),
        ToolTurn(call_id="c1", name="add_note", result=f"saved {secret}", said=secret),
        UserTurn(text="My code is 50", at=MONDAY),
    ]

    def fill(work: Work) -> None:
        for owner in (ann.id, bob.id):
            for turn in turns:
                work.turns.append(owner, 1, turn)

    await store.run(fill)
    assert await store.run(lambda work: work.turns.redact(ann.id, secret)) == 3
    assert await store.read(lambda work: work.turns.of(ann.id, 1)) == [
        UserTurn(text="", at=MONDAY),
        AssistantTurn(calls=(Call(id="c1", name="add_note", arguments={}),)),
        ToolTurn(call_id="c1", name="add_note", result=""),
        turns[3],
    ]
    assert await store.read(lambda work: work.turns.of(bob.id, 1)) == turns
    found = await store.read(lambda work: work.documents.match(ann.id, ["remember", "code"]))
    assert [document.text for document in found] == ["My code is 50"]
    assert await store.run(lambda work: work.turns.redact(ann.id, "  ")) == 0


async def test_what_is_forgotten_is_in_nothing_that_was_sent(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    card = replace(CARD, title='the "code" is 4711', details=("4711",), at=None)

    def fill(work: Work) -> None:
        for owner, chat in ((ann.id, "ann"), (bob.id, "bob")):
            reply = given.delivery(
                owner, chat, chat=chat, cards=(card,), text='Saved: the "code" is 4711'
            )
            work.outbox.add(reply)
        work.outbox.add(given.delivery(ann.id, "other", chat="other", text="the code"))
        for claimed in work.outbox.claim(10, given.LEASE):
            work.outbox.settle(claimed, "m1")

    await store.run(fill)
    await store.run(lambda work: work.turns.redact(ann.id, 'The "code" is 4711'))

    def look(work: Work) -> None:
        hers = work.outbox.shown_by(ann.id, "m1", given.address("ann"))
        assert hers is not None
        assert hers.reply == Reply(cards=(replace(card, title="", details=()),))
        other = work.outbox.shown_by(ann.id, "m1", given.address("other"))
        assert other is not None
        assert other.reply.text == "the code"
        his = work.outbox.shown_by(bob.id, "m1")
        assert his is not None
        assert his.reply.cards == (card,)

    await store.read(look)


async def test_what_a_person_said_can_be_found_and_commands_cannot(store: Store) -> None:
    ann = await given.person(store)
    await store.run(lambda work: work.inbox.put(ann.id, given.message("1", name="Ann")))
    [claimed] = await store.run(lambda work: work.inbox.claim(given.LEASE, 1))
    row = await store.run(lambda work: work.inbox.next(claimed))
    assert row is not None

    def unit(work: Work) -> None:
        for turn in (
            UserTurn(text="the dentist moved to Harbour Street", at=MONDAY),
            UserTurn(text="/done t234567a@1 dentist", at=MONDAY),
            UserTurn(text="  ", at=MONDAY),
            AssistantTurn(text="dentist: noted"),
            ToolTurn(call_id="c", name="x", result="dentist"),
        ):
            work.turns.append(ann.id, row.id, turn)

    await store.run(unit)
    [found] = await store.read(lambda work: work.documents.match(ann.id, ["dentist"]))
    assert (found.kind, found.speaker, found.at) == ("turn", "Ann", MONDAY)


async def test_an_undo_entry_brings_back_every_kind(store: Store) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")

    def change(work: Work) -> None:
        for kind, fresh in ALL_KINDS:
            added = of(work, kind).add(ann.id, fresh)
            of(work, kind).save(ann.id, replace(added, via="x"))
        work.undo.add(ann.id, "four things", work.changes)
        work.undo.add(bob.id, "nothing", ())

    changes = await store.run(lambda work: (change(work), list(work.changes))[1])
    [entry] = await store.read(lambda work: work.undo.recent(ann.id, 5))
    assert entry == UndoEntry(id=entry.id, label="four things", changes=tuple(changes), at=MONDAY)

    def take_back(work: Work) -> None:
        work.undo.use(bob.id, entry.id)
        assert work.undo.recent(ann.id, 5) == [entry]
        for each in reversed(entry.changes):
            work.restore(ann.id, each)
        work.undo.use(ann.id, entry.id)
        assert work.undo.recent(ann.id, 5) == []

    await store.run(take_back)
    for number in range(1, 5):
        assert await store.read(lambda work, number=number: work.thing(ann.id, number)) is None


async def test_the_newest_change_is_undone_first(store: Store) -> None:
    ann = await given.person(store)

    def unit(work: Work) -> None:
        for title in ("one", "two", "three"):
            task = work.tasks.add(ann.id, Task(title=title))
            work.undo.add(ann.id, title, work.changes[-1:])
            assert task

    await store.run(unit)
    entries = await store.read(lambda work: work.undo.recent(ann.id, 2))
    assert [entry.label for entry in entries] == ["three", "two"]


async def test_a_calendar_link_lives_until_it_is_revoked(store: Store, clock: FakeClock) -> None:
    ann, bob = await given.person(store, "ann"), await given.person(store, "bob")
    token = "a" * 64
    feed = await store.run(lambda work: work.feeds.add(ann.id, "busy", token))
    assert feed == CalendarFeed(
        id=feed.id, owner=ann.id, scope="busy", token_hash=token, created_at=MONDAY
    )
    clock.advance(minutes=1)
    await store.run(lambda work: work.feeds.touched(feed.id))
    read = replace(feed, read_at=clock.now())
    assert await store.read(lambda work: work.feeds.by_hash(token)) == read
    assert await store.read(lambda work: work.feeds.by_hash("b" * 64)) is None
    await store.run(lambda work: work.feeds.revoke(bob.id, feed.id))
    assert await store.read(lambda work: work.feeds.of(ann.id)) == [read]
    assert await store.read(lambda work: work.feeds.of(bob.id)) == []
    await store.run(lambda work: work.feeds.revoke(ann.id, feed.id))
    clock.advance(minutes=1)
    await store.run(lambda work: work.feeds.revoke(ann.id, feed.id))
    assert await store.read(lambda work: work.feeds.by_hash(token)) is None
    [revoked] = await store.read(lambda work: work.feeds.of(ann.id))
    assert revoked.revoked_at == MONDAY + timedelta(minutes=1)
    with pytest.raises(sa.exc.IntegrityError):
        await store.run(lambda work: work.feeds.add(bob.id, "all", token))


async def test_a_note_that_is_forgotten_is_found_no_more(store: Store) -> None:
    ann = await given.person(store)
    note = await store.run(lambda work: work.notes.add(ann.id, Note(text="the wifi is hunter2")))
    await store.run(lambda work: work.notes.remove(ann.id, note))
    assert await store.read(lambda work: work.documents.match(ann.id, ["wifi"])) == []
