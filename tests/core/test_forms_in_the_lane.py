"""What a form says takes the way of every message: inbox, lane, tool, receipt."""

from core.errors import UserError
from core.form_checking import submit
from core.form_drawing import open_form
from core.forms import FormName, Submission
from core.language.filling import UNREAD
from core.ports import Store, Work
from core.values import OwnerId
from tests.core.test_engine import Desk
from tests.fakes.clock import FakeClock


async def submitted(
    desk: Desk, owner: OwnerId, name: FormName, ref: str = "", **values: str
) -> str:
    def unit(work: Work) -> str:
        person = work.people.get(owner)
        assert person is not None
        done = submit(work, person, desk.clock.now(), name, ref, values)
        assert isinstance(done, Submission)
        return done.command

    command: str = await desk.store.read(unit)
    return command


async def test_a_form_is_answered_with_the_receipt(store: Store, clock: FakeClock) -> None:
    desk = Desk(store, clock)
    ana = await desk.accept("hello")
    command = await submitted(
        desk, ana, FormName.TASK, title='say "hi"\u0301 \\n <!channel>', date="2026-11-27"
    )
    await desk.accept(command, id="view:1")
    await desk.accept(command, id="view:1")
    await desk.work()
    assert await desk.titles(ana) == ['say "hi"\u0301 \\n <!channel>']
    assert any("due Fri 27 Nov" in line for line in desk.printed())


async def test_a_form_of_an_old_version_shows_the_row_as_it_stands(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock)
    ana = await desk.accept("/task report")
    await desk.work()

    def ref(work: Work) -> str:
        row = work.thing(ana, 1)
        assert row is not None
        return f"{row.code}@{row.version}"

    old = await store.read(ref)
    command = await submitted(desk, ana, FormName.EDIT, old, title="mine")
    await desk.accept("/rename 1 theirs")
    await desk.accept(command)
    await desk.work()
    assert await desk.titles(ana) == ["theirs"]
    assert any("That has changed since" in line for line in desk.printed())


async def test_anothers_row_is_refused_also_by_hand(store: Store, clock: FakeClock) -> None:
    desk = Desk(store, clock)
    ana = await desk.accept("/task report")
    bob = await desk.accept("hello", user="bob")
    await desk.work()

    def unit(work: Work) -> str:
        row, person = work.thing(ana, 1), work.people.get(bob)
        assert row is not None
        assert person is not None
        ref = f"{row.code}@{row.version}"
        try:
            open_form(work, person, clock.now(), FormName.EDIT, ref)
        except UserError:
            return ref
        raise AssertionError

    ref = await store.read(unit)
    await desk.accept(f'/fill {ref} {{"title": "stolen"}}', user="bob")
    await desk.accept("/fill task milk", user="bob")
    await desk.work()
    assert await desk.titles(ana) == ["report"]
    assert any("no such task" in line for line in desk.printed("bob"))
    assert any(UNREAD[:40] in line for line in desk.printed("bob"))
