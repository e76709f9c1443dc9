"""Days with a name: "Christmas Eve", "Thanksgiving", "Easter Monday"."""

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import EASTER_ORTHODOX, easter

from core.when.tokens import Line, Phrases

_InYear = Callable[[int], date | None]


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth weekday of a month, counted from its end when nth is negative, if it has one."""
    if nth > 0:
        first = date(year, month, 1)
        found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    else:
        after = date(year + month // 12, month % 12 + 1, 1)
        last = after - timedelta(days=1)
        found = last - timedelta(days=(last.weekday() - weekday) % 7 - 7 * (nth + 1))
    return found if (found.year, found.month) == (year, month) else None


def _fixed(month: int, day: int) -> _InYear:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, nth: int, plus: int = 0) -> _InYear:
    def on(year: int) -> date | None:
        found = nth_weekday(year, month, weekday, nth)
        return found + timedelta(days=plus) if found else None

    return on


def _easter(plus: int = 0) -> _InYear:
    return lambda year: easter(year) + timedelta(days=plus)


def _orthodox(plus: int = 0) -> _InYear:
    return lambda year: easter(year, EASTER_ORTHODOX) + timedelta(days=plus)


_LUNAR = (
    "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-18 "
    "2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 "
    "2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 "
    "2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24"
)
_LUNAR_NEW_YEAR = {day.year: day for day in map(date.fromisoformat, _LUNAR.split())}


def _hebrew_new_year(year: int) -> date:
    """Rosh Hashanah in a year of the common calendar, by Gauss's rule (1900 to 2199)."""
    golden = year % 19
    leap = (12 * golden + 12) % 19
    century = year // 100
    shift = century - century // 4 - 2
    moment = shift + 765433 / 492480 * leap + year % 4 / 4 - (313 * year + 89081) / 98496
    day = int(moment // 1)
    part = moment - day
    weekday = (date(year, 8, 31) + timedelta(days=day)).weekday()
    if weekday in {2, 4, 6}:
        day += 1
    elif (weekday == 0 and part >= 23269 / 25920 and leap > 11) or (
        weekday == 1 and part >= 1367 / 2160 and leap > 6
    ):
        day += 2 if weekday == 1 else 1
    return date(year, 8, 31) + timedelta(days=day)


def _hebrew(plus: int) -> _InYear:
    return lambda year: _hebrew_new_year(year) + timedelta(days=plus)


def _hanukkah(year: int) -> date:
    length = (_hebrew_new_year(year + 1) - _hebrew_new_year(year)).days
    return _hebrew_new_year(year) + timedelta(days=84 if length in {355, 385} else 83)


def _passover(year: int) -> date:
    return _hebrew_new_year(year) - timedelta(days=163)


_DAYS: dict[str, _InYear] = {
    "new year's eve; new years eve; new year eve; nye; silvester; hogmanay": _fixed(12, 31),
    "new year's day; new years day; new year day; new year's; new years; new year": _fixed(1, 1),
    "epiphany; three kings day": _fixed(1, 6),
    "martin luther king day; martin luther king's day; martin luther king jr day; mlk day; "
    "martin luther king , jr . day; martin luther king jr . day; mlk jr . day; mlk jr day; "
    "martin luther king junior day; civil rights day; idaho human rights day": _nth(1, 0, 3),
    "chinese new year; chinese new year's day; lunar new year; lunar new year's day; "
    "chinese lunar new year; chinese lunar new year's day": _LUNAR_NEW_YEAR.get,
    "groundhog day; ground hog day; groundhogs day; groundhog's day": _fixed(2, 2),
    "valentine's day; valentines day; valentine day; valentines; valentine's; "
    "st valentine's day; saint valentine's day": _fixed(2, 14),
    "presidents day; president's day; presidents' day; washington's birthday": _nth(2, 0, 3),
    "international women's day; women's day": _fixed(3, 8),
    "pi day": _fixed(3, 14),
    "st patrick's day; st . patrick's day; saint patrick's day; st patricks day; "
    "st paddy's day; saint paddy's day; saint patricks day; st . patricks day": _fixed(3, 17),
    "april fools; april fools day; april fool's day; april fool's; all fools' day": _fixed(4, 1),
    "tax day": _fixed(4, 15),
    "earth day": _fixed(4, 22),
    "st george's day; saint george's day; st . george's day": _fixed(4, 23),
    "anzac day": _fixed(4, 25),
    "may day; labour day international": _fixed(5, 1),
    "star wars day": _fixed(5, 4),
    "cinco de mayo": _fixed(5, 5),
    "mother's day; mothers day; mothers' day; mother day": _nth(5, 6, 2),
    "memorial day; decoration day": _nth(5, 0, -1),
    "armed forces day": _nth(5, 5, 3),
    "flag day": _fixed(6, 14),
    "juneteenth": _fixed(6, 19),
    "father's day; fathers day; fathers' day; father day": _nth(6, 6, 3),
    "midsummer; midsummer day; st john's day": _fixed(6, 24),
    "canada day": _fixed(7, 1),
    "independence day; 4th of july; fourth of july; july fourth": _fixed(7, 4),
    "bastille day": _fixed(7, 14),
    "parents day; parents' day; parent's day": _nth(7, 6, 4),
    "assumption day": _fixed(8, 15),
    "labor day; labour day": _nth(9, 0, 1),
    "patriot day": _fixed(9, 11),
    "columbus day; indigenous peoples day; indigenous peoples' day": _nth(10, 0, 2),
    "boss's day; bosses day; boss day; boss' day": _fixed(10, 16),
    "halloween day; halloween; hallowe'en; all hallows eve; all hallow's eve": _fixed(10, 31),
    "all saints day; all saints' day; all hallows": _fixed(11, 1),
    "all souls day; all souls' day": _fixed(11, 2),
    "guy fawkes night; guy fawkes day; bonfire night": _fixed(11, 5),
    "veterans day; veteran's day; veterans' day; armistice day; remembrance day": _fixed(11, 11),
    "singles day; singles' day": _fixed(11, 11),
    "thanksgiving day; thanksgiving; turkey day": _nth(11, 3, 4),
    "black friday": _nth(11, 3, 4, 1),
    "small business saturday": _nth(11, 3, 4, 2),
    "cyber monday": _nth(11, 3, 4, 4),
    "giving tuesday": _nth(11, 3, 4, 5),
    "st andrew's day; saint andrew's day": _fixed(11, 30),
    "st nicholas day; saint nicholas day; st nicholas' day": _fixed(12, 6),
    "christmas eve; xmas eve; x mas eve": _fixed(12, 24),
    "christmas day; christmas; xmas day; xmas; x mas": _fixed(12, 25),
    "boxing day; st stephen's day": _fixed(12, 26),
    "kwanzaa": _fixed(12, 26),
    "super bowl; superbowl; super bowl sunday": _nth(2, 6, 2),
    "shrove tuesday; pancake day; pancake tuesday; mardi gras; fat tuesday": _easter(-47),
    "ash wednesday": _easter(-46),
    "palm sunday": _easter(-7),
    "maundy thursday; holy thursday": _easter(-3),
    "good friday; great friday": _easter(-2),
    "holy saturday; black saturday; easter eve": _easter(-1),
    "easter sunday; easter day; easter": _easter(),
    "easter monday": _easter(1),
    "ascension day; ascension thursday": _easter(39),
    "pentecost; whit sunday; whitsunday; pentecost sunday": _easter(49),
    "whit monday; pentecost monday": _easter(50),
    "trinity sunday": _easter(56),
    "corpus christi": _easter(60),
    "orthodox good friday; orthodox great friday": _orthodox(-2),
    "orthodox easter; orthodox easter sunday; pascha": _orthodox(0),
    "orthodox easter monday": _orthodox(1),
    "rosh hashanah; rosh hashana; rosh ha shanah": _hebrew(0),
    "yom kippur": _hebrew(9),
    "sukkot; feast of tabernacles": _hebrew(14),
    "hanukkah; chanukah; hanukah; hannukah": _hanukkah,
    "passover; pesach": _passover,
    "purim": lambda year: _passover(year) - timedelta(days=30),
}


_NAMES = Phrases(_DAYS)
FIRST_WORDS = _NAMES.first_words


def holiday(line: Line, at: int) -> tuple[_InYear, int] | None:
    """The holiday named here: a function from a year to its day, and the place after the name."""
    return _NAMES.at(line, at)
