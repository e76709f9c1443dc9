"""Due reminders become deliveries: once each, at the right wall time, late ones labelled."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import asyncpg
import pytest

from core.deliveries import ClaimedDelivery, Delivery, DeliveryKind
from core.people import Person
from core.ports import Store, Work
from core.rows import Pin, Reminder, ReminderStatus
from core.values import Address, Identity, OwnerId
from core.when.recurrence import next_after
from core.when.rule import Rule
from core.when.wall import WallTime
from db.store import open_store
from scheduler.due import BATCH, LOOK_AGAIN, MOST_COUNTED, MOST_MERGED, DueReminders
from tests.fakes.clock import FakeClock

LISBON = "Europe/Lisbon"
HERE = Address(platform="loopback", workspace="", chat="ana")
ELSEWHERE = Address(platform="loopback", workspace="", chat="team")


def at(local: str, zone: str = LISBON) -> datetime:
    return WallTime(local=datetime.fromisoformat(local), zone=zone).instant()


class Desk:
    """One person's reminders, and what leaves for them."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.due = DueReminders(store, clock, queued=lambda: None)
        self.ana = Person(
            id=OwnerId(""),
            name="Ana",
            zone=LISBON,
            quiet_from=None,
            quiet_until=None,
            preferred=HERE,
            created_at=clock.now(),
        )

    async def person(self, name: str = "ana", /, **changes: object) -> Person:
        person = replace(self.ana, **changes)  # type: ignore[arg-type]
        identity = Identity(platform="loopback", workspace="", user=name)
        return await self.store.run(lambda work: work.people.add(person, identity))

    async def reminder(self, person: Person, text: str, local: str, **changes: object) -> Reminder:
        first = datetime.fromisoformat(local)
        zone = str(changes.get("zone", person.zone))
        row = Reminder(
            text=text,
            at_local=first,
            zone=zone,
            next_local=first,
            next_at=WallTime(local=first, zone=zone).instant(),
        )
        row = replace(row, **changes)  # type: ignore[arg-type]
        return await self.store.run(lambda work: work.reminders.add(person.id, row))

    async def get(self, row: Reminder) -> Reminder:
        found = await self.store.read(lambda work: work.reminders.get(row.owner, row.id))
        assert found is not None
        return found

    async def fire(self, moment: datetime | None = None) -> list[Delivery]:
        """What leaves when everything due at this moment is fired."""
        if moment is not None:
            self.clock.advance(moment - self.clock.now())
        await self.due.fire()
        return [claim.delivery for claim in await self.leave()]

    async def leave(self) -> list[ClaimedDelivery]:
        def unit(work: Work) -> list[ClaimedDelivery]:
            claims: list[ClaimedDelivery] = []
            while some := work.outbox.claim(100, timedelta(seconds=30)):
                for claim in some:
                    assert work.outbox.settle(claim, f"m{claim.id}")
                claims += some
            return claims

        return await self.store.run(unit)


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


def texts(deliveries: list[Delivery]) -> list[str]:
    return [delivery.reply.text for delivery in deliveries]


async def test_a_reminder_goes_off_once_at_its_time_with_its_card(desk: Desk) -> None:
    ana = await desk.person()
    row = await desk.reminder(ana, "call mom", "2026-11-23T14:00", address=ELSEWHERE)
    assert await desk.fire(at("2026-11-23T13:59:59")) == []

    [sent] = await desk.fire(at("2026-11-23T14:00"))
    assert sent.reply.text == "⏰ call mom"
    assert [card.code for card in sent.reply.cards] == [row.code]
    assert sent.reply.cards[0].at == at("2026-11-23T14:00")
    assert sent.reply.cards[0].buttons
    assert sent.key == f"reminder:{row.id}:2026-11-23T14:00:00@20261123T140000Z"
    assert sent.kind is DeliveryKind.REMINDER
    assert sent.address == ELSEWHERE
    assert sent.due_at == at("2026-11-23T14:00")
    fired = await desk.get(row)
    assert (fired.status, fired.next_at, fired.version) == (ReminderStatus.FIRED, None, 1)

    assert await desk.fire(at("2026-11-24T14:00")) == []


async def test_without_an_address_it_goes_where_the_person_prefers(desk: Desk) -> None:
    ana = await desk.person()
    await desk.reminder(ana, "call mom", "2026-11-23T14:00")
    [sent] = await desk.fire(at("2026-11-23T14:00"))
    assert sent.address == HERE


