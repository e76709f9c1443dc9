"""Text as Slack takes it: what is anybody's words is never markup.

Words go into `rich_text` and `plain_text` objects, which Slack shows as they are, so that neither
`<!channel>` nor `*` in a title means anything. Only a message's `text`, which notifications and
screen readers have, is markup: there `&`, `<` and `>` are escaped, as
https://docs.slack.dev/messaging/formatting-message-text#escaping asks, and formatting is off.
"""

import re
from collections.abc import Mapping
from typing import Any

from wcwidth import grapheme_boundary_before

Block = dict[str, Any]
"""A Block Kit object, https://docs.slack.dev/reference/block-kit."""

LIMIT = 3000
"""Characters of one block of text, https://docs.slack.dev/reference/block-kit/blocks."""
APPENDED = 12_000
"""Characters of markdown that one append to a stream takes."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What shows nothing, or turns a line around (Unicode TR9, 2.1 to 2.4)."""
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ENDS = ("\n\n", "\n", " ")
"""Where a text is best cut: between paragraphs, lines, words."""
_URL = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]}'’]")
_MARKDOWN = re.compile(r"([\\`*_~\[\]#|])")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_STYLED = re.compile(
    r"""(?<![^\s(\["'“])(?P<mark>[*_~`])(?P<words>[^\s*_~`](?:[^*~`\n]{0,200}?[^\s*_~`])?)(?P=mark)"""
    r"""(?=$|[\s.,;:!?)\]"'”])""",
    re.MULTILINE,
)
_MARKUP = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|\n]*)(?:\|(?P<label>[^<>\n]*))?>")
_SPECIAL = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}


def units(text: str) -> int:
    """How long it is to whom counts UTF-16, as a browser does: never less than characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text as it can be sent: no half characters, nothing that turns lines around."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def clean_line(text: str) -> str:
    """The same as one line."""
    return " ".join(clean(text).split())


def escaped(text: str) -> str:
    """Cleaned words as they stand in markup without being any."""
    return re.sub("[&<>]", lambda found: _ESCAPES[found[0]], text)


def as_markdown(text: str) -> str:
    """Cleaned words as they stand in Markdown without being any.

    Every sign is escaped by itself, so that the beginning of a text is the beginning of its
    Markdown: streams can only grow.
    """
    return _MARKDOWN.sub(r"\\\1", escaped(text))


def cut(text: str, most: int, sign: str = "…") -> str:
    """The text with at most so many UTF-16 units, ending with `sign` if something is missing."""
    if units(text) <= most:
        return text
    return text[: _reach(text, 0, most - units(sign))].rstrip() + sign


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` UTF-16 units, which together are the whole; at least one.

    They end where a paragraph, a line or a word ends if there is such a place in the second half;
    characters as people see them (Unicode TR29) are cut only when longer than the limit.
    """
    parts: list[str] = []
    start = 0
    while units(text[start : start + limit + 1]) > limit:
        end = _best_end(text, start, _reach(text, start, limit))
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def elements(text: str, style: Mapping[str, bool] | None = None) -> list[Block]:
    """The words as elements of a rich_text_section; addresses of the web can be clicked."""
    found: list[Block] = []
    at = 0
    for url in _URL.finditer(text):
        found += _words(text[at : url.start()], style)
        found.append({"type": "link", "url": url[0], **_styled(style)})
        at = url.end()
    return found + _words(text[at:], style)


def rich(found: list[Block]) -> Block:
    """A block of these elements; texts side by side that look the same become one."""
    joined: list[Block] = []
    for element in found:
        last = joined[-1] if joined else {}
        if element["type"] == last.get("type") == "text" and element.get("style") == last.get(
            "style"
        ):
            joined[-1] = {**last, "text": last["text"] + element["text"]}
        else:
            joined.append(element)
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": joined}]}


def plain(text: str, most: int) -> Block:
    """A plain_text object of a line, cut to so many characters."""
    return {"type": "plain_text", "text": cut(clean_line(text), most) or "…", "emoji": False}


def readable(text: str, names: Mapping[str, str] | None = None) -> str:
    """What Slack sent as markup, as one would read it aloud.

    Mentions become `@name` where `names` has the id or Slack gives it, links their label and
    address, and what is *bold*, _slanted_, ~struck~ or `code` its words. https://docs.slack.dev/messaging/formatting-message-text#parsing
    """
    names = names or {}

    def spoken(found: re.Match[str]) -> str:
        target, label = found["target"], found["label"] or ""
        match found["sign"]:
            case "@":
                return f"@{(label or names.get(target, target)).lstrip('@')}"
            case "#":
                return f"#{(label or target).lstrip('#')}"
            case "!":
                return _special(target, label)
        return _link(target, label)

    text = _STYLED.sub(r"\g<words>", _MARKUP.sub(spoken, text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _special(target: str, label: str) -> str:
    """<!here>, <!subteam^S1|@ops>, <!date^…|fallback>."""
    word = target.partition("^")[0]
    return label or _SPECIAL.get(word, f"@{word}")


def _link(url: str, label: str) -> str:
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (url, bare) or bare.removeprefix("https://").rstrip("/") == label:
        return bare
    if bare.removeprefix("http://").rstrip("/") == label.rstrip("/"):
        # Slack links what looks like an address: "example.org" is what was typed.
        return label
    return f"{label} ({bare})"


def _words(text: str, style: Mapping[str, bool] | None) -> list[Block]:
    return [{"type": "text", "text": text, **_styled(style)}] if text else []


def _styled(style: Mapping[str, bool] | None) -> Block:
    return {"style": dict(style)} if style else {}


def _reach(text: str, start: int, limit: int) -> int:
    """How far `limit` units go from `start`; at least one character."""
    left = limit
    for at in range(start, min(start + limit + 1, len(text))):
        left -= 2 if text[at] > "\uffff" else 1
        if left < 0:
            end = max(at, start + 1)
            place = end if _whole(text, end) else grapheme_boundary_before(text, end + 1)
            return place if place > start else end
    return len(text)


def _best_end(text: str, start: int, end: int) -> int:
    """The best place to cut at or before `end`, which is not the text's own."""
    half = start + (end - start) // 2
    for sign in _ENDS:
        found = text.rfind(sign, half, end + 1)
        place = min(found + len(sign), end)
        if found >= half and _whole(text, place):
            return place
    return end


def _whole(text: str, place: int) -> bool:
    """No character as people see it is cut there."""
    return place >= len(text) or grapheme_boundary_before(text, place + 1) == place
