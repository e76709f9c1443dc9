"""Plays a transcript against the whole of Pixie, with an injected clock.

A transcript is a text file:

    now Sun 22 Nov 2026 10:00 Europe/Lisbon
    you    remind me to call mom tomorrow at 2
    pixie  ⏰ #1 call mom · Mon 23 Nov 14:00 (Europe/Lisbon)
              [1] Snooze  [2] Move  [3] Cancel  [4] Undo
    wait until Mon 23 Nov 2026 14:00
    pixie  ⏰ #1 call mom

The zone is what the platform tells; UTC is for one that tells none.

`you` is typed (a number presses a button, "\\n" is a line break). `[…]` before the words is what
comes with them: `[file party.ics]` is that file of `files/`, `[voice call mom at 5]` is spoken,
`[place 38.72 -9.14]`, `[contact Ana Silva; +351 912]`, `[post Ana Silva, 12 Nov: words]`,
`[photo]`. `wait until` and `wait 20
minutes` move the clock and let the scheduler work; `off until` moves it while Pixie is not
running. `restart` throws every part away but the
store. `name says …` speaks as another person. What Pixie prints must be what the transcript
says, line for line; "…" in it stands for anything. Lines with # are comments.

`python -m tests.dialogs.play FILE …` writes what Pixie says today into the files, to be read
before it is committed.
"""

import asyncio
import re
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from adapters.places import OfflinePlaces
from adapters.terminal import PLATFORM, render
from bots.terminal import Numbers
from core.accounts import RowAccounts
from core.budget import Limits
from core.hearing import Ears
from core.models import Models
from core.ports import Store, Transcriber, Work
from core.prices import Prices
from core.values import (
    Address,
    Attachment,
    AttachmentKind,
    Identity,
    IncomingMessage,
    Reply,
)
from db.store import open_store
from db.tables import people, reminders
from db.work import DatabaseWork
from main import Pixie, build
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.files import FakeFiles
from tests.fakes.memory import FakeMemory
from tests.fakes.transcriber import FakeTranscriber

FOLDER = Path(__file__).parent
ATTACHED = re.compile(r"\[(?P<kind>[a-z]+)(?: (?P<what>[^\]]*))?\] ?")
SPEAKER = re.compile(r"(you|pixie|now|wait|off|restart|[a-z]+ says)\b ?(.*)")
INDENT = " " * 7
UNTOLD = "UTC"
LONGEST_STEP = timedelta(minutes=15)
"""Of the clock, while one waits."""
PLACES = OfflinePlaces()
"""The cities of the world, read when one is asked for."""


class Screen:
    """What one person sees."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self.lines: list[str] = []

    def show(self, reply: Reply, key: str) -> None:
        page = render(reply, self.numbers.next(key))
        self.numbers.add(page.buttons)
        self.lines += [line.plain.rstrip() for line in page.lines]


class Screens:
    """`core.ports.Messenger` that shows each delivery on its reader's screen."""

    platform = PLATFORM
    can_find = False
    can_edit = False
    draft_pause = 0.0
    overall = timedelta(0)

    def __init__(self) -> None:
        self._of: dict[str, Screen] = {}
        self.last = ""
        """Message id of what was sent last."""

    def of(self, user: str) -> Screen:
        return self._of.setdefault(user, Screen())

    def apart(self, address: Address) -> timedelta:
        return timedelta(0)

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        self.of(address.chat).show(reply, key)
        self.last = uuid.uuid4().hex
        return self.last

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        self.of(address.chat).show(reply, "")

    async def typing(self, address: Address) -> None:
        """Only what is said is written down."""

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        """Only what is final is written down."""
        return None

    async def find(self, address: Address, key: str) -> str | None:
        return None


