"""How much the fast path of conflict detection saves over plain expansion with dateutil.

200 series against one weekly meeting over a year, for series that began a year and ten years
before. `python bench/conflicts.py` from the checkout; the last line is JSON.
"""

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from dateutil.rrule import rrulestr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.conflicts import Conflict, Series, conflicts
from core.when.recurrence import Occurrence, Rule, align
from core.when.wall import instant, wall, zone

RULES = [
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    None,
]
ZONES = ["America/New_York", "Europe/London", "Asia/Tokyo"]
START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=365)


def calendar(year: int, rng: random.Random, size: int = 200) -> list[Series]:
    return [_series(str(number), RULES[number % 7], year, rng) for number in range(size)]


def _series(name: str, text: str | None, year: int, rng: random.Random) -> Series:
    day = datetime(year, rng.randint(1, 12), rng.randint(1, 28))
    first = day.replace(hour=rng.randint(7, 20), minute=rng.choice([0, 15, 30]))
    rule = Rule.parse(text) if text else None
    return Series(
        id=name,
        first=align(rule, first) if rule else first,
        zone=rng.choice(ZONES),
        duration=timedelta(minutes=rng.choice([15, 30, 60, 120])),
        rule=rule,
    )


def plain_occurrences(series: Series) -> list[Occurrence]:
    """From the first occurrence on, as dateutil walks them."""
    tz = zone(series.zone)
    local_end = wall(END, series.zone).local + timedelta(days=1)
    if series.rule is None:
        locals_ = [series.first]
    else:
        expansion = rrulestr(str(series.rule), dtstart=series.first)
        locals_ = expansion.between(datetime(1, 1, 1), local_end, inc=True)
    starts = ((local, instant(local, tz)) for local in locals_)
    return [
        Occurrence(local, start, start + series.duration)
        for local, start in starts
        if start < END and start + series.duration > START
    ]


def plain_conflicts(new: Series, others: list[Series]) -> list[Conflict]:
    """Every pair compared."""
    mine = plain_occurrences(new)
    return [
        Conflict(other=other.id, new_at=a, other_at=b, soft=False)
        for other in others
        for b in plain_occurrences(other)
        for a in mine
        if a.start < b.end and b.start < a.end
    ]


def fast_conflicts(new: Series, others: list[Series]) -> list[Conflict]:
    return conflicts(new, others, START, END)


def timed(
    detect: Callable[[Series, list[Series]], list[Conflict]], new: Series, others: list[Series]
) -> tuple[float, set[tuple[str, datetime, datetime]]]:
    """The best of three runs, in milliseconds, and what was found."""
    best = float("inf")
    for _ in range(3):
        began = perf_counter()
        found = detect(new, others)
        best = min(best, perf_counter() - began)
    return best * 1000, {(one.other, one.new_at.start, one.other_at.start) for one in found}


def main() -> None:
    new = Series(
        id="new",
        first=datetime(2026, 1, 6, 10),
        zone="America/New_York",
        duration=timedelta(hours=1),
        rule=Rule.parse("FREQ=WEEKLY;BYDAY=TU,TH"),
    )
    figures: dict[str, float | int] = {}
    for age, year in ((1, 2025), (10, 2016)):
        others = calendar(year, random.Random(7))
        fast, found = timed(fast_conflicts, new, others)
        plain, expected = timed(plain_conflicts, new, others)
        if found != expected:
            raise SystemExit("the fast path and plain expansion disagree")
        print(
            f"series {age} years old: {fast:.0f} ms, plain {plain:.0f} ms, {len(found)} conflicts"
        )
        figures |= {
            f"fast_ms_{age}y": round(fast, 1),
            f"plain_ms_{age}y": round(plain, 1),
            f"ratio_{age}y": round(plain / fast, 1),
            f"conflicts_{age}y": len(found),
        }
    print(json.dumps({"bench": "conflicts", "series": 200, "days": 365, **figures}))


if __name__ == "__main__":
    main()
