"""Kills Pixie, and cuts her socket, while people use her on Slack; counts what became of it."""

import asyncio
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from core.people import Person as Owner
from core.ports import Store, TaskQuery, Work
from core.rows import TaskStatus
from core.values import Address, Identity, OwnerId, UserTurn
from db.store import open_store
from scheduler.delivery import REPEAT
from tests.crash.life import EPOCH, FastClock
from tests.crash.slack_life import SlackLife, SlackPoint
from tests.crash.storm import nursery
from tests.fakes.slack import Message, Person, SlackServer
from tests.fakes.slack.deliveries import Delivery

CHILD = "tests.crash.slack_life"
TOKEN = re.compile(r"\bm\d{6}\b")
DM, COMMAND, TAP = "dm", "command", "tap"
EVERY = 0.06
"""Seconds between two things that people do."""
AGAIN = 0.01
"""How long one of Slack's seconds lasts before it tells something again."""
FIRST_LIFE = 30.0
"""Seconds that the first life, with its imports, has to begin."""
PLATFORM = "slack"
DONE = "done ✓"
EVERYTHING = TaskQuery(limit=100_000)


class SlacksClock(FastClock):
    """Shows Pixie's time, and lets seconds be as long as they are: Slack waits three for a yes."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Aftermath:
    """What a storm left. Only what is told first, and `repeats`, may be more than zero."""

    kills: int
    struck: int
    """Kills at the named point; the others came when nothing was left to reach it."""
    cuts: int
    """Ends of the socket while Pixie lived."""
    seconds: float
    messages: int
    commands: int
    taps: int
    failed: int
    """Commands and taps of which Slack told their person that they failed."""
    caught_up: int
    """Messages that were answered before Pixie said yes to any event that told of them."""
    repeats: int
    """Answers that one person alone sees, which nobody can look up, that came again and said that
    they might."""
    lost: int
    """What was acknowledged, or written, and has no answer or no effect; and what has an effect
    without an answer."""
    silent: int
    """Commands and taps that were not acknowledged, and nobody was told."""
    twice: int
    """Tasks that were made twice, and taps that were done twice."""
    unmarked: int
    """Answers that came again without saying that they might, or where they can be looked up."""
    out_of_order: int
    """Effects and answers that overtook those of what was acknowledged before."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Deed:
    """Something that a person did."""

    kind: str
    token: str
    """What it is about."""
    person: Person
    delivery: Delivery
    before: frozenset[str]
    """Tokens of what was acknowledged to them when they did it."""

    @property
    def at_once(self) -> bool:
        """It was acknowledged, and sent no more than once."""
        return self.delivery.sent == 1 and self.delivery.acked


