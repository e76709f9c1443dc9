"""Times of day: "2pm", "half past eight", "14:00", "noon"."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from core.when.numbers import cardinal
from core.when.tokens import Kind, Line, Phrases, remembered
from core.when.words import DAY_PARTS, FRACTIONS, MEASURES, UNITS, ZONES


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said."""

    at: time
    bare: bool = False
    """An hour up to twelve without am or pm: either half of the day."""
    days: int = 0
    """1 for 24:00, which is the next day."""
    zone: float | None = None
    """Hours east of UTC, when the time was said in a zone."""
    sure: bool = True
    """False for numbers that are a time only after "at" or beside a date."""
    named: bool = False
    """Said as noon or midnight."""
    wrong: str | None = None
    """Why there is no such time."""

    def on(self, day: date) -> datetime:
        return datetime.combine(day, self.at) + timedelta(days=self.days)

    def half(self, part: str) -> "Clock":
        """The same time with the half of the day that "in the morning" and the like give it."""
        hour = self.at.hour
        if not self.bare and not (part == "night" and hour == 0):
            return self
        late = {
            "morning": False,
            "noon": hour < 10,
            "afternoon": True,
            "evening": True,
            "night": 5 <= hour < 12,
        }[part]
        if hour == 12:
            midnight = part in {"night", "morning"}
            return replace(
                self,
                at=self.at.replace(hour=0 if midnight else 12),
                bare=False,
                days=int(part == "night"),
            )
        return replace(self, at=self.at.replace(hour=hour + 12 * late), bare=False)


def meridiem(line: Line, at: int) -> tuple[str, int] | None:
    """ "am", "p.m.", "a m", "p . m .": which half, and the place after it."""
    word = line.word(at)
    if word in {"am", "pm"}:
        end = at + 1
        if line.word(end) == "." and not line[end].spaced and line[end + 1].kind is not Kind.END:
            end += not line[end + 1].capital
        return word, end
    if word in {"a", "p"}:
        place = line.take(at + 1, ".")
        if line.word(place) == "m":
            dotted = place > at + 1
            return f"{word}m", line.take(place + 1, ".") if dotted else place + 1
        if not line[at].spaced and line[at - 1].kind in {Kind.CLOCK, Kind.NUMBER}:
            return f"{word}m", place if place > at + 1 and line[place].kind is Kind.END else at + 1
    return None


def _made(hour: int, minute: int, second: int, half: str | None, *, exact: bool) -> Clock | None:
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    if half and hour <= 12:
        return Clock(time(hour % 12 + 12 * (half == "pm"), minute, second))
    if half and hour > 12 and half == "am":
        return None
    if hour == 24:
        return Clock(time(0), days=1)
    return Clock(time(hour, minute, second), bare=not exact and not half and 1 <= hour <= 12)


def _digits(line: Line, at: int) -> tuple[Clock, int] | None:
    """ "10:30", "3pm", "8.30 pm", "1140 a.m.", "0900 hours", "19h30"."""
    token = line[at]
    if not token.spaced and line[at - 1].kind in {Kind.WORD, Kind.NUMBER, Kind.OTHER}:
        return None
    if token.kind is Kind.CLOCK:
        said = [int(float(part)) for part in token.text.replace(",", ".").split(":")]
        half = meridiem(line, at + 1)
        exact = token.text[0] == "0" and token.text[2] == ":"
        second = said[2] if len(said) > 2 else 0
        made = _made(said[0], said[1], second, half[0] if half else None, exact=exact)
        end = half[1] if half else at + 1
        if made is None:
            return Clock(time(0), sure=False, wrong=f"There is no {token.text} on a clock."), end
        return made, end
    if token.kind is Kind.DECIMAL and token.text.count(".") == 1 and token.text not in _SIGNS:
        hour_text, minute_text = token.text.split(".")
        if len(minute_text) != 2 or len(hour_text) > 2:
            return None
        half = meridiem(line, at + 1)
        made = _made(int(hour_text), int(minute_text), 0, half[0] if half else None, exact=False)
        return (replace(made, sure=half is not None), half[1] if half else at + 1) if made else None
    if token.kind is not Kind.NUMBER:
        return None
    half = meridiem(line, at + 1)
    after = line.word(at + 1)
    width = token.end - token.begin
    if width >= 3:
        hour, minute = divmod(token.value, 100)
        made = _made(hour, minute, 0, half[0] if half else None, exact=token.text[0] == "0")
        if made is None:
            return None
        if half:
            return made, half[1]
        year = width == 4 and 1900 <= token.value <= 2100
        if year and line.word(at - 1) not in {"at", "@", "around", "about", "approximately"}:
            return None
        if after in {"hours", "hrs", "hour", "h", "hr"} and width == 4:
            return replace(made, bare=False), at + 2
        return replace(made, sure=False), at + 1
    if half:
        made = _made(token.value, 0, 0, half[0], exact=False)
        short = line.word(at + 1) in {"a", "p"} and half[1] == at + 2
        return (replace(made, sure=not short), half[1]) if made else None
    if after == "h" and not line[at + 1].spaced and token.value < 25:
        if line.word(at - 1) == "at":
            made = _made(token.value, 0, 0, None, exact=False)
            return (made, at + 2) if made else None
        minutes = line[at + 2]
        glued = minutes.kind is Kind.NUMBER and not minutes.spaced and minutes.value < 60
        if glued and minutes.end - minutes.begin == 2 and token.value > 12:
            made = _made(token.value, minutes.value, 0, None, exact=True)
            return (made, at + 3) if made else None
    return None


