"""Keep a forwarded post or a contact as what the person says."""

from typing import Literal

from core import posts
from core.cards import Look, card, option
from core.errors import UserError
from core.offers import TAKEN, waiting
from core.people import ToolContext
from core.ports import Offer, OfferKind, Work
from core.reminders import reminder_text, ring, rung
from core.rows import Note, Reminder, Task, Thing
from core.settings import zone_hint
from core.tasks import due_or_none, with_due
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button

KINDS = (OfferKind.POST, OfferKind.CONTACT)
WHEN = "When shall I remind you?"
TIMES = (("In an hour", "in 1 hour"), ("This evening", "this evening"), ("Tomorrow", "tomorrow"))


@tool(for_models=False)
def keep_offered(
    work: Work,
    context: ToolContext,
    *,
    kind: Literal["", "task", "note", "reminder"] = "",
    when: str = "",
    offer: str = "",
    attachment: int = 0,
    words: str = "",
) -> Outcome:
    """Keep what was offered, or, before it was, what came with this message; ask where it is not
    said as what, or when."""
    owner, now = context.owner, context.now
    if offer:
        found = waiting(work, context, offer, *KINDS)
    else:
        attached = context.attached(attachment)
        found = posts.offered(attached, words, owner, now)
    if not kind:
        return _asking(work, context, found)
    if kind == "reminder" and not line(when):
        return _asking_when(work, context, found, WHEN)
    try:
        stored = _kept(work, context, found, kind, when)
    except UserError as error:
        if offer or kind == "note":
            raise
        # The words would be lost with the refusal: what was forwarded waits for better ones.
        return _asking_when(work, context, found, str(error), kind)
    if offer:
        work.offers.close(owner.id, found.code, TAKEN)
    shown = card(stored, owner, now, Look(fresh=True, changed=True))
    hint = zone_hint(work, owner) if kind == "reminder" else ""
    return Outcome(result=f"{kind.capitalize()} made: {shown.line()}", said=hint, cards=(shown,))


def _kept(work: Work, context: ToolContext, found: Offer, kind: str, when: str) -> Thing:
    owner, now, via = context.owner, context.now, str(context.speaker)
    asks = f"/take {found.code} {kind}"
    if kind == "note":
        return work.notes.add(owner.id, Note(text=found.text, source=found.source, via=via))
    if kind == "reminder":
        text = reminder_text(posts.reminder_words(found), asks=asks, question=WHEN)
        at = ring(when, owner, now, asks=asks)
        fresh = Reminder(text=text, at_local=at.local, zone=at.zone, via=via, address=context.later)
        return work.reminders.add(owner.id, rung(fresh, at))
    task = Task(
        title=posts.title(found),
        description=posts.description(found),
        zone=owner.zone,
        via=via,
    )
    if line(when):
        task = with_due(task, due_or_none(when, owner, now, asks=asks))
    return work.tasks.add(owner.id, task)


def _waits(work: Work, context: ToolContext, found: Offer) -> Offer:
    return found if found.code else work.offers.add(context.owner.id, found)


def _asking(work: Work, context: ToolContext, found: Offer) -> Outcome:
    waits = _waits(work, context, found)
    take = f"/take {waits.code}"
    if waits.kind is OfferKind.CONTACT:
        said = "Keep this contact as a note?"
        return Outcome(
            result=said,
            said=said,
            quoted=waits.text,
            buttons=(
                Button(label="Keep", command=f"{take} note"),
                Button(label="No", command=f"/dismiss {waits.code}"),
            ),
            asks=f"{take} note",
        )
    said = "Keep this as a task or a note?"
    return Outcome(
        result=said,
        said=said,
        quoted=f"“{posts.beginning(waits)}” (from {waits.source})",
        buttons=(
            Button(label="Task", command=f"{take} task"),
            Button(label="Note", command=f"{take} note"),
            Button(label="Remind me…", command=f"{take} remind"),
        ),
        asks=take,
    )


def _asking_when(
    work: Work, context: ToolContext, found: Offer, question: str, kind: str = "reminder"
) -> Outcome:
    take = f"/take {_waits(work, context, found).code} {'remind' if kind == 'reminder' else kind}"
    options = [option(label, f"{take} {answer}", "") for label, answer in TIMES]
    return Outcome(
        result=question,
        said=question,
        buttons=tuple(button for button in options if button is not None),
        asks=take,
    )
