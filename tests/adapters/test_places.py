"""The cities of the world and the zones of places, from the data that comes with Pixie."""

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.places import LONGEST, MOST, OfflinePlaces
from core.when.wall import zone


@pytest.fixture(scope="module")
def places() -> OfflinePlaces:
    return OfflinePlaces()


@pytest.mark.parametrize(
    ("words", "city", "country", "zone"),
    [
        ("Coimbra", "Coimbra", "Portugal", "Europe/Lisbon"),
        ("são paulo", "São Paulo", "Brazil", "America/Sao_Paulo"),
        ("Porto", "Porto", "Portugal", "Europe/Lisbon"),
        ("SAO PAULO", "São Paulo", "Brazil", "America/Sao_Paulo"),
        ("München", "Munich", "Germany", "Europe/Berlin"),
        ("Munich", "Munich", "Germany", "Europe/Berlin"),
        ("NYC", "New York City", "United States", "America/New_York"),
        ("Lodz", "Łódź", "Poland", "Europe/Warsaw"),
        ("St. Petersburg", "Saint Petersburg", "Russia", "Europe/Moscow"),
        ("東京", "Tokyo", "Japan", "Asia/Tokyo"),
        ("Paris", "Paris", "France", "Europe/Paris"),
        ("Paris, Texas", "Paris", "United States", "America/Chicago"),
        ("paris tx", "Paris", "United States", "America/Chicago"),
        ("London Ontario", "London", "Canada", "America/Toronto"),
        ("London, Canada", "London", "Canada", "America/Toronto"),
        ("Lisbon, Portugal", "Lisbon", "Portugal", "Europe/Lisbon"),
        ("Singapore", "Singapore", "Singapore", "Asia/Singapore"),
    ],
)
def test_cities_are_found_as_people_write_them(
    places: OfflinePlaces, words: str, city: str, country: str, zone: str
) -> None:
    found = places.named(words)[0]
    assert (found.name, found.country, found.zone) == (city, country, zone)


def test_namesakes_come_largest_first(places: OfflinePlaces) -> None:
    found = places.named("Springfield")
    assert [city.region for city in found[:3]] == ["Missouri", "Massachusetts", "Illinois"]
    assert [city.population for city in found] == sorted(
        (city.population for city in found), reverse=True
    )
    assert {city.zone for city in places.named("San Jose")} >= {
        "America/Los_Angeles",
        "America/Costa_Rica",
    }


def test_a_country_is_a_city_of_each_of_its_zones(places: OfflinePlaces) -> None:
    assert [(city.name, city.zone) for city in places.named("Portugal")] == [
        ("Lisbon", "Europe/Lisbon"),
        ("Funchal", "Atlantic/Madeira"),
        ("Ponta Delgada", "Atlantic/Azores"),
    ]
    assert [city.zone for city in places.named("Japan")] == ["Asia/Tokyo"]
    zones = [city.zone for city in places.named("USA")]
    assert len(zones) == len(set(zones)) > 6
    assert {city.country for city in places.named("USA")} == {"United States"}
    assert [city.name for city in places.named("Costa Rica")] == ["San José"]
    assert {city.country for city in places.named("Georgia")} == {"Georgia", "United States"}


@pytest.mark.parametrize(
    "words",
    ["", " ", "Narnia", "\x00", "\n", "\ud800", "🏙️", ",", "Paris, Narnia", "x" * (LONGEST + 1)],
)
def test_what_is_no_city(places: OfflinePlaces, words: str) -> None:
    assert places.named(words) == []


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(words: str) -> None:
    found = _PLACES.named(words)
    assert len(found) <= MOST
    for city in found:
        assert zone(city.zone).key == city.zone


_PLACES = OfflinePlaces()


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (38.72, -9.14, "Europe/Lisbon"),
        (-30.03, -51.23, "America/Sao_Paulo"),
        (28.6, 77.2, "Asia/Kolkata"),
        (0.0, -30.0, None),
        (91.0, 0.0, None),
        (0.0, 181.0, None),
        (math.nan, 0.0, None),
        (0.0, math.inf, None),
    ],
)
def test_the_zone_of_a_place(
    places: OfflinePlaces, latitude: float, longitude: float, zone: str | None
) -> None:
    assert places.at(latitude, longitude) == zone


HELD_TO_THE_END = """
import threading
from adapters.places import OfflinePlaces

threading.places = OfflinePlaces()
assert threading.places.at(38.72, -9.14) == "Europe/Lisbon"
"""


def test_a_program_that_ends_leaves_no_file_open() -> None:
    program = [sys.executable, "-X", "dev", "-c", HELD_TO_THE_END]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stderr == ""
