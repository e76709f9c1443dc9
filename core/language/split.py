"""Several requests in one message: lines, bullets, sentences, and "… and add …"."""

import re

from core.language import words

MOST_REQUESTS = 20
_BULLET = re.compile(r"\s*(?:[-*•·–—]|\(?\d{1,2}[.)]|\[[ xX]?\])\s+(?P<item>\S.*)")
_OWN = rf"(?:{words.REMINDER}|{words.LIST}|{words.CALENDAR}|{words.MEETING})"
_ASKS = (
    r"(?:what(?:'s|s| is| are| do| did)|when(?:'s|s| is| am| do)|where(?:'s| is)|"
    r"how(?:'s| is| does| do)|"
    r"show (?:me )?|list |tell me (?:what|when|where|if)|do i have|am i (?:free|busy))"
)
_BEGINS = re.compile(
    r"(?:(?:please|also|then|can you|could you|would you|and|let's)\s+)*"
    rf"(?:remind me|wake me|remember that|note (?:that|down)|make a note|{_ASKS}|undo|snooze|"
    rf"(?:add|put|create|make|set(?: up)?|schedule|book|delete|remove|cancel|clear|"
    rf"erase)(?= .*\b{_OWN})|"
    r"(?:schedule|book|cancel|delete|move|reschedule|postpone|add|mark|complete|"
    r"rename|push)(?! (?:it|them|that|this) (?:to|from|on|in)\b)(?= )|"
    r"i (?:also )?(?:need|want|have) (?:to|an?)(?= .*\b(?:remind|add|schedule|"
    r"book|cancel|reminder|meeting|appointment)))(?![\w'])",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?:(?:please|also|then|can you|could you|would you|and|"
    r"let's)\s+)*(?:remind me|wake me|remember that|note (?:that|down)|"
    rf"{_ASKS}|undo|snooze|(?:add|put|create|make|set(?: up)?|schedule|book|delete|"
    rf"remove|cancel|clear|erase|move|mark)(?= .*\b{_OWN}))",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:[,;]\s*(?:and(?: then| also)?|then|also|plus|but|so)?|(?<=[.!?])|"
    r"\s(?:and(?: then| also)?|then|plus|&|so|but))\s+",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"(?:remind me|remember to|don't let me forget|add|put|note|i need to|i have to)", re.IGNORECASE
)
_WHOLE = re.compile(
    r"\s*(?:(?:please|pls)\s+)?(?:remember|note|memo|make a note|take a note|"
    r"keep in mind|save this|/)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*\(?1[.)]\s[^\n]+\s\(?2[.)]\s")
_NEXT_NUMBER = re.compile(r"[\s,;]+(?=\(?\d{1,2}[.)]\s)")
_REMIND = re.compile(r"(?:please\s+|also\s+)*(?:remind|wake) me\b", re.IGNORECASE)
_CALLED = re.compile(r"(?:hi|hello|hey|hiya|ok|okay|good \w+)? *(?:there|pixie)?", re.IGNORECASE)
_PRONOUN = re.compile(r"(?<![\w'])(?:it|them|that one|this one)(?![\w'])", re.IGNORECASE)


def split(text: str) -> tuple[list[str], bool]:
    """The requests of a message in order, and whether they were written as a list.

    A part stands alone only if it begins as a request does, so "call mom and dad" stays whole.
    """
    if _NUMBERED.match(text):
        text = _NEXT_NUMBER.sub("\n", text)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return [text], False
    if _WHOLE.match(text):
        return (_after_note(text) if len(lines) == 1 else [text]), False
    if len(lines) == 1:
        return _joined(text), False
    return _lines(lines), any(_BULLET.fullmatch(line) for line in lines)


def _lines(lines: list[str]) -> list[str]:
    parts: list[str] = []
    heading = ""
    for line in lines:
        bullet = _BULLET.fullmatch(line)
        item = bullet["item"].strip() if bullet else line.strip()
        if not bullet and item.endswith(":"):
            heading = item.rstrip(": ")
        elif heading:
            parts.append(f"{heading}: {item}")
        else:
            parts += [item] if bullet else _joined(item)
    return parts or [heading]


def _after_note(text: str) -> list[str]:
    """A note and what is asked for after it; "and" alone does not end a note."""
    if text.lstrip().startswith("/"):
        return [text]
    for joint in _JOINT.finditer(text):
        right = text[joint.end() :]
        ended = text[: joint.start()].rstrip().endswith((".", "!", "?")) or ";" in joint.group()
        if (_STRONG if ended else _REMIND).match(right) and joint.start():
            return [text[: joint.start()].strip(" ,;"), *split(right)[0]]
    return [text]


def _joined(text: str) -> list[str]:
    """Cut at each semicolon, and where a joint is followed by the beginning of another request."""
    if '"' not in text and "“" not in text and ";" in text:
        return [part for piece in text.split(";") if piece.strip() for part in _cut(piece.strip())]
    return _cut(text)


def _cut(text: str) -> list[str]:
    """Cut where a joint is followed by the beginning of another request."""
    parts = []
    begin = at = 0
    while joint := _JOINT.search(text, at):
        at = max(joint.end(), at + 1)
        left, right = text[begin : joint.start()], text[joint.end() :]
        if _CALLED.fullmatch(left.strip(" ,.!")) or not right.strip():
            continue
        ended = text[: joint.start()].rstrip().endswith((".", "!", "?", ";"))
        starts = (_STRONG if _TO_DO.match(left.strip()) and not ended else _BEGINS).match(right)
        if starts and len(left.split()) > 1 and not _PRONOUN.search(right[:60]):
            parts.append(left.strip(" ,;"))
            begin = joint.end()
    parts.append(text[begin:].strip())
    return [part for part in parts if part]
