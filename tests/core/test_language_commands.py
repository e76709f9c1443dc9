"""Slash commands and taps, and text that nobody meant to be read."""

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.builtin import BuiltinLLM
from core.language.understand import understand
from core.language.understanding import Understanding
from core.people import Person
from core.ports import Ask, Question, Shown, Situation
from core.values import Button, OwnerId, ToolTurn, UserTurn

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("Europe/Lisbon"))
ANA = Person(id=OwnerId("ana"), created_at=SUNDAY, zone="Europe/Lisbon", zone_known=True)
SHOWN = Shown(code="e7f3k2q9", version=1, number=3, kind="event", title="Lunch with Sam")
PLAIN = Situation(person=ANA, now=SUNDAY, shown=(SHOWN,))
ASKED = Situation(
    person=ANA,
    now=SUNDAY,
    shown=(SHOWN, SHOWN),
    question=Question(text="When?", about="/move e7f3k2q9@1"),
)


def calls(understood: Understanding) -> str:
    return " ".join(
        f"{call.name}({', '.join(f'{key}={value!r}' for key, value in call.arguments.items())})"
        for call in understood.calls
    )


COMMANDS = [
    ("/done t7f3k2q9@3", "complete_task(task='t7f3k2q9@3')"),
    ("/done r7f3k2q9@3", "complete_reminder(reminder='r7f3k2q9@3')"),
    ("/done 2", "complete_task(task='#2')"),
    ("/delete t7f3k2q9@3", "delete_task(task='t7f3k2q9@3')"),
    ("/delete e7f3k2q9@1/2026-11-23T10:00", "delete_event(event='e7f3k2q9@1/2026-11-23T10:00')"),
    ("/delete r7f3k2q9 yes", "delete_reminder(reminder='r7f3k2q9', confirmed=True)"),
    ("/delete all yes", "delete_task(task='all', confirmed=True)"),
    ("/delete all completed", "delete_task(task='all completed')"),
    ("/delete all reminders yes", "delete_reminder(reminder='all', confirmed=True)"),
    ("/delete #3", "delete_event(event='#3')"),
    ("/snooze r7f3k2q9@1", "snooze_reminder(reminder='r7f3k2q9@1')"),
    ("/snooze r7f3k2q9@1 tomorrow", "snooze_reminder(reminder='r7f3k2q9@1', until='tomorrow')"),
    ("/snooze 1 hour", "snooze_reminder(until='1 hour')"),
    ("/move t7f3k2q9 friday", "update_task(due='friday', task='t7f3k2q9')"),
    (
        "/move e7f3k2q9@1 2026-11-24T15:00",
        "update_event(when='2026-11-24T15:00', event='e7f3k2q9@1')",
    ),
    ("/move r7f3k2q9@1", "update_reminder(reminder='r7f3k2q9@1')"),
    ("/move dentist friday at 3", "update_event(when='friday at 3', event='dentist')"),
    ("/rename t7f3k2q9 buy oat milk", "update_task(title='buy oat milk', task='t7f3k2q9')"),
    ("/start", "start()"),
    ("/start abcdefghij-KLMNO", "start()"),
    ("/start zone Porto Alegre", "start(step='zone', answer='Porto Alegre')"),
    ("/start summary 7:30", "start(step='summary', answer='7:30')"),
    ("/settings zone Porto Alegre", "change_settings(zone='Porto Alegre')"),
    ("/settings language Portuguese", "change_settings(language='Portuguese')"),
    ("/settings event reminders 15 minutes", "change_settings(lead='15 minutes')"),
    ("/cancel #3", "delete_event(event='#3')"),
    ("/undo", "undo()"),
    ("/undo 3", "undo(count=3)"),
    ("/undo t7f3k2q9@4", "undo(what='t7f3k2q9@4')"),
    ("/free e7f3k2q9@1", "find_free_time(event='e7f3k2q9@1')"),
    ("/free next week", "find_free_time(when='next week')"),
    ("/today", "agenda(when='today')"),
    ("/week", "agenda(when='2026-11-22 to 2026-11-28')"),
    ("/agenda friday", "agenda(when='friday')"),
    ("/tasks", "list_tasks()"),
    ("/tasks overdue", "list_tasks(overdue=True)"),
    ("/tasks #home", "list_tasks(project='home')"),
    ("/tasks this week", "list_tasks(day='this week')"),
    ("/events tomorrow", "list_events(when='tomorrow')"),
    ("/reminders", "list_reminders()"),
    ("/remind call mom tomorrow at 2", "create_reminder(text='call mom', when='tomorrow at 2')"),
    ("/task buy milk", "create_task(title='buy milk')"),
    (
        "/event lunch with Sam tomorrow 12-1:30 at Luna",
        "create_event(title='Lunch with Sam', when='tomorrow 12-1:30', location='Luna')",
    ),
    ("/note the key is under the pot", "remember(text='the key is under the pot')"),
    ("/find wifi", "search_memory(query='wifi')"),
    ("/forget n7f3k2q9@1 yes", "forget(what='n7f3k2q9@1', confirmed=True)"),
    ("/settings", "show_settings()"),
    ("/settings zone Lisbon", "change_settings(zone='Lisbon')"),
    ("/calendar", "calendar_link(action='create')"),
    ("/calendar busy", "calendar_link(action='create', scope='busy')"),
    ("/calendar revoke", "calendar_link(action='revoke')"),
    ("/invite", "invite()"),
    ("/invite Ana Silva", "invite(name='Ana Silva')"),
    ("/invite list", "invite(action='list')"),
    ("/invite List of guests", "invite(name='List of guests')"),
    ("/invite revoke 0a1b2c3d", "invite(action='revoke', name='0a1b2c3d')"),
    ("/invite revoke", "invite(action='revoke')"),
    ("/link", "link()"),
    ("/link telegram", "link()"),
    ("/link KTQF-4829-MWXB", "link(code='KTQF-4829-MWXB')"),
    ("/link join 0a1b2c3d", "link(action='join', code='0a1b2c3d')"),
    ("/link join 0a1b2c3d there", "link(action='join', code='0a1b2c3d', keep='there')"),
    ("/link no 0a1b2c3d", "link(action='no', code='0a1b2c3d')"),
    ("/unlink", "unlink()"),
    ("/unlink 0a1b2c3d yes", "unlink(which='0a1b2c3d', confirmed=True)"),
    ("/settings deliver", "deliver_to()"),
    ("/settings deliver to telegram", "deliver_to(where='telegram')"),
    ("/keep e7f3k2q9@1", "keep_both(event='e7f3k2q9@1')"),
    ("/help tasks", "help(topic='tasks')"),
    ("/cost", "cost()"),
    ("/cost week", "cost(period='week')"),
    ("/TASK@pixie_bot buy milk", "create_task(title='buy milk')"),
]


