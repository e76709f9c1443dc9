"""Invitations to Pixie: whoever runs her decides who else may talk with her."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.access import may_invite, member_invite
from core.cards import clock
from core.errors import UserError
from core.invites import Invite
from core.people import OwnerKind, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button
from core.when.show import show_moment
from core.when.wall import wall

MOST_OPEN = 20
MAX_NAME = 60
MOST_BUTTONS = 8
OWN_THINGS = "can talk with me, about things of their own: neither of you sees the other's."
ADVICE = f"Whoever opens it first {OWN_THINGS}"
CODE_ADVICE = (
    f"Whoever sends it to me first {OWN_THINGS} I know no link for it: no platform that has such "
    "links is set, or it cannot be reached now."
)
_LIST = Button(label="Open invitations", command="/invite list")


@tool(undoable=False, for_models=False)
def invite(
    work: Work,
    context: ToolContext,
    *,
    action: Annotated[str, Field(description="create|revoke|list")] = "create",
    name: Annotated[str, Field(description="whom it is for; to revoke: that or its id")] = "",
) -> Outcome:
    """Invite somebody to talk with Pixie, by a link that works once."""
    if context.owner.kind is OwnerKind.GROUP:
        raise UserError("An invitation is a secret: ask me for it in our private chat.")
    if not may_invite(context.owner):
        raise UserError("Only whoever runs me can invite others; please ask them.")
    who = line(name)
    if len(who) > MAX_NAME:
        raise UserError(f"A name has up to {MAX_NAME} characters; say “/invite Ana”.")
    still_open = work.invites.of(context.owner.id)
    match line(action).casefold() or "create":
        case "create":
            return _create(work, context, still_open, who)
        case "revoke":
            return _revoke(work, context, still_open, who)
        case "list":
            return _listed(context, still_open)
    raise UserError("An invitation can be made (create), revoked or listed.")


def _create(work: Work, context: ToolContext, still_open: list[Invite], name: str) -> Outcome:
    if len(still_open) >= MOST_OPEN:
        raise UserError(
            f"You have {len(still_open)} open invitations. Take some back first.",
            buttons=_taking_back(context, still_open),
        )
    code, made = member_invite(work, context.owner, name)
    whom = f" for {name}" if name else ""
    what = "Invitation" if context.invite_url else "Invitation code"
    head = f"{what}{whom}; it works once, until {_moment(context, made.ends_at)}:"
    shown = context.invite_url.replace("{code}", code) or code
    advice = ADVICE if context.invite_url else CODE_ADVICE
    return Outcome(
        result=f"An invitation{whom} was made and shown to the person.",
        said="\n".join([head, shown, advice, *_alone(context, code)]),
        changed=True,
        buttons=(Button(label="Take back", command=f"/invite revoke {made.id}"), _LIST),
        secrets=(code,),
    )


def _alone(context: ToolContext, code: str) -> list[str]:
    """Nobody comes to a workspace by a link of ours."""
    if not context.invite_url or not context.address.workspace:
        return []
    return [f"A guest here sends me the code alone: {code}"]


def _revoke(work: Work, context: ToolContext, still_open: list[Invite], which: str) -> Outcome:
    meant = _meant(still_open, which)
    if not meant:
        said = "There is no such open invitation: it was used, has expired or was taken back."
        return Outcome(result=said, said=said, changed=False, buttons=(_LIST,) * bool(still_open))
    if len(meant) > 1:
        raise UserError("Which invitation shall I take back?", buttons=_taking_back(context, meant))
    (gone,) = meant
    if not work.invites.revoke(context.owner.id, gone.id):
        raise UserError("That invitation was used just now.")
    said = f"The invitation{_whom(gone)} is taken back; its link opens nothing any more."
    return Outcome(result=said, said=said, changed=True)


def _listed(context: ToolContext, still_open: list[Invite]) -> Outcome:
    if not still_open:
        said = "There is no open invitation. “/invite Ana” makes one."
        return Outcome(result=said, said=said)
    lines = [
        f"• {_named(context, each)}, until {_moment(context, each.ends_at)}" for each in still_open
    ]
    said = "\n".join(["Open invitations (I do not keep the links):", *lines])
    return Outcome(result=said, said=said, buttons=_taking_back(context, still_open))


def _meant(still_open: list[Invite], which: str) -> list[Invite]:
    """By id, by name, or all when it is not said which."""
    if not which:
        return still_open
    by_id = [each for each in still_open if each.id == which]
    return by_id or [each for each in still_open if each.name.casefold() == which.casefold()]


def _taking_back(context: ToolContext, invites: list[Invite]) -> tuple[Button, ...]:
    """The newest that buttons have room for."""
    return tuple(
        Button(label=f"Take back ({_named(context, each)})", command=f"/invite revoke {each.id}")
        for each in invites[-MOST_BUTTONS:]
    )


def _named(context: ToolContext, made: Invite) -> str:
    return made.name or f"made {_moment(context, made.made_at)}"


def _whom(made: Invite) -> str:
    return f" for {made.name}" if made.name else ""


def _moment(context: ToolContext, at: datetime) -> str:
    owner = context.owner
    local, today = (wall(each, owner.zone).local for each in (at, context.now))
    return show_moment(local, today=today.date(), clock=clock(owner))
