"""A request made ready for reading: times masked, courtesy taken off the front."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.when.phrases import read
from core.when.values import Habits, Length, Moment, Period, Repeat, TimePhrase

_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "\t": " "})
MOST_READ = 1000
"""Characters of one request; notes may be longer."""

# What people say before they say what they want. Each is taken off as often as it comes.
_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|ok|okay|yes|yeah|yep|sure|so|"
    r"well|u+m+|uh|please|pls|plz|kindly|pixie|there(?=[.,!])|hey there|hi there|"
    r"hello there|also|and|then|oh|"
    r"alright|great|quickly|just|sorry|excuse me|actually|finally|lastly|first|next,|btw|"
    r"by the way|thanks|thank you|perfect|cool|afterwards|after that|in addition|additionally|"
    r"olly|alexa|siri|google|dear)(?![\w'])[\s,.!:;…-]*|no,\s*|now,\s*|right,\s*|[-*•·,;:.…]+\s+"
)
_POLITE = re.compile(
    r"(?:(?:can|could|would|will|may|might|should|can't|couldn't|won't|cud|wud) (?:you|u|ya)"
    r"(?: (?:please|pls|kindly|possibly|just|also|maybe|help me|be able to|mind|go ahead and))*|"
    r"do you think you (?:can|could)|"
    r"(?:i was |i'm |i am )?(?:wondering|hoping) (?:if )?you (?:can|could|would|might)|"
    r"(?:would|will) you be able to|are you able to|is it possible (?:for you )?to|"
    r"(?:is there|any) (?:a |any )?(?:way|chance) (?:that )?(?:you (?:can|could)|to)|"
    r"would you mind|do you mind|if you (?:can|could|would)|"
    r"i(?:'d| would|'ll)? (?:need|want|like|love|prefer)(?: for)? (?:you|u) (?:to)?|"
    r"help me (?:to )?(?!remember|get up|wake|get|understand)|"
    r"let's (?:please )?(?:go ahead and )?(?!see)|lets (?:go ahead and )?|let us |go ahead and|"
    r"(?:please )?(?:make|be) sure(?: that| to| you)*|try to|do(?= (?:remove|"
    r"delete|add|cancel|set|put|create|remind))|feel free to|"
    r"you (?:can|could|should|may|need to|must|have to)(?= (?:now )?(?:add|put|take|remove|delete|"
    r"cancel|set|create|schedule|mark|move|clear))|"
    r"(?:please )?(?:can you )?(?:tell|show) me how (?:to|do i|can i|i can|i could|should i)|"
    r"how (?:do|can|would|could) (?:i|you)(?= (?:add|remove|delete|cancel|set|"
    r"create|schedule|move))|"
    r"don'?t forget to(?! (?:tell|remind))|remember to(?= (?:add|put|remind|schedule|set|create))|"
    r"i (?:am|'m) (?:going|trying|looking) to(?= (?:add|delete|remove|cancel|create|schedule|set))|"
    r"i'm going to(?= (?:add|delete|remove|cancel|create|schedule|set|need))|"
    r"(?:can|could|may) (?:i|we)(?: please)?(?= (?:add|get|have|see|move|reschedule|cancel|delete|"
    r"remove|schedule|set|book|create|make (?:an?|my)|postpone|push|change|clear|"
    r"put)(?!\w)))\s*,?\s*"
)
_PLACE_FIRST = re.compile(
    r"(?:on|in|to|into|from) (?:my|the|our) (?:[\w'-]+ ){0,3}?(?:lists?|"
    r"calend[ae]r|schedule|agenda|reminders)(?!\w),?\s*"
    r"(?=(?:please|is|are|do|what|add|put|there|can)(?!\w))"
)
_WISH = re.compile(
    r"(?:i|we)(?:'d| would|'ll| will)?(?: also| really| just| still| kind of)? "
    r"(?:need|want|like|love|wish|have|got|ought|must|should|gotta|wanna)(?: to)?(?![\w'])\s*|"
    r"(?:i|we)'ve got to\s+|(?:how|what) about(?= (?:an? |setting|adding))\s*|"
    r"(?:remember|don'?t forget) to(?! (?:tell|remind)(?!\w))(?!\w)\s*"
)
_OBLIGED = re.compile(
    r"(?:i|we)(?:'ve)? (?:also )?(?:have|has|got)(?! (?:to|got to)(?!\w))(?![\w'])"
)
_ASKED = re.compile(
    r"(?:please |kindly )*(?:(?:tell me(?! to(?!\w))|"
    r"let me know(?! when it's time)|inform me|remind me(?= (?:what|where|who|"
    r"when (?:is|are|my|the|does)))|"
    r"i(?:'d| would)? (?:want|like|need|love|have) to (?:know|find out|see|check|"
    r"hear)|would like to know|"
    r"(?:may|can|could) i (?:know|ask|see)|do you (?:know|remember)(?! to)|"
    r"i (?:was |am )?(?:wondering|wonder)|"
    r"i'm (?:wondering|curious)|i (?:forgot|forget|can't remember|"
    r"can not remember|don't remember)|any idea)"
    r"(?: please)?,?(?: (?:if|whether|that|about|of|on)(?!\w))?|"
    r"(?:show me|say|check(?: and| to)?(?: see)?|see|confirm|find out|verify|"
    r"look and see|look to see|know|figure out|"
    r"double check)(?: for me)?(?: please)?,? (?:if|whether|that|(?=(?:what|when|"
    r"where|who|whom|whose|which|how|is|"
    r"are|do|does|am|was|were|did|will)(?:'s|s)?(?![\w']))))(?![\w'])\s*"
)

# "about the 3pm meeting": the time names the meeting, not when to act.
_ABOUT = re.compile(
    r"(?<!\w)about (?:the|my|our|his|her|their) (?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|"
    r"o'clock)?|(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day(?:'s)?|morning(?:'s)?|tomorrow's) (?=[^\W\d]{3,})(?!at |on |in |with )",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One request. `low`, `bare` and `text` share their offsets."""

    text: str
    """As typed."""
    low: str
    """Lower case, with plain quotation marks."""
    bare: str
    """`low` with every time phrase blanked."""
    times: tuple[TimePhrase, ...]
    start: int
    """Where the request begins, after greeting and courtesy."""
    wish: bool
    """It was said as "I need …"."""
    asked: bool
    """It was said as "tell me if …"."""
    polite: bool
    """It was asked of Pixie: "can you …"."""

    @property
    def head(self) -> str:
        """What is wanted, in lower case and without its times."""
        return " ".join(self.bare[self.start :].split())

    @property
    def question(self) -> bool:
        return self.low.rstrip().endswith("?")

    @property
    def when(self) -> TimePhrase | None:
        """The first phrase that says when, rather than how long."""
        return next((some for some in self.times if not isinstance(some.meaning, Length)), None)

    def opens(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.bare, self.start)

    def rest(self, begin: int, end: int | None = None, *, drop: Iterable[TimePhrase] = ()) -> str:
        """The words as typed from one offset to another, without some of the time phrases."""
        end = len(self.text) if end is None else end
        parts = []
        at = begin
        for first, last in sorted(place for phrase in drop for place in phrase.places):
            if last <= at or first >= end:
                continue
            parts.append(self.text[at : max(first, at)])
            at = last
        parts.append(self.text[at:end])
        return " ".join(" ".join(parts).split())


