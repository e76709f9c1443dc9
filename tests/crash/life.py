"""One run of Pixie in the storm: what the one that kills and the one that dies agree on."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

PLATFORMS = ("blind", "finding")
"""One that cannot look a delivery up, and one that can."""
SPEED = 10
"""Pixie's clock runs this much faster, so that leases end soon."""
EPOCH = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Point(StrEnum):
    """Where a life can end. Commits that change nothing do not count."""

    AFTER_CLAIM = "after claim"
    BEFORE_SEND = "before send"
    AFTER_ACCEPT = "after accept"
    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    BEFORE_FIRE = "before the commit of due reminders"
    AFTER_FIRE = "after the commit of due reminders"

    @property
    def rare(self) -> bool:
        """Reached a few times in a life only."""
        return self in (Point.BEFORE_FIRE, Point.AFTER_FIRE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """One run of Pixie. It ends at the `hit`th time that `point` is reached, if it is."""

    store_url: str
    platform_url: str
    started: float
    """Unix seconds at which Pixie's clock shows `EPOCH`."""
    point: str = ""
    hit: int = 0

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


class FastClock:
    """`core.ports.Clock` that runs `SPEED` times faster than time."""

    def __init__(self, started: float) -> None:
        self._started = started

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=(time.time() - self._started) * SPEED)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)
