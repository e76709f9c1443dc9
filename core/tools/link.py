"""Join two accounts of one person: a code here, typed there, and a tap."""

from collections.abc import Sequence

from core import joining
from core.cards import clock
from core.deliveries import Delivery, DeliveryKind
from core.errors import UserError
from core.linking import (
    CODE_LASTS,
    MOST_CODES,
    MOST_WRONG,
    WINDOW,
    Account,
    LinkCode,
    called,
    hashed,
    is_code,
    new_code,
    new_id,
)
from core.people import OwnerKind, Person, ToolContext
from core.ports import Work
from core.tool import Outcome, Reach, tool
from core.values import Button, OwnerId, Reply
from core.when.show import show_time
from core.when.wall import wall

IN_PRIVATE = "A code for linking is a secret: ask me for it in our private chat."
WRONG = (
    "That code does not work: it was used already, has expired or was mistyped. Say “/link” on the "
    "other platform for a new one."
)
TOO_MANY_WRONG = "Those were too many wrong codes. Please wait an hour, then ask for a new one."
YOUR_OWN = (
    "That is a code of your own: type it where I do not know you as the same person yet. It still "
    "works."
)
LAPSED = "That waits no longer. Say “/link” on the other platform for a new code."
ONE_ALREADY = "These accounts are one already."


async def look_up(
    reach: Reach, context: ToolContext, *, action: str = "", code: str = "", keep: str = ""
) -> tuple[OwnerId, ...]:
    """Whose lane a joining needs besides the speaker's."""
    if action != "join":
        return ()
    owner = context.owner.id
    taken = await reach.store.read(lambda work: work.links.taken(owner, code))
    return () if taken is None else (taken.owner,)


def beside(gathered: tuple[OwnerId, ...]) -> Sequence[OwnerId]:
    return gathered


@tool(gather=look_up, beside=beside, undoable=False, for_models=False)
def link(
    work: Work,
    context: ToolContext,
    gathered: tuple[OwnerId, ...],
    *,
    action: str = "",
    code: str = "",
    keep: str = "",
) -> Outcome:
    """Join the person's accounts on several platforms. `action`: "" with a code or none, or join
    or no with a code's id; `keep`: whose settings stay."""
    if context.owner.kind is OwnerKind.GROUP:
        raise UserError(IN_PRIVATE)
    person = work.people.get(context.owner.id) or context.owner
    match action:
        case "join":
            return _joined(work, context, person, gathered, code, keep)
        case "no":
            return _left(work, person, code)
    return _typed(work, context, person, code) if code else _shown(work, context, person)


def _shown(work: Work, context: ToolContext, person: Person) -> Outcome:
    """A code to type elsewhere, and which accounts are one already."""
    accounts = work.links.accounts(person.id)
    buttons = (Button(label="Linked accounts", command="/unlink"),) if len(accounts) > 1 else ()
    if work.strangers.note(context.speaker, "link code", WINDOW) > MOST_CODES:
        raise UserError(
            f"I give {MOST_CODES} codes an hour at most; please wait a while.", buttons=buttons
        )
    code = new_code()
    ends = work.now + CODE_LASTS
    work.links.offer(
        LinkCode(
            owner=person.id,
            id=new_id(),
            via=str(context.speaker),
            code_hash=hashed(code),
            ends_at=ends,
        )
    )
    until = show_time(wall(ends, person.zone).local.time(), clock=clock(person))
    here = [each for each in accounts if each.identity == context.speaker]
    where = called(here[0], accounts) if here else "this platform"
    lines = [
        f"A code that links {where} with another platform; it works once, until {until}:",
        code,
        "Type it to me there, and what I keep for you on both becomes one. Show it to nobody: "
        "whoever types it has all your things.",
    ]
    return Outcome(
        result="A code for linking was made and shown to the person.",
        said="\n".join(lines),
        changed=True,
        buttons=buttons,
        secrets=(code,),
    )


def _typed(work: Work, context: ToolContext, person: Person, code: str) -> Outcome:
    """A code from elsewhere is used up, and what joining would do is shown."""
    if work.strangers.count(context.speaker, "wrong link code", WINDOW) >= MOST_WRONG:
        return _saying(TOO_MANY_WRONG)
    known = work.links.known(hashed(code)) if is_code(code) else None
    maker = None if known is None else work.people.get(known.owner)
    if maker is not None and maker.id == person.id:
        return _saying(YOUR_OWN)
    taken = work.links.take(hashed(code), person.id, work.now + CODE_LASTS)
    both = None if taken is None else joining.sides(work, person, taken)
    if taken is None or both is None:
        # Said, not raised: it is to be counted.
        work.strangers.note(context.speaker, "wrong link code", WINDOW)
        return _saying(WRONG)
    return _preview(taken, *both)


def _preview(taken: LinkCode, here: joining.Side, there: joining.Side) -> Outcome:
    said = joining.preview(here, there)
    return Outcome(
        result="The person was shown what joining their accounts would do, and is to tap.",
        said=said,
        changed=False,
        buttons=joining.choices(here, there, taken),
        asks=f"/link join {taken.id}",
    )


def _joined(
    work: Work,
    context: ToolContext,
    person: Person,
    held: tuple[OwnerId, ...],
    code_id: str,
    keep: str,
) -> Outcome:
    taken = work.links.taken(person.id, code_id)
    if taken is None or taken.owner not in held:
        return _saying(ONE_ALREADY if len(work.links.accounts(person.id)) > 1 else LAPSED)
    both = joining.sides(work, person, taken)
    if both is None:
        return _saying(ONE_ALREADY)
    here, there = both
    wanted = keep.strip().casefold()
    if wanted not in ("", joining.HERE, joining.THERE) or (
        not wanted and joining.differ(here, there)
    ):
        return _preview(taken, here, there)
    now, said = joining.joined(work, here, there, wanted)
    _tell(work, context, taken, [*there.accounts, *here.accounts], said)
    return Outcome(
        result=said,
        said=said,
        changed=True,
        buttons=(
            Button(label="Where reminders come", command="/settings deliver"),
            Button(label="Settings", command="/settings"),
        ),
        last=joining.joining(now, here, there),
    )


def _tell(
    work: Work, context: ToolContext, taken: LinkCode, accounts: Sequence[Account], said: str
) -> None:
    """Whoever showed the code learns what became of it."""
    maker = next((each for each in accounts if str(each.identity) == taken.via), None)
    if maker is None or maker.address is None:
        return
    work.outbox.add(
        Delivery(
            key=f"link:{taken.id}",
            owner=taken.owner,
            address=maker.address,
            reply=Reply(text=said, buttons=(Button(label="Linked accounts", command="/unlink"),)),
            kind=DeliveryKind.NOTICE,
            due_at=context.now,
        )
    )


def _left(work: Work, person: Person, code_id: str) -> Outcome:
    taken = work.links.taken(person.id, code_id)
    if taken is None:
        return _saying(LAPSED)
    work.links.drop(taken)
    return _saying("All right, they stay two.")


def _saying(said: str) -> Outcome:
    return Outcome(result=said, said=said, changed=False)
