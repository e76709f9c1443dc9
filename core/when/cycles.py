"""The days of a recurrence, as a rule and with the question that some rules raise."""

from dataclasses import dataclass, replace

from core.when.words import WEEKDAY_CODES

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
        short = [day for day in self.monthdays if day > 28]
        if self.freq == "MONTHLY" and short:
            day = max(short)
            missing = {31: "Not every month has a 31st.", 30: "February has no 30th."}.get(
                day, "February has a 29th only in leap years."
            )
            month_words = "every month" if self.interval == 1 else f"every {self.interval} months"
            options = (f"last day of {month_words}", f"28th of {month_words}")
            return replace(self, ask=f"{missing} Use the last day of the month?", options=options)
        if self.freq == "YEARLY" and self.months == (2,) and 29 in self.monthdays:
            options = ("every 28 February", "every 1 March")
            return replace(
                self, ask="29 February comes every four years. Use another day?", options=options
            )
        return self