@dataclass(slots=True)
class Crowd:
    """People who write, give commands and tap in turn."""

    slack: SlackServer
    people: list[Person]
    deeds: list[Deed] = field(default_factory=list)
    tapped: set[str] = field(default_factory=set)
    over: bool = False

    async def act(self) -> None:
        """From when Pixie has come for the first time until `over`."""
        await self.slack.until(lambda: self.slack.asked["auth.test"], FIRST_LIFE)
        number = 0
        while not self.over:
            person = self.people[number % len(self.people)]
            self.does(person, (DM, COMMAND, TAP)[number // len(self.people) % 3])
            number += 1
            await asyncio.sleep(EVERY)

    def does(self, person: Person, kind: str) -> None:
        """One deed; who has no card to tap writes instead."""
        mine = [each for each in self.deeds if each.person is person]
        before = frozenset(each.token for each in mine if each.delivery.acked)
        token = f"m{len(self.deeds):06}"
        card = self._card(person) if kind == TAP else None
        match kind:
            case "command":
                delivery = person.commands("/todo", f"{token} errand")
            case "tap" if card is not None:
                (token,) = TOKEN.findall(card.shown)
                self.tapped.add(token)
                delivery = person.taps(card, "Done")
            case _:
                kind = DM
                person.says(f"add a task: {token} errand")
                delivery = self.slack.deliveries.all[-1]
        self.deeds.append(
            Deed(kind=kind, token=token, person=person, delivery=delivery, before=before)
        )

    def _card(self, person: Person) -> Message | None:
        """The newest that was not tapped."""
        for message in reversed(person.chat.from_bot):
            found = TOKEN.findall(message.shown)
            if len(found) == 1 and found[0] not in self.tapped and "Done" in message.labels:
                return message
        return None

    def of(self, *kinds: str) -> list[Deed]:
        return [each for each in self.deeds if each.kind in kinds]


async def slack_storm(
    url: str,
    how: str,
    *,
    kills: int,
    people: int = 12,
    most_hits: int = 30,
    patience: float = 60,
    seed: int = 1,
) -> Aftermath:
    """Let people act while Pixie, who hears them `how`, dies `kills` times.

    A life ends when its point is reached for the second to the `most_hits`th time. Then people
    write while she is not there, of which Slack tells her only when she has answered; for all
    that is left she has `patience` seconds.
    """
    begun = time.time()
    clock = FastClock(begun)
    store = await open_store(url, clock)
    chance = random.Random(seed)
    try:
        async with SlackServer(clock=SlacksClock(begun), scale=AGAIN) as slack:
            crowd = Crowd(slack, [slack.workspace.person(f"Person{n}") for n in range(people)])
            owners = await _settle_in(store, slack, crowd.people)
            life = SlackLife(
                store_url=url,
                platform_url=slack.base_url,
                started=begun,
                token=slack.token,
                app_token=slack.app.app_token,
                signing_secret=slack.app.signing_secret,
                port=_free_port() if how == "requests" else 0,
            )
            if life.port:
                slack.posts_to(f"http://127.0.0.1:{life.port}/slack/events")
            struck = 0
            async with nursery(CHILD) as lives:
                acting = asyncio.create_task(crowd.act())
                cutting = asyncio.create_task(_cut(crowd, random.Random(seed)))
                for n in range(kills):
                    point = list(SlackPoint)[n % len(SlackPoint)]
                    struck += await lives.killed(
                        replace(life, point=point, hit=chance.randint(2, most_hits))
                    )
                crowd.over = True
                await acting
                cuts = await cutting
                slack.hold()
                for person in crowd.people:
                    crowd.does(person, DM)
                untold = crowd.deeds[-people:]
                caught_up = 0

                async def quiet() -> bool:
                    nonlocal untold, caught_up
                    if untold:
                        if all(answers(each) for each in untold):
                            caught_up, untold = len(untold), []
                            slack.let_go(times=2)
                        return False
                    return slack.heard and not await store.run(_waiting)

                await lives.calm(replace(life, point=""), quiet, patience)
            given_up = [each for each in crowd.of(DM) if each.delivery in slack.deliveries.lost]
            lists = [await store.read(partial(_list, owner=owner)) for owner in owners]
            return Aftermath(
                kills=kills,
                struck=struck,
                seconds=round(time.time() - begun, 1),
                cuts=cuts,
                caught_up=caught_up + sum(bool(answers(each)) for each in given_up),
                **_counted(crowd, lists),
            )
    finally:
        await store.close()


async def _settle_in(store: Store, slack: SlackServer, people: Sequence[Person]) -> list[OwnerId]:
    """Everybody is known, without quiet hours and summaries."""
    team = slack.workspace.id

    def unit(work: Work) -> list[OwnerId]:
        owners = []
        for person in people:
            owner = Owner(
                id=OwnerId(""),
                zone=person.tz,
                zone_known=True,
                summary_at=None,
                quiet_from=None,
                quiet_until=None,
                preferred=Address(platform=PLATFORM, workspace=team, chat=person.chat.id),
                created_at=EPOCH,
            )
            identity = Identity(platform=PLATFORM, workspace=team, user=person.id)
            owners.append(work.people.add(owner, identity).id)
        return owners

    return await store.run(unit)


def _free_port() -> int:
    """The same one for every life, so that requests which come meanwhile find nobody."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def _cut(crowd: Crowd, chance: random.Random) -> int:
    """While people act the connection is lost, or Slack wants another; returns how often."""
    sockets, cuts = crowd.slack.sockets, 0
    while not crowd.over:
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        if sockets.open:
            cuts += 1
            if chance.random() < 0.7:
                sockets.cut()
            else:
                with suppress(ConnectionError, RuntimeError):
                    await sockets.disconnect("refresh_requested")
    return cuts


def _waiting(work: Work) -> int:
    return work.inbox.waiting() + work.outbox.live()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What Pixie has of a person."""

    made: list[str]
    """Tokens of their tasks, in the order in which they were made."""
    done: set[str]
    """Those that are completed."""
    said: Counter[str]
    """How often she took each command."""


def _list(work: Work, owner: OwnerId) -> Kept:
    tasks = sorted(work.tasks.find(owner, EVERYTHING), key=lambda task: task.number)
    turns = work.turns.recent(owner, 100_000)
    return Kept(
        made=[token for task in tasks for token in TOKEN.findall(task.title)],
        done={
            token
            for task in tasks
            if task.status is TaskStatus.COMPLETED
            for token in TOKEN.findall(task.title)
        },
        said=Counter(each.turn.text for each in turns if isinstance(each.turn, UserTurn)),
    )


def answers(deed: Deed) -> list[str]:
    """What the deed's person was first shown for it, message by message."""
    found = []
    for message in deed.person.chat.from_bot:
        shown = _first(message)
        if deed.token not in shown:
            continue
        if deed.kind == TAP:
            found += [message.shown] if DONE in message.shown else []
        elif DONE not in shown:
            found.append(shown)
    return found


def _first(message: Message) -> str:
    """What the message said before it was changed."""
    if not message.versions:
        return message.shown
    return Message(message.channel, message.versions[0]).shown


def _counted(crowd: Crowd, lists: list[Kept]) -> dict[str, int]:
    count: Counter[str] = Counter()
    kept = dict(zip(crowd.people, lists, strict=True))
    for deed in crowd.deeds:
        mine, said = kept[deed.person], answers(deed)
        acked, tap = deed.delivery.acked or deed.kind == DM, deed.kind == TAP
        has = deed.token in (mine.done if tap else mine.made)
        count["failed"] += bool(deed.delivery.error) and deed.kind != DM
        count["silent"] += not acked and not deed.delivery.error
        count["lost"] += (acked or has) and not (has and said)
        if len(said) > 1:
            plain = sum(REPEAT not in each for each in said)
            count["unmarked"] += len(said) - 1 if deed.kind == DM else max(plain - 1, 0)
            count["repeats"] += min(len(said) - 1, len(said) - plain)
    for person, mine in kept.items():
        deeds = [each for each in crowd.deeds if each.person is person]
        count["twice"] += len(mine.made) - len(set(mine.made))
        count["twice"] += sum(n - 1 for said, n in mine.said.items() if not TOKEN.search(said))
        adding = [each for each in deeds if each.kind != TAP]
        count["out_of_order"] += overtaken(adding, mine.made)
        for kind in (DM, COMMAND):
            same = [each for each in deeds if each.kind == kind]
            shown = [_first(each) for each in person.chat.from_bot]
            tokens = [token for each in shown if DONE not in each for token in TOKEN.findall(each)]
            count["out_of_order"] += overtaken(same, tokens)
    return {
        "messages": len(crowd.of(DM)),
        "commands": len(crowd.of(COMMAND)),
        "taps": len(crowd.of(TAP)),
        **{
            name: count[name]
            for name in (
                *("failed", "repeats", "lost", "silent"),
                *("twice", "unmarked", "out_of_order"),
            )
        },
    }


def overtaken(deeds: Sequence[Deed], tokens: Sequence[str]) -> int:
    """How many of a person's deeds came, among the tokens of what they did, after a later one.

    Slack tells again what was not acknowledged, and that comes later than what was done meanwhile:
    counted is what was acknowledged before the later one was done, and what was acknowledged at
    once as that was.
    """
    place = {token: at for at, token in reversed(list(enumerate(tokens)))}
    known = [each for each in deeds if each.token in place]
    return sum(
        any(
            place[later.token] < place[deed.token]
            and (deed.token in later.before or (deed.at_once and later.at_once))
            for later in known[at + 1 :]
        )
        for at, deed in enumerate(known)
    )
