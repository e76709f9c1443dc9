"""Pixie on Slack and the people before her: what each line of a transcript does there."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import yaml

from adapters.slack.settings import SlackSettings
from adapters.terminal import PLATFORM as TERMINAL
from bots.slack.catch_up import CatchUp
from bots.slack.front import Front
from bots.slack.home import HomeTab
from core.intake import either, only
from core.models import Models
from core.ports import Store
from main import Pixie, slack_members
from tests.dialogs import play as terminal
from tests.dialogs import stage
from tests.dialogs.slack.reading import Reader, has
from tests.dialogs.stage import INDENT, meant, shortened
from tests.fakes import llm
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Accepted, App, Channel, Message, Person, SlackServer, View
from tests.fakes.slack.channels import elements, label, offered
from tests.slack_whole import whole

MANIFEST = yaml.safe_load((Path(__file__).parents[3] / "deploy/slack-manifest.yaml").read_text())
ACTS = re.compile(
    r"(?P<who>[a-z]+)(?: (?P<act>in|answers|edits|deletes|commands|taps|ticks|fills|submits|closes"
    r"|looks at|reacts|moves to|uses|shares)\b ?(?P<what>.*?))?(?:  (?P<words>.*))?"
)
MENTION = re.compile(r"@([a-z]+)\b")
PIXIE = "pixie"
WELCOME = either(only(TERMINAL), slack_members(SlackSettings()))
UNSEEN = ("chat.getPermalink", "conversations.", "views.publish")
"""Calls that leave nothing in a chat; a home is looked at by itself."""
BRISK: ContextVar[bool] = ContextVar("brisk", default=False)
"""Whoever waits here waits for the pace of a channel, or between two questions."""
SHORT = 4.0
"""Seconds; longer waits are for other things."""
Json = dict[str, Any]
Part = TypeVar("Part")


class PacedClock(FakeClock):
    """A `FakeClock` that goes on by itself where one waits for the pace of a channel."""

    async def sleep(self, seconds: float) -> None:
        if BRISK.get() and 0 < seconds < SHORT:
            self.advance(seconds=seconds)
            seconds = 0
        await super().sleep(seconds)


def manifested() -> App:
    """The app as an admin has created it from the manifest, with no right more."""
    features, bot = MANIFEST["features"], MANIFEST["oauth_config"]["scopes"]["bot"]
    return App(
        scopes=tuple(bot),
        events=set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]),
        commands=frozenset(each["command"] for each in features["slash_commands"]),
    )


class Stage(stage.Stage):
    """Pixie on a store and a Slack, and people who talk to her."""

    arrangements = ("channel ", "guest ", "stranger ", "on ", "model says ", "repeats")

    def __init__(self, how: str, store: Store, clock: FakeClock, slack: SlackServer) -> None:
        super().__init__(store, clock)
        self._how = how
        self._slack = slack
        self._people: dict[str, Person] = {}
        self._channels: dict[str, Channel] = {}
        self._told_before = 0
        self._failed: dict[str, int] = {}
        self._wrong: dict[str, dict[str, str]] = {}
        self._homes: dict[str, list[str]] = {}
        self._model = llm.ScriptedLLM([])
        self._models: Models | None = None

    # --- Pixie ---

    def _whole(self) -> AbstractAsyncContextManager[Pixie]:
        return whole(
            self._how,
            self._store,
            self._clock,
            self._slack,
            moves=False,
            admit=WELCOME,
            others=[self._terminal],
            models=self._models,
        )

    def _part(self, kind: type[Part]) -> Part:
        """The one whose loop runs."""
        for loop in self.pixie.loops:
            if isinstance(found := getattr(loop, "__self__", None), kind):
                return found
        raise LookupError(kind.__name__)

    async def _ready(self) -> None:
        if self._how == "socket":
            while not await self.pixie.checks["slack"]():
                await asyncio.sleep(0.002)
        await self._through(self._part(CatchUp).turn())

    async def _taken(self) -> None:
        while not self._slack.heard or self._part(Front).busy:
            await asyncio.sleep(0.001)

    async def _through(self, work: Coroutine[Any, Any, object]) -> None:
        """Let it come to its end, and the clock go on where it waits for its own pace."""
        brisk = BRISK.set(True)
        try:
            await work
        finally:
            BRISK.reset(brisk)

    def _hold(self) -> None:
        self._slack.hold()

    def _let_go(self, times: int) -> None:
        self._slack.let_go(times=times)

    async def _move(self, what: str, words: str) -> list[str]:
        if what != "off" or words:
            return await super()._move(what, words)
        await self._running.aclose()
        self._held = True
        return []

    async def _arrange(self, what: str, words: str) -> None:
        match what:
            case "channel":
                name, _, names = words.partition(": ")
                people = [self._person(each) for each in names.split(", ")]
                self._channels[name] = self._slack.workspace.channel(name, *people)
            case "guest" | "stranger":
                self._people[words] = self._new(words, **{what: True})
            case "on":
                # Slack has tried in vain all that time, and given up.
                while not self._slack.heard:
                    await asyncio.sleep(0.005)
                    self._clock.advance(minutes=1)
                end = terminal.until(words, self._clock, self.zone)
                self._clock.set(max(end, self._clock.now()))
                self._held = False
                await self.start()
            case "model":
                self._model.script.append(meant(words.removeprefix("says").strip()))
                if self._models is None:
                    self._models = llm.models([self._model], self._clock, [self._model])
                    await self.start()
            case "repeats":
                last = self._slack.deliveries.all[-1]
                self._slack.deliveries.again(last, f"{last.id}X" if words else "")

    # --- what people do ---

    def _new(self, name: str, **roles: Any) -> Person:
        return self._slack.workspace.person(name.capitalize(), tz=self.zone, **roles)

    def _person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = self._new(name)
        return self._people[name]

    def _typed_by(self, words: str) -> str:
        """What is sent for words in which somebody is mentioned."""

        def mention(found: re.Match[str]) -> str:
            if found[1] == PIXIE:
                return f"<@{self._slack.workspace.bot_user}>"
            return f"<@{self._people[found[1]].id}>" if found[1] in self._people else found[0]

        return MENTION.sub(mention, self._meant(words))

    def _act(self, line: str) -> list[str]:
        found = ACTS.fullmatch(line)
        if found is None:
            raise ValueError(f"nobody can play {line!r}")
        who, what = self._person(found["who"]), found["what"] or ""
        words = self._typed_by(found["words"] or "")
        match found["act"]:
            case None:
                who.says(words)
            case "in":
                who.says(words, self._channels[what])
            case "answers":
                who.says(words, thread=self._message(who, what, lasts=True))
            case "edits":
                who.edits(self._message(who, what, own=True), words)
            case "deletes":
                who.deletes(self._message(who, what, own=True))
            case "commands":
                name, _, channel = what.partition(" in ")
                who.commands(name, words, self._channels[channel] if channel else None)
            case "taps" | "ticks":
                return self._tap(who, what)
            case "fills":
                assert who.modal is not None
                who.picks(who.modal, what, words or None)
            case "submits":
                return self._submit(who)
            case "closes":
                who.closes()
            case "looks at":
                who.opens_home(what)
            case "reacts":
                emoji, _, on = what.partition(" to ")
                who.reacts(self._message(who, on, lasts=True), emoji)
            case "moves to":
                who.changes_zone(what)
            case "uses":
                self._use(who, what)
        return []

    def _submit(self, who: Person) -> list[str]:
        try:
            who.submits()
        except ValueError as error:
            # Slack does not let them.
            return [f"slack → {self._name(who)}  {error}"]
        return []

    def _tap(self, who: Person, what: str) -> list[str]:
        """A button, an option of a menu, or a box; with what Slack asks before."""
        what, _, on = what.partition(" on ")
        label_, at_home, _ = what.partition(" in home")
        where: Message | View
        if at_home:
            assert who.home is not None
            where = who.home
            block, element = _offering(where, label_, on.strip('"'))
        elif borrowed := re.fullmatch(r"(\w+)'s (.*)", label_):
            owner = self._person(borrowed[1])
            block, element = self._message(owner, on, button=borrowed[2]).element(borrowed[2])
            label_, where = borrowed[2], self._message(who, "", button=borrowed[2])
        else:
            where = self._message(who, on, button=label_)
            block, element = where.element(label_)
        options = [each["text"]["text"] for each in offered(element)]
        who.taps_element(where, block, element, label_ if label_ in options else None)
        if confirm := element.get("confirm"):
            said = {name: confirm[name]["text"] for name in ("title", "text", "confirm", "deny")}
            asked = f"{said['title']} {said['text']} [{said['confirm']}] [{said['deny']}]"
            return [f"slack asks {self._name(who)}  {asked}"]
        return []

    def _use(self, who: Person, what: str) -> None:
        """A shortcut, by its name."""
        name, _, on = what.partition(" on ")
        shortcuts = {
            each["name"]: each["callback_id"] for each in MANIFEST["features"]["shortcuts"]
        }
        if on:
            who.message_shortcut(shortcuts[name], self._message(who, on, lasts=True))
        else:
            who.shortcut(shortcuts[name])

    def _message(
        self, who: Person, on: str, *, button: str = "", own: bool = False, lasts: bool = False
    ) -> Message:
        """The newest that the person sees with these words and this button.

        `lasts`: it is no whisper, on which one can only tap. Raises: LookupError.
        """
        words = meant(on.strip('"'))
        channels = [who.chat, *(one for one in self._channels.values() if who.id in one.members)]
        found = [
            message
            for channel in channels
            for message in channel.messages
            if message.seen_by in ("", who.id)
            and has(words, message)
            and (not button or button in _pressable(message))
            and (not own or message.user == who.id)
            and not (lasts and message.ephemeral)
        ]
        if not found:
            seen = [channel.messages for channel in channels]
            raise LookupError(f"{who.name} sees no {on!r} {button!r} in {seen}")
        return max(found, key=lambda message: float(message.ts))

    # --- what they see ---

    async def _shown(self) -> list[str]:
        await self._part(HomeTab).turn()
        new = self._slack.accepted[self._told_before :]
        self._told_before += len(new)
        lines = [line for each in new for line in self._told(each)]
        for person in self._people.values():
            lines += self._told_to(person)
        return [shortened(line) for line in lines]

    def _told(self, done: Accepted) -> Iterator[str]:
        """A request that people see something of."""
        match done.method:
            case "chat.postMessage":
                yield from self._message_lines(done, "")
            case "chat.update" | "chat.stopStream":
                yield from self._message_lines(done, ", edited")
            case "chat.postEphemeral" | "response_url":
                replaced = done.params.get("replace_original")
                yield from self._message_lines(done, ", edited" if replaced else "")
            case "chat.startStream" | "chat.appendStream":
                words = str(done.params.get("markdown_text", ""))
                message = self._found(done)
                yield f"pixie → {self._where(message)}, streaming  {words}"
            case "chat.delete":
                yield f"pixie → {self._where(self._found(done))}, deleted"
            case "assistant.threads.setStatus":
                if status := done.params.get("status"):
                    yield f"pixie {status}"
            case "views.open":
                yield from self._modal(done)
            case name if not name.startswith(UNSEEN):
                yield f"pixie calls {name}"

    def _found(self, done: Accepted) -> Message:
        """The message that it made or changed."""
        for channel in self._slack.workspace.channels.values():
            for message in channel.messages_ever:
                if message.ts == done.ts:
                    return message
        raise LookupError(f"{done.method} made nothing")

    def _message_lines(self, done: Accepted, how: str) -> Iterator[str]:
        message = self._found(done)
        json = done.result.get("message") or message.json
        first, *more = self._reader(message).message(json)
        yield f"pixie → {self._where(message)}{how}  {first}"
        yield from (f"{INDENT}{line}".rstrip() for line in more)

    def _where(self, message: Message) -> str:
        """Whose chat or which channel, and who alone sees it there."""
        channel = message.channel
        names = {person.id: name for name, person in self._people.items()}
        where = channel.name or next(names[each] for each in channel.members if each in names)
        if message.in_thread:
            where += ", in a thread"
        if message.seen_by:
            where += f", only {names[message.seen_by]} sees it"
        return where

    def _reader(self, message: Message) -> Reader:
        """Whoever reads it, in their zone."""
        zones = {person.id: person.tz for person in self._people.values()}
        readers = [message.seen_by, *message.channel.members]
        zone = next((zones[each] for each in readers if each in zones), self.zone)
        return Reader(zone, self._clock.now())

    def _modal(self, done: Accepted) -> Iterator[str]:
        opened = done.result["view"]["id"]
        for name, person in self._people.items():
            for view in self._slack.workspace.views.open_for(person):
                if view.id == opened:
                    yield from self._view_lines(f"pixie shows {name}", person, view)

    def _view_lines(self, who: str, person: Person, view: View) -> Iterator[str]:
        yield f"{who}  “{view.title}”"
        lines = Reader(person.tz, self._clock.now()).view(view)
        yield from (f"{INDENT}{line}" for line in lines)

    def _told_to(self, person: Person) -> Iterator[str]:
        """What stands in their forms and homes now, and what Slack says went wrong."""
        name = self._name(person)
        for view in self._slack.workspace.views.open_for(person):
            if view.errors and view.errors != self._wrong.get(view.id):
                yield from self._view_lines(f"pixie shows {name}, not taken", person, view)
            self._wrong[view.id] = view.errors
        failures = person.failures[self._failed.get(name, 0) :]
        self._failed[name] = len(person.failures)
        yield from (f"slack → {name}  {failure}" for failure in failures)
        if person.home is not None:
            yield from self._home(name, Reader(person.tz, self._clock.now()).view(person.home))

    def _home(self, name: str, lines: list[str]) -> Iterator[str]:
        """All of it at first, then the lines that went and came."""
        before = self._homes.get(name)
        self._homes[name] = lines
        if before is None:
            yield f"home of {name}"
            yield from (f"{INDENT}{line}" for line in lines)
        elif before != lines:
            yield f"home of {name}, drawn anew"
            yield from (f"{INDENT}- {line}" for line in before if line not in lines)
            yield from (f"{INDENT}+ {line}" for line in lines if line not in before)

    def _name(self, person: Person) -> str:
        return next(name for name, one in self._people.items() if one is person)


def _offering(home: View, wanted: str, words: str) -> tuple[Json, Json]:
    """The block with these words, and what in it is called so. Raises: LookupError."""
    for block, element in elements(home.blocks):
        names = [label(element), *(each["text"]["text"] for each in offered(element))]
        if wanted in names and words in str(block):
            return block, element
    raise LookupError(f"no {wanted!r} on {words!r} in {home.shown}")


def _pressable(message: Message) -> list[str]:
    """What can be named in a message: labels, and options of menus."""
    found = [element for _, element in elements(message.blocks)]
    options = [each["text"]["text"] for element in found for each in offered(element)]
    return [label(element) for element in found] + options
