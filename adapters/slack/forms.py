"""Forms as modals, https://docs.slack.dev/reference/views/modal-views.

Every field is an input block whose block_id is the field's name, so that what was filled in comes
back by these names and errors go to them.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter

from adapters.slack.text import Block, clean, cut, plain, units
from core.forms import ON, Errors, Field, FieldKind, Form, FormName
from core.values import Address

CALLBACK = "form"
"""The callback_id of these modals."""
_ACTION = "value"
_TITLE = 24
"""Characters of a modal's title and of its buttons."""
_LABEL = 75
"""Of an option; labels of inputs take 2000."""
_INPUT = 3000
"""Characters of a text input, initial_value included."""
_PRIVATE = 3000
_ERROR = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a modal was opened for, as it keeps it."""

    name: FormName
    ref: str = ""
    address: Address | None = None
    """Where the button was pressed: the answer goes there."""
    message_id: str | None = None
    """The message that had the button."""


_OPENED = TypeAdapter(Opened)


def view(form: Form, address: Address | None = None, message_id: str | None = None) -> Block:
    """The modal for views.open; the rest is given back by `opened`."""
    kept = Opened(name=form.name, ref=form.ref, address=address, message_id=message_id)
    fields = [_input(field, form.zone) for field in form.fields if _fits(field)]
    stays = [
        f"The {field.label.casefold()} is too long for a form; it stays as it is."
        for field in form.fields
        if not _fits(field)
    ]
    note = " ".join(part for part in (form.note, *stays) if part)
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(form.title, _TITLE),
        "submit": plain(form.submit, _TITLE),
        "close": plain("Cancel", _TITLE),
        "private_metadata": _private(kept),
        "blocks": [*fields, *map(_context, note.splitlines())],
    }


def refusal(sentence: str) -> Block:
    """A modal that only tells why there is no form, for who has pressed a button already."""
    return {
        "type": "modal",
        "title": plain("Not now", _TITLE),
        "close": plain("Close", _TITLE),
        "blocks": [{"type": "section", "text": plain(sentence, _INPUT)}],
    }


def opened(private: str) -> Opened | None:
    """What the modal with this private_metadata is for; None when we did not write it."""
    try:
        return _OPENED.validate_json(private, strict=True)
    except ValueError:
        return None


def errors(wrong: Errors) -> Block:
    """The answer to a view_submission that shows each sentence at its field.

    https://docs.slack.dev/surfaces/modals#displaying_errors
    """
    shown = {name: cut(clean(sentence), _ERROR) for name, sentence in wrong.items()}
    return {"response_action": "errors", "errors": shown}


def _private(kept: Opened) -> str:
    text = _OPENED.dump_json(kept).decode()
    if units(text) <= _PRIVATE:
        return text
    # The place is a comfort: without it the answer goes to the person's own chat.
    return _OPENED.dump_json(Opened(name=kept.name, ref=kept.ref)).decode()


def _fits(field: Field) -> bool:
    return units(clean(field.value)) <= _INPUT


def _input(field: Field, zone: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain(field.label, _LABEL),
        "element": {"action_id": _ACTION, **_element(field, zone)},
        "optional": field.optional,
    }
    if field.hint:
        block["hint"] = plain(field.hint, _LABEL)
    return block


def _element(field: Field, zone: str) -> Block:
    """https://docs.slack.dev/reference/block-kit/block-elements

    Nothing empty may be initial: it is left out.
    """
    value = field.value
    match field.kind:
        case FieldKind.DATE:
            return {"type": "datepicker", **({"initial_date": value} if value else {})}
        case FieldKind.TIME:
            initial = {"initial_time": value} if value else {}
            return {"type": "timepicker", "timezone": zone, **initial}
        case FieldKind.CHECK:
            ticked: Block = {"text": plain(field.label, _LABEL), "value": ON}
            initial_options = {"initial_options": [ticked]} if value == ON else {}
            return {"type": "checkboxes", "options": [ticked], **initial_options}
        case FieldKind.CHOICE:
            options = [
                {"text": plain(choice.label, _LABEL), "value": choice.value}
                for choice in field.choices
            ]
            chosen = [option for option in options if option["value"] == value]
            initial_option = {"initial_option": chosen[0]} if chosen else {}
            return {"type": "static_select", "options": options, **initial_option}
        case FieldKind.TEXT | FieldKind.LINES:
            text = clean(value)
            element: Block = {
                "type": "plain_text_input",
                "multiline": field.kind is FieldKind.LINES,
                # Slack may count as browsers do: what is there already must fit.
                "max_length": min(_INPUT, max(field.most, units(text))),
            }
            return element | ({"initial_value": text} if text else {})


def _context(note: str) -> Block:
    return {"type": "context", "elements": [plain(note, _INPUT)]}