@pytest.mark.parametrize("change", [{"preferred": None}, {"paused": True}])
async def test_one_that_cannot_be_sent_anywhere_waits_and_says_when_it_was_due(
    desk: Desk, change: dict[str, object]
) -> None:
    ana = await desk.person(**change)
    row = await desk.reminder(ana, "call mom", "2026-11-23T14:00")
    assert await desk.fire(at("2026-11-23T14:00")) == []
    waiting = await desk.get(row)
    assert waiting.status is ReminderStatus.ACTIVE
    assert waiting.next_at == at("2026-11-23T14:00") + LOOK_AGAIN

    person = replace(ana, preferred=HERE, paused=False)
    await desk.store.run(lambda work: work.people.save(person))
    [sent] = await desk.fire(at("2026-11-23T14:15"))
    assert sent.due_at == at("2026-11-23T14:00")


async def test_changing_it_before_it_left_takes_it_back(desk: Desk) -> None:
    ana = await desk.person()
    row = await desk.reminder(ana, "call mom", "2026-11-23T14:00", about=None)
    desk.clock.advance(at("2026-11-23T14:00") - desk.clock.now())
    await desk.due.fire()

    def move(work: Work) -> None:
        stored = work.reminders.get(ana.id, row.id)
        assert stored is not None
        later = datetime(2026, 11, 23, 15)
        work.reminders.save(
            ana.id,
            replace(
                stored,
                status=ReminderStatus.ACTIVE,
                next_local=later,
                next_at=at("2026-11-23T15:00"),
            ),
        )

    await desk.store.run(move)
    assert await desk.leave() == []
    assert texts(await desk.fire(at("2026-11-23T15:00"))) == ["⏰ call mom"]


async def test_batches_go_on_until_nothing_is_due(desk: Desk) -> None:
    people = [await desk.person(f"p{n}") for n in range(3)]
    for n in range(BATCH * 2 + 5):
        await desk.reminder(people[n % 3], f"r{n}", "2026-11-23T14:00")
    sent = await desk.fire(at("2026-11-23T14:00"))
    assert sorted(texts(sent)) == sorted(f"⏰ r{n}" for n in range(BATCH * 2 + 5))


# --- wall time ---


@pytest.mark.parametrize(
    ("zone", "first", "instants"),
    [
        # Clocks go from 01:00 to 02:00 on 28 March 2027.
        (LISBON, "2027-03-27T09:00", ["27T09:00", "28T08:00", "29T08:00"]),
        # and from 02:00 back to 01:00 on 25 October 2026.
        (LISBON, "2026-10-24T09:00", ["24T08:00", "25T09:00", "26T09:00"]),
        # A time in the gap rings after it, a time in the overlap rings once, the first time.
        (LISBON, "2027-03-27T01:30", ["27T01:30", "28T01:30", "29T00:30"]),
        (LISBON, "2026-10-24T01:30", ["24T00:30", "25T00:30", "26T01:30"]),
        ("America/New_York", "2027-03-13T02:30", ["13T07:30", "14T07:30", "15T06:30"]),
    ],
)
async def test_a_daily_reminder_across_a_clock_change(
    desk: Desk, zone: str, first: str, instants: list[str]
) -> None:
    start = at(first, zone)
    desk.clock.advance(start - timedelta(hours=1) - desk.clock.now())
    ana = await desk.person(zone=zone)
    await desk.reminder(ana, "stretch", first, rrule="FREQ=DAILY", pin=Pin.PLACE)
    month = start.strftime("%Y-%m-")
    expected = [datetime.fromisoformat(f"{month}{text}").replace(tzinfo=UTC) for text in instants]
    went = []
    while desk.clock.now() < expected[-1] + timedelta(hours=1):
        went += [sent.due_at for sent in await desk.fire(desk.clock.now() + timedelta(minutes=15))]
    assert went == expected


