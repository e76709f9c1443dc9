"""The border: what is kept of a message, whose it becomes, and batches that fail."""

import asyncio
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StorageError
from core.intake import MAX_STORED, Accepted, Intake, clean, only
from core.people import OwnerKind
from core.ports import Store, Work
from core.values import Address, Identity
from tests.given import LEASE, message

R = TypeVar("R")
CONTROLS = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160))))


def intake(store: Store, *platforms: str, wake: Callable[[], None] = lambda: None) -> Intake:
    return Intake(store, admit=only(*(platforms or ("terminal",))), wake=wake)


async def texts(store: Store) -> list[str]:
    """What waits in the lanes, lane by lane, each in its order."""

    def unit(work: Work) -> list[str]:
        found = []
        for claim in work.inbox.claim(LEASE, 99):
            while row := work.inbox.next(claim):
                found.append(row.message.text)
                work.inbox.done(claim, row.id)
            work.inbox.release(claim)
        return found

    return await store.run(unit)


# --- clean ---


@given(st.text(st.characters()))
def test_clean_text_can_be_kept_anywhere(text: str) -> None:
    kept = clean(text)
    kept.encode()
    assert not set(kept) & set(CONTROLS + "\r")
    assert unicodedata.is_normalized("NFC", kept)
    assert clean(kept) == kept


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_clean_text_says_the_same(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("nul\0 and \ud83d half", "nul and  half"),
        ("\x1b[2J\x9b31m", "[2J31m"),
        ("cafe\u0301", "café"),
        ("שלום 👩‍👩‍👧", "שלום 👩‍👩‍👧"),
        ("", ""),
    ],
)
def test_what_is_kept(sent: str, kept: str) -> None:
    assert clean(sent) == kept


def test_a_huge_text_is_cut() -> None:
    assert clean("x" * (MAX_STORED + 1)) == "x" * MAX_STORED


# --- whose it becomes ---


async def test_a_stranger_who_is_admitted_becomes_a_person(store: Store) -> None:
    woken = asyncio.Event()
    said = replace(message("1", "he\0llo"), name="An\0n " + "x" * 300, zone="Europe/Lisbon")
    accepted = await intake(store, wake=woken.set).accept(said)
    assert accepted.new
    assert accepted.owner is not None
    owner = accepted.owner
    person = await store.read(lambda work: work.people.get(owner))
    assert person is not None
    assert (person.kind, person.zone, person.zone_known) == (
        OwnerKind.PERSON,
        "Europe/Lisbon",
        True,
    )
    assert person.name == ("Ann " + "x" * 300)[:200]
    assert person.preferred == said.address
    assert await texts(store) == ["hello"]
    assert woken.is_set()


async def test_without_a_zone_it_is_utc_until_they_say(store: Store) -> None:
    accepted = await intake(store).accept(message("1"))
    owner = accepted.owner
    assert owner is not None
    person = await store.read(lambda work: work.people.get(owner))
    assert person is not None
    assert (person.zone, person.zone_known) == ("UTC", False)


async def test_a_stranger_who_is_not_admitted_leaves_nothing(store: Store) -> None:
    accepted = await intake(store, "slack").accept(message("1", name="stranger"))
    assert accepted == Accepted(owner=None, new=False)
    assert await texts(store) == []
    sender = message("1", name="stranger").sender
    assert await store.read(lambda work: work.people.by_identity(sender)) is None


async def test_someone_known_is_heard_whoever_is_admitted(store: Store) -> None:
    first = await intake(store).accept(message("1"))
    second = await intake(store, "slack").accept(message("2"))
    assert second == Accepted(owner=first.owner, new=True)


async def test_a_group_owns_what_is_said_in_it(store: Store) -> None:
    border = intake(store)
    room = Address(platform="terminal", workspace="", chat="room")
    from_ann = replace(message("1", name="ann"), address=room, group=True)
    from_ben = replace(message("2", name="ben"), address=room, group=True)
    ann, ben, alone = [
        await border.accept(each) for each in (from_ann, from_ben, message("3", name="ann"))
    ]
    assert ann.owner == ben.owner != alone.owner
    group = await store.read(
        lambda work: work.people.by_identity(
            Identity(platform="terminal", workspace="", user="room")
        )
    )
    assert group is not None
    assert (group.id, group.kind, group.name) == (ann.owner, OwnerKind.GROUP, "")


