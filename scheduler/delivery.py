"""The last stretch: what is in the outbox is sent, and what became of it is stored.

At least once. A send that certainly did not happen is tried again; one whose outcome is unknown
stays in flight until its lease ends, comes back doubtful, and is then looked up where the
platform can do that, or sent marked as a possible repeat.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

from core.deliveries import ClaimedDelivery, Delivery, DeliveryKind
from core.errors import EdgeError, Refused, StorageError, Unauthorized, Unavailable, Unreachable
from core.joining import same_chat
from core.loop import idle, report
from core.ports import Clock, Messenger, Store, Work
from core.quiet import is_late
from core.rows import Reminder, ReminderStatus
from core.values import OwnerId, Reply
from core.when.wall import wall
from scheduler.outcomes import Outcomes
from scheduler.pacing import SOON, Pacing
from scheduler.wording import late_words

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
SEND_TIMEOUT = timedelta(seconds=10)
"""For one part; well inside the lease."""
POLL_EVERY = 0.5
"""Seconds between looks for what another process queued."""
DRAIN = 5.0
"""Seconds that sends in hand are given at the end."""
LOOK_SOON = timedelta(seconds=5)
"""Before it is looked up whether a send whose outcome is unknown arrived: by then it can be read
there."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
"""Before another attempt, doubled each time, when the platform names no time itself."""
MOST_DOUBTS = 10
"""Sends of one delivery whose outcome this process did not learn; then it is set aside."""
REPEAT = "(may be a repeat)"


