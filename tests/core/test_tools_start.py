"""The first conversation, step by step."""

from datetime import UTC, datetime, time

import pytest

from core.people import OwnerKind
from core.ports import Store
from tests.fakes.cities import FewPlaces
from tests.fakes.clock import FakeClock
from tests.toolbox import Toolbox, toolbox


async def newcomer(store: Store, clock: FakeClock, **changes: object) -> Toolbox:
    """Somebody whose zone nobody told."""
    box = await toolbox(store, clock, zone="UTC", places=FewPlaces())
    await box.set(**{"zone_known": False, "name": "Ana Silva", **changes})
    return box


async def test_step_by_step(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock)
    hello = await box.call("start")
    assert len(hello.said.splitlines()) == 4
    assert hello.said.startswith("Hello Ana! I'm Pixie")
    assert hello.asks == "/start zone"
    assert not box.owner.welcomed
    when = await box.call("start", step="zone", answer="Porto Alegre")
    assert "Your zone is America/Sao_Paulo: it is Mon 23 Nov 06:00 there." in when.said
    assert when.asks == "/start summary"
    assert box.owner.zone_known
    ready = await box.call("start", step="summary", answer="7:30")
    assert (box.owner.summary_at, box.owner.welcomed) == (time(7, 30), True)
    assert box.owner.summary_next == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert ready.asks is None
    assert [button.command for button in ready.buttons] == [
        "remind me in 1 minute to stretch",
        "/today",
    ]
    again = await box.call("start")
    assert len(again.said.splitlines()) == 1
    assert "/settings" in [button.command for button in again.buttons]


async def test_a_guess_is_offered_first_and_not_taken(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock, zone="Europe/Lisbon")
    hello = await box.call("start")
    assert hello.buttons[0].label == "Lisbon 09:00"
    assert hello.buttons[0].command == "/start zone Europe/Lisbon"
    assert not box.owner.zone_known
    await box.call("start", step="zone", answer="Europe/Lisbon")
    assert box.owner.zone_known


async def test_of_several_places_one_is_chosen(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock)
    asked = await box.refused("start", step="zone", answer="Springfield")
    assert asked.asks == "/start zone"
    assert asked.buttons[1].command == "/start zone America/New_York"
    assert not box.owner.zone_known


@pytest.mark.parametrize("none", ["none", "off", "No."])
async def test_no_summary(sqlite_store: Store, clock: FakeClock, none: str) -> None:
    box = await newcomer(sqlite_store, clock)
    await box.call("start", step="summary", answer=none)
    assert (box.owner.summary_at, box.owner.summary_next) == (None, None)


@pytest.mark.parametrize("hour", ["25:00", "soon", "🕐", "\x00", "-1"])
async def test_an_hour_that_is_none_is_asked_for_again(
    sqlite_store: Store, clock: FakeClock, hour: str
) -> None:
    box = await newcomer(sqlite_store, clock)
    assert (await box.refused("start", step="summary", answer=hour)).asks == "/start summary"


async def test_who_tells_their_zone_first_is_asked_the_rest(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock)
    told = await box.call("change_settings", zone="Porto Alegre")
    assert told.said.startswith("Your zone is America/Sao_Paulo")
    assert told.asks == "/start summary"
    later = await box.call("change_settings", zone="Tokyo")
    assert later.asks is None


async def test_where_the_zone_is_known_only_the_hour_is_asked(
    store: Store, clock: FakeClock
) -> None:
    box = await toolbox(store, clock)
    hello = await box.call("start")
    assert hello.said.startswith("Hello ann! I'm Pixie")
    assert hello.asks == "/start summary"
    assert box.owner.welcomed


async def test_reminders_made_before_follow_into_the_zone(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock)
    await box.call("create_reminder", text="call mom", when="tomorrow at 14:00")
    told = await box.call("start", step="zone", answer="Porto Alegre")
    assert "#1 call mom keeps its time of day and follows you." in told.said


async def test_a_group_is_asked_its_zone_alone(store: Store, clock: FakeClock) -> None:
    box = await newcomer(store, clock, kind=OwnerKind.GROUP)
    hello = await box.call("start")
    assert "this group's reminders" in hello.said
    done = await box.call("start", step="zone", answer="Tokyo")
    assert done.said.startswith("This group's zone is Asia/Tokyo")
    assert done.asks is None
    assert box.owner.welcomed
    summary = await box.call("start", step="summary", answer="7:00")
    assert "Tell me what to keep" in summary.said
    assert box.owner.summary_at == time(8)


async def test_every_button_fits_and_is_understood(sqlite_store: Store, clock: FakeClock) -> None:
    box = await newcomer(sqlite_store, clock, zone="America/Argentina/ComodRivadavia")
    for button in (await box.call("start")).buttons:
        assert len(button.command.encode()) <= 64
        await box.call("start", step="zone", answer=button.command.removeprefix("/start zone "))
        assert box.owner.zone == button.command.rpartition(" ")[2]
