"""An index of meaning in plain dictionaries."""

import math
from collections.abc import Sequence
from datetime import datetime

from core.ports import Entry
from core.values import OwnerId


class FakeMemory:
    """`core.ports.Memory`. Set `failing` to have every call raise it."""

    def __init__(self) -> None:
        self.entries: dict[tuple[OwnerId, str], dict[str, Entry]] = {}
        self.failing: Exception | None = None

    async def remember(self, owner: OwnerId, model: str, entries: Sequence[Entry]) -> None:
        self._fail()
        kept = self.entries.setdefault((owner, model), {})
        kept.update({entry.document: entry for entry in entries})

    async def recall(
        self,
        owner: OwnerId,
        model: str,
        vector: Sequence[float],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[tuple[str, float]]:
        self._fail()
        found = [
            (entry.document, _cosine(vector, entry.vector))
            for entry in self.entries.get((owner, model), {}).values()
            if (not kinds or entry.kind in kinds)
            and (since is None or entry.at >= since)
            and (until is None or entry.at < until)
        ]
        return sorted(found, key=lambda pair: -pair[1])[:limit]

    async def forget(self, owner: OwnerId, documents: Sequence[str]) -> None:
        self._fail()
        for (whose, _), kept in self.entries.items():
            if whose == owner:
                for document in documents:
                    kept.pop(document, None)

    async def drop(self, owner: OwnerId) -> None:
        self._fail()
        for key in [key for key in self.entries if key[0] == owner]:
            del self.entries[key]

    async def close(self) -> None:
        pass

    def _fail(self) -> None:
        if self.failing is not None:
            raise self.failing


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
