"""Fetching what people attach: never more than is bearable, and never with an unclear answer."""

from collections.abc import Mapping

from core.errors import EdgeError, UserError
from core.ports import Files
from core.values import Attachment

MOST_BYTES = 20_000_000
"""Of one file; Telegram gives bots no more (Bot API, getFile)."""


class PlatformFiles:
    """`core.ports.Files` of every platform by its name."""

    def __init__(self, files: Mapping[str, Files] | None = None) -> None:
        self._files = dict(files or {})

    async def fetch(self, platform: str, ref: str, most_bytes: int) -> bytes:
        """Raises UserError for a platform that has no files to give."""
        files = self._files.get(platform)
        if files is None:
            raise UserError("I cannot fetch files from this chat. Paste what matters as text.")
        return await files.fetch(platform, ref, most_bytes)


async def fetched(files: Files, platform: str, attachment: Attachment) -> bytes:
    """The content of an attachment.

    Raises UserError when it is too large (one that says so is not fetched at all), or cannot be
    had now.
    """
    if attachment.size > MOST_BYTES:
        raise too_large(attachment.size)
    try:
        data = await files.fetch(platform, attachment.ref, MOST_BYTES)
    except EdgeError:
        raise UserError("I could not fetch that file just now. Please send it again.") from None
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    return data


def too_large(size: int = 0, most_bytes: int = MOST_BYTES) -> UserError:
    """What is said of a file with so many bytes; 0 when it is not known how many."""
    has = f"has {_megabytes(size)}" if size else "is too large"
    return UserError(f"That file {has}; I read up to {_megabytes(most_bytes)}. Send a smaller one.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".0 MB", " MB")
