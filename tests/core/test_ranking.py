"""Words, BM25 and fusion."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ranking import (
    Statistics,
    asked,
    best,
    bm25,
    covered,
    dated,
    fuse,
    min_max,
    overlap,
    stem,
    terms,
    words,
)
from tests.fakes.clock import MONDAY


@pytest.mark.parametrize(
    "family",
    [
        "paint paints painted painting paintings",
        "bake bakes baked baking",
        "stop stops stopped stopping",
        "party parties",
        "study studies studied studying",
        "glass glasses",
        "quick quickly",
        "agree agrees agreed agreeing",
        "buy buys bought buying",
        "go goes went gone going",
        "child children",
        "swim swims swam swum swimming",
        "write writes wrote written writing",
    ],
)
def test_forms_of_a_word_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", ["bus us", "new knew", "ring r", "was wa", "news nerves"])
def test_what_only_looks_alike_does_not(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


def test_words_of_a_text() -> None:
    sentence = "Ana's CAFÉ — don’t be late!"
    assert words(sentence) == ["ana", "cafe", "don't", "be", "late"]
    assert words("12:30, what's up") == ["12", "30", "what", "up"]
    assert terms("Don't forget Ana's two books") == ["forget", "ana", "two", "book"]
    assert words("שלום עולם 🎉 東京") == ["שלום", "עולם", "東京"]


@pytest.mark.parametrize("text", ["", " ", "🙂", "\0", "\ud800", "'", "’’", "-"])
def test_nothing_to_find(text: str) -> None:
    assert words(text) == []
    assert asked(text) == {}


def test_what_a_database_is_asked_for() -> None:
    assert asked("What did Ana buy?") == {"ana": ("ana",), "buy": ("bought", "buy")}
    assert asked("buying") == {"buy": ("bought", "buy", "buying")}
    assert asked("The Who") == {"the": ("the",), "who": ("who",)}


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    assert all(term for term in terms(text))
    assert len(terms(text)) <= len(words(text))
    assert all(form for forms in asked(text).values() for form in forms)


def test_bm25_by_hand() -> None:
    statistics = Statistics(documents=10, mean_length=4, holding={"cat": 2, "dog": 8})
    rarity = math.log(1 + 8.5 / 2.5)
    assert bm25(["cat"], ["cat", "sat"], 4, statistics) == pytest.approx(rarity)
    assert bm25(["cat"], ["dog"], 4, statistics) == 0
    rare, common = (bm25([term], [term], 4, statistics) for term in ("cat", "dog"))
    assert rare > common > 0
    short, long = (bm25(["cat"], ["cat"], length, statistics) for length in (2, 40))
    assert short > long


def test_statistics_that_lag_behind_do_no_harm() -> None:
    """Documents may come between counting and reading."""
    none = Statistics(documents=0, mean_length=0, holding={})
    assert bm25(["cat"], ["cat"], 1, none) > 0
    more = Statistics(documents=1, mean_length=1, holding={"cat": 5})
    assert bm25(["cat"], ["cat"], 1, more) > 0


def test_how_much_of_a_question_is_held() -> None:
    statistics = Statistics(documents=100, mean_length=5, holding={"common": 99, "rare": 1})
    question = ["common", "rare"]
    assert covered(question, question, statistics) == 1
    assert covered(question, ["rare"], statistics) > 0.9
    assert covered(question, ["common"], statistics) < 0.1
    assert covered([], ["rare"], statistics) == 0


scores = st.dictionaries(st.text(max_size=3), st.floats(-1e6, 1e6), max_size=20)


@given(scores)
def test_min_max_keeps_the_order_and_fills_the_scale(scored: dict[str, float]) -> None:
    scaled = min_max(scored)
    assert scaled.keys() == scored.keys()
    assert all(0 <= score <= 1 for score in scaled.values())
    if scored:
        assert max(scaled.values()) == 1
    assert all(scaled[a] <= scaled[b] for a in scored for b in scored if scored[a] <= scored[b])


@given(scores, st.integers(0, 25))
def test_the_best_come_first(scored: dict[str, float], limit: int) -> None:
    top = list(best(scored, limit).values())
    assert top == sorted(scored.values(), reverse=True)[:limit]


def test_fusion_adds_and_the_missing_count_nothing() -> None:
    fused = fuse([(0.5, {"a": 1.0, "b": 0.5}), (0.25, {"b": 1.0, "c": 1.0}), (9, {})])
    assert fused == {"a": 0.5, "b": 0.5, "c": 0.25}


def test_overlap_of_subjects() -> None:
    assert overlap(["locker", "code", "4711"], ["locker", "code", "1234"]) == 0.5
    assert overlap([], []) == 0
    assert overlap(["a"], ["a", "a"]) == 1


def test_a_day_in_words() -> None:
    assert dated(MONDAY) == "Monday 23 November 2026"
