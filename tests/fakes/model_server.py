"""What the fakes of both vendors have in common: a script, a log, and how a text is cut."""

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from tests.fakes.loopback import Loopback

Json = dict[str, Any]
AnyStep = TypeVar("AnyStep")

TEXT = "Let me have a look at that for you."
"""What an answer says before a fault breaks it."""
MALFORMED = '{"title": "buy milk", "when": '


class ModelServer(Loopback, Generic[AnyStep]):
    """Answers each call with the next step of a script; `respond` answers what it does not."""

    def __init__(
        self, *, key: str, models: tuple[str, ...], retry_after: str, path: str = ""
    ) -> None:
        """`retry_after` goes with LIMITED."""
        super().__init__(path)
        self.key = key
        self.models = models
        self.retry_after = retry_after
        self.requests: list[Json] = []
        """The bodies that came in, in order."""
        self.faulty: list[str] = []
        """What was wrong with a request, unless a scripted fault said so."""
        self.connections: set[object] = set()
        """The transports that requests came on."""
        self.respond: Callable[[Json], AnyStep] | None = None
        self._script: deque[AnyStep] = deque()

    def script(self, *steps: AnyStep) -> None:
        """What the coming calls are answered with, in order."""
        self._script.extend(steps)

    def next_step(self, body: Json) -> AnyStep | None:
        """None when the test has no answer to this call."""
        if self._script:
            return self._script.popleft()
        return self.respond(body) if self.respond is not None else None


def cut(text: str, count: int) -> list[str]:
    """At most `count`, of one size but for the last."""
    size = max(1, -(-len(text) // count))
    return [text[at : at + size] for at in range(0, len(text), size)]
