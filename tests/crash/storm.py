"""Kills Pixie again and again while reminders come due and people write, and counts the damage."""

import asyncio
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from core.people import Person
from core.ports import Store, TaskQuery, Work
from core.rows import Reminder, Task
from core.values import Address, Identity, OwnerId
from core.when.wall import wall
from db.store import open_store
from scheduler.delivery import REPEAT
from tests.crash.life import EPOCH, PLATFORMS, SPEED, FastClock, Life, Point
from tests.fakes.platform import SEVEN_PERCENT, Accepted, FakePlatform

FAR = EPOCH + timedelta(days=3650)
ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"\b[rm]\d{6}\b")
"""What a reminder's text and a message's task are known by: r000017, m000023."""
A_LIFE = 0.9
"""Seconds that a life lasts, about."""
LONGEST_LIFE = 4.0
"""Seconds until a life whose point is not reached is ended anyway."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Damage:
    """What a storm left. Only `duplicates` may be more than zero."""

    kills: int = 0
    struck: int = 0
    """Kills at the named point; the others came when nothing was left to reach it."""
    seconds: float = 0
    sent: int
    """Messages that the platform accepted."""
    lost: int
    """Reminders that were never told, messages never answered, tasks not made."""
    effects_twice: int
    """Tasks made twice, reminders or answers queued twice."""
    duplicates: int
    """Deliveries accepted again, on the platform that cannot look them up."""
    duplicates_unmarked: int
    """Those of them that did not say "(may be a repeat)"."""
    duplicates_findable: int
    """Deliveries accepted again where they can be looked up."""
    out_of_order: int
    """Reminders and answers that overtook an earlier one to the same person."""


async def storm(
    url: str,
    *,
    reminders: int,
    messages: int,
    kills: int,
    people: int = 100,
    replicas: int = 1,
    spread: float | None = None,
    patience: float = 60.0,
    seed: int = 1,
) -> Damage:
    """Make the rows, let it rage, wait for calm, count.

    Reminders come due and messages are said over `spread` seconds, by default about as long as
    the kills take. After the last kill, what is left has `patience` seconds. Half of the people
    sit on each of `PLATFORMS`. `replicas` live and die side by side.
    """
    spread = kills * A_LIFE if spread is None else spread
    begun = time.time()
    clock = FastClock(begun)
    store = await open_store(url, clock)
    try:
        chats = [f"{PLATFORMS[n % 2]}-{n}" for n in range(people)]
        owners = await settle_in(store, chats)
        async with FakePlatform(
            faults=SEVEN_PERCENT, seed=seed, latency=(0.001, 0.01), retry_after=1.0
        ) as platform:
            await plan(store, clock, owners, reminders, spread)
            speaking = asyncio.create_task(speak(platform, chats, messages, spread))
            life = Life(store_url=url, platform_url=platform.url, started=begun)
            most_hits = max((reminders + messages) // max(kills, 1), 5)
            deaths = (
                die(life, range(n, kills, replicas), most_hits, random.Random(seed + n))
                for n in range(replicas)
            )
            struck = sum(await asyncio.gather(*deaths))
            await speaking
            async with nursery() as lives:
                asked = platform.calls["updates"]

                async def quiet() -> bool:
                    left = platform.unheard + await store.run(waiting)
                    return not left and platform.calls["updates"] > asked

                await lives.calm(life, quiet, patience)
            made = await tasks(store, owners)
            damage = count(platform.accepted, reminders, messages, made)
            seconds = round(time.time() - begun, 1)
            return replace(damage, kills=kills, struck=struck, seconds=seconds)
    finally:
        await store.close()


async def die(life: Life, kills: range, most_hits: int, chance: random.Random) -> int:
    """One replica's lives, one after the other; returns how many ended at their point."""
    struck = 0
    async with nursery() as lives:
        for n in kills:
            point = list(Point)[n % len(Point)]
            hit = chance.randint(1, 3 if point.rare else most_hits)
            struck += await lives.killed(replace(life, point=point, hit=hit))
    return struck


@asynccontextmanager
async def nursery(child: str = "tests.crash.child") -> AsyncIterator["Nursery"]:
    """Shows what the lives said on standard error when one of them went wrong."""
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", child),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            yield Nursery(process)
        except BaseException:
            errors.seek(0)
            print(errors.read()[-5000:].decode(errors="replace"), file=sys.stderr)
            raise
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