async def test_after_a_change_of_zone_the_same_local_time_comes_round_again(desk: Desk) -> None:
    """09:00 in Tokyo has rung; in Los Angeles the same day's 09:00 is still to come."""
    ana = await desk.person(zone="Asia/Tokyo")
    row = await desk.reminder(ana, "stretch", "2026-11-24T09:00", rrule="FREQ=DAILY")
    assert len(await desk.fire(at("2026-11-24T09:00", "Asia/Tokyo"))) == 1

    moved = "America/Los_Angeles"
    found = next_after(Rule.parse("FREQ=DAILY"), datetime(2026, 11, 24, 9), moved, desk.clock.now())
    assert found is not None
    assert found[0] == datetime(2026, 11, 24, 9)

    def follow(work: Work) -> None:
        stored = work.reminders.get(ana.id, row.id)
        assert stored is not None
        changed = replace(stored, zone=moved, next_local=found[0], next_at=found[1])
        work.reminders.save(ana.id, changed)

    await desk.store.run(follow)
    [sent] = await desk.fire(at("2026-11-24T09:00", moved))
    assert sent.due_at == at("2026-11-24T09:00", moved)


# --- late ---


async def test_up_to_three_late_ones_come_one_by_one_and_more_in_one_note(desk: Desk) -> None:
    ana = await desk.person("ana")
    ben = await desk.person("ben", preferred=ELSEWHERE)
    for n in range(3):
        await desk.reminder(ana, f"a{n}", f"2026-11-23T1{n}:00")
    for n in range(4):
        await desk.reminder(ben, f"b{n}", f"2026-11-23T1{n}:00")
    sent = await desk.fire(at("2026-11-23T18:00"))
    assert texts([one for one in sent if one.owner == ana.id]) == ["⏰ a0", "⏰ a1", "⏰ a2"]
    [note] = [one for one in sent if one.owner == ben.id]
    assert note.kind is DeliveryKind.CATCH_UP
    assert note.address == ELSEWHERE
    assert note.reply.text == "⏰ Catching up: 4 reminders are late."
    assert [card.title for card in note.reply.cards] == ["b0", "b1", "b2", "b3"]
    assert [card.at for card in note.reply.cards] == [at(f"2026-11-23T1{n}:00") for n in range(4)]
    assert note.about == ()


async def test_what_is_on_time_is_not_merged(desk: Desk) -> None:
    ana = await desk.person()
    for n in range(6):
        await desk.reminder(ana, f"r{n}", "2026-11-23T14:00")
    assert len(await desk.fire(at("2026-11-23T14:05"))) == 6


async def test_late_ones_beyond_a_batch_are_found_and_none_is_dropped(desk: Desk) -> None:
    """One person's late reminders lie behind many others' in the queue."""
    ana = await desk.person("ana")
    others = [await desk.person(f"p{n}") for n in range(BATCH)]
    for n, other in enumerate(others):
        await desk.reminder(other, f"p{n}", "2026-11-23T10:00")
    for n in range(MOST_MERGED + 2):
        await desk.reminder(ana, f"a{n}", f"2026-11-23T10:{n:02}")
    sent = await desk.fire(at("2026-11-23T18:00"))
    mine = [one for one in sent if one.owner == ana.id]
    assert [len(one.reply.cards) for one in mine] == [MOST_MERGED, 1, 1]
    assert len(sent) == BATCH + 3


async def test_the_key_of_a_catch_up_note_comes_from_its_reminders(desk: Desk) -> None:
    ana = await desk.person()
    rows = [await desk.reminder(ana, f"r{n}", f"2026-11-23T1{n}:00") for n in range(4)]
    [first] = await desk.fire(at("2026-11-23T18:00"))

    def rewind(work: Work) -> None:
        for row in rows:
            work.reminders.arm(
                ana.id,
                row.id,
                next_at=row.next_at,
                next_local=row.next_local,
                status=ReminderStatus.ACTIVE,
            )

    await desk.store.run(rewind)
    assert await desk.fire() == []
    assert first.key.startswith(f"catch_up:{ana.id}:")


async def test_what_is_late_comes_before_what_is_on_time(desk: Desk) -> None:
    ana = await desk.person()
    for n in range(5):
        await desk.reminder(ana, f"r{n}", f"2026-11-23T1{n}:00")
    late, punctual = await desk.fire(at("2026-11-23T14:00"))
    assert [card.title for card in late.reply.cards] == ["r0", "r1", "r2", "r3"]
    assert punctual.reply.text == "⏰ r4"


