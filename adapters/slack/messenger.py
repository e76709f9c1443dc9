"""The voice on Slack: sends, edits, whispers, types and drafts through the Web API."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.slack.client import Gone, NoThread, SlackClient, edge_errors
from adapters.slack.drafts import Draft, Drafts
from adapters.slack.interaction import WHISPER
from adapters.slack.places import PLATFORM, Place, place
from adapters.slack.render import Message, parts, render
from core.errors import Refused, Unauthorized, Unreachable
from core.ports import Clock
from core.values import Address, Reply

EVENT_TYPE = "pixie_delivery"
"""Of the metadata that a message bears, https://docs.slack.dev/messaging/message-metadata."""
IN_CHANNEL = timedelta(seconds=1)
"""How far apart messages to one channel are, https://docs.slack.dev/apis/web-api/rate-limits."""
THINKING = "is thinking…"
LOOK_BACK = timedelta(days=1)
"""How old a message is at most that is looked up."""
PAGE = 200
MOST_PAGES = 10

log = logging.getLogger(__name__)


class SlackMessenger:
    """`core.ports.Messenger` for every workspace of a client, which outlives it."""

    platform = PLATFORM
    can_find = True
    can_edit = True
    draft_pause = 1.0
    overall = timedelta(0)

    def __init__(self, client: SlackClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._drafts = Drafts(client)
        self._chats: dict[tuple[str, str], str] = {}

    def apart(self, address: Address) -> timedelta:
        """How far apart messages to one channel are; whispers are no messages of the channel."""
        return timedelta(0) if place(address).only else IN_CHANNEL

    def parts(self, reply: Reply) -> Sequence[Reply]:
        """See `render.parts`."""
        return parts(reply)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        """See `core.ports.Messenger`.

        What one person alone may see is whispered to them where they are, and said in the chat
        with them where that cannot be. A thread that is gone gives way to its channel.
        """
        there = _secretive(place(address), reply)
        if there.only:
            return await self._whisper(there, reply, key)
        there = await self._resolved(there)
        draft = Draft.parse(reply.draft) if reply.draft else None
        if draft is not None:
            try:
                return await self._drafts.finish(there, draft, reply, key, _metadata(key))
            except (Unauthorized, Unreachable):
                raise
            except Refused:
                await self._drafts.discard(there, draft)
        message = render(reply, key, private=there.private)
        return await self._post(there, message, key)

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        """Put the reply into the place of a message, its buttons too.

        A whisper can be changed only while the tap on it is fresh. Raises `Refused` when the
        message is gone, and the other errors of `send`.
        """
        there = _secretive(place(address), reply)
        if not there.only:
            there = await self._resolved(there)
            message = render(reply, private=there.private)
            await self._drafts.update(there, message_id, message)
            if reply.draft and (draft := Draft.parse(reply.draft)):
                await self._drafts.discard(there, draft)
            return
        if not there.answerable(self._clock.now()):
            raise Gone("no response_url that can be used")
        key = message_id.removeprefix(WHISPER) if message_id.startswith(WHISPER) else ""
        body = _body(render(reply, key, buttons=not there.shared, private=not there.shared))
        await self._client.respond(there.response_url, {**body, "replace_original": True})

    async def typing(self, address: Address) -> None:
        """Show in a thread with one person that an answer is being thought of, until it comes.

        Threads that are none of the agent's may not have that; they have their answers all the
        same.
        """
        there = place(address)
        if there.only or not there.private or there.thread is None:
            return
        there = await self._resolved(there)
        web = await self._client.web(there.team)
        try:
            with edge_errors():
                await web.assistant_threads_setStatus(
                    channel_id=there.channel, thread_ts=there.thread or "", status=THINKING
                )
        except Refused as error:
            log.debug("no status is shown: %s", error)

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        """Show the reply so far, where nobody but one person sees it. See `drafts`."""
        there = place(address)
        if there.only or not there.private:
            return None
        return await self._drafts.show(await self._resolved(there), text, ref)

    async def find(self, address: Address, key: str) -> str | None:
        """See `core.ports.Messenger`.

        Looks through the last day of the chat or thread. Raises `Refused` where the app may not
        read: in channels it is only spoken to, and whispers are nowhere to be read.
        """
        there = place(address)
        if there.only and not there.shared:
            raise Refused("whispers cannot be looked up")
        there = await self._resolved(there)
        web = await self._client.web(there.team)
        oldest = f"{(self._clock.now() - LOOK_BACK).timestamp():.6f}"
        cursor = ""
        for _ in range(MOST_PAGES):
            asked: dict[str, Any] = {
                "channel": there.channel,
                "include_all_metadata": True,
                "oldest": oldest,
                "limit": PAGE,
                **({"cursor": cursor} if cursor else {}),
            }
            with edge_errors():
                if there.thread is None:
                    answer = await web.conversations_history(**asked)
                else:
                    answer = await web.conversations_replies(ts=there.thread, **asked)
            for message in answer.get("messages") or []:
                if _key(message) == key:
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    async def close(self) -> None:
        """Clear away what was begun and nobody goes on with."""
        await self._drafts.close()

    async def permalink(self, team: str, channel: str, ts: str) -> str:
        """The web address of a message. Raises as `send` does."""
        web = await self._client.web(team)
        with edge_errors():
            answer = await web.chat_getPermalink(channel=channel, message_ts=ts)
        return str(answer.get("permalink", ""))

    async def chat_with(self, team: str, user: str) -> str:
        """The id of the chat with a person, which is opened if need be. Raises as `send` does."""
        known = self._chats.get((team, user))
        if known is None:
            web = await self._client.web(team)
            with edge_errors():
                answer = await web.conversations_open(users=user)
            known = str((answer.get("channel") or {}).get("id", user))
            self._chats[team, user] = known
        return known

    async def _resolved(self, there: Place) -> Place:
        """The place with its channel's own id instead of a person's."""
        if there.channel[:1] not in ("U", "W"):
            return there
        return replace(there, channel=await self.chat_with(there.team, there.channel))

    async def _post(self, there: Place, message: Message, key: str) -> str:
        web = await self._client.web(there.team)
        try:
            with edge_errors():
                sent = await web.chat_postMessage(
                    channel=there.channel,
                    thread_ts=there.thread,
                    text=message.text,
                    blocks=list(message.blocks),
                    metadata=_metadata(key),
                    mrkdwn=False,
                    unfurl_links=False,
                    unfurl_media=False,
                )
        except NoThread:
            if there.thread is None:
                raise
            return await self._post(replace(there, thread=None), message, key)
        return str(sent.get("ts", ""))

    async def _whisper(self, there: Place, reply: Reply, key: str) -> str:
        """Say it to one person alone, in the best way that is left.

        What was to be shared is shared without its buttons, which only that person could use.
        """
        message = render(reply, key, buttons=not there.shared, private=not there.shared)
        if there.answerable(self._clock.now()):
            kind = "in_channel" if there.shared else "ephemeral"
            more = {"thread_ts": there.thread} if there.thread else {}
            body = {**_body(message), **more, "response_type": kind, "replace_original": False}
            try:
                await self._client.respond(there.response_url, body)
                return f"{WHISPER}{key}"
            except Gone:
                pass
        try:
            if there.shared:
                return await self._post(there, message, key)
            await self._ephemeral(there, message)
            return f"{WHISPER}{key}"
        except Unauthorized:
            raise
        except Refused:
            home = Place(team=there.team, channel=there.only)
            message = render(reply, key, private=True)
            return await self._post(await self._resolved(home), message, key)

    async def _ephemeral(self, there: Place, message: Message) -> None:
        web = await self._client.web(there.team)
        with edge_errors():
            await web.chat_postEphemeral(
                channel=there.channel,
                user=there.only,
                thread_ts=there.thread,
                text=message.text,
                blocks=list(message.blocks),
            )


def _secretive(there: Place, reply: Reply) -> Place:
    """A secret is for one person, even if they asked to share it."""
    return replace(there, shared=False) if reply.secrets else there


def _metadata(key: str) -> dict[str, object]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _key(message: dict[str, Any]) -> str | None:
    """The delivery's key that a message bears."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _body(message: Message) -> dict[str, Any]:
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
