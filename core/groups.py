"""A group has lists of its own; what is somebody's alone is told in their private chat."""

from dataclasses import replace

from core.people import OwnerKind, Person
from core.ports import Work

ASIDE = "Yours are in our private chat."
FIRST = (
    "What I keep here is this group's, for everybody in it to see; tell me in our private chat "
    "what is yours alone."
)


def has_no(owner: Person, what: str, hint: str = "") -> str:
    """There is nothing of this kind; `what` is a plural, and `hint` what can be done about it."""
    group = owner.kind is OwnerKind.GROUP
    said = [f"{'This group has' if group else 'You have'} no {what}.", hint, ASIDE if group else ""]
    return " ".join(words for words in said if words)


def first_words(work: Work, owner: Person) -> str:
    """What a group is told once, beneath the first answer; "" for everybody else.

    Where the platform told no zone, the group is asked for it first, and hears all of it then.
    """
    if owner.kind is not OwnerKind.GROUP or owner.welcomed or not owner.zone_known:
        return ""
    now = work.people.get(owner.id)
    if now is None or now.welcomed:
        return ""
    work.people.save(replace(now, welcomed=True))
    return FIRST
