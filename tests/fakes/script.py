"""Troubles to order, per method of an API: what goes wrong with the coming calls."""

from collections import defaultdict, deque
from typing import Generic, TypeVar

Step = TypeVar("Step")

ANY = "*"


class Script(Generic[Step]):
    """What goes wrong next, per method; names in any case. None lets one call pass."""

    def __init__(self) -> None:
        self._steps: defaultdict[str, deque[Step | None]] = defaultdict(deque)
        self._always: dict[str, Step] = {}

    def add(self, method: str, *steps: Step | None, times: int = 1) -> None:
        """The coming calls of the method meet these, in order, `times` over."""
        self._steps[method.lower()].extend(steps * times)

    def always(self, method: str, step: Step) -> None:
        """Every call that no step is left for meets this, until `clear`."""
        self._always[method.lower()] = step

    def clear(self, method: str = ANY) -> None:
        """Nothing goes wrong any more, with one method or (by default) with all."""
        if method == ANY:
            self._steps.clear()
            self._always.clear()
        else:
            self._steps.pop(method.lower(), None)
            self._always.pop(method.lower(), None)

    def next(self, method: str) -> Step | None:
        for name in (method.lower(), ANY):
            if self._steps[name]:
                return self._steps[name].popleft()
        return self._always.get(method.lower(), self._always.get(ANY))
