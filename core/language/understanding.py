"""What a message was understood to mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.cards import option
from core.values import Button, Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """Calls to make, or a text to say: an answer, a question, or that it was not understood."""

    calls: tuple[Call, ...] = ()
    sure: bool = False
    """The whole message is accounted for: no model needs to be asked."""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    """The text is a question, and this is the command that its answer, appended, completes."""
    about: str = ""
    """The tool that a question is about."""


def calling(tool: str, *, sure: bool = True, **arguments: Any) -> Understanding:
    """One call. Arguments that are empty are left out."""
    given = {name: value for name, value in arguments.items() if value not in ("", None, False)}
    return Understanding(calls=(Call(id="call-1", name=tool, arguments=given),), sure=sure)


def saying(text: str, *buttons: Button, sure: bool = True) -> Understanding:
    """An answer without a tool."""
    return Understanding(text=text, buttons=buttons, sure=sure)


def asking(
    tool: str, text: str, asks: str, options: Sequence[tuple[str, str]] = (), *, sure: bool = True
) -> Understanding:
    """A question before a tool can be called.

    `options` are label and answer; pressing one is typing `asks` with the answer.
    """
    made = (option(label, f"{asks} {answer}", answer) for label, answer in options)
    buttons = tuple(button for button in made if button is not None)
    return Understanding(text=text, buttons=buttons, asks=asks, about=tool, sure=sure)


def together(parts: Sequence[Understanding]) -> Understanding:
    """Several requests of one message as one: their calls in order, numbered through.

    A question among them is asked only when it stands alone: otherwise no part is sure, so that
    nothing is done by halves without a model, and the question comes with its calls left out.
    """
    if len(parts) == 1:
        return parts[0]
    calls = tuple(
        replace(call, id=f"call-{number}")
        for number, call in enumerate((call for part in parts for call in part.calls), 1)
    )
    silent = [part for part in parts if not part.calls]
    return Understanding(calls=calls, sure=not silent and all(part.sure for part in parts))
