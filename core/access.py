"""Who may talk with Pixie: those who are known, the members of workspaces that she is in, those who
bring an invitation, and nobody else.

A stranger gets one polite line a day and leaves nothing but a salted hash, for a day.
"""

import re
from datetime import timedelta

from core.cards import clipped
from core.deliveries import Delivery, DeliveryKind
from core.intake import Admission, Admit, owner_identity
from core.invites import CODE, Invite, hashed, new_code, new_id
from core.people import OwnerKind, Person, Role
from core.ports import Store, Work
from core.values import IncomingMessage, Membership, Reply

INVITE_LASTS = timedelta(days=7)
FIRST_LASTS = timedelta(seconds=15)
"""How long nobody else becomes the first of a platform: longer than a unit runs."""
MOST_WRONG = 5
"""Wrong codes of one identity within `WRONG_WINDOW`; after these, right ones are refused too."""
WRONG_WINDOW = timedelta(hours=1)
TOLD_WINDOW = timedelta(days=1)
MOST_NAMED = 60
STRANGERS_KEPT = timedelta(days=1)

PRIVATE = (
    "Hello! I'm Pixie, a private secretary: I work only for people whom I was introduced to. "
    "Whoever runs me can give you an invitation."
)
GUEST = (
    "Hello! I'm Pixie, the secretary of this workspace's members. Guests are welcome by an "
    "invitation: ask one of the admins to tell me “/invite”, and send me the code that I give them "
    "in our private chat."
)
NOT_OPEN = (
    "Hello! I'm Pixie, a secretary. A member of this workspace has added me for themselves. I work "
    "for everybody here as soon as an admin adds me, too."
)
NOT_VALID = (
    "That invitation does not work: it was used already, has expired or was mistyped. Please ask "
    "for a new one."
)
PRIVATE_GROUP = (
    "Hello! I'm Pixie, a private secretary. In this group I can help once someone who knows me "
    "speaks to me here."
)

_OUTSIDE = frozenset({Membership.GUEST, Membership.STRANGER})
_OFFERED = re.compile(rf"/start(?:@\w+)?\s+(?P<link>[\w-]{{1,64}})|(?P<typed>{CODE})", re.ASCII)


def invited(*platforms: str) -> Admit:
    """Admit from these platforms who brings a valid invitation, and a group for a known person.

    The code comes as `/start <code>` or alone, to Pixie herself and not in a group; it is used up
    in the unit that stores the message, which then says `/start`.
    """

    def admit(work: Work, message: IncomingMessage) -> Admission | None:
        if message.sender.platform not in platforms:
            return None
        if message.group:
            speaker = work.people.by_identity(message.sender)
            return None if speaker is None else Admission(zone=speaker.zone)
        code = offered(message.text)
        if code is None or work.strangers.count(message.sender, "wrong", WRONG_WINDOW) >= (
            MOST_WRONG
        ):
            return None
        invite = _redeemed(work, code, message.sender.platform)
        if invite is None:
            work.strangers.note(message.sender, "wrong", WRONG_WINDOW)
            return None
        _tell_maker(work, invite, message.name)
        return Admission(role=invite.role, zone=_zone_of_maker(work, invite), text="/start")

    return admit


def members(platform: str, *, own: bool, guests: bool = False) -> Admit:
    """Admit from this platform whoever belongs to a workspace that Pixie is in.

    `own`: whoever runs Pixie has put her into their own workspace, so all its members are welcome,
    and its admins are owners. Otherwise workspaces install her by themselves: where an admin did,
    that one is an owner and all members are welcome; where another member did, only that one and
    the admins are. `guests` and strangers from connected workspaces are welcome like members, or
    not at all. A group is let in for a speaker who would be.
    """

    def admit(work: Work, message: IncomingMessage) -> Admission | None:
        there = message.address
        if message.sender.platform != platform or not belongs(message.membership, guests=guests):
            return None
        admin = message.membership is Membership.ADMIN
        if own:
            return Admission(role=Role.OWNER if admin else Role.MEMBER)
        found = work.installations.get(platform, there.workspace)
        if found is None or not found.live:
            return None
        installer = message.sender.user == found.installed_by
        if not (found.by_admin or installer or admin):
            return None
        return Admission(role=Role.OWNER if installer and found.by_admin else Role.MEMBER)

    return admit