class DeliveryWorker:
    """Claims deliveries and sends them through their platform's messenger.

    At most `slots` are sent at once, and one at a time to each destination, as far apart as its
    messenger says.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messengers: Mapping[str, Messenger],
        *,
        slots: int = 16,
        lease: timedelta = LEASE,
        send_timeout: timedelta = SEND_TIMEOUT,
        random: Random | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._messengers = messengers
        self._slots = slots
        self._pacing = Pacing(store, messengers)
        self._lease = lease
        self._send_timeout = send_timeout.total_seconds()
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._outcomes: Outcomes[bool] = Outcomes(store)
        self._woken = asyncio.Event()
        self._stopping = False
        self._sending: set[asyncio.Task[None]] = set()
        self._doubts: Counter[int] = Counter()
        self._wrong: set[str] = set()
        """Platforms of whose wrong setting the operator knows."""

    def wake(self) -> None:
        """A delivery was queued: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Claim no more, and give what is being sent a few seconds."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `stop` or cancelled; then returns when the sends in hand have ended.

        A send that takes longer than `DRAIN` is abandoned: its delivery comes back doubtful.
        """
        claiming = asyncio.create_task(self._keep_claiming())
        try:
            await asyncio.shield(claiming)
        finally:
            self.stop()
            # A claim that is under way is awaited, or its deliveries would seem to be in flight.
            await asyncio.wait({claiming, *self._sending}, timeout=DRAIN)
            abandoned = {claiming, *self._sending}
            for task in abandoned:
                task.cancel()
            await asyncio.gather(*abandoned, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Send all that can be sent now, and return how many deliveries were claimed."""
        total = 0
        while started := await self._claim():
            total += started
            await asyncio.wait(self._sending)
        return total

    async def _keep_claiming(self) -> None:
        while not self._stopping:
            self._woken.clear()
            free = self._slots - len(self._sending)
            try:
                started = await self._claim()
            except Exception as error:
                report(error, "claiming deliveries failed")
                started = 0
            # Fewer than there was room for: those were all.
            if not started or started < free:
                await idle(self._clock, self._woken, POLL_EVERY)

    async def _claim(self) -> int:
        """Claim as many as there are free slots, and start sending them."""
        free = self._slots - len(self._sending)
        if free <= 0:
            return 0

        def unit(work: Work) -> tuple[list[ClaimedDelivery], dict[int, timedelta]]:
            claims = work.outbox.claim(free, self._lease)
            return claims, self._pacing.reserve(work, claims)

        claims, waits = await self._store.run(unit)
        lease_ends = asyncio.get_running_loop().time() + self._lease.total_seconds()
        for claim in claims:
            wait = waits.get(claim.id, timedelta(0))
            task = asyncio.create_task(self._deliver(claim, lease_ends, wait))
            self._sending.add(task)
            messenger = self._messengers.get(claim.delivery.address.platform)
            apart = messenger is not None and messenger.apart(claim.delivery.address)
            task.add_done_callback(partial(self._sent, again=not apart))
        return len(claims)

    def _sent(self, task: asyncio.Task[None], *, again: bool) -> None:
        """`again`: its destination may have the next one at once, and need not wait a pace."""
        full = len(self._sending) >= self._slots
        self._sending.discard(task)
        if full or again:
            self._woken.set()

    async def _deliver(self, claim: ClaimedDelivery, lease_ends: float, wait: timedelta) -> None:
        key = claim.delivery.key
        try:
            if self._doubts[claim.id] >= MOST_DOUBTS:
                await self._give_up(claim, Refused("its outcome stayed unknown"))
            else:
                await self._send(claim, lease_ends, wait)
            del self._doubts[claim.id]
        except (EdgeError, TimeoutError) as error:
            self._doubts[claim.id] += 1
            log.warning("%s may have been sent: %s", key, type(error).__name__)
            await self._look_soon(claim)
        except Exception as error:
            # A mistake of ours, or no database: as unknown as a broken connection.
            self._doubts[claim.id] += 1
            report(error, f"delivering {key} failed")

    async def _look_soon(self, claim: ClaimedDelivery) -> None:
        """The first time, where that can be looked up, it is looked up soon: what else is to be
        said in that chat waits for it."""
        messenger = self._messengers.get(claim.delivery.address.platform)
        if messenger is None or not messenger.can_find or self._doubts[claim.id] > 1:
            return
        try:
            soon = self._clock.now() + LOOK_SOON
            await self._record(claim, lambda work: work.outbox.doubt(claim, soon))
        except StorageError as error:
            report(error, f"{claim.delivery.key} is looked up when its lease ends")

    async def _send(self, claim: ClaimedDelivery, lease_ends: float, wait: timedelta) -> None:
        """Send what is left of a delivery, part by part, each settled before the next.

        `wait` is how long until its turn on the platform.

        By raising it leaves the delivery in flight, to come back doubtful.
        """
        delivery = claim.delivery
        messenger = self._messengers.get(delivery.address.platform)
        if messenger is None:
            await self._wait(claim, Unavailable("no messenger for this platform"))
            return
        doubtful = claim.doubtful
        blind = doubtful and not messenger.can_find
        parts = messenger.parts(await self._labelled(claim))
        # Fewer parts than were sent: the rendering has changed since. Its last part settles it.
        for index in range(min(claim.parts_sent, len(parts) - 1), len(parts)):
            if wait > SOON:
                late = Unavailable("its turn on the platform comes later", retry_after=wait)
                await self._wait(claim, late, doubtful=doubtful)
                return
            await self._clock.sleep(wait.total_seconds())
            if self._too_late(claim, index, lease_ends):
                if not doubtful:
                    await self._record(
                        claim, lambda work: work.outbox.retry(claim, work.now, "not begun in time")
                    )
                return
            key = delivery.key if index == 0 else f"{delivery.key}#{index}"
            message_id = None
            if doubtful and messenger.can_find:
                try:
                    async with asyncio.timeout(self._send_timeout):
                        message_id = await messenger.find(delivery.address, key)
                except Refused:
                    blind = True
            try:
                if message_id is None:
                    replaces = delivery.reply.replaces if index == 0 else None
                    message_id = await self._say(
                        messenger, delivery, parts[index], key, replaces, again=blind
                    )
            except Unavailable as error:
                if error.retry_after is not None:
                    await self._pacing.limited(delivery.address, error.retry_after)
                await self._wait(claim, error, doubtful=blind)
                return
            except Unauthorized as error:
                # No fault of the message's: it waits until the setting is mended.
                self._tell_operator(messenger.platform, error)
                await self._wait(claim, Unavailable(str(error)), doubtful=blind)
                return
            except Refused as error:
                await self._give_up(claim, error)
                return
            self._pacing.passed(delivery.address)
            self._wrong.discard(messenger.platform)
            doubtful = blind = False
            last = index == len(parts) - 1
            renewed = asyncio.get_running_loop().time() + self._lease.total_seconds()
            apart = messenger.apart(delivery.address)
            if not await self._arrived(claim, index, message_id, apart, lease_ends, last=last):
                log.warning("%s arrived after its lease had ended", key)
                return
            lease_ends = renewed
            if not last:
                await self._clock.sleep(apart.total_seconds())
                wait = await self._pacing.turn(messenger.platform)

    def _tell_operator(self, platform: str, error: Unauthorized) -> None:
        """Once, however much waits: it stays wrong until someone mends it."""
        if platform not in self._wrong:
            self._wrong.add(platform)
            log.error("nothing can be sent on %s: %s. Check %s.", platform, error, error.setting)

    async def _say(
        self,
        messenger: Messenger,
        delivery: Delivery,
        part: Reply,
        key: str,
        replaces: str | None,
        *,
        again: bool,
    ) -> str:
        """Send one part, in the place of the message that it replaces if there is one.

        `again`: it may be there already. An edit can be repeated unseen, a message is marked.
        """
        address = delivery.address
        async with asyncio.timeout(self._send_timeout):
            if replaces is not None:
                try:
                    await messenger.edit(address, replaces, part)
                except Unreachable:
                    raise
                except Refused:
                    if delivery.kind is DeliveryKind.UPDATE:
                        raise
                    log.warning("%s cannot take its message's place and is sent anew", key)
                else:
                    return replaces
            return await messenger.send(address, marked(part) if again else part, key)

    async def _labelled(self, claim: ClaimedDelivery) -> Reply:
        """The reply, which says when it was due if it is a reminder that arrives late."""
        delivery = claim.delivery
        now = self._clock.now()
        if (
            delivery.kind is not DeliveryKind.REMINDER
            or claim.parts_sent
            or not is_late(delivery.due_at, now)
        ):
            return delivery.reply
        person = await self._store.read(lambda work: work.people.get(delivery.owner))
        if person is None:
            return delivery.reply
        late = late_words(delivery.due_at, person, now)
        return replace(delivery.reply, text=f"{delivery.reply.text} {late}")

    def _too_late(self, claim: ClaimedDelivery, index: int, lease_ends: float) -> bool:
        """Sending this part could outlast the lease, or the worker stops between two parts."""
        if self._stopping and index > claim.parts_sent:
            return True
        return asyncio.get_running_loop().time() + self._send_timeout > lease_ends

    async def _arrived(
        self,
        claim: ClaimedDelivery,
        index: int,
        message_id: str,
        apart: timedelta,
        lease_ends: float,
        *,
        last: bool,
    ) -> bool:
        """Store that a part arrived, however often that takes while the lease lasts."""
        address = claim.delivery.address

        def unit(work: Work) -> bool:
            if last:
                settled = work.outbox.settle(claim, message_id, apart)
                if settled:
                    forget_secrets(work, claim.delivery)
                return settled
            if apart:
                work.outbox.pace(address, work.now + apart)
            return work.outbox.settle_part(claim, index, message_id, self._lease)

        while True:
            try:
                return await self._record(claim, unit)
            except Exception as error:
                if asyncio.get_running_loop().time() > lease_ends:
                    raise
                report(error, f"settling {claim.delivery.key} failed")
                await self._clock.sleep(POLL_EVERY)

    async def _record(self, claim: ClaimedDelivery, unit: Callable[[Work], bool]) -> bool:
        return await self._outcomes.record(str(claim.delivery.address), unit)

    async def _wait(
        self, claim: ClaimedDelivery, error: Unavailable, *, doubtful: bool = False
    ) -> None:
        """It was certainly not sent now: again when the platform says, else with patience.

        If an earlier send may have arrived, it stays in flight, so that the doubt is kept.
        """
        wait = error.retry_after
        if wait is None:
            wait = min(FIRST_WAIT * 2 ** min(claim.attempts - 1, 20), LONGEST_WAIT)
            # Those who wait for the same platform do not come back in step.
            wait += wait * self._random.uniform(0, 0.25)
        log.info("%s waits for %.1f s", claim.delivery.key, wait.total_seconds())

        def unit(work: Work) -> bool:
            if doubtful:
                work.outbox.pace(claim.delivery.address, work.now + wait)
                return True
            return work.outbox.retry(claim, work.now + wait, _reason(error))

        await self._record(claim, unit)

    async def _give_up(self, claim: ClaimedDelivery, error: Refused) -> None:
        """Set it aside, but not what it told of.

        What nobody waits for in that chat goes where the person prefers. A person who does not
        take our messages there is paused, and their reminders wait for them.
        """
        delivery = claim.delivery
        log.error("%s will not be sent: %s", delivery.key, type(error).__name__)

        def unit(work: Work) -> bool:
            if not work.outbox.bury(claim, _reason(error)):
                return False
            forget_secrets(work, delivery)
            person = work.people.get(delivery.owner)
            if person is None:
                return True
            preferred = person.preferred
            if preferred is not None and not same_chat(preferred, delivery.address):
                if delivery.kind not in (DeliveryKind.REPLY, DeliveryKind.UPDATE):
                    key = f"{delivery.key}:preferred"
                    # Their owner may have been joined with another while it was sent.
                    again = replace(delivery, key=key, owner=person.id, address=preferred)
                    work.outbox.add(again)
            elif isinstance(error, Unreachable):
                if not person.paused:
                    work.people.save(replace(person, paused=True))
                rearm(work, delivery)
            return True

        await self._record(claim, unit)


