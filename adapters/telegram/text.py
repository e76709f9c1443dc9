"""Text as Telegram counts and styles it.

Its lengths and offsets are UTF-16 units, https://core.telegram.org/bots/api#messageentity; in here
they are Python's characters until `Styled.entities` is asked for.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import MessageEntity
from wcwidth import grapheme_boundary_before

LIMIT = 4096
"""UTF-16 units of one message."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What shows nothing, or turns a line around (Unicode TR9, 2.1 to 2.4)."""
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ENDS = ("\n\n", "\n", " ")
"""Where a text is best cut: between paragraphs, lines, words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of a text that looks different; from `start` up to before `end`, in characters."""

    start: int
    end: int
    kind: str
    """A type of MessageEntity."""
    at: datetime | None = None
    """Aware; the instant that a date_time tells."""
    shown: str | None = None
    """How a date_time is shown, https://core.telegram.org/bots/api#date-time-entity-formatting;
    without it, as it is written, and the reader's own time is a tap away."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and its spans, which may lie within each other but do not overlap otherwise."""

    text: str
    spans: tuple[Span, ...] = ()

    def entities(self) -> Sequence[MessageEntity]:
        """The spans as Telegram wants them."""
        return [
            MessageEntity(
                span.kind,
                units(self.text[: span.start]),
                units(self.text[span.start : span.end]),
                unix_time=span.at,
                date_time_format=span.shown,
            )
            for span in self.spans
        ]

    def part(self, start: int, end: int) -> "Styled":
        """What lies between, with what of the spans lies there."""
        spans = (
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
            if span.start < end and start < span.end
        )
        return Styled(self.text[start:end], tuple(spans))


def units(text: str) -> int:
    """How long Telegram says that it is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text as it can be sent: no half characters, nothing that turns lines around.

    Telegram replaces control characters itself; done here, offsets stay right.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def clean_line(text: str) -> str:
    """The same as one line."""
    return " ".join(clean(text).split())


def split(styled: Styled, limit: int = LIMIT) -> list[Styled]:
    """Parts of at most `limit` UTF-16 units, which together are the whole; at least one.

    They end where a paragraph, a line or a word ends if there is such a place in the second half.
    No span or character as people see it (Unicode TR29) is cut unless it is too long by itself.
    """
    parts: list[Styled] = []
    start, length = 0, len(styled.text)
    while (end := _reach(styled.text, start, limit)) < length:
        end = _best_end(styled, start, end)
        parts.append(styled.part(start, end))
        start = end
    return [*parts, styled.part(start, length)]


def _reach(text: str, start: int, limit: int) -> int:
    """How far `limit` units go from `start`; at least one character."""
    left = limit
    for at in range(start, min(start + limit + 1, len(text))):
        left -= 2 if text[at] > "\uffff" else 1
        if left < 0:
            return max(at, start + 1)
    return len(text)


def _best_end(styled: Styled, start: int, end: int) -> int:
    """The best place to cut at or before `end`, which is not the text's own."""
    text = styled.text
    half = start + (end - start) // 2
    for sign in _ENDS:
        found = text.rfind(sign, half, end + 1)
        place = min(found + len(sign), end)
        if found >= half and _whole(text, place) and not _straddling(styled.spans, place):
            return place
    place = end
    while cut := _straddling(styled.spans, place):
        place = min(span.start for span in cut)
    if place > start and _whole(text, place):
        return place
    place = grapheme_boundary_before(text, end + 1)
    return place if place > start else end


def _whole(text: str, place: int) -> bool:
    """No character as people see it is cut there."""
    return place >= len(text) or grapheme_boundary_before(text, place + 1) == place


def _straddling(spans: Iterable[Span], place: int) -> list[Span]:
    return [span for span in spans if span.start < place < span.end]
