"""Whether a request was read whole, so that no model needs to be asked.

The built-in understanding finds what it knows and takes the rest for a name, a title or idle
words. Here the words of a request are held against what was made of it: a word that neither an
argument carries nor asking explains, a name that is really a clause, a title that leans on what
was said elsewhere. The calls stay as they are, for when there is no model.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.language import words
from core.language.looking import ASKING
from core.language.sentence import Sentence
from core.language.titles import named
from core.language.understanding import Understanding
from core.language.words import opening
from core.when.values import Length


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN = _set(
    "why should would could might ought if whether unless except without but because so than "
    "instead you best better worst worse most least enough too good idea"
)
"""They ask for a reason, a judgement or a case, or speak of Pixie: no row answers them."""
_REASON = _set("why should would could might think")
_CLAUSE = _set(
    "i i'm i'd i'll i've you you're your we we're he he's she she's they they're it it's "
    "that's this these those is are was were am do does did don't doesn't didn't isn't aren't can "
    "can't could should would won't might must may not what whatever which whichever who "
    "whose when whenever where why how everything everyone something anything nothing if unless "
    "except without but because although so than too as same usual instead each any around "
    "let more less only twice times until since somewhere sometime"
)
"""They make a sentence or a choice of what should be the plain name of one thing."""
_MANY = _set("all every both or")
_WHOLE = ("all", "all completed")
_TWO = re.compile(r"\band (?:the|my|our)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:usual|favou?rite|whatever|whichever|the same|like (?:the )?(?:last|before|always)|"
    r"as (?:before|always|discussed|agreed|last|we|i|you)|last time|"
    r"(?:we|you|i)(?:'ve|'d| have| had)?(?: \w+ly| just| all)? (?:said|told|talked|spoke|spoken|"
    r"decided)|discussed|agreed|mentioned|suggested|recommended|"
    r"what (?!to\b)[\w']+ (?:said|told|asked|wanted|wants|needs|ordered))\b",
    re.IGNORECASE,
)
"""What they stand for was said elsewhere."""
_ASIDE = re.compile(
    r"\b(?:you|whether|something|someone|somehow)\b|"
    r",\s*(?:(?:please|and|but|so) )*(?:is|are|do|does|can|could|would|will|should|what|why|how|"
    r"but|i|it|that)\b|^(?:what|how|why|which|who|where|when|by|around|so|because|everything|"
    r"each|every|all|any|until|since)(?![\w'-])",
    re.IGNORECASE,
)
""" "…, could you see to it" speaks on, and "how long they take" is no beginning of a title."""
_COMING_BEFORE = re.compile(r"\bbefore\b(?P<what>.*)", re.IGNORECASE)
_LAST_COURTESY = re.compile(
    r"(?:,? (?:can|could|will|would) (?:you|u)|,? if (?:you can|possible|you could)|"
    r",? (?:please|thanks|thank you))+[ .!?]*$"
)
_WORDING = re.compile(
    r"(?:write|draft|compose|translate|summari[sz]e|explain|describe|suggest|propose|rephrase|"
    r"rewrite|brainstorm|come up with|think of)(?: me)? (?:me|an?|some|something|\d+|two|three|"
    r"five|ten)\b"
)
""" "Write a toast": words that a model finds, unlike "write the report"."""
_ARRANGING = re.compile(
    r"(?:plan|organi[sz]e|arrange|prioriti[sz]e|sort|rearrange|optimi[sz]e|tidy|balance)"
    r"(?: out| up)? (?:my|our|the|these|those|everything|all)\b"
)
""" "Plan my Friday" is about all that is there; "plan a lunch" makes one thing."""
_CREATE = opening(words.CREATE)
_ASKS = opening(f"{words.QUERY}|{words.QUESTION}")
_WH = _set("what what's when when's where where's which who who's how")
_TELLS = _set("is are was were be will")
_CHORE = opening(words.CHORE)
_LOOKING = frozenset(("list_tasks", "list_events", "list_reminders", "agenda", "find_free_time"))
_NAMED = ("task", "event", "reminder", "what")
_CHANGING = re.compile(r"(?:create|update|delete|complete|snooze)_|forget")
_JOINTS = _set("a an the my our his her their with of and in event meeting appointment date list")
"""What may stand between the words of one name."""
_IDLE = _set(
    "off back forward later earlier longer shorter finally also again conflict conflicts overlap "
    "overlaps clash clashes name names named called hear contain contains your"
)
"""What else a request may say that no argument carries."""
_PIXIE_HAS = re.compile(r"\b(?:do|have|did|can) you (?=(?:have|see|got|set|find|show|list)\b)")
_WORD = re.compile(r"[^\W_][\w'-]*")


def read_whole(read: Sentence, made: Understanding) -> bool:
    """Whether what was made of the request leaves nothing in it unread.

    It only doubts: what was not sure for another reason does not become so.
    """
    if made.asks is not None and not _kept(made.asks.partition(" ")[2]):
        return False
    if not all(_fitting(call.name, call.arguments, read) for call in made.calls):
        return False
    tools = frozenset(call.name for call in made.calls) or frozenset((made.about,))
    return _explained(read, tools, {word for text in _values(made) for word in _words(text)})


def _values(made: Understanding) -> Iterable[str]:
    for call in made.calls:
        yield from (str(value) for value in call.arguments.values())
    yield made.asks or ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def _explained(read: Sentence, tools: frozenset[str], carried: set[str]) -> bool:
    """Whether each word of a request is carried by an argument, or is one that asking needs."""
    said = _LAST_COURTESY.sub("", read.bare[read.start :])
    if _ARRANGING.match(said):
        return False
    if tools == {"search_memory"}:
        return _REASON.isdisjoint(_words(said))
    if tools <= _LOOKING:
        all_words = _words(_PIXIE_HAS.sub("", said))
        if not (
            read.asked or read.question or _asking(read, all_words) or _TELLS.isdisjoint(all_words)
        ):
            return False
        times = sum(not isinstance(some.meaning, Length) for some in read.times)
        return (
            times < 2
            and _OPEN.isdisjoint(all_words)
            and all(word in ASKING or word in _IDLE or word in carried for word in all_words)
        )
    if not all(_CHANGING.match(tool) for tool in tools):
        return True
    if tools <= {"create_task", "create_reminder"} and _asked_of_pixie(read, said):
        return False
    left = [word for word in _words(said)[1:] if word not in carried]
    return (
        _OPEN.isdisjoint(left)
        and sum(word not in ASKING and word not in _IDLE for word in left) < 2
    )


def _asking(read: Sentence, said: Iterable[str]) -> bool:
    """Whether it is worded as a question or "show me", unlike "tomorrow is a long day"."""
    return _ASKS.match(read.low, read.start) is not None or not _WH.isdisjoint(said)


def _asked_of_pixie(read: Sentence, said: str) -> bool:
    """Something to do that was not said to be put on a list: "can you write to Ann"."""
    if _CREATE.match(said) or not _CHORE.match(said):
        return False
    told = "you " in read.low[: read.start]
    until = read.when is not None and read.when.preposition == "by"
    return told or (_WORDING.match(said) is not None and not until)


def _fitting(tool: str, arguments: Mapping[str, Any], read: Sentence) -> bool:
    """Whether the arguments are what they are taken for: names of things, titles, texts."""
    coming = _COMING_BEFORE.search(str(arguments.get("when", "")))
    if coming and not _name(coming["what"]):
        return False
    for key in _NAMED:
        if key in arguments and not _name(str(arguments[key])):
            return False
    if tool.startswith("update_") and (len(arguments) < 2 or _unmoved(arguments)):
        return False
    kept = str(arguments.get("title") or arguments.get("text") or "")
    if not kept or tool in ("remember", "search_memory"):
        return True
    if tool in _LOOKING:
        return _name(kept) and _together(kept, read)
    if named(read.text):
        return True
    return _kept(f"{kept} {arguments.get('location', '')}") and (
        tool != "create_event" or _CLAUSE.isdisjoint(_lower(kept))
    )


def _unmoved(arguments: Mapping[str, Any]) -> bool:
    """Whether the name holds on to where its thing should go: "the dentist to a free slot"."""
    return any(" to " in str(arguments.get(key, "")) for key in _NAMED)


def _kept(text: str) -> bool:
    """Whether a text says all by itself when it is read later."""
    return not (_ELSEWHERE.search(text) or _ASIDE.search(text))


def _name(text: str) -> bool:
    """Whether a text names one thing, or all of a kind where the tool takes that."""
    if text in _WHOLE:
        return True
    said = _lower(text)
    return _CLAUSE.isdisjoint(said) and _MANY.isdisjoint(said) and not _TWO.search(text)


def _lower(text: str) -> set[str]:
    """The words in lower case, without "IT" and "US"."""
    found = _WORD.findall(text.replace("’", "'"))
    return {word.lower() for word in found if len(word) < 2 or not word.isupper()}


def _together(name: str, read: Sentence) -> bool:
    """Whether the words of a name stand side by side, rather than gathered from all over."""
    first, *rest = _words(name) or [""]
    found = False
    for word in _words(read.bare[read.start :]):
        if not found:
            found = word == first
        elif rest and word == rest[0]:
            rest = rest[1:]
        elif rest and word not in _JOINTS:
            return False
    return found and not rest