class Conversation:
    """Pixie on a store, and a way to talk to her."""

    def __init__(
        self,
        store: Store,
        clock: FakeClock,
        *,
        models: Models | None = None,
        screens: Screens | None = None,
        transcriber: Transcriber | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.zone = "UTC"
        self._models = models
        self.files = FakeFiles()
        self.transcriber = transcriber
        self.limits = Limits()
        self._memory = FakeMemory()
        self._embedder = FakeEmbedder(ready=False)
        self._count = 0
        self.screens = screens or Screens()
        self.restart()

    def restart(self) -> None:
        """Every part anew, over the same rows."""
        self.pixie: Pixie = build(
            self.store,
            self.clock,
            {PLATFORM: self.screens},
            self._memory,
            self._embedder,
            models=self._models,
            public_url="https://pixie.example",
            files={PLATFORM: self.files},
            ears=self._ears(),
            places=PLACES,
            invite_url=lambda: "https://t.me/pixie_bot?start={code}",
        )

    def _ears(self) -> Ears | None:
        if self.transcriber is None:
            return None
        prices = Prices.load(None)
        accounts = RowAccounts(
            self.store, self.clock, prices=prices, limits=self.limits, unpriced=50_000
        )
        return Ears(transcriber=self.transcriber, accounts=accounts)

    async def say(self, text: str, user: str = "local") -> list[str]:
        """Say something and return what Pixie prints until she is done."""
        self._count += 1
        attachments, text = self._attached(text)
        message = IncomingMessage(
            id=f"m{self._count}-{self.clock.now().timestamp()}",
            sender=Identity(platform=PLATFORM, workspace="", user=user),
            address=Address(platform=PLATFORM, workspace="", chat=user),
            text=self.screens.of(user).numbers.typed(text),
            at=self.clock.now(),
            zone="" if self.zone == UNTOLD else self.zone,
            attachments=attachments,
        )
        await self.pixie.intake.accept(message)
        await self.pixie.workers.work_off()
        return await self._printed(user)

    def _attached(self, text: str) -> tuple[tuple[Attachment, ...], str]:
        """What comes with a line, and its words."""
        found: list[Attachment] = []
        while match := ATTACHED.match(text):
            kind, what = match["kind"], (match["what"] or "").strip()
            ref = f"{kind} {what}"
            if kind == "file":
                path = FOLDER / "files" / what
                if path.exists():
                    self.files.put(PLATFORM, ref, path.read_bytes())
            elif kind == "voice":
                self.files.put(PLATFORM, ref, what.encode())
            found.append(self._thing(kind, what, ref))
            text = text[match.end() :]
        return tuple(found), text

    def _thing(self, kind: str, what: str, ref: str) -> Attachment:
        before, _, after = what.partition(";" if kind == "contact" else ":")
        match kind:
            case "file":
                return Attachment(kind=AttachmentKind.DOCUMENT, name=what, ref=ref)
            case "voice":
                return Attachment(kind=AttachmentKind.VOICE, media_type="audio/ogg", ref=ref)
            case "place":
                latitude, longitude = map(float, what.split())
                return Attachment(
                    kind=AttachmentKind.LOCATION, latitude=latitude, longitude=longitude
                )
            case "contact":
                return Attachment(
                    kind=AttachmentKind.CONTACT, name=before.strip(), text=after.strip()
                )
            case "post":
                source, _, day = before.rpartition(", ")
                at = datetime.strptime(f"{day} {self.clock.now().year} +0000", "%d %b %Y %z")
                return Attachment(
                    kind=AttachmentKind.FORWARDED,
                    text=after.strip().replace("\\n", "\n"),
                    source=source,
                    at=at.replace(hour=12),
                )
        return Attachment(kind=AttachmentKind(kind), ref=ref)

    async def wait(self, until: datetime, user: str = "local") -> list[str]:
        """Let the time pass, from one thing that is due to the next, and return what came."""
        lines: list[str] = []
        while self.clock.now() < until:
            later = self.clock.now() + LONGEST_STEP
            self.clock.set(min([until, later, *await next_due(self.store)]))
            await self.pixie.due.fire()
            await self.pixie.summaries.turn()
            lines += await self._printed(user)
        return lines

    async def _printed(self, user: str) -> list[str]:
        await self.pixie.delivery.deliver_due()
        await self.pixie.indexer.catch_up()
        screen = self.screens.of(user)
        lines, screen.lines = screen.lines, []
        return lines


async def next_due(store: Store) -> list[datetime]:
    """When a reminder goes off next, and when a summary is due next."""

    def unit(work: Work) -> list[datetime]:
        assert isinstance(work, DatabaseWork)
        columns = (reminders.c.next_at, people.c.summary_next)
        soonest = [
            work._session.value(sa.select(sa.func.min(each)).where(each > work.now))
            for each in columns
        ]
        return [at for at in soonest if at is not None]

    return await store.read(unit)


async def play(store: Store, clock: FakeClock, script: Sequence[str]) -> list[str]:
    """Play a transcript; returns it as it went, with Pixie's lines as she said them now."""
    conversation = Conversation(store, clock, transcriber=FakeTranscriber())
    went: list[str] = []
    for line in script:
        if not line.strip() or line.startswith("#"):
            went.append(line)
            continue
        found = SPEAKER.fullmatch(line)
        if found is None or found[1] == "pixie":
            continue
        went.append(line)
        who, what = found[1], found[2].strip()
        said: list[str] = []
        if who == "now":
            at, conversation.zone = what.rsplit(" ", 1)
            clock.set(moment(at, conversation.zone))
        elif who == "restart":
            conversation.restart()
        elif who == "off":
            clock.set(until(what, clock, conversation.zone))
            conversation.restart()
        elif who == "wait":
            said = await conversation.wait(until(what, clock, conversation.zone))
        else:
            user = "local" if who == "you" else who.removesuffix(" says")
            said = await conversation.say(what.replace("\\n", "\n"), user)
        went += [f"pixie  {text}" if at == 0 else f"{INDENT}{text}" for at, text in enumerate(said)]
    return [line.rstrip() for line in went]


def moment(text: str, zone: str) -> datetime:
    """A time as transcripts write it."""
    return datetime.strptime(text, "%a %d %b %Y %H:%M").replace(tzinfo=ZoneInfo(zone))


def until(text: str, clock: FakeClock, zone: str) -> datetime:
    """When "until …", or a length of time, is over."""
    if found := re.fullmatch(r"(\d+) (second|minute|hour|day)s?", text):
        return clock.now() + timedelta(**{f"{found[2]}s": int(found[1])})
    return moment(text.removeprefix("until "), zone)


def same(wanted: Sequence[str], went: Sequence[str]) -> bool:
    """Line for line; "…" stands for anything."""
    if len(wanted) != len(went):
        return False
    return all(
        re.fullmatch(".*".join(re.escape(part) for part in want.rstrip().split("…")), got)
        for want, got in zip(wanted, went, strict=True)
    )


def transcripts() -> list[Path]:
    """Every transcript in this folder."""
    return sorted(FOLDER.glob("*.txt"))


@asynccontextmanager
async def _scratch() -> AsyncIterator[tuple[Store, FakeClock]]:
    with tempfile.TemporaryDirectory() as folder:
        clock = FakeClock()
        store = await open_store(f"sqlite:///{folder}/pixie.db", clock)
        try:
            yield store, clock
        finally:
            await store.close()


async def _write(path: Path) -> None:
    wanted = path.read_text("utf-8").splitlines()
    async with _scratch() as (store, clock):
        went = await play(store, clock, wanted)
    if not same(wanted, went):
        path.write_text("\n".join(went) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or [str(path) for path in transcripts()]:
        asyncio.run(_write(Path(name)))
