"""Kills Pixie while people write to it on Telegram, and counts what became of their messages."""

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, replace

from core.ports import TaskQuery, Work
from core.values import Identity
from db.store import open_store
from scheduler.delivery import REPEAT
from tests.crash.life import FastClock
from tests.crash.storm import A_LIFE, nursery, overtaken
from tests.crash.telegram_life import TelegramLife, TelegramPoint
from tests.fakes.telegram import Person, TelegramServer

TOKEN = re.compile(r"\bm\d{6}\b")
CHILD = "tests.crash.telegram_life"


@dataclass(frozen=True, kw_only=True, slots=True)
class Aftermath:
    """What a storm left. Only `repeats` may be more than zero."""

    kills: int
    struck: int
    """Kills at the named point; the others came when nothing was left to reach it."""
    seconds: float
    messages: int
    lost: int
    """Messages without an answer, or without the task that they asked for."""
    done_twice: int
    """Tasks that were made twice."""
    repeats: int
    """Answers that came again and said that they might."""
    repeats_unmarked: int
    out_of_order: int
    """Answers that overtook an earlier one to the same person."""


async def telegram_storm(
    url: str, *, messages: int, kills: int, people: int = 20, patience: float = 60, seed: int = 1
) -> Aftermath:
    """Let people write while Pixie dies `kills` times; then it has `patience` seconds."""
    begun = time.time()
    clock = FastClock(begun)
    store = await open_store(url, clock)
    chance = random.Random(seed)
    spread = kills * A_LIFE
    try:
        async with TelegramServer() as telegram:
            crowd = [telegram.person(f"Person{n}") for n in range(people)]
            speaking = asyncio.create_task(_speak(crowd, messages, spread))
            life = TelegramLife(
                store_url=url,
                platform_url=telegram.base_url,
                started=begun,
                token=telegram.token,
            )
            struck = 0
            async with nursery(CHILD) as lives:
                for n in range(kills):
                    point = list(TelegramPoint)[n % len(TelegramPoint)]
                    struck += await lives.killed(
                        replace(life, point=point, hit=chance.randint(1, 6))
                    )
                await speaking

                lived = len(telegram.calls("deleteWebhook"))

                async def quiet() -> bool:
                    if len(telegram.calls("deleteWebhook")) == lived:
                        return False
                    return not telegram.updates.live() and not await store.run(_waiting)

                await lives.calm(replace(life, point=""), quiet, patience)
            made = await store.read(lambda work: _made(work, crowd))
            return Aftermath(
                kills=kills,
                struck=struck,
                seconds=round(time.time() - begun, 1),
                messages=messages,
                **_counted(crowd, messages, made),
            )
    finally:
        await store.close()


async def _speak(crowd: list[Person], messages: int, spread: float) -> None:
    for n in range(messages):
        crowd[n % len(crowd)].says(f"add a task: m{n:06} errand")
        await asyncio.sleep(spread / messages)


def _waiting(work: Work) -> int:
    return work.inbox.waiting() + work.outbox.live()


def _made(work: Work, crowd: list[Person]) -> Counter[str]:
    """How often each message's task was made."""
    made: Counter[str] = Counter()
    for person in crowd:
        identity = Identity(platform="telegram", workspace="", user=str(person.id))
        owner = work.people.by_identity(identity)
        if owner is not None:
            titles = " ".join(task.title for task in work.tasks.find(owner.id, TaskQuery()))
            made.update(TOKEN.findall(titles))
    return made


def _counted(crowd: list[Person], messages: int, made: Counter[str]) -> dict[str, int]:
    wanted = {f"m{n:06}" for n in range(messages)}
    answers: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    out_of_order = 0
    for person in crowd:
        first: list[str] = []
        for message in person.chat.from_bot:
            for token in sorted(set(TOKEN.findall(message.text))):
                if not answers[token]:
                    first.append(token)
                answers[token] += 1
                marked[token] += REPEAT in message.text
        out_of_order += overtaken(first)
    repeats = {token: times - 1 for token, times in answers.items() if times > 1}
    return {
        "lost": len(wanted - set(answers)) + len(wanted - set(made)),
        "done_twice": sum(times - 1 for times in made.values()),
        "repeats": sum(repeats.values()),
        "repeats_unmarked": sum(max(times - marked[token], 0) for token, times in repeats.items()),
        "out_of_order": out_of_order,
    }
