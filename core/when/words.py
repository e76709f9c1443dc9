"""The vocabulary of time in English, with what each word stands for."""

from functools import cache
from string import ascii_lowercase


def one_by_one(words: str) -> tuple[str, ...]:
    """The words of a line, in order."""
    return tuple(words.split())


def one_of(words: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(words.split())


ONES = {
    word: number
    for number, word in enumerate(
        one_by_one(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: number * 10
    for number, word in enumerate(
        one_by_one("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
ORDINAL_ONES = {
    word: number
    for number, word in enumerate(
        one_by_one(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        ),
        start=1,
    )
}
ORDINAL_TENS = {"twentieth": 20, "thirtieth": 30}
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

WEEKDAYS = {
    word: number
    for number, row in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for word in row.split()
}
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY_PLURALS = {
    f"{word}s": number
    for word, number in WEEKDAYS.items()
    if word not in {"tue", "thu", "thur", "wed"}
} | {"tu": 1, "th": 3}
AMBIGUOUS_WEEKDAYS = frozenset({"mon", "wed", "weds", "sat", "sun", "suns", "mons", "sats"})

MONTHS = {
    word: number
    for number, row in enumerate(
        (
            "january jan",
            "february feb febr",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for word in row.split()
}
MONTH_NAMES = one_by_one(
    "January February March April May June July August September October November December"
)
AMBIGUOUS_MONTHS = frozenset(
    {"march", "mar", "may", "jan", "jun", "dec", "sep", "apr", "august", "april", "june"}
)
"""Also verbs, adjectives, names of people or abbreviations: need company to be a month."""

UNITS = {
    word: unit
    for unit, row in {
        "second": "second seconds sec secs s",
        "minute": "minute minutes min mins minuts m",
        "hour": "hour hours hr hrs h",
        "day": "day days d",
        "week": "week weeks wk wks w",
        "fortnight": "fortnight fortnights",
        "month": "month months mon mos mth mths mo",
        "quarter": "quarter quarters qtr",
        "year": "year years yr yrs y",
        "decade": "decade decades",
        "century": "century centuries",
    }.items()
    for word in row.split()
}
LETTER_UNITS = frozenset({"s", "m", "h", "d", "w", "y"})

DAY_PARTS = {
    word: part
    for part, row in {
        "morning": "morning mornings",
        "noon": "lunchtime lunch-time",
        "afternoon": "afternoon afternoons",
        "evening": "evening evenings",
        "night": "night nights",
    }.items()
    for word in row.split()
}

TODAY = frozenset({"today", "tody", "todays"})
TOMORROW = one_of(
    "tomorrow tommorow tommorrow tomorow tomorrrow tomorro tommorw tomrrow tomorrw tmrw tmr "
    "tmw tmrow 2moro 2morrow tomoz morrow"
)
YESTERDAY = frozenset({"yesterday", "yesterdy", "yday"})
TONIGHT = frozenset({"tonight", "tonite", "tonigh", "tonihgt", "2nite"})

THIS = frozenset({"this", "current"})
COMING = frozenset({"coming", "upcoming"})
NEXT = frozenset({"next", "following", "nxt"})
LAST = frozenset({"last", "past", "previous", "prior"})

MEASURES = one_of(
    "kg kilo kilos kilogram kilograms gram grams g lb lbs pound pounds dollar dollars usd "
    "euro euros eur gbp buck bucks cent cents percent degree degrees km kms kilometer "
    "kilometers kilometre kilometres mile miles mph kph meter meters metre metres cm mm "
    "inch inches foot feet people persons person guests guest points point times star stars "
    "x items item tickets ticket pages page copies dozen litres liters liter litre ml cups "
    "cup tablespoons teaspoons tsp tbsp kids children friends players seats rooms room "
    "bedrooms beds floors floor levels units unit gb mb tb kb volts watts amps fps hz ghz "
    "calories kcal reps sets steps employees members locations places sites stores shops "
    "branches options chapters chapter episodes episode seasons street avenue ave road rd "
    "blvd boulevard lane drive apartments % ° °c °f"
)
"""After a number, these say that it counts something other than time."""

AFTER_ORDINAL = one_of(
    "floor street avenue ave st place time times try attempt draft round grade person one "
    "ones anniversary birthday edition chapter half row line page level step part week "
    "month year hour minute quarter day century class degree generation option item task "
    "reminder event thing party base hand rate mate cousin opinion thought language "
    "amendment war world division iteration version season episode volume act scene prize "
    "team paragraph section point note message meeting call email entry result question "
    "point two three four few couple"
)
"""After an ordinal, these say that it counts something other than days of a month."""

ZONES = {
    word: hours
    for hours, row in {
        -10.0: "hst",
        -9.0: "akst",
        -8.0: "pst akdt",
        -7.0: "mst pdt",
        -6.0: "cst mdt",
        -5.0: "est cdt",
        -4.0: "edt ast",
        -3.0: "brt",
        0.0: "gmt utc z wet",
        1.0: "cet bst west",
        2.0: "cest eet sast",
        3.0: "eest msk",
        5.5: "ist",
        8.0: "sgt hkt awst",
        9.0: "jst kst",
        10.0: "aest",
        11.0: "aedt",
        12.0: "nzst",
        13.0: "nzdt",
    }.items()
    for word in row.split()
}
"""Hours east of UTC for the usual abbreviations."""

STARTERS = frozenset(
    {*ONES, *TENS, *ORDINAL_ONES, *ORDINAL_TENS, *WEEKDAYS, *WEEKDAY_PLURALS, *MONTHS, *DAY_PARTS}
    | TODAY
    | TOMORROW
    | YESTERDAY
    | TONIGHT
    | THIS
    | COMING
    | NEXT
    | LAST
    | one_of(
        """
        a an the half quarter three noon midday midnight noonish noontime high mid now right just
        early late later beginning start end middle rest remainder all full whole entire couple few
        several some week weekend month year spring summer autumn fall winter penultimate final
        eod cob eob eom eow eoy close immediately first overmorrow other same q h ' + ~ business
        working work wknd wkend workweek oh dozen lunchtime lunch breakfast dinner
        """
    )
)
"""Words with which a time phrase can begin, beside links, holidays and recurrences."""

_SPELLED = one_by_one(
    "tuesday wednesday thursday saturday january february september october november "
    "december monday friday sunday august"
)
_OFTEN_MISSPELLED = {
    "wensday": "wednesday",
    "wendsday": "wednesday",
    "wedsday": "wednesday",
    "thersday": "thursday",
    "satday": "saturday",
    "septemeber": "september",
}
_REAL_WORDS = frozenset({"sundry", "sundae", "sundaes", "mondale", "augusta", "noday"})


@cache
def _misspellings() -> dict[str, str]:
    found = dict(_OFTEN_MISSPELLED)
    for word in _SPELLED:
        for at in range(1, len(word) + 1):
            head, tail = word[:at], word[at:]
            edits = {head + tail[1:]} if tail else set()
            if len(tail) > 1:
                edits.add(head + tail[1] + tail[0] + tail[2:])
            edits.add(head + head[-1] + tail)
            if len(word) > 6:
                edits.update(head + letter + tail[1:] for letter in ascii_lowercase if tail)
                edits.update(head + letter + tail for letter in ascii_lowercase)
            for edit in edits - _REAL_WORDS:
                if edit != f"{word}s":
                    found.setdefault(edit, word)
    return found


def mended(word: str) -> str:
    """The weekday or month that a word with one wrong letter was meant to be, or the word."""
    if 5 <= len(word) <= 10 and word not in WEEKDAYS and word not in MONTHS:
        return _misspellings().get(word, word)
    return word
