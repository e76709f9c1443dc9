"""The zone of a place that is named: never guessed where several may be meant."""

import pytest

from core.errors import UserError
from core.ports import Places, Store
from core.recall import HybridRecall
from core.tool import Reach
from core.whereabouts import MOST_CHOICES, choices, zone_of
from tests.fakes.cities import CITIES, FewPlaces, city
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory


def reach(store: Store, places: Places | None) -> Reach:
    recall = HybridRecall(store, FakeMemory(), FakeEmbedder(ready=False))
    return Reach(store=store, recall=recall, places=places)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Porto Alegre", "America/Sao_Paulo"),
        ("I live in Porto Alegre.", "America/Sao_Paulo"),
        ("I’m in porto alegre!", "America/Sao_Paulo"),
        ("we are currently based in Porto Alegre", "America/Sao_Paulo"),
        ("Paris", "Europe/Paris"),
        ("Paris, Texas", "America/Chicago"),
        ("Cambridge", "Europe/London"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("Tokyo", "Asia/Tokyo"),
        ("UTC", "UTC"),
    ],
)
async def test_one_place_is_meant(sqlite_store: Store, said: str, zone: str) -> None:
    assert await zone_of(reach(sqlite_store, FewPlaces()), said, command="/start zone") == zone


@pytest.mark.parametrize("said", ["Springfield", "in springfield", "Chile"])
async def test_one_of_several_is_chosen(sqlite_store: Store, said: str) -> None:
    with pytest.raises(UserError) as raised:
        await zone_of(reach(sqlite_store, FewPlaces()), said, command="/start zone")
    assert raised.value.asks == "/start zone"
    assert len(raised.value.buttons) == 2
    assert raised.value.buttons[0].command.startswith("/start zone America/")


@pytest.mark.parametrize("said", ["", "Narnia", "my city is", "\x00", "GMT+5", "🏙️", "x" * 10_000])
async def test_what_is_no_place_is_asked_again(sqlite_store: Store, said: str) -> None:
    for places in (FewPlaces(), None):
        with pytest.raises(UserError) as raised:
            await zone_of(reach(sqlite_store, places), said, command="/start zone")
        assert raised.value.asks == "/start zone"
        assert len(str(raised.value)) < 300


def test_choices_tell_the_place_and_its_zone() -> None:
    (first, _) = choices(CITIES["springfield"], "/settings zone")
    assert first.label == "Springfield, Missouri · America/Chicago"
    assert first.command == "/settings zone America/Chicago"
    many = [city(f"City {n}", "America/Argentina/ComodRivadavia", 9) for n in range(20)]
    assert len(choices(many, "/settings zone")) == MOST_CHOICES
    same = [city("Same", "Asia/Tokyo", 9)] * 3
    assert len(choices(same, "/settings zone")) == 1
