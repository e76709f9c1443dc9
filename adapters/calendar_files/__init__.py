"""Calendar files that people send: iCalendar (RFC 5545) as all kinds of programs write it."""

import asyncio
from datetime import datetime

from core.ports import CalendarContents

__all__ = ["CalendarFiles"]


class CalendarFiles:
    """`core.ports.CalendarReader` on a thread of its own: a large file takes seconds."""

    async def read(self, data: bytes, zone: str, now: datetime) -> CalendarContents:
        return await asyncio.to_thread(_read, data, zone, now)


def _read(data: bytes, zone: str, now: datetime) -> CalendarContents:
    # Imported with the first file: the library takes a quarter of a second.
    from adapters.calendar_files.reading import read

    return read(data, zone, now)
