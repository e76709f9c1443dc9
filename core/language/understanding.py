"""What a sentence was taken to mean."""

from dataclasses import dataclass

from core.values import Button, Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """Calls to make, or words to say: a question, a greeting, or that it was not understood."""

    calls: tuple[Call, ...] = ()
    sure: bool = False
    """The sentence is fully accounted for: no model needs to look at it."""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    """`text` is a question, and this is the command that its answer, appended, completes."""
