"""Whether a model's words claim a change: the engine holds them against the tools that ran.

A claim says that tasks, events, reminders, notes or settings were just changed, or promises what
only a stored row can keep. State is no claim ("lunch is scheduled for Friday"), unless it comes as
a confirmation ("OK, lunch is scheduled") or as news ("is now", "has been").
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from core import claim_words as words
from core.values import ToolTurn, Turn, UserTurn

MOST_SHOWN = 3
"""Claims that a correction quotes."""
MOST_CHARACTERS = 200
"""Of one quoted claim."""
_REACH = 300
"""Characters around a claim that are read for what takes it back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deeds:
    """What claims in the reply to a message are held against."""

    acted: bool = False
    """A tool has changed something."""
    failed: tuple[ToolTurn, ...] = ()
    """Calls of such tools that failed for good."""
    words: bool = False
    """The person asked for words alone, such as a translation: they are no claims."""

    @property
    def bear_out(self) -> bool:
        """Whatever a reply claims may be true."""
        return self.words or (self.acted and not self.failed)


def deeds(turns: Sequence[Turn], changing: frozenset[str]) -> Deeds:
    """What has been done for a message: `turns` begin with it, `changing` names the tools.

    A call takes the place of one that failed in an earlier step, when the tool is the same; calls
    of one step stand side by side.
    """
    acted = False
    before: list[ToolTurn] = []
    step: list[ToolTurn] = []
    for turn in turns:
        if not isinstance(turn, ToolTurn):
            before, step = before + step, []
        elif turn.name in changing:
            again = next((one for one in before if one.name == turn.name), None)
            before = [one for one in before if one is not again]
            acted = acted or (turn.changed and not turn.failed)
            step += [turn] if turn.failed else []
    asked = next((turn.text for turn in turns if isinstance(turn, UserTurn)), "")
    return Deeds(acted=acted, failed=(*before, *step), words=_wants_words(asked))


def untrue(text: str, done: Deeds) -> tuple[str, ...]:
    """The sentences of a reply that claim a change which was not made.

    When something was changed and something else failed, a reply that says so is believed.
    """
    if done.bear_out or (done.acted and words.ADMITTED.search(_plain(_masked(text)))):
        return ()
    return claims(text)


def passed_over(text: str, done: Deeds) -> tuple[str, ...]:
    """What tools said of what they could not do, when the reply neither tells nor asks."""
    if words.ADMITTED.search(_plain(_masked(text))) or text.rstrip().endswith(("?", "？")):
        return ()
    return tuple(call.said for call in done.failed if call.said and call.said not in text)


def showable(text_so_far: str, done: Deeds) -> str:
    """What of a growing reply may be shown."""
    return text_so_far if done.bear_out else held(text_so_far)


def claims(text: str) -> tuple[str, ...]:
    """The sentences of a reply that claim a change, in order, as they were written."""
    return tuple(
        text[some.begin : some.end].strip() for some in _sentences(_masked(text)) if some.claims
    )


def held(text_so_far: str) -> str:
    """What of a growing reply may be shown while no tool has changed anything.

    Whole sentences before the first claim; a sentence is whole once white space follows it. What
    was shown stays: for a longer text the result begins with the result for the shorter one.
    """
    masked = _masked(text_so_far)
    shown = 0
    for some in _sentences(masked):
        # What opens a quotation closes on its line, except a block of code.
        unclosed = words.OPEN_BLOCK if "\n" in masked[some.begin : some.end] else words.OPEN_QUOTE
        quoting = unclosed.search(masked, some.begin, some.end) is not None
        if some.claims or not some.whole or quoting:
            break
        shown = some.end
    return text_so_far[:shown]


def correction(claimed: Sequence[str], done: Deeds) -> str:
    """What the model is told, once, when its reply claims what no tool did."""
    quoted = "; ".join(f"“{_short(claim)}”" for claim in claimed[:MOST_SHOWN])
    failed = "; ".join(
        f"{call.name} failed: {_short(call.result.strip().partition(chr(10))[0])}"
        for call in done.failed[:MOST_SHOWN]
    )
    if done.acted:
        fact = f"Not all was done in this turn ({failed})"
    else:
        fact = "No tool changed anything in this turn" + (f" ({failed})" if failed else "")
    return (
        f"{fact}, but your reply says: {quoted}. The person has not "
        "seen it. Call the tool that does it, or answer again and say plainly what was not done."
    )


def honest(claimed: Sequence[str], done: Deeds) -> str:
    """What the person is told when the model repeats such a claim."""
    if done.acted:
        left = "; ".join(_failure(call) for call in done.failed[:MOST_SHOWN])
        return (
            "Not all of it worked, though my answer would have said so. "
            f"Not done: {left}. What did work is below."
        )
    said = " ".join(claimed).lower()
    example = next(example for word, example in _EXAMPLES if re.search(word, said))
    return (
        "I have not changed anything, though my answer would have said so. "
        f"Please say it again in other words, for example “{example}”."
    )


