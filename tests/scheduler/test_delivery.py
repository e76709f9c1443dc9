"""The last stretch, over real sockets to a platform that misbehaves as told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from core.deliveries import ClaimedDelivery, Delivery, DeliveryKind
from core.errors import Refused, StorageDown, Unauthorized, Unavailable, Unknown
from core.people import Person
from core.ports import Messenger, Store, Unit
from core.rows import Reminder, ReminderStatus
from core.values import Address, Identity, OwnerId, Reply, ToolTurn
from scheduler.delivery import LEASE, LOOK_SOON, MOST_DOUBTS, REPEAT, DeliveryWorker
from scheduler.due import DueReminders
from tests import given
from tests.fakes.clock import FakeClock
from tests.fakes.messenger import LoopbackMessenger, MemoryMessenger
from tests.fakes.platform import FakePlatform, Fault

HERE = Address(platform="loopback", workspace="", chat="ana")
ELSEWHERE = Address(platform="loopback", workspace="", chat="team")


class Post:
    """An outbox, a worker and the platform it speaks to."""

    def __init__(self, store: Store, clock: FakeClock, platform: FakePlatform) -> None:
        self.store = store
        self.clock = clock
        self.platform = platform
        self.ana = Person(id=OwnerId(""), preferred=HERE, created_at=clock.now())

    async def start(self) -> None:
        identity = Identity(platform="loopback", workspace="", user="ana")
        self.ana = await self.store.run(lambda work: work.people.add(self.ana, identity))

    def worker(self, messenger: Messenger, **options: object) -> DeliveryWorker:
        return DeliveryWorker(
            self.store,
            self.clock,
            {"loopback": messenger},
            **options,  # type: ignore[arg-type]
        )

    def delivery(self, key: str, text: str = "hello", **changes: object) -> Delivery:
        made = Delivery(
            key=key,
            owner=self.ana.id,
            address=HERE,
            reply=Reply(text=text),
            kind=DeliveryKind.REPLY,
            due_at=self.clock.now(),
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    async def queue(self, key: str, text: str = "hello", **changes: object) -> None:
        made = self.delivery(key, text, **changes)
        assert await self.store.run(lambda work: work.outbox.add(made))

    async def live(self) -> int:
        return await self.store.read(lambda work: work.outbox.live())

    async def claimed_and_lost(self) -> ClaimedDelivery:
        """What a worker that died had in hand, with its lease over."""
        [claim] = await self.store.run(lambda work: work.outbox.claim(1, LEASE))
        self.clock.advance(LEASE)
        return claim


async def until(condition: Callable[[], bool]) -> None:
    """Let the others work until it holds."""
    while True:
        if condition():
            return
        await asyncio.sleep(0.001)


@pytest.fixture
async def platform() -> AsyncIterator[FakePlatform]:
    async with FakePlatform() as platform:
        yield platform


@pytest.fixture
async def messenger(platform: FakePlatform) -> AsyncIterator[LoopbackMessenger]:
    async with LoopbackMessenger(platform.url, longest=40) as messenger:
        yield messenger


@pytest.fixture
async def post(store: Store, clock: FakeClock, platform: FakePlatform) -> Post:
    post = Post(store, clock, platform)
    await post.start()
    return post


async def test_sent_and_settled_with_the_platforms_message_id(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    assert await post.worker(messenger).deliver_due() == 1
    assert post.platform.texts() == ["hello"]
    assert await post.live() == 0
    shown = await post.store.read(lambda work: work.outbox.shown_by(post.ana.id, "m1"))
    assert shown is not None
    assert shown.key == "reply:1"


async def test_one_destination_gets_its_messages_in_order(
    post: Post, messenger: LoopbackMessenger
) -> None:
    for n in range(5):
        await post.queue(f"reply:{n}", f"a{n}")
        await post.queue(f"reply:x{n}", f"t{n}", address=ELSEWHERE)
    post.platform.script(None, Fault.LIMITED, None, Fault.LIMITED)
    worker = post.worker(messenger)
    for _ in range(4):
        await worker.deliver_due()
        post.clock.advance(seconds=1)
    assert post.platform.texts("ana") == [f"a{n}" for n in range(5)]
    assert post.platform.texts("team") == [f"t{n}" for n in range(5)]


async def test_a_destination_is_paced(post: Post, messenger: LoopbackMessenger) -> None:
    for n in range(3):
        await post.queue(f"reply:{n}", f"a{n}")
    messenger.pace = timedelta(seconds=1)
    worker = post.worker(messenger)
    for sent in range(1, 4):
        await worker.deliver_due()
        assert len(post.platform.accepted) == sent
        post.clock.advance(seconds=1)


async def test_429_comes_back_when_the_platform_says_and_is_no_doubt(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    post.platform.script(Fault.LIMITED)
    worker = post.worker(messenger)
    await worker.deliver_due()
    assert post.platform.accepted == []
    post.clock.advance(milliseconds=199)
    assert await worker.deliver_due() == 0
    post.clock.advance(milliseconds=52)
    assert await worker.deliver_due() == 1
    assert post.platform.texts() == ["hello"]


async def test_a_platform_that_is_away_is_tried_with_growing_patience(post: Post) -> None:
    async with LoopbackMessenger("http://127.0.0.1:9") as messenger:
        await post.queue("reply:1")
        worker = post.worker(messenger)
        attempts = 0
        for _ in range(60):
            attempts += await worker.deliver_due()
            post.clock.advance(seconds=1)
    # 1, 2, 4, 8, 16 and 32 seconds, each with up to a quarter more.
    assert attempts == 6
    assert await post.live() == 1


@pytest.mark.parametrize("fault", [Fault.FAILED_AFTER, Fault.RESET_AFTER])
async def test_an_unknown_outcome_is_looked_up_where_that_is_possible(
    post: Post, messenger: LoopbackMessenger, fault: Fault
) -> None:
    messenger.can_find = True
    await post.queue("reply:1")
    post.platform.script(fault)
    worker = post.worker(messenger)
    assert await worker.deliver_due() == 1
    assert await worker.deliver_due() == 0, "in flight until it can be looked up"
    post.clock.advance(LOOK_SOON)
    assert await worker.deliver_due() == 1
    assert post.platform.texts() == ["hello"]
    assert await post.live() == 0


async def test_what_cannot_be_looked_up_soon_waits_for_its_lease(post: Post) -> None:
    class Unreadable(MemoryMessenger):
        async def find(self, address: Address, key: str) -> str | None:
            raise Unknown

    messenger = Unreadable("loopback", can_find=True)
    messenger.errors = [Unknown()]
    await post.queue("reply:1")
    worker = post.worker(messenger)
    assert await worker.deliver_due() == 1
    post.clock.advance(LOOK_SOON)
    assert await worker.deliver_due() == 1
    post.clock.advance(LOOK_SOON)
    assert await worker.deliver_due() == 0
    post.clock.advance(LEASE)
    assert await worker.deliver_due() == 1
    assert len(messenger.sent) == 1


async def test_an_unknown_outcome_that_had_failed_is_sent_unmarked_after_the_look_up(
    post: Post, messenger: LoopbackMessenger
) -> None:
    messenger.can_find = True
    await post.queue("reply:1")
    post.platform.script(Fault.FAILED_BEFORE)
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(LEASE)
    await worker.deliver_due()
    assert post.platform.texts() == ["hello"]


async def test_without_look_up_it_is_sent_marked_as_a_possible_repeat(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    post.platform.script(Fault.RESET_AFTER)
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(LEASE)
    await worker.deliver_due()
    assert post.platform.texts() == ["hello", f"hello\n{REPEAT}"]
    assert await post.live() == 0


async def test_where_nobody_may_look_it_is_marked_too(post: Post) -> None:
    class Blindfolded(MemoryMessenger):
        async def find(self, address: Address, key: str) -> str | None:
            raise Refused("nobody may look")

    messenger = Blindfolded("loopback", can_find=True)
    messenger.errors = [Unknown()]
    await post.queue("reply:1")
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(LEASE)
    await worker.deliver_due()
    assert [sent.reply.text for sent in messenger.sent] == ["hello", f"hello\n{REPEAT}"]
    assert await post.live() == 0


async def test_a_429_does_not_take_an_earlier_doubt_away(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    post.platform.script(Fault.RESET_AFTER, Fault.LIMITED)
    worker = post.worker(messenger)
    for _ in range(3):
        await worker.deliver_due()
        post.clock.advance(LEASE)
    assert post.platform.texts() == ["hello", f"hello\n{REPEAT}"]


async def test_what_a_dead_worker_had_in_hand_comes_back_doubtful(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    await post.claimed_and_lost()
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == [f"hello\n{REPEAT}"]


async def test_a_look_up_that_fails_keeps_the_doubt(post: Post) -> None:
    class Forgetful(MemoryMessenger):
        lost = 1

        async def find(self, address: Address, key: str) -> str | None:
            if self.lost:
                self.lost -= 1
                raise Unavailable("find")
            return await super().find(address, key)

    messenger = Forgetful("loopback", can_find=True)
    messenger.errors = [Unknown()]
    await post.queue("reply:1")
    worker = post.worker(messenger)
    for _ in range(3):
        await worker.deliver_due()
        post.clock.advance(LEASE)
    assert [sent.reply.text for sent in messenger.sent] == ["hello"]
    assert await post.live() == 0


async def test_a_worker_that_lost_its_lease_says_no_more(post: Post) -> None:
    class Slow(MemoryMessenger):
        def parts(self, reply: Reply) -> Sequence[Reply]:
            return [Reply(text=word) for word in reply.text.split()]

        async def send(self, address: Address, reply: Reply, key: str) -> str:
            if not self.sent:
                post.clock.advance(LEASE)
                await post.claimed_and_lost()
            return await super().send(address, reply, key)

    messenger = Slow("loopback")
    await post.queue("reply:1", "one two")
    worker = post.worker(messenger)
    running = asyncio.create_task(worker.deliver_due())
    await until(lambda: bool(messenger.sent))
    await running
    texts = [sent.reply.text for sent in messenger.sent]
    assert texts == ["one", f"one\n{REPEAT}", "two"]


async def test_what_stays_unknown_is_set_aside_in_the_end(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    await post.queue("reply:2", "next")
    post.platform.script(*[Fault.FAILED_BEFORE] * MOST_DOUBTS)
    worker = post.worker(messenger)
    for _ in range(MOST_DOUBTS + 2):
        await worker.deliver_due()
        post.clock.advance(LEASE)
    assert post.platform.texts() == ["next"]
    assert await post.live() == 0


async def test_a_messenger_that_raises_what_it_should_not_is_an_unknown_outcome(
    post: Post,
) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.errors = [KeyError("a bug")]
    await post.queue("reply:1")
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(LEASE)
    await worker.deliver_due()
    assert [sent.reply.text for sent in messenger.sent] == [f"hello\n{REPEAT}"]


async def test_a_send_that_takes_too_long_is_an_unknown_outcome(
    post: Post, messenger: LoopbackMessenger
) -> None:
    class Slow(MemoryMessenger):
        async def send(self, address: Address, reply: Reply, key: str) -> str:
            await super().send(address, reply, key)
            await asyncio.Event().wait()
            raise AssertionError

    await post.queue("reply:1")
    slow = post.worker(Slow("loopback"), send_timeout=timedelta(milliseconds=20))
    await slow.deliver_due()
    post.clock.advance(LEASE)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == [f"hello\n{REPEAT}"]


async def test_without_a_messenger_for_the_platform_it_waits(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    deaf = DeliveryWorker(post.store, post.clock, {})
    assert await deaf.deliver_due() == 1
    post.clock.advance(seconds=2)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == ["hello"]


# --- long replies and drafts ---


async def test_parts_arrive_one_by_one_and_a_failure_repeats_none_of_them(
    post: Post, messenger: LoopbackMessenger
) -> None:
    messenger.can_find = True
    parts = ["a" * 40, "b" * 40, "c" * 40]
    await post.queue("reply:1", "".join(parts))
    await post.queue("reply:2", "next")
    post.platform.script(None, Fault.RESET_AFTER)
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(LEASE)
    await worker.deliver_due()
    assert post.platform.texts() == [*parts, "next"]
    assert [message.key for message in post.platform.accepted] == [
        "reply:1",
        "reply:1#1",
        "reply:1#2",
        "reply:2",
    ]


async def test_each_part_renews_the_lease(
    post: Post,
) -> None:
    class Long(MemoryMessenger):
        def parts(self, reply: Reply) -> Sequence[Reply]:
            return [Reply(text=word) for word in reply.text.split()]

        async def send(self, address: Address, reply: Reply, key: str) -> str:
            await asyncio.sleep(0.06)
            return await super().send(address, reply, key)

    messenger = Long("loopback")
    await post.queue("reply:1", "one two three")
    # A send must begin within the first 50 ms of a lease, and each takes longer than that. One
    # that could not begin in time is given back, without doubt.
    await post.worker(
        messenger, lease=timedelta(seconds=1), send_timeout=timedelta(seconds=0.95)
    ).deliver_due()
    assert [sent.reply.text for sent in messenger.sent] == ["one", "two", "three"]
    assert await post.live() == 0


async def test_a_reply_takes_its_draft_along(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    await post.queue("reply:1", reply=Reply(text="done", draft="stream:1"))
    await post.worker(messenger).deliver_due()
    assert [sent.reply.draft for sent in messenger.sent] == ["stream:1"]
    assert messenger.edited == []


async def test_a_menu_is_answered_in_its_place(post: Post, messenger: LoopbackMessenger) -> None:
    menu = await messenger.send(HERE, Reply(text="Which one?"), "menu")
    await post.queue("reply:1", reply=Reply(text="done", replaces=menu))
    await post.worker(messenger).deliver_due()
    assert post.platform.edited == [(menu, "done")]
    assert await post.live() == 0


async def test_an_edit_whose_outcome_is_unknown_is_repeated_unmarked(
    post: Post, messenger: LoopbackMessenger
) -> None:
    tapped = await messenger.send(HERE, Reply(text="call mom"), "reminder")
    await post.queue("reply:1", reply=Reply(text="call mom, done", replaces=tapped))
    post.platform.script(Fault.FAILED_AFTER)
    await post.worker(messenger).deliver_due()
    post.clock.advance(LEASE)
    await post.worker(messenger).deliver_due()
    assert post.platform.edited == [(tapped, "call mom, done")] * 2


async def test_what_is_gone_is_not_replaced_but_sent_anew(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1", reply=Reply(text="done", replaces="m99"))
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == ["done"]


# --- who cannot be reached ---


async def test_what_is_refused_is_set_aside_and_the_next_goes_on(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reply:1")
    await post.queue("reply:2", "next")
    post.platform.script(Fault.REFUSED)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == ["next"]
    assert await post.live() == 0


@pytest.mark.parametrize("end", ["arrives", "is refused", "stays unknown", "is taken back"])
async def test_a_secret_does_not_outlive_its_delivery(
    post: Post, messenger: LoopbackMessenger, end: str
) -> None:
    token = "s3cret-Token_"
    said = ToolTurn(call_id="c", name="calendar_link", result="made", said=f"/{token}.ics")
    await post.store.run(lambda work: work.turns.append(post.ana.id, 1, said))
    reply = Reply(text=f"/calendar/{token}.ics", secrets=(token,))
    await post.queue("reply:1", reply=reply, about=("row",))
    await post.queue("reply:2", "no secret")
    worker = post.worker(messenger)
    match end:
        case "is refused":
            post.platform.script(Fault.REFUSED)
        case "stays unknown":
            post.platform.script(*[Fault.FAILED_AFTER] * MOST_DOUBTS)
            for _ in range(MOST_DOUBTS):
                await worker.deliver_due()
                post.clock.advance(LEASE)
        case "is taken back":
            await post.store.run(lambda work: work.outbox.withdraw(post.ana.id, "row"))
    await worker.deliver_due()
    assert await post.live() == 0
    assert token not in repr(await given.stored(post.store, "outbox"))
    if end != "is taken back":
        assert token not in repr(await given.stored(post.store, "turns"))
    assert "no secret" in repr(await given.stored(post.store, "outbox"))


async def test_who_blocks_us_is_paused_and_gets_the_reminder_when_they_are_back(
    post: Post, messenger: LoopbackMessenger
) -> None:
    now = post.clock.now()
    local = now.replace(tzinfo=None)
    row = Reminder(text="call mom", at_local=local, zone="UTC", next_local=local, next_at=now)
    row = await post.store.run(lambda work: work.reminders.add(post.ana.id, row))
    due = DueReminders(post.store, post.clock, queued=lambda: None)
    worker = post.worker(messenger)
    post.platform.blocked.add("ana")
    await due.fire()
    await worker.deliver_due()
    paused = await post.store.read(lambda work: work.people.get(post.ana.id))
    assert paused is not None
    assert paused.paused
    await due.fire()
    assert await post.live() == 0
    waiting = await post.store.read(lambda work: work.reminders.get(post.ana.id, row.id))
    assert waiting is not None
    assert waiting.status is ReminderStatus.ACTIVE

    post.platform.blocked.clear()
    await post.store.run(lambda work: work.people.save(replace(paused, paused=False)))
    post.clock.advance(hours=1)
    await due.fire()
    await worker.deliver_due()
    [text] = post.platform.texts()
    assert text.startswith("⏰ call mom (late: was due 09:00)")


async def test_a_chat_that_is_closed_to_us_does_not_pause_who_is_reached_elsewhere(
    post: Post, messenger: LoopbackMessenger
) -> None:
    post.platform.blocked.add("team")
    await post.queue("reminder:1", address=ELSEWHERE, kind=DeliveryKind.REMINDER)
    await post.queue("reply:1", "an answer", address=ELSEWHERE)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts("ana") == ["hello"]
    assert post.platform.texts("team") == []
    person = await post.store.read(lambda work: work.people.get(post.ana.id))
    assert person is not None
    assert not person.paused


# --- late ---


async def test_a_reminder_that_arrives_late_says_when_it_was_due(
    post: Post, messenger: LoopbackMessenger
) -> None:
    await post.queue("reminder:1", "⏰ tea", kind=DeliveryKind.REMINDER)
    await post.queue("reminder:2", "⏰ rice", kind=DeliveryKind.REMINDER, address=ELSEWHERE)
    worker = post.worker(messenger)
    post.platform.script(Fault.LIMITED, Fault.LIMITED)
    await worker.deliver_due()
    post.clock.advance(minutes=6)
    await worker.deliver_due()
    assert sorted(post.platform.texts()) == [
        "⏰ rice (late: was due 09:00)",
        "⏰ tea (late: was due 09:00)",
    ]


async def test_on_another_day_late_names_the_day(post: Post, messenger: LoopbackMessenger) -> None:
    await post.queue("reminder:1", "⏰ tea", kind=DeliveryKind.REMINDER)
    post.clock.advance(days=1)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == ["⏰ tea (late: was due Mon 23 Nov 09:00)"]


async def test_an_answer_is_never_late(post: Post, messenger: LoopbackMessenger) -> None:
    await post.queue("reply:1")
    post.clock.advance(days=1)
    await post.worker(messenger).deliver_due()
    assert post.platform.texts() == ["hello"]


# --- the loop ---


async def test_no_more_are_sent_at_once_than_there_are_slots(post: Post) -> None:
    class Crowd(MemoryMessenger):
        now, most = 0, 0

        async def send(self, address: Address, reply: Reply, key: str) -> str:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.001)
            self.now -= 1
            return await super().send(address, reply, key)

    for n in range(30):
        await post.queue(f"reply:{n}", address=replace(HERE, chat=f"c{n}"))
    crowd = Crowd("loopback")
    worker = post.worker(crowd, slots=4)
    running = asyncio.create_task(worker.run())
    await until(lambda: len(crowd.sent) == 30)
    worker.stop()
    await running
    assert crowd.most == 4
    assert await post.live() == 0


async def sent_by(post: Post, worker: DeliveryWorker, messenger: MemoryMessenger) -> list[float]:
    """Deliver all, moving the clock by hundredths; when each message left, in seconds."""
    start, left = post.clock.now(), list[float]()
    running = asyncio.create_task(worker.run())
    while await post.live():
        for _ in range(10):
            await asyncio.sleep(0.001)
        seconds = (post.clock.now() - start).total_seconds()
        left += [seconds] * (len(messenger.sent) - len(left))
        post.clock.advance(seconds=0.01)
    worker.stop()
    await running
    return left


async def test_a_platform_has_a_pace_of_its_own(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.overall = timedelta(seconds=0.1)
    messenger.parts = lambda reply: [Reply(text=word) for word in reply.text.split()]  # type: ignore[method-assign]
    for n in range(3):
        await post.queue(f"reply:{n}", "one two", address=replace(HERE, chat=f"c{n}"))
    left = await sent_by(post, post.worker(messenger), messenger)
    assert len(left) == 6
    assert all(later - earlier >= 0.08 for earlier, later in pairwise(left))
    assert left[-1] < 1


async def test_a_turn_that_comes_late_frees_the_slot(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.overall = timedelta(seconds=0.1)
    await post.queue("reply:1")
    await post.queue("reply:2", address=ELSEWHERE)
    later = post.clock.now() + timedelta(seconds=60)
    await post.store.run(lambda work: work.outbox.hold("loopback", later))
    worker = post.worker(messenger)
    assert await worker.deliver_due() == 2
    assert messenger.sent == []
    due = await post.store.read(lambda work: work.outbox.next_due())
    assert due == later
    # One that may have been sent keeps its doubt meanwhile.
    await post.queue("reply:3", address=replace(HERE, chat="third"))
    await post.store.run(lambda work: work.outbox.claim(1, LEASE))
    post.clock.advance(LEASE)
    await worker.deliver_due()
    post.clock.set(later + LEASE)
    assert await sent_by(post, worker, messenger) != []
    texts = {sent.key: sent.reply.text for sent in messenger.sent}
    assert texts == {"reply:1": "hello", "reply:2": "hello", "reply:3": f"hello\n{REPEAT}"}


def limited(seconds: float) -> Unavailable:
    return Unavailable("429", retry_after=timedelta(seconds=seconds))


async def test_a_chat_that_is_limited_waits_alone_and_exactly(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.overall = timedelta(milliseconds=1)
    messenger.errors = [limited(7)]
    await post.queue("reply:1")
    worker = post.worker(messenger)
    await worker.deliver_due()
    assert await post.store.read(lambda work: work.outbox.next_due()) == (
        post.clock.now() + timedelta(seconds=7)
    )
    await post.queue("reply:2", address=ELSEWHERE)
    await sleepless(post, worker)
    assert [sent.key for sent in messenger.sent] == ["reply:2"]
    # That went well: the next one to be limited is again alone.
    messenger.errors = [limited(7)]
    await post.queue("reply:3", address=ELSEWHERE)
    await sleepless(post, worker)
    [wait] = await post.store.run(
        lambda work: work.outbox.turns("loopback", 1, timedelta(0), timedelta(0))
    )
    assert wait < timedelta(seconds=1)


async def test_when_one_chat_after_another_is_limited_it_is_the_platform(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.overall = timedelta(milliseconds=1)
    messenger.errors = [limited(7), limited(9)]
    worker = post.worker(messenger, slots=1)
    for key, chat in (("1", "ana"), ("2", "team"), ("3", "third")):
        await post.queue(f"reply:{key}", address=replace(HERE, chat=chat))
        await sleepless(post, worker)
    assert messenger.sent == []
    assert messenger.errors == []
    post.clock.advance(seconds=9)
    assert len(await sent_by(post, worker, messenger)) == 3


async def sleepless(post: Post, worker: DeliveryWorker) -> None:
    """Deliver what is due, moving the clock by as little as turns are apart."""
    delivering = asyncio.create_task(worker.deliver_due())
    while not delivering.done():
        await asyncio.sleep(0.001)
        post.clock.advance(milliseconds=1)
    await delivering


async def test_a_wrong_setting_is_not_the_message_s_fault(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.errors = [Unauthorized("no such bot", setting="PIXIE_TELEGRAM_TOKEN")] * 2
    await post.queue("reply:1")
    worker = post.worker(messenger)
    await worker.deliver_due()
    post.clock.advance(seconds=2)
    await worker.deliver_due()
    assert await post.live() == 1
    assert caplog.text.count("PIXIE_TELEGRAM_TOKEN") == 1
    post.clock.advance(seconds=3)
    await worker.deliver_due()
    assert [sent.reply.text for sent in messenger.sent] == ["hello"]


async def test_between_two_parts_the_end_does_not_wait(post: Post) -> None:
    messenger = MemoryMessenger("loopback")
    messenger.parts = lambda reply: [Reply(text=word) for word in reply.text.split()]  # type: ignore[method-assign]
    await post.queue("reply:1", "one two")
    messenger.pace = timedelta(seconds=1)
    worker = post.worker(messenger)
    running = asyncio.create_task(worker.run())
    # One waits for more to do, one for the second part to be due.
    await until(lambda: bool(messenger.sent) and post.clock.sleepers == 2)
    worker.stop()
    post.clock.advance(seconds=1)
    await running
    post.clock.advance(seconds=1)
    [claim] = await post.store.run(lambda work: work.outbox.claim(9, LEASE))
    assert (claim.doubtful, claim.parts_sent) == (False, 1)


@pytest.mark.parametrize("end", ["stop", "cancel"])
async def test_the_end_waits_for_what_is_being_sent(post: Post, end: str) -> None:
    class Held(MemoryMessenger):
        begun, go = asyncio.Event(), asyncio.Event()

        async def send(self, address: Address, reply: Reply, key: str) -> str:
            self.begun.set()
            await self.go.wait()
            return await super().send(address, reply, key)

    held = Held("loopback")
    held.begun, held.go = asyncio.Event(), asyncio.Event()
    await post.queue("reply:1")
    await post.queue("reply:2", "next")
    worker = post.worker(held)
    running = asyncio.create_task(worker.run())
    await held.begun.wait()
    worker.stop() if end == "stop" else running.cancel()
    await asyncio.sleep(0)
    held.go.set()
    await asyncio.wait({running})
    assert running.cancelled() == (end == "cancel")
    assert [sent.reply.text for sent in held.sent] == ["hello"]
    assert await post.live() == 1
    [claim] = await post.store.run(lambda work: work.outbox.claim(9, LEASE))
    assert not claim.doubtful


async def test_a_wake_sends_at_once_though_the_clock_stands(
    post: Post, messenger: LoopbackMessenger
) -> None:
    worker = post.worker(messenger)
    running = asyncio.create_task(worker.run())
    await until(lambda: post.clock.sleepers > 0)
    await post.queue("reply:1")
    worker.wake()
    await until(lambda: post.platform.texts() == ["hello"])
    worker.stop()
    await running
    assert await post.live() == 0


class Flaky:
    """A store whose next `failures` runs fail before they begin."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.failures = 0

    async def run(self, unit: Unit[object]) -> object:
        if self.failures:
            self.failures -= 1
            raise StorageDown("away")
        return await self._store.run(unit)

    async def read(self, unit: Unit[object]) -> object:
        return await self._store.read(unit)

    async def close(self) -> None: ...


