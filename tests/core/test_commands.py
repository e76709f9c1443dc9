"""The commands that people are told of: understood, and said in a sentence as well."""

import re

import pytest

from core.commands import COMMANDS, LANGUAGES, listed
from core.language.understand import understand
from core.ports import Question, Situation
from core.values import Button
from tests.core.test_language_commands import ANA, PLAIN, SUNDAY, calls

SENTENCES = [
    ("/today", "what is on today?"),
    ("/tasks", "show my tasks"),
    ("/remind call mom tomorrow at 2", "remind me to call mom tomorrow at 2"),
    ("/event lunch with Sam Friday 12-1", "lunch with Sam Friday 12-1"),
    ("/note Ana's shoe size is 38", "remember that Ana's shoe size is 38"),
    ("/snooze 1 hour", "snooze 1 hour"),
    ("/undo", "undo"),
    ("/calendar", "give me my calendar link"),
    ("/settings", "show my settings"),
    ("/invite Ana", "invite Ana to pixie"),
    ("/link", "link my accounts"),
    ("/link KTQF-4829-MWXB", "my code is KTQF-4829-MWXB"),
    ("/link KTQF 4829 MWXB", "ktqf 4829 mwxb"),
    ("/unlink", "unlink my accounts"),
    ("/unlink Telegram", "unlink Telegram"),
    ("/settings deliver Slack", "send my reminders to Slack"),
    ("/cost", "how much did the models cost?"),
    ("/why", "which model answered?"),
    ("/help", "help"),
    ("/start", "let's get started"),
    ("/settings lead 15 minutes", "remind me 15 minutes before every event"),
    ("/settings zone Porto Alegre", "I live in Porto Alegre"),
]


def test_every_platform_takes_the_list() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names)) <= 100
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert set(command.about) == set(LANGUAGES)
        assert all(
            0 < len(words.encode("utf-16-le")) // 2 <= 256 for words in command.about.values()
        )


def test_what_is_personal_is_not_listed_in_groups() -> None:
    private = {command.name for command in listed(group=False)}
    shared = {command.name for command in listed(group=True)}
    assert private - shared == {"invite", "link", "cost"}
    assert shared < private


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_listed_command_is_understood(name: str) -> None:
    for typed in (f"/{name}", f"/{name}@pixie_bot", f"/{name.upper()}"):
        understood = understand(typed, PLAIN)
        assert understood.sure or understood.asks
        assert "no command" not in understood.text


@pytest.mark.parametrize(("command", "sentence"), SENTENCES)
def test_a_sentence_does_the_same(command: str, sentence: str) -> None:
    assert (
        calls(understand(command, PLAIN)).casefold()
        == calls(understand(sentence, PLAIN)).casefold()
    )


def test_cancel_drops_the_question_that_waits() -> None:
    question = Question(text="When?", about="/remind call mom")
    asked = Situation(person=ANA, now=SUNDAY, question=question)
    dropped = understand("/cancel", asked)
    assert (dropped.text, dropped.asks) == ("All right, I leave everything as it is.", None)
    assert understand("/cancel", PLAIN).text == "Nothing to cancel."


@pytest.mark.parametrize(
    ("about", "said", "command"),
    [
        ("/start summary", "no thanks", "start(step='summary', answer='none')"),
        ("/settings quiet_hours", "none", "change_settings(quiet_hours='none')"),
        ("/start zone", "Porto Alegre", "start(step='zone', answer='Porto Alegre')"),
        (
            "/start zone",
            "remind me to call mom at 5",
            "create_reminder(text='call mom', when='at 5')",
        ),
        ("/start zone", "what's on today?", "agenda(when='today')"),
        ("/start zone", "cancel", ""),
    ],
)
def test_an_answer_is_taken_and_a_request_goes_its_own_way(
    about: str, said: str, command: str
) -> None:
    question = Question(text="?", about=about, buttons=(Button(label="a", command="/today"),) * 2)
    understood = understand(said, Situation(person=ANA, now=SUNDAY, question=question))
    assert calls(understood) == command
