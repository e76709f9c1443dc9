"""What is said about things that were just shown, and answers to a question."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.language.understand import understand
from core.language.understanding import Understanding
from core.people import Person
from core.ports import Question, Shown, Situation
from core.values import Button, OwnerId

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("Europe/Lisbon"))
ANA = Person(id=OwnerId("ana"), created_at=SUNDAY, zone="Europe/Lisbon", zone_known=True)

TASK = Shown(code="t7f3k2q9", version=1, number=1, kind="task", title="buy milk")
REMINDER = Shown(code="r7f3k2q9", version=1, number=2, kind="reminder", title="call mom")
EVENT = Shown(code="e7f3k2q9", version=1, number=3, kind="event", title="Lunch with Sam")


def after(*shown: Shown) -> Situation:
    return Situation(person=ANA, now=SUNDAY, shown=shown)


def asked(about: str, *buttons: Button) -> Situation:
    question = Question(text="?", about=about, buttons=buttons)
    return Situation(person=ANA, now=SUNDAY, shown=(REMINDER,), question=question)


def calls(understood: Understanding) -> str:
    return " ".join(
        f"{call.name}({', '.join(f'{key}={value!r}' for key, value in call.arguments.items())})"
        for call in understood.calls
    )


ABOUT_ONE = [
    (TASK, "make it urgent", "update_task(priority='URGENT', task='t7f3k2q9')"),
    (TASK, "it's due on Friday", "update_task(due='Friday', task='t7f3k2q9')"),
    (TASK, "move it to Friday", "update_task(due='Friday', task='t7f3k2q9')"),
    (TASK, "rename it to buy oat milk", "update_task(title='buy oat milk', task='t7f3k2q9')"),
    (TASK, "start it", "update_task(status='IN_PROGRESS', task='t7f3k2q9')"),
    (TASK, "put it in project Home", "update_task(project='Home', task='t7f3k2q9')"),
    (TASK, "done", "complete_task(task='t7f3k2q9')"),
    (TASK, "delete that", "delete_task(task='t7f3k2q9')"),
    (REMINDER, "move it to Saturday", "update_reminder(when='Saturday', reminder='r7f3k2q9')"),
    (REMINDER, "make that 3pm", "update_reminder(when='3pm', reminder='r7f3k2q9')"),
    (REMINDER, "actually at 4", "update_reminder(when='at 4', reminder='r7f3k2q9')"),
    (REMINDER, "no, Friday", "update_reminder(when='Friday', reminder='r7f3k2q9')"),
    (REMINDER, "push it by an hour", "snooze_reminder(reminder='r7f3k2q9', until='an hour')"),
    (REMINDER, "snooze it for an hour", "snooze_reminder(reminder='r7f3k2q9', until='an hour')"),
    (REMINDER, "mark it as done", "complete_reminder(reminder='r7f3k2q9')"),
    (EVENT, "push it by an hour", "update_event(when='an hour later', event='e7f3k2q9')"),
    (EVENT, "make it 30 minutes", "update_event(duration='30 minutes', event='e7f3k2q9')"),
    (EVENT, "make it an hour longer", "update_event(duration='an hour longer', event='e7f3k2q9')"),
    (EVENT, "change it to 3-4pm", "update_event(when='3-4pm', event='e7f3k2q9')"),
    (EVENT, "it's at Blue Bottle", "update_event(location='Blue Bottle', event='e7f3k2q9')"),
    (
        EVENT,
        "change the location to Café Lisboa",
        "update_event(location='Café Lisboa', event='e7f3k2q9')",
    ),
    (EVENT, "cancel it", "delete_event(event='e7f3k2q9')"),
]


@pytest.mark.parametrize(("shown", "said", "expected"), ABOUT_ONE)
def test_it_is_what_was_shown(shown: Shown, said: str, expected: str) -> None:
    understood = understand(said, after(shown))
    assert calls(understood) == expected
    assert understood.sure


AMONG_SEVERAL = [
    ("mark the second one as done", "complete_reminder(reminder='r7f3k2q9')"),
    ("delete the last one", "delete_event(event='e7f3k2q9')"),
    (
        "delete the first and the third",
        "delete_task(task='t7f3k2q9') delete_event(event='e7f3k2q9')",
    ),
    (
        "mark them done",
        "complete_task(task='t7f3k2q9') complete_reminder(reminder='r7f3k2q9')",
    ),
    ("move #3 to friday at noon", "update_event(when='friday at noon', event='#3')"),
    ("move the reminder to 5pm", "update_reminder(when='5pm', reminder='r7f3k2q9')"),
    ("move lunch to 5pm", "update_event(when='5pm', event='lunch')"),
]


@pytest.mark.parametrize(("said", "expected"), AMONG_SEVERAL)
def test_ordinals_numbers_and_kinds_choose_among_several(said: str, expected: str) -> None:
    assert calls(understand(said, after(TASK, REMINDER, EVENT))) == expected


def test_what_is_answered_comes_before_what_was_shown() -> None:
    situation = Situation(person=ANA, now=SUNDAY, shown=(TASK, EVENT), replied=(REMINDER,))
    assert calls(understand("done", situation)) == "complete_reminder(reminder='r7f3k2q9')"


def test_it_among_several_is_asked_about_before_anything_goes() -> None:
    understood = understand("delete it", after(TASK, EVENT))
    assert not understood.calls
    assert [button.command for button in understood.buttons] == [
        "/delete t7f3k2q9@1",
        "/delete e7f3k2q9@1",
    ]
    assert understood.asks == "/delete"


def test_the_buttons_of_which_one_carry_the_new_time() -> None:
    understood = understand("move it to Friday at 9", after(REMINDER, EVENT))
    assert understood.buttons[0].command == "/move r7f3k2q9@1 Friday at 9"


def test_one_of_several_named_alone_is_asked_what_to_do_with_it() -> None:
    understood = understand("the second one", after(TASK, REMINDER))
    assert "call mom" in understood.text
    assert "/done r7f3k2q9@1" in [button.command for button in understood.buttons]


def test_a_time_alone_changes_nothing_when_nothing_was_shown() -> None:
    assert not understand("tomorrow at 5", after()).calls


# --- answers ---

MOVE = "/move r7f3k2q9@1"
ANSWERS = [
    (asked(MOVE), "friday at 4pm", "update_reminder(when='friday at 4pm', reminder='r7f3k2q9@1')"),
    (asked(MOVE), "in an hour", "update_reminder(when='in an hour', reminder='r7f3k2q9@1')"),
    (
        asked("/remind call mom"),
        "tomorrow at 3",
        "create_reminder(text='call mom', when='tomorrow at 3')",
    ),
    (
        asked("/remind tomorrow at 5"),
        "call mom",
        "create_reminder(text='call mom', when='tomorrow at 5')",
    ),
    (
        asked("/event Lunch with Sam"),
        "friday 12-1",
        "create_event(title='Lunch with Sam', when='friday 12-1')",
    ),
    (asked("/task"), "buy milk tomorrow", "create_task(title='buy milk', due='tomorrow')"),
    (asked("/task #shopping"), "milk", "create_task(title='milk', project='shopping')"),
    (asked("/done"), "buy milk", "complete_task(task='buy milk')"),
    (asked("/settings zone"), "Lisbon", "change_settings(zone='Lisbon')"),
    (asked("/delete all"), "yes", "delete_task(task='all', confirmed=True)"),
    (asked("/forget n7f3k2q9@1"), "yes please", "forget(what='n7f3k2q9@1', confirmed=True)"),
]


@pytest.mark.parametrize(("situation", "said", "expected"), ANSWERS)
def test_an_answer_completes_the_question(situation: Situation, said: str, expected: str) -> None:
    understood = understand(said, situation)
    assert calls(understood) == expected
    assert understood.sure


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("what's on tomorrow?", "agenda(when='tomorrow')"),
        ("remind me to pay rent tomorrow", "create_reminder(text='pay rent', when='tomorrow')"),
        ("undo", "undo()"),
        ("/tasks", "list_tasks()"),
    ],
)
def test_another_request_leaves_the_question(said: str, expected: str) -> None:
    assert calls(understand(said, asked("/remind call mom"))) == expected


def test_no_leaves_everything_as_it_is() -> None:
    understood = understand("never mind", asked("/delete all"))
    assert not understood.calls
    assert understood.sure


def test_the_label_of_a_button_is_the_button() -> None:
    buttons = (
        Button(label="Only Mon 23 Nov", command="/delete e7f3k2q9@1/2026-11-23T10:00"),
        Button(label="All of it", command="/delete e7f3k2q9@1/all"),
    )
    situation = asked("/delete e7f3k2q9@1", *buttons)
    expected = "delete_event(event='e7f3k2q9@1/all')"
    assert calls(understand("all of it", situation)) == expected
    assert calls(understand("the second one", situation)) == expected


def test_a_button_without_the_whole_command_answers_the_question() -> None:
    situation = asked("/remind call mom", Button(label="Tonight", command="tonight"))
    assert (
        calls(understand("Tonight", situation))
        == "create_reminder(text='call mom', when='tonight')"
    )
