"""Weeks named by a day: "the week of October 5", "the week before Christmas"."""

from core.when.days import day
from core.when.stretches import Span, around
from core.when.tokens import Line


def week_of_day(line: Line, at: int) -> tuple[Span, int] | None:
    """ "the week of October 5", "the week commencing Monday", "the weekend of the 3rd"."""
    start = line.take(at, "the")
    grain = line.word(start)
    if grain not in {"week", "weekend"}:
        return None
    past = line.take(start + 1, "before", "after", "following")
    if past > start + 1:
        beside = day(line, past)
        if beside is None or beside[0].wrong or not beside[0].sure:
            return None
        sign = -1 if line.word(start + 1) == "before" else 1
        return around(line, grain, beside[0].day, sign), beside[1]
    place = line.take(
        start + 1, "starting on", "beginning on", "commencing on", "of", "commencing", "beginning",
        "starting", "ending", "containing", "with",
    )  # fmt: skip
    if place == start + 1:
        return None
    found = day(line, line.take(place, "the") if line.word(place) != "the" else place)
    if found is None or found[0].wrong:
        return None
    week = around(line, grain, found[0].day)
    return week, found[1]
