"""Reading a message: commands, answers to a question, then requests one by one."""

import re

from core.language import making
from core.language.answers import as_command
from core.language.commands import command
from core.language.completing import DONE, complete, snooze
from core.language.deleting import delete
from core.language.followups import meant
from core.language.intents import intent, is_chore
from core.language.keeping import fact, forgotten, kept
from core.language.looking import events, free_time, memory, reminders, tasks
from core.language.preferences import preference
from core.language.sentence import Sentence, plain, sentence
from core.language.smalltalk import elsewhere, not_understood, talk
from core.language.split import MOST_REQUESTS, split
from core.language.titles import tidy
from core.language.topics import foreign
from core.language.understanding import Understanding, asking, calling, saying, together
from core.language.updating import update
from core.ports import Situation

MOST_READ = 2000
"""Characters of a message that are read as requests; notes may be longer."""
_SNOOZE = re.compile(r"snooze|remind me again")
_LONG = (
    "That is a long message. Tell me in a sentence what I shall do, or begin it with “note:” and I "
    "keep all of it."
)


def understand(text: str, situation: Situation) -> Understanding:
    """What a message asks for, in the situation that it was said in.

    Reads any text, in time linear in its length, and raises nothing.
    """
    said = text.strip()
    if said.startswith("/") and (understood := command(said, situation)):
        return understood
    if len(said) > MOST_READ:
        return _long(said, situation)
    low = plain(said)
    if situation.question is not None:
        answered = _answered(said, low, situation)
        if answered is not None:
            return answered
    whole = talk(low) or preference(said, low)
    if whole is not None:
        return whole
    parts = split(said)
    if len(parts) == 1:
        return _request(parts[0], situation) or not_understood()
    return _several(parts, situation)


def _long(said: str, situation: Situation) -> Understanding:
    """A long note is kept whole; other long messages are not read."""
    head = sentence(said[:200], situation.now, situation.person.habits)
    if kept(head):
        opened = kept(
            sentence(said[:200].replace("?", "."), situation.now, situation.person.habits)
        )
        if opened and opened.calls:
            first = str(opened.calls[0].arguments["text"])
            return calling("remember", text=said[said.find(first[:20]) :].strip())
    return saying(_LONG, sure=True)


def _answered(said: str, low: str, situation: Situation) -> Understanding | None:
    """The pending question answered, unless the message is a request of its own."""
    assert situation.question is not None
    answer = as_command(low, said, situation.question)
    if isinstance(answer, Understanding):
        return answer
    if answer is None:
        return None
    if answer.startswith(situation.question.about) and answer.endswith(said):
        if preference(said, low) is not None or _request_of_its_own(said, situation):
            return None
    return command(answer, situation)


def _request_of_its_own(said: str, situation: Situation) -> bool:
    """Whether a message says by its first words what is to be done."""
    read = sentence(said, situation.now, situation.person.habits)
    if not read.head or meant(tidy(read.head), situation).pointed:
        return False
    tool = intent(read)
    if tool in ("", "time", "errand", "create_event", "search_memory") and not kept(read):
        return (
            tool == "create_event"
            and re.match(r"schedule|book|create|set up|add", read.head) is not None
        )
    return True


def _several(parts: list[str], situation: Situation) -> Understanding:
    if len(parts) > MOST_REQUESTS:
        return saying(
            f"Those are {len(parts)} requests; send me up to {MOST_REQUESTS} at once.", sure=False
        )
    understood = [_request(part, situation) for part in parts]
    known = [part for part in understood if part is not None and (part.calls or part.asks)]
    if not known:
        return not_understood()
    calls = [part for part in known if part.calls]
    if len(known) == 1 or not calls:
        alone = known[0]
        return (
            alone
            if len(known) == len(parts)
            else Understanding(
                calls=alone.calls,
                text=alone.text,
                buttons=alone.buttons,
                asks=alone.asks,
                about=alone.about,
            )
        )
    joined = together(calls)
    sure = joined.sure and len(calls) == len(parts)
    return Understanding(calls=joined.calls, sure=sure)


def _request(text: str, situation: Situation) -> Understanding | None:
    """One request; None when it is not understood."""
    read = sentence(text, situation.now, situation.person.habits)
    known = kept(read) or forgotten(read, situation)
    if known is not None:
        return known
    if _SNOOZE.match(read.head):
        return snooze(read, situation)
    if DONE.fullmatch(read.rest(read.start).strip(" .!")) and not read.question and not read.asked:
        return complete(read, situation)
    tool = intent(read)
    understood = _read(tool, read, situation)
    if understood is not None:
        return understood
    changed = _followed(read, situation)
    if changed is not None:
        return changed
    if foreign(read.head):
        return elsewhere()
    return fact(read) or _offer(read)


def _read(tool: str, read: Sentence, situation: Situation) -> Understanding | None:
    match tool:
        case "create_reminder":
            return making.reminder(read)
        case "create_task":
            return making.task(read)
        case "create_event":
            return making.event(read)
        case "errand":
            return making.errand(read)
        case "list_tasks":
            return tasks(read)
        case "list_reminders":
            return reminders(read)
        case "list_events":
            return events(read)
        case "find_free_time":
            return free_time(read)
        case "search_memory":
            return memory(read)
        case "complete_task" | "complete_event" | "complete_reminder":
            return complete(read, situation)
        case "delete_task" | "delete_event" | "delete_reminder":
            return delete(read, situation, tool.removeprefix("delete_"))
        case "update_task" | "update_event" | "update_reminder":
            return update(read, situation, tool.removeprefix("update_"))
    return None


def _followed(read: Sentence, situation: Situation) -> Understanding | None:
    """A time alone, or a change without its verb, is about what was shown last."""
    near = situation.replied or situation.shown
    if not near:
        return None
    return update(read, situation, near[0].kind if len(near) == 1 else "event")


def _offer(read: Sentence) -> Understanding | None:
    """Something to do that Pixie cannot do herself, but can keep."""
    if not is_chore(read):
        return None
    text = tidy(read.rest(read.start))
    return asking(
        "",
        f"I cannot do that for you. Shall I put “{text[:60]}” on your list?",
        f"/task {text}",
        (),
        sure=False,
    )
