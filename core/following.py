"""A person follows what their platform tells of them, unless they have chosen something else."""

from dataclasses import replace

from core.people import Person, Profile
from core.ports import Work
from core.values import Identity


def follow(work: Work, identity: Identity, told: Profile) -> Person | None:
    """Take in what the platform tells now; the person when they are to be asked about a new zone.

    Whether something is new is seen from what the platform told last. Raises `Stale`.
    """
    person, before = work.people.by_identity(identity), work.people.told(identity)
    if person is None:
        return None
    if before is not None and not told.zone:
        told = replace(told, zone=before.zone)
    if before is not None and not told.locale:
        told = replace(told, locale=before.locale, clock_24h=before.clock_24h)
    if told == before:
        return None
    work.people.tell(identity, told)
    if before is None:
        return None
    after = person
    if person.name == before.name:
        after = replace(after, name=told.name)
    if told.locale != before.locale and person.clock_24h == before.clock_24h:
        after = replace(after, clock_24h=told.clock_24h)
    if after != person:
        after = work.people.save(after)
    # Who lives in another zone than the platform says does so on purpose.
    return after if told.zone not in ("", before.zone, person.zone) else None