# --- once, in order, together ---


async def test_what_comes_twice_is_kept_once(store: Store) -> None:
    border = intake(store)
    first = await border.accept(message("1", "hello"))
    again = await border.accept(message("1", "hello"))
    assert (first.new, again) == (True, Accepted(owner=first.owner, new=False))
    assert await texts(store) == ["hello"]


async def test_what_comes_twice_at_once_is_kept_once(store: Store) -> None:
    border = intake(store)
    many = await asyncio.gather(*(border.accept(message("1", "hello")) for _ in range(20)))
    assert sorted(each.new for each in many) == [False] * 19 + [True]
    assert await texts(store) == ["hello"]


async def test_what_comes_at_once_is_kept_in_its_order(store: Store) -> None:
    border = intake(store)
    await asyncio.gather(*(border.accept(message(str(at), f"m{at}")) for at in range(100)))
    assert await texts(store) == [f"m{at}" for at in range(100)]


async def test_a_new_person_who_says_two_things_at_once_is_one_person(store: Store) -> None:
    border = intake(store)
    names = ("ann", "ben", "ann", "ben")
    many = await asyncio.gather(
        *(border.accept(message(str(at), name=name)) for at, name in enumerate(names))
    )
    assert many[0].owner == many[2].owner != many[1].owner == many[3].owner


async def test_two_borders_meet_the_same_strangers(store: Store) -> None:
    names = [f"p{at % 7}" for at in range(60)]
    borders = (intake(store), intake(store))
    many = await asyncio.gather(
        *(borders[at % 2].accept(message(str(at), name=name)) for at, name in enumerate(names))
    )
    assert len({each.owner for each in many}) == 7
    assert all(each.new for each in many)
    assert len(await texts(store)) == 60


class Counting:
    """A store that counts its commits and fails where a certain text is among the messages."""

    def __init__(self, store: Store, poison: str = "") -> None:
        self._store = store
        self._poison = poison
        self.units = 0

    async def run(self, unit: Callable[[Work], R]) -> R:
        self.units += 1

        def poisoned(work: Work) -> R:
            result = unit(work)
            if self._poison and isinstance(result, list) and self._has_poison(work):
                raise StorageError("poison")
            return result

        return await self._store.run(poisoned)

    async def read(self, unit: Callable[[Work], R]) -> R:
        return await self._store.read(unit)

    async def close(self) -> None: ...

    def _has_poison(self, work: Work) -> bool:
        sender = Identity(platform="terminal", workspace="", user=self._poison)
        return work.people.by_identity(sender) is not None


async def test_what_waits_meanwhile_shares_a_commit(store: Store) -> None:
    counting = Counting(store)
    border = intake(counting)
    await asyncio.gather(*(border.accept(message(str(at))) for at in range(500)))
    assert counting.units <= 3
    assert len(await texts(store)) == 500


async def test_one_that_cannot_be_kept_does_not_take_the_others_along(store: Store) -> None:
    border = intake(Counting(store, poison="eve"))
    names = ("ann", "eve", "ben", "ann")
    many = await asyncio.gather(
        *(border.accept(message(str(at), f"m{at}", name=name)) for at, name in enumerate(names)),
        return_exceptions=True,
    )
    assert isinstance(many[1], StorageError)
    assert all(isinstance(many[at], Accepted) for at in (0, 2, 3))
    assert sorted(await texts(store)) == ["m0", "m2", "m3"]
    again = await intake(store).accept(message("1", name="eve"))
    assert again.new


async def test_after_a_failure_the_border_is_open_again(store: Store) -> None:
    border = intake(Counting(store, poison="eve"))
    with pytest.raises(StorageError):
        await border.accept(message("1", name="eve"))
    assert (await border.accept(message("2"))).new


async def test_who_gives_up_waiting_harms_nobody(store: Store) -> None:
    border = intake(store)
    left = asyncio.ensure_future(border.accept(message("1", "left")))
    stays = asyncio.ensure_future(border.accept(message("2", "stays")))
    await asyncio.sleep(0)
    left.cancel()
    assert (await stays).new
    # Its platform was not told yes, will send it again, and it is not kept twice.
    await border.accept(message("1", "left"))
    assert sorted(await texts(store)) == ["left", "stays"]
