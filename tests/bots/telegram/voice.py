"""The least that Telegram needs to hear answers."""

from collections.abc import Sequence

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from core.errors import Refused, Unavailable, Unknown, Unreachable
from core.values import Address, Reply


class Voice:
    """`core.ports.Messenger` of a bot: plain text and buttons."""

    platform = "telegram"
    can_find = False
    draft_pause = 60.0

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def parts(self, reply: Reply) -> Sequence[Reply]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        text = "\n".join([reply.text, *(card.line() for card in reply.cards)]).strip()
        buttons = [*(b for card in reply.cards for b in card.buttons), *reply.buttons]
        rows = [[InlineKeyboardButton(b.label, callback_data=b.command)] for b in buttons]
        try:
            message = await self._bot.send_message(
                address.chat,
                text,
                message_thread_id=int(address.thread) if address.thread else None,
                reply_markup=InlineKeyboardMarkup(rows) if rows else None,
            )
        except RetryAfter as error:
            raise Unavailable from error
        except Forbidden as error:
            raise Unreachable from error
        except BadRequest as error:
            raise Refused(error.message) from error
        except NetworkError as error:
            raise Unknown from error
        return str(message.message_id)

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        raise Refused("not here")

    async def typing(self, address: Address) -> None: ...

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        return None

    async def find(self, address: Address, key: str) -> str | None:
        return None
