"""What is done with what came with a message: files, forwarded posts, places, contacts.

Which tool is called depends on the kind of the thing and on the sender's own words, never on what
the thing says.
"""

import re
from collections.abc import Callable

from core.language.sentence import MOST_READ, sentence, when_words
from core.language.understanding import Understanding, asking, calling, saying, together
from core.ports import Situation
from core.values import Attachment, AttachmentKind

_CALENDAR_NAME = re.compile(r"(?i).*\.(?:ics|ical|icalendar|ifb)")
_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_READS = "I read words, calendar files (.ics), locations, contacts and forwarded messages"
_SHOWN = {
    AttachmentKind.PHOTO: "I cannot look at pictures",
    AttachmentKind.STICKER: "Nice one! Stickers I cannot read",
    AttachmentKind.VIDEO: "I cannot watch videos",
    AttachmentKind.AUDIO: "I do not listen to recordings like that one",
    AttachmentKind.VOICE: "I listen only to what you say to me yourself",
    AttachmentKind.DOCUMENT: "I cannot read that kind of file",
    AttachmentKind.UNKNOWN: "I cannot do anything with that",
}
_WORD = re.compile(r"[\w'-]+")
_AS = {
    **dict.fromkeys(("task", "tasks", "todo", "to-do", "todos", "to-dos"), "task"),
    **dict.fromkeys(("note", "notes", "memo", "remember", "memorize"), "note"),
    **dict.fromkeys(("remind", "reminder"), "reminder"),
}
_ON_MY_LIST = re.compile(r"(?i)(?<!\w)(?:to|on|onto|in) (?:my|the) list(?!\w)")
_KEEP_THIS = re.compile(
    r"(?i)(?:remind|remember|memorize|keep|save|store|add|put|make|turn|create|set|note)(?!\w)"
    r".*(?<!\w)(?:this|that|these|it)(?!\w)"
)
_ASKED = {
    "task": ("create_task", "What should the task be?", "/task"),
    "note": ("remember", "What shall I remember?", "/remember"),
    "reminder": ("create_reminder", "What shall I remind you of?", "/remind"),
}
_KEEPING = frozenset({"keep", "save", "store"})
_CARRIERS = _KEEPING | {
    "please", "pixie", "can", "could", "you", "me", "i", "add", "put", "make", "turn", "create",
    "set", "it", "this", "that", "these", "as", "into", "to", "in", "on", "for", "of", "about",
    "by", "due", "a", "an", "the", "my", "new", "list", "one", "message", "post", "text",
    "forwarded", "read", "look", "at", "check", "reply", "answer", "again", "up", "and",
}  # fmt: skip


def attached(
    said: str, situation: Situation, alone: Callable[[str], Understanding]
) -> Understanding | None:
    """The calls for what came with a message; None when only its words count.

    `alone` reads the words as if nothing had come with them.
    """
    things = dict(enumerate(situation.attachments))
    files = [at for at, thing in things.items() if _is_calendar(thing)]
    if files:
        previews = [calling("preview_calendar", attachment=at) for at in files]
        words = alone(said) if said else None
        # "import this, please" asks for nothing else.
        return together([*previews, *([words] if words and words.calls and words.sure else [])])
    posts = [at for at, thing in things.items() if thing.kind is AttachmentKind.FORWARDED]
    if posts and things[posts[0]].text.strip():
        return _post(said, situation, posts[0])
    if said:
        return None
    for at, thing in things.items():
        if thing.kind is AttachmentKind.LOCATION:
            return calling("propose_zone", attachment=at)
        if thing.kind is AttachmentKind.CONTACT and (thing.name or thing.text).strip():
            return calling("keep_offered", attachment=at)
    kinds = [thing.kind for thing in things.values()]
    told = next((_SHOWN[kind] for kind in _SHOWN if kind in kinds), _SHOWN[AttachmentKind.UNKNOWN])
    return saying(f"{told}. {_READS}; tell me in words what I shall keep.")


def _is_calendar(thing: Attachment) -> bool:
    if thing.kind is not AttachmentKind.DOCUMENT:
        return False
    media_type = thing.media_type.partition(";")[0].strip().lower()
    return media_type in _CALENDAR_TYPES or _CALENDAR_NAME.fullmatch(thing.name.strip()) is not None


def _post(said: str, situation: Situation, at: int) -> Understanding:
    # What somebody writes to a post that they forward comes before it, as a message of its own.
    asked = situation.question.about if situation.question and not said else ""
    wanted = as_what(said or asked, situation)
    if wanted is None:
        return calling("keep_offered", attachment=at, words=said)
    kind, when = wanted
    return calling("keep_offered", attachment=at, kind=kind, when=when)


def of_this(said: str, situation: Situation) -> Understanding | None:
    """The question what "this" is, where something is said of it alone and nothing is replied to:
    words answer it, and so does a post that is forwarded next."""
    if situation.replied or len(said) > MOST_READ:
        return None
    _, rest = _apart(said, situation)
    wanted = as_what(said, situation) if _KEEP_THIS.search(rest) else None
    if wanted is None:
        return None
    kind, when = wanted
    if kind == "reminder" and "remind" not in rest.casefold():
        return None
    tool, question, command = _ASKED[kind]
    return asking(tool, question, f"{command} {when}".rstrip())


def as_what(said: str, situation: Situation) -> tuple[str, str] | None:
    """As what something is to be kept, and the words for when: "remind me of this on Friday".

    None when the words say anything else, or more.
    """
    if not said or len(said) > MOST_READ:
        return None
    when, rest = _apart(said, situation)
    words = [word.casefold() for word in _WORD.findall(_ON_MY_LIST.sub("as a task", rest))]
    kinds = {_AS[word] for word in words if word in _AS}
    others = [word for word in words if word not in _AS and word not in _CARRIERS]
    if others or len(kinds) > 1:
        return None
    if kinds:
        kind = kinds.pop()
        return kind, "" if kind == "note" else when
    if when:
        return "reminder", when
    return ("note", "") if _KEEPING.intersection(words) else None


def _apart(said: str, situation: Situation) -> tuple[str, str]:
    """The words for when, and the others."""
    read = sentence(said, situation.now, situation.person.habits)
    return when_words(read.times, read.text), (
        read.rest(0, drop=read.times) if read.times else said
    )
