"""Pixie in a process that is killed at a named point, again and again.

`python -m tests.crash.child` reads one `Life` a line from its input and forks for each, so that
only the first has to wait for the imports. It answers with the process id, and with the exit
status when that process has ended. Where and when to die is decided here, in wrappers around the
store and the messengers: Pixie itself knows nothing of it.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import aiohttp

from core.deliveries import ClaimedDelivery, LaneClaim
from core.intake import Intake
from core.ports import Messenger, Store, Unit, Work
from core.values import Address, Identity, IncomingMessage, Reply
from db.store import open_store
from main import build
from scheduler.due import Batch
from tests.crash.life import PLATFORMS, FastClock, Life, Point
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.messenger import LoopbackMessenger

R = TypeVar("R")


class Fate:
    """Counts how often its point is reached, in whatever thread."""

    def __init__(self, life: Life) -> None:
        self._point = life.point
        self._left = life.hit
        self._lock = threading.Lock()

    def reach(self, point: str) -> None:
        if point != self._point:
            return
        with self._lock:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    """A store at whose side one can die."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    async def run(self, unit: Unit[R]) -> R:
        changing = firing = False

        def mortal(work: Work) -> R:
            nonlocal changing, firing
            result = unit(work)
            firing = isinstance(result, Batch) and result.queued > 0
            changing = firing or bool(work.changes or (result and not isinstance(result, Batch)))
            if changing:
                self._fate.reach(Point.BEFORE_COMMIT)
            if firing:
                self._fate.reach(Point.BEFORE_FIRE)
            return result

        result = await self._store.run(mortal)
        if changing:
            self._fate.reach(Point.AFTER_COMMIT)
        if firing:
            self._fate.reach(Point.AFTER_FIRE)
        if claims(result):
            self._fate.reach(Point.AFTER_CLAIM)
        return result

    async def read(self, unit: Unit[R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None:
        await self._store.close()


def claims(result: object) -> bool:
    """Whether a unit that returned this has claimed something."""
    return isinstance(result, list | tuple) and any(
        isinstance(item, ClaimedDelivery | LaneClaim) or claims(item) for item in result
    )


class MortalMessenger:
    """A messenger in whose sends one can die."""

    def __init__(self, messenger: Messenger, fate: Fate) -> None:
        self._messenger = messenger
        self._fate = fate
        self.platform = messenger.platform
        self.can_find = messenger.can_find
        self.can_edit = messenger.can_edit
        self.draft_pause = messenger.draft_pause
        self.overall = messenger.overall

    def apart(self, address: Address) -> timedelta:
        return timedelta(seconds=1)

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return self._messenger.parts(reply)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        self._fate.reach(Point.BEFORE_SEND)
        message_id = await self._messenger.send(address, reply, key)
        self._fate.reach(Point.AFTER_ACCEPT)
        return message_id

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        await self._messenger.edit(address, message_id, reply)

    async def typing(self, address: Address) -> None:
        await self._messenger.typing(address)

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        return await self._messenger.draft(address, text, ref)

    async def find(self, address: Address, key: str) -> str | None:
        return await self._messenger.find(address, key)


async def live(life: Life) -> None:
    """Run all of Pixie until SIGTERM, or until fate strikes."""
    fate = Fate(life)
    clock = FastClock(life.started)
    store = MortalStore(await open_store(life.store_url, clock), fate)
    async with (
        LoopbackMessenger(life.platform_url, PLATFORMS[0]) as blind,
        LoopbackMessenger(life.platform_url, PLATFORMS[1], can_find=True) as finding,
    ):
        messengers: dict[str, Messenger] = {
            messenger.platform: MortalMessenger(messenger, fate) for messenger in (blind, finding)
        }
        pixie = build(store, clock, messengers, FakeMemory(), FakeEmbedder())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, pixie.stop)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(listen(life.platform_url, pixie.intake, clock))
            await pixie.run()
            listening.cancel()
    await store.close()


async def listen(url: str, intake: Intake, clock: FastClock) -> None:
    """Take in what people say. An update is confirmed once it is committed, and all before it."""
    offset = 0
    async with aiohttp.ClientSession() as http:
        while True:
            query = {"offset": str(offset), "limit": "10"}
            async with http.get(f"{url}/updates", params=query) as response:
                updates = await response.json()
            taken = await asyncio.gather(
                *(intake.accept(message(update, clock.now())) for update in updates),
                return_exceptions=True,
            )
            for update, outcome in zip(updates, taken, strict=True):
                if isinstance(outcome, BaseException):
                    print("not taken in:", repr(outcome), file=sys.stderr, flush=True)
                    break
                offset = update["offset"] + 1
            await asyncio.sleep(0.05)


def message(update: dict[str, str], at: datetime) -> IncomingMessage:
    """An update as a message. The chat's name tells its platform."""
    platform = update["chat"].partition("-")[0]
    return IncomingMessage(
        id=update["id"],
        sender=Identity(platform=platform, workspace="", user=update["chat"]),
        address=Address(platform=platform, workspace="", chat=update["chat"]),
        text=update["text"],
        at=at,
    )


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            asyncio.run(live(Life(**json.loads(line))))
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
