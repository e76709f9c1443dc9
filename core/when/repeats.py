"""Recurrences: "every other Thursday", "the 4th of every 3 months", "weekdays", "twice a week".

Each reader takes a place in a line and gives (value, place after it), or None. Times of day,
bounds and counts beside a recurrence are joined to it later.
"""

from dataclasses import replace

from core.when.amounts import unit
from core.when.cycles import IF_THERE_IS_ONE, WORKDAYS, Cycle
from core.when.dates import calendar_day, month, named_day, nth
from core.when.holidays import holiday
from core.when.numbers import cardinal, ordinal
from core.when.ordinals import nth as nth_word
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.weekdays import CLASSES, TOGETHER, one_weekday, weekdays
from core.when.words import (
    DAY_PARTS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    one_of,
)

_MOST = 12


Found = tuple[Cycle, int] | None

_FREQS = {
    "second": ("SECONDLY", 1), "minute": ("MINUTELY", 1), "hour": ("HOURLY", 1),
    "day": ("DAILY", 1), "week": ("WEEKLY", 1), "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1), "quarter": ("MONTHLY", 3), "year": ("YEARLY", 1),
    "decade": ("YEARLY", 10), "century": ("YEARLY", 100),
}  # fmt: skip
_ADVERBS = {
    word: cycle
    for words, cycle in {
        "everyday daily": Cycle("DAILY"),
        "nightly": Cycle("DAILY", part="night"),
        "hourly": Cycle("HOURLY"),
        "weekly": Cycle("WEEKLY"),
        "biweekly fortnightly bi-weekly": Cycle("WEEKLY", 2),
        "monthly": Cycle("MONTHLY"),
        "bimonthly bi-monthly": Cycle("MONTHLY", 2),
        "quarterly": Cycle("MONTHLY", 3),
        "semiannually semi-annually biannually biannual half-yearly": Cycle("MONTHLY", 6),
        "yearly annually annual": Cycle("YEARLY"),
        "biennially biennial bi-yearly": Cycle("YEARLY", 2),
        "triweekly tri-weekly": Cycle("WEEKLY", 3),
    }.items()
    for word in words.split()
}
_WRITTEN = one_of(
    "report reports newsletter newsletters paper papers magazine digest bill bills budget journal "
    "numbers summary summaries newspaper mail email specials special"
)


FIRST_WORDS = frozenset(
    {"every", "each", "alternate", "once", "twice", "thrice", "bi", "semi", "tri", "ea"}
    | _ADVERBS.keys()
    | CLASSES.keys()
    | TOGETHER.keys()
    | {"weeknights", "weeknight"}
)


