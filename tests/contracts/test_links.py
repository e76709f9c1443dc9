"""Joining two people moves all that is theirs, and parting them gives it back."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.budget import Budget, Limits
from core.deliveries import Delivery, DeliveryKind, LaneClaim, Usage
from core.errors import Fenced, Stale
from core.invites import Invite
from core.linking import LinkCode, hashed, is_code, new_code, new_id
from core.people import Person, Role
from core.ports import Document, Offer, OfferKind, Store, Work
from core.rows import Note, Task
from core.values import (
    Address,
    AssistantTurn,
    Card,
    CardKind,
    Identity,
    IncomingMessage,
    OwnerId,
    Reply,
    UserTurn,
)
from db.links import MOVED, STAYS
from db.store import open_store
from db.tables import metadata
from tests import given
from tests.fakes.clock import MONDAY, FakeClock
from tests.given import LEASE

AT = datetime(2026, 11, 24, 14)
NO_BUDGET = Budget(limits=Limits(), month_from=MONDAY, day_from=MONDAY)
TEN = timedelta(minutes=10)


def identity(platform: str, user: str) -> Identity:
    return Identity(platform=platform, workspace="", user=user)


def address(platform: str, user: str) -> Address:
    return Address(platform=platform, workspace="", chat=user)


def message(platform: str, user: str, id_: str, text: str = "hello") -> IncomingMessage:
    return IncomingMessage(
        id=id_,
        sender=identity(platform, user),
        address=address(platform, user),
        text=text,
        at=MONDAY,
    )


def card(thing: Task) -> Card:
    return Card(
        kind=CardKind.TASK,
        code=thing.code,
        version=thing.version,
        number=thing.number,
        icon="✅",
        title=thing.title,
    )


async def newcomer(store: Store, platform: str, user: str = "ann") -> Person:
    def unit(work: Work) -> Person:
        fresh = Person(
            id=OwnerId(""),
            name=user.capitalize(),
            zone="Europe/Lisbon",
            preferred=address(platform, user),
            created_at=work.now,
        )
        return work.people.add(fresh, identity(platform, user))

    return await store.run(unit)


async def lived(store: Store, platform: str, user: str = "ann") -> Person:
    """Somebody with a row in every table that has an owner."""
    person = await newcomer(store, platform, user)

    def unit(work: Work) -> None:
        owner, via = person.id, str(identity(platform, user))
        said = message(platform, user, f"{platform}-{user}-1")
        work.inbox.put(owner, said)
        [claim] = work.inbox.claim(LEASE, 1)
        row = work.inbox.next(claim)
        assert row is not None
        work.turns.append(owner, row.id, UserTurn(text=f"about {platform}", at=MONDAY))
        task = work.tasks.add(owner, Task(title=f"{platform} task", via=via))
        event = work.events.add(owner, replace(given.event(f"{platform} event", AT), via=via))
        reminder = given.reminder(f"{platform} reminder", AT)
        work.reminders.add(owner, replace(reminder, via=via, about=event.id))
        work.notes.add(owner, Note(text=f"{platform} note", via=via))
        work.undo.add(owner, "made", work.changes)
        work.turns.append(owner, row.id, AssistantTurn(text="done"))
        work.outbox.add(
            Delivery(
                key=f"reply:{row.id}",
                owner=owner,
                address=said.address,
                reply=Reply(text="done", cards=(card(task),)),
                kind=DeliveryKind.REPLY,
                due_at=work.now,
            )
        )
        work.inbox.done(claim, row.id)
        work.inbox.release(claim)
        for sent in work.outbox.claim(1, LEASE):
            work.outbox.settle(sent, f"{platform}-message")
        work.offers.add(owner, Offer(kind=OfferKind.POST, text="post"))
        usage = Usage(
            owner=owner, at=work.now, vendor="v", model="m", tier="", purpose="talk", cost=5
        )
        assert work.usage.reserve(owner, usage, 5, NO_BUDGET) is not None
        work.feeds.add(owner, "all", f"{platform}-{user}", via=via)
        work.invites.add(
            Invite(
                id=new_id(),
                role=Role.MEMBER,
                owner=owner,
                code_hash=f"{platform}-{user}",
                made_at=work.now,
                ends_at=work.now + timedelta(days=7),
            )
        )

    await store.run(unit)
    return person


async def put(store: Store, owner: OwnerId, said: IncomingMessage) -> bool:
    return await store.run(lambda work: work.inbox.put(owner, said))


async def indexed(store: Store, documents: list[Document]) -> None:
    await store.run(lambda work: work.documents.indexed("model", documents))


async def lost(store: Store, claim: LaneClaim) -> None:
    """Whoever holds this claim can do nothing with it."""
    with pytest.raises(Fenced):
        await store.run(lambda work: work.inbox.next(claim))
    with pytest.raises(Fenced):
        await store.run(lambda work: work.inbox.renew(claim, LEASE))
    assert not await store.run(lambda work: work.inbox.release(claim))


async def two(store: Store) -> tuple[Person, Person]:
    """Two who have lived, and wait for an answer."""
    people = (await lived(store, "terminal"), await lived(store, "telegram"))
    for person, platform in zip(people, ("terminal", "telegram"), strict=True):
        said = message(platform, "ann", f"{platform}-ann-2", "next")
        assert await put(store, person.id, said)
    return people


async def owners(store: Store) -> dict[str, list[tuple[Any, Any]]]:
    """Of every table with an owner: which row is whose."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for table in metadata.tables.values():
        if "owner" in table.c and table.name not in STAYS:
            keys = [column.name for column in table.primary_key]
            rows = await given.stored(store, table.name)
            found[table.name] = sorted(
                (str([row[key] for key in keys]), row["owner"]) for row in rows
            )
    return found


