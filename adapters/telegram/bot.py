"""The bot that speaks to Telegram, and what its refusals mean to Pixie."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from adapters.telegram.request import AiohttpRequest, Limited, NotSent
from adapters.telegram.settings import TOKEN_SETTING, TelegramSettings
from core.errors import (
    ConfigError,
    EdgeError,
    Refused,
    Unauthorized,
    Unavailable,
    Unknown,
    Unreachable,
)

_NOBODY = re.compile(
    r"chat not found|user not found|PEER_ID_INVALID|have no rights to send|not enough rights"
    r"|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|need administrator rights|TOPIC_CLOSED",
    re.IGNORECASE,
)
"""400s that say that nothing of ours is taken there."""
_NOT_MODIFIED = re.compile(r"message is not modified", re.IGNORECASE)
_NO_THREAD = re.compile(r"message thread not found|TOPIC_(?:ID_INVALID|DELETED)", re.IGNORECASE)
_SAID = re.compile(r"[A-Za-z][A-Za-z' _/-]{0,80}")
"""What of a refusal is passed on: its words up to the first that could be somebody's."""


class Migrated(Refused):
    """The group has become a supergroup, whose id is `chat`."""

    def __init__(self, chat: str) -> None:
        super().__init__("the group is a supergroup now")
        self.chat = chat


class NotModified(Refused):
    """The message is already as the edit would make it."""


class NoThread(Refused):
    """The topic is gone; its chat is not."""


class PixieBot(Bot):
    """`telegram.Bot` that does not print its token, on `AiohttpRequest`."""

    __slots__ = ()

    @property
    def request(self) -> AiohttpRequest:
        """What makes its requests."""
        request = super().request
        assert isinstance(request, AiohttpRequest)
        return request

    def __repr__(self) -> str:
        return "PixieBot"

    def invite_url(self) -> str:
        """A link that brings an invitation, with "{code}" for its code; "" before `get_me`.

        https://core.telegram.org/bots/features#deep-linking
        """
        try:
            name = self.username
        except RuntimeError:
            return ""
        return f"https://t.me/{name}?start={{code}}" if name else ""


@asynccontextmanager
async def open_bot(settings: TelegramSettings) -> AsyncIterator[PixieBot]:
    """The bot of these settings. Nothing is asked of Telegram yet. Raises ConfigError."""
    if settings.telegram_token is None:
        raise ConfigError(TOKEN_SETTING, "Set the token that @BotFather gave for your bot.")
    async with AiohttpRequest() as request:
        yield PixieBot(
            settings.telegram_token.get_secret_value(),
            base_url=settings.telegram_base_url,
            base_file_url=settings.base_file_url(),
            request=request,
            get_updates_request=request,
        )


@contextmanager
def edge_errors() -> Iterator[None]:
    """What the library raises within, as `core.errors`."""
    try:
        yield
    except TelegramError as error:
        # Its own text, and what caused it, may hold the token or what was said.
        raise edge_error(error) from None


def edge_error(error: TelegramError) -> EdgeError:
    """The table. https://core.telegram.org/bots/api#making-requests"""
    match error:
        case Limited(retry_after=wait):
            return Unavailable("429", retry_after=wait)
        case NotSent():
            return Unavailable(f"not sent: {error.message}")
        case ChatMigrated(new_chat_id=chat):
            return Migrated(str(chat))
        case Forbidden():
            return Unreachable(_said(error))
        # 401 and 404: Telegram knows no such bot.
        case InvalidToken() | EndPointNotFound():
            return Unauthorized("Telegram knows no such bot", setting=TOKEN_SETTING)
        case Conflict():
            return Unavailable("409")
        # A NetworkError to the library, though nothing is wrong with the network.
        case BadRequest(message=told) if _NOT_MODIFIED.search(told):
            return NotModified(_said(error))
        case BadRequest(message=told) if _NO_THREAD.search(told):
            return NoThread(_said(error))
        case BadRequest(message=told) if _NOBODY.search(told):
            return Unreachable(_said(error))
        case BadRequest():
            return Refused(_said(error))
    # Timeouts, resets, 5xx, and answers that nobody can read.
    return Unknown(type(error).__name__)


def _said(error: TelegramError) -> str:
    found = _SAID.match(error.message)
    return found[0] if found else type(error).__name__
