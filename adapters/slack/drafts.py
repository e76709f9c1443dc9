"""Replies that are shown while they are written.

In a thread with one person a draft is a stream, https://docs.slack.dev/ai/developing-agents#streaming,
which can only grow; elsewhere, and when a stream has died of idleness, it is a message that is
edited. A draft's ref says which message that is and what a stream shows, so that any process can
finish it.
"""

import asyncio
import hashlib
import logging
import re
from contextlib import suppress
from dataclasses import dataclass

from adapters.slack.client import NotStreaming, SlackClient, edge_errors
from adapters.slack.places import Place
from adapters.slack.render import LONGEST_TEXT, Message, render
from adapters.slack.text import APPENDED, as_markdown, clean
from core.errors import EdgeError, Refused
from core.values import Reply

log = logging.getLogger(__name__)

_REF = re.compile(r"(?P<kind>stream|post):(?P<ts>[\d.]+):(?P<shown>\d+):(?P<digest>[0-9a-f]*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A message that grows."""

    ts: str
    streaming: bool
    shown: int = 0
    """Characters that a stream shows."""
    digest: str = ""
    """Of these characters."""

    @classmethod
    def parse(cls, ref: str) -> "Draft | None":
        """The draft that a ref tells of; None for what is no ref of ours."""
        found = _REF.fullmatch(ref)
        if found is None:
            return None
        return cls(
            ts=found["ts"],
            streaming=found["kind"] == "stream",
            shown=int(found["shown"]),
            digest=found["digest"],
        )

    def ref(self) -> str:
        kind = "stream" if self.streaming else "post"
        return f"{kind}:{self.ts}:{self.shown}:{self.digest}"

    def rest(self, text: str) -> str | None:
        """What of the text is not shown yet; None when it goes on otherwise than what is."""
        return text[self.shown :] if _digest(text[: self.shown]) == self.digest else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


class Drafts:
    """Begins, continues and finishes drafts. Everything raises as `core.ports.Messenger` does."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self._withdrawals: set[asyncio.Task[None]] = set()

    async def show(self, place: Place, text: str, ref: str | None) -> str:
        """Show the text so far; returns the draft's new ref.

        Without a text that is one that nothing goes on with: `finish` replaces all it shows.
        """
        text = clean(text).strip()[:LONGEST_TEXT]
        draft = Draft.parse(ref) if ref else None
        if draft is None:
            return (await self._begun(place, text)).ref()
        if not text:
            return Draft(ts=draft.ts, streaming=draft.streaming).ref()
        if not draft.streaming:
            await self.update(place, draft.ts, render(Reply(text=text), private=True))
            return draft.ref()
        more = draft.rest(text)
        if not more:
            return draft.ref()
        try:
            await self._append(place, draft.ts, more)
        except NotStreaming:
            return Draft(ts=draft.ts, streaming=False).ref()
        return Draft(ts=draft.ts, streaming=True, shown=len(text), digest=_digest(text)).ref()

    async def finish(
        self, place: Place, draft: Draft, reply: Reply, key: str, metadata: dict[str, object]
    ) -> str:
        """Make the draft the reply; returns its message id. Done twice, that is the same.

        Raises `Refused` when the draft is gone.
        """
        message = render(reply, key, private=place.private)
        if draft.streaming:
            text = clean(reply.text).strip()
            rest = draft.rest(text)
            rest_of_it = Reply(cards=reply.cards, buttons=reply.buttons)
            below = render(rest_of_it, key, private=place.private).blocks
            has_more = bool(reply.cards or reply.buttons)
            try:
                if rest is not None and len(as_markdown(rest)) <= APPENDED:
                    await self._stop(
                        place, draft.ts, rest, list(below) if has_more else None, metadata
                    )
                    return draft.ts
                await self._stop(place, draft.ts)
            except NotStreaming:
                pass
        await self.update(place, draft.ts, message, metadata)
        return draft.ts

    async def discard(self, place: Place, draft: Draft) -> None:
        """Take the draft away, if it is there."""
        web = await self._client.web(place.team)
        if draft.streaming:
            with suppress(Refused):
                await self._stop(place, draft.ts)
        with suppress(Refused), edge_errors():
            await web.chat_delete(channel=place.channel, ts=draft.ts)

    async def close(self) -> None:
        """Wait until drafts that nobody finishes are away."""
        await asyncio.gather(*self._withdrawals)

    async def update(
        self,
        place: Place,
        ts: str,
        message: Message,
        metadata: dict[str, object] | None = None,
    ) -> None:
        """Put a message into the place of another. Its metadata stays unless there is a new one."""
        web = await self._client.web(place.team)
        with edge_errors():
            await web.chat_update(
                channel=place.channel,
                ts=ts,
                text=message.text,
                blocks=list(message.blocks),
                metadata=metadata,
            )

    async def _begun(self, place: Place, text: str) -> Draft:
        """A draft whose ref somebody gets: if it begins too late for that, it is taken away."""
        beginning = asyncio.create_task(self._begin(place, text))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            withdrawal = asyncio.create_task(self._withdraw(place, beginning))
            self._withdrawals.add(withdrawal)
            withdrawal.add_done_callback(self._withdrawals.discard)
            raise

    async def _withdraw(self, place: Place, beginning: asyncio.Task[Draft]) -> None:
        try:
            await self.discard(place, await beginning)
        except EdgeError as error:
            log.warning("a draft that nobody finishes may be left: %s", type(error).__name__)

    async def _begin(self, place: Place, text: str) -> Draft:
        web = await self._client.web(place.team)
        if place.thread is None:
            message = render(Reply(text=text), private=True)
            with edge_errors():
                sent = await web.chat_postMessage(
                    channel=place.channel,
                    text=message.text,
                    blocks=list(message.blocks),
                    mrkdwn=False,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            return Draft(ts=str(sent.get("ts", "")), streaming=False)
        with edge_errors():
            sent = await web.chat_startStream(
                channel=place.channel,
                thread_ts=place.thread,
                markdown_text=as_markdown(text),
            )
        return Draft(
            ts=str(sent.get("ts", "")), streaming=True, shown=len(text), digest=_digest(text)
        )

    async def _append(self, place: Place, ts: str, more: str) -> None:
        web = await self._client.web(place.team)
        with edge_errors():
            await web.chat_appendStream(
                channel=place.channel, ts=ts, markdown_text=as_markdown(more)
            )

    async def _stop(
        self,
        place: Place,
        ts: str,
        more: str = "",
        blocks: list[dict[str, object]] | None = None,
        metadata: dict[str, object] | None = None,
    ) -> None:
        web = await self._client.web(place.team)
        with edge_errors():
            await web.chat_stopStream(
                channel=place.channel,
                ts=ts,
                markdown_text=as_markdown(more) or None,
                blocks=blocks,
                metadata=metadata,
            )