_SIGNS = frozenset(str(value) for value in FRACTIONS.values())


def _worded(line: Line, at: int) -> tuple[Clock, int] | None:
    """ "ten thirty", "eight oh five", "three pm", "seven o'clock", "10 o'clock"."""
    found = cardinal(line, at)
    if found is None or not 0 <= found[0] <= 24:
        return None
    hour, end = found
    digits = line[at].kind is Kind.NUMBER
    past = line.take(end, "o'clock", "oclock", "o clock", "o' clock", "oclocks")
    if past > end:
        half = meridiem(line, past)
        made = _made(hour, 0, 0, half[0] if half else None, exact=False)
        return (made, half[1] if half else past) if made else None
    minute = 0
    if not digits or (line[end].kind is Kind.NUMBER and line[end].end - line[end].begin == 2):
        minutes = cardinal(line, line.take(end, "oh", "o"))
        fits = minutes is not None and (minutes[0] > 9 or line.word(end) in {"oh", "o"})
        same = minutes is not None and (line[minutes[1] - 1].kind is Kind.NUMBER) == digits
        if minutes and fits and same and minutes[0] < 60:
            minute, end = minutes
            counted = line.word(end) in UNITS and line.word(end) not in {"minutes", "min", "mins"}
            if counted:
                return None
            end = line.take(end, "minutes", "mins", "min")
        elif digits:
            return None
    elif digits:
        return None
    half = meridiem(line, end)
    if half and (line.word(end) not in {"a", "p"} or half[1] > end + 1):
        made = _made(hour, minute, 0, half[0], exact=False)
        return (made, half[1]) if made else None
    made = _made(hour, minute, 0, None, exact=False) if end > found[1] else None
    return (replace(made, sure=False), end) if made else None


def _noon(line: Line, at: int) -> tuple[Clock, int] | None:
    start = line.take(at, "high", "exactly", "the", "12", "twelve")
    found = _NOONS.at(line, start)
    return (Clock(time(found[0]), named=True), found[1]) if found else None


_NOONS = Phrases(
    {
        "noon; noonish; noontime; midday; mid day; mid - day": 12,
        "midnight; mid night; mid - night": 0,
    }
)


def _hour(line: Line, at: int) -> tuple[Clock, int] | None:
    """What may follow "past" and "to": a clock, or a bare hour."""
    found = _noon(line, at) or _digits(line, at) or _worded(line, at)
    if found:
        return found
    number = cardinal(line, at)
    if number and 0 <= number[0] <= 24:
        made = _made(number[0], 0, 0, None, exact=False)
        return (made, number[1]) if made else None
    return None


