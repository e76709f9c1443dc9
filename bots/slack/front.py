"""What Slack tells, whichever way it came: committed before Slack is told yes.

https://docs.slack.dev/apis/events-api#responding
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.slack.happened import (
    Edited,
    Happened,
    HomeOpened,
    Me,
    PersonChanged,
    Reacted,
    Removed,
    Said,
    Shortcut,
    Submitted,
    Tapped,
    Unreadable,
)
from adapters.slack.home import page_turned
from adapters.slack.interaction import linked
from adapters.slack.messenger import SlackMessenger
from adapters.slack.people import SlackPerson
from adapters.slack.places import PLATFORM, place
from adapters.slack.read import kind, mentioned, read, team
from bots.slack.following import Following
from bots.slack.home import HomeTab
from bots.slack.members import Members
from bots.slack.modals import Modals
from core import posts
from core.access import belongs, closed_to
from core.deliveries import Delivery
from core.errors import EdgeError, Refused, StorageError, Unavailable
from core.forms import FormName, Opening, asked_by, opened_by
from core.intake import Intake, owner_identity
from core.loop import report
from core.people import Person
from core.ports import Clock, Store, Work
from core.presses import completing
from core.values import Address, Identity, IncomingMessage

log = logging.getLogger(__name__)

DONE = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check", "+1"})
"""Emojis that complete a reminder."""
REACTION_WAITS = (1.0, 4.0)
"""Seconds before one looks again for the message of a reaction."""
GOODBYES = frozenset({"app_uninstalled", "tokens_revoked"})
"""Kinds of payload after which no token works."""
FACTS_WITHIN = 0.9
LINK_WITHIN = 0.5
"""Seconds that who somebody is, and a link, may take: Slack wants its answer within three."""
MOST_KEPT = 100_000
"""Characters that are kept of a payload that could not be read."""
COME_AGAIN = (
    "Slack did not tell me in time who you are, so I have not kept that. Please say it again in a "
    "minute."
)
NEW_TASK, REMIND_ABOUT, MAKE_TASK = "new_task", "remind_about", "make_task"
"""Shortcuts of the manifest."""
Json = dict[str, Any]
TurnAway = Callable[[IncomingMessage], Awaitable[None]]
"""What is done about a stranger's message, which is not kept."""
Uninstalled = Callable[[str, datetime], Awaitable[object]]
"""What is done when a workspace has taken the app out, and when it did."""


