"""Which tool a request is for: its verb by class, the thing it names, and whether it asks."""

import re

from core.language import words
from core.language.looking import CONFLICTS
from core.language.sentence import Sentence, hourly
from core.language.topics import for_devices, foreign
from core.language.words import opening, word

_CREATE = opening(words.CREATE)
_REMOVE = opening(words.REMOVE)
_REMOVE_OWN = opening(words.REMOVE_OWN)
_CHANGE = opening(words.CHANGE)
_CHANGE_OWN = opening(words.CHANGE_OWN)
_COMPLETE = opening(words.COMPLETE)
_REMIND = opening(words.REMIND)
_ANSWER = opening(words.ANSWER)
_QUERY = opening(words.QUERY)
_QUESTION = opening(words.QUESTION)

_REMINDER = word(words.REMINDER)
_RECALLED = word(words.RECALLED)
_LIST = word(words.LIST)
_ITEM = word(r"items?")
_CALENDAR = word(words.CALENDAR)
_MEETING = word(words.MEETING)
_OCCASION = word(words.OCCASION)
_PLANS = word(words.PLANS)
_ATTENDANCE = word(words.ATTENDANCE)
_FREE = word(words.FREE)
_TODO = word(words.TODO)
_WORLD = word(words.WORLD)
_MINE = word(words.MINE)
_CHORE = opening(words.CHORE)
_EXPECTED = opening(words.EXPECTED)

