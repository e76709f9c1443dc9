"""Calendar files to read, made of the lines that matter."""

from collections.abc import Sequence

STAMP = "DTSTAMP:20261101T000000Z"


def vevent(*lines: str, uid: str = "1@club", title: str = "Training") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", STAMP, f"SUMMARY:{title}", *lines, "END:VEVENT"]


def calendar(*parts: Sequence[str], head: Sequence[str] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Club//EN", *head]
    for part in parts:
        lines += part
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def one(*lines: str) -> bytes:
    """A calendar of one event."""
    return calendar(vevent(*lines))


def vtimezone(name: str, *, summer: str = "+0200", winter: str = "+0100") -> list[str]:
    """Clocks that change with the European Union's."""
    return [
        "BEGIN:VTIMEZONE",
        f"TZID:{name}",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        f"TZOFFSETFROM:{summer}",
        f"TZOFFSETTO:{winter}",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        f"TZOFFSETFROM:{winter}",
        f"TZOFFSETTO:{summer}",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
