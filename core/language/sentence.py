"""A request made ready for reading: times masked, courtesy taken off the front."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.when.phrases import read
from core.when.values import Habits, Length, Repeat, TimePhrase

_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "\t": " "})

# What people say before they say what they want. Each is taken off as often as it comes.
_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|ok|okay|yes|yeah|yep|sure|so|"
    r"well|u+m+|uh|please|pls|plz|kindly|pixie|hey there|hi there|hello there|also|and|then|oh|"
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
    r"(?:please )?(?:make|be) sure (?:that )?(?:to|you)|try to|feel free to|"
    r"you (?:can|could|should|may|need to|must|have to)(?= (?:now )?(?:add|put|take|remove|delete|"
    r"cancel|set|create|schedule|mark|move|clear))|"
    r"(?:please )?(?:can you )?(?:tell|show) me how (?:to|do i|can i|i can|i could|should i)|"
    r"how (?:do|can|would|could) (?:i|you)(?= (?:add|remove|delete|cancel|set|create|schedule|move))|"
    r"don't forget to(?! (?:tell|remind))|remember to(?= (?:add|put|remind|schedule|set|create))|"
    r"i (?:am|'m) (?:going|trying|looking) to(?= (?:add|delete|remove|cancel|create|schedule|set))|"
    r"i'm going to(?= (?:add|delete|remove|cancel|create|schedule|set|need))|"
    r"(?:can|could|may) (?:i|we)(?: please)?(?= (?:add|get|have|see|move|reschedule|cancel|delete|"
    r"remove|schedule|set|book|create|make (?:an?|my)|postpone|push|change|clear|put)(?!\w)))\s*,?\s*"
)
_WISH = re.compile(
    r"(?:i|we)(?:'d| would|'ll| will)?(?: also| really| just| still| kind of)? "
    r"(?:need|want|like|love|wish|have|got|ought|must|should|gotta|wanna)(?: to)?(?![\w'])\s*|"
    r"(?:i|we)'ve got to\s+|(?:how|what) about(?= (?:an? |setting|adding))\s*"
)
_OBLIGED = re.compile(
    r"(?:i|we)(?:'ve)? (?:also )?(?:have|has|got)(?! (?:to|got to)(?!\w))(?![\w'])"
)
_ASKED = re.compile(
    r"(?:(?:please |kindly )*(?:tell me|let me know|inform me|say|show me|remind me|check(?: and)?"
    r"(?: to)?(?: see)?|see|confirm|find out|verify|"
    r"do you (?:know|remember)(?! to)|any idea|look and see|look to see|"
    r"i (?:was |am )?(?:wondering|wonder)|i'm wondering|i'm curious|i (?:forgot|forget)|"
    r"(?:i(?:'d| would)? )?(?:need|want|like|love|have) to (?:know|find out|see|check)|"
    r"would like to know|(?:may|can) i (?:know|ask)|know|figure out)"
    r"(?: me)?(?: please)?,? (?:if|whether|that|about|on|(?=(?:what|when|where|who|whom|whose|"
    r"which|how|is|are|do|does|am|was|were|did|will)(?:'s|s)?(?![\w']))))\s*"
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
        return self.bare[self.start :].strip()

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
    times = tuple(some for some in read(text, now, habits) if not _mistaken(low, some))
    bare = low
    for phrase in times:
        for begin, end in phrase.places:
            bare = f"{bare[:begin]}{' ' * (end - begin)}{bare[end:]}"
    start, wish, asked, polite = _opened(bare)
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


def plain(text: str) -> str:
    """Lower case with plain quotation marks, each character in its place."""
    low = text.translate(_PLAIN).lower()
    if len(low) == len(text):
        return low
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _mistaken(low: str, phrase: TimePhrase) -> bool:
    """What looks like a time and is a polite word or part of a name."""
    return phrase.text.casefold() in {"may", "now", "a second", "second", "one second"} and (
        phrase.begin == 0 or phrase.text.casefold() != "now"
    )


def _opened(bare: str) -> tuple[int, bool, bool, bool]:
    at = 0
    wish = asked = polite = False
    while True:
        while at < len(bare) and bare[at] in " ,\n":
            at += 1
        if match := _ASKED.match(bare, at):
            asked = True
        elif match := _POLITE.match(bare, at):
            polite = True
        elif (match := _GREETING.match(bare, at)) or (
            not _OBLIGED.match(bare, at) and (match := _WISH.match(bare, at))
        ):
            wish = wish or match.re is _WISH
        if match is None or match.end() >= len(bare.rstrip()) or match.end() == at:
            return at, wish, asked, polite
        at = match.end()


def temporal(phrases: Iterable[TimePhrase]) -> tuple[TimePhrase, ...]:
    """Of a request's time phrases those that say together when it is: one time, and what bounds
    or repeats it. Later times belong to the title."""
    chosen: list[TimePhrase] = []
    for phrase in phrases:
        if isinstance(phrase.meaning, Length):
            if phrase.preposition == "for":
                chosen.append(phrase)
        elif not any(not isinstance(some.meaning, Length) for some in chosen) or (
            any(isinstance(some.meaning, Repeat) for some in chosen)
            != isinstance(phrase.meaning, Repeat)
        ):
            chosen.append(phrase)
    return tuple(chosen)


def words_of(phrases: Iterable[TimePhrase], text: str) -> str:
    """The phrases as typed, in a row."""
    return " ".join(text[begin:end] for phrase in phrases for begin, end in phrase.places)
