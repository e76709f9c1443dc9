"""What a platform tells of a person is kept with their identity, and followed."""

from dataclasses import replace

import pytest

from core.following import follow
from core.people import Person, Profile
from core.ports import Store, Work
from core.values import Identity, OwnerId
from tests.fakes.clock import FakeClock

ALICE = Identity(platform="slack", workspace="T1", user="U1")
FIRST = Profile(name="Alice", zone="Europe/Lisbon", locale="pt-PT")


@pytest.fixture
async def alice(store: Store, clock: FakeClock) -> Person:
    person = Person(
        id=OwnerId(""),
        name="Alice",
        zone="Europe/Lisbon",
        zone_known=True,
        created_at=clock.now(),
    )
    return await store.run(lambda work: work.people.add(person, ALICE, FIRST))


async def followed(store: Store, told: Profile) -> tuple[Person | None, Person | None]:
    """Who is to be asked about their zone, and the person then."""

    def unit(work: Work) -> tuple[Person | None, Person | None]:
        return follow(work, ALICE, told), work.people.by_identity(ALICE)

    return await store.run(unit)


async def test_what_was_told_is_kept_with_the_identity(store: Store, alice: Person) -> None:
    bob = Identity(platform="slack", workspace="T1", user="U2")
    await store.run(lambda work: work.people.add(replace(alice, id=OwnerId("")), bob))
    assert await store.read(lambda work: work.people.told(ALICE)) == FIRST
    assert await store.read(lambda work: work.people.told(bob)) is None
    second = replace(FIRST, name="Alicia")
    await store.run(lambda work: work.people.tell(ALICE, second))
    assert await store.read(lambda work: work.people.told(ALICE)) == second
    assert await store.read(lambda work: work.people.told(bob)) is None


async def test_nothing_changes_when_the_same_is_told(store: Store, alice: Person) -> None:
    asked, now = await followed(store, FIRST)
    assert (asked, now) == (None, alice)


async def test_a_name_and_a_clock_are_followed(store: Store, alice: Person) -> None:
    asked, now = await followed(store, Profile(name="Alicia", locale="en-US", clock_24h=False))
    assert asked is None
    assert now is not None
    assert (now.name, now.clock_24h, now.zone) == ("Alicia", False, "Europe/Lisbon")
    kept = await store.read(lambda work: work.people.told(ALICE))
    assert kept == Profile(name="Alicia", zone="Europe/Lisbon", locale="en-US", clock_24h=False)


async def test_a_name_and_a_clock_of_their_own_stay(store: Store, alice: Person) -> None:
    own = replace(alice, name="Al", clock_24h=False)
    await store.run(lambda work: work.people.save(own))
    asked, now = await followed(store, Profile(name="Alicia", locale="de-DE"))
    assert asked is None
    assert now is not None
    assert (now.name, now.clock_24h) == ("Al", False)


async def test_a_new_zone_leaves_the_clock_alone(store: Store, alice: Person) -> None:
    _, now = await followed(store, replace(FIRST, zone="America/New_York", clock_24h=False))
    assert now == alice


async def test_they_are_asked_about_a_new_zone_once(store: Store, alice: Person) -> None:
    tokyo = replace(FIRST, zone="Asia/Tokyo")
    asked, now = await followed(store, tokyo)
    assert asked == now == alice
    assert (await followed(store, tokyo))[0] is None
    assert (await followed(store, FIRST))[0] is None


async def test_what_was_never_told_before_is_kept_alone(store: Store, alice: Person) -> None:
    bob = Identity(platform="slack", workspace="T1", user="U2")

    def unit(work: Work) -> Person | None:
        work.people.add(replace(alice, id=OwnerId("")), bob)
        return follow(work, bob, Profile(name="Robert", zone="Asia/Tokyo"))

    assert await store.run(unit) is None
    person = await store.read(lambda work: work.people.by_identity(bob))
    assert person is not None
    assert person.name == "Alice"


async def test_nobody_is_followed_who_is_not_known(store: Store) -> None:
    assert await followed(store, FIRST) == (None, None)
