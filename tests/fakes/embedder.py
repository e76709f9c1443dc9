"""A tiny embedder: words that belong to the same meaning share an axis."""

import math
from collections.abc import Sequence

from core.errors import Unavailable

MEANINGS = (
    ("dentist", "tooth", "teeth", "molar"),
    ("car", "garage", "vehicle", "driving"),
    ("mother", "mom", "mum", "parent"),
    ("money", "salary", "invoice", "paid"),
    ("food", "dinner", "lunch", "restaurant", "pasta"),
    ("travel", "flight", "trip", "lisbon"),
    ("music", "guitar", "concert"),
)


class FakeEmbedder:
    """`core.ports.Embedder` with one axis per meaning and one for everything else."""

    def __init__(self, *, model: str = "fake/1", ready: bool = True) -> None:
        self.model = model
        self.size = len(MEANINGS) + 1
        self.ready = ready
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not self.ready:
            raise Unavailable("not loaded")
        self.texts += texts
        return [_vector(text.casefold()) for text in texts]


def _vector(text: str) -> list[float]:
    axes = [float(sum(word in text for word in meaning)) for meaning in MEANINGS]
    axes.append(0.1)
    length = math.hypot(*axes)
    return [axis / length for axis in axes]
