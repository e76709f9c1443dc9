"""What Slack has to tell the app: events, commands and interactions, until the app says yes.

Each is to be acknowledged within 3 seconds. Events that were not are told again: at once, after
a minute and after five more (https://docs.slack.dev/apis/events-api/#error-handling); a command
or an interaction is not, and its person sees that it failed.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.ports import Clock
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.watched import Watched

DEADLINE = 3.0
"""Seconds within which the app has to say yes."""
PAUSES = (0.0, 60.0, 300.0)
"""Seconds before an event is told again, and again."""
EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went. `reason` is what X-Slack-Retry-Reason says of a failure."""

    reason: str = ""
    answer: Any = None
    """What came with the yes: JSON, text, or None."""
    status: int | None = None
    """Of HTTP."""
    never_again: bool = False
    """The app has asked for that (X-Slack-No-Retry)."""

    @property
    def ok(self) -> bool:
        return not self.reason


@dataclass(slots=True, eq=False, kw_only=True)
class Delivery:
    """Something that the app is told."""

    id: str
    """The event_id of events."""
    kind: str
    payload: Json
    deadline: float = DEADLINE
    outcomes: list[Outcome] = field(default_factory=list)
    """Of each attempt."""
    retry: int = 0
    """Which one it is now; 0 is the first."""
    sent: int = 0
    """How often it was sent: within one attempt, again where a connection broke."""
    error: str = ""
    """What the person is told went wrong."""
    over: bool = False
    on_answer: Callable[[Any], None] | None = None
    on_failure: Callable[[str], None] | None = None

    @property
    def acked(self) -> bool:
        """The app has said yes."""
        return any(outcome.ok for outcome in self.outcomes)

    @property
    def answer(self) -> Any:
        """What came with the yes."""
        return next((each.answer for each in self.outcomes if each.ok), None)

    @property
    def retry_reason(self) -> str:
        return self.outcomes[-1].reason if self.outcomes else ""


class Way(Protocol):
    """How the app is told."""

    async def tell(self, delivery: Delivery) -> Outcome:
        """One attempt."""
        ...


class Deliveries:
    """`scale` is how many of the clock's seconds one of Slack's lasts before it tells again."""

    def __init__(self, clock: Clock, watched: Watched, way: Way, scale: float) -> None:
        self.way = way
        self.all: list[Delivery] = []
        """Everything that the app was, or was to be, told, oldest first."""
        self.lost: list[Delivery] = []
        """Events that the app never said yes to."""
        self.duplicated = 0
        """So many of the coming deliveries are told once more after they were acknowledged."""
        self.shuffled: random.Random | None = None
        """Set it, and they come in an order of its own."""
        self._clock = clock
        self._watched = watched
        self._scale = scale
        self._held: list[Delivery] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, delivery: Delivery) -> Delivery:
        self.all.append(delivery)
        if self._held is None:
            self._start(delivery)
        else:
            self._held.append(delivery)
        return delivery

    def again(self, delivery: Delivery, new_id: str = "") -> Delivery:
        """Tell it once more, though it was acknowledged; with another event_id, if one is given."""
        payload = {**delivery.payload, "event_id": new_id} if new_id else delivery.payload
        copy = Delivery(id=new_id or delivery.id, kind=delivery.kind, payload=payload)
        return self.add(copy)

    def hold(self) -> None:
        """Keep what is to be told until `let_go`."""
        self._held = []

    def let_go(self, *, times: int = 1) -> None:
        """Tell what was held, the last first, each so many times."""
        held, self._held = self._held or [], None
        for delivery in reversed(held):
            self._start(delivery)
            for _ in range(times - 1):
                self.again(delivery)

    @property
    def none_left(self) -> bool:
        """The app was told everything, and nothing is kept from it."""
        return not self._tasks and not self._held

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()
        self._watched.touch()

    async def _deliver(self, delivery: Delivery) -> None:
        if self.shuffled is not None:
            await asyncio.sleep(self.shuffled.random() * 0.05)
        outcome = await self._attempt(delivery)
        if delivery.kind == EVENTS:
            for pause in PAUSES:
                if outcome.ok or outcome.never_again:
                    break
                if pause:
                    await self._clock.sleep(pause * self._scale)
                delivery.retry += 1
                outcome = await self._attempt(delivery)
        delivery.over = True
        if outcome.ok:
            self._accepted(delivery, outcome)
        else:
            self._failed(delivery, outcome)
        self._watched.touch()
        if outcome.ok and self.duplicated > 0:
            self.duplicated -= 1
            await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        outcome = await self.way.tell(delivery)
        delivery.outcomes.append(outcome)
        self._watched.touch()
        return outcome

    def _accepted(self, delivery: Delivery, outcome: Outcome) -> None:
        if delivery.on_answer is None:
            return
        try:
            delivery.on_answer(outcome.answer)
        except ApiError as error:
            delivery.error = error.error
            if delivery.on_failure is not None:
                delivery.on_failure(delivery.error)

    def _failed(self, delivery: Delivery, outcome: Outcome) -> None:
        if delivery.kind == EVENTS:
            self.lost.append(delivery)
        # https://docs.slack.dev/interactivity/implementing-slash-commands#responding_with_errors
        slow = outcome.reason == "http_timeout"
        delivery.error = "operation_timeout" if slow else "dispatch_failed"
        if delivery.on_failure is not None:
            delivery.on_failure(delivery.error)