class Front:
    """Takes payloads in, from sockets and requests."""

    def __init__(
        self,
        voice: SlackMessenger,
        members: Members,
        home: HomeTab,
        modals: Modals,
        following: Following,
        store: Store,
        intake: Intake,
        clock: Clock,
        *,
        turn_away: TurnAway,
        uninstalled: Uninstalled,
        guests: bool = False,
    ) -> None:
        """`guests`: those who are in the workspace for some channels only are welcome, too, and
        strangers from connected workspaces."""
        self._voice = voice
        self._members = members
        self._home = home
        self._modals = modals
        self._following = following
        self._store = store
        self._intake = intake
        self._clock = clock
        self._turn_away = turn_away
        self._uninstalled = uninstalled
        self._guests = guests
        self._aside: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Something that was taken is still being done beside it."""
        return bool(self._aside)

    def stop(self) -> None:
        """See `run`."""
        self._stopped.set()

    async def run(self) -> None:
        """Until `stop`, and then until what runs beside has ended."""
        await self._stopped.wait()
        await self.close()

    async def take(self, payload: object) -> Json | None:
        """Commit what a payload says; returns what Slack is to be answered besides yes.

        Raises `StorageError` when it could not be kept, and `EdgeError` when Slack does not tell
        who we are: Slack must then be told no, and tells it again.
        """
        try:
            me = await self._members.me(team(payload))
        except Refused:
            if kind(payload) not in GOODBYES:
                raise
            # Nobody can be asked any more.
            me = Me(team=team(payload), user="")
        try:
            others = (each for each in mentioned(payload) if each != me.user)
            names = await self._members.names(me.team, others)
            happened = read(payload, me, self._clock.now(), names)
        except Unreadable as error:
            await self._set_aside(payload, error.reason)
            return None
        try:
            return await self._do(payload, happened, me)
        except Unavailable as error:
            if not isinstance(happened, Said) or not happened.trigger:
                raise
            # Slack tells a command once: who gave it has to come again themselves.
            report(error, "a command is not kept")
            return {"response_type": "ephemeral", "text": COME_AGAIN}
        except (StorageError, EdgeError):
            raise
        except Exception as error:
            report(error, f"a payload of kind {kind(payload)} failed")
            await self._set_aside(payload, type(error).__name__)
            return None

    async def close(self) -> None:
        """Give what runs beside a moment to end."""
        if self._aside:
            await asyncio.wait(self._aside, timeout=1)
        for task in list(self._aside):
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)

    async def _do(self, payload: object, happened: Happened, me: Me) -> Json | None:
        match happened:
            case Said(message=message, trigger=trigger):
                await self._heard(payload, message, trigger)
            case Edited(message=message):
                await self._accept(payload, message)
            case Tapped():
                await self._tapped(payload, happened)
            case Shortcut():
                await self._shortcut(payload, happened)
            case Submitted():
                return await self._submitted(payload, happened)
            case HomeOpened(tab="home"):
                self._beside(self._open_home(happened))
            case HomeOpened():
                await self._greeted(payload, happened.sender, happened.address)
            case Reacted():
                await self._react(payload, happened)
            case PersonChanged(sender=who, user=told):
                # At once: who has become a guest is one in their next message.
                person = self._members.changed(who.workspace, told)
                self._beside(self._following.follow(who, person))
            case Removed(team=gone, at=at):
                self._members.forget(gone)
                await self._uninstalled(gone, at)
        return None

    async def _greeted(
        self, payload: object, who: Identity, address: Address | None = None
    ) -> Person | None:
        """Who it is; somebody new is greeted once, where they are welcome, and is somebody then."""
        person = await self._person(who)
        if person is not None:
            return person
        known = await self._facts(who)
        if known is None or not self._welcome(known):
            # They hear why when they write.
            return None
        hello = IncomingMessage(
            id=f"hello:{who.user}",
            sender=who,
            address=address or await self._members.home(who.workspace, who.user),
            text="/start",
            at=self._clock.now(),
        )
        await self._accept(payload, hello)
        return await self._person(who)

    async def _open_home(self, opened: HomeOpened) -> None:
        who = opened.sender
        if await self._person(who) is None:
            known = await self._facts(who)
            if known is not None and not self._welcome(known):
                await self._home.refuse(who, closed_to(known.membership))
                return
        await self._home.open(who, opened.hash)

    def _welcome(self, known: SlackPerson) -> bool:
        return belongs(known.membership, guests=self._guests)

    # --- messages ---

    async def _heard(self, payload: object, message: IncomingMessage, trigger: str) -> None:
        """A bare command opens its form, where Slack lets us."""
        opening = opened_by(message.text) if trigger else None
        person = None if opening is None else await self._greeted(payload, message.sender)
        if opening is None or person is None:
            await self._accept(payload, message)
            return
        form = self._modals.open(person, message.sender, trigger, opening, message)
        self._beside(self._or_in_words(payload, message, form))

    async def _tapped(self, payload: object, tap: Tapped) -> None:
        page = page_turned(tap.action, tap.value)
        if page is not None:
            self._beside(self._home.turn_page(tap.sender, page, tap.hash))
            return
        message = tap.message
        if message is None:
            return
        opening = opened_by(message.text) if tap.trigger else None
        if opening is None and tap.trigger and tap.view:
            # A menu asks for none of its deeds.
            opening = asked_by(message.text)
        person = None if opening is None else await self._person(owner_identity(message))
        if opening is None or person is None:
            await self._accept(payload, message)
            return
        form = self._modals.open(person, tap.sender, tap.trigger, opening, message)
        self._beside(self._or_in_words(payload, message, form))

    async def _shortcut(self, payload: object, shortcut: Shortcut) -> None:
        message = shortcut.message
        if shortcut.callback == MAKE_TASK and message is not None:
            message = await self._with_link(shortcut, message)
            await self._accept(payload, replace(message, text="task"))
            return
        person = await self._greeted(payload, shortcut.sender)
        if person is None:
            known = self._members.known(shortcut.sender.workspace, shortcut.sender.user)
            why = COME_AGAIN if known is None else closed_to(known.membership)
            self._beside(self._modals.refuse(shortcut.sender, shortcut.trigger, why))
            return
        sender, trigger = shortcut.sender, shortcut.trigger
        opening, words = Opening(name=FormName.TASK), ""
        if shortcut.callback == REMIND_ABOUT and message is not None:
            told = await self._with_link(shortcut, message)
            post = posts.offered(told.attachments[0], "", person, self._clock.now())
            opening, words = Opening(name=FormName.REMINDER), posts.reminder_words(post)
            asked = replace(told, text="remind me about this")
        else:
            asked = IncomingMessage(
                id=f"shortcut:{trigger}",
                sender=sender,
                address=await self._members.home(sender.workspace, sender.user),
                text="/task",
                at=self._clock.now(),
            )
        form = self._modals.open(person, sender, trigger, opening, message, words)
        self._beside(self._or_in_words(payload, asked, form))

    async def _with_link(self, shortcut: Shortcut, message: IncomingMessage) -> IncomingMessage:
        """With what leads back to the message that the shortcut was chosen of, if Slack tells."""
        if shortcut.origin is None:
            return message
        channel, ts = shortcut.origin
        try:
            async with asyncio.timeout(LINK_WITHIN):
                link = await self._voice.permalink(shortcut.sender.workspace, channel, ts)
        except (EdgeError, TimeoutError) as error:
            log.info("a message's link is not known: %s", type(error).__name__)
            return message
        return linked(message, link)

    async def _accept(self, payload: object, message: IncomingMessage) -> None:
        """Raises `Unavailable` when Slack does not tell who somebody new is."""
        message = replace(message, passing=bool(place(message.address).only))
        known = await self._facts(message.sender)
        if known is None and await self._person(owner_identity(message)) is None:
            raise Unavailable("who writes is not known")
        if known is not None:
            message = replace(
                message,
                name=known.name,
                zone=message.zone or known.zone,
                locale=known.locale,
                clock_24h=known.clock_24h,
                membership=known.membership,
                home=await self._home_of(message),
            )
            # Who is let in stays so; a group answers nobody who would not be.
            if message.group and not self._welcome(known):
                self._beside(self._turned_away(message))
                return
        try:
            accepted = await self._intake.accept(message)
        except StorageError:
            raise
        except Exception as error:
            report(error, "a message could not be kept")
            await self._set_aside(payload, type(error).__name__)
            return
        if accepted.owner is None:
            self._beside(self._turned_away(message))

    async def _facts(self, who: Identity) -> SlackPerson | None:
        """What Slack knows of somebody, if it tells in time."""
        known = self._members.known(who.workspace, who.user)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(FACTS_WITHIN):
                known = await self._members.about(who.workspace, who.user)
        except (EdgeError, TimeoutError) as error:
            log.info("who writes is not known: %s", type(error).__name__)
            return None
        # What has changed while Pixie was away nobody tells.
        self._beside(self._following.follow(who, known))
        return known

    async def _home_of(self, message: IncomingMessage) -> Address:
        """Where its owner is written to first: a channel, or the chat with a person."""
        if message.group or (message.address.chat.startswith("D") and not message.passing):
            return replace(message.address, thread=None)
        return await self._members.home(message.sender.workspace, message.sender.user)

    async def _turned_away(self, message: IncomingMessage) -> None:
        try:
            await self._turn_away(message)
        except Exception as error:
            report(error, "a stranger was not answered")

    # --- modals ---

    async def _submitted(self, payload: object, filled: Submitted) -> Json | None:
        person = await self._person(filled.sender)
        if person is None:
            return None
        asked = await self._modals.submitted(person, filled)
        if not isinstance(asked, IncomingMessage):
            return asked
        await self._accept(payload, asked)
        return None

    async def _or_in_words(
        self, payload: object, message: IncomingMessage, form: Coroutine[Any, Any, None]
    ) -> None:
        """Where no form can be opened, the command asks in words."""
        try:
            await form
        except EdgeError as error:
            log.info("no form could be opened: %s", type(error).__name__)
            await self._accept(payload, message)

    # --- the rest ---

    async def _react(self, payload: object, reaction: Reacted) -> None:
        if reaction.emoji in DONE and not await self._completed(payload, reaction.message):
            self._beside(self._react_later(payload, reaction.message))

    async def _react_later(self, payload: object, reaction: IncomingMessage) -> None:
        """The reaction may have overtaken the news that its message was sent."""
        for seconds in REACTION_WAITS:
            await self._clock.sleep(seconds)
            if await self._completed(payload, reaction):
                return

    async def _completed(self, payload: object, reaction: IncomingMessage) -> bool:
        """False when the message is not known, or not yet."""

        def unit(work: Work) -> Delivery | None:
            owner = work.people.by_identity(owner_identity(reaction))
            if owner is None or reaction.replies_to is None:
                return None
            return work.outbox.shown_by(owner.id, reaction.replies_to, reaction.address)

        shown = await self._store.read(unit)
        command = None if shown is None else completing(shown.reply)
        if shown is not None and command is not None:
            # A reaction does not tell the thread, which is where its message was sent.
            await self._accept(payload, replace(reaction, text=command, address=shown.address))
        return shown is not None

    async def _person(self, identity: Identity) -> Person | None:
        return await self._store.read(lambda work: work.people.by_identity(identity))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._reported(work))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def _reported(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            report(error, "something beside a message failed")

    async def _set_aside(self, payload: object, reason: str) -> None:
        body = _json(payload)
        number = payload.get("event_id") if isinstance(payload, Mapping) else None
        if not isinstance(number, str):
            number = hashlib.sha256(body.encode()).hexdigest()
        what = kind(payload)

        def unit(work: Work) -> bool:
            return work.set_aside.put(PLATFORM, number, what, body, reason)

        if await self._store.run(unit):
            log.error("a payload of kind %s was set aside: %s", what, reason)


def _json(payload: object) -> str:
    try:
        return json.dumps(payload)[:MOST_KEPT]
    except (ValueError, TypeError, RecursionError):
        return ""