# "to my shopping list", "off the calendar": where a thing goes to or comes from.
_DESTINATION = re.compile(
    r"(?<![\w'])(?:to|on|onto|in|into|from|off|out of|for|of|with)(?: (?:my|the|our|this|your|a))?"
    rf"(?: [\w'-]+){{0,3}}? (?:(?P<calendar>{words.CALENDAR})|(?P<list>{words.LIST}))(?![\w'])"
)
# "needs to be cleared", "should be added to": the verb comes last.
_REMOVED = word(
    r"(?:removed|deleted|cancel+ed|clear(?:ed)?|erased|silenced|taken off|turned off|emptied|wiped|"
    r"don't need|do not need|no longer need|is no|are no|don'?t want any)"
)
_ADDED = re.compile(
    r"(?<![\w'])needs? to be on|(?:to be|should be|must be|be|is to be|want|need|"
    r"have|get) (?:\S+ ){0,4}?"
    r"(?:added|updated|put|scheduled|booked|set up)(?![\w'])|(?<![\w'])(?:please )?(?:add|put) \w+"
)
_GUESTS = re.compile(
    rf"(?:add|invite|include) .+ to (?:(?:my|our) .*(?:{words.MEETING}|"
    rf"{words.OCCASION})|the .*(?:{words.MEETING}))"
)
_LIST_OF = re.compile(
    r"(?<!\w)an? (?!new )(?:[\w'-]+ )?lists? of(?! (?:things to do|my|to[- ]?dos?|"
    r"tasks|chores)(?!\w))"
)
_MEDIA = re.compile(
    r"\S+ (?:an? |the |this |that |new |my |\w+ )?(?:songs?|tracks?|albums?|"
    r"playlists?|contacts?|e-?mails?|phone numbers?)(?!\w)"
)
_AROUND = word(
    r"near me|around me|nearby|in (?:my|this|the) (?:area|city|town|neighborhood)|"
    r"around here|local(?:ly)?|in town"
)
_RECALL = word(words.RECALL)
_FACT = re.compile(
    r"(?:what|who|where|which \w+|how old|how tall)(?:'s|s| is| are| was|"
    r" were) (?:.* )?(?:my|our|[\w-]+'s) .+|"
    r"(?:what|where|who|which|how|when)(?: [\w-]+){0,3}? (?:did|do|have|had|was|am) (?:i|we)"
    r" (?:\w+ )?(?:put|park\w*|leave|left|keep|kept|hide|hid|store[d]?|buy|bought|"
    r"pay|paid|lend|lent|give|gave|"
    r"meet|met|like|call|name|choose|decide\w*|agree\w*|promise\w*|start\w*|"
    r"move\w*|see|read|watch|watched|prefer|"
    r"eat|recommend\w*|use|visit|owe|borrow\w*)(?![\w']).*|"
    r"(?:what|which)(?:'s|s| is| was) the (?:\w+ ){0,3}(?:password|passcode|code|"
    r"combination|pin|name of .+|"
    r"address of .+)(?: .*)?|what (?:does|do) (?!it|the|this)\w+ (?:like|want|"
    r"prefer|drink|eat|need)(?: .*)?|"
    r"(?:what|who|which) .* (?:tell|told|say|said|mention(?:ed)?|recommend(?:ed)?) (?:me|i|we).*"
)
_DOING = re.compile(
    r"(?<![\w'])(?:(?:do|did|does|have|had|am|are|was|were|will|would|can|should|must) (?:i|we)|"
    r"i'm|i am|i have|we have|i've|we're|it say)(?![\w']).*?(?<![\w'])(?:have|"
    r"having|got|going|doing|do|"
    r"scheduled|planned|meet(?:ing)?|met|supposed|see(?:ing)?|up to|booked|busy|need to|attend\w*|"
    r"pick(?:ing)? up|visit\w*|go|decline\w*|accept\w*|on for|in for|expected|due|leaving|"
    r"free|playing|watching|eating|taking|flying|driving|on)(?![\w'])|(?:last|"
    r"next|first) time (?:i|we)|"
    r"(?<![\w'])i (?:met|meet|saw|see|visited) "
)
_ADVICE = re.compile(
    r"(?:what|which|how|where|who)(?:'s|s)?(?![\w']).*?(?<![\w'])(?:best|good|"
    r"better|way|ways|should i go|recommend\w*|"
    r"suggest\w*|tips?|ideas?|advice)(?![\w'])"
)
_FREE_I = re.compile(
    r"(?:am|are|will) (?:i|we) (?:be )?(?:free|available|busy)(?! from)|do (?:i|"
    r"we) have (?:any )?(?:free |spare |some )?time"
)
_FIND_TIME = re.compile(
    r"when (?:can|could|should) (?:i|we) (?:meet|call|see|fit|schedule|have|do|"
    r"squeeze)|(?:find|get|look for) (?:me |us )?"
    r"(?:an? |some |the )?(?:time|slot|free|opening|hour|half hour)"
)
_FLIGHT = re.compile(
    r"(?:my |our |the )?(?:flight|train|bus|plane|ferry)(?: back| home)? (?:to|"
    r"from|at|leaves|departs|with)(?!\w)"
)
_PLAN_MY_DAY = re.compile(r"(?:help me )?(?:plan|organi[sz]e) (?:my|the) (?:day|week)[ .!?]*")
_WITH_SOMEONE = re.compile(
    r"(?:review|sync|chat|1:1|one[- ]on[- ]one|catch[- ]?up|interview|session|workshop) with \w"
)
_OWN_EVENTS = word(r"events?|meetings?|appointments?|there")
_BARE_NOTES = re.compile(r"(?:(?:all )?(?:of )?(?:my|our) )?(?:notes|memories)")
_NOTES = re.compile(
    r"(?:(?:show|list|see|read|give|tell|open|view|display)(?: me)?(?: all)?(?: of)?"
    r"(?: my| our| the)? ?(?:notes|memories)|(?:what are )?(?:my|our) notes|"
    r"(?:what|which)(?: other)? (?:notes|memories)|"
    r"(?:do|have) (?:i|we) (?:have |got )?(?:any |some )?(?:notes|memories)|"
    r"what (?:do|can) you (?:know|remember)|"
    r"what (?:have|did) i (?:told?|tell|ask|taught) you|(?:do you )?(?:know|remember)"
    r"(?: what| who| where| when| which| if)?(?: is| are)? (?:my|our))(?![\w'])"
)
_PERSON = re.compile(
    r"(?i:who|what|where|which)(?i:'s|'re)?(?: (?!I\b)[a-z']+){0,4}? "
    r"(?P<name>[A-Z][^\W\d_]+)(?:'s)?(?: [a-z' ]*)?"
)
""" "What is Tom allergic to?": one name, as it is written."""
_KNOWN = re.compile(r"(?:hey |hi |hello |pixie,? )*do you (?:know|remember|have) (?:my|our) ")
_SEARCH = re.compile(
    r"search(?: (?:in |through )?my (?:notes|memory))?(?: for)? (?:my |the )?"
    r"[\w-]+(?: [\w-]+)?[ ?.]*"
)
_WORLDLY = opening(words.WORLDLY)
_OUTING = opening(words.OUTING)
_HOW_TO = re.compile(r"how (?:to|can i|do i|could i|would i|should i|might i|do you)(?![\w'])")
_INDEFINITE = re.compile(rf"(?<!\w)an? (?:[\w'-]+ ){{0,3}}(?:{words.OCCASION})(?![\w'])")
_SCHEDULED = re.compile(
    r"what(?:'s|s| is| are)? (?:all |else )?(?:scheduled|planned|going on|"
    r"happening|coming up|booked)(?!\w)"
)
_THEN_DELETE = re.compile(
    r"(?:and|then) (?:please )?(?:delete|cancel|remove|erase) (?:it|them|that|"
    r"the next)(?!\w)|delete it$"
)
_WHEN_IS = re.compile(
    r"(?:when|what time|what day|what date|where|at what time|how long|"
    r"until when)(?:'s|s| is| are| was| were| does| do| did| will)+"
    r" (?:the|my|our|i|we|[\w-]+'s)(?![\w'])"
)
_NOUN_ENDS = re.compile(
    r" {2,}|[:;,\"]|(?<![\w'])(?:to|about|for|with|on|at|from|that|called|named|"
    r"titled|of|off|in|saying|by)(?![\w'])"
)
_BARE_QUESTION = re.compile(
    r"(?:what|how|anything|what about|how about|and)(?:'s|s)?"
    r"(?: (?:on|my|is|are|do|does|did|i|we|have|look|looks|looking|like|the|it|up|"
    r"day|week|all|for|going|"
    r"happening|happens?|will|be|there|get|got|schedule|status|of|coming|next|"
    r"first|last|thing|me|about))*\s*[?.!]*"
)
_NAMED_OCCASION = re.compile(rf"(?:{words.OCCASION})(?: (?:with|at|for|on|in|and) .+)?$")
_TASKS = re.compile(
    r"(?:[\w'-]+ ){0,3}?(?:tasks|todos|to-dos|to dos|chores|errands)(?: (?:in|for|"
    r"of|on|with|due) .+)?[ ?.]*$"
)
_PLURAL = re.compile(
    r"(?:(?:my|the|all|upcoming|next|today's|tomorrow's|this week's|current|our|any) )*"
    r"(?:(?:events|meetings|appointments)(?! (?:called|named)).*|(?:plans|day|week|weekend)[\s?.]*)"
)


