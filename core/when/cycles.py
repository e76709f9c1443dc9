"""The days of a recurrence, as a rule and with the question that some rules raise."""

from dataclasses import dataclass, replace

from core.errors import UserError
from core.when.rule import Rule
from core.when.words import WEEKDAY_CODES, WEEKDAY_NAMES

IF_THERE_IS_ONE = "if there is one"
"""Said after a rule whose day not every month or year has."""
WORKDAYS = (0, 1, 2, 3, 4)


WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days of a recurrence, before its time of day and its bounds are known."""

    freq: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    """(nth, weekday); nth is 0 for every one."""
    monthdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    position: int = 0
    """BYSETPOS, or 0."""
    part: str | None = None
    ask: str | None = None
    options: tuple[str, ...] = ()
    scarce: bool = False
    """Said to be in the months or years alone that have such a day."""

    def rule(self) -> str:
        """As an RRULE value (RFC 5545 3.3.10), without UNTIL and COUNT."""
        parts = [f"FREQ={self.freq}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.months:
            parts.append("BYMONTH=" + ",".join(map(str, self.months)))
        if self.monthdays:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.monthdays)))
        if self.weekdays:
            codes = (f"{count or ''}{WEEKDAY_CODES[day]}" for count, day in self.weekdays)
            parts.append("BYDAY=" + ",".join(codes))
        if self.position:
            parts.append(f"BYSETPOS={self.position}")
        if self.freq == "WEEKLY" and self.interval > 1 and len(self.weekdays) > 1:
            parts.append("WKST=MO")
        return ";".join(parts)

    def checked(self) -> "Cycle":
        """With the question that some rules need before they are kept."""
        if self.ask:
            return self
        if self.freq in {"SECONDLY", "MINUTELY"}:
            return replace(
                self,
                ask="I repeat things every hour at the most. How often shall it be?",
                options=("every hour", "every 2 hours", "every day"),
            )
        try:
            rule = Rule.parse(self.rule())
        except UserError as problem:
            return replace(self, ask=f"{problem} How often shall it be?")
        doubt = None if self.scarce else rule.doubt()
        return replace(self, ask=doubt, options=self._safer()) if doubt else self

    def _safer(self) -> tuple[str, ...]:
        """Rules without the doubt, for a rule that not every month or year can follow."""
        if self.freq == "YEARLY":
            return "every 28 February", "every 1 March", f"every 29 February {IF_THERE_IS_ONE}"
        months = "every month" if self.interval == 1 else f"every {self.interval} months"
        fifth = next((day for count, day in self.weekdays if count == 5), None)
        last = "day" if fifth is None else WEEKDAY_NAMES[fifth]
        day = "5th " + last if fifth is not None else f"{max(self.monthdays, default=31)}th"
        day = day.replace("31th", "31st")
        return f"last {last} of {months}", f"{day} of {months} {IF_THERE_IS_ONE}"
