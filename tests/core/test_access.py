"""Who is let in: those with an invitation, once, and nobody who guesses."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import (
    GUEST,
    INVITE_LASTS,
    MOST_WRONG,
    NOT_OPEN,
    NOT_VALID,
    PRIVATE,
    PRIVATE_GROUP,
    WRONG_WINDOW,
    invited,
    member_invite,
    offered,
    owner_invite,
    turn_away,
)
from core.intake import Accepted, Intake, either, only
from core.people import OwnerKind, Person, Role
from core.ports import Store, Work
from core.values import Address, Identity, IncomingMessage, Membership, OwnerId
from tests import given
from tests.fakes.clock import MONDAY, FakeClock

NOBODY = Accepted(owner=None, new=False)
WRONG = "AAAAAAAAAAAAAAAA"


def message(
    id_: str, text: str, user: str = "7", *, group: str = "", platform: str = "telegram"
) -> IncomingMessage:
    return IncomingMessage(
        id=id_,
        sender=Identity(platform=platform, workspace="", user=user),
        address=Address(platform=platform, workspace="", chat=group or user),
        text=text,
        at=MONDAY,
        name=f"User {user}",
        group=bool(group),
    )


class Border:
    """An intake that lets in who is invited on Telegram."""

    def __init__(self, store: Store) -> None:
        self.store = store
        admit = either(only("terminal"), invited("telegram"))
        self.intake = Intake(store, admit=admit, wake=lambda: None)
        self._count = 0

    async def says(
        self, text: str, user: str = "7", *, group: str = "", platform: str = "telegram"
    ) -> Accepted:
        self._count += 1
        said = message(f"m{self._count}", text, user, group=group, platform=platform)
        return await self.intake.accept(said)

    async def person(self, owner: OwnerId | None) -> Person:
        assert owner is not None
        found = await self.store.read(lambda work: work.people.get(owner))
        assert found is not None
        return found

    async def owner_code(self) -> str:
        code = await self.store.run(lambda work: owner_invite(work, "telegram"))
        assert code is not None
        return code

    async def code(self) -> str:
        """An invitation by whoever sits at the machine."""
        maker = await self.person((await self.says("hello", "local", platform="terminal")).owner)

        def unit(work: Work) -> str:
            return member_invite(work, maker, "Ana")[0]

        return await self.store.run(unit)

    async def texts(self) -> list[str]:
        rows = await given.stored(self.store, "inbox")
        return [str(row["message"]) for row in sorted(rows, key=lambda row: int(row["id"]))]


@pytest.fixture
def border(store: Store) -> Border:
    return Border(store)


# --- who gets in ---


@pytest.mark.parametrize("how", ["/start {}", "/start@pixie_bot {}", "  /start   {} \n", "{}"])
async def test_a_code_lets_one_in_once(how: str, border: Border) -> None:
    code = await border.code()
    accepted = await border.says(how.format(code))
    person = await border.person(accepted.owner)
    assert (person.role, person.kind, person.name) == (Role.MEMBER, OwnerKind.PERSON, "User 7")
    assert (await border.says("what's on?")).owner == person.id
    assert await border.says(how.format(code), "8") == NOBODY


async def test_who_invited_hears_who_came_in(border: Border) -> None:
    code = await border.code()
    await border.says(f"/start {code}")
    await border.says(f"/start {code}", user="8")
    told = await border.store.run(lambda work: work.outbox.claim(9, given.LEASE))
    assert [(one.delivery.address.platform, one.delivery.reply.text) for one in told] == [
        ("terminal", "User 7 has come in by the invitation that you made for Ana.")
    ]


async def test_the_code_is_not_kept_with_the_message(border: Border) -> None:
    code = await border.code()
    await border.says(f"/start {code}")
    other = await border.code()
    await border.says(f"/start {other}")
    await border.says(f"/start@pixie_bot  {other} ")
    texts = await border.texts()
    assert not [text for text in texts if code in text or other in text]
    assert sum('"/start"' in text for text in texts) == 2
    assert sum('"/start@pixie_bot"' in text for text in texts) == 1


async def test_who_is_known_uses_nothing_up(border: Border) -> None:
    await border.says(f"/start {await border.code()}")
    other = await border.code()
    assert (await border.says(f"/start {other}")).new
    assert (await border.says(f"/start {other}", "8")).owner is not None


async def test_what_the_known_say_after_start_stays(border: Border) -> None:
    await border.says(f"/start {await border.code()}")
    await border.says("/start the day with a list")
    assert "the day with a list" in (await border.texts())[-1]


async def test_the_zone_of_who_invites_is_a_guess(border: Border) -> None:
    known = await border.code()
    person = await border.person((await border.says(known)).owner)
    assert (person.zone, person.zone_known) == ("UTC", False)

    def lisbon(work: Work) -> str:
        maker = given.add_person(work, "lis", zone="Europe/Lisbon")
        maker = work.people.save(replace(maker, zone_known=True))
        return member_invite(work, maker)[0]

    code = await border.store.run(lisbon)
    person = await border.person((await border.says(code, "8")).owner)
    assert (person.zone, person.zone_known) == ("Europe/Lisbon", False)


async def test_of_many_with_one_code_at_once_one_gets_in(store: Store) -> None:
    one, other = Border(store), Border(store)
    code = await one.code()
    accepted = await asyncio.gather(
        *(
            door.intake.accept(message(f"x{user}", f"/start {code}", str(user)))
            for user in range(10)
            for door in (one if user % 2 else other,)
        )
    )
    assert sum(each.owner is not None for each in accepted) == 1


async def test_the_same_message_told_twice_at_once_lets_one_in(store: Store) -> None:
    one, other = Border(store), Border(store)
    said = message("x", f"/start {await one.code()}")
    accepted = await asyncio.gather(*(door.intake.accept(said) for door in (one, other, one)))
    assert sorted(each.new for each in accepted) == [False, False, True]
    assert len({each.owner for each in accepted}) == 1


async def test_an_invitation_expires(border: Border, clock: FakeClock) -> None:
    code = await border.code()
    clock.advance(INVITE_LASTS)
    assert await border.says(code) == NOBODY


async def test_an_edit_may_bring_the_code(border: Border) -> None:
    code = await border.code()
    assert await border.says("hello") == NOBODY
    edit = replace(message("m1~e1", f"/start {code}"), edits="m1")
    assert (await border.intake.accept(edit)).owner is not None


# --- who does not ---


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "/start",
        "/start ",
        f"/start {WRONG}",
        f"/start {'A' * 64}",
        f"/start {'A' * 65}",
        "/start 👋",
        WRONG,
        "\ud83d",
        "/start ' OR 1=1 --",
        "x" * 300_000,
    ],
)
async def test_nobody_gets_in_without_an_invitation(text: str, border: Border) -> None:
    await border.code()
    assert await border.says(text) == NOBODY
    sender = message("m", "").sender
    assert await border.store.read(lambda work: work.people.by_identity(sender)) is None


async def test_a_code_in_a_longer_text_is_none(border: Border) -> None:
    code = await border.code()
    assert await border.says(f"my code is {code}") == NOBODY
    assert await border.says(f"{code} thanks") == NOBODY
    assert (await border.says(code)).owner is not None


async def test_who_guesses_is_refused_for_an_hour(border: Border, clock: FakeClock) -> None:
    code = await border.code()
    for _ in range(MOST_WRONG):
        assert await border.says(f"/start {WRONG}") == NOBODY
    assert await border.says(f"/start {code}") == NOBODY
    rows = await given.stored(border.store, "strangers")
    for _ in range(20):
        await border.says(f"/start {WRONG}")
    assert await given.stored(border.store, "strangers") == rows
    # Others are not held up by it.
    assert (await border.says(f"/start {await border.code()}", "8")).owner is not None
    clock.advance(WRONG_WINDOW)
    assert (await border.says(f"/start {code}")).owner is not None


async def test_a_few_wrong_ones_do_no_harm(border: Border) -> None:
    code = await border.code()
    for _ in range(MOST_WRONG - 1):
        await border.says(f"/start {WRONG}")
    assert (await border.says(f"/start {code}")).owner is not None


async def test_a_platform_where_nobody_is_invited(border: Border) -> None:
    code = await border.code()
    assert await border.says(f"/start {code}", platform="slack") == NOBODY
    assert (await border.says(f"/start {code}")).owner is not None


# --- the owner link ---


async def test_the_owner_link_makes_an_owner_of_the_first(border: Border) -> None:
    code = await border.owner_code()
    person = await border.person((await border.says(f"/start {code}")).owner)
    assert person.role is Role.OWNER
    assert await border.store.run(lambda work: owner_invite(work, "telegram")) is None
    assert await border.store.run(lambda work: owner_invite(work, "slack")) is not None


async def test_every_owner_link_works_until_one_was_used(border: Border) -> None:
    first, second, third = [await border.owner_code() for _ in range(3)]
    assert (await border.says(f"/start {second}")).owner is not None
    assert await border.says(f"/start {first}", "8") == NOBODY
    assert await border.says(f"/start {third}", "9") == NOBODY


async def test_it_dies_when_somebody_came_in_otherwise(border: Border, clock: FakeClock) -> None:
    code = await border.owner_code()
    assert (await border.says(await border.code())).owner is not None
    clock.advance(hours=1)
    assert await border.says(f"/start {code}", "8") == NOBODY


async def test_of_two_links_at_once_one_makes_the_owner(store: Store) -> None:
    one, other = Border(store), Border(store)
    codes = [await one.owner_code() for _ in range(6)]
    accepted = await asyncio.gather(
        *(
            (one if at % 2 else other).intake.accept(message(f"x{at}", f"/start {code}", str(at)))
            for at, code in enumerate(codes)
        )
    )
    assert sum(each.owner is not None for each in accepted) == 1


async def test_it_is_for_its_platform_alone_and_for_a_week(
    store: Store, border: Border, clock: FakeClock
) -> None:
    code = await border.owner_code()
    slack = Intake(store, admit=invited("slack"), wake=lambda: None)
    assert await slack.accept(message("1", f"/start {code}", platform="slack")) == NOBODY
    clock.advance(INVITE_LASTS)
    assert await border.says(f"/start {code}") == NOBODY


# --- groups ---


async def test_someone_known_brings_their_group_in(border: Border) -> None:
    assert await border.says("what's on?", "8", group="-100") == NOBODY
    await border.says(await border.code())
    accepted = await border.says("what's on?", group="-100")
    group = await border.person(accepted.owner)
    assert (group.kind, group.role) == (OwnerKind.GROUP, Role.MEMBER)
    # From then on the group's own lists are open to all who are in it.
    assert (await border.says("add milk", "8", group="-100")).owner == group.id
    assert await border.says("hello", "8") == NOBODY
    rows = await given.stored(border.store, "inbox")
    assert [row["speaker"] for row in rows][-2:] == ["User 7", "User 8"]


@pytest.mark.parametrize("how", ["/start {}", "{}"])
async def test_a_code_in_a_group_is_not_heard(how: str, border: Border) -> None:
    code = await border.code()
    assert await border.says(how.format(code), group="-100") == NOBODY
    assert await given.stored(border.store, "strangers") == []
    assert (await border.says(how.format(code))).owner is not None


# --- what strangers are told ---


async def test_a_stranger_is_told_once_a_day(store: Store, clock: FakeClock) -> None:
    assert await turn_away(store, message("1", "let me in, my name is Eve")) == PRIVATE
    for _ in range(3):
        assert await turn_away(store, message("2", "please")) is None
        clock.advance(hours=7)
    assert await turn_away(store, message("3", "hello?", "8")) == PRIVATE
    clock.advance(hours=4)
    assert await turn_away(store, message("4", "hello again")) == PRIVATE


@pytest.mark.parametrize(
    ("membership", "said"),
    [
        (Membership.UNKNOWN, PRIVATE),
        (Membership.GUEST, GUEST),
        (Membership.STRANGER, GUEST),
        (Membership.MEMBER, NOT_OPEN),
    ],
)
async def test_who_is_not_let_in_reads_what_would_help(
    store: Store, membership: Membership, said: str
) -> None:
    told = replace(message("1", "hello"), membership=membership)
    assert await turn_away(store, told) == said


async def test_a_wrong_code_is_told_apart_and_once(store: Store) -> None:
    assert await turn_away(store, message("1", "hello")) == PRIVATE
    assert await turn_away(store, message("2", f"/start {WRONG}")) == NOT_VALID
    assert await turn_away(store, message("3", f"/start {WRONG}")) is None
    assert await turn_away(store, message("4", "hello")) is None


async def test_a_group_is_told_once_whoever_speaks(store: Store) -> None:
    assert await turn_away(store, message("1", "hello", "7", group="-5")) == PRIVATE_GROUP
    assert await turn_away(store, message("2", f"/start {WRONG}", "8", group="-5")) is None


async def test_of_many_at_once_one_is_told(store: Store) -> None:
    said = await asyncio.gather(*(turn_away(store, message(str(at), "hi")) for at in range(10)))
    assert [each for each in said if each is not None] == [PRIVATE]


async def test_nothing_is_left_but_a_hash(store: Store) -> None:
    border = Border(store)
    said = "let me in, my name is Eve"
    await border.says(said, "4711")
    await turn_away(store, message("1", said, "4711"))
    tables = ("people", "identities", "inbox", "outbox", "turns", "documents", "set_aside")
    assert [await given.stored(store, table) for table in tables] == [[]] * len(tables)
    (row,) = await given.stored(store, "strangers")
    assert "4711" not in repr(row)
    assert "Eve" not in repr(row)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("/start abc", "abc"),
        ("/start", None),
        ("/started abc", None),
        ("/start a b", None),
        (WRONG, WRONG),
        (WRONG + "A", None),
        ("Ünïcödé-ünïcödé-", None),
        ("", None),
    ],
)
def test_what_counts_as_a_code(text: str, code: str | None) -> None:
    assert offered(text) == code


def test_a_guess_is_hopeless() -> None:
    """At five an hour for each account, a week's invitation stands against 95 random bits."""
    guesses = MOST_WRONG * (INVITE_LASTS / WRONG_WINDOW) * 10**9
    assert guesses / 62**16 < 1e-9
    assert timedelta(hours=1) <= WRONG_WINDOW