@pytest.mark.parametrize(("typed", "expected"), COMMANDS)
def test_commands(typed: str, expected: str) -> None:
    understood = understand(typed, PLAIN)
    assert calls(understood) == expected
    assert understood.sure


@pytest.mark.parametrize(
    "typed",
    ["/keep", "/cancel", "/nonsense", "/settings x", "/settings zone"],
)
def test_commands_that_only_say_something(typed: str) -> None:
    understood = understand(typed, PLAIN)
    assert not understood.calls
    assert understood.text
    assert understood.sure


@pytest.mark.parametrize(
    "typed", ["/task", "/remind", "/event", "/find", "/note", "/done", "/delete"]
)
def test_commands_without_their_words_ask(typed: str) -> None:
    understood = understand(typed, Situation(person=ANA, now=SUNDAY))
    assert not understood.calls
    assert understood.asks


# --- any text ---


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "?", "/", "//", "/ task", "…", "🎂🎂🎂", "\x00", "\ud800", "א" * 50, "1",
     "-", "- ", ":", "- a\n-\n- b", "#", "\u202eabc", "İİİ tomorrow", "remind me", "add", "move",
     "at", "the the"],
)  # fmt: skip
def test_odd_texts_get_an_answer(text: str) -> None:
    understood = understand(text, PLAIN)
    assert understood.text or understood.calls


_WORDS = st.sampled_from(
    re.findall(
        r"\S+|\n",
        "remind me to add task call mom tomorrow at 5 and delete it move the second one my list "
        "meeting with Sam on Friday every day for an hour what is is when free undo snooze /move "
        "/delete - : , ? \" ' “ ” \n #3 t7f3k2q9@1 by in 2026-11-23 İ 🎂 not if called project",
    )
)


@given(st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=40).map(" ".join)))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for situation in (PLAIN, ASKED):
        understood = understand(text, situation)
        assert understood.calls or understood.text
        for call in understood.calls:
            assert all(value not in ("", None) for value in call.arguments.values())


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "remind me to ",
        "and add ",
        "add milk and ",
        "at 5 ",
        "- a\n",
        "'s ",
        "(",
        "/move ",
        "my ",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    for length in (900, 3900, 100_000):
        text = (piece * (length // len(piece) + 1))[:length]
        began = time.thread_time()
        understood = understand(text, PLAIN)
        assert time.thread_time() - began < 2
        assert understood.calls or understood.text


def test_a_long_note_is_kept_whole() -> None:
    text = "line of a recipe\n" * 500
    understood = understand(f"Note: {text}", PLAIN)
    assert understood.calls[0].arguments["text"] == text.strip()


# --- as a model ---


async def test_the_model_calls_tools_for_a_sentence() -> None:
    ask = Ask(situation=PLAIN, turns=(UserTurn(text="buy milk", at=SUNDAY),))
    turn = await BuiltinLLM().complete(ask)
    assert [call.name for call in turn.calls] == ["create_task"]
    assert not turn.text


async def test_the_model_says_what_the_tools_said() -> None:
    ask = Ask(
        situation=PLAIN,
        turns=(
            UserTurn(text="buy milk and …", at=SUNDAY),
            ToolTurn(call_id="call-1", name="create_task", result="Task made"),
            ToolTurn(
                call_id="call-2",
                name="update_event",
                result="When?",
                failed=True,
                said="When?",
                buttons=(Button(label="Tomorrow", command="/move e1 tomorrow"),),
                asks="/move e1",
            ),
        ),
    )
    parts = [part async for part in BuiltinLLM().stream(ask)]
    turn = parts[-1]
    assert not isinstance(turn, str)
    assert turn.text == "When?"
    assert turn.asks == "/move e1"
    assert [button.label for button in turn.buttons] == ["Tomorrow"]


async def test_the_model_answers_an_empty_conversation() -> None:
    turn = await BuiltinLLM().complete(Ask(situation=PLAIN, turns=()))
    assert turn.text
