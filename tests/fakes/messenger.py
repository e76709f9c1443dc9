"""Messengers for tests: one in memory, one over real sockets to the loopback platform."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Self

import aiohttp

from core.errors import Refused, Unavailable, Unknown, Unreachable
from core.values import Address, Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message that left."""

    id: str
    address: Address
    reply: Reply
    key: str


class MemoryMessenger:
    """Takes everything and remembers it: what a dialog's transcript is made of.

    `errors` are raised by the coming sends, in order, instead of taking the message; an `Unknown`
    is raised after taking it.
    """

    def __init__(self, platform: str = "terminal", *, can_find: bool = False) -> None:
        self.platform = platform
        self.can_find = can_find
        self.can_edit = True
        self.draft_pause = 0.0
        self.overall = timedelta(0)
        self.pace = timedelta(0)
        self.sent: list[Sent] = []
        self.edited: list[Sent] = []
        self.drafts: list[tuple[Address, str]] = []
        self.typed: list[Address] = []
        self.errors: list[Exception] = []

    def apart(self, address: Address) -> timedelta:
        return self.pace

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        error = self.errors.pop(0) if self.errors else None
        if error is not None and not isinstance(error, Unknown):
            raise error
        message = Sent(id=f"m{len(self.sent) + 1}", address=address, reply=reply, key=key)
        self.sent.append(message)
        if error is not None:
            raise error
        return message.id

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        self.edited.append(Sent(id=message_id, address=address, reply=reply, key=""))

    async def typing(self, address: Address) -> None:
        self.typed.append(address)

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        self.drafts.append((address, text))
        return ref

    async def find(self, address: Address, key: str) -> str | None:
        return next(
            (sent.id for sent in self.sent if sent.key == key and sent.address == address), None
        )


class LoopbackMessenger:
    """The voice of `tests.fakes.platform.FakePlatform`. Texts are cut at `longest` characters."""

    def __init__(
        self,
        url: str,
        platform: str = "loopback",
        *,
        can_find: bool = False,
        longest: int = 4000,
    ) -> None:
        self.platform = platform
        self.can_find = can_find
        self.can_edit = True
        self.draft_pause = 0.0
        self.overall = timedelta(0)
        self.pace = timedelta(0)
        self._url = url
        self._longest = longest
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.close()

    def apart(self, address: Address) -> timedelta:
        return self.pace

    def parts(self, reply: Reply) -> Sequence[Reply]:
        """The first part keeps the cards and buttons."""
        cuts = range(0, max(len(reply.text), 1), self._longest)
        first, *others = (reply.text[cut : cut + self._longest] for cut in cuts)
        return (replace(reply, text=first), *(Reply(text=text) for text in others))

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        body = {"key": key, "chat": address.chat, "text": _text(reply)}
        return str((await self._post("/send", body))["id"])

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        body = {"id": message_id, "chat": address.chat, "text": _text(reply)}
        await self._post("/edit", body)

    async def typing(self, address: Address) -> None:
        """The loopback platform shows no typing."""

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        """Nor drafts."""
        return None

    async def find(self, address: Address, key: str) -> str | None:
        if not self.can_find:
            return None
        query = {"chat": address.chat, "key": key}
        try:
            async with self._session().get(f"{self._url}/find", params=query) as response:
                found = (await response.json())["id"]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("find") from error
        return None if found is None else str(found)

    async def _post(self, path: str, body: dict[str, str]) -> dict[str, str]:
        try:
            async with self._session().post(f"{self._url}{path}", json=body) as response:
                match response.status:
                    case 200:
                        answer: dict[str, str] = await response.json()
                        return answer
                    case 429:
                        wait = timedelta(seconds=float(response.headers["Retry-After"]))
                        raise Unavailable("ratelimited", retry_after=wait)
                    case 403:
                        raise Unreachable("blocked")
                    case 400:
                        raise Refused((await response.json())["error"])
                    case status:
                        raise Unknown(f"status {status}")
        except aiohttp.ClientConnectorError as error:
            raise Unavailable("no connection") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unknown(type(error).__name__) from error

    def _session(self) -> aiohttp.ClientSession:
        assert self._http is not None, "used outside of its context"
        return self._http


def _text(reply: Reply) -> str:
    return "\n".join((reply.text, *(card.line() for card in reply.cards)))
