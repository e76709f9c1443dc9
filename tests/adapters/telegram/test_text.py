"""Long texts are cut where nobody minds, and what was marked stays marked."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from adapters.telegram.text import LIMIT, Span, Styled, clean, clean_line, split, units
from tests.fakes.telegram import entities

FAMILY = "👩‍👩‍👧‍👦"
SPAIN = "🇪🇸"
WAVE = "👋🏽"
PIECES = [
    "a",
    "word ",
    "\n",
    "\n\n",
    "e\u0301",
    "שלום ",
    "ع",
    FAMILY,
    SPAIN,
    WAVE,
    "🎉",
    "क्षि",
    " ",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=100)


@st.composite
def styled(draw: st.DrawFn) -> Styled:
    text = draw(TEXTS)
    struck = draw(st.booleans())
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = [
        Span(start=start, end=end, kind=draw(st.sampled_from(["bold", "italic"])))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]
    if spans and struck:
        spans.insert(0, Span(start=spans[0].start, end=spans[-1].end, kind="strikethrough"))
    return Styled(text, tuple(spans))


def covered(styled: Styled) -> list[set[str]]:
    """What each character is."""
    kinds: list[set[str]] = [set() for _ in styled.text]
    for span in styled.spans:
        for at in range(span.start, span.end):
            kinds[at].add(span.kind)
    return kinds


@given(styled(), st.integers(1, 40))
def test_the_parts_are_the_whole_with_all_that_was_marked(whole: Styled, limit: int) -> None:
    parts = split(whole, limit)
    assert "".join(part.text for part in parts) == whole.text
    assert [kinds for part in parts for kinds in covered(part)] == covered(whole)
    for part in parts:
        # A character of two units needs them both.
        assert units(part.text) <= max(limit, 2)
        assert all(0 <= span.start < span.end <= len(part.text) for span in part.spans)


@given(TEXTS, st.integers(30, 60))
@example(FAMILY * 3, 30)
def test_no_character_that_people_see_is_cut(text: str, limit: int) -> None:
    parts = split(Styled(text), limit)
    if any(units(cluster) > limit for cluster in iter_graphemes(text)):
        return
    assert [c for part in parts for c in iter_graphemes(part.text)] == list(iter_graphemes(text))


@given(styled(), st.integers(30, 60))
def test_no_entity_is_cut_that_is_short_enough(whole: Styled, limit: int) -> None:
    if any(units(whole.text[span.start : span.end]) > limit // 2 for span in whole.spans):
        return
    if any(units(cluster) > 2 for cluster in iter_graphemes(whole.text)):
        return
    parts = split(whole, limit)
    assert sum(len(part.spans) for part in parts) == len(whole.spans)


@given(styled())
def test_entities_cover_the_same_characters_in_telegrams_units(whole: Styled) -> None:
    text = whole.text.encode("utf-8", "replace").decode()
    marked = Styled(text, whole.spans).entities()
    shown = [entities.part(text, entity.to_dict()) for entity in marked]
    assert shown == [text[span.start : span.end] for span in whole.spans]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, [""]),
        ("one two three", 10, ["one two ", "three"]),
        ("one two three", 7, ["one two", " three"]),
        ("first line\nsecond line", 20, ["first line\n", "second line"]),
        ("a b c d\n\ne f g h i", 15, ["a b c d\n\n", "e f g h i"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
        (FAMILY * 2, 12, [FAMILY, FAMILY]),
        ("e" + "\u0301" * 9 + "x", 10, ["e" + "\u0301" * 9, "x"]),
        (SPAIN * 3, 10, [SPAIN * 2, SPAIN]),
        (WAVE * 3, 7, [WAVE] * 3),
        ("🎉🎉", 3, ["🎉", "🎉"]),
        ("שלום עולם", 6, ["שלום ", "עולם"]),
    ],
)
def test_where_a_text_is_cut(text: str, limit: int, parts: list[str]) -> None:
    assert [part.text for part in split(Styled(text), limit)] == parts


def test_one_unit_too_many_makes_a_second_part() -> None:
    assert len(split(Styled("a" * LIMIT))) == 1
    assert [len(part.text) for part in split(Styled("a" * (LIMIT + 1)))] == [LIMIT, 1]
    assert [units(part.text) for part in split(Styled("🎉" * 2049))] == [LIMIT, 2]


def test_an_entity_that_is_too_long_goes_on_in_the_next_part() -> None:
    parts = split(Styled("ab" * 10, (Span(start=2, end=18, kind="bold"),)), 8)
    assert [part.text for part in parts] == ["ab", "ab" * 4, "ab" * 4, "ab"]
    assert [len(part.spans) for part in parts] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07", "ab"),
        ("half \ud83d of \udc4b it", "half \ufffd of \ufffd it"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstays, שלום and " + FAMILY + " too", "tab\tstays, שלום and " + FAMILY + " too"),
    ],
)
def test_what_cannot_be_sent_is_not(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters(), max_size=50))
def test_what_was_cleaned_is_valid_and_stays(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert "\n" not in clean_line(text)
