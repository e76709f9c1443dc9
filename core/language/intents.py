"""Which tool a request is for: its verb by class, the thing it names, and whether it asks."""

import re

from core.language import words
from core.language.sentence import Sentence
from core.language.topics import for_devices, foreign
from core.language.words import opening, word

_CREATE = opening(words.CREATE)
_REMOVE = opening(words.REMOVE)
_CHANGE = opening(words.CHANGE)
_COMPLETE = opening(words.COMPLETE)
_REMIND = opening(words.REMIND)
_QUERY = opening(words.QUERY_VERBS)

_REMINDER = word(words.REMINDER)
_LIST = word(words.LIST)
_CALENDAR = word(words.CALENDAR)
_MEETING = word(words.MEETING)
_OCCASION = word(words.OCCASION)
_PLANS = word(words.PLANS)
_ATTENDANCE = word(words.ATTENDANCE)
_FREE = word(words.FREE)

_QUESTION = opening(
    r"what(?:'s|s|'re| is| are|ever)?|when(?:'s|s)?|where(?:'s|s)?|who(?:'s|s|m)?|whose|which|why|"
    r"how(?:'s|s)?|is|isn't|are|am|was|were|do|does|did|don't|have (?:i|we)|has|had|will|any|anything|"
    r"should i|can i|could i|may i|shall|at what|on what|in what|to what|until when|for how long|"
    r"exactly what|if"
)
_MINE = word(r"i|i'm|my|mine|me|we|we're|our|us|myself")
_RECALL = word(
    r"(?:did|have|had) i (?:already |ever )?(?:tell|told|say|said|mention\w*|ask\w*|wr[io]te|note[d]?|save[d]?)|"
    r"(?:i|we) (?:told|said|mentioned|noted|saved|wrote)|remember about|know about me|"
    r"(?:do )?you (?:know|remember|have) (?:about|on|of)|in my notes?|my notes? (?:on|about)|"
    r"(?:we|i) (?:talk|discuss|talked|discussed|decide|decided|agree|agreed)|"
    r"notes? (?:about|on|from)|what (?:do|did) you (?:know|remember)|"
    r"did \w+ (?:say|tell|want|mention|ask|like|recommend)|memories|my notes"
)
_FACT = re.compile(
    r"(?:what|who|where|which|how)(?:'s|s| is| are| was| were| did| do| does| old is| many)?(?: .*)?"
    r"(?<![\w'])(?:my|our|\w+'s|i|we)(?![\w'])"
)
_DOING = re.compile(
    r"(?<![\w'])(?:(?:do|did|does|have|had|am|are|was|were|will|would|can|should|must) (?:i|we)|"
    r"i'm|i am|i have|we have|i've|we're|it say)(?![\w']).*?(?<![\w'])(?:have|having|got|going|doing|do|"
    r"scheduled|planned|meet(?:ing)?|supposed|see(?:ing)?|up to|booked|busy|need to|attend\w*|"
    r"pick(?:ing)? up|visit\w*|decline\w*|accept\w*|on for|in for|expected|due|leave|leaving|"
    r"free|work\w*|playing|watching|eating|taking|flying|driving)(?![\w'])"
)
_OVERDUE = word(r"overdue|past due|late tasks|behind on|due|left to do|to do|get done|accomplish")
_MEMO = word(r"notes?|memos?")

# Verbs of what people do themselves: said alone, they are something to do.
_CHORES = opening(
    r"buy|get(?! up| me)|pick up|drop off|return|wash|clean(?: up)?|fix|finish|submit|pay|renew|water|feed|"
    r"study|prepare|write(?: to)?|review|draft|research|do|go(?: to)?|take|walk|bring|make(?! (?:a )?noise)|"
    r"visit|call|phone|ring|email|text|send|order|book|mail|print|sign|file|organi[sz]e|iron|vacuum the|mow|"
    r"replace|repair|sell|read|learn|practi[cs]e|work on|start(?! (?:over|again))|follow up|check(?! in)|ask|"
    r"talk to|meet(?: with)?|see|update|upgrade|apply|register|sign up|attend|plan|pack|prep|cook|bake|"
    r"vote|donate|exercise|stretch|meditate|train|lock|charge|refill|grab|collect|deliver|ship|"
    r"install|backup|back up|deploy|merge|test|push|refactor|document|reply to|respond to|contact|"
    r"invite|wrap|decorate|paint|plant|trim|measure|sew|knit|assemble|polish|dust|sweep|mop|"
    r"fold|hang|tidy|declutter|shop for|look (?:into|for|at|up)|find|figure out|decide|choose|book|rent|"
    r"reserve|schedule|confirm|verify|close|open|cancel|unsubscribe|transfer|deposit|invoice|bill|"
    r"hand in|turn in|set up|put (?:up|away)|throw out|take out|empty|change the|babysit|proofread|edit|"
    r"publish|record|photograph|scan|copy|translate|summari[sz]e|present|interview|hire|onboard|"
    r"water|drink|eat|sleep|rest|run|jog|swim|drive|fly|travel|pray|thank|congratulate|apologi[sz]e"
)
# Of these, what a machine might be expected to do at once: without a time they are not a task.
_EXPECTED = opening(
    r"call|phone|ring|text|e-?mail|send|order|pay|transfer|open|find|play|read|translate|start|"
    r"look (?:for|up|at)|deliver|get|take|go|do|see|drive|eat|drink|sleep|sing|record|see|cook|"
    r"make|charge|talk|ask|check|present|scan|copy|close|contact|run|learn|travel|fly|install|bill"
)
_STATED = re.compile(
    r"(?:i|we)(?:'ve| have|'m| am|'ll| will|'re| are)? (?:also )?(?:got |have |having |has )?"
    r"(?:an? |my |the |our )?"
)
_WORLD_ACTS = word(
    r"flights?|taxi|cab|uber|hotel|trains?|tickets?|restaurant|table|place to stay|e-?mails?|contacts?|"
    r"songs?|playlist|music|lights?|mood|pto|temp\w*|oven|thermostat|volume|alarm system|order|subscription|"
    r"account|card|credit|transfer|payment|reservations?|podcasts?|radio|photos?|videos?|text|voicemail|"
    r"phone numbers?|translation|currency|recipe|pizza|coffee machine|vacation days?|rental"
)
_BARE_TO = re.compile(r"(?:an? |some |the )?(?:quick |little |new |repeating |recurring )?")


