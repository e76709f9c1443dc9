"""Workspaces that install Pixie and take her out again, and what that means to their people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.errors import Stale
from core.installations import Installation
from core.pausing import pause, resume
from core.people import Person
from core.ports import Store, Work

BATCH = 50
"""People in one unit: more would hold up the other writers for longer than 10 ms."""

Each = Callable[[Work, Person], object]


async def install(store: Store, installation: Installation) -> Installation:
    """Pixie is there from now on, and those whom she could not reach are written to again.

    A member who installs her where an admin did already changes nothing of who is welcome.
    Returns what is stored. Raises `StorageError`; done again, it comes to the same.
    """

    def unit(work: Work) -> Installation:
        before = work.installations.get(installation.platform, installation.workspace)
        kept = installation
        if before is not None and before.live and before.by_admin and not kept.by_admin:
            kept = replace(kept, by_admin=True, installed_by=before.installed_by)
        work.installations.put(kept)
        return kept

    stored = await store.run(unit)
    await reached(store, stored.platform, stored.workspace)
    return stored


async def reached(store: Store, platform: str, workspace: str) -> None:
    """Pixie can write there: what has waited for its people goes off now.

    For a workspace whose token is a setting, once the platform has taken that. Raises
    `StorageError`.
    """
    await _for_all(store, platform, workspace, resume)


async def uninstall(store: Store, platform: str, workspace: str, at: datetime) -> bool:
    """Pixie was taken out then, aware: her token is erased, and what its people wait for waits.

    Who is written to elsewhere first is not held back. False, and nothing is done, when she was
    installed again since. Also for a workspace whose token is a setting. Raises `StorageError`;
    done again, it comes to the same.
    """

    def unit(work: Work) -> bool:
        work.installations.remove(platform, workspace, at)
        left = work.installations.get(platform, workspace)
        return left is None or not left.live

    def hold(work: Work, person: Person) -> None:
        there = person.preferred
        if there is not None and (there.platform, there.workspace) == (platform, workspace):
            pause(work, person, there)

    if not await store.run(unit):
        return False
    await _for_all(store, platform, workspace, hold)
    return True


async def _for_all(store: Store, platform: str, workspace: str, do: Each) -> None:
    after = ""

    def unit(work: Work) -> list[Person]:
        people = work.people.within(platform, workspace, after, BATCH)
        for person in people:
            do(work, person)
        return people

    while True:
        try:
            people = await store.run(unit)
        except Stale:
            # One of them has just changed a setting: they are read anew.
            continue
        if len(people) < BATCH:
            return
        after = people[-1].id