async def test_a_replica_does_not_overtake_one_that_holds_an_earlier_reminder(
    postgres_url: str, clock: FakeClock
) -> None:
    """On SQLite there is one writer, so nobody can hold anything meanwhile."""
    store = await open_store(postgres_url, clock)
    desk = Desk(store, clock)
    ana = await desk.person("ana")
    ben = await desk.person("ben", preferred=ELSEWHERE)
    first = await desk.reminder(ana, "a0", "2026-11-23T10:00")
    for n in range(1, BATCH + 5):
        await desk.reminder(ana, f"a{n}", f"2026-11-23T10:01:{n:02}")
    await desk.reminder(ben, "b0", "2026-11-23T10:01")
    other = await asyncpg.connect(postgres_url)
    try:
        async with other.transaction():
            await other.fetch("SELECT id FROM reminders WHERE id = $1 FOR UPDATE", first.id)
            assert texts(await desk.fire(at("2026-11-23T10:02"))) == ["⏰ b0"]
        sent = await desk.fire()
    finally:
        await other.close()
        await store.close()
    assert texts(sent) == [f"⏰ a{n}" for n in range(BATCH + 5)]


async def test_a_catch_up_note_ends_before_a_reminder_that_another_replica_holds(
    postgres_url: str, clock: FakeClock
) -> None:
    store = await open_store(postgres_url, clock)
    desk = Desk(store, clock)
    ana = await desk.person()
    rows = [await desk.reminder(ana, f"a{n}", f"2026-11-23T10:0{n}") for n in range(9)]
    other = await asyncpg.connect(postgres_url)
    try:
        async with other.transaction():
            await other.fetch("SELECT id FROM reminders WHERE id = $1 FOR UPDATE", rows[5].id)
            [first] = await desk.fire(at("2026-11-23T18:00"))
        [second] = await desk.fire()
    finally:
        await other.close()
        await store.close()
    assert [card.title for card in first.reply.cards] == [f"a{n}" for n in range(5)]
    assert [card.title for card in second.reply.cards] == [f"a{n}" for n in range(5, 9)]


async def test_many_at_one_time_go_off_however_they_are_sorted(desk: Desk) -> None:
    ana = await desk.person()
    for n in range(BATCH * 3):
        await desk.reminder(ana, f"r{n}", "2026-11-23T14:00")
    assert len(await desk.fire(at("2026-11-23T14:00"))) == BATCH * 3


async def test_a_merged_note_of_different_chats_goes_where_the_person_prefers(desk: Desk) -> None:
    ana = await desk.person()
    for n in range(4):
        await desk.reminder(ana, f"r{n}", f"2026-11-23T1{n}:00", address=ELSEWHERE if n else None)
    [note] = await desk.fire(at("2026-11-23T18:00"))
    assert note.address == HERE


async def test_a_merged_note_stays_when_one_of_its_reminders_changes(desk: Desk) -> None:
    ana = await desk.person()
    rows = [await desk.reminder(ana, f"r{n}", f"2026-11-23T1{n}:00") for n in range(4)]
    desk.clock.advance(at("2026-11-23T18:00") - desk.clock.now())
    await desk.due.fire()

    def finish(work: Work) -> None:
        stored = work.reminders.get(ana.id, rows[0].id)
        assert stored is not None
        work.reminders.save(ana.id, replace(stored, status=ReminderStatus.DONE))

    await desk.store.run(finish)
    assert len(await desk.leave()) == 1


async def test_a_repeating_one_missed_many_times_comes_once_and_says_how_often(desk: Desk) -> None:
    ana = await desk.person()
    row = await desk.reminder(ana, "stretch", "2026-11-23T10:00", rrule="FREQ=DAILY")
    [sent] = await desk.fire(at("2026-11-26T18:00"))
    assert sent.reply.text == "⏰ stretch (came due 4 times)"
    assert sent.due_at == at("2026-11-23T10:00")
    armed = await desk.get(row)
    assert armed.status is ReminderStatus.ACTIVE
    assert armed.next_at == at("2026-11-27T10:00")
    assert armed.next_local == datetime(2026, 11, 27, 10)


async def test_in_a_merged_note_the_card_says_how_often(desk: Desk) -> None:
    ana = await desk.person()
    for n in range(4):
        await desk.reminder(ana, f"r{n}", f"2026-11-23T1{n}:00", rrule="FREQ=DAILY")
    [note] = await desk.fire(at("2026-11-24T18:00"))
    assert all("came due 2 times" in card.details for card in note.reply.cards)