class Nursery:
    """The process that bears lives, such as `tests.crash.child`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input = process.stdin
        self._output = process.stdout

    async def killed(self, life: Life) -> bool:
        """Begin a life and wait until it is over; True if it ended at its point."""
        pid = await self._begin(life)
        struck = True
        try:
            async with asyncio.timeout(LONGEST_LIFE):
                status = await self._status()
        except TimeoutError:
            struck = False
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            status = await self._status()
        assert status == -signal.SIGKILL, f"a life ended by itself, with status {status}"
        return struck

    async def calm(self, life: Life, quiet: Callable[[], Awaitable[bool]], patience: float) -> None:
        """Let a life work until nothing waits, then end it well. What still waits is lost."""
        pid = await self._begin(life)
        ends = time.monotonic() + patience
        while not await quiet() and time.monotonic() < ends:
            await asyncio.sleep(0.2)
        os.kill(pid, signal.SIGTERM)
        status = await self._status()
        assert status == 0, f"the last life ended with status {status}"

    async def _begin(self, life: Life) -> int:
        self._input.write(life.line())
        await self._input.drain()
        return int(await self._output.readline())

    async def _status(self) -> int:
        return int(await self._output.readline())


async def speak(platform: FakePlatform, chats: list[str], messages: int, spread: float) -> None:
    """Everybody in turn asks for a task."""
    for n in range(messages):
        platform.say(chats[n % len(chats)], f"add a task: m{n:06} errand")
        await asyncio.sleep(spread / messages)


def waiting(work: Work) -> int:
    """How much is still to be done."""
    return work.inbox.waiting() + work.outbox.live() + len(work.reminders.due(FAR, 1))


async def settle_in(store: Store, chats: list[str]) -> list[Person]:
    """A person for each chat, without quiet hours and summaries."""

    def unit(work: Work) -> list[Person]:
        people = []
        for chat in chats:
            platform = chat.partition("-")[0]
            person = Person(
                id=OwnerId(""),
                summary_at=None,
                quiet_from=None,
                quiet_until=None,
                preferred=Address(platform=platform, workspace="", chat=chat),
                created_at=EPOCH,
            )
            identity = Identity(platform=platform, workspace="", user=chat)
            people.append(work.people.add(person, identity))
        return people

    return await store.run(unit)


async def plan(
    store: Store, clock: FastClock, owners: list[Person], reminders: int, spread: float
) -> None:
    """Reminders for everybody in turn, the earlier the lower their number."""
    start = clock.now() + timedelta(seconds=SPEED)

    def batch(first: int) -> Callable[[Work], None]:
        def unit(work: Work) -> None:
            for n in range(first, min(first + 50, reminders)):
                owner = owners[n % len(owners)]
                at = start + timedelta(seconds=spread * SPEED * n / reminders)
                local = wall(at, owner.zone).local
                work.reminders.add(
                    owner.id,
                    Reminder(
                        text=f"r{n:06} stretch",
                        at_local=local,
                        zone=owner.zone,
                        next_local=local,
                        next_at=at,
                    ),
                )

        return unit

    for first in range(0, reminders, 50):
        await store.run(batch(first))


async def tasks(store: Store, owners: list[Person]) -> Counter[str]:
    """How often each message's task was made."""
    made: Counter[str] = Counter()
    for owner in owners:
        found = await store.read(partial(mine, owner=owner.id))
        made.update(TOKEN.findall(" ".join(task.title for task in found)))
    return made


def mine(work: Work, owner: OwnerId) -> list[Task]:
    return work.tasks.find(owner, TaskQuery())


def count(
    accepted: Sequence[Accepted],
    reminders: int,
    messages: int,
    made: Counter[str],
) -> Damage:
    """Compare what people saw and have with what they should."""
    copies: dict[str, list[Accepted]] = defaultdict(list)
    keys: dict[str, set[str]] = defaultdict(set)
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for message in accepted:
        copies[message.key].append(message)
        for token in sorted(set(TOKEN.findall(message.text))):
            if message.key not in keys[token]:
                keys[token].add(message.key)
                seen[message.chat, token[0]].append(token)
    wanted = [f"r{n:06}" for n in range(reminders)] + [f"m{n:06}" for n in range(messages)]
    tasks_wanted = [f"m{n:06}" for n in range(messages)]
    extra = {key: len(same) - 1 for key, same in copies.items() if len(same) > 1}
    findable = {key for key in extra if copies[key][0].chat.startswith(PLATFORMS[1])}
    unmarked = {
        key: sum(REPEAT not in message.text for message in copies[key]) - 1 for key in extra
    }
    return Damage(
        sent=len(accepted),
        lost=sum(token not in keys for token in wanted)
        + sum(not made[token] for token in tasks_wanted),
        effects_twice=sum(len(said) - 1 for said in keys.values())
        + sum(times - 1 for times in made.values()),
        duplicates=sum(number for key, number in extra.items() if key not in findable),
        duplicates_unmarked=sum(max(number, 0) for number in unmarked.values()),
        duplicates_findable=sum(extra[key] for key in findable),
        out_of_order=sum(overtaken(tokens) for tokens in seen.values()),
    )


def overtaken(tokens: Sequence[str]) -> int:
    """How many came after one with a higher number."""
    highest, late = "", 0
    for token in tokens:
        late += token < highest
        highest = max(highest, token)
    return late