def _every_weekday(days: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((0, day) for day in days)


def _prefix(line: Line, at: int) -> int:
    if line.word(at) == "alternate":
        return at
    return line.take(
        at, "once every", "once each", "every single", "each and every", "every", "each", "ea"
    )


def _step(line: Line, at: int) -> tuple[int, int]:
    """The interval after "every": "other", "3", "3rd", "couple of"; and the place after it."""
    for words, count in (
        ("other", 2),
        ("alternate", 2),
        ("couple of", 2),
        ("couple", 2),
        ("few", 3),
    ):
        end = line.take(at, words)
        if end > at:
            return count, end
    found = cardinal(line, at)
    if found is None:
        found = ordinal(line, at)
        if found and not (unit(line, found[1]) or one_weekday(line, found[1], plural=False)):
            return 1, at
    if found and 0 < found[0] <= 10_000:
        return found[0], line.over(found[1], "-")
    return 1, at


def _every(line: Line, at: int) -> Found:
    start = _prefix(line, at)
    if start == at and line.word(at) != "alternate":
        return None
    listed = _of_month(line, start, said=True)
    if listed and listed[1] == start + 1 and line.word(start) == "second":
        return Cycle("SECONDLY"), listed[1]
    if listed:
        return listed
    dated = _yearly_date(line, start)
    if dated:
        return dated
    count, place = _step(line, start)
    days = weekdays(line, place)
    if days:
        skip = line.take(days[1], "except on", "except for", "except", "but not on", "apart from")
        skipped = weekdays(line, line.take(skip, "the")) if skip > days[1] else None
        if skipped and set(days[0]) - set(skipped[0]):
            days = tuple(sorted(set(days[0]) - set(skipped[0]))), skipped[1]
        return Cycle("WEEKLY", count, _every_weekday(days[0])), days[1]
    part = DAY_PARTS.get(line.word(place))
    if part:
        return Cycle("DAILY", count, part=part), place + 1
    named_month = month(line, place)
    if named_month and count == 1:
        return Cycle("YEARLY", months=(named_month[0],)), named_month[1]
    found = unit(line, place)
    if found is None or (len(line.word(place)) == 1 and line[place].spaced):
        return None
    name, end = found
    if name == "workday":
        return Cycle("DAILY", count, _every_weekday(WORKDAYS)), end
    freq, size = _FREQS[name]
    if freq == "MINUTELY" and count % 60 == 0:
        freq, count = "HOURLY", count // 60
    return _detailed(line, Cycle(freq, count * size), line.take(end, "of the week", "of the year"))


def _adverb(line: Line, at: int) -> Found:
    """ "daily", "bi-weekly", "monthly on the 1st"."""
    word, end = line.word(at), at + 1
    if line.word(end) == "-" and line.word(end + 1) in {"weekly", "monthly", "annually", "yearly"}:
        word, end = f"{word}-{line.word(end + 1)}", end + 2
    cycle = _ADVERBS.get(word)
    if cycle is None or line.word(end) in _WRITTEN:
        return None
    return _detailed(line, cycle, end)


def _often(line: Line, at: int) -> Found:
    """ "once a week", "twice per month", "3 times a day", "two days a week"."""
    word = line.word(at)
    count, end = {"once": 1, "twice": 2, "thrice": 3}.get(word, 0), at + 1
    if not count:
        found = cardinal(line, at)
        if found is None or line.word(found[1]) not in {"times", "time", "days", "nights", "x"}:
            return None
        count, end = found[0], found[1] + 1
    per = line.take(end, "a", "an", "per", "every", "each", "in a")
    if per == end:
        cycle = _ADVERBS.get(line.word(end))
        if cycle is None:
            return None
        freq, after = cycle.freq, end + 1
    else:
        step, place = _step(line, per)
        named_unit = unit(line, place)
        if named_unit is None or named_unit[0] == "workday":
            return None
        freq, size = _FREQS[named_unit[0]]
        cycle, after = Cycle(freq, size * step), named_unit[1]
    detailed = _detailed(line, cycle, after)
    if count == 1 or detailed[0] != cycle:
        return detailed
    asked, options = _WHICH.get(freq, ("When exactly?", ()))
    return replace(cycle, ask=asked, options=options), after


_WHICH: dict[str, tuple[str, tuple[str, ...]]] = {
    "DAILY": ("At what times of the day?", ("every day at 9:00", "every day at 21:00")),
    "WEEKLY": ("On which days of the week?", ("Mondays and Thursdays", "Tuesdays and Fridays")),
    "MONTHLY": ("On which days of the month?", ("1st and 15th of every month",)),
    "YEARLY": ("On which days of the year?", ("every 1 January and July",)),
}


def _detailed(line: Line, cycle: Cycle, end: int) -> tuple[Cycle, int]:
    """The days of the week, month or year that follow "every week", "monthly" and the like."""
    place = line.take(line.over(end, ","), "on the", "on every", "on", "the", "every", "in", "- on")
    if cycle.freq == "WEEKLY":
        days = weekdays(line, line.take(place, "a"))
        if days:
            return replace(cycle, weekdays=_every_weekday(days[0])), days[1]
    if cycle.freq == "DAILY":
        skip = line.take(
            end, "except on", "except for", "except", "but not on", "apart from", "besides"
        )
        days = weekdays(line, line.take(skip, "the")) if skip > end else None
        if days and len(days[0]) < 7 and cycle.interval == 1:
            kept = tuple(day for day in range(7) if day not in days[0])
            return Cycle("WEEKLY", 1, _every_weekday(kept)), days[1]
    if cycle.freq == "MONTHLY" and place > end:
        if line.word(place) == "day" and line[place + 1].kind is Kind.NUMBER:
            number = line[place + 1].value
            if 1 <= number <= 31:
                return replace(cycle, monthdays=(number,)), place + 2
        found = _numbered(line, place)
        if found:
            detail, after = found
            after = line.take(after, "day of the month", "of the month", "of each month", "day")
            return replace(
                cycle,
                weekdays=detail.weekdays,
                monthdays=detail.monthdays,
                position=detail.position,
            ), after
    if cycle.freq == "YEARLY" and place > end:
        dated = _yearly_date(line, place)
        if dated:
            return replace(dated[0], interval=cycle.interval), dated[1]
        named_month = month(line, place)
        if named_month:
            return replace(cycle, months=(named_month[0],)), named_month[1]
    return cycle, end


def _yearly_date(line: Line, at: int) -> Found:
    """ "June 5", "4/15", "Christmas", "the fourth thursday in november", as yearly rules."""
    dated = calendar_day(line, at)
    if dated and dated[0].month and dated[0].number and dated[0].year is None:
        on = dated[0]
        if not on.wrong and on.month and on.number:
            return Cycle("YEARLY", months=(on.month,), monthdays=(on.number,)), dated[1]
    number, place = nth_word(line, at)
    if number is not None:
        days = one_weekday(line, place, plural=False)
        link = line.take(days[1], "in", "of") if days else place
        named_month = month(line, link) if days and link > days[1] else None
        if days and named_month and len(days[0]) == 1 and -5 <= number <= 5:
            return Cycle(
                "YEARLY", weekdays=((number, days[0][0]),), months=(named_month[0],)
            ), named_month[1]
    feast = named_day(line, at)
    if feast:
        return _yearly_feast(line, at, feast[1])
    return None


def _yearly_feast(line: Line, at: int, end: int) -> Found:
    found = holiday(line, line.take(at, "the"))
    if found is None:
        return None
    year = line.today.year
    days = [day for some in range(year, year + 9) if (day := found[0](some))]
    if len({(day.month, day.day) for day in days}) == 1:
        return Cycle("YEARLY", months=(days[0].month,), monthdays=(days[0].day,)), end
    counts = {(day.month, (day.day - 1) // 7 + 1, day.weekday()) for day in days}
    if len(counts) == 1:
        number, count, weekday = counts.pop()
        return Cycle("YEARLY", weekdays=((count, weekday),), months=(number,)), end
    asked = "That day moves from year to year, and I cannot repeat it. Which date shall I use?"
    return Cycle("YEARLY", ask=asked), end


def _numbered(line: Line, at: int) -> Found:
    """ "1st and 15th", "2nd and last Friday", "first and third friday and second tuesday"."""
    monthdays: list[int] = []
    named: list[tuple[int, int]] = []
    position = 0
    place = line.take(at, "the")
    waiting: list[int] = []
    end = at
    for _ in range(_MOST):
        number, after = nth_word(line, place)
        if number is None:
            break
        waiting.append(number)
        days = one_weekday(line, after, plural=False)
        if days and len(days[0]) == 1:
            named += [(count, days[0][0]) for count in waiting if -5 <= count <= 5]
            waiting, end = [], days[1]
        elif days and days[0] == WORKDAYS and len(waiting) == 1:
            position, waiting, end = number, [], days[1]
        elif line.word(after) == "day":
            monthdays += waiting
            waiting, end = [], after + 1
        else:
            end = after
        place = line.take(
            line.over(end, ",&"), "and on the", "and the", "and on", "and", "the", "&"
        )
        if place == end:
            break
    if any(not -31 <= day <= 31 for day in (*monthdays, *waiting)) or end == at:
        return None
    monthdays += waiting
    if position:
        return Cycle("MONTHLY", weekdays=_every_weekday(WORKDAYS), position=position), end
    if bool(monthdays) == bool(named):
        return None
    return Cycle("MONTHLY", weekdays=tuple(named), monthdays=tuple(monthdays)), end


def _of_month(line: Line, at: int, *, said: bool) -> Found:
    """ "4th of every 3 months", "last friday of each month"; with `said`, "every" was before."""
    found = _numbered(line, at)
    if found is None:
        return None
    cycle, end = found
    daily = line.word(end - 1) == "day" and len(cycle.monthdays) == 1 and cycle.monthdays[0] > 0
    place = line.take(end, "of", "in", "on", ",")
    monthly = line.take(place, "every", "each", "a", "any")
    if monthly > place:
        count, after = _step(line, monthly)
        named_unit = unit(line, after)
        if named_unit and named_unit[0] in {"month", "quarter"} and len(line.word(after)) > 1:
            size = 3 if named_unit[0] == "quarter" else 1
            return replace(cycle, interval=count * size), named_unit[1]
    if said:
        after = line.take(end, "of the month", "of month", "in the month")
        if after > end:
            return cycle, after
        if daily:
            return None
        single = _single_weekday(cycle)
        if single and month(line, place) is None:
            return single, end
        only = cycle.monthdays and cycle.monthdays[0] > 0
        if only and unit(line, end) is None and line.word(end) not in WEEKDAYS:
            following = line[end]
            closed = following.kind in {Kind.END, Kind.MARK, Kind.ORDINAL}
            if len(cycle.monthdays) > 1 or closed or line.word(end) in _AFTER_A_DAY:
                return (cycle, end) if month(line, place) is None else None
        if cycle.weekdays and cycle.weekdays[0][0] < 0 and month(line, place) is None:
            return cycle, end
        if len(cycle.weekdays) > 1 and month(line, place) is None:
            return cycle, end
    return None


_AFTER_A_DAY = {"to", "at", "i", "we", "please", "remind"}
"""What goes on after "every 5th" when that is a day: "every 5th to pay", not "every 5th guest"."""
_EDGES: Phrases[int] = Phrases(
    {
        "the end of; end of; at the end of": -1,
        "the start of; start of; the beginning of; beginning of; the first of": 1,
    }
)


def _edge(line: Line, at: int) -> Found:
    """ "the end of every month", "the beginning of each week"."""
    edge = _EDGES.at(line, at)
    start = _prefix(line, edge[1]) if edge else at
    if edge is None or start == edge[1]:
        return None
    end = start + 1
    if line.word(start) == "month":
        return Cycle("MONTHLY", monthdays=(edge[0],)), end
    if line.word(start) == "week":
        return Cycle("WEEKLY", weekdays=((0, 4 if edge[0] < 0 else 0),)), end
    if line.word(start) == "year":
        month, number = (12, 31) if edge[0] < 0 else (1, 1)
        return Cycle("YEARLY", months=(month,), monthdays=(number,)), end
    return None


def _single_weekday(cycle: Cycle) -> Cycle | None:
    """ "every first Friday" is of each month; "every second Friday" may be every other one."""
    if len(cycle.weekdays) != 1 or cycle.freq != "MONTHLY" or cycle.weekdays[0][0] < 1:
        return None
    number, day = cycle.weekdays[0]
    if number == 1 or number > 4:
        return cycle if number == 1 else None
    name = WEEKDAY_NAMES[day]
    options = (f"every {number} weeks on {name}", f"{nth(number)} {name} of every month")
    asked = f"Every {number} weeks, or the {nth(number)} {name} of each month?"
    weekly = Cycle("WEEKLY", number, _every_weekday((day,)), ask=asked, options=options)
    return weekly if number == 2 else replace(cycle, ask=asked, options=options)


_ALTERNATIVES = frozenset({"or", "-", "to", "through", "thru", "until", "till"})


def _plural(line: Line, at: int) -> Found:
    """ "mondays", "tuesdays and thursdays", "weekends", "weekday mornings", "mon wed fri"."""
    if line.word(at) in {"weeknights", "weeknight"}:
        return Cycle("WEEKLY", 1, _every_weekday(WORKDAYS), part="night"), at + 1
    days = weekdays(line, at, plural=True)
    if days:
        return Cycle("WEEKLY", 1, _every_weekday(days[0])), days[1]
    days = weekdays(line, at)
    if days and len(days[0]) > 2 and not _ALTERNATIVES & {*line.words[at : days[1]]}:
        return Cycle("WEEKLY", 1, _every_weekday(days[0])), days[1]
    if days and line.word(days[1]) in {"mornings", "afternoons", "evenings", "nights"}:
        part = DAY_PARTS[line.word(days[1])]
        return Cycle("WEEKLY", 1, _every_weekday(days[0]), part=part), days[1] + 1
    return None


@remembered
def cycle(line: Line, at: int) -> Found:
    """A recurrence that stands here."""
    best: Found = None
    for found in (
        _every(line, at),
        _often(line, at),
        _adverb(line, at),
        _of_month(line, at, said=False),
        _plural(line, at),
        _edge(line, at),
    ):
        if found and (best is None or found[1] > best[1]):
            best = found
    if best is not None:
        scarce = line.take(best[1], IF_THERE_IS_ONE, "if there's one", "when there is one")
        if scarce > best[1]:
            return replace(best[0], scarce=True), scarce
    return best
