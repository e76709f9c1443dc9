"""What "it", "the second one" and "#3" mean: the things that were shown last."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.cards import option
from core.language.understanding import Understanding, together
from core.ports import Shown, Situation

MOST_CHOICES = 5

_ORDINALS = {
    word: number
    for number, group in enumerate(
        (
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
            "ninth 9th",
            "tenth 10th",
        ),
        1,
    )
    for word in group.split()
}
_KINDS = {
    "task": "task",
    "tasks": "task",
    "todo": "task",
    "to-do": "task",
    "item": "",
    "items": "",
    "event": "event",
    "events": "event",
    "meeting": "event",
    "meetings": "event",
    "appointment": "event",
    "appointments": "event",
    "call": "event",
    "reminder": "reminder",
    "reminders": "reminder",
    "alarm": "reminder",
    "alarms": "reminder",
    "note": "note",
    "notes": "note",
    "one": "",
    "ones": "",
    "thing": "",
    "things": "",
    "entry": "",
    "": "",
}
_KIND = "|".join(word for word in _KINDS if word)
_PRONOUN = re.compile(
    rf"(?:it|its|this|that|him|her|the same|the (?:meeting|event)'s|"
    rf"(?:this|that|the|the same|my) (?P<kind>{_KIND})(?<!s)"
    rf"|(?:the )?(?:one|event|task|reminder|thing) (?:you|i|we) just (?:made|"
    rf"created|added|set|showed|mentioned))"
)
_PLURAL = re.compile(
    rf"(?P<all>all|all of|each of|every one of)?\s*(?:them|these|"
    rf"those|(?:these|those) (?P<kind>{_KIND}))"
    r"(?: all)?|all of it"
)
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5} | {str(n): n for n in range(2, 6)}
_COUNT = "|".join(_COUNTS)
_SOME = re.compile(
    rf"(?:the )?(?P<which>first|last|latest|top) (?P<count>{_COUNT})(?:\s+(?P<kind>{_KIND}))?"
    rf"|(?:the |these |those |all )?(?P<all>both|two|three|four|five)(?: of (?:them|these|those))?"
    rf"(?:\s+(?P<named>{_KIND}))?"
)
_ORDINAL = re.compile(
    rf"(?:the |my |number )?(?P<which>{'|'.join(_ORDINALS)}|last|latest|previous|"
    rf"final|newest|most recent)"
    rf"(?: and (?:the )?(?P<other>{'|'.join(_ORDINALS)}|last))?(?:\s+(?P<kind>{_KIND}))?"
    r"(?: (?:on|in|from) (?:the|my|that|this) list)?"
)
_NUMBERED = re.compile(
    rf"(?:the )?(?:(?P<kind>{_KIND})\s+)?(?:number|no\.?|nr\.?)?\s*#?\s*(?P<numbers>\d{{1,9}}"
    r"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)#?\s*\d{1,9})*)"
)
_CODE = re.compile(r"(?=[a-z]*[\d@])(?P<letter>[tern])[0-9a-z]{7}(?:@\d+)?(?:/\S+)?", re.IGNORECASE)
_LETTERS = {"t": "task", "e": "event", "r": "reminder", "n": "note"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """The rows that words point at."""

    refs: tuple[str, ...] = ()
    """What the tools take: codes, "#12", or words of a title."""
    kinds: tuple[str, ...] = ()
    """Of each, or "" where only the tool can tell."""
    choices: tuple[Shown, ...] = ()
    """Several were shown, and the words do not say which."""
    named: str = ""
    """The kind that was said with a name: "task" in "the task buy milk"."""
    pointed: bool = False
    """The words point rather than name."""


def meant(words: str, situation: Situation) -> Meant:
    """Resolve words: pronouns and ordinals by what was shown last, anything else is a title."""
    low = " ".join(words.lower().replace("’", "'").split()).strip(' .,!?;:"')
    near = situation.replied or situation.shown
    if match := _CODE.fullmatch(low):
        return Meant(refs=(words.strip(),), kinds=(_LETTERS[match["letter"]],))
    if match := _SOME.fullmatch(low):
        return _some(match, near)
    if match := _NUMBERED.fullmatch(low):
        numbers = re.findall(r"\d+", match["numbers"])
        kinds = {str(row.number): row.kind for row in (*situation.shown, *situation.replied)}
        kind = _KINDS[match["kind"] or ""]
        return Meant(
            refs=tuple(f"#{number}" for number in numbers),
            kinds=tuple(kinds.get(number, kind) for number in numbers),
            pointed=True,
        )
    if match := _PRONOUN.fullmatch(low):
        kind = _KINDS[match["kind"] or ""]
        rows = [row for row in near if not kind or row.kind == kind]
        if not rows and match["kind"]:
            return Meant(refs=(match["kind"],), kinds=(kind,))
        if len(rows) > 1:
            return Meant(choices=tuple(rows), pointed=True)
        return _rows(rows)
    if match := _PLURAL.fullmatch(low):
        kind = _KINDS[match["kind"] or ""]
        return _rows([row for row in near if not kind or row.kind == kind])
    if match := _ORDINAL.fullmatch(low):
        kind = _KINDS[match["kind"] or ""]
        rows = [row for row in near if not kind or row.kind == kind]
        picked = [_at(rows, which) for which in (match["which"], match["other"]) if which]
        return _rows([row for row in picked if row is not None])
    return Meant(refs=(words,) if low else (), kinds=("",) if low else (), pointed=not low)


def _some(match: re.Match[str], near: Sequence[Shown]) -> Meant:
    """ "the first two", and "both", which is a question unless two were shown."""
    kind = _KINDS[match["kind"] or match["named"] or ""]
    rows = [row for row in near if not kind or row.kind == kind]
    count = _COUNTS[match["count"] or match["all"]]
    if match["all"]:
        return _rows(rows) if len(rows) == count else Meant(choices=tuple(rows), pointed=True)
    if len(rows) < count:
        return Meant(choices=tuple(rows), pointed=True)
    return _rows(rows[:count] if match["which"] in ("first", "top") else rows[-count:])


def _at(rows: list[Shown], which: str) -> Shown | None:
    number = _ORDINALS.get(which, len(rows))
    return rows[number - 1] if 1 <= number <= len(rows) else None


def _rows(rows: list[Shown]) -> Meant:
    return Meant(
        refs=tuple(row.code for row in rows), kinds=tuple(row.kind for row in rows), pointed=True
    )


def each(
    found: Meant,
    call: Callable[[str, str], Understanding],
    *,
    tool: str,
    action: str,
    command: str,
) -> Understanding:
    """One call for every row that is meant; a question when it is not clear which.

    `call` makes one from a reference and its kind, which is "" when only the tool can tell;
    `command` is what the answer to the question completes, such as "/done".
    """
    if not found.refs:
        return which(found, tool=tool, action=action, command=command)
    pairs = zip(found.refs, found.kinds, strict=True)
    return together([call(ref, kind) for ref, kind in pairs])


def which(found: Meant, *, tool: str, action: str, command: str, words: str = "") -> Understanding:
    """Ask which of the shown things is meant, or for a name when none was shown."""
    text = f"Which one shall I {action}?"
    if not found.choices:
        text = f"{text} Say its number or words of its title."
    buttons = (
        option(
            f"#{row.number} {row.title}", f"{command} {row.code}@{row.version} {words}".rstrip(), ""
        )
        for row in found.choices[:MOST_CHOICES]
    )
    return Understanding(
        text=text,
        buttons=tuple(button for button in buttons if button is not None and button.command),
        asks=command,
        about=tool,
        sure=bool(found.choices),
    )
