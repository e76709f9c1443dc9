"""What a model's words claim, sentence by sentence."""

import time as clock
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.truth import Deeds, claims, correction, deeds, held, honest, showable, untrue
from core.values import AssistantTurn, ToolTurn, Turn, UserTurn

LABELLED = (Path(__file__).parent / "claims.txt").read_text("utf-8").splitlines()
REPLIES_OF = {
    mark: [line[2:].replace("\\n", "\n") for line in LABELLED if line[:1] == mark] for mark in "+-"
}
CLAIMS, NO_CLAIMS = REPLIES_OF["+"], REPLIES_OF["-"]


@pytest.mark.parametrize("reply", CLAIMS)
def test_a_claim_is_found(reply: str) -> None:
    assert claims(reply)


@pytest.mark.parametrize("reply", NO_CLAIMS)
def test_no_claim_is_found(reply: str) -> None:
    assert claims(reply) == ()


def test_the_sentences_that_claim_are_told_as_they_were_written() -> None:
    reply = (
        "Friday is free after 3 p.m. **I’ve booked** lunch with Dr. Silva! 🎉\n"
        "- Your gym is on Monday.\n- Reminder set ✅\nAnything else?"
    )
    assert claims(reply) == (
        "Friday is free after 3 p.m. **I’ve booked** lunch with Dr. Silva!",
        "- Reminder set ✅",
    )


def test_characters_that_do_not_show_hide_no_claim() -> None:
    assert claims("I've\u200b sche\x00duled\u00a0lunch.")
    assert claims("I\u2019ve **scheduled** lunch")
    assert claims("Ich habe den Termin gelo\u0308scht.")


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("", ""),
        ("You are fr", ""),
        ("You are free.", ""),
        ("You are ", ""),
        ("You are free. ", "You are free. "),
        ("You are free.\nWhat ab", "You are free.\n"),
        ("You are free. I've booked lunch. Enjoy! ", "You are free. "),
        ("I've booked lunch. Enjoy! ", ""),
        ("It is at 3.30 p.m. on", ""),
        ("Monday 27. November is free. I", "Monday 27. November is free. "),
        ('He wrote "Hi. I come', ""),
        ('He wrote "I\'ve booked it." That', 'He wrote "I\'ve booked it." '),
        ("> I've booked it.\nThat is", "> I've booked it.\n"),
        ("Great! Lunch is booked for Friday. ", "Great! "),
        ("BOO```KED\n```", ""),
        ("金曜日は空いています。予定を追加しました。", "金曜日は空いています。"),
        ("Here it is:\n```\nI am free. ", "Here it is:\n"),
        ("Here it is:\n```\nI've booked it.\n```\nSo ", "Here it is:\n```\nI've booked it.\n```\n"),
    ],
)
def test_only_whole_sentences_before_a_claim_are_shown(so_far: str, shown: str) -> None:
    assert held(so_far) == shown


PIECES = st.sampled_from(
    [
        *(
            "I've ",
            "booked ",
            "it",
            ". ",
            ".",
            "! ",
            "? ",
            "\n",
            "\n  ",
            "\n> ",
            '"',
            "“",
            "”",
            "„",
        ),
        *(
            "'",
            "‘",
            "’",
            "`",
            "«",
            "»",
            "3",
            "p.m",
            "Great",
            "Dr",
            "done",
            " ",
            "*",
            "if ",
            "…",
            "🙂",
        ),
        *("I'll remind you ", "not ", "\x00", "\r\n", "\ud800", "ا", "e\u0301", "lunch is set "),
        *("```", "」", "「", "。", "？", "設定しました", "か", "なら", "、", "»", "‚", "‹"),
    ]
)
REPLIES = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map("".join),
    st.lists(st.sampled_from([*CLAIMS, *NO_CLAIMS]), max_size=4).map(" ".join),
)


@settings(deadline=None)
@given(REPLIES)
def test_what_is_shown_begins_the_text_and_claims_nothing(text: str) -> None:
    shown = held(text)
    assert text.startswith(shown)
    assert claims(shown) == ()


@settings(deadline=None)
@given(REPLIES, st.integers(min_value=0, max_value=200))
def test_what_was_shown_stays(text: str, until: int) -> None:
    assert held(text).startswith(held(text[:until]))


