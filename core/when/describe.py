"""A recurrence rule in English, for receipts: "every other Thursday at 09:00"."""

from collections.abc import Sequence
from datetime import date, time

from core.when.rule import Freq, Rule
from core.when.show import MONTHS, WEEKDAYS, Clock, show_date, show_time

_UNITS = {
    Freq.HOURLY: "hour",
    Freq.DAILY: "day",
    Freq.WEEKLY: "week",
    Freq.MONTHLY: "month",
    Freq.YEARLY: "year",
}
_ADVERBS = {Freq.MONTHLY: "monthly", Freq.YEARLY: "yearly"}
_WORDS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def describe(
    rule: Rule, at: time | None = None, *, today: date | None = None, clock: Clock = 24
) -> str:
    """The rule in words, with the time of day if one is given.

    An end in the year of `today` is shown without its year. What a rule leaves to its first
    occurrence ("FREQ=MONTHLY" alone) is not spelled out: "monthly".
    """
    words = _days(rule)
    if at is not None and rule.freq is not Freq.HOURLY:
        words += f" at {show_time(at, clock=clock)}"
    if rule.until:
        words += f" until {show_date(rule.until, today=today)}"
    if rule.count:
        words += ", once" if rule.count == 1 else f", {rule.count} times"
    return words


def _days(rule: Rule) -> str:
    weekdays = {weekday for _, weekday in rule.by_day}
    if rule.freq in (Freq.MONTHLY, Freq.YEARLY):
        return _in_months(rule)
    if not weekdays:
        days = _every(rule)
    elif rule.freq is Freq.WEEKLY or (rule.freq is Freq.DAILY and rule.interval == 1):
        days = _on_weekdays(rule, weekdays)
    else:
        days = f"{_every(rule)} on {_plural(weekdays)}"
    if rule.by_set_pos:
        days = f"{_every(rule)} on the {_positions(rule.by_set_pos)} of {_names(weekdays, 'and')}"
    if rule.by_month_day:
        days += f" on the {_month_days(rule.by_month_day)}"
    return days + _months(rule)


def _every(rule: Rule) -> str:
    unit = _UNITS[rule.freq]
    if rule.interval == 1:
        return f"every {unit}"
    if rule.interval == 2 and rule.freq is not Freq.HOURLY:
        return f"every other {unit}"
    return f"every {rule.interval} {unit}s"


def _on_weekdays(rule: Rule, weekdays: set[int]) -> str:
    if rule.interval == 1:
        return f"every {_names(weekdays, 'and')}"
    if rule.interval == 2 and len(weekdays) == 1:
        return f"every other {_names(weekdays, 'and')}"
    return f"{_every(rule)} on {_plural(weekdays) if _is_working(weekdays) else _names(weekdays)}"


def _in_months(rule: Rule) -> str:
    every = _ADVERBS[rule.freq] if rule.interval == 1 else _every(rule)
    numbers = rule.by_month_day
    if rule.by_month and numbers and min(numbers) > 0 and not (rule.by_day or rule.by_set_pos):
        dates = [f"{n} {MONTHS[month - 1][:3]}" for month in rule.by_month for n in numbers]
        return f"{every} on {_joined(dates)}"
    if rule.by_set_pos:
        among = _names({day.weekday for day in rule.by_day}, "or") if rule.by_day else "day"
        picked = f"{every} on the {_positions(rule.by_set_pos)} {among}"
        if numbers:
            picked += f" among the {_month_days(numbers)}"
    elif rule.by_day and numbers:
        weekdays = _names({day.weekday for day in rule.by_day}, "or")
        picked = f"{every} on the {_month_days(numbers, 'or')} if it is a {weekdays}"
    elif rule.by_day and rule.interval == 1 and not any(nth for nth, _ in rule.by_day):
        picked = _nths(rule)
    elif rule.by_day:
        picked = f"{every} on {_nths(rule)}{_of_year(rule)}"
    elif numbers:
        picked = f"{every} on the {_month_days(numbers)}"
    else:
        picked = every
    return picked + _months(rule)


def _nths(rule: Rule) -> str:
    """ "the first and last Friday", "every Monday and the last Friday"."""
    positions: dict[int, list[int]] = {}
    for nth, weekday in rule.by_day:
        positions.setdefault(weekday, []).append(nth)
    plain = {weekday for weekday, nths in positions.items() if 0 in nths}
    phrases = [f"every {_names(plain, 'and')}"] if plain else []
    phrases += [
        f"the {_positions(tuple(nths))} {WEEKDAYS[weekday]}"
        for weekday, nths in sorted(positions.items())
        if weekday not in plain
    ]
    return _joined(phrases)


def _of_year(rule: Rule) -> str:
    return " of the year" if rule.freq is Freq.YEARLY and not rule.by_month else ""


def _months(rule: Rule) -> str:
    names = [MONTHS[month - 1] for month in rule.by_month]
    return f" in {_joined(names)}" if names else ""


def _names(weekdays: set[int], last: str = "and") -> str:
    if _is_working(weekdays):
        return "weekday"
    if len(weekdays) == 7:
        return "day"
    return _joined([WEEKDAYS[day] for day in sorted(weekdays)], last)


def _plural(weekdays: set[int]) -> str:
    if _is_working(weekdays):
        return "weekdays"
    return _joined([f"{WEEKDAYS[day]}s" for day in sorted(weekdays)])


def _is_working(weekdays: set[int]) -> bool:
    return weekdays == {0, 1, 2, 3, 4}


def _positions(numbers: Sequence[int]) -> str:
    return _joined([_position(n) for n in _from_start(numbers)])


def _position(number: int) -> str:
    word = _WORDS.get(abs(number)) or _ordinal(abs(number))
    if number > 0:
        return word
    return "last" if number == -1 else f"{word} to last"


def _month_days(numbers: Sequence[int], last: str = "and") -> str:
    return _joined(
        [_ordinal(n) if n > 0 else f"{_position(n)} day" for n in _from_start(numbers)], last
    )


def _from_start(numbers: Sequence[int]) -> list[int]:
    return sorted(numbers, key=lambda number: (number < 0, number))


def _ordinal(number: int) -> str:
    teen = 10 <= number % 100 <= 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _joined(words: Sequence[str], last: str = "and") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
