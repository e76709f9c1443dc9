"""The answer to the question that was asked last."""

import re

from core.language.smalltalk import talk
from core.language.understanding import Understanding, saying
from core.ports import Question

_YES = re.compile(
    r"(?:yes|yep|yeah|yup|y|sure|ok|okay|do it|please do|go ahead|confirm|"
    r"confirmed|of course|right|correct|yes,? please)[.! ]*"
)
_NO = re.compile(
    r"(?:no|nope|nah|n|no,? thanks?|never ?mind|forget it|cancel|stop|don't|"
    r"leave it|not now|neither|none|none of them)[.! ]*"
)
_WHOLE = re.compile(r"/import \S+|/take \S+ note|/link join \S+")
"""Questions that a yes is the whole answer to."""
_IMPORT = re.compile(r"(?:please )?import(?: (?:it|them|all|everything|all of them))?[.! ]*")
_NONE = re.compile(r"(?:no|nope|nah|none|off|never|no,? thanks?)[.! ]*")
_MAY_BE_NONE = (
    "/start summary",
    "/settings summary_at",
    "/settings quiet_hours",
    "/settings lead",
)
"""Questions to which no is an answer."""
_POSITIONS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "fifth": 4,
    "last": -1,
}
_POSITION = re.compile(
    r"(?:the )?(?P<which>first|1st|second|2nd|third|3rd|fourth|fifth|last)(?: one)?[.! ]*"
)


def as_command(low: str, text: str, question: Question) -> str | Understanding | None:
    """The command that an answer completes; an answer that ends it; None when it is none of these.

    `low` is `text` in lower case with plain quotation marks.
    """
    said = " ".join(low.split())
    for button in question.buttons:
        if said in (button.label.casefold(), button.command.casefold()):
            return _full(button.command, question)
    if _NONE.fullmatch(said) and question.about in _MAY_BE_NONE:
        return f"{question.about} none"
    if _NO.fullmatch(said):
        return saying("All right, I leave everything as it is.")
    if _YES.fullmatch(said):
        if len(question.buttons) == 1:
            return _full(question.buttons[0].command, question)
        if question.about.startswith(("/delete", "/forget")):
            return f"{question.about} yes"
        return question.about if _WHOLE.fullmatch(question.about) else None
    if question.about.startswith("/import ") and _IMPORT.fullmatch(said):
        return question.about
    if (position := _POSITION.fullmatch(said)) and question.buttons:
        at = _POSITIONS[position["which"]]
        if at < len(question.buttons):
            return _full(question.buttons[at].command, question)
    if talk(said) is not None or not question.about:
        return None
    return f"{question.about} {text.strip()}"


def _full(command: str, question: Question) -> str:
    """A button holds the whole command, or the answer alone when the command was too long."""
    return command if command.startswith("/") else f"{question.about} {command}"
