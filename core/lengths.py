"""How long something takes, in a person's words."""

import re
from datetime import datetime, timedelta

from core.errors import UserError
from core.people import Person
from core.titles import line
from core.when.phrases import read
from core.when.values import Length, Moment
from core.when.wall import zone as find_zone

MAX_WORDS = 300
LONGEST = timedelta(days=366)


def duration(words: str, person: Person, now: datetime) -> timedelta:
    """How long: "90 minutes", "an hour and a half", "1:30". Raises UserError."""
    text = line(words)[:MAX_WORDS]
    clock_like = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text)
    minutes = re.fullmatch(r"\d{1,6}", text)
    if clock_like:
        hours, rest = clock_like.groups()
        length = timedelta(hours=int(hours), minutes=int(rest))
    elif minutes:
        length = timedelta(minutes=int(text))
    else:
        length = _length(text, now.astimezone(find_zone(person.zone)), person)
    sensible(length)
    return length


def changed_length(words: str, old: timedelta | None, person: Person, now: datetime) -> timedelta:
    """How long, also as "30 minutes longer" or "shorter" than before. Raises UserError."""
    match = re.fullmatch(r"(.+?) (longer|more|shorter|less)", line(words), re.IGNORECASE)
    if match is None or old is None:
        return duration(words, person, now)
    by = duration(match[1], person, now)
    length = old + by if match[2].casefold() in ("longer", "more") else old - by
    sensible(length)
    return length


def _length(text: str, local_now: datetime, person: Person) -> timedelta:
    for words in (text, f"for {text}"):
        for phrase in read(words, local_now, person.habits):
            match phrase.meaning:
                case Length(of=length):
                    return length
                case Moment(at=at, timer=True):
                    return at - local_now.replace(tzinfo=None)
    raise UserError(
        f"I could not read “{text[:60]}” as a length of time. Say it like “90 minutes” or "
        "“an hour and a half”."
    )


def only_length(text: str, local_now: datetime, person: Person) -> timedelta | None:
    """The length that all of the words say."""
    for phrase in read(text, local_now, person.habits):
        if isinstance(phrase.meaning, Length) and phrase.text.strip() == text.strip():
            return phrase.meaning.of
    return None


def sensible(length: timedelta) -> None:
    """Raises UserError for a length of nothing or of more than a year."""
    if length < timedelta(minutes=1):
        raise UserError("It must last at least a minute. Say it like “30 minutes”.")
    if length > LONGEST:
        raise UserError("It can last up to a year; give an earlier end.")
