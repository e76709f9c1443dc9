"""The time zone of where a person says to be: a city, a country, or the zone's own name.

A zone is never guessed: of several places that go by one name the person chooses, unless one is
so much larger than the others that nobody would say its name and mean another.
"""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime

from core.cards import clipped, clock
from core.errors import UserError
from core.people import Person
from core.ports import City
from core.titles import line
from core.tool import Reach
from core.values import Button
from core.when.show import show_moment
from core.when.wall import wall
from core.when.wall import zone as find_zone

MOST_CHOICES = 8
FAR_LARGER = 10
"""Times the population of the next city of the name, from which on no other one is meant."""
_LABEL = 60
_SAYING = re.compile(
    r"^(?:(?:i(?:'m| am)?|we(?:'re| are)?|it(?:'s| is)?|my|live|living|based|located|stay|staying|"
    r"currently|now|city|zone|time ?zone|is|to|as|in|from|at|near)\s+)+",
    re.IGNORECASE,
)
"""What stands before the name: "I live in"."""


async def zone_of(reach: Reach, words: str, *, command: str) -> str:
    """The IANA name of the zone. Reads any text.

    Raises UserError when there is no such place, or several; `command` is what a zone or another
    name completes.
    """
    said = line(words)
    bare = _SAYING.sub("", said.replace("’", "'"), count=1).strip(" .!") or said
    cities: Sequence[City] = ()
    if reach.places is not None and "/" not in bare:
        cities = await asyncio.to_thread(reach.places.named, bare)
    if not cities:
        return _by_name(bare, command)
    others = [city for city in cities if city.zone != cities[0].zone]
    # Of a country the cities have different names, and each of its zones may be meant.
    namesakes = len({city.name.casefold() for city in cities}) == 1
    if not others or (namesakes and others[0].population * FAR_LARGER < cities[0].population):
        return cities[0].zone
    which = f"Which {cities[0].name} is it?" if namesakes else "Which city is it?"
    raise UserError(
        f"{which} Tap it, or type a larger one near you, with its state or country if need be.",
        buttons=choices(cities, command),
        asks=command,
    )


def choices(cities: Sequence[City], command: str) -> tuple[Button, ...]:
    """A button for each of the largest, as “Coimbra, Portugal · Europe/Lisbon”."""
    labels = {
        clipped(f"{city.name}, {city.region or city.country} · {city.zone}", _LABEL): city.zone
        for city in cities
    }
    return tuple(
        Button(label=label, command=f"{command} {zone}")
        for label, zone in list(labels.items())[:MOST_CHOICES]
    )


def proposal(person: Person, zone: str, now: datetime) -> tuple[str, tuple[Button, ...]]:
    """A question whether to set this zone, and its answers. `now` is aware."""
    local = wall(now, zone).local
    there = show_moment(local, today=local, clock=clock(person))
    stay = f"/settings zone {person.zone}" if person.zone_known else "/cancel"
    answers = (
        Button(label="Yes", command=f"/settings zone {zone}"),
        Button(label="No", command=stay),
    )
    return f"It is {there} there. Set your zone to {zone}?", answers


def _by_name(words: str, command: str) -> str:
    try:
        return find_zone(words).key
    except UserError as error:
        raise UserError(str(error), asks=command) from None
