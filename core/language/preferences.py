"""What the person says of themselves and how Pixie shall work: settings, undo, help, the link,
invitations, and what the models cost."""

import re
from collections.abc import Callable
from typing import Any

from core.errors import UserError
from core.language.understanding import Understanding, asking, calling
from core.languages import language_named
from core.linking import CODE
from core.when.wall import zone

_POLITE = re.compile(
    r"(?:(?:please|pls|hi|hello|hey|ok|okay|oh|oops|sorry|and|also|no,|actually|"
    r"pixie|wait|well|so|then|"
    r"(?:can|could|would|will) you|i(?:'d| would) like(?: you)? to|"
    r"i want(?: you)? to|let's|just)[\s,!.]+)*"
)
MOST_NAME_WORDS = 4
_CLOCK = (
    r"(?:at )?(?:(?P<{0}h>\d{{1,2}})(?:[:.h](?P<{0}m>[0-5]\d))?\s*(?P<{0}p>[ap])?"
    r"\.?(?:m\b\.?)?|(?P<{0}w>noon|midnight|midday))"
)
_AT = _CLOCK.format("a")
_FROM_TO = (
    rf"(?:from |between |are |is |to |at )*{_CLOCK.format('a')}\s*(?:-|–|to|until|till|"
    rf"and|through)\s*{_CLOCK.format('b')}"
)
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_DAYPARTS = "morning|noon|afternoon|evening|night"
_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SUMMARY = (
    r"(?:my |the |me (?:my |the |a )?|a )?(?:daily |morning )?(?:summary|summaries|"
    r"briefing|digest|brief|overview)(?: of (?:the|my) day)?"
)

Answer = Callable[[re.Match[str], str], Understanding | None]


def preference(text: str, low: str) -> Understanding | None:
    """Settings and what else concerns Pixie rather than the person's things; None for the rest.

    `low` is `text` in lower case with plain quotation marks.
    """
    if len(text) > 200:
        return None
    polite = _POLITE.match(low)
    begin = polite.end() if polite else 0
    end = len(low.rstrip(" .!?"))
    end = len(re.sub(r"[\s,]+(?:please|pls|thanks|thank you|now|for me)$", "", low[:end]))
    for pattern, answer in _RULES:
        match = pattern.fullmatch(low, begin, end)
        if match is not None:
            understood = answer(match, text)
            if understood is not None:
                return understood
    return None


def _typed(match: re.Match[str], name: str, text: str) -> str:
    begin, end = match.span(name)
    return text[begin:end].strip(" .!?\"“”'")


def _clock(match: re.Match[str], part: str = "a") -> str | None:
    """24-hour "HH:MM" of a time, or None for no such time."""
    word = match[f"{part}w"]
    if word:
        return "00:00" if word == "midnight" else "12:00"
    hour, minute = int(match[f"{part}h"]), int(match[f"{part}m"] or 0)
    half = match[f"{part}p"]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 else None


def _set(**arguments: Any) -> Understanding:
    return calling("change_settings", **arguments)


def _zone(match: re.Match[str], text: str) -> Understanding:
    return _set(zone=_typed(match, "zone", text))


def _like_a_place(place: str) -> bool:
    """Coimbra, Rio de Janeiro: written as the names of places are."""
    words = re.split(r"[ -]", place)
    return words[0][:1].isupper() and words[-1][:1].isupper() and len(words) <= MOST_NAME_WORDS


def _zone_if_known(match: re.Match[str], text: str) -> Understanding | None:
    """ "I'm in Tokyo": where there is such a zone, or it is written as names are."""
    place = _typed(match, "zone", text)
    try:
        zone(place)
    except UserError:
        if match["visited"] or not _like_a_place(place):
            return None
    return _zone(match, text)


def _name(match: re.Match[str], text: str) -> Understanding | None:
    name = _typed(match, "name", text)
    if re.match(
        r"(?i)(?:an?|the|back|later|when|if|at|on|in|my|it|that|this|mom|dad|tomorrow|your)\b", name
    ):
        return None
    return _set(name=name)


def _summary(match: re.Match[str], text: str) -> Understanding | None:
    at = _clock(match)
    return (
        _set(summary_at=at)
        if at
        else asking("change_settings", "At what time of day?", "/settings summary_at")
    )


