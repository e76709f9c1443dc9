"""Reading a message: commands, answers to a question, then requests one by one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.cards import option
from core.language.answers import as_command
from core.language.attached import as_what, attached, of_this
from core.language.commands import command
from core.language.completing import DONE, complete, snooze
from core.language.deleting import delete
from core.language.doubts import elsewhere_time, impossible
from core.language.followups import meant
from core.language.intents import intent, is_chore
from core.language.keeping import fact, forgotten, kept, note_begin
from core.language.looking import events, free_time, memory, reminders, summary, tasks
from core.language.moving import moved
from core.language.parting import ahead, apart, read_in
from core.language.parting import listed as listed_tasks
from core.language.preferences import preference
from core.language.reminding import reminder
from core.language.scheduling import event
from core.language.sentence import MOST_READ, Sentence, hourly, plain, when_words
from core.language.smalltalk import TOO_LONG, calendar_fact, elsewhere, not_understood, talk
from core.language.split import MOST_REQUESTS, split
from core.language.sureness import read_whole
from core.language.tasking import errand, task
from core.language.titles import quoted, tidy
from core.language.topics import foreign
from core.language.understanding import Understanding, asking, calling, saying, together
from core.language.updating import amended
from core.ports import Shown, Situation
from core.values import Button
from core.when.phrases import read as read_time
from core.when.values import TimePhrase

MOST_IN_ALL = 4000
"""Characters of a message of several lines."""
_SNOOZE = re.compile(r"snooze|remind me again")
_ADVERB = re.compile(r"(?:actually|rather|instead|better|make|or|maybe|at|on|to|then|,|\.|!|\?| )*")
_ALSO = re.compile(r"(?i)\s*(?:and|&|then)\b")
_AGAIN = re.compile(
    r"(?:(?:do |and |also )?(?:the )?same(?: thing| again)?|another(?: one)?|one more|again)"
    r"(?: for| on| at)?"
)
_MAKING = {"event": "event", "reminder": "remind", "task": "task"}
_ABOUT_NUMBER = re.compile(r"remind me (?:about|of) #(\d+)(?: instead| again)?[ .!]*")
_DESCRIBED = re.compile(
    r"(?i)(?:add|append|put|write) (?P<words>.+) (?:to|in|into|on) the "
    r"(?:description|notes?|details) (?:of|for) (?P<task>.+)"
)
_SHOW = re.compile(r"(?i)^(?:show|tell|give)(?: me)?(?: about)? |^(?:what about|how about) ")


def understand(text: str, situation: Situation) -> Understanding:
    """What a message asks for, in the situation that it was said in.

    Reads any text, in time linear in its length, and raises nothing.
    """
    said = text.strip()
    if situation.attachments:
        alone = replace(situation, attachments=())
        with_it = attached(said, situation, partial(understand, situation=alone))
        return with_it or understand(text, alone)
    if said.startswith("/") and (understood := command(said, situation)):
        return understood
    if max(map(len, said[:MOST_IN_ALL].splitlines()), default=0) > MOST_READ or (
        len(said) > MOST_IN_ALL
    ):
        return _long(said)
    low = plain(said)
    if situation.question is not None:
        answered = _answered(said, low, situation)
        if answered is not None:
            return answered
    if facts := _TWO_FACTS.match(said):
        parts_said = [part.replace("my zone", "my time zone") for part in facts.groups()]
        both = [preference(part, plain(part)) for part in parts_said]
        if all(both):
            return together([some for some in both if some is not None])
    whole = (
        talk(low)
        or calendar_fact(low, situation.person, situation.now)
        or summary(low)
        or preference(said, low)
    )
    if whole is not None:
        return whole
    said = _CHANGE_LAST.sub(r"\g<verb> \g<what> to \g<when>", said)
    parts, listed = split(_TWO_SETTINGS.sub(r"\1; set my \2", _each_list(said)))
    tasks_listed = listed_tasks(said) if len(parts) == 1 or not listed else None
    if tasks_listed is not None:
        return _several([read_in(part, situation) for part in tasks_listed], situation)
    reads = [piece for part in parts for piece in apart(part, situation)]
    if len(reads) == 1:
        return of_this(said, situation) or _weighed(reads[0], situation) or not_understood()
    return _several(reads, situation, listed=listed)


_TWO_SETTINGS = re.compile(
    r"(?i)^((?:please )?(?:set|change|make) my .+?),? and (?:my )?"
    r"((?:time ?zone|zone|daily summary|summary|name|quiet hours|clock|week) .+)$"
)
_TWO_FACTS = re.compile(
    r"(?i)^(my (?:name|time ?zone|zone) is .+?),? and (my (?:time ?zone|zone|name) is .+)$"
)
_CHANGE_LAST = re.compile(
    r"(?i)^(?P<what>[^:]{2,60}): (?P<verb>move|change|push|reschedule)(?: it)? to (?P<when>.+)$"
)
_LISTS = r"tasks|to-?dos|reminders|events|meetings|appointments|notes"
_TWO_LISTS = re.compile(
    r"(?P<ask>.*?\b(?:show|list|see|read|tell me|what are|give me)\b(?: me)?(?: all)?"
    r"(?: my| the)?) "
    rf"(?P<one>{_LISTS}) (?:and|&) (?:also )?(?:my |the )?(?P<two>{_LISTS})(?P<rest>\b.*)",
    re.IGNORECASE,
)


def _each_list(said: str) -> str:
    """ "show my tasks and reminders" as two requests."""
    match = _TWO_LISTS.fullmatch(said)
    if match is None:
        return said
    ask, rest = match["ask"], match["rest"].rstrip(" ?.!")
    return f"{ask} {match['one']}{rest}; {ask} {match['two']}{rest}"


def _long(said: str) -> Understanding:
    """A long note is kept whole; other long messages are not read."""
    begin = note_begin(plain(said[:MOST_READ]))
    return (
        saying(TOO_LONG, sure=False)
        if begin is None
        else calling("remember", text=said[begin:].strip())
    )


def _answered(said: str, low: str, situation: Situation) -> Understanding | None:
    """The pending question answered, unless the message is a request of its own."""
    assert situation.question is not None
    if situation.question.about.startswith("/take ") and as_what(said, situation):
        return command(f"{situation.question.about} {said}", situation)
    answer = as_command(low, said, situation.question)
    if answer is None or isinstance(answer, Understanding):
        return answer
    typed = answer == f"{situation.question.about} {said}"
    if typed and (preference(said, low) is not None or _request_of_its_own(said, situation)):
        return None
    if typed and not _fits(said, situation.question.about, situation):
        return None
    return command(answer, situation)


_CONFIRM = re.compile(
    r"/(?:forget|delete) [tern][0-9a-z]{7}\S*|/(?:import|take|link) .*", re.IGNORECASE
)
MOST_OF_AN_HOUR = 5
"""Words of an answer to when something shall be each day."""
MOST_OF_A_PLACE = 8
"""Words of an answer to where someone is."""
_FOR_A_TIME = re.compile(r"/(?:remind|event|task|move|snooze) \S")
_AN_HOUR = re.compile(
    r"(?i)(?:at |from |around |maybe |about |ok,? )*"
    r"(?:\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]\.?m\.?|h|o'clock)?"
    r"(?:\s*(?:-|–|to|until)\s*\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]\.?m\.?)?)?|noon|midday|midnight|"
    r"half (?:past )?\w+|quarter (?:past|to) \w+)(?: please| in the (?:morning|afternoon|evening))?"
)
_FILLER = re.compile(
    r"(?i)\b(?:a|an|the|at|on|in|for|to|by|from|until|till|of|it|is|make|please|then|maybe|around|"
    r"about|say|how|lets|let's|i|think|better|rather|only|just|one|and|every|each|none|no|due|date|"
    r"ok|okay|yes|sure|well|um|hm|same|time|o'clock|h|am|pm)\b|[\W\d_]"
)


def _fits(said: str, about: str, situation: Situation) -> bool:
    """Whether the words can be the answer: a time where one was asked for, nothing but a yes or a
    no where something was to be confirmed."""
    if _CONFIRM.fullmatch(about):
        return False
    if about.startswith(("/start", "/settings")) and "\n" in said:
        return False
    if about.endswith(" zone"):
        return "?" not in said and len(said.split()) <= MOST_OF_A_PLACE
    if about.endswith((" summary", " summary_at")):
        return len(said.split()) <= MOST_OF_AN_HOUR
    if about.endswith(" at"):
        return _AN_HOUR.fullmatch(said.strip(" .!?")) is not None
    if not _FOR_A_TIME.match(about):
        return True
    named = about.split(" ", 1)[1]
    if "#" in named or not _untimed(named, situation):
        return True  # it was the name that was asked for
    return not _untimed(said, situation)


def _untimed(text: str, situation: Situation) -> str:
    """What is left of a text without its time phrases and carrier words."""
    rest, at = "", 0
    for phrase in read_time(text, situation.now, situation.person.habits):
        for begin, end in phrase.places:
            rest, at = rest + text[at:begin], end
    return _FILLER.sub("", rest + text[at:])


def _request_of_its_own(said: str, situation: Situation) -> bool:
    """Whether a message says by its first words what is to be done."""
    read = read_in(said, situation)
    if not read.head or meant(tidy(read.head), situation).pointed:
        return False
    tool = intent(read)
    if tool == "create_event":
        return re.match(r"schedule|book|create|set up|add", read.head) is not None
    return tool not in ("", "errand", "search_memory") or kept(read) is not None


def _several(
    parts: Sequence[Sentence], situation: Situation, *, listed: bool = False
) -> Understanding:
    """The requests of one message; what is not understood in a list is something to do."""
    if len(parts) > MOST_REQUESTS:
        return saying(f"Those are {len(parts)} requests; send me up to {MOST_REQUESTS} at once.")
    understood: list[Understanding | None] = []
    for part in parts:
        some = understood[-1] if understood else None
        title = next((call.arguments.get("title") for call in some.calls), None) if some else None
        counted = ahead(part, parts[len(understood) - 1], str(title), situation) if title else None
        setting = preference(part.text, plain(part.text))
        understood.append(counted or setting or _weighed(part, situation))
    if listed:
        understood = [
            some if some and (some.calls or some.about) else task(part, 0)
            for part, some in zip(parts, understood, strict=True)
        ]
    if not any(understood):
        return not_understood()
    return together(
        [
            some
            if some and (some.calls or some.sure or some.buttons or some.asks is not None)
            else saying(f"I did not understand {quoted(part.text)}.", sure=False)
            for part, some in zip(parts, understood, strict=True)
        ]
    )


def _weighed(read: Sentence, situation: Situation) -> Understanding | None:
    """One request, sure only if nothing in it was left unread."""
    made = _request(read, situation)
    if made is None or not made.sure or not (made.calls or made.asks is not None):
        return made
    return made if read_whole(read, made) else replace(made, sure=False)


def _request(read: Sentence, situation: Situation) -> Understanding | None:
    """One request; None when it is not understood."""
    said = read.rest(read.start).strip(" .!")
    known = kept(read) or forgotten(read, situation) or _about_shown(read, situation)
    if known is not None:
        return known
    described = _DESCRIBED.fullmatch(said)
    if described is not None:
        return calling(
            "update_task", task=tidy(described["task"]), description=tidy(described["words"])
        )
    pointed = _ABOUT_NUMBER.fullmatch(read.head)
    row = next(
        (row for row in situation.numbered if pointed and pointed[1] == str(row.number)), None
    )
    if row is not None and read.times:
        return moved(
            read_in(f"move #{row.number} to {when_words(read.times, read.text)}", situation),
            situation,
            row.kind,
        )
    if _SNOOZE.match(read.head):
        return snooze(read, situation)
    if not (read.asked or read.question):
        told = not read.when or read.low.startswith(("i ", "i'", "done"))
        if told and "well done" not in read.low and DONE.fullmatch(said):
            return complete(read, situation)
        worded = amended(read, situation)
        if worded is not None:
            return worded
    away = elsewhere_time(read, situation.now)
    if away is not None:
        place, own = away
        if own:
            return _request(read_in(own, situation), situation)
        return saying(f"I do not know {quoted(place)}. Say the hour in your own time, please.")
    understood = _read(intent(read), read, situation)
    if understood is not None:
        return impossible(read, understood) or understood
    return fact(read) or _offer(read) or (elsewhere() if foreign(read.head) else None)


def _about_shown(read: Sentence, situation: Situation) -> Understanding | None:
    """A time alone moves what was shown last; "the second one" alone asks what to do with it."""
    near = situation.replied or situation.shown
    another = _ALSO.match(read.text) and read.question and _ADVERB.fullmatch(read.head)
    if another and read.when and not hourly(read.when):
        return calling("agenda", when=when_words((read.when,), read.text))
    again = _AGAIN.fullmatch(read.head)
    if again and read.when:
        if len(near) == 1 and near[0].kind != "note":
            return _once_more(near[0], read.when, read, situation)
        return saying("The same as what? Say all of it, please.")
    if read.times and _ADVERB.fullmatch(read.head):
        if not near:
            return _time_alone(read)
        return moved(read, situation, near[0].kind if len(near) == 1 else "event")
    shown = _SHOW.sub("", read.rest(read.start).strip(" .!?"))
    found = meant(shown, situation)
    if not near or not found.pointed or len(found.refs) != 1 or read.times:
        return None
    row = next((row for row in near if row.code == found.refs[0]), None)
    if row is None or row.kind == "note":
        return None
    if shown != read.rest(read.start).strip(" .!?"):
        return calling(f"list_{row.kind}s", text=row.title)
    done = (
        ()
        if row.kind == "event"
        else (Button(label="Done", command=f"/done {row.code}@{row.version}"),)
    )
    return saying(
        f"What shall I do with #{row.number} {row.title[:60]}?",
        *done,
        Button(label="Move", command=f"/move {row.code}@{row.version}"),
        Button(label="Delete", command=f"/delete {row.code}@{row.version}"),
    )


def _once_more(row: Shown, when: TimePhrase, read: Sentence, situation: Situation) -> Understanding:
    """ "The same for Friday": another one like what was shown; its hour is asked for."""
    again = f"/{_MAKING[row.kind]} {row.title} {when_words((when,), read.text)}"
    if hourly(when) or row.kind == "task":
        return understand(again, situation)
    return asking(f"create_{row.kind}", f"At what time is {quoted(row.title)} then?", f"{again} at")


def _time_alone(read: Sentence) -> Understanding:
    when = when_words(read.times, read.text)
    show = option("Show my agenda", f"/agenda {when}", "")
    return saying(f"What about {quoted(when)}?", *((show,) if show else ()), sure=False)


def _read(tool: str, read: Sentence, situation: Situation) -> Understanding | None:
    match tool:
        case "create_reminder":
            return reminder(read)
        case "create_task":
            return task(read)
        case "create_event":
            return event(read)
        case "errand":
            return errand(read)
        case "list_tasks":
            return tasks(read)
        case "list_reminders":
            return reminders(read)
        case "list_events":
            return events(read, situation.now.date())
        case "find_free_time":
            return free_time(read)
        case "search_memory":
            return memory(read)
        case "complete_task" | "complete_event" | "complete_reminder":
            return complete(read, situation)
        case "delete_task" | "delete_event" | "delete_reminder":
            return delete(read, situation, tool.removeprefix("delete_"))
        case "update_task" | "update_event" | "update_reminder":
            return moved(read, situation, tool.removeprefix("update_"))
    return None


def _offer(read: Sentence) -> Understanding | None:
    """Something to do that Pixie cannot do herself, but can keep."""
    if not is_chore(read):
        return None
    text = tidy(read.rest(read.start))
    return saying(
        f"I cannot do that for you, but I can put {quoted(text)} on your list or remind you of it.",
        *(
            button
            for button in (
                option("Put it on my list", f"/task {text}", ""),
                option("Remind me tomorrow", f"/remind {text} tomorrow at 9", ""),
            )
            if button is not None and button.command
        ),
        sure=False,
    )
