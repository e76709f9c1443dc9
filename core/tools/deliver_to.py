"""Where reminders and summaries come, for who is known on several platforms."""

from dataclasses import replace

from core import joining
from core.errors import UserError
from core.linking import Account, called, label
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button

MENU = Button(label="‹ Settings", command="/settings")
ALONE = (
    "I know you here alone, so all that I write comes here. “/link” joins this with another "
    "platform."
)


@tool(undoable=False, for_models=False)
def deliver_to(work: Work, context: ToolContext, *, where: str = "") -> Outcome:
    """Set where reminders and summaries come.

    `where`: a platform, its place in the list, or an account as a form names it.
    """
    if context.owner.kind is OwnerKind.GROUP:
        raise UserError("What this group asks for comes to this group.")
    person = work.people.get(context.owner.id) or context.owner
    accounts = joining.places(work, person)
    if len(accounts) < 2:
        return Outcome(
            result=ALONE, said=ALONE, buttons=(Button(label="Link", command="/link"), MENU)
        )
    wanted = line(where).casefold().removeprefix("the ")
    if not wanted:
        return _asked(joining.preferred(person, accounts), accounts)
    found = _meant(wanted, context, accounts)
    if found is None:
        raise UserError(
            "I do not know you there. Where shall reminders come?",
            buttons=_buttons(joining.preferred(person, accounts), accounts),
        )
    if joining.same_chat(found.address, person.preferred):
        said = f"Reminders and summaries come to {called(found, accounts)} already."
        return Outcome(result=said, said=said, buttons=(MENU,))
    work.people.save(replace(person, preferred=found.address))
    said = f"From now on reminders and summaries come to {called(found, accounts)}."
    return Outcome(result=said, said=said, changed=True, buttons=(MENU,))


def _asked(now: Account | None, accounts: list[Account]) -> Outcome:
    said = "Where shall reminders and summaries come?"
    return Outcome(
        result=said, said=said, buttons=(*_buttons(now, accounts), MENU), asks="/settings deliver"
    )


def _buttons(now: Account | None, accounts: list[Account]) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=("✓ " if account == now else "") + label(account, accounts),
            command=f"/settings deliver {number}",
        )
        for number, account in enumerate(accounts, 1)
    )


def _meant(wanted: str, context: ToolContext, accounts: list[Account]) -> Account | None:
    if wanted.isascii() and wanted.isdigit():
        number = int(wanted) if len(wanted) < 4 else 0
        return accounts[number - 1] if 1 <= number <= len(accounts) else None
    if wanted == "here":
        return next((each for each in accounts if each.identity == context.speaker), None)
    alike = [
        each
        for each in accounts
        if wanted
        in (
            each.identity.platform,
            called(each, accounts).casefold().removeprefix("the "),
            str(each.identity).casefold(),
        )
    ]
    return alike[0] if len(alike) == 1 else None