async def test_years_of_hours_are_counted_up_to_a_limit(desk: Desk) -> None:
    ana = await desk.person()
    await desk.reminder(ana, "drink", "2026-11-23T10:00", rrule="FREQ=HOURLY")
    [sent] = await desk.fire(at("2028-11-23T10:30"))
    assert sent.reply.text == f"⏰ drink (came due {MOST_COUNTED} times)"


async def test_the_last_occurrence_ends_a_series(desk: Desk) -> None:
    ana = await desk.person()
    row = await desk.reminder(ana, "pill", "2026-11-23T10:00", rrule="FREQ=DAILY;COUNT=2")
    assert len(await desk.fire(at("2026-11-23T10:00"))) == 1
    assert len(await desk.fire(at("2026-11-24T10:00"))) == 1
    ended = await desk.get(row)
    assert (ended.status, ended.next_at) == (ReminderStatus.FIRED, None)


async def test_a_rule_that_cannot_be_read_holds_nobody_up(desk: Desk) -> None:
    ana = await desk.person()
    row = await desk.reminder(ana, "odd", "2026-11-23T10:00", rrule="FREQ=SECONDLY")
    await desk.reminder(ana, "even", "2026-11-23T10:00")
    sent = await desk.fire(at("2026-11-23T10:00"))
    assert sorted(texts(sent)) == ["⏰ even", "⏰ odd"]
    assert (await desk.get(row)).status is ReminderStatus.FIRED


async def test_a_zone_that_is_no_more_holds_nobody_up(desk: Desk) -> None:
    ana, ben = await desk.person("ana"), await desk.person("ben")
    row = await desk.reminder(ana, "odd", "2026-11-23T10:00")
    await desk.reminder(ben, "even", "2026-11-23T10:00")
    await desk.store.run(
        lambda work: work.reminders.save(ana.id, replace(row, zone="Mars/Olympus", pin=Pin.PLACE))
    )
    assert texts(await desk.fire(at("2026-11-23T10:00"))) == ["⏰ even"]
    assert (await desk.get(row)).next_at == at("2026-11-23T10:00") + LOOK_AGAIN


# --- quiet hours ---


@pytest.fixture
def quiet() -> dict[str, object]:
    return {"quiet_from": time(22), "quiet_until": time(7)}


async def test_quiet_hours_hold_what_the_person_did_not_name(
    desk: Desk, quiet: dict[str, object]
) -> None:
    ana = await desk.person(**quiet)
    held = await desk.reminder(ana, "stretch", "2026-11-23T23:00", explicit=False)
    await desk.reminder(ana, "pill", "2026-11-23T23:00", explicit=True)
    assert texts(await desk.fire(at("2026-11-23T23:00"))) == ["⏰ pill"]
    waiting = await desk.get(held)
    assert waiting.next_at == at("2026-11-24T07:00")
    assert waiting.next_local == datetime(2026, 11, 23, 23)

    [sent] = await desk.fire(at("2026-11-24T07:00"))
    assert sent.due_at == at("2026-11-23T23:00")


async def test_a_held_series_goes_on_as_before(desk: Desk, quiet: dict[str, object]) -> None:
    ana = await desk.person(**quiet)
    row = await desk.reminder(ana, "drink", "2026-11-23T21:00", rrule="FREQ=HOURLY", explicit=False)
    assert texts(await desk.fire(at("2026-11-23T21:00"))) == ["⏰ drink"]
    assert await desk.fire(at("2026-11-23T22:00")) == []
    assert texts(await desk.fire(at("2026-11-24T07:00"))) == ["⏰ drink (came due 10 times)"]
    assert (await desk.get(row)).next_at == at("2026-11-24T08:00")


async def test_a_named_hour_long_past_waits_for_the_morning(
    desk: Desk, quiet: dict[str, object]
) -> None:
    ana = await desk.person(**quiet)
    await desk.reminder(ana, "call mom", "2026-11-23T21:00", explicit=True)
    assert await desk.fire(at("2026-11-24T02:00")) == []
    [sent] = await desk.fire(at("2026-11-24T07:00"))
    assert sent.due_at == at("2026-11-23T21:00")


async def test_the_loop_tells_when_something_was_queued(desk: Desk) -> None:
    woken: list[bool] = []
    ana = await desk.person()
    await desk.reminder(ana, "call mom", "2026-11-23T08:00")
    due = DueReminders(desk.store, desk.clock, queued=lambda: woken.append(True))
    assert await due.fire() == 1
    assert await due.fire() == 0
    assert woken == [True]
