"""HTML and MarkdownV2 as the server reads them. https://core.telegram.org/bots/api#formatting-options"""

import re
from html.parser import HTMLParser

from tests.fakes.telegram.entities import units
from tests.fakes.telegram.errors import ApiError, Json, bad

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "span": "spoiler",
}
_MARKS = (
    ("__", "underline"),
    ("||", "spoiler"),
    ("*", "bold"),
    ("_", "italic"),
    ("~", "strikethrough"),
)
_RESERVED = "_*[]()~`>#+-=|{}.!"


def read(text: str, mode: str) -> tuple[str, list[Json]]:
    """The text without its marks, and the entities. Raises: ApiError "can't parse entities: …"."""
    match mode.lower():
        case "html":
            return _html(text)
        case "markdownv2":
            return _markdown(text)
    raise bad("unsupported parse_mode")


def _wrong(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: can't parse entities: {reason}")


class _Html(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = source.split("\n")
        self.text = ""
        self.entities: list[Json] = []
        self.open: list[tuple[str, Json]] = []

    def _where(self) -> str:
        line, column = self.getpos()
        before = "\n".join([*self._lines[: line - 1], self._lines[line - 1][:column]])
        return f"at byte offset {len(before.encode())}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise _wrong(f'Unsupported start tag "{tag}" {self._where()}')
        given = {name: value or "" for name, value in attrs}
        entity: Json = {"type": _TAGS[tag], "offset": units(self.text)}
        if tag == "a":
            entity["url"] = given.get("href", "")
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = given.get("emoji-id", "")
        elif tag == "tg-time":
            entity["unix_time"] = int(given.get("unix") or 0)
            if given.get("format"):
                entity["date_time_format"] = given["format"]
        elif tag == "blockquote" and "expandable" in given:
            entity["type"] = "expandable_blockquote"
        elif tag == "code" and given.get("class", "").startswith("language-"):
            entity["language"] = given["class"].removeprefix("language-")
        self.open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        where = self._where()
        if not self.open:
            raise _wrong(f"Unexpected end tag {where}")
        begun, entity = self.open.pop()
        if begun != tag:
            raise _wrong(f'Unmatched end tag {where}, expected "</{begun}>", found "</{tag}>"')
        entity["length"] = units(self.text) - entity["offset"]
        if entity["length"]:
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data


def _html(text: str) -> tuple[str, list[Json]]:
    if (odd := re.search(r"<(?!/?[a-zA-Z])", text)) is not None:
        raise _wrong(f'Unsupported start tag "" at byte offset {len(text[: odd.start()].encode())}')
    parser = _Html(text)
    parser.feed(text)
    parser.close()
    if parser.open:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{parser.open[-1][0]}"')
    return parser.text, _nested(parser.entities)


def _nested(found: list[Json]) -> list[Json]:
    """<pre><code class="language-x"> is one entity."""
    kept = []
    for entity in found:
        span = (entity["offset"], entity["length"])
        outer = [each for each in found if each["type"] == "pre" and each is not entity]
        match = [each for each in outer if (each["offset"], each["length"]) == span]
        if entity["type"] == "code" and match:
            match[0].update({"language": entity["language"]} if "language" in entity else {})
            continue
        kept.append(entity)
    return kept


def _markdown(text: str) -> tuple[str, list[Json]]:
    out = ""
    entities: list[Json] = []
    opened: list[tuple[str, Json]] = []
    at = 0

    def offset() -> int:
        return len(text[:at].encode())

    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and 0 < ord(text[at + 1]) < 127:
            out += text[at + 1]
            at += 2
            continue
        if text[at] == "`":
            fence = "```" if text.startswith("```", at) else "`"
            end = text.find(fence, at + len(fence))
            kind = "pre" if fence == "```" else "code"
            if end < 0:
                raise _wrong(
                    f"Can't find end of {kind.capitalize()} entity at byte offset {offset()}"
                )
            inner = text[at + len(fence) : end]
            entity: Json = {"type": kind, "offset": units(out)}
            if kind == "pre" and (named := re.match(r"(\S+)\n", inner)):
                entity["language"] = named[1]
                inner = inner[named.end() :]
            inner = re.sub(r"\\(.)", r"\1", inner.removeprefix("\n") if kind == "pre" else inner)
            out += inner
            entities.append({**entity, "length": units(inner)})
            at = end + len(fence)
            continue
        if text[at] == "]" and opened and opened[-1][0] == "[":
            _, entity = opened.pop()
            target = re.match(r"\]\(((?:\\.|[^)\\])*)\)", text[at:])
            if target is None:
                raise _wrong(f"Can't find end of a URL at byte offset {offset()}")
            url = re.sub(r"\\(.)", r"\1", target[1])
            entities.append({**entity, "length": units(out) - entity["offset"], "url": url})
            at += target.end()
            continue
        if text[at] == "[":
            opened.append(("[", {"type": "text_link", "offset": units(out)}))
            at += 1
            continue
        mark = next((each for each in _MARKS if text.startswith(each[0], at)), None)
        if mark is not None:
            if opened and opened[-1][0] == mark[0]:
                _, entity = opened.pop()
                length = units(out) - entity["offset"]
                entities += [{**entity, "length": length}] if length else []
            else:
                opened.append((mark[0], {"type": mark[1], "offset": units(out)}))
            at += len(mark[0])
            continue
        quoted = text[at] == ">" and (not out or out.endswith("\n"))
        if text[at] in _RESERVED and not quoted:
            raise _wrong(
                f"Character '{text[at]}' is reserved and must be escaped with the preceding '\\'"
            )
        out += "" if quoted else text[at]
        at += 1
    if opened:
        name = opened[-1][1]["type"].replace("text_link", "TextUrl").capitalize()
        raise _wrong(f"Can't find end of {name} entity at byte offset {offset()}")
    return out, sorted(entities, key=lambda entity: entity["offset"])