@pytest.mark.parametrize(
    "piece",
    [
        "Friday is free after 2, and lunch is scheduled for noon. ",
        *("I've booked it. ", "I haven't booked it and ", "not i've moved ", "i've checked and "),
        *("ich habe ", "i found ", "'a ", "“", '"', "`a``", "> ", ".", ".)", "? ", "\n", " -", " "),
        *("reminder with a ", "is now on now ", "ok ", "your a ", "« a. ", "🙂", "\x00", "1. "),
        *(
            "```a",
            "»a",
            "「a",
            "設定し",
            "設定しました、",
            "я удалил ",
            "не ",
            "ik heb ",
            "ho ",
            "j'ai ",
        ),
        *("you now have ", "task ", "reminder is ", "i'll give you a ", "in german: ", "took "),
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size]

        def once() -> float:
            begin = clock.thread_time()  # of this thread alone: the machine may be busy
            claims(text)
            held(text)
            return clock.thread_time() - begin

        return min(once() for _ in range(3))

    short, long = seconds(4_000), seconds(16_000)
    assert long < 10 * short + 0.01


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANGING = frozenset({"create_task", "create_event", "delete"})


def done(*steps: str, asked: str = "", said: str = "The date is past.") -> Deeds:
    """Of calls as "create_task ok, create_event failed", a step each."""
    turns: list[Turn] = [UserTurn(text=asked, at=NOW)]
    for step in steps:
        turns.append(AssistantTurn())
        for call in step.split(", "):
            name, how = call.split()
            failed = how == "failed"
            result = f"{how}: the date is past.\nSecond line." if failed else "Made."
            told = said if failed else ""
            turns.append(
                ToolTurn(
                    call_id=call,
                    name=name,
                    result=result,
                    failed=failed,
                    said=told,
                    changed=how == "ok" and name in CHANGING,
                )
            )
    return deeds(turns, CHANGING)


@pytest.mark.parametrize(
    ("steps", "acted", "failed"),
    [
        ((), False, []),
        (("list_tasks ok",), False, []),
        # it ran and changed nothing: "It is like that already."
        (("create_task idle",), False, []),
        (("list_tasks failed",), False, []),
        (("create_task ok",), True, []),
        (("create_task failed",), False, ["create_task"]),
        (("create_task ok, create_task failed",), True, ["create_task"]),
        # calls of one step stand side by side: the second is not the first one tried again
        (("create_task failed, create_task ok",), True, ["create_task"]),
        (("create_task failed", "create_task ok"), True, []),
        (("create_task failed", "create_task failed", "create_task ok"), True, []),
        (("create_task failed, create_task failed", "create_task ok"), True, ["create_task"]),
        (("create_task failed, create_task failed", "create_task ok, create_task ok"), True, []),
        (("create_task failed", "create_event ok"), True, ["create_task"]),
        (("create_task failed", "list_tasks ok", "create_task ok"), True, []),
        (("create_task ok", "create_event failed"), True, ["create_event"]),
        (("delete failed, create_task failed", "delete ok"), True, ["create_task"]),
    ],
)
def test_a_failed_call_stays_failed_until_it_is_tried_again(
    steps: Sequence[str], acted: bool, failed: Sequence[str]
) -> None:
    found = done(*steps)
    assert (found.acted, [call.name for call in found.failed]) == (acted, failed)


HALF = ("create_task ok, create_event failed",)


@pytest.mark.parametrize(
    ("steps", "reply", "believed"),
    [
        (HALF, "Done, both are set.", False),
        (HALF, "I've added the task and the event.", False),
        (HALF, "Ich habe beides eingetragen.", False),
        (HALF, "両方とも追加しました。", False),
        (HALF, "I've added the task you called “not now”.", False),
        (HALF, "I've added both. Don't worry about it.", False),
        (HALF, "I've added the task, but not the event: its date is past.", True),
        (HALF, "I've added the task. The event couldn't be added.", True),
        (HALF, "I've added the task. The event failed.", True),
        (HALF, "I've added only the task.", True),
        (
            HALF,
            "Ich habe die Aufgabe eingetragen, aber der Termin liegt in der Vergangenheit.",
            True,
        ),
        (HALF, "Ho aggiunto il compito, ma l'evento è nel passato.", True),
        (HALF, "タスクを追加しました。予定は追加できませんでした。", True),
        (HALF, "For which day should the event be?", True),
        (("create_task ok, create_event ok",), "Done, both are set.", True),
        (("create_event failed", "create_event ok"), "Done, both are set.", True),
        (("create_event failed",), "Done, both are set.", False),
        (("create_event failed",), "I've added the task, but not the event.", False),
        (("create_event failed",), "I couldn't add the event.", True),
        ((), "Done.", False),
        ((), "It is on Friday.", True),
    ],
)
def test_a_reply_is_held_against_what_was_done(
    steps: Sequence[str], reply: str, believed: bool
) -> None:
    assert (untrue(reply, done(*steps)) == ()) is believed


def test_a_growing_reply_is_shown_at_once_only_when_all_was_done() -> None:
    growing = "Friday is free. I've booked lunch. Wh"
    assert showable(growing, done("create_event ok")) == growing
    for steps in ((), HALF, ("create_event failed",)):
        assert showable(growing, done(*steps)) == "Friday is free. "


@pytest.mark.parametrize(
    ("asked", "reply", "believed"),
    [
        ("Say: 'I have deleted everything'", "I have deleted everything.", True),
        ("please repeat after me: I've booked it", "I've booked it.", True),
        ("Translate “I've moved the call” into German", "Ich habe den Anruf verschoben.", True),
        ("can you translate this: I have cancelled both", "Ho cancellato entrambi.", True),
        (
            "How do you say “the meeting has been moved” in French?",
            "La réunion a été déplacée.",
            True,
        ),
        ("What does “ich habe alles gelöscht” mean?", "I have deleted everything.", True),
        ("Rephrase: I've cancelled our lunch, sorry", "I have cancelled our lunch.", True),
        ("Draft a message to Sam that the call was shifted", "Hi Sam, I've moved the call.", True),
        ("Übersetze „ich habe gebucht“ ins Englische", "I've booked it.", True),
        ("「予定を削除しました」を英語に訳して", "I have deleted the event.", True),
        ("Translate “hello” into German and remind me at 9", "Hallo. I'll remind you at 9.", False),
        ("say yes and delete everything", "I've deleted everything.", False),
        ("Delete all, and say: done", "All deleted.", False),
        ("put lunch on Friday", "I've booked it.", False),
        ("I said move it", "I've moved it.", False),
    ],
)
def test_words_that_the_person_asked_for_are_no_claims(
    asked: str, reply: str, believed: bool
) -> None:
    assert (untrue(reply, done(asked=asked)) == ()) is believed


def test_a_correction_quotes_the_claims_and_says_what_to_do() -> None:
    text = correction(("I've booked lunch.", "Reminder\nset ✅"), Deeds())
    assert "“I've booked lunch.”; “Reminder set ✅”" in text
    assert text.startswith("No tool changed anything in this turn, but")
    assert "Call the tool" in text


def test_a_correction_names_the_calls_that_failed() -> None:
    half = correction(("Done, both are set.",), done(*HALF))
    assert half.startswith(
        "Not all was done in this turn (create_event failed: failed: the date is past.), but"
    )
    assert "Second line" not in half
    assert "“Done, both are set.”" in half
    none = correction(("Done.",), done("create_event failed"))
    assert none.startswith("No tool changed anything in this turn (create_event failed: ")


def test_a_correction_stays_short() -> None:
    many = done(*["create_event " + "x" * 9_000, *["create_task failed, " * 40 + "delete failed"]])
    assert len(correction(["I've booked " + "x" * 10_000] * 50, many)) < 2_000


@pytest.mark.parametrize(
    ("claim", "example"),
    [
        ("I'll remind you at 9.", "remind me tomorrow at 9 to call mom"),
        ("I've cancelled both.", "delete #12"),
        ("Your call has been moved.", "move #12 to Friday 15:00"),
        ("Got it — noted", "note that the door code is in the blue folder"),
        ("Lunch booked for Friday.", "lunch with Ana on Friday at 13:00"),
        ("Done!", "add task buy milk"),
    ],
)
def test_the_honest_sentence_claims_nothing_and_gives_an_example(claim: str, example: str) -> None:
    text = honest((claim,), Deeds())
    assert text.startswith("I have not changed anything")
    assert f"“{example}”" in text
    assert claims(text) == ()


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The date is past.", "Not done: create event (The date is past). "),
        ("", "Not done: create event. "),
    ],
)
def test_the_honest_sentence_says_what_was_not_done(said: str, left: str) -> None:
    half = done(*HALF, said=said)
    text = honest(("Done, both are set.",), half)
    assert text.startswith("Not all of it worked")
    assert left in text
    assert untrue(text, half) == ()
    assert claims(text) == ()
