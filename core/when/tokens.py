"""A sentence as words, numbers and marks, and the cursor that the grammar reads them with."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum, auto
from functools import cache, wraps
from typing import Any, Generic, NamedTuple, TypeVar

from core.when.values import Habits
from core.when.words import FRACTIONS, mended


class Kind(Enum):
    WORD = auto()
    NUMBER = auto()
    """Up to four digits."""
    DECIMAL = auto()
    ORDINAL = auto()
    """Digits with st, nd, rd or th."""
    CLOCK = auto()
    """Digits with colons."""
    DATE = auto()
    """Three numbers joined by the same mark, or two joined by a slash or ended by a dot."""
    MARK = auto()
    OTHER = auto()
    """Addresses, prices, long numbers, versions: never a time."""
    END = auto()


class Token(NamedTuple):
    kind: Kind
    text: str
    """Lower case; dashes and apostrophes in their plain form; small misspellings mended."""
    begin: int
    end: int
    spaced: bool
    """White space or the start of the text is before it."""
    value: int
    """Of a number or ordinal; else -1."""
    capital: bool


_END = Token(Kind.END, "", 0, 0, True, -1, False)

# Every repetition is bounded or cannot fail late, so that reading stays linear.
_PATTERN = re.compile(
    r"""
    (?P<other>
        (?:https?://|www\.)\S+
      | [\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}
      | \#[^\W_]\w*
      | @[^\W\d_]\w*
      | [$€£¥]\s?[0-9][0-9.,]*
      | [0-9]{1,9}(?:[.,][0-9]{1,9}){0,3}\s?[€£¥%°]
      | [0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])
    )
  | (?P<date>
        (?:
            [0-9]{4}(?P<by>[-/.])[0-9]{1,2}(?P=by)[0-9]{1,2}(?!(?P=by)[0-9](?![0-9]?:))
          | [0-9]{1,2}(?P<per>[-/.])[0-9]{1,2}(?P=per)(?:[0-9]{4}|[0-9]{2})
            (?!(?P=per)[0-9](?![0-9]?:))
        )
        (?![0-9])
      | [0-9]{1,2}\s?/\s?[0-9]{1,2}(?![0-9/]|\.[0-9])
      | (?:[0-9]{2}\.[0-9]{1,2}|[0-9]\.[0-9]{2})\.(?=\s|$|,)
    )
  | (?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?(?![0-9:]))
  | (?P<long>[0-9]+(?:[-.][0-9]+){2,}|[0-9]{5,}(?:\.[0-9]+)?)
  | (?P<ordinal>[0-9]{1,3}(?:st|nd|rd|th)(?![^\W_]))
  | (?P<decimal>[0-9]{1,4}\.[0-9]{1,4}(?![0-9]))
  | (?P<number>[0-9]{1,4})
  | (?P<iso>T(?=[0-9]{2}:))
  | (?P<part>[½¼¾])
  | (?P<word>[^\W\d_½¼¾]+(?:'[^\W\d_½¼¾]+)*'?)
  | (?P<mark>\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("’ʼ‘`´", "'"))


def tokens(text: str) -> list[Token]:
    """Every token of a text, in order; never fails, whatever the text."""
    plain = text.translate(_PLAIN)
    found: list[Token] = []
    last = 0
    for match in _PATTERN.finditer(plain):
        group = match.lastgroup or "mark"
        raw = match.group()
        begin, end = match.span()
        glued = begin == last and begin > 0
        last = end
        kind, value, lower = Kind.MARK, -1, raw.lower()
        if group in {"other", "long"}:
            kind = Kind.OTHER
        elif group == "date":
            kind, lower = Kind.DATE, re.sub(r"\s", "", raw)
        elif group == "clock":
            kind = Kind.CLOCK
        elif group == "ordinal":
            kind, value = Kind.ORDINAL, int(raw[:-2])
        elif group == "decimal":
            kind = Kind.DECIMAL
        elif group == "number":
            kind, value = Kind.NUMBER, int(raw)
        elif group == "iso":
            lower = ","
        elif group == "word":
            kind, lower = Kind.WORD, mended(lower.rstrip("'"))
        elif group == "part":
            kind, lower = Kind.DECIMAL, str(FRACTIONS[raw])
        found.append(Token(kind, lower, begin, end, not glued, value, raw[:1].isupper()))
    return found


@cache
def _by_first(phrases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases as words, by their first word, in the order given."""
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        rows[words[0]] = (*rows.get(words[0], ()), words)
    return rows


class Line:
    """What the grammar reads: the tokens, and who speaks when.

    Places are token indices; reading beyond the end gives an empty token.
    """

    def __init__(self, text: str, now: datetime, habits: Habits) -> None:
        self.tokens = tokens(text)
        self.words = [token.text for token in self.tokens]
        self.now = now.replace(tzinfo=None, fold=0)
        """Naive, in the person's zone."""
        self.today = self.now.date()
        self.zone = now.tzinfo
        self.habits = habits
        self.memory: dict[str, dict[int, Any]] = {}
        self.depth = 0
        """How many days are being read that hang on another day."""

    def __getitem__(self, at: int) -> Token:
        return self.tokens[at] if 0 <= at < len(self.tokens) else _END

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def take(self, at: int, *phrases: str) -> int:
        """The place after the first of the phrases that stands here, or `at` itself."""
        if not 0 <= at < len(self.words):
            return at
        for words in _by_first(phrases).get(self.words[at], ()):
            size = len(words)
            if size == 1 or tuple(self.words[at : at + size]) == words:
                return at + size
        return at

    def over(self, at: int, marks: str) -> int:
        """The place after one of these marks, or `at` itself."""
        text = self.word(at)
        return at + 1 if text and text in marks else at

    def whole(self, begin: int, end: int) -> bool:
        """These tokens are all that was said."""
        return begin == 0 and self.over(end, ".!?") == len(self.tokens)


_Found = TypeVar("_Found")


class Phrases(Generic[_Found]):
    """Phrases with what each stands for; the longest that stands at a place is found."""

    def __init__(self, meanings: Mapping[str, _Found]) -> None:
        """A key may be several phrases with semicolons between them."""
        rows: dict[str, list[tuple[tuple[str, ...], _Found]]] = {}
        for row, meaning in meanings.items():
            for phrase in row.split(";"):
                words = tuple(word.rstrip("'") or "'" for word in phrase.split())
                rows.setdefault(words[0], []).append((words, meaning))
        self._rows = {
            first: sorted(same, key=lambda row: -len(row[0])) for first, same in rows.items()
        }
        self.first_words = frozenset(rows)

    def at(self, line: Line, at: int) -> tuple[_Found, int] | None:
        """The meaning of the phrase that stands here, and the place after it."""
        for words, meaning in self._rows.get(line.word(at), ()):
            size = len(words)
            if size == 1 or tuple(line.words[at : at + size]) == words:
                return meaning, at + size
        return None


def remembered(reader: Callable[[Line, int], _Found]) -> Callable[[Line, int], _Found]:
    """The reader, reading each place of a line once: what keeps the whole linear."""
    name = f"{reader.__module__}.{reader.__qualname__}"

    @wraps(reader)
    def read(line: Line, at: int) -> _Found:
        known: dict[int, _Found] | None = line.memory.get(name)
        if known is None:
            known = line.memory[name] = {}
        if at not in known:
            known[at] = reader(line, at)
        return known[at]

    return read
