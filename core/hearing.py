"""Listening to voice messages: fetched, written down by a model, accounted for."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from core.errors import EdgeError, Unauthorized, UserError
from core.files import fetched
from core.intake import clean
from core.models import Ticket
from core.people import Person
from core.ports import Files, Transcriber
from core.titles import visible
from core.values import AttachmentKind, IncomingMessage, Tokens

log = logging.getLogger(__name__)

PURPOSE = "transcription"
MOST_SECONDS = 600
"""That a voice message may last."""
MOST_WAIT = 60.0
"""Seconds for the model to write it down."""
NOT_NOW = "I could not listen to that just now. Please send it again in a while, or write it to me."
TOO_MUCH = (
    "The budget for language models is used up, so I cannot listen to that. Please write it to me."
)
SILENCE = "I heard no words in that. Please say it again, or write it to me."


class Accounts(Protocol):
    """Who pays: `core.accounts.RowAccounts`."""

    async def reserve_unpriced(self, person: Person, model: str, purpose: str) -> Ticket | None: ...

    async def settle(
        self, person: Person, ticket: Ticket, tokens: Tokens | None, milliseconds: int, outcome: str
    ) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Ears:
    """What writes recordings down, and who pays for it."""

    transcriber: Transcriber
    accounts: Accounts


class Hearing:
    """What people say in voice messages."""

    def __init__(self, ears: Ears, files: Files) -> None:
        self._transcriber = ears.transcriber
        self._accounts = ears.accounts
        self._files = files

    async def heard(self, person: Person, message: IncomingMessage) -> str:
        """The words of a message that is spoken. Raises UserError when they cannot be had."""
        voice = next(one for one in message.attachments if one.kind is AttachmentKind.VOICE)
        if voice.seconds > MOST_SECONDS:
            raise UserError(
                f"That lasts {voice.seconds // 60} minutes; I listen to up to "
                f"{MOST_SECONDS // 60}. Please say it shorter, or write it to me."
            )
        audio = await fetched(self._files, message.address.platform, voice)
        if not audio:
            raise UserError(SILENCE)
        ticket = await self._accounts.reserve_unpriced(person, self._transcriber.name, PURPOSE)
        if ticket is None:
            raise UserError(TOO_MUCH)
        text = clean(await self._transcribed(person, ticket, audio, voice.media_type)).strip()
        if not visible(text):
            raise UserError(SILENCE)
        return text

    async def _transcribed(
        self, person: Person, ticket: Ticket, audio: bytes, media_type: str
    ) -> str:
        time = asyncio.get_running_loop().time
        begun = time()
        tokens: Tokens | None = None
        outcome = "cancelled"
        try:
            async with asyncio.timeout(MOST_WAIT):
                transcript = await self._transcriber.transcribe(audio, media_type)
            outcome, tokens = "ok", transcript.tokens
            return transcript.text
        except TimeoutError:
            log.warning("%s did not answer in time", self._transcriber.name)
            raise UserError(NOT_NOW) from None
        except EdgeError as error:
            outcome = type(error).__name__.lower()
            level = logging.ERROR if isinstance(error, Unauthorized) else logging.WARNING
            log.log(level, "%s failed: %s", self._transcriber.name, error)
            raise UserError(NOT_NOW) from None
        finally:
            took = round((time() - begun) * 1000)
            await asyncio.shield(self._accounts.settle(person, ticket, tokens, took, outcome))
