"""What people attach, fetched from Telegram. https://core.telegram.org/bots/api#getfile"""

import re

from adapters.telegram.bot import PixieBot, edge_errors
from core.errors import Refused
from core.files import too_large

_TOO_BIG = re.compile(r"file is too big", re.IGNORECASE)


class TelegramFiles:
    """`core.ports.Files` of this bot's chats; a ref is a file_id."""

    def __init__(self, bot: PixieBot) -> None:
        self._bot = bot

    async def fetch(self, platform: str, ref: str, most_bytes: int) -> bytes:
        """See `core.ports.Files`."""
        try:
            with edge_errors():
                file = await self._bot.get_file(ref)
                if (file.file_size or 0) > most_bytes:
                    raise too_large(file.file_size or 0, most_bytes)
                if file.file_path is None:
                    raise Refused("Telegram gives no path to the file")
                content = await self._bot.request.download(file.file_path, most_bytes)
        except Refused as error:
            if _TOO_BIG.search(str(error)):
                raise too_large(most_bytes=most_bytes) from None
            raise
        if content is None:
            raise too_large(most_bytes=most_bytes)
        return content
