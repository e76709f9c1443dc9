"""A workspace installs Pixie, takes her out and takes her back: who is welcome, and who waits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from core.access import invited, members
from core.errors import Stale
from core.intake import Accepted, Admit, Intake, either
from core.people import OwnerKind, Person, Role
from core.ports import Store, Work
from core.values import Address, Identity, IncomingMessage, Membership, OwnerId
from core.workspaces import BATCH, install, reached, uninstall
from tests.contracts.test_installations import ACME
from tests.fakes.clock import MONDAY, FakeClock

R = TypeVar("R")
HOUR = timedelta(hours=1)
MEMBER, ADMIN = Membership.MEMBER, Membership.ADMIN


def said(
    user: str,
    membership: Membership,
    *,
    team: str = "T1",
    group: bool = False,
    clock_24h: bool = True,
) -> IncomingMessage:
    return IncomingMessage(
        id=f"1:{team}:{user}:{group}",
        sender=Identity(platform="slack", workspace=team, user=user),
        address=Address(platform="slack", workspace=team, chat="C1" if group else f"D{user}"),
        text="hello",
        at=MONDAY,
        name="Ana",
        zone="Europe/Lisbon",
        membership=membership,
        group=group,
        clock_24h=clock_24h,
    )


async def accept(store: Store, admit: Admit, message: IncomingMessage) -> Accepted:
    return await Intake(store, admit=admit, wake=lambda: None).accept(message)


async def comes_in(store: Store, admit: Admit, message: IncomingMessage) -> Person | None:
    owner = (await accept(store, admit, message)).owner
    return None if owner is None else await store.read(lambda work: work.people.get(owner))


def role(person: Person | None) -> Role | None:
    return None if person is None else person.role


# --- who is welcome ---

OTHERS = [Membership.GUEST, Membership.STRANGER]


async def test_members_of_one_s_own_workspace_come_in_and_admins_own(store: Store) -> None:
    admit = members("slack", own=True)
    ana = await comes_in(store, admit, said("U1", MEMBER, clock_24h=False))
    assert ana is not None
    assert (ana.role, ana.name, ana.zone) == (Role.MEMBER, "Ana", "Europe/Lisbon")
    assert ana.zone_known
    assert not ana.clock_24h
    assert role(await comes_in(store, admit, said("U2", ADMIN))) is Role.OWNER


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("membership", OTHERS)
async def test_outsiders_come_in_only_where_it_is_set(
    membership: Membership, own: bool, sqlite_store: Store
) -> None:
    await install(sqlite_store, ACME)
    message = said("U7", membership)
    assert await comes_in(sqlite_store, members("slack", own=own), message) is None
    admit = members("slack", own=own, guests=True)
    assert role(await comes_in(sqlite_store, admit, message)) is Role.MEMBER


@pytest.mark.parametrize("own", [True, False])
async def test_of_whom_nothing_is_known_nobody_comes_in(own: bool, sqlite_store: Store) -> None:
    await install(sqlite_store, ACME)
    admit = members("slack", own=own, guests=True)
    assert await comes_in(sqlite_store, admit, said("U1", Membership.UNKNOWN)) is None


async def test_another_platform_is_not_meant(sqlite_store: Store) -> None:
    admit = members("discord", own=True)
    assert await comes_in(sqlite_store, admit, said("U1", MEMBER)) is None


async def test_where_an_admin_installed_pixie_all_members_come_in(store: Store) -> None:
    await install(store, ACME)
    admit = members("slack", own=False)
    assert role(await comes_in(store, admit, said("U1", ADMIN))) is Role.OWNER
    assert role(await comes_in(store, admit, said("U2", MEMBER))) is Role.MEMBER
    assert role(await comes_in(store, admit, said("U3", ADMIN))) is Role.MEMBER
    assert await comes_in(store, admit, said("U1", ADMIN, team="T2")) is None


async def test_where_a_member_did_only_they_and_admins_come_in(sqlite_store: Store) -> None:
    await install(sqlite_store, replace(ACME, by_admin=False))
    admit = members("slack", own=False)
    assert role(await comes_in(sqlite_store, admit, said("U1", MEMBER))) is Role.MEMBER
    assert await comes_in(sqlite_store, admit, said("U2", MEMBER)) is None
    assert role(await comes_in(sqlite_store, admit, said("U3", ADMIN))) is Role.MEMBER
    # An admin installs it too: then all may.
    await install(sqlite_store, replace(ACME, installed_by="U3"))
    assert role(await comes_in(sqlite_store, admit, said("U2", MEMBER))) is Role.MEMBER


async def test_a_member_who_installs_it_after_an_admin_changes_nothing(store: Store) -> None:
    await install(store, ACME)
    again = replace(ACME, installed_by="U5", by_admin=False, token="new", at=MONDAY + HOUR)
    stored = await install(store, again)
    assert stored == replace(again, installed_by="U1", by_admin=True)
    assert await store.read(lambda work: work.installations.get("slack", "T1")) == stored
    # What an admin allowed ends with the installation.
    await uninstall(store, "slack", "T1", MONDAY + 2 * HOUR)
    later = replace(again, at=MONDAY + 3 * HOUR)
    assert await install(store, later) == later


async def test_where_it_was_taken_out_nobody_comes_in(sqlite_store: Store) -> None:
    await install(sqlite_store, ACME)
    await uninstall(sqlite_store, "slack", "T1", MONDAY)
    assert await comes_in(sqlite_store, members("slack", own=False), said("U1", ADMIN)) is None


async def test_a_channel_comes_in_for_a_member(sqlite_store: Store) -> None:
    admit = members("slack", own=True)
    stranger = said("U8", Membership.STRANGER, group=True)
    assert await comes_in(sqlite_store, admit, stranger) is None
    channel = await comes_in(sqlite_store, admit, said("U1", ADMIN, group=True))
    assert channel is not None
    assert (channel.kind, channel.role) == (OwnerKind.GROUP, Role.MEMBER)


async def test_beside_invitations(sqlite_store: Store) -> None:
    admit = either(invited("slack"), members("slack", own=True))
    assert role(await comes_in(sqlite_store, admit, said("U1", MEMBER))) is Role.MEMBER
    assert await comes_in(sqlite_store, admit, said("U7", Membership.GUEST)) is None


# --- whose reminders wait ---


def add(work: Work, user: str, there: Address | None, team: str = "T1") -> OwnerId:
    fresh = Person(id=OwnerId(""), name=user, preferred=there, created_at=work.now)
    return work.people.add(fresh, Identity(platform="slack", workspace=team, user=user)).id


def chat(user: str, team: str = "T1", platform: str = "slack") -> Address:
    return Address(platform=platform, workspace=team, chat=f"D{user}")


async def paused(store: Store, people: Sequence[OwnerId]) -> list[bool]:
    def unit(work: Work) -> list[bool]:
        found = [work.people.get(each) for each in people]
        return [each is not None and each.paused for each in found]

    return await store.read(unit)


async def test_its_people_wait_and_go_on(store: Store) -> None:
    def unit(work: Work) -> list[OwnerId]:
        return [
            add(work, "U1", chat("U1")),
            add(work, "U2", replace(chat("U2"), thread="1.2")),
            add(work, "U3", chat("U3", "", "telegram")),
            add(work, "U4", None),
            add(work, "U5", chat("U5", "T2"), "T2"),
        ]

    people = await store.run(unit)
    await install(store, ACME)
    assert await uninstall(store, "slack", "T1", MONDAY)
    assert await uninstall(store, "slack", "T1", MONDAY)
    assert await paused(store, people) == [True, True, False, False, False]
    await install(store, replace(ACME, at=MONDAY + HOUR))
    assert not any(await paused(store, people))
    # What comes late of the removal before.
    assert not await uninstall(store, "slack", "T1", MONDAY + HOUR / 2)
    assert not any(await paused(store, people))


async def test_a_workspace_whose_token_is_a_setting(sqlite_store: Store) -> None:
    ana = await sqlite_store.run(lambda work: add(work, "U1", chat("U1")))
    assert await uninstall(sqlite_store, "slack", "T1", MONDAY)
    assert await paused(sqlite_store, [ana]) == [True]
    await reached(sqlite_store, "slack", "T1")
    assert await paused(sqlite_store, [ana]) == [False]


async def test_a_large_one(sqlite_store: Store, clock: FakeClock) -> None:
    people = await sqlite_store.run(
        lambda work: [add(work, f"U{n}", chat(f"U{n}")) for n in range(2 * BATCH + 1)]
    )
    await uninstall(sqlite_store, "slack", "T1", MONDAY)
    assert all(await paused(sqlite_store, people))
    await install(sqlite_store, ACME)
    assert not any(await paused(sqlite_store, people))


class Busy:
    """A store in which somebody is saved while the people of a workspace are."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.met = False

    async def run(self, unit: Callable[[Work], R]) -> R:
        def behind(work: Work) -> R:
            found = unit(work)
            if isinstance(found, list) and not self.met:
                self.met = True
                raise Stale
            return found

        return await self._store.run(behind)

    async def read(self, unit: Callable[[Work], R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None: ...


async def test_somebody_changes_a_setting_meanwhile(store: Store) -> None:
    ana = await store.run(lambda work: add(work, "U1", chat("U1")))

    busy = Busy(store)
    assert await uninstall(busy, "slack", "T1", MONDAY)
    assert busy.met
    assert await paused(store, [ana]) == [True]