def belongs(membership: Membership, *, guests: bool) -> bool:
    """Whether Pixie works for somebody of this standing in a workspace that she is in."""
    if membership in _OUTSIDE:
        return guests
    return membership is not Membership.UNKNOWN


def closed_to(membership: Membership) -> str:
    """What somebody of this standing is told where Pixie does not work for them."""
    if membership in _OUTSIDE:
        return GUEST
    return PRIVATE if membership is Membership.UNKNOWN else NOT_OPEN


def offered(text: str) -> str | None:
    """The code that a message brings, valid or not; None when it brings none."""
    match = _OFFERED.fullmatch(text.strip())
    return None if match is None else match["link"] or match["typed"]


def _redeemed(work: Work, code: str, platform: str) -> Invite | None:
    """The invitation with this code, used up now; None when it is not valid here.

    An owner link is for the first person of its platform alone: one that lies forgotten in a log
    opens nothing any more.
    """
    invite = work.invites.use(hashed(code), platform)
    if invite is None or invite.role is not Role.OWNER:
        return invite
    # Every start makes a link, so two may be used at once: the lease lets one be first, and the
    # other waits for its commit.
    first = work.leases.take(f"first:{platform}", invite.id, FIRST_LASTS)
    return invite if first and not work.people.anyone(platform) else None


def _zone_of_maker(work: Work, invite: Invite) -> str:
    """A guess: whom one invites is mostly near."""
    maker = None if invite.owner is None else work.people.get(invite.owner)
    return maker.zone if maker is not None and maker.zone_known else ""


def _tell_maker(work: Work, invite: Invite, newcomer: str) -> None:
    """Who made the invitation hears that it was used: they may have meant it for another."""
    maker = None if invite.owner is None else work.people.get(invite.owner)
    if maker is None or maker.preferred is None:
        return
    who = clipped(newcomer or "Somebody", MOST_NAMED)
    meant = f" that you made for {invite.name}" if invite.name else ""
    work.outbox.add(
        Delivery(
            key=f"invite:{invite.id}",
            owner=maker.id,
            address=maker.preferred,
            reply=Reply(text=f"{who} has come in by the invitation{meant}."),
            kind=DeliveryKind.NOTICE,
            due_at=work.now,
        )
    )


async def turn_away(store: Store, message: IncomingMessage) -> str | None:
    """What to say to someone whose message was not accepted; None when it was said today.

    Who alone sees it is told every time: they have asked. Nothing of the message is kept.
    """
    outside = message.membership in _OUTSIDE
    if outside and message.passing:
        return GUEST
    who = owner_identity(message)
    wrong_code = not message.group and offered(message.text) is not None
    what = "told of the code" if wrong_code else "told"
    # Looked up first: a flood of strangers' messages must not become a flood of writes.
    if await store.read(lambda work: work.strangers.count(who, what, TOLD_WINDOW)):
        return None
    if await store.run(lambda work: work.strangers.note(who, what, TOLD_WINDOW)) > 1:
        return None
    if wrong_code:
        return NOT_VALID
    if message.group and not outside:
        return PRIVATE_GROUP
    return closed_to(message.membership)


def owner_invite(work: Work, platform: str) -> str | None:
    """A code that makes the first person of a platform an owner; None when somebody of it is
    known.

    Earlier ones go on working until one is used: of several that several processes have shown,
    any will do.
    """
    if work.people.anyone(platform):
        return None
    return _made(work, role=Role.OWNER, platform=platform)[0]


def member_invite(work: Work, person: Person, name: str = "") -> tuple[str, Invite]:
    """A code for one new person on any platform, and its invitation."""
    return _made(work, role=Role.MEMBER, maker=person, name=name)


def may_invite(person: Person) -> bool:
    return person.role is Role.OWNER and person.kind is OwnerKind.PERSON


def _made(
    work: Work, *, role: Role, platform: str = "", maker: Person | None = None, name: str = ""
) -> tuple[str, Invite]:
    code = new_code()
    invite = Invite(
        id=new_id(),
        role=role,
        platform=platform,
        owner=None if maker is None else maker.id,
        name=name,
        code_hash=hashed(code),
        made_at=work.now,
        ends_at=work.now + INVITE_LASTS,
    )
    work.invites.add(invite)
    return code, invite
