"""A world of a few cities: `core.ports.Places`."""

from collections.abc import Sequence

from core.ports import City


def city(name: str, zone: str, people: int, country: str = "", region: str = "") -> City:
    return City(name=name, region=region, country=country, zone=zone, population=people)


CITIES = {
    "porto alegre": [city("Porto Alegre", "America/Sao_Paulo", 1_488_252, "Brazil")],
    "springfield": [
        city("Springfield", "America/Chicago", 170_188, "United States", "Missouri"),
        city("Springfield", "America/New_York", 154_341, "United States", "Massachusetts"),
    ],
    "paris": [
        city("Paris", "Europe/Paris", 2_138_551, "France"),
        city("Paris", "America/Chicago", 24_782, "United States", "Texas"),
    ],
    "paris, texas": [city("Paris", "America/Chicago", 24_782, "United States", "Texas")],
    "chile": [
        city("Santiago", "America/Santiago", 4_837_295, "Chile"),
        city("Punta Arenas", "America/Punta_Arenas", 117_430, "Chile"),
    ],
    "cambridge": [
        city("Cambridge", "Europe/London", 145_674, "United Kingdom"),
        city("Cambridge", "Europe/London", 20_000, "United Kingdom"),
    ],
}


LISBON = (38.72, -9.14)
TOKYO = (35.68, 139.69)
AT_SEA = (0.0, -30.0)
_ZONES = {LISBON: "Europe/Lisbon", TOKYO: "Asia/Tokyo"}


class FewPlaces:
    """Knows these cities, and two places on the map."""

    def at(self, latitude: float, longitude: float) -> str | None:
        return _ZONES.get((latitude, longitude))

    def named(self, words: str) -> Sequence[City]:
        return CITIES.get(words.casefold(), [])
