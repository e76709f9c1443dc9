"""What the person wants kept or forgotten: "remember that …", "note: …", "forget …"."""

import re

from core.language.followups import meant
from core.language.sentence import Sentence
from core.language.understanding import Understanding, asking, calling
from core.ports import Situation

_REMEMBER = re.compile(
    r"(?:(?:please |pls |pixie,? |can you |could you |hey |ok |okay |also |and )*)"
    r"(?:remember(?: this| for me)?(?:,? that(?! (?:i )?(?:need|"
    r"have) to))?(?! (?:to|me|when|how|what)(?!\w))|"
    r"(?:make|take|write|save|keep|add|leave|create)(?: me)? (?:an? |"
    r"this )?(?:quick |new )?(?:note|memo)(?: to self)?"
    r"(?: (?:that|of|saying|about|to|:))?|"
    r"(?:note|memo)(?: to self)?(?:\s*[:,;-]| that(?!\w)|(?= (?:the|my|our|down)(?!\w)))|"
    r"(?:note|jot|write) down(?: that)?(?! .*(?:\blist\b|calendar))|"
    r"keep in mind(?: that)?|bear in mind(?: that)?|save this(?=:)|take note(?: that|"
    r" of)?|for the record|fyi|"
    r"don't forget that|do not forget that|remember:)(?!\w)[\s:,-]*(?P<text>.*)",
    re.DOTALL,
)
_FORGET = re.compile(
    r"(?:forget|erase from (?:your )?memory|delete (?:the |my )?(?:notes?|memory|"
    r"memories)(?: about| on| of| that)?|"
    r"remove (?:the |my )?notes?(?: about| on)?|unlearn|forget about|forget that|"
    r"forget what (?:i|you) (?:said|know|told you))"
    r"(?!\w)(?: everything)?(?: about)?[\s:]*(?P<what>.*)",
    re.DOTALL,
)
_FACT = re.compile(
    r"(?:my|our|[\w'-]+'s) (?:[\w'-]+ ){1,5}?(?:is|are|was|were|is called|"
    r"are called) (?!to |in |on |at |due|"
    r"overdue|done|finished|urgent|cancel|moved|going|not )[^?]+|"
    r"i (?:parked|left|put|like|love|hate|prefer|am allergic|met|weigh|wear|"
    r"live next|gave|lent|owe) [^?]+|"
    r"i'm allergic to [^?]+",
    re.IGNORECASE,
)


def kept(request: Sentence) -> Understanding | None:
    """remember, for what is said to be remembered."""
    begin = note_begin(request.low)
    if begin is None or request.question:
        return None
    text = request.text[begin:].strip().strip('"“”').strip()
    if not text:
        return asking("remember", "What shall I remember?", "/remember")
    return calling("remember", text=text, sure=True)


def note_begin(low: str) -> int | None:
    """Where the text to be kept begins, after "remember that" and the like; None when it is none.

    `low` is the message, or its beginning, in lower case with plain quotation marks.
    """
    match = _REMEMBER.match(low, len(low) - len(low.lstrip(" ,\n")))
    return match.start("text") if match else None


def forgotten(request: Sentence, situation: Situation) -> Understanding | None:
    """forget, which the tool asks about before it does."""
    match = _FORGET.match(request.low, request.start)
    if match is None:
        return None
    what = request.text[match.start("what") : match.end("what")].strip(' .!?"“”')
    if what.casefold() in ("", "it", "that", "this", "never mind"):
        notes = [row for row in (situation.replied or situation.shown) if row.kind == "note"]
        if len(notes) != 1:
            return None
        return calling("forget", what=notes[0].code)
    found = meant(what, situation)
    if found.pointed and found.refs:
        return calling("forget", what=found.refs[0])
    what = re.sub(
        r"(?i)^(?:that|the note (?:about|that|on)|about|my note (?:about|on))\s+", "", what
    )
    return calling("forget", what=what)


def fact(request: Sentence) -> Understanding | None:
    """remember, for a statement that only tells something."""
    said = request.text[request.start :].strip().rstrip(".!")
    if request.question or request.times or not _FACT.fullmatch(said):
        return None
    return calling("remember", text=said, sure=False)
