"""Titles: what is left of a request once its carrier words are taken away."""

import re

_QUOTED = re.compile(
    r"[\"“„](?P<a>[^\"“”„]{1,500})[\"”“]?|(?<![\w])['‘](?P<b>[^'‘’]{2,200})['’](?!\w)"
)
_CALLED = re.compile(
    r"(?<![\w'])(?:(?:that is |that's |and )?(?:called|titled|entitled|named)|"
    r"and (?:call|name|title) it(?: as)?|call it|name it|with (?:the )?(?:title|"
    r"name|subject)(?: of)?|"
    r"title:|titled:|by the name(?: of)?)(?![\w'])[\s:]*",
    re.IGNORECASE,
)
_EDGE = " \t\n,.;:!?-–—•*·…/\\|"
_OPENERS = re.compile(
    r"(?:please|pls|kindly|that(?= (?:i|we|the|my|says|is)\b)|to|for|about|of|on|"
    r"at|in|by|from|with|and|"
    r"called|named|titled|as|is|saying|the fact that|a thing called|also|just|me to|that says|"
    r"reading|which is|starting|due|:)(?![\w'])[\s,:-]*",
    re.IGNORECASE,
)
# A time takes the word that governs it along, so that "on" at the end belongs to "turn it on".
_CLOSERS = re.compile(
    r"[\s,]*(?<![\w'])(?:please|pls|plz|thanks|thank you|thank u|thx|kindly|"
    r"for me|the|an?|my|and|or|"
    r"at|from|due|starting|until|till|every|is|it's|its|that's|if you can|if possible|ok|okay|"
    r"will you|would you|could you|can you|as|but|so|asap|scheduled|starts?|"
    r"begins?|leaves|departs|"
    r"is set|pixie|@)$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?<![\w'])(?:if|unless|whenever|once i|when i|when we|next time|"
    r"before (?:the|my|our)|after (?:the|my|our)|"
    r"instead of|in place of|except|but not|isn't|doesn't|cannot)(?![\w'])",
    re.IGNORECASE,
)
MOST_WORDS = 14


def tidy(words: str) -> str:
    """The words without stray prepositions, courtesy and punctuation at either end."""
    text = " ".join(words.split())
    while True:
        before = text
        text = text.strip(_EDGE)
        if match := _OPENERS.match(text):
            text = text[match.end() :]
        if (match := _CLOSERS.search(text[-40:])) and match.start() + len(text[:-40]) > 0:
            text = text[: len(text[:-40]) + match.start()]
        if text == before:
            return unwrapped(text)


def unwrapped(text: str) -> str:
    """Without one pair of quotation marks around the whole."""
    match = _QUOTED.fullmatch(text)
    return (match["a"] or match["b"]).strip() if match else text


def named(words: str) -> tuple[str, str] | None:
    """What something is called, when the words say so, and the words without it.

    "a meeting called Budget tomorrow" and quotation marks.
    """
    match = _CALLED.search(words)
    if match is None:
        return None
    rest = words[match.end() :]
    quoted = _QUOTED.match(rest)
    if quoted:
        name = quoted["a"] or quoted["b"]
        return name.strip(_EDGE), f"{words[: match.start()]} {rest[quoted.end() :]}"
    return tidy(rest), words[: match.start()]


def capitalised(text: str) -> str:
    """With its first letter large, the rest as typed."""
    return text[:1].upper() + text[1:]


def clear(title: str) -> bool:
    """Short enough, and free of conditions and further sentences, to be taken as it stands."""
    return (
        bool(title)
        and len(title.split()) <= MOST_WORDS
        and not re.search(r"[.;!?\n]\s", title)
        and not _CONDITION.search(title)
    )


def quoted(text: str) -> str:
    """In quotation marks, cut to a length that fits a question."""
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