def intent(request: Sentence) -> str:
    """The tool's name, "errand" for something to do that may be anyone's, or "" for none."""
    head = request.head
    if not head:
        return ""
    if request.opens(_REMIND) and not request.asked:
        if re.match(r"remind me (?:about|of) my (?:reminders|alarms)", head):
            return "list_reminders"
        return "list_events" if _tells_plans(head) else "create_reminder"
    if re.match(r"(?:be|get) reminded", head):
        return "create_reminder"
    if _PLAN_MY_DAY.fullmatch(head):
        return "list_events"
    if _WITH_SOMEONE.match(head) and not request.question and _has_hour(request):
        return "create_event"
    commanded = _commanding(request)
    if commanded:
        return commanded
    if _asks(request):
        return _asking(request)
    return _stating(request)


def is_chore(request: Sentence) -> bool:
    """Whether it is something that people do."""
    return request.opens(_CHORE) is not None


def _tells_plans(head: str) -> bool:
    """ "remind me about my meetings this week" wants to hear them."""
    plans = r"(?:meetings|events|appointments|schedule|plans)(?![\w'])"
    asked = r"(?:what|when(?! i (?:get|am|'m|arrive|leave|come|go))|who|where)(?:'s|s)?(?![\w'])"
    return (
        re.match(
            rf"remind (?:me|us) (?:(?:about |of |on )?(?:my|the|our) (?:\w+ )?{plans}|{asked})",
            head,
        )
        is not None
    )


# --- questions ---


def _asks(request: Sentence) -> bool:
    return (
        request.asked
        or request.opens(_QUESTION) is not None
        or request.opens(_QUERY) is not None
        or (request.question and not request.polite)
        or re.search(r"\swhat(?: again)?\??$", request.head) is not None
    )