_EXAMPLES = (
    (r"remind|erinner|record|rappel|lembr", "remind me tomorrow at 9 to call mom"),
    (r"delet|remov|cancel|lösch|elimin|borr|supprim|annul|apag", "delete #12"),
    (r"mov|reschedul|postpon|shift|push|verschob|déplac|remarc", "move #12 to Friday 15:00"),
    (r"not(?:e|ed|iz|a)\b|remember", "note that the door code is in the blue folder"),
    (r"meet|lunch|dinner|event|calendar|book|schedul|termin", "lunch with Ana on Friday at 13:00"),
    (r"", "add task buy milk"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sentence:
    begin: int
    end: int
    """White space after it included."""
    whole: bool
    """It has ended: more text begins another one."""
    claims: bool


def _failure(call: ToolTurn) -> str:
    """For the person: what failed and, unless it was the model's mistake, why."""
    why = _short(call.said).rstrip(".")
    return call.name.replace("_", " ") + (f" ({why})" if why else "")


def _wants_words(asked: str) -> bool:
    said = _plain(_masked(asked))
    return bool(words.WORDS_WANTED.match(said) and not words.CHANGE_WANTED.search(said))


def _short(claim: str) -> str:
    flat = " ".join(claim.split())
    return flat if len(flat) <= MOST_CHARACTERS else f"{flat[: MOST_CHARACTERS - 1]}…"


def _masked(text: str) -> str:
    """The text, as long as before, with quotations turned into a word of q that ends as they do."""

    def mask(quotation: re.Match[str]) -> str:
        quoted = quotation[0].lstrip()
        indent = len(quotation[0]) - len(quoted)
        ends = quoted[-2:-1] in (".", "!", "?", "…")
        return quotation[0][:indent] + "q" * (len(quoted) - ends) + "." * ends

    return words.QUOTED.sub(mask, text)


def _sentences(masked: str) -> Iterator[_Sentence]:
    begin = 0
    asked = confirmed = False
    ends = [end.end() for end in words.SENTENCE_END.finditer(masked)]
    rest = [] if ends[-1:] == [len(masked)] else [len(masked)]
    for end in (*ends, *rest):
        said = _plain(masked[begin:end])
        opened, confirms = _prelude(said)
        yield _Sentence(
            begin=begin,
            end=end,
            whole=end not in rest,
            claims=_claims(said, asked, confirmed),
        )
        if said:
            asked = _is_question(said)
            confirmed = confirms and opened == len(said)
        begin = end


def _plain(sentence: str) -> str:
    composed = unicodedata.normalize("NFC", sentence).lower().replace("’", "'").replace("ё", "е")
    return " ".join(words.UNSEEN.sub("", composed).split())


def _prelude(said: str) -> tuple[int, bool]:
    """How far a sentence only acknowledges, and whether that confirms something."""
    prelude = words.ACKNOWLEDGED.match(said)
    return (prelude.end(), prelude["confirms"] is not None) if prelude else (0, False)


def _is_question(said: str) -> bool:
    return words.QUESTION_END.search(said[-20:]) is not None


def _claims(said: str, asked: bool, confirmed: bool) -> bool:
    """`asked`: the sentence before was a question; `confirmed`: it was a word such as "Great!"."""
    opened, confirms = _prelude(said)
    question = _is_question(said)
    if question and words.ASKING.match(said, opened):
        return False
    opening = words.OPENING.match(said, opened)
    if opening and (words.ITEM.match(said) or said.endswith(":")):
        opening = None if words.LISTED.search(opening[0]) else opening
    state = words.STATE.finditer(said, opened) if confirmed or confirms else ()
    made = chain([opening] if opening else (), words.CHANGED.finditer(said), state)
    if any(_made(said, match, question) for match in made):
        return True
    if question or asked:
        return False
    return any(_promised(said, match) for match in words.PROMISED.finditer(said))


def _clause(said: str, match: re.Match[str]) -> tuple[int, int]:
    """Where the clause around a match begins and ends."""
    begin = max(0, match.start() - _REACH)
    for boundary in words.BOUNDARY.finditer(said, begin, match.start()):
        begin = boundary.end()
    after = words.BOUNDARY.search(said, match.end(), match.end() + _REACH)
    return begin, after.start() if after else min(len(said), match.end() + _REACH)


def _made(said: str, match: re.Match[str], question: bool) -> bool:
    """Nothing around the words takes back that a change was made."""
    begin, end = _clause(said, match)
    if question and not said[end:].strip(words.PUNCTUATION):
        return False
    return not (
        _denied(said, begin, match)
        or words.DEPENDS.search(said, begin, match.start())
        or words.BEFORE.search(said, begin, end)
        or (not match[0].startswith(("i ", "i'")) and words.BY_OTHERS.match(said, match.end()))
    )


def _promised(said: str, match: re.Match[str]) -> bool:
    """Nothing around the words takes the promise back or makes it an offer."""
    begin, _ = _clause(said, match)
    early, late = max(0, match.start() - _REACH), match.end() + _REACH
    return not (
        _denied(said, begin, match)
        or words.OFFERED.search(said, early, match.start())
        or words.INSTRUCTED.search(said, early, match.start())
        or words.OFFERED_AFTER.search(said, match.end(), late)
    )


def _denied(said: str, begin: int, match: re.Match[str]) -> bool:
    """The clause says no, or the words are someone else's."""
    return bool(
        words.DENIED.search(said, begin, match.end())
        or words.NOTHING_AFTER.match(said, match.end())
        or words.ELSEWHERE.search(said, max(0, match.start() - _REACH), match.start())
    )
