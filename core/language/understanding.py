"""What a message was understood to mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.cards import option
from core.values import Button, Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """Calls to make, and a text to say: an answer, a question, or that it was not understood.

    Both only where one message holds several requests.
    """

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

    All that is to be said is said. One answer can complete one question only, so it is the first
    one's; the others are quoted to be said again.
    """
    if len(parts) == 1:
        return parts[0]
    calls = [call for part in parts for call in part.calls]
    first = next((part for part in parts if part.asks is not None), None)
    texts = [
        part.text if part.asks is None or part is first else f"{part.text} (Please say it again.)"
        for part in parts
        if part.text
    ]
    return Understanding(
        calls=tuple(replace(call, id=f"call-{number}") for number, call in enumerate(calls, 1)),
        sure=all(part.sure and part.calls for part in parts),
        text="\n".join(dict.fromkeys(texts)),
        buttons=tuple(
            button
            for part in parts
            if part.asks is None or part is first
            for button in part.buttons
        ),
        asks=first.asks if first else None,
        about=first.about if first else "",
    )