async def test_a_database_that_is_away_for_a_moment_costs_no_second_copy(post: Post) -> None:
    flaky = Flaky(post.store)

    class Breaking(MemoryMessenger):
        async def send(self, address: Address, reply: Reply, key: str) -> str:
            flaky.failures = 3
            return await super().send(address, reply, key)

    breaking = Breaking("loopback")
    await post.queue("reply:1")
    worker = DeliveryWorker(
        flaky,  # type: ignore[arg-type]
        post.clock,
        {"loopback": breaking},
    )
    running = asyncio.create_task(worker.run())
    while await post.live():
        post.clock.advance(seconds=1)
        await asyncio.sleep(0.001)
    worker.stop()
    await running
    assert len(breaking.sent) == 1


async def test_claiming_goes_on_after_a_failure(post: Post) -> None:
    flaky = Flaky(post.store)
    flaky.failures = 2
    messenger = MemoryMessenger("loopback")
    await post.queue("reply:1")
    worker = DeliveryWorker(flaky, post.clock, {"loopback": messenger})  # type: ignore[arg-type]
    running = asyncio.create_task(worker.run())
    while not messenger.sent:
        post.clock.advance(seconds=1)
        await asyncio.sleep(0.001)
    worker.stop()
    await running
    assert len(messenger.sent) == 1