def _quiet(match: re.Match[str], text: str) -> Understanding | None:
    begin, end = _clock(match, "a"), _clock(match, "b")
    if begin is None or end is None:
        return asking(
            "change_settings",
            "From when until when? Say it like “22:00-07:00”.",
            "/settings quiet_hours",
        )
    if re.fullmatch(r"(?:0[6-9]|1[01]):00", begin) and not match["ap"] and end < "12":
        # "from 10 to 6": the night, not the day.
        begin = f"{int(begin[:2]) + 12}:00"
    return _set(quiet_hours=f"{begin}-{end}")


def _part(match: re.Match[str], text: str) -> Understanding | None:
    at = _clock(match)
    part = "day_end" if match["part"] in ("day", "work day", "workday") else match["part"]
    return _set(**{part: at}) if at else None


def _language(match: re.Match[str], text: str) -> Understanding | None:
    """ "Answer me in Portuguese": only for what is a language, for people speak in riddles too."""
    if match["own"]:
        return _set(language="auto")
    code = language_named(_typed(match, "language" if match["language"] else "set", text))
    return _set(language=code) if code else None


def _lead(match: re.Match[str], text: str) -> Understanding:
    return _set(lead=_typed(match, "lead", text))


def _undo(match: re.Match[str], text: str) -> Understanding:
    count = match["count"] or "1"
    number = int(count) if count.isdigit() else _NUMBERS.get(count, 2 if count == "both" else 1)
    return calling("undo", count=number) if number != 1 else calling("undo")


def _always(tool: str, **arguments: Any) -> Answer:
    return lambda match, text: calling(tool, **arguments)


def _cost(match: re.Match[str], text: str) -> Understanding:
    return calling("cost", period=match["period"] or "")


def _invite(match: re.Match[str], text: str) -> Understanding | None:
    """None for a name that is none: "invite Ana to lunch", "invite guests"."""
    name = _typed(match, "name", text) if match["name"] else ""
    return calling("invite", name=name) if _is_name(name) else None


def _uninvite(match: re.Match[str], text: str) -> Understanding | None:
    name = _typed(match, "name", text) if match["name"] else ""
    return calling("invite", action="revoke", name=name) if _is_name(name) else None


def _is_name(typed: str) -> bool:
    """Capitals tell several words to be a name; one in small letters may be a name too."""
    words = typed.split()
    if any(_NO_NAMES.fullmatch(word) for word in words):
        return False
    return len(words) < 2 or all(word[0].isupper() for word in words)


def _topic(match: re.Match[str], text: str) -> Understanding:
    return calling("help", topic=_typed(match, "topic", text) if match["topic"] else "")


def _rule(pattern: str, answer: Answer) -> tuple[re.Pattern[str], Answer]:
    return re.compile(pattern), answer


_COUNT = r"(?P<count>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|both)"
_LINK = (
    r"(?:calendar (?:link|feed|url|subscription)|ics(?: (?:link|feed|file|url))?|"
    r"ical(?: (?:link|feed))?|subscription link|webcal(?: link)?|feed link)"
)

_PLATFORM = r"telegram|slack|terminal"
_INVITATION = r"(?:invitation|invite)(?: (?:link|code))?"
_NAME = r"(?P<name>[^\W\d_][^\W\d_'’.-]*(?:['’-][^\W\d_]+)*(?: [^\W\d_][^\W\d_'’.-]*){0,2}?)"
_TO_PIXIE = r"(?: to (?:(?:use |join |try )?(?:pixie|you|this)|join))?"
_SOMEONE = r"(?:some(?:one|body)(?: else)?|(?:a|another|a new) (?:person|user|friend))"
_NO_NAMES = re.compile(
    r"(?i)an?|the|my|our|your|his|her|their|all|both|every(?:one|body)?|any(?:one|body)|no|one|"
    r"some(?:one|body)?|people|persons?|guests?|friends?|family|colleagues?|neighbou?rs?|team|"
    r"him|them|me|us|you|it|that|this|to|for|at|on|in|by|over|with|and|or|from|of|out|along|"
    r"again|back|into|later|now|soon|today|tonight|tomorrow|next|(?:mon|tues|wednes|thurs|fri|"
    r"satur|sun)day|lunch|dinner|breakfast|coffee|drinks|mom|mum|dad"
)

_MODELS = (
    r"(?:you|pixie|tokens|(?:the |your )?(?:(?:ai|language) )?models?|(?:the |your )?(?:ai|api|"
    r"llms?)(?: (?:calls?|requests?|usage))?)"
)
_SO_FAR = (
    r"(?: so far)?(?: (?:for |in |over |during )?(?P<period>today|yesterday|this (?:week|month)|"
    r"(?:the )?(?:last|past) (?:week|month|(?:7|seven) days)))?(?: so far)?"
)