async def join(store: Store, owner: OwnerId, joined: OwnerId) -> None:
    await store.run(lambda work: work.links.join(owner, joined))


async def part(store: Store, owner: OwnerId, joined: OwnerId) -> Person:
    return await store.run(lambda work: work.links.part(owner, joined))


def test_every_table_with_an_owner_is_thought_of() -> None:
    with_owner = {table.name for table in metadata.tables.values() if "owner" in table.c}
    assert with_owner == MOVED | set(STAYS)


async def test_all_that_somebody_has_goes_along_and_comes_back(store: Store) -> None:
    terminal, telegram = await two(store)
    before = await owners(store)
    assert all(telegram.id in {owner for _, owner in rows} for rows in before.values())
    await join(store, terminal.id, telegram.id)
    joined = await owners(store)
    assert {owner for rows in joined.values() for _, owner in rows} == {terminal.id}
    assert {name: len(rows) for name, rows in joined.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    back = await part(store, terminal.id, telegram.id)
    assert await owners(store) == before
    assert back == replace(telegram, version=back.version)


async def test_numbers_go_on_after_those_of_who_stays(store: Store) -> None:
    terminal, telegram = await two(store)
    await join(store, terminal.id, telegram.id)

    def titles(work: Work, owner: OwnerId) -> list[str]:
        things = [work.thing(owner, number) for number in range(1, 10)]
        return [type(thing).__name__ for thing in things if thing]

    kinds = ["Task", "Event", "Reminder", "Note"]
    assert await store.read(lambda work: titles(work, terminal.id)) == kinds * 2
    made = await store.run(lambda work: work.tasks.add(terminal.id, Task(title="next")))
    assert made.number == 9
    await part(store, terminal.id, telegram.id)
    assert await store.read(lambda work: titles(work, telegram.id)) == kinds
    made = await store.run(lambda work: work.tasks.add(telegram.id, Task(title="next")))
    assert made.number == 10


async def test_what_is_made_while_joined_goes_with_the_identity_it_came_through(
    store: Store,
) -> None:
    terminal, telegram = await two(store)
    await join(store, terminal.id, telegram.id)

    def unit(work: Work) -> None:
        for platform in ("terminal", "telegram"):
            via = str(identity(platform, "ann"))
            work.tasks.add(terminal.id, Task(title=f"new on {platform}", via=via))
            work.inbox.put(terminal.id, message(platform, "ann", f"{platform}-3"))

    await store.run(unit)
    await part(store, terminal.id, telegram.id)
    for person, platform in ((terminal, "terminal"), (telegram, "telegram")):
        rows = await given.stored(store, "tasks")
        titles = {row["title"] for row in rows if row["owner"] == person.id}
        assert titles == {f"{platform} task", f"new on {platform}"}
        waiting = [row for row in await given.stored(store, "inbox") if row["state"] == "waiting"]
        ids = [row["external_id"] for row in waiting if row["owner"] == person.id]
        assert ids == [f"{platform}-ann-2", f"{platform}-3"]


async def test_a_reminder_of_an_event_goes_where_the_event_does(store: Store) -> None:
    terminal, telegram = await newcomer(store, "terminal"), await newcomer(store, "telegram")
    await join(store, terminal.id, telegram.id)

    def unit(work: Work) -> None:
        here, there = (str(identity(each, "ann")) for each in ("terminal", "telegram"))
        event = work.events.add(terminal.id, replace(given.event("party", AT), via=there))
        reminder = replace(given.reminder("party", AT), via=here, about=event.id)
        work.reminders.add(terminal.id, reminder)
        event = work.events.add(terminal.id, replace(given.event("lunch", AT), via=here))
        reminder = replace(given.reminder("lunch", AT), via=there, about=event.id)
        work.reminders.add(terminal.id, reminder)

    await store.run(unit)
    await part(store, terminal.id, telegram.id)
    found = {row["text"]: row["owner"] for row in await given.stored(store, "reminders")}
    assert found == {"party": telegram.id, "lunch": terminal.id}


async def test_both_lanes_workers_lose_them_and_nothing_is_lost(store: Store) -> None:
    terminal, telegram = await two(store)

    def both(work: Work) -> list[LaneClaim]:
        return work.inbox.claim(LEASE, 3)

    claims = await store.run(both)
    assert {claim.owner for claim in claims} == {terminal.id, telegram.id}
    await join(store, terminal.id, telegram.id)
    for claim in claims:
        await lost(store, claim)
    [merged] = await store.run(lambda work: work.inbox.claim(LEASE, 3))
    assert merged.owner == terminal.id

    def next_one(work: Work) -> str | None:
        row = work.inbox.next(merged)
        if row is None:
            return None
        work.inbox.done(merged, row.id)
        return row.message.id

    told = [await store.run(next_one) for _ in range(3)]
    assert told == ["terminal-ann-2", "telegram-ann-2", None]
    assert not await store.run(lambda work: work.inbox.claim(LEASE, 3))


async def test_what_comes_for_who_was_joined_goes_to_who_they_are_now(store: Store) -> None:
    """The sender was looked up before the joining was committed."""
    terminal, telegram = await newcomer(store, "terminal"), await newcomer(store, "telegram")
    slack = await newcomer(store, "slack")
    await join(store, terminal.id, telegram.id)
    await join(store, slack.id, terminal.id)
    for at, stale in enumerate((telegram.id, terminal.id)):
        new = message("telegram", "ann", f"late-{at}")
        assert await put(store, stale, new)
    [claim] = await store.run(lambda work: work.inbox.claim(LEASE, 1))
    assert claim.owner == slack.id
    assert not await store.run(lambda work: work.inbox.claim(LEASE, 3))
    assert {row["owner"] for row in await given.stored(store, "inbox")} == {slack.id}


async def test_who_was_joined_is_found_as_who_they_are(store: Store) -> None:
    terminal, telegram = await newcomer(store, "terminal"), await newcomer(store, "telegram")
    await join(store, terminal.id, telegram.id)

    def unit(work: Work) -> None:
        for each in ("terminal", "telegram"):
            found = work.people.by_identity(identity(each, "ann"))
            assert found is not None
            assert found.id == terminal.id
        now = work.people.get(telegram.id)
        assert now is not None
        assert now.id == terminal.id
        accounts = work.links.accounts(terminal.id)
        assert [account.identity.platform for account in accounts] == ["terminal", "telegram"]
        assert [account.home for account in accounts] == [None, telegram.id]
        assert [account.address for account in accounts] == [
            address("terminal", "ann"),
            address("telegram", "ann"),
        ]

    await store.read(unit)


async def test_three_are_joined_and_each_can_leave(store: Store) -> None:
    people = {each: await lived(store, each) for each in ("terminal", "telegram", "slack")}
    before = await owners(store)
    await join(store, people["terminal"].id, people["telegram"].id)
    await join(store, people["slack"].id, people["terminal"].id)
    everybody = {owner for rows in (await owners(store)).values() for _, owner in rows}
    assert everybody == {people["slack"].id}
    await part(store, people["slack"].id, people["telegram"].id)
    for name, rows in (await owners(store)).items():
        theirs = [row for row in rows if row[1] == people["telegram"].id]
        assert theirs == [row for row in before[name] if row[1] == people["telegram"].id], name
    await part(store, people["slack"].id, people["terminal"].id)
    assert await owners(store) == before
    with pytest.raises(Stale):
        await part(store, people["slack"].id, people["terminal"].id)


async def test_nobody_is_joined_twice_or_to_themselves(store: Store) -> None:
    people = [await newcomer(store, each) for each in ("terminal", "telegram", "slack")]
    ids = [person.id for person in people]
    await join(store, ids[0], ids[1])
    for owner, joined in ((ids[0], ids[0]), (ids[0], ids[1]), (ids[2], ids[1]), (ids[1], ids[2])):
        with pytest.raises(Stale):
            await join(store, owner, joined)
    assert len(await given.stored(store, "links")) == 1


async def test_the_index_follows(store: Store) -> None:
    terminal, telegram = await two(store)

    def index(work: Work) -> list[str]:
        documents = work.documents.unindexed("model", 100)
        work.documents.indexed("model", documents)
        return sorted(each.id for each in documents if each.owner == telegram.id)

    moved = await store.run(index)
    assert moved
    for whose, was in ((terminal.id, telegram.id), (telegram.id, terminal.id)):
        if whose == terminal.id:
            await join(store, terminal.id, telegram.id)
        else:
            await part(store, terminal.id, telegram.id)
        again = await store.read(lambda work: work.documents.unindexed("model", 100))
        assert sorted(each.id for each in again) == moved
        assert {each.owner for each in again} == {whose}
        gone = await store.read(lambda work: work.documents.gone(100))
        assert sorted(gone) == [(was, id_) for id_ in moved]
        await indexed(store, again)
    found = await store.read(lambda work: work.documents.match(telegram.id, ["telegram"]))
    assert {each.kind for each in found} == {"task", "event", "reminder", "note", "turn"}


async def test_what_was_done_can_be_taken_back_and_cards_are_numbered_anew(store: Store) -> None:
    terminal, telegram = await two(store)
    await join(store, terminal.id, telegram.id)

    def unit(work: Work) -> None:
        [newest, _] = work.undo.recent(terminal.id, 10)
        for change in newest.changes:
            assert change.after == work.coded(terminal.id, change.after.code)
        for row in reversed(newest.changes):
            work.restore(terminal.id, row)
        assert work.thing(terminal.id, 5) is None
        assert work.thing(terminal.id, 1) is not None
        there = address("telegram", "ann")
        shown = work.outbox.shown_by(terminal.id, "telegram-message", there)
        assert shown is not None
        assert [each.number for each in shown.reply.cards] == [5]

    await store.run(unit)


async def test_a_delivery_that_is_on_its_way_is_settled_where_it_is_now(store: Store) -> None:
    terminal, telegram = await newcomer(store, "terminal"), await newcomer(store, "telegram")
    sent = replace(given.delivery(telegram.id, "k"), address=address("telegram", "ann"))
    await store.run(lambda work: work.outbox.add(sent))
    [claim] = await store.run(lambda work: work.outbox.claim(1, LEASE))
    await join(store, terminal.id, telegram.id)
    assert await store.run(lambda work: work.outbox.settle(claim, "m1"))
    found = await store.read(lambda work: work.outbox.shown_by(terminal.id, "m1"))
    assert found is not None
    assert found.owner == terminal.id


async def test_a_call_that_runs_while_they_are_joined_is_settled(store: Store) -> None:
    terminal, telegram = await newcomer(store, "terminal"), await newcomer(store, "telegram")
    usage = Usage(owner=telegram.id, at=MONDAY, vendor="v", model="m", tier="", purpose="p")

    def reserve(work: Work) -> int | None:
        return work.usage.reserve(telegram.id, usage, 100, NO_BUDGET)

    row = await store.run(reserve)
    assert row is not None
    await join(store, terminal.id, telegram.id)
    done = replace(usage, cost=7)
    await store.run(lambda work: work.usage.settle(telegram.id, row, done, 7, NO_BUDGET))
    [stored] = await given.stored(store, "usage")
    assert (stored["counted"], stored["owner"]) == (7, terminal.id)


async def test_a_message_that_shows_a_row_elsewhere_is_found(
    store: Store, clock: FakeClock
) -> None:
    terminal = await lived(store, "terminal")
    task = await store.read(lambda work: work.thing(terminal.id, 1))
    assert isinstance(task, Task)
    tomorrow = clock.now() + timedelta(days=1)
    here, there = address("terminal", "ann"), address("telegram", "ann")

    def showing(but: Address, since: datetime) -> Any:
        return lambda work: work.outbox.showing(terminal.id, task.code, since, but=but)

    assert await store.read(showing(here, clock.now())) == []
    [(id_, shown)] = await store.read(showing(there, clock.now()))
    assert (id_, shown.address) == ("terminal-message", here)
    assert await store.read(showing(there, tomorrow)) == []


# --- codes ---


def code(owner: OwnerId, words: str, clock: FakeClock) -> LinkCode:
    return LinkCode(
        owner=owner,
        id=new_id(),
        via="terminal::ann",
        code_hash=hashed(words),
        ends_at=clock.now() + TEN,
    )


async def offer(store: Store, made: LinkCode) -> None:
    await store.run(lambda work: work.links.offer(made))


async def test_a_code_is_typed_once_and_confirmed_by_who_typed_it(
    store: Store, clock: FakeClock
) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")
    words = new_code()
    made = code(ann.id, words, clock)
    await store.run(lambda work: work.links.offer(made))
    assert await store.read(lambda work: work.links.known(hashed(words.lower()))) == made
    until = clock.now() + 2 * TEN

    def take(work: Work) -> LinkCode | None:
        return work.links.take(hashed(words), bob.id, until)

    taken = await asyncio.gather(*(store.run(take) for _ in range(10)))
    assert [each for each in taken if each] == [replace(made, taken_by=bob.id, ends_at=until)]

    def waits(owner: OwnerId) -> Any:
        return lambda work: work.links.taken(owner, made.id)

    assert await store.read(waits(ann.id)) is None
    assert await store.read(waits(bob.id)) is not None
    clock.set(until)
    assert await store.read(waits(bob.id)) is None


async def test_a_code_ends_and_a_new_one_takes_its_place(store: Store, clock: FakeClock) -> None:
    ann, bob = await given.person(store), await given.person(store, "bob")
    first, second = code(ann.id, "one", clock), code(ann.id, "two", clock)
    for each in (first, second):
        await offer(store, each)

    def take(words: str) -> Any:
        return lambda work: work.links.take(hashed(words), bob.id, clock.now() + TEN)

    assert await store.run(take("one")) is None
    clock.advance(minutes=10)
    assert await store.run(take("two")) is None
    assert len(await given.stored(store, "link_codes")) == 1


def test_codes_are_no_words_and_can_be_typed_in_many_ways() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(map(is_code, codes))
    for typed in ("ktqf-4829-mwxb", " KTQF 4829 MWXB ", "KTQF4829MWXB"):
        assert is_code(typed)
        assert hashed(typed) == hashed("KTQF-4829-MWXB")
    for other in ("", "well-done", "KTQF-4829-MWX", "KTQF-4801-MWXB", "a1b2c3d4e5f6g7h8"):
        assert not is_code(other)


# --- at once ---


async def test_two_who_join_each_other_at_once_are_joined_once(
    store_url: str, clock: FakeClock
) -> None:
    """Two replicas; the second finds nobody left to join."""
    first, second = await open_store(store_url, clock), await open_store(store_url, clock)
    try:
        terminal, telegram = await two(first)

        done = await asyncio.gather(
            join(first, terminal.id, telegram.id),
            join(second, telegram.id, terminal.id),
            return_exceptions=True,
        )
        assert [type(each) for each in done if each is not None] == [Stale]
        everybody = {owner for rows in (await owners(first)).values() for _, owner in rows}
        assert len(everybody) == 1
    finally:
        await first.close()
        await second.close()


async def test_messages_that_come_while_they_are_joined_are_kept(
    store_url: str, clock: FakeClock
) -> None:
    first, second = await open_store(store_url, clock), await open_store(store_url, clock)
    try:
        terminal, telegram = await two(first)

        def put(number: int) -> Any:
            said = message("telegram", "ann", f"m{number}")

            def unit(work: Work) -> bool:
                known = work.people.by_identity(said.sender)
                assert known is not None
                return work.inbox.put(known.id, said)

            return unit

        results = await asyncio.gather(
            *(second.run(put(number)) for number in range(20)),
            first.run(lambda work: work.links.join(terminal.id, telegram.id)),
            *(second.run(put(number)) for number in range(20, 40)),
        )
        assert [each for each in results if each is not None] == [True] * 40
        rows = [row for row in await given.stored(first, "inbox") if row["state"] == "waiting"]
        assert {row["owner"] for row in rows} == {terminal.id}
        assert len(rows) == 42
        lanes = {row["owner"]: row["next_at"] for row in await given.stored(first, "lanes")}
        assert lanes[telegram.id] is None
        assert lanes[terminal.id] is not None
    finally:
        await first.close()
        await second.close()


async def test_a_unit_that_dies_half_way_leaves_them_two(store: Store) -> None:
    terminal, telegram = await two(store)
    before = await owners(store)

    def unit(work: Work) -> None:
        work.links.join(terminal.id, telegram.id)
        raise RuntimeError("died")

    with pytest.raises(RuntimeError, match="died"):
        await store.run(unit)
    assert await owners(store) == before
    assert await given.stored(store, "links") == []