def _asking(request: Sentence) -> str:
    verb = request.opens(_QUERY)
    head = request.bare[verb.end() :].strip() if verb else request.head
    listed = _LIST.search(head)
    dated = _CALENDAR.search(head) or _MEETING.search(head)
    if _REMINDER.search(head) or _RECALLED.search(head):
        return "list_reminders"
    if CONFLICTS.search(head) and (_mine_or_dated(request) or _OWN_EVENTS.search(head)):
        return "list_events"
    if _HOW_TO.match(request.head):
        return ""
    if _NOTES.match(request.head) and not (listed or dated):
        return "search_memory"
    if request.asked and _KNOWN.match(request.bare):
        return "search_memory"
    if _SEARCH.fullmatch(request.head) and not dated:
        return "search_memory"
    if _named_person(request) and not (
        listed or dated or _OCCASION.search(head) or foreign(head) or _ATTENDANCE.search(head)
    ):
        return "search_memory"
    if _RECALL.search(head) and not _CALENDAR.search(head) and not _DESTINATION.search(head):
        return "search_memory"
    if (
        re.match(r"(?:find|get|give|look for)(?: me| us)?(?: an?)?$", request.head)
        and request.times
    ):
        return "find_free_time"
    if _FREE_I.match(request.head) or _FIND_TIME.match(request.head):
        return "find_free_time"
    if listed and not (dated and re.search(r"lists? of", head)):
        return "" if _LIST_OF.search(head) and not _MINE.search(head) else "list_tasks"
    if _AROUND.search(head) or (foreign(head) and not dated):
        return ""
    if _FREE.search(head) and (_MINE.search(head) or request.times or "time" in head):
        return "find_free_time"
    if (todo := _TODO.search(head)) and (
        _MINE.search(head)
        or request.times
        or todo.group() in ("overdue", "left to do", "to be done")
    ):
        return "list_tasks"
    if dated or _ATTENDANCE.search(head) or (_OCCASION.search(head) and _own_occasion(request)):
        return "list_events"
    if _SCHEDULED.match(request.head):
        return "list_events"
    if _mine_or_dated(request) and (_PLANS.search(head) or _DOING.search(request.head)):
        return "list_events"
    if _BARE_QUESTION.fullmatch(request.head) and (
        request.times or re.search(r"next|coming|my (?:day|week)", head)
    ):
        return "list_events"
    if _ADVICE.match(request.head):
        return ""
    if _FACT.fullmatch(request.head.rstrip(" ?")):
        return "search_memory"
    if _WHEN_IS.match(request.head):
        kept = request.head.startswith("where") and not _OCCASION.search(head)
        return "search_memory" if kept else "list_events"
    if request.when and re.match(r"(?:is|are|am|do|does|did|will)(?![\w'])", head):
        return "list_events"
    return ""


def _named_person(request: Sentence) -> bool:
    """A question about someone who is known by one name."""
    said = request.text[request.start :].strip(" ?!.")
    match = _PERSON.fullmatch(said)
    return match is not None and not request.times


def _own_occasion(request: Sentence) -> bool:
    """ "the party", rather than "a party" or "is the tea hot"."""
    if _mine_or_dated(request) or _PLANS.search(request.head):
        return True
    asks_if = re.match(r"(?:is|are|does|do|did|will|has)(?![\w'])", request.head)
    return _INDEFINITE.search(request.head) is None and (
        asks_if is None
        or re.search(r"included|going|coming|scheduled|with", request.head) is not None
    )


def _mine_or_dated(request: Sentence) -> bool:
    return _MINE.search(request.bare) is not None or bool(request.times)


# --- commands ---


def _commanding(request: Sentence) -> str:
    head = request.head
    thing = _thing(request)
    if _THEN_DELETE.search(head):
        return f"delete_{thing or 'event'}"
    if request.opens(_COMPLETE):
        return f"complete_{thing or 'task'}"
    left_out = request.times and not request.question and re.match(r"(?:skip|no)(?!\w)", head)
    removing = request.opens(_REMOVE_OWN)
    if request.opens(_REMOVE) or (removing and (thing or left_out)):
        if re.search(r"(?:and|then) (?:move|reschedule|push|postpone) it(?!\w)", head):
            return "update_event"
        if not thing and (_WORLD.search(head) or for_devices(head)):
            return ""
        if "reminding" in head:
            return "delete_reminder"
        return f"delete_{thing or 'event'}"
    if request.opens(_CHANGE) or (request.opens(_CHANGE_OWN) and (thing or request.times)):
        if not thing and not request.times and (foreign(head) or for_devices(head)):
            return ""
        if thing == "task" and re.search(r"lists? with ", head):
            return "create_task"
        return f"update_{thing or 'event'}"
    if request.opens(_ANSWER) and not foreign(head):
        return "list_events"
    made = request.opens(_CREATE)
    return _creating(request, made.group(), thing) if made else ""


def _creating(request: Sentence, verb: str, thing: str) -> str:
    head = request.head
    if thing == "event" and _GUESTS.match(head):
        return "update_event"
    if thing == "task" and (_LIST_OF.search(head) or _MEDIA.match(head)):
        return ""
    if thing:
        return f"create_{thing}"
    if request.when and re.match(r"(?:add|put|mark|log) (?:an? |my )?(?:flight|train|trip)", head):
        return "create_event"
    if for_devices(head) or _WORLD.search(head):
        return ""
    if request.when and re.match(r"add|put|create|schedule|mark|pencil|block|insert|log", verb):
        return "create_event"
    if foreign(head):
        return ""
    if re.match(r"schedule|book|pencil|block|plan|arrange|reserve|fit|slot|squeeze", verb):
        return "create_event"
    if re.match(r"add|put|include|insert|throw|stick|toss|write down|jot", verb):
        return "create_task"
    return "create_event" if request.when else ""


