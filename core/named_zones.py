"""The time zone that words name beside a time: "3pm Tokyo time", "15:00 CET", "9:00 Asia/Tokyo"."""

import re

from core.errors import UserError
from core.when.wall import zone as find_zone

_ZONE_NAMES = {
    "utc": "UTC",
    "gmt": "UTC",
    **dict.fromkeys(("et", "est", "edt", "eastern"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt", "central"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt", "mountain"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific"), "America/Los_Angeles"),
    "bst": "Europe/London",
    **dict.fromkeys(("cet", "cest"), "Europe/Paris"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    "jst": "Asia/Tokyo",
}
_ABBREVIATION = re.compile(
    r"(?<=[\dm])\s*\b(UTC|GMT|[ECMP][SD]?T|BST|CES?T|EES?T|WES?T|JST)\b(?![-+/\d])"
)
_IANA = re.compile(r"\(?\b([A-Z][A-Za-z]+(?:/[A-Za-z_+-]+){1,2})\b\)?")
_CITY_TIME = re.compile(r"\b(?:in\s+)?((?:[^\W\d]+[ .'-]+){0,2}[^\W\d]+)\s+time\b", re.IGNORECASE)
_OWN_TIME = frozenset({"my", "local", "our"})


def named_zone(text: str) -> tuple[str, str | None]:
    """The words without a zone that they name, and that zone."""
    for pattern in (_ABBREVIATION, _IANA):
        match = pattern.search(text)
        if match is not None:
            named = match.group(1)
            key = _ZONE_NAMES.get(named.casefold()) or find_zone(named).key
            return f"{text[: match.start()]} {text[match.end() :]}".strip(), key
    match = _CITY_TIME.search(text)
    if match is None:
        return text, None
    words = match.group(1).split()
    for count in range(len(words), 0, -1):
        named = " ".join(words[-count:])
        kept = " ".join(words[:-count])
        kept = re.sub(r"\bin$", "", kept)
        if named.casefold() in _OWN_TIME:
            return f"{text[: match.start()]} {kept} {text[match.end() :]}".strip(), None
        found = _ZONE_NAMES.get(named.casefold()) or _known_zone(named)
        if found is not None:
            return f"{text[: match.start()]} {kept} {text[match.end() :]}".strip(), found
    return text, None


def _known_zone(named: str) -> str | None:
    try:
        return find_zone(named).key
    except UserError:
        return None