def _past(line: Line, at: int) -> tuple[Clock, int] | None:
    """ "half past eight", "a quarter to noon", "20 minutes past 8pm"."""
    start = line.take(at, "a", "the")
    named = line.word(start) in {"half", "quarter"}
    if named:
        minutes, end = (30 if line.word(start) == "half" else 15), line.over(start + 1, "-")
        counted = True
    else:
        found = cardinal(line, at)
        if found is None or not 0 < found[0] < 60:
            return None
        minutes, end = found
        counted_end = line.take(end, "minutes", "minute", "mins", "min")
        worded = line[at].kind is Kind.WORD and line.word(at - 1) not in {"from", "between"}
        counted = counted_end > end or (
            minutes in {5, 10, 20, 25} and (worded or line.word(at - 1) == "at")
        )
        end = counted_end
    word = line.word(end)
    sign = {"past": 1, "after": 1, "to": -1, "til": -1, "till": -1, "before": -1, "of": -1}.get(
        word
    )
    if minutes == 30 and named and sign is None:
        hour = cardinal(line, end)
        if hour and 1 <= hour[0] <= 12 and line.word(hour[1]) not in UNITS:
            return Clock(time(hour[0], 30), bare=True, sure=False), hour[1]
        return None
    if sign is None or (word != "past" and not counted) or (word == "of" and not named):
        return None
    hour_found = _hour(line, end + 1)
    if hour_found is None or hour_found[0].at.minute:
        return None
    clock, end = hour_found
    moved = (clock.at.hour * 60 + sign * minutes) % 1440
    if clock.bare and moved < 60:
        moved += 720
    return Clock(time(moved // 60, moved % 60), bare=clock.bare), end


def _zone(line: Line, at: int) -> tuple[float, int] | None:
    """ "PST", "(GMT)", "UTC+2", and the "+02:00" of an ISO time."""
    offset = line[at + 1]
    if line.word(at) in {"+", "-"} and offset.kind is Kind.CLOCK and not offset.spaced:
        east, minutes = (int(part) for part in offset.text.split(":")[:2])
        iso = not line[at].spaced and line[at - 1].text.count(":") == 2
        if iso and east <= 14 and minutes < 60:
            by = east + minutes / 60
            return by if line.word(at) == "+" else -by, at + 2
    start = line.over(at, "(")
    word = line.word(start)
    if word not in ZONES:
        return None
    token = line[start]
    if word in {"z", "ist", "est", "mst", "ast", "bst", "wet"} and not (
        token.capital or line[start - 1].kind is Kind.CLOCK
    ):
        return None
    hours, end = ZONES[word], start + 1
    if line.word(end) in {"+", "-"} and not line[end].spaced and line[end + 1].kind is Kind.NUMBER:
        shift = line[end + 1].value
        if shift <= 14:
            hours += shift if line.word(end) == "+" else -shift
            end += 2
    return hours, line.over(end, ")") if start > at else end


@remembered
def clock(line: Line, at: int) -> tuple[Clock, int] | None:
    """A time of day. One that is not `sure` needs "at" or a date beside it."""
    found = _past(line, at) or _noon(line, at) or _digits(line, at) or _worded(line, at)
    found = found or _ish(line, at)
    if found is None:
        return None
    value, end = found
    if line[end - 1].kind is Kind.CLOCK:
        end = line.take(end, "hours", "hrs", "h", "o'clock", "oclock")
    end = line.take(end, *_ROUNDED)
    if not value.sure and line.word(end) in MEASURES:
        return None
    zone = _zone(line, end)
    if zone:
        value, end = replace(value, zone=zone[0]), zone[1]
    return value, end


_ROUNDED = ("- ish", "ish", "sharp", "exactly", "on the dot", "prompt", "on the hour")


def _ish(line: Line, at: int) -> tuple[Clock, int] | None:
    """ "11-ish", "6 on the dot"."""
    found = cardinal(line, at)
    if found is None or not 1 <= found[0] <= 12:
        return None
    end = line.take(found[1], "- ish", "ish", "on the dot", "sharp")
    return (Clock(time(found[0]), bare=True), end) if end > found[1] else None


def hour(line: Line, at: int) -> tuple[Clock | None, int] | None:
    """A plain number as an hour, never sure, or None in its place when it cannot be one."""
    found = cardinal(line, at)
    if found is None:
        return None
    number, end = found
    exact = line.word(at).startswith("0")
    made = _made(number, 0, 0, None, exact=exact) if number <= 24 else None
    zone = _zone(line, end)
    if made is None or zone is None:
        return (replace(made, sure=False) if made else None), end
    return replace(made, zone=zone[0], sure=False), zone[1]


def day_part(line: Line, at: int) -> tuple[str, int] | None:
    """ "morning", "in the early evening", "at night": which part."""
    start = line.take(at, "early", "late", "mid", "in the early", "in the late", "in the")
    start = line.over(start, "-")
    if start == at:
        start = line.take(at, "at", "during the", "the")
    if line.word(start) in {"noon", "midnight"}:
        return None
    part = DAY_PARTS.get(line.word(start))
    return (part, start + 1) if part else None


def elsewhere(moment: datetime, hours: float, zone: tzinfo | None) -> datetime:
    """The naive wall time in `zone` of a wall time `hours` east of UTC."""
    there = timezone(timedelta(hours=hours))
    return moment.replace(tzinfo=there).astimezone(zone).replace(tzinfo=None, fold=0)
