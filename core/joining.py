"""What is said and done when two accounts become one person, and when they part again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.linking import TERMINAL, Account, Holdings, LinkCode, called
from core.pausing import resume
from core.people import OwnerKind, Person, Role
from core.ports import Work
from core.settings import language_words, quiet_words, summary_words, with_next_summary
from core.values import Address, Button, OwnerId

SETTINGS = (
    "zone",
    "zone_known",
    "language",
    "clock_24h",
    "habits",
    "summary_at",
    "summary_when_empty",
    "quiet_from",
    "quiet_until",
    "lead",
)
"""What one of two people has and the other takes over."""
HERE, THERE = "here", "there"
"""Whose settings stay: those of the account where the code was typed, or where it was shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two who are to be joined."""

    person: Person
    accounts: tuple[Account, ...]
    has: Holdings
    name: str
    """Where they are: "Telegram", "the terminal and Slack"."""

    @property
    def at_terminal(self) -> bool:
        """That is where they are written to."""
        address = self.person.preferred
        return address is not None and address.platform == TERMINAL


def sides(work: Work, here: Person, code: LinkCode) -> tuple[Side, Side] | None:
    """Who typed a code, and who asked for it; None when they are one already."""
    there = work.people.get(code.owner)
    if there is None or there.id == here.id:
        return None
    both = [(person, work.links.accounts(person.id)) for person in (here, there)]
    among = [account for _, accounts in both for account in accounts]
    return _side(work, *both[0], among), _side(work, *both[1], among)


def _side(
    work: Work, person: Person, accounts: Sequence[Account], among: Sequence[Account]
) -> Side:
    return Side(
        person=person,
        accounts=tuple(accounts),
        has=work.links.holdings(person.id),
        name=listed([called(account, among) for account in accounts]),
    )


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def counted(has: Holdings) -> str:
    """ "12 tasks, 1 event and 3 notes"; "nothing"."""
    parts = [
        f"{count} {name}{'' if count == 1 else 's'}"
        for name, count in (
            ("task", has.tasks),
            ("event", has.events),
            ("reminder", has.reminders),
            ("note", has.notes),
        )
        if count
    ]
    return listed(parts) if parts else "nothing"


def differ(here: Side, there: Side) -> bool:
    """They have set something else, so that it is to be asked whose settings stay."""
    one, other = here.person, there.person
    if not one.zone_known:
        one = replace(one, zone=other.zone, zone_known=other.zone_known)
    if not other.zone_known:
        other = replace(other, zone=one.zone, zone_known=one.zone_known)
    return _set(one) != _set(other)


def _set(person: Person) -> tuple[object, ...]:
    return tuple(getattr(person, name) for name in SETTINGS)


def preview(here: Side, there: Side) -> str:
    """What would become of what they have."""
    lines = [
        f"Join {here.name} with {there.name}? Then you are the same to me on both.",
        *(f"• From {side.name}: {counted(side.has)}." for side in (there, here)),
    ]
    moved = _renumbered(here, there, done=False)
    lines += [moved] if moved else []
    if differ(here, there):
        lines += ["Your settings differ:", *(_settings(side) for side in (there, here))]
        lines.append("Whose shall stay?")
    else:
        known = there.person if there.person.zone_known else here.person
        lines.append(f"You keep {_kept(known)}.")
    return "\n".join(lines)


def choices(here: Side, there: Side, code: LinkCode) -> tuple[Button, ...]:
    """What can be answered to the preview."""
    join, leave = f"/link join {code.id}", Button(label="Not now", command=f"/link no {code.id}")
    if not differ(here, there):
        return Button(label="Join them", command=join), leave
    return (
        Button(label=f"Join, keep {there.name}’s", command=f"{join} {THERE}"),
        Button(label=f"Join, keep {here.name}’s", command=f"{join} {HERE}"),
        leave,
    )


def _settings(side: Side) -> str:
    return f"• {side.name}: {_kept(side.person)}"


def _kept(person: Person) -> str:
    return (
        f"the zone {person.zone}, the summary {summary_words(person)}, quiet hours "
        f"{quiet_words(person)}, language {language_words(person)}"
    )


def roles(here: Side, there: Side) -> tuple[Side, Side]:
    """Whose row stays, and who is joined into it: whoever asked stays, unless only the other one
    runs Pixie."""
    if here.person.role is Role.OWNER and there.person.role is not Role.OWNER:
        return here, there
    return there, here


def _renumbered(here: Side, there: Side, *, done: bool) -> str:
    """Which numbers change, in a sentence; "" for none."""
    stays, comes = roles(here, there)
    after, count = stays.has.numbers, comes.has.numbers
    if not after or not count:
        return ""
    changes = [(1, after + 1), *([(count, after + count)] if count > 1 else [])]
    if not done:
        told = ", … ".join(f"#{old} becomes #{new}" for old, new in changes)
        return f"What is on {comes.name} gets new numbers: {told}."
    told = ", … ".join(f"#{old} is #{new}" for old, new in changes)
    return f"What was on {comes.name} has new numbers: {told} now."


def joined(work: Work, here: Side, there: Side, keep: str) -> tuple[Person, str]:
    """The person that both are from now on, not stored yet, and what to say about it."""
    stays, comes = roles(here, there)
    chosen = here if keep == HERE else there
    other = there if chosen is here else here
    of = chosen.person
    if not of.zone_known:
        of = replace(of, zone=other.person.zone, zone_known=other.person.zone_known)
    person = resume(work, stays.person)
    person = replace(
        person,
        **{name: getattr(of, name) for name in SETTINGS},
        name=stays.person.name or comes.person.name,
        preferred=_reached(chosen, other),
        welcomed=stays.person.welcomed or comes.person.welcomed,
    )
    accounts = (*stays.accounts, *comes.accounts)
    lines = [f"{here.name[0].upper()}{here.name[1:]} and {there.name} are one now."]
    lines += [line for line in [_renumbered(here, there, done=True)] if line]
    lines.append(f"{delivered(person, accounts)} “/unlink” parts them again.")
    return with_next_summary(person, work.now), "\n".join(lines)


def _reached(chosen: Side, other: Side) -> Address | None:
    """Where to write first: as on the side whose settings stay, if that reaches them. A terminal
    does only while it is open."""
    sides = sorted((chosen, other), key=lambda side: (side.person.paused, side.at_terminal))
    return next((side.person.preferred for side in sides if side.person.preferred), None)


def join(work: Work, *, person: Person, into: OwnerId, other: OwnerId) -> None:
    """The last that the unit does: store who they are now, and move what the other one has."""
    work.people.save(person)
    work.links.join(into, other)


def joining(person: Person, here: Side, there: Side) -> partial[None]:
    stays, comes = roles(here, there)
    return partial(join, person=person, into=stays.person.id, other=comes.person.id)


# --- where Pixie writes first ---


def same_chat(one: Address | None, other: Address | None) -> bool:
    return (
        one is not None
        and other is not None
        and replace(one, thread=None) == replace(other, thread=None)
    )


def places(work: Work, person: Person) -> list[Account]:
    """The accounts that reminders and summaries can come to; none for a group, which has its chat.

    Where there are several, the person chooses.
    """
    if person.kind is OwnerKind.GROUP:
        return []
    return [each for each in work.links.accounts(person.id) if each.address is not None]


def preferred(person: Person, accounts: Sequence[Account]) -> Account | None:
    """The account that reminders and summaries come to."""
    return next((each for each in accounts if same_chat(each.address, person.preferred)), None)


def delivered(person: Person, accounts: Sequence[Account]) -> str:
    """Where reminders come, in a sentence."""
    found = preferred(person, accounts)
    where = "where you spoke to me first" if found is None else f"to {called(found, accounts)}"
    return f"Reminders and summaries come {where}; “/settings deliver” changes that."


# --- parting ---


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """Somebody who was joined in, and can leave."""

    home: OwnerId
    accounts: tuple[Account, ...]
    name: str

    @property
    def short(self) -> str:
        """For commands."""
        return self.home[:8]


def guests(accounts: Sequence[Account]) -> list[Guest]:
    """Who was joined into a person, by the accounts of both."""
    homes = dict.fromkeys(account.home for account in accounts if account.home is not None)
    return [
        Guest(
            home=home,
            accounts=(theirs := tuple(each for each in accounts if each.home == home)),
            name=listed([called(each, accounts) for each in theirs]),
        )
        for home in homes
    ]


def part(work: Work, *, owner: OwnerId, guest: Guest) -> None:
    """The last that the unit does: give back what came through the guest's accounts."""
    back = work.links.part(owner, guest.home)
    if back.paused or back.preferred is None:
        address = next((each.address for each in guest.accounts if each.address), None)
        back = replace(back, paused=False, preferred=back.preferred or address)
    work.people.save(with_next_summary(back, work.now))
    person = work.people.get(owner)
    accounts = work.links.accounts(owner)
    if person is not None and preferred(person, accounts) is None:
        address = next((each.address for each in accounts if each.address), None)
        work.people.save(replace(person, preferred=address))