def forget_secrets(work: Work, delivery: Delivery) -> None:
    """Blank what must not stay with us once a delivery has left or never will."""
    for secret in delivery.reply.secrets:
        work.turns.redact(_owner(work, delivery), secret)


def rearm(work: Work, delivery: Delivery) -> None:
    """Let the reminders that a delivery told of for the last time go off again, as late ones."""
    for card in delivery.reply.cards:
        row = work.coded(_owner(work, delivery), card.code)
        if isinstance(row, Reminder) and row.status is ReminderStatus.FIRED and card.at:
            work.reminders.arm(
                row.owner,
                row.id,
                next_at=work.now,
                next_local=wall(card.at, row.zone).local,
                status=ReminderStatus.ACTIVE,
            )


def _owner(work: Work, delivery: Delivery) -> OwnerId:
    """Who may have been joined with another while it was sent."""
    person = work.people.get(delivery.owner)
    return delivery.owner if person is None else person.id


def marked(reply: Reply) -> Reply:
    """The reply as one that may have been seen before."""
    return replace(reply, text=f"{reply.text}\n{REPEAT}".lstrip())


def _reason(error: EdgeError) -> str:
    """Why, for the operator: adapters put error codes into their errors, never texts."""
    return f"{type(error).__name__}: {error}"[:200]
