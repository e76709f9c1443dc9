"""Events in time: their series, what they overlap, and one occurrence out of a series."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from core import cards
from core.conflicts import Series, conflicts
from core.errors import UserError
from core.people import Person
from core.ports import Work
from core.rows import Event
from core.spans import Span
from core.times import Current
from core.values import Button, Card, OwnerId
from core.when.recurrence import Occurrence, align, expand, next_after
from core.when.rule import Freq, Rule, WeekdayNth
from core.when.show import show_day, show_span
from core.when.wall import WallTime, day_bounds, wall

HORIZON = timedelta(days=366)
"""How far ahead a series is checked for overlaps."""
MOST_WARNINGS = 3
_FAR = datetime(9990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Another event that happens at the same time."""

    other: Event
    at: Occurrence
    """The other's first occurrence that overlaps."""
    times: int
    soft: bool
    """One of the two is all day."""


def planned(span: Span, *, title: str, via: str, location: str, description: str) -> Event:
    """A new event that is not stored yet."""
    return timed(
        Event(
            title=title,
            via=via,
            location=location,
            description=description,
            start_local=span.start,
            end_local=span.end,
            zone=span.zone,
            all_day=span.all_day,
            rrule=span.rrule,
            start_at=WallTime(local=span.start, zone=span.zone).instant(),
        )
    )


def timed(event: Event) -> Event:
    """The event with what is derived from its local times and rule."""
    start = WallTime(local=event.start_local, zone=event.zone).instant()
    event = replace(event, start_at=start)
    return replace(event, until_at=_until(event))


def _until(event: Event) -> datetime | None:
    last = event.start_local
    if event.rrule is not None:
        rule = Rule.parse(event.rrule)
        if rule.count is None and rule.until is None:
            return None
        days = expand(rule, event.start_local, event.zone, event.start_at, _FAR)
        ends = deque(days, maxlen=1)
        last = ends[0].local if ends else last
    if event.all_day:
        return WallTime(local=last + event.length, zone=event.zone).instant()
    return WallTime(local=last, zone=event.zone).instant() + cards.elapsed(event)


def series(event: Event) -> Series:
    """The event as far as time is concerned."""
    return Series(
        id=event.id,
        first=event.start_local,
        zone=event.zone,
        duration=event.length if event.all_day else cards.elapsed(event),
        rule=Rule.parse(event.rrule) if event.rrule else None,
        excluded=frozenset(event.excluded),
        all_day=event.all_day,
    )


def reach(event: Event, now: datetime) -> tuple[datetime, datetime]:
    """The window of instants in which overlaps matter: from now on, at most a year of a series."""
    start = max(event.start_at, now) if event.rrule else event.start_at
    return start, min(event.until_at or start + HORIZON, start + HORIZON)


def overlaps(event: Event, others: Sequence[Event], now: datetime) -> list[Overlap]:
    """Every other event that the event overlaps, in time order, real ones first."""
    start, end = reach(event, now)
    rows = {other.id: other for other in others if other.id != event.id}
    mine = replace(series(event), id=event.id or "new")
    first: dict[str, Overlap] = {}
    for clash in conflicts(mine, [series(other) for other in rows.values()], start, end):
        known = first.get(clash.other)
        first[clash.other] = (
            replace(known, times=known.times + 1)
            if known
            else Overlap(other=rows[clash.other], at=clash.other_at, times=1, soft=clash.soft)
        )
    return sorted(first.values(), key=lambda overlap: overlap.soft)


def warnings(found: Sequence[Overlap], event: Event, person: Person, now: datetime) -> list[str]:
    """The overlaps in words: "overlaps #2 Lunch with Sam (12:00–13:30)"."""
    hard = [overlap for overlap in found if not overlap.soft]
    words = [_warning(overlap, event, person, now) for overlap in hard[:MOST_WARNINGS]]
    if len(hard) > MOST_WARNINGS:
        words.append(f"overlaps {len(hard) - MOST_WARNINGS} more")
    return words


def _warning(overlap: Overlap, event: Event, person: Person, now: datetime) -> str:
    today = cards.today(person, now)
    start, end = (wall(at, person.zone).local for at in (overlap.at.start, overlap.at.end))
    span = show_span(start, end, today=today, clock=cards.clock(person))
    day = show_day(start, today=today)
    mine = wall(event.start_at, person.zone).local
    if start.date() == end.date() == mine.date() and not event.rrule:
        span = span.removeprefix(f"{day} ")
    often = f", {overlap.times} times within a year" if overlap.times > 1 else ""
    return f"overlaps {cards.name(overlap.other)} ({span}{often})"


def soft_notes(found: Sequence[Overlap]) -> str:
    """What else is on that day, in one sentence; "" for nothing."""
    names = [cards.name(overlap.other) for overlap in found if overlap.soft]
    more = f" and {len(names) - MOST_WARNINGS} more" if len(names) > MOST_WARNINGS else ""
    return f"Also then: {', '.join(names[:MOST_WARNINGS])}{more}." if names else ""