def _thing(request: Sentence) -> str:
    """What kind of thing is named: by where it goes to or comes from, else by the first noun."""
    bare = request.bare[request.start :]
    for destination in _DESTINATION.finditer(bare):
        if destination["calendar"]:
            return "event"
        return "task"
    ends = _NOUN_ENDS.search(bare, 1)
    kind = _last_noun(bare[: ends.start()] if ends else bare)
    kind = kind or _first_noun(bare)
    if (
        kind == "event"
        and _WORLD.search(bare)
        and not _MEETING.search(bare)
        and not _CALENDAR.search(bare)
    ):
        return ""
    return kind


_NOUNS = (
    (_REMINDER, "reminder"),
    (_CALENDAR, "event"),
    (_LIST, "task"),
    (_MEETING, "event"),
    (_OCCASION, "event"),
    (_ITEM, "task"),
)


def _last_noun(phrase: str) -> str:
    """Of "soccer practice alarms" the kind is that of the last word."""
    found = [(match.end(), kind) for pattern, kind in _NOUNS for match in pattern.finditer(phrase)]
    return max(found, key=lambda pair: pair[0])[1] if found else ""


def _first_noun(words_: str) -> str:
    nouns = (*_NOUNS, (_PLANS, "event"))
    found = [
        (match.start(), kind)
        for pattern, kind in nouns
        if (match := pattern.search(words_, 4 if pattern is _PLANS else 0))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else ""


# --- statements ---


def _stating(request: Sentence) -> str:
    head = _first_sentence(request.head)
    thing = _thing(request)
    if thing and _REMOVED.search(head):
        return f"delete_{thing}"
    if thing and (_CALENDAR.search(head) or _LIST.search(head)) and _ADDED.search(head):
        return f"create_{thing}"
    if request.opens(_REMINDER) or (request.wish and thing == "reminder"):
        return (
            "create_reminder"
            if request.times or len(head.split()) > 2 or request.wish
            else "list_reminders"
        )
    if thing == "reminder":
        return "create_reminder" if request.times else "list_reminders"
    if _PLURAL.fullmatch(head):
        return "list_events"
    if _TASKS.match(head) or re.fullmatch(
        r"(?:my |the |our )?(?:[\w'-]+ ){0,2}(?:check)?lists?[ ?.]*", head
    ):
        return "list_tasks"
    if re.match(r"(?:to-?do|todo|task)s?\s*[:–-]\s*\S", head):
        return "create_task"
    if _BARE_NOTES.fullmatch(request.head.rstrip(".! ")):
        return "search_memory"
    if request.opens(_LIST) or (request.opens(_CALENDAR) and not request.wish):
        return "list_tasks" if request.opens(_LIST) else "list_events"
    if _NAMED_OCCASION.match(head):
        return "create_event"
    if request.opens(_OUTING) and not foreign(head) and _has_hour(request):
        return "create_event"
    if request.opens(_CHORE) and not request.opens(_WORLDLY) and (request.when or request.wish):
        return "errand"
    if _FLIGHT.match(head) and request.when:
        return "create_event"
    if for_devices(head) or (foreign(head) and thing != "event"):
        return ""
    if thing == "task" and re.search(r"(?:read|shown|displayed)$", head):
        return "list_tasks"
    if request.wish and thing == "task":
        return "create_task"
    if (
        request.wish
        and thing == "event"
        and (request.when or _MEETING.search(head) or " with " in head)
    ):
        return "create_event"
    if request.opens(_WORLDLY) and _WORLD.search(head):
        return ""
    if request.opens(_CHORE):
        return "errand" if request.when or request.wish or not request.opens(_EXPECTED) else ""
    if _TODO.search(head) and not request.wish:
        return "list_tasks"
    if thing == "event" and re.match(r"(?:[\w'-]+ ){1,3}with \w", head):
        return "create_event"
    if thing == "event" and not request.wish and len(head.split()) <= 3:
        return "create_event"
    now_alone = all(some.text.casefold() in ("now", "right now") for some in request.times)
    return "create_event" if request.when and not now_alone else ""


def _has_hour(request: Sentence) -> bool:
    when = request.when
    return when is not None and when.preposition != "by" and hourly(when)


def _first_sentence(head: str) -> str:
    """What follows is detail, unless the beginning is a mere word or two."""
    first = re.split(r"(?<=\w\w)[.!?]\s", head, maxsplit=1)[0]
    return first if len(first.split()) > 2 else head
