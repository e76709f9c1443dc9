"""Greetings, thanks, the time of day, and other words that ask for nothing that is kept."""

import re
from datetime import datetime

from core.cards import moment
from core.language.understanding import Understanding, saying
from core.people import Person
from core.when.phrases import read
from core.when.show import show_zone
from core.when.values import Day

_ADDRESS = r"(?:[\s,]+(?:pixie|there|you|all|everyone|again|dear|friend))*[\s!.,:)(❤️🙏👍😊]*"
_TALK: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:{pattern}){_ADDRESS}"), answer)
    for pattern, answer in (
        (
            r"hi|hello|hey|hiya|yo|howdy|greetings|hallo|good (?:morning|"
            r"afternoon|evening|day)|morning|evening|"
            r"(?:hi|hello|hey),? (?:how are you|what's up|how's it going)\??|"
            r"how are you(?: doing| today)*\??",
            "Hello! Tell me what to keep or look up, or say “help”.",
        ),
        (
            r"i (?:would|'d) like to thank you|(?:many |ok |okay |great |perfect |"
            r"cool |no )?thanks?(?: (?:you|"
            r"a lot|so much|very much|a million|"
            r"again|for (?:the |your |all )?[\w ]{1,30}))*(?:,? bye)?|"
            r"thank you[\w ,]{0,40}|thx|ty|cheers|"
            r"much appreciated|i appreciate (?:it|that|you[\w ]{0,30})|i'm grateful|appreciated",
            "You're welcome.",
        ),
        (
            r"(?:ok(?:ay)?,? )?(?:bye|goodbye|bye bye|see you(?: later| soon|"
            r" tomorrow)?|see ya|good night|night|"
            r"later|talk (?:to you )?later|take care|cya)",
            "Until later.",
        ),
        (
            r"ok|okay|okey|k|great|perfect|cool|nice|good|awesome|wonderful|"
            r"excellent|brilliant|alright|fine|"
            r"got it|well done|good job|great job|good work|nice work|lovely|"
            r"super|👍|👌|❤️|🙏|you are awesome|"
            r"that's (?:great|fine|good|perfect|right|all)|sounds good|wow|lol|haha+",
            "Good.",
        ),
        (
            r"no|nope|nah|never ?mind|forget it|cancel|stop|nothing|not now|"
            r"no,? never ?mind|leave it|don't|skip it",
            "All right, I leave everything as it is.",
        ),
        (
            r"yes|yep|yeah|yup|sure|confirmed|correct|right|true|exactly|"
            r"of course|please do|go ahead|do it",
            "There is nothing that waits for a yes. What shall I do?",
        ),
    )
)
TOO_LONG = (
    "That is a long message. Tell me in a sentence what I shall do, or begin it with “note:” and I "
    "keep all of it."
)
EXAMPLES = (
    "“remind me to call mom tomorrow at 2”, “lunch with Sam on Friday 12-1:30” or "
    "“what's on this week?”"
)


def talk(low: str) -> Understanding | None:
    """The answer to words that ask for nothing. `low` is lower case."""
    said = " ".join(low.split())
    if len(said) > 80:
        return None
    for pattern, answer in _TALK:
        if pattern.fullmatch(said):
            return saying(answer)
    return None


_CLOCK = re.compile(
    r"what(?:'s| is)? (?:the )?(?:current )?time(?: is it)?(?: now| right now| please)*"
)
_DATE = re.compile(
    r"what(?:'s| is)? (?:the |today's )?(?:current )?(?:date|day)(?: is it| of the week is it)?"
    r"(?: today| now)?|what day of the week is it(?: today)?"
)
_WHICH_DAY = re.compile(
    r"(?:what|which) (?:week)?day(?: of the week)? (?:is|will|does|was) (?P<day>.+)"
)


def calendar_fact(low: str, person: Person, now: datetime) -> Understanding | None:
    """The time, the date, or the weekday of a date; `now` is aware, in the person's zone."""
    said = " ".join(low.split()).strip(" ?!.")
    if len(said) > 80:
        return None
    if _CLOCK.fullmatch(said):
        return saying(f"It is {moment(now, person, now)} in {show_zone(person.zone)}.")
    if _DATE.fullmatch(said):
        return saying(f"Today is {now:%A}, {now.day} {now:%B %Y}.")
    match = _WHICH_DAY.fullmatch(said)
    phrases = read(match["day"], now, person.habits) if match else []
    if match and len(phrases) == 1 and isinstance(phrases[0].meaning, Day):
        rest = match["day"][: phrases[0].begin] + match["day"][phrases[0].end :]
        day = phrases[0].meaning.on
        if not re.sub(r"\b(?:on|be|fall|this year|next year)\b", "", rest).strip():
            return saying(f"{day.day} {day:%B %Y} is a {day:%A}.")
    return None


def not_understood() -> Understanding:
    return saying(f"I did not understand that. Try {EXAMPLES}. “help” shows more.", sure=False)


def elsewhere() -> Understanding:
    """For what is not Pixie's to answer."""
    return saying(
        "That is outside of what I can do: I keep your tasks, events, reminders and notes. "
        f"Try {EXAMPLES}.",
        sure=False,
    )