def asking(shown: Card, event: Event, found: Sequence[Overlap]) -> Card:
    """The card of an event; with real overlaps its buttons are what to do about them."""
    if all(overlap.soft for overlap in found):
        return shown
    keep = Button(label="Keep both", command=f"/keep {cards.ref(event)}")
    free = Button(label="Find another time", command=f"/free {cards.ref(event)}")
    undo = [button for button in shown.buttons if button.command.startswith("/undo")]
    return replace(shown, buttons=(keep, free, *undo))


# --- one occurrence ---


def coming(event: Event, now: datetime) -> datetime:
    """The naive local start of the next occurrence, or of the first when none is ahead."""
    rule = Rule.parse(event.rrule) if event.rrule else None
    found = next_after(rule, event.start_local, event.zone, now, frozenset(event.excluded))
    return found[0] if found else event.start_local


def occurrence_on(event: Event, named: date | datetime, person: Person, now: datetime) -> datetime:
    """The naive local start of the occurrence that is named by its day or its start.

    A day is the person's own. Raises UserError when the series has none then.
    """
    bounds = day_bounds(named.date() if isinstance(named, datetime) else named, person.zone)
    around = (bounds[0] - timedelta(days=1), bounds[1] + timedelta(days=1))
    found = list(series(event).occurrences(*around))
    exact = [at.local for at in found if at.local == named]
    that_day = [
        at.local
        for at in found
        if (
            bounds[0] <= at.start < bounds[1]
            if not event.all_day
            else at.local.date() == _day(named)
        )
    ]
    if exact or that_day:
        return (exact or that_day)[0]
    today = cards.today(person, now)
    coming_on = show_day(coming(event, now), today=today)
    raise UserError(
        f"{cards.name(event)} does not happen on {show_day(_day(named), today=today)}. "
        f"The next one is on {coming_on}."
    )


def _day(named: date | datetime) -> date:
    return named.date() if isinstance(named, datetime) else named


def without(event: Event, start: datetime) -> Event:
    """The series without the occurrence that begins then."""
    return replace(event, excluded=tuple(sorted({*event.excluded, start})))


def detached(event: Event, start: datetime) -> Event:
    """One occurrence of a series as an event of its own, not stored yet."""
    begins = WallTime(local=start, zone=event.zone).instant()
    if event.all_day:
        end = start + event.length
    else:
        end = wall(begins + cards.elapsed(event), event.zone).local
    return timed(
        Event(
            title=event.title,
            description=event.description,
            location=event.location,
            via=event.via,
            start_local=start,
            end_local=end,
            zone=event.zone,
            all_day=event.all_day,
            start_at=begins,
        )
    )


def current(event: Event, start: datetime) -> Current:
    """When the occurrence with this naive local start is, to be moved."""
    return Current(
        at=WallTime(local=start, zone=event.zone).instant(),
        whole_day=event.all_day,
        length=None if event.all_day else cards.elapsed(event),
    )


def moved(event: Event, span: Span, *, asks: str) -> Event:
    """The event at another time.

    A series that is moved without a new repetition keeps its own, from its old beginning: by the
    clock when only an hour was said, and to the other weekday when it has one. Raises UserError
    when the repetition cannot follow.
    """
    if event.rrule is None or span.rrule is not None:
        return timed(
            replace(
                event,
                start_local=span.start,
                end_local=span.end,
                zone=span.zone,
                all_day=span.all_day,
                rrule=span.rrule,
                excluded=(),
            )
        )
    rule = Rule.parse(event.rrule)
    if span.day_said:
        rule = _followed(rule, span.start.date(), asks)
    first = align(rule, datetime.combine(event.start_local.date(), span.start.time()))
    by = first - event.start_local
    return timed(
        replace(
            event,
            start_local=first,
            end_local=first + (span.end - span.start),
            zone=span.zone,
            all_day=span.all_day,
            rrule=str(rule),
            excluded=tuple(start + by for start in event.excluded),
        )
    )


def _followed(rule: Rule, day: date, asks: str) -> Rule:
    """The rule when one of its days moves to another."""
    weekday = WeekdayNth(0, day.weekday())
    if rule.freq is Freq.DAILY and not rule.by_day:
        return rule
    if rule.freq is Freq.WEEKLY and (len(rule.by_day) <= 1 or weekday in rule.by_day):
        return rule if weekday in rule.by_day else replace(rule, by_day=(weekday,))
    plain = not rule.by_day and not rule.by_set_pos and len(rule.by_month_day) <= 1
    if plain and rule.freq is Freq.MONTHLY:
        return replace(rule, by_month_day=(day.day,))
    if plain and rule.freq is Freq.YEARLY and len(rule.by_month) <= 1:
        return replace(rule, by_month=(day.month,), by_month_day=(day.day,))
    raise UserError("How shall it repeat then? Say it like “every Tuesday at 10”.", asks=asks)


def between(work: Work, owner: OwnerId, start: datetime, end: datetime) -> list[Event]:
    """A unit that reads the events of a window."""
    return work.events.between(owner, start, end)
