"""Inviting: who may, what is shown once, what is listed and taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import INVITE_LASTS, invited
from core.intake import Intake
from core.invites import hashed
from core.people import OwnerKind, Role
from core.ports import Store
from core.tools.invite import MAX_NAME, MOST_OPEN
from tests import given
from tests.core.test_access import message
from tests.fakes.clock import FakeClock
from tests.toolbox import TOOLS, Toolbox, toolbox


async def owners(
    store: Store,
    clock: FakeClock,
    *,
    role: Role = Role.OWNER,
    kind: OwnerKind = OwnerKind.PERSON,
) -> Toolbox:
    box = await toolbox(store, clock)
    person = replace(box.owner, role=role, kind=kind)
    box.owner = await store.run(lambda work: work.people.save(person))
    return box


def code_of(said: str) -> str:
    link = next(line for line in said.splitlines() if line.startswith("https://t.me/"))
    return link.removeprefix("https://t.me/pixie_bot?start=")


async def test_a_link_is_shown_once_and_only_its_hash_is_kept(
    store: Store, clock: FakeClock
) -> None:
    box = await owners(store, clock)
    done = await box.call("invite", name=" Ana\n")
    code = code_of(done.said)
    assert done.said.startswith("Invitation for Ana; it works once, until Mon 30 Nov 09:00:")
    assert (done.changed, done.secrets) == (True, (code,))
    assert code not in done.result
    assert code not in repr(done.buttons)
    (row,) = await given.stored(store, "invites")
    assert (row["name"], row["code_hash"], row["platform"]) == ("Ana", hashed(code), "")
    listed = await box.call("invite", action="list")
    assert "• Ana, until Mon 30 Nov 09:00" in listed.said
    assert not listed.changed
    assert code not in listed.said


async def test_without_a_link_the_code_is_told_and_what_to_do_with_it(
    store: Store, clock: FakeClock
) -> None:
    box = await owners(store, clock)
    box.invite_url = ""
    done = await box.call("invite")
    assert done.said.splitlines()[1] == done.secrets[0]
    assert "sends it to me first" in done.said
    assert "https" not in done.said


@pytest.mark.parametrize("action", ["create", "list", "revoke", "steal"])
@pytest.mark.parametrize(
    ("role", "kind", "told"),
    [
        (Role.MEMBER, OwnerKind.PERSON, "Only whoever runs me"),
        (Role.MEMBER, OwnerKind.GROUP, "in our private chat"),
        (Role.OWNER, OwnerKind.GROUP, "in our private chat"),
    ],
)
async def test_only_who_runs_pixie_may_and_not_in_a_group(
    action: str, role: Role, kind: OwnerKind, told: str, sqlite_store: Store, clock: FakeClock
) -> None:
    box = await owners(sqlite_store, clock, role=role, kind=kind)
    assert told in str(await box.refused("invite", action=action, name="Ana"))
    assert await given.stored(sqlite_store, "invites") == []


async def test_taking_one_back_by_its_button_and_by_its_name(
    store: Store, clock: FakeClock
) -> None:
    box = await owners(store, clock)
    first = await box.call("invite", name="Ana")
    await box.call("invite", name="Bob")
    _, _, button_id = first.buttons[0].command.split()
    gone = await box.call("invite", action="revoke", name=button_id)
    assert (gone.said, gone.changed) == (
        "The invitation for Ana is taken back; its link opens nothing any more.",
        True,
    )
    again = await box.call("invite", action="revoke", name=button_id)
    assert (again.changed, "no such open invitation" in again.said) == (False, True)
    assert [button.label for button in again.buttons] == ["Open invitations"]
    assert (await box.call("invite", action="revoke", name="BOB")).changed
    assert "no open invitation" in (await box.call("invite", action="list")).said
    assert (await box.call("invite", action="revoke")).buttons == ()


async def test_which_one_is_asked_when_there_are_several(store: Store, clock: FakeClock) -> None:
    box = await owners(store, clock)
    for name in ("Ana", "Ana", ""):
        await box.call("invite", name=name)
    error = await box.refused("invite", action="revoke")
    labels = [button.label for button in error.buttons]
    assert sorted(labels) == [
        "Take back (Ana)",
        "Take back (Ana)",
        "Take back (made Mon 23 Nov 09:00)",
    ]
    assert len((await box.refused("invite", action="revoke", name="ana")).buttons) == 2
    for button in error.buttons:
        assert (await box.call("invite", action="revoke", name=button.command.split()[2])).changed


async def test_used_and_expired_ones_are_not_open(store: Store, clock: FakeClock) -> None:
    box = await owners(store, clock)
    used = await box.call("invite", name="Ana")
    clock.advance(hours=1)
    await box.call("invite", name="Bob")
    assert await store.run(lambda work: work.invites.use(hashed(used.secrets[0]), "telegram"))
    assert "Ana" not in (await box.call("invite", action="list")).said
    clock.advance(INVITE_LASTS - timedelta(seconds=1))
    assert "Bob" in (await box.call("invite", action="list")).said
    clock.advance(seconds=1)
    assert "no open invitation" in (await box.call("invite", action="list")).said


async def test_anothers_invitation_is_not_taken_back(store: Store, clock: FakeClock) -> None:
    box = await owners(store, clock)
    made = await box.call("invite", name="Ana")
    other = await toolbox(store, clock, "bob")
    other.owner = replace(other.owner, role=Role.OWNER)
    name = made.buttons[0].command.split()[2]
    assert not (await other.call("invite", action="revoke", name=name)).changed
    assert len(await given.stored(store, "invites")) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("", ""),
        ("Ana\0 \u202eMaria", "Ana Maria"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\ud83d", ""),
        ("אנה", "אנה"),
    ],
)
async def test_names(name: str, kept: str, sqlite_store: Store, clock: FakeClock) -> None:
    box = await owners(sqlite_store, clock)
    assert (await box.call("invite", name=name)).changed
    (row,) = await given.stored(sqlite_store, "invites")
    assert row["name"] == kept


async def test_there_are_bounds(sqlite_store: Store, clock: FakeClock) -> None:
    box = await owners(sqlite_store, clock)
    assert "up to 60" in str(await box.refused("invite", name="x" * (MAX_NAME + 1)))
    assert "create" in str(await box.refused("invite", action="steal"))
    for at in range(MOST_OPEN):
        await box.call("invite", name=f"N{at}")
    error = await box.refused("invite", name="one more")
    assert "20 open invitations" in str(error)
    assert 0 < len(error.buttons) <= 8


async def test_what_is_shown_lets_somebody_in(store: Store, clock: FakeClock) -> None:
    box = await owners(store, clock)
    code = code_of((await box.call("invite")).said)
    intake = Intake(store, admit=invited("telegram"), wake=lambda: None)
    assert (await intake.accept(message("1", f"/start {code}"))).owner is not None


async def test_in_a_workspace_the_code_is_told_besides_the_link(
    sqlite_store: Store, clock: FakeClock
) -> None:
    box = await owners(sqlite_store, clock)
    done = await box.call("invite")
    assert "the code alone" not in done.said
    context = replace(box.context, address=replace(box.context.address, workspace="T1"))
    done = await sqlite_store.run(lambda work: TOOLS["invite"].apply(work, context))
    assert done.said.splitlines()[-1] == f"A guest here sends me the code alone: {done.secrets[0]}"
