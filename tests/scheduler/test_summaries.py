"""The daily summary: at the person's hour, once a day, whatever the clocks and the machine do."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.deliveries import Delivery, DeliveryKind
from core.people import Person, next_summary
from core.ports import Store, Work
from core.rows import Event, Task
from core.values import Address, Identity, OwnerId
from core.when.wall import WallTime, wall
from scheduler.summaries import BATCH, DailySummaries
from tests.fakes.clock import FakeClock

LISBON = "Europe/Lisbon"
HERE = Address(platform="loopback", workspace="", chat="ana")


def at(local: str, zone: str = LISBON) -> datetime:
    return WallTime(local=datetime.fromisoformat(local), zone=zone).instant()


class Desk:
    """People, and the summaries that leave for them."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.woken = 0
        self.summaries = DailySummaries(store, clock, queued=self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def person(self, user: str = "ana", /, **changes: object) -> Person:
        plain = Person(
            id=OwnerId(""),
            zone=LISBON,
            summary_at=time(8),
            quiet_from=None,
            quiet_until=None,
            preferred=HERE,
            created_at=self.clock.now(),
        )
        person = replace(plain, **changes)  # type: ignore[arg-type]
        person = replace(person, summary_next=next_summary(person, self.clock.now()))
        identity = Identity(platform="loopback", workspace="", user=user)
        return await self.store.run(lambda work: work.people.add(person, identity))

    async def get(self, person: Person) -> Person:
        found = await self.store.read(lambda work: work.people.get(person.id))
        assert found is not None
        return found

    async def turn(self, moment: datetime) -> list[Delivery]:
        """What leaves when the clock shows this."""
        self.clock.set(moment)
        await self.summaries.turn()

        def unit(work: Work) -> list[Delivery]:
            left = []
            while claims := work.outbox.claim(100, timedelta(seconds=30)):
                for claim in claims:
                    assert work.outbox.settle(claim, f"m{claim.id}")
                    left.append(claim.delivery)
            return left

        return await self.store.run(unit)


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


async def test_today_at_the_persons_hour_and_only_once(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    ana = await desk.person(name="Ana")
    start = datetime(2026, 11, 23, 12)
    await desk.store.run(
        lambda work: work.events.add(
            ana.id,
            Event(
                title="Lunch with Sam",
                start_local=start,
                end_local=start + timedelta(hours=1),
                zone=LISBON,
                start_at=at("2026-11-23T12:00"),
                until_at=at("2026-11-23T13:00"),
            ),
        )
    )
    await desk.store.run(
        lambda work: work.tasks.add(
            ana.id,
            Task(
                title="send the invoice",
                due_local=datetime(2026, 11, 23),
                due_day=True,
                zone=LISBON,
                due_at=at("2026-11-23T23:59:59"),
            ),
        )
    )
    assert await desk.turn(at("2026-11-23T07:59:59")) == []
    [sent] = await desk.turn(at("2026-11-23T08:00"))
    assert sent.key == f"summary:{ana.id}:2026-11-23"
    assert sent.kind is DeliveryKind.SUMMARY
    assert sent.address == HERE
    assert [card.title for card in sent.reply.cards] == ["Lunch with Sam", "send the invoice"]
    assert desk.woken == 1
    assert await desk.turn(at("2026-11-23T08:01")) == []
    assert (await desk.get(ana)).summary_next == at("2026-11-24T08:00")


@pytest.mark.parametrize(
    ("zone", "hour", "first", "instants"),
    [
        (LISBON, time(8), "2027-03-27", ["27T08:00", "28T07:00", "29T07:00"]),
        (LISBON, time(8), "2026-10-24", ["24T07:00", "25T08:00", "26T08:00"]),
        (LISBON, time(1, 30), "2027-03-27", ["27T01:30", "28T01:30", "29T00:30"]),
        (LISBON, time(1, 30), "2026-10-24", ["24T00:30", "25T00:30", "26T01:30"]),
    ],
)
async def test_each_day_once_across_a_clock_change(
    desk: Desk, zone: str, hour: time, first: str, instants: list[str]
) -> None:
    desk.clock.set(at(f"{first}T00:00", zone))
    ana = await desk.person(zone=zone, summary_at=hour)
    expected = [
        datetime.fromisoformat(f"{first[:8]}{instant}").replace(tzinfo=UTC) for instant in instants
    ]
    went: list[Delivery] = []
    while desk.clock.now() < expected[-1] + timedelta(hours=1):
        went += await desk.turn(desk.clock.now() + timedelta(minutes=15))
    assert [sent.due_at for sent in went] == expected
    days = [wall(instant, zone).local.date() for instant in expected]
    assert [sent.key for sent in went] == [f"summary:{ana.id}:{day}" for day in days]


async def test_late_it_says_so_and_more_than_six_hours_late_it_is_skipped(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    await desk.person()
    [late] = await desk.turn(at("2026-11-23T14:00"))
    assert late.kind is DeliveryKind.SUMMARY
    assert late.reply.text.endswith("\n(late: was due 08:00)")
    [skipped] = await desk.turn(at("2026-11-24T14:01"))
    assert skipped.kind is DeliveryKind.NOTICE
    assert skipped.reply.text == "The daily summary of Tue 24 Nov was skipped: I was away."
    assert [button.command for button in skipped.reply.buttons] == ["/today"]
    [sent] = await desk.turn(at("2026-11-25T08:00"))
    assert sent.kind is DeliveryKind.SUMMARY


async def test_many_days_away_are_one_line(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    await desk.person()
    [skipped] = await desk.turn(at("2026-11-26T20:00"))
    assert skipped.reply.text == (
        "4 daily summaries, the last of Thu 26 Nov, were skipped: I was away."
    )


@pytest.mark.parametrize(
    ("back", "line"),
    [
        ("2026-11-24T09:00", "An earlier one was skipped: I was away."),
        ("2026-11-25T09:00", "2 earlier were skipped: I was away."),
    ],
)
async def test_back_in_time_for_the_last_one_it_is_sent_and_tells_of_the_others(
    desk: Desk, back: str, line: str
) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    await desk.person()
    [sent] = await desk.turn(at(back))
    assert sent.kind is DeliveryKind.SUMMARY
    assert sent.reply.text.splitlines()[-1] == line


async def test_a_day_with_nothing_to_say_is_silent_where_silence_is_wanted(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    ana = await desk.person(summary_when_empty=False)
    assert await desk.turn(at("2026-11-23T08:00")) == []
    assert (await desk.get(ana)).summary_next == at("2026-11-24T08:00")


@pytest.mark.parametrize("change", [{"paused": True}, {"preferred": None}])
async def test_who_cannot_be_reached_gets_none(desk: Desk, change: dict[str, object]) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    ana = await desk.person(**change)
    assert await desk.turn(at("2026-11-23T08:00")) == []
    assert (await desk.get(ana)).summary_next == at("2026-11-24T08:00")


async def test_who_wants_none_any_more_gets_none(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    ana = await desk.person()
    await desk.store.run(lambda work: work.people.save(replace(ana, summary_at=None)))
    assert await desk.turn(at("2026-11-23T08:00")) == []
    assert (await desk.get(ana)).summary_next is None


async def test_quiet_hours_hold_the_usual_hour_but_not_a_chosen_one(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    quiet = {"quiet_from": time(22), "quiet_until": time(9)}
    usual = await desk.person("ana", **quiet)
    chosen = await desk.person("ben", summary_at=time(6, 30), **quiet)
    [early] = await desk.turn(at("2026-11-23T06:30"))
    assert early.owner == chosen.id
    assert await desk.turn(at("2026-11-23T08:00")) == []
    [held] = await desk.turn(at("2026-11-23T09:00"))
    assert held.owner == usual.id
    assert held.key == f"summary:{usual.id}:2026-11-23"
    assert (await desk.get(usual)).summary_next == at("2026-11-24T08:00")


async def test_that_one_was_skipped_is_not_said_at_night(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    await desk.person(quiet_from=time(22), quiet_until=time(7))
    assert await desk.turn(at("2026-11-24T02:00")) == []
    [skipped] = await desk.turn(at("2026-11-24T07:00"))
    assert skipped.reply.text == "The daily summary of Mon 23 Nov was skipped: I was away."
    [sent] = await desk.turn(at("2026-11-24T08:00"))
    assert sent.kind is DeliveryKind.SUMMARY


async def test_all_whose_hour_has_come_get_theirs(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    for n in range(BATCH * 2 + 1):
        await desk.person(f"p{n}", preferred=replace(HERE, chat=f"p{n}"))
    assert len(await desk.turn(at("2026-11-23T08:00"))) == BATCH * 2 + 1


async def test_two_replicas_send_one(desk: Desk) -> None:
    desk.clock.set(at("2026-11-22T20:00"))
    await desk.person()
    other = DailySummaries(desk.store, desk.clock, queued=lambda: None)
    desk.clock.set(at("2026-11-23T08:00"))
    await other.turn()
    assert len(await desk.turn(at("2026-11-23T08:00"))) == 1


async def test_one_that_cannot_be_composed_holds_nobody_up(desk: Desk) -> None:
    """A series whose rule is not one that we keep any more."""
    desk.clock.set(at("2026-11-22T20:00"))
    ana = await desk.person("ana")
    ben = await desk.person("ben")
    start = datetime(2026, 11, 1, 12)
    await desk.store.run(
        lambda work: work.events.add(
            ana.id,
            Event(
                title="odd",
                start_local=start,
                end_local=start + timedelta(hours=1),
                zone=LISBON,
                rrule="FREQ=SECONDLY",
                start_at=at("2026-11-01T12:00"),
            ),
        )
    )
    [sent] = await desk.turn(at("2026-11-23T08:00"))
    assert sent.owner == ben.id
    assert (await desk.get(ana)).summary_next == at("2026-11-24T08:00")