def sentence(text: str, now: datetime, habits: Habits) -> Sentence:
    """Read a request's outer form. `now` is aware, in the person's zone."""
    low = plain(text)
    spoken = _ABOUT.sub(lambda match: "x" * len(match.group()), text)
    times = tuple(
        _trimmed(low, some) for some in read(spoken, now, habits) if not _mistaken(low, some)
    )
    times = _once(_unquoted(low, times))
    bare = low
    for phrase in times:
        for begin, end in phrase.places:
            begin += 6 if low.startswith("up to ", begin) else 0
            bare = f"{bare[:begin]}{' ' * (end - begin)}{bare[end:]}"
    start, wish, asked, polite = _opened(bare, timed=bool(times))
    return Sentence(
        text=text,
        low=low,
        bare=bare,
        times=times,
        start=start,
        wish=wish,
        asked=asked,
        polite=polite,
    )


def _once(times: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """Without a "weekly" that another time says better: "weekly sync every Monday 10-11"."""
    repeats = [some for some in times if isinstance(some.meaning, Repeat)]
    if len(repeats) < 2:
        return times
    return tuple(some for some in times if some.text.casefold() not in _ADVERBS)


_ADVERBS = frozenset({"weekly", "daily", "monthly", "yearly", "biweekly", "bi-weekly"})


def _unquoted(low: str, times: tuple[TimePhrase, ...]) -> tuple[TimePhrase, ...]:
    """Of the times those outside quotation marks, when there are any."""
    marked = [match.span() for match in re.finditer(r'"[^"]{1,500}"', low)]
    outside = tuple(
        some
        for some in times
        if not any(begin < some.begin and some.end < end for begin, end in marked)
    )
    return outside or times


def plain(text: str) -> str:
    """Lower case with plain quotation marks, each character in its place."""
    low = text.translate(_PLAIN).lower()
    if len(low) == len(text):
        return low
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


# "turn it on at 5", "log in tomorrow": the first word belongs to the verb.
_PARTICLE = re.compile(
    r"(?:on|in|off|up|out)\s+(?=(?:at|on|in|by)\s|(?:tomorrow|today|tonight|yesterday)(?!\w))"
)


def _trimmed(low: str, phrase: TimePhrase) -> TimePhrase:
    particle = _PARTICLE.match(low, phrase.begin, phrase.end)
    if particle is None:
        return phrase
    cut = particle.end() - phrase.begin
    return replace(phrase, begin=particle.end(), text=phrase.text[cut:])


def _mistaken(low: str, phrase: TimePhrase) -> bool:
    """What looks like a time and is a polite word or part of a name."""
    return phrase.text.casefold() in {"may", "now", "a second", "second", "one second"} and (
        phrase.begin == 0 or phrase.text.casefold() != "now"
    )


def _opened(bare: str, *, timed: bool) -> tuple[int, bool, bool, bool]:
    at = 0
    wish = asked = polite = False
    while True:
        while at < len(bare) and bare[at] in " ,\n":
            at += 1
        if match := _ASKED.match(bare, at):
            asked = True
        elif match := _PLACE_FIRST.match(bare, at):
            pass
        elif match := _POLITE.match(bare, at):
            polite = True
        elif (match := _GREETING.match(bare, at)) or (
            not _OBLIGED.match(bare, at) and (match := _WISH.match(bare, at))
        ):
            wish = wish or match.re is _WISH
        if match is None or match.end() == at:
            return at, wish, asked, polite
        if match.end() >= len(bare.rstrip()) and not timed:
            return at, wish, asked, polite
        at = match.end()


def temporal(phrases: Iterable[TimePhrase]) -> tuple[TimePhrase, ...]:
    """Of a request's time phrases those that say together when it is: one time, and what bounds
    or repeats it. Later times and "Monday's report" belong to the title."""
    chosen: list[TimePhrase] = []
    for phrase in phrases:
        if phrase.text.endswith(("'s", "’s")):
            continue
        times = [some for some in chosen if not isinstance(some.meaning, Length)]
        if isinstance(phrase.meaning, Length):
            if phrase.preposition == "for":
                chosen.append(phrase)
        elif not times or (
            len(times) == 1
            and isinstance(times[0].meaning, Repeat) != isinstance(phrase.meaning, Repeat)
        ):
            chosen.append(phrase)
    return tuple(chosen)


def hourly(phrase: TimePhrase) -> bool:
    """Whether the phrase says an hour or comes again, rather than naming a day."""
    match phrase.meaning:
        case Moment() | Repeat() | Period(start=datetime()):
            return True
    return False


def left_over(times: Iterable[TimePhrase], chosen: Iterable[TimePhrase]) -> bool:
    """Whether a time was said that is not used."""
    kept = tuple(chosen)
    return any(some not in kept and not some.text.endswith(("'s", "’s")) for some in times)


def when_words(phrases: Iterable[TimePhrase], text: str) -> str:
    """The phrases as the tools take them, in a row: as typed, without a governing "on" or "to"."""
    said = " ".join(text[begin:end] for phrase in phrases for begin, end in phrase.places)
    return re.sub(r"(?i)^(?:to|due(?: by)?|on|for)\s+(?=\S)", "", said)
