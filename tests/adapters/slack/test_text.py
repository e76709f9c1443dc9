"""Text as Slack takes it, and as it sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import grapheme_boundary_before

from adapters.slack.text import (
    as_markdown,
    clean,
    cut,
    elements,
    escaped,
    readable,
    split,
    units,
)

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("call <@U024BE7LH|ana> & co", "call @ana & co"),
        ("call <@U024BE7LH>", "call @Ana Silva"),
        ("call <@U999>", "call @U999"),
        ("in <#C024BE7LR|general> and <#C024BE7LR>", "in #general and #C024BE7LR"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S012|@ops> <!subteam^S012>", "@ops @subteam"),
        ("at <!date^1392734382^{time}|7 in the morning>", "at 7 in the morning"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <https://example.org/a|the plan>", "see the plan (https://example.org/a)"),
        ("see <http://example.org|example.org>", "see example.org"),
        ("see <https://example.org|example.org>", "see https://example.org"),
        ("to <mailto:ana@example.org|ana@example.org>", "to ana@example.org"),
        ("dial <tel:+351210000000|+351210000000>", "dial +351210000000"),
        ("1 &lt; 2 &amp;amp; 3 &gt; 2", "1 < 2 &amp; 3 > 2"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("a < b", "a < b"),
        ("", ""),
        ("<>", ""),
    ],
)
def test_markup_is_read_aloud(sent: str, read: str) -> None:
    assert readable(sent, {"U024BE7LH": "Ana Silva"}) == read


def test_words_are_no_markup() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert as_markdown("*a* [b](c) <!here> #1 `x`") == (
        "\\*a\\* \\[b\\](c) &lt;!here&gt; \\#1 \\`x\\`"
    )


@given(st.text())
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    assert readable(escaped(clean(text))) == clean(text)
    assert not set("<>") & set(escaped(text))


@given(st.text(), st.text())
def test_markdown_grows_as_its_text_does(begin: str, more: str) -> None:
    assert as_markdown(begin) + as_markdown(more) == as_markdown(begin + more)


@given(st.text(st.characters(exclude_categories=[])))
def test_everything_can_be_sent(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert "\u202e" not in cleaned
    assert clean(cleaned) == cleaned


@given(
    st.lists(st.sampled_from(["word ", "\n\n", "🥛", FAMILY, "é", "עברית ", "x" * 30])),
    st.integers(16, 60),
)
def test_parts_are_the_whole_and_cut_no_character(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)
    at = 0
    for part in parts[:-1]:
        at += len(part)
        assert at >= len(text) or grapheme_boundary_before(text, at + 1) == at


@given(st.text(), st.integers(3, 40))
def test_what_is_cut_says_so(text: str, most: int) -> None:
    short = cut(text, most)
    assert units(short) <= most
    assert short == text or short.endswith("…")


def test_a_family_is_not_torn_apart() -> None:
    assert cut(f"ab{FAMILY}", 8) == "ab…"
    assert split(f"ab{FAMILY}", 8) == ["ab", FAMILY]


def test_addresses_of_the_web_can_be_clicked() -> None:
    assert elements("see https://example.org/a?b=1. Or (http://x.org/y)!") == [
        {"type": "text", "text": "see "},
        {"type": "link", "url": "https://example.org/a?b=1"},
        {"type": "text", "text": ". Or ("},
        {"type": "link", "url": "http://x.org/y"},
        {"type": "text", "text": ")!"},
    ]
    assert elements("<https://example.org|click>")[1]["url"] == "https://example.org|click"
    assert elements("") == []


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("*important* call", "important call"),
        ("buy *x*", "buy x"),
        ("_please_ do ~not~ this, `now`!", "please do not this, now!"),
        ("2 * 3 * 4 and 2*3*4", "2 * 3 * 4 and 2*3*4"),
        ("snake_case_name of *nix and *bsd", "snake_case_name of *nix and *bsd"),
        ("see <https://example.org/_a_/*b*>", "see https://example.org/_a_/*b*"),
        ("** and __ and * *", "** and __ and * *"),
        ("(*really*)", "(really)"),
    ],
)
def test_styles_are_not_read_aloud(sent: str, read: str) -> None:
    assert readable(sent) == read
