"""Texts that a person names their things with: one clean line, not empty, not endless."""

import re
import unicodedata

from core.errors import UserError
from core.intake import clean

MAX_TITLE = 500
MAX_TEXT = 10_000
"""Characters of a note or description."""

# Characters that turn the reading direction of what follows: they garble the rest of a card.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def line(text: str) -> str:
    """The text as one line without control characters."""
    return " ".join(_TURNING.sub("", clean(text)).split())


def title(text: str, *, asks: str, question: str) -> tuple[str, str]:
    """The title and what was too long for it, cut between words.

    Raises UserError with the question when nothing visible is left; `asks` is the command that
    its answer completes.
    """
    whole = line(text)
    if not visible(whole):
        raise UserError(question, asks=asks)
    if len(whole) > MAX_TITLE + MAX_TEXT:
        raise UserError(f"That is too long to be a title: use up to {MAX_TITLE} characters.")
    if len(whole) <= MAX_TITLE:
        return whole, ""
    cut = whole.rfind(" ", MAX_TITLE // 2, MAX_TITLE)
    at = cut if cut > 0 else MAX_TITLE
    return whole[:at].rstrip(), whole[at:].strip()


def body(text: str, *, what: str) -> str:
    """A longer text, its lines kept. Raises UserError, naming what it is, when it is too long."""
    whole = _TURNING.sub("", clean(text)).strip()
    if len(whole) > MAX_TEXT:
        raise UserError(
            f"{what} takes up to {MAX_TEXT:,} characters; this has {len(whole):,}. "
            "Send the part that matters."
        )
    return whole


def replaced(description: str) -> str:
    """A new description; "none" clears it. Raises UserError when it is too long."""
    return "" if line(description).casefold() == "none" else body(description, what="A description")


def visible(text: str) -> bool:
    """Whether anything of it can be seen."""
    return any(
        not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in text
    )