_RULES: tuple[tuple[re.Pattern[str], Answer], ...] = (
    # taking back
    _rule(
        r"(?:undo|take (?:that|it|this) back|take back (?:that|it|this)|revert|"
        r"roll back|put it back|bring it back|restore (?:it|that))"
        rf"(?: (?:that|it|this|please|all|the|"
        rf"my))*(?: last)?(?: (?:{_COUNT}))?(?: (?:last )?(?:changes?|things?|one|"
        rf"ones|actions?|steps?|commands?|deletion|delete))?",
        _undo,
    ),
    # help
    _rule(
        r"(?:help|/help|i need help|show (?:me )?(?:the )?help|"
        r"help me)(?: (?:with|on|about))?(?: (?P<topic>tasks?|events?|reminders?|"
        r"notes?|memory|settings|calendar|undo|lists?|agenda|commands?|models?|link))?",
        _topic,
    ),
    _rule(
        r"(?:what can you do|what do you do|how do(?:es)? (?:i use (?:you|this)|"
        r"this work|you work)|what can i (?:say|ask(?: you)?|do(?: here)?)|"
        r"what are you able to do|what are your features|"
        r"who are you|what are you)(?: for me)?",
        lambda match, text: calling("help"),
    ),
    _rule(
        r"(?:(?:show|list|what are)(?: me)?(?: all)?(?: the| your)? )?commands",
        _always("help", topic="commands"),
    ),
    # the beginning
    _rule(
        r"start|(?:let us |let's )?(?:start|begin|get started)(?: over)?|set me up",
        _always("start"),
    ),
    _rule(
        r"(?:link|connect|join|merge) (?:my |the |both |our )*(?:accounts?|slack|telegram|"
        r"(?:slack|telegram|other) (?:account|chat))(?: (?:to|with|and) (?:my |the )*(?:slack|"
        r"telegram|other|account|chat| )+)?",
        _always("link"),
    ),
    _rule(
        rf"(?:(?:my |the |this )?(?:link(?:ing)? )?code(?: is)?:? |link )?(?P<code>{CODE})",
        lambda match, text: calling("link", code=_typed(match, "code", text)),
    ),
    _rule(
        r"(?:unlink|disconnect|separate|split) (?:(?:my |the |these |both )*accounts?(?: again)?|"
        rf"(?:my |the )?(?P<which>{_PLATFORM})(?: account| chat)?(?: from .{{1,40}})?)",
        lambda match, text: calling("unlink", which=match["which"] or ""),
    ),
    _rule(
        r"(?:send|deliver)(?: me)? (?:all )?(?:of )?(?:my |the )?(?:reminders|"
        r"reminders and (?:the |my )?summar(?:y|ies))(?: only| from now on)? (?:to|on|in|via|by) "
        rf"(?:my |the )?(?P<where>{_PLATFORM})(?: from now on| only)?",
        lambda match, text: calling("deliver_to", where=match["where"]),
    ),
    _rule(
        r"(?:which|what) (?:language )?model (?:answered|was that|said that|gave (?:me )?(?:that|"
        r"the last) answer)(?: that| me| just)?|who answered(?: that)?",
        _always("why"),
    ),
    # the person
    _rule(
        r"(?:call me|my name is|my name's|please call me|you can call me|name me|"
        r"change my name to|set my name to)(?: from now on)?,? "
        r"(?P<name>[^\W\d][\w'.-]*(?: [^\W\d][\w'.-]*){0,2})",
        _name,
    ),
    _rule(
        r"(?:i live in|i(?:'ve| have)? moved to|i(?:'m| am) (?:based|living|"
        r"located) in|i (?:now )?live in)(?: the)? (?P<zone>[^\W\d][\w "
        r".,'/-]{1,40}?)(?: now| these days| at the moment)?",
        _zone,
    ),
    _rule(
        r"(?:i(?:'m| am)(?: now)?(?: currently)? in|i(?:'m|"
        r" am) (?:travel+ing (?:to|in)|(?P<visited>visiting))|i(?:'ve|"
        r" have) arrived in) (?P<zone>[^\W\d][\w .,'/-]{1,40}?)(?: now| this week|"
        r" today)?",
        _zone_if_known,
    ),
    _rule(
        r"(?:set|change|switch|update|make)(?: (?:my|our|the))? (?:time ?-?zone|zone|"
        r"city)(?: to| as| is)? (?P<zone>[\w .,'/+-]{2,60})",
        _zone,
    ),
    _rule(r"(?:my|our) (?:time ?-?zone|city) is (?P<zone>[\w .,'/+-]{2,60})", _zone),
    _rule(
        r"(?:always )?(?:speak|talk|answer|reply|write|respond)(?: to me| me| with me)?"
        r"(?: always)?(?: (?:in|only))? (?:(?P<own>my (?:own )?language|the language (?:that )?"
        r"i write(?: in)?)|(?P<language>[^\W\d_]{3,20}(?: [^\W\d_]{2,12})?))(?: always)?|"
        r"(?:set|change|switch)(?: my| the| your)? language to (?P<set>[^\W\d_]{2,20})",
        _language,
    ),
    # reminders before events
    _rule(
        r"(?:always |please )*remind me (?P<lead>(?:an?|half an?|\d{1,3}|one|two|five|ten|fifteen|"
        r"twenty|thirty) (?:minutes?|mins?|hours?|days?)(?: and a half)?) (?:before|ahead of) "
        r"(?:(?:each|every) (?:new )?(?:event|meeting|appointment)|(?:all )?(?:of )?(?:my )?"
        r"(?:new )?(?:events|meetings|appointments))(?: by default| from now on)?",
        _lead,
    ),
    _rule(
        r"(?:no|stop|turn off|disable)(?: the| my)? (?:event reminders|(?:automatic |default )?"
        r"reminders (?:before|of|for)(?: my| new| all)* (?:events|meetings|appointments))",
        _always("change_settings", lead="off"),
    ),
    # the summary
    _rule(
        rf"(?:send|give|show|deliver|set|change|move|make|schedule|i want|"
        rf"get)? ?{_SUMMARY}(?: (?:for|to|time|every (?:day|morning)|daily|"
        rf"each (?:day|morning)|to me))* ?{_AT}(?: (?:every (?:day|morning)|daily|"
        rf"each (?:day|morning)|in the morning))?",
        _summary,
    ),
    _rule(
        rf"(?:no|stop|turn off|disable|don't send|do not send|switch off|cancel|"
        rf"skip)(?: me)?(?: sending)? {_SUMMARY}(?: (?:anymore|any more))?|"
        rf"{_SUMMARY} off",
        _always("change_settings", summary_at="off"),
    ),
    _rule(
        rf"(?:no|don't send|skip)(?: me)? {_SUMMARY} (?:when|if|"
        rf"on days when) (?:there is|there's|i have) nothing(?: to (?:say|tell|do|"
        rf"report)| on| planned)?|(?:no|skip) empty summar(?:y|ies)",
        _always("change_settings", summary_when_empty="no"),
    ),
    # quiet hours
    _rule(
        rf"(?:set |change |make |my )*(?:the )?(?:quiet (?:hours|time)|"
        rf"do not disturb|dnd|silent hours|night mode)(?: (?:to|from|between|are|"
        rf"is|at))* ?{_FROM_TO}",
        _quiet,
    ),
    _rule(
        rf"(?:don't|do not) (?:disturb|bother|message|write to|ping|notify) me {_FROM_TO}", _quiet
    ),
    _rule(
        r"(?:no|turn off|disable|switch off|stop|remove|cancel)(?: my|"
        r" the)? (?:quiet (?:hours|time)|do not disturb|dnd|silent hours)|"
        r"quiet hours off",
        _always("change_settings", quiet_hours="off"),
    ),
    # the clock and the parts of the day
    _rule(
        r"(?:use|show|set|switch to|change to|i want|i prefer|give me)?(?: an?|"
        r" the| my)?(?: (?:clock|time))?(?: to)? ?(?:12|twelve)[ -]?(?:hour|h|"
        r"hr)s?(?: (?:clock|time|format|times))*|use am/?pm|(?:use|show) am and pm",
        _always("change_settings", clock="12"),
    ),
    _rule(
        r"(?:use|show|set|switch to|change to|i want|i prefer|give me)?(?: an?|"
        r" the| my)?(?: (?:clock|time))?(?: to)? ?(?:24|"
        r"twenty[- ]four)[ -]?(?:hour|h|hr)s?(?: (?:clock|time|format|times))*|"
        r"use military time",
        _always("change_settings", clock="24"),
    ),
    _rule(
        rf"(?:for me,? |my |set |the )*(?P<part>{_DAYPARTS})s? (?:means?|is|"
        rf"starts?(?: at)?|begins?(?: at)?|=|to)(?: at)? {_AT}",
        _part,
    ),
    _rule(rf"(?:my |the )?(?P<part>day|work ?day) ends? {_AT}", _part),
    _rule(
        rf"(?:my |the )?weeks? (?:starts?|"
        rf"begins?) on(?: a)? (?P<day>{_WEEKDAYS})s?|(?:start|begin) (?:my |"
        rf"the )?weeks? on(?: a)? (?P<other>{_WEEKDAYS})s?",
        lambda match, text: _set(week_start=match["day"] or match["other"]),
    ),
    _rule(
        r"(?:what(?:'s| are| is)|show(?: me)?|list|see|view|open|"
        r"tell me)?(?: all)? ?(?:my |the |your )?(?:settings|preferences|"
        r"configuration)",
        _always("show_settings"),
    ),
    _rule(
        r"(?:what(?:'s| is)|which is) my (?:time ?-?zone|zone|name|clock|"
        r"summary time|quiet hours)|what are my quiet hours|"
        r"when is my (?:daily )?summary|what do you call me|"
        r"which time ?-?zone am i in",
        _always("show_settings"),
    ),
    # what the models cost
    _rule(
        rf"(?:what|how much)(?: money)? (?:do|does|did|have|has|are|is) {_MODELS} "
        rf"(?:cost|costs|costing)(?: me| us)?{_SO_FAR}",
        _cost,
    ),
    _rule(
        rf"(?:what|how much)(?: money)? (?:have i|have we|did i|did we|do i|do we|am i|are we) "
        rf"(?:spent|spend|spending|paid|pay|paying)(?: so far)? (?:on|for) {_MODELS}{_SO_FAR}",
        _cost,
    ),
    _rule(
        rf"(?:show(?: me)?|what(?:'s| is| are| were)|tell me)?(?: about)? ?(?:the |your |my )?"
        rf"(?:(?:model|ai|api|token|llm)s? (?:costs?|spending|usage|bill|budget)|"
        rf"(?:costs?|spending|bill|budget) (?:of|for|on) {_MODELS}){_SO_FAR}",
        _cost,
    ),
    # invitations
    _rule(rf"invite (?:{_SOMEONE}|{_NAME}){_TO_PIXIE}", _invite),
    _rule(
        rf"(?:(?:make|create|i need|i want|(?:make|create|give|send|get) me) )?"
        rf"(?:an?|another|a new) {_INVITATION}(?: for (?:{_SOMEONE}|{_NAME}))?|"
        rf"how (?:do|can) i invite (?:{_SOMEONE}|"
        rf"people|others|friends){_TO_PIXIE}",
        _invite,
    ),
    _rule(
        r"(?:who|whom) (?:did|have) i invited?|(?:(?:show|list|what are|which are|see)(?: me)? )?"
        r"(?:all )?(?:my |the )?(?:open |pending )?invitations",
        _always("invite", action="list"),
    ),
    _rule(
        rf"(?:take back|revoke|withdraw|cancel|delete) (?:the |my |an? )?{_INVITATION} "
        rf"(?:of|for|to) {_NAME}",
        _uninvite,
    ),
    _rule(
        rf"(?:take back|revoke|withdraw|cancel|delete) {_NAME}['’]s {_INVITATION}",
        _uninvite,
    ),
    _rule(rf"uninvite {_NAME}", _uninvite),
    _rule(
        r"(?:take back|revoke|withdraw) (?:the|my|an?|that) invitation(?: (?:link|code))?",
        _always("invite", action="revoke"),
    ),
    # the calendar link
    _rule(
        rf"(?:revoke|delete|disable|remove|turn off|cancel)(?: my| the| all)*(?: my)? {_LINK}s?",
        _always("calendar_link", action="revoke"),
    ),
    _rule(
        rf"(?:rotate|renew|reset|change|replace|regenerate)(?: my| the)? {_LINK}s?|"
        rf"(?:give me |make |create )?a new {_LINK}",
        _always("calendar_link", action="rotate"),
    ),
    _rule(
        rf"(?:list|show|what are|which are)(?: me)?(?: all)?(?: my| the)? {_LINK}s",
        _always("calendar_link", action="list"),
    ),
    _rule(
        rf"(?:give me|show me|get|create|make|send me|i need|i want|what's|what is|"
        rf"export|share)?(?: an?| my| the)? ?{_LINK}|(?:give|send|get|"
        rf"show) me (?:a|the) (?:link|feed) (?:to|for|of) my calendar|(?:how (?:do|"
        rf"can) i )?(?:subscribe to|export|share|sync|"
        rf"publish) my calendar(?: (?:with|to|in|on|from) [\w ]{{1,40}})?",
        _always("calendar_link", action="create"),
    ),
)
