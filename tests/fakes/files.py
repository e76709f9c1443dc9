"""Files that people attached, in memory: `core.ports.Files`."""

from core.errors import EdgeError, Unavailable
from core.files import too_large


class FakeFiles:
    """Gives what was put in, under its reference."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], bytes] = {}
        self.fetched: list[str] = []
        """The references that were asked for, in order."""
        self.fault: EdgeError | None = None
        """Raised instead, until it is taken away."""

    def put(self, platform: str, ref: str, data: bytes) -> None:
        self._held[platform, ref] = data

    async def fetch(self, platform: str, ref: str, most_bytes: int) -> bytes:
        self.fetched.append(ref)
        if self.fault is not None:
            raise self.fault
        data = self._held.get((platform, ref))
        if data is None:
            raise Unavailable("there is no such file")
        if len(data) > most_bytes:
            raise too_large(len(data), most_bytes)
        return data
