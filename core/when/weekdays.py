"""Lists of weekdays: "Monday, Wednesday and Friday", "Tue-Sat", "weekends"."""

from core.when.cycles import WEEKEND, WORKDAYS
from core.when.tokens import Kind, Line
from core.when.words import WEEKDAY_PLURALS, WEEKDAYS

_MOST = 12

CLASSES = {
    "weekday": WORKDAYS, "weekdays": WORKDAYS, "workday": WORKDAYS, "workdays": WORKDAYS,
    "weekend": WEEKEND, "weekends": WEEKEND,
}  # fmt: skip


TOGETHER = {"mwf": (0, 2, 4), "tth": (1, 3), "tuth": (1, 3), "mtwthf": WORKDAYS, "mtwtf": WORKDAYS}


def one_weekday(line: Line, at: int, *, plural: bool) -> tuple[tuple[int, ...], int] | None:
    word = line.word(at)
    if word in TOGETHER:
        return TOGETHER[word], at + 1
    classes = word in CLASSES and (not plural or word.endswith("s"))
    if classes:
        return CLASSES[word], at + 1
    for words in ("business day", "working day", "work day"):
        end = line.take(at, *((f"{words}s",) if plural else (f"{words}s", words)))
        if end > at:
            return WORKDAYS, end
    if word in WEEKDAY_PLURALS and (word not in {"tu", "th", "tues", "suns"} or not plural):
        return (WEEKDAY_PLURALS[word],), at + 1
    if not plural and word in WEEKDAYS:
        dotted = line.word(at + 1) == "." and len(word) <= 5 and line[at + 2].kind is not Kind.END
        return (WEEKDAYS[word],), at + 2 if dotted and not line[at + 2].capital else at + 1
    return None


def weekdays(line: Line, at: int, *, plural: bool = False) -> tuple[tuple[int, ...], int] | None:
    """ "Monday, Wednesday and Friday", "Tue-Sat", "weekends", as sorted numbers.

    With `plural`, the first of them has to be one that by itself says that it recurs.
    """
    first = one_weekday(line, at, plural=plural)
    if first is None:
        return None
    chosen, end = set(first[0]), first[1]
    single = first[0]
    for _ in range(_MOST):
        through = line.take(end, "-", "to", "through", "thru", "until", "till")
        if through > end and len(single) == 1:
            last = one_weekday(line, line.take(through, "the", "every"), plural=False)
            if last is None or len(last[0]) != 1:
                break
            count = (last[0][0] - single[0]) % 7
            chosen |= {(single[0] + step) % 7 for step in range(count + 1)}
            single, end = (), last[1]
            continue
        place = line.take(
            line.over(end, ",/&"), "and on", "and every", "and", "or", "& on", "&", "on"
        )
        more = one_weekday(line, place, plural=False)
        if more is None:
            break
        chosen |= set(more[0])
        single, end = more
    return tuple(sorted(chosen)), end