def intent(request: Sentence) -> str:
    """The tool's name, "errand" for something to do that may be anyone's, or "" for none."""
    head = request.head
    if not head:
        return "time" if request.times else ""
    if request.opens(_REMIND) and not (request.asked or _asks_about_plans(request)):
        return "create_reminder"
    return _asking(request) or _commanding(request) or _stating(request)


def _asks_about_plans(request: Sentence) -> bool:
    """ "remind me about my meetings this week" wants to hear them."""
    return (
        re.match(
            r"remind (?:me|us) (?:about |of |on )?(?:my (?:\w+ )?(?:meetings|events|"
            r"appointments|schedule|plans|reminders|tasks)|what|when(?! i)|who|where)",
            request.head,
        )
        is not None
    )


# --- questions ---


def _asking(request: Sentence) -> str:
    head = request.head
    queried = request.opens(_QUERY)
    asks = (
        request.asked
        or request.opens(_QUESTION) is not None
        or _asks_about_plans(request)
        or (request.question and not request.polite and not request.opens(_CREATE))
    )
    if not asks and queried is None:
        return ""
    owned = _REMINDER.search(head), _LIST.search(head), _CALENDAR.search(head)
    if _RECALL.search(head) and not _CALENDAR.search(head):
        return "search_memory"
    if owned[0] and not _events_with_reminder(head):
        return "list_reminders"
    if owned[1] and not owned[2]:
        return "list_tasks"
    if foreign(head) and not owned[2] and not _MEETING.search(head):
        return ""
    if _FREE.search(head) and (_MINE.search(head) or request.times or "time" in head):
        return "find_free_time"
    if _OVERDUE.search(head) and (_MINE.search(head) or "overdue" in head):
        return "list_tasks"
    if any(pattern.search(head) for pattern in (_CALENDAR, _MEETING, _OCCASION, _ATTENDANCE)):
        return "list_events"
    if _PLANS.search(head) or (asks and _DOING.search(head)):
        return "list_events"
    if (
        re.match(
            r"(?:what|how|anything|give me|show)(?:'s|s| is| are| does| do| about)?(?: on| my| i| for| look|"
            r" the| it| like|'s|s| up| is| day| all| have)*\s*\??$",
            head,
        )
        and request.times
    ):
        return "list_events"
    if asks and _FACT.match(head):
        return "search_memory"
    return ""


def _events_with_reminder(head: str) -> bool:
    return False


# --- commands ---


def _commanding(request: Sentence) -> str:
    head = request.head
    for verbs, name in ((_COMPLETE, "complete"), (_REMOVE, "delete"), (_CHANGE, "update")):
        if request.opens(verbs):
            thing = _thing(request)
            if not thing and (foreign(head) or for_devices(head)):
                return ""
            return f"{name}_{thing or 'event'}"
    made = request.opens(_CREATE)
    if made:
        thing = _thing(request)
        if thing:
            return f"create_{thing}"
        if foreign(head) or for_devices(head):
            return ""
        verb = made.group()
        if re.match(r"schedule|book|pencil|block|plan|arrange|reserve|fit|slot|squeeze", verb):
            return "create_event"
        if re.match(r"add|put|include|insert|throw|stick|toss|write down|jot", verb):
            return "create_event" if request.times else "create_task"
        return "create_event" if request.times else ""
    return ""


def _thing(request: Sentence) -> str:
    head = request.head
    if _REMINDER.search(head):
        return "reminder"
    if _CALENDAR.search(head):
        return "event"
    if _LIST.search(head):
        return "task"
    if foreign(head) and _WORLD_ACTS.search(head):
        return ""
    if _MEETING.search(head) or _OCCASION.search(head) or _PLANS.search(head):
        return "event"
    return ""


# --- statements ---


def _stating(request: Sentence) -> str:
    head = request.head
    if request.opens(_REMINDER) or (request.wish and _REMINDER.search(head)):
        return "create_reminder" if request.times or len(head.split()) > 2 else "list_reminders"
    if foreign(head) or for_devices(head):
        return ""
    if request.wish and _LIST.search(head):
        return "create_task"
    if request.wish and (_MEETING.search(head) or _OCCASION.search(head)):
        return "create_event"
    if request.opens(_LIST):
        return "list_tasks"
    if request.opens(_CALENDAR):
        return "list_events"
    if request.opens(_CHORES):
        return "errand" if request.when or request.wish or not request.opens(_EXPECTED) else ""
    if request.when:
        return "create_event"
    return ""


def is_chore(request: Sentence) -> bool:
    """Whether it is something that people do."""
    return request.opens(_CHORES) is not None
