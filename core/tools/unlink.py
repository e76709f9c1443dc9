"""Which accounts are one, and how they part again."""

from functools import partial

from core import joining
from core.errors import UserError
from core.linking import Account, called
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.tool import Outcome, Reach, tool
from core.values import Button, OwnerId

NONE = (
    "I know you here alone. Say “/link”, and I give you a code to type on another platform, where "
    "I know you too."
)


async def look_up(
    reach: Reach, context: ToolContext, *, which: str = "", confirmed: bool = False
) -> tuple[OwnerId, ...]:
    """Whose lane a parting needs besides the owner's."""
    owner = context.owner.id
    accounts = await reach.store.read(lambda work: work.links.accounts(owner))
    return tuple(guest.home for guest in joining.guests(accounts))


@tool(gather=look_up, beside=tuple, undoable=False, for_models=False)
def unlink(
    work: Work,
    context: ToolContext,
    gathered: tuple[OwnerId, ...],
    *,
    which: str = "",
    confirmed: bool = False,
) -> Outcome:
    """Show the accounts that were joined, or part one again. `which`: its short id or platform."""
    if context.owner.kind is OwnerKind.GROUP:
        raise UserError("Groups are not linked with anything.")
    owner = context.owner.id
    accounts = work.links.accounts(owner)
    guests = joining.guests(accounts)
    if not guests:
        return Outcome(
            result=NONE, said=NONE, buttons=(Button(label="Link", command="/link"),), changed=False
        )
    wanted = which.strip().casefold().removeprefix("from ")
    meant = [
        guest
        for guest in guests
        if guest.short == wanted or guest.name.casefold().removeprefix("the ") == wanted
    ]
    if len(guests) == 1 and not meant and wanted in _own(accounts):
        meant = guests
    if len(meant) != 1 or meant[0].home not in gathered:
        return _listed(context, guests, accounts)
    (guest,) = meant
    stays = _staying(accounts)
    if not confirmed:
        said = (
            f"Unlink {guest.name} from {stays}? What came through {guest.name} goes back there, "
            f"with the settings that it had; everything else stays with {stays}. Numbers stay as "
            "they are."
        )
        return Outcome(
            result=said,
            said=said,
            buttons=(
                Button(label=f"Unlink {guest.name}", command=f"/unlink {guest.short} yes"),
                Button(label="Not now", command="/cancel"),
            ),
            asks="",
            changed=False,
        )
    said = f"{guest.name[0].upper()}{guest.name[1:]} and {stays} are two again."
    return Outcome(
        result=said,
        said=said,
        changed=True,
        last=partial(joining.part, owner=owner, guest=guest),
    )


def _listed(context: ToolContext, guests: list[joining.Guest], accounts: list[Account]) -> Outcome:
    names = joining.listed([called(each, accounts) for each in accounts])
    person = context.owner
    said = f"You are the same to me on {names}. {joining.delivered(person, accounts)}"
    buttons = [
        Button(label=f"Unlink {guest.name}", command=f"/unlink {guest.short}") for guest in guests
    ]
    deliver = Button(label="Where reminders come", command="/settings deliver")
    return Outcome(result=said, said=said, buttons=(*buttons, deliver), changed=False)


def _own(accounts: list[Account]) -> set[str]:
    return {each.identity.platform for each in accounts if each.home is None}


def _staying(accounts: list[Account]) -> str:
    return joining.listed([called(each, accounts) for each in accounts if each.home is None])
