"""One message, answered: the only way from words to effects.

What was said and what each tool did are committed step by step in the journal, each behind the
lane's fence, so that an attempt that dies is taken up where it stopped and nothing is done twice.
When the built-in understanding is sure, all of it is one unit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from core.budget import Limits
from core.cards import clipped
from core.deliveries import Delivery, DeliveryKind, LaneClaim
from core.errors import Misused, UserError
from core.groups import first_words
from core.hearing import Hearing
from core.language.builtin import told
from core.language.understand import understand
from core.models import Models
from core.people import ToolContext
from core.ports import LLM, Messenger, Store, Work
from core.presses import OLD_BUTTON, elsewhere, in_place, outdated, place
from core.references import OtherKind
from core.rerouting import rerouted
from core.situation import NO_LIMITS, Onward, Opened, onward, open_next
from core.thinking import Mind, Thought
from core.tool import Outcome, Reach, Tool
from core.truth import deeds, passed_over
from core.values import (
    AssistantTurn,
    Button,
    Call,
    Card,
    Reply,
    ToolTurn,
    Turn,
    UserTurn,
)

MAX_STEPS = 8
MAX_TEXT = 20_000
"""Characters that are read; a longer message is answered with a sentence."""
LEASE = timedelta(seconds=15)
MAX_GATHERS = 3
MOST_HEARD = 500
"""Characters of a voice message that are shown as they were heard."""
DEAF = (
    "I cannot listen to voice messages: whoever runs me has set no model for it "
    "(PIXIE_TRANSCRIPTION_MODEL). Please write it to me."
)
STOPPED = f"I stopped after {MAX_STEPS} steps. What was done so far is below."
IN_VAIN = f"I stopped after {MAX_STEPS} steps that led nowhere. Please say it in other words."

EDITED_LATE = (
    "I had already done what your message said before you edited it. Tell me what to change, or "
    "take it back with /undo."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is said at the end of a message."""

    text: str
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    choice: str = ""
    native: dict[str, Any] | None = None


class Moved(Exception):
    """The owner's rows changed between gathering and applying."""


class Longer(Exception):
    """A tool has more to do than the one unit of the instant path may take."""


class Engine:
    """Answers messages. Holds no state of a conversation: that is all in the rows."""

    def __init__(
        self,
        reach: Reach,
        *,
        builtin: LLM,
        models: Models | None = None,
        tools: Mapping[str, Tool],
        messengers: Mapping[str, Messenger],
        public_url: str = "",
        limits: Limits = NO_LIMITS,
        hearing: Hearing | None = None,
        invite_url: Callable[[], str] = lambda: "",
    ) -> None:
        """`invite_url` is asked each time: a platform tells late what its links are."""
        self._reach = reach
        self._hearing = hearing
        self._store: Store = reach.store
        self._builtin = builtin
        self._models = models
        self._tools = dict(tools)
        self._changing = frozenset(name for name, tool in tools.items() if tool.changes)
        self._mind = Mind(
            reach,
            builtin=builtin,
            models=models,
            specs=[tool.spec() for tool in tools.values() if tool.for_models],
            messengers=messengers,
        )
        self._messengers = messengers
        self._public_url = public_url
        self._limits = limits
        self._invite_url = invite_url

    def _context(self, opened: Opened) -> ToolContext:
        return opened.context(self._public_url, self._limits, self._invite_url())

    async def answer(self, claim: LaneClaim, opened: Opened) -> Onward:
        """Answer one message: effects, journal, outbox and the inbox mark are committed, and the
        lane's next message is opened or the lane given back.

        Raises `Fenced` when the lane was lost; nothing of the last step is then kept.
        """
        if opened.spoken and not opened.journal:
            try:
                opened = await self._listened(claim, opened)
            except UserError as error:
                return await self._finish(claim, opened, [], Answer(text=str(error)))
        if len(opened.text) > MAX_TEXT:
            text = (
                f"That message has {len(opened.text):,} characters; I read up to {MAX_TEXT:,}. "
                "Send me the part that matters, or the request on its own."
            )
            return await self._finish(claim, opened, list(opened.journal), Answer(text=text))
        if opened.acted and not opened.journal:
            return await self._finish(claim, opened, [], Answer(text=EDITED_LATE))
        if outdated(opened):
            answer = Answer(text=OLD_BUTTON)
            return await self._finish(claim, opened, list(opened.journal), answer)
        if _only_said(opened.journal):
            then = await self._instantly(claim, opened)
            if then is not None:
                return then
        return await self._converse(claim, opened)

    async def _listened(self, claim: LaneClaim, opened: Opened) -> Opened:
        """The message with its words, which are journaled: they are paid for and read once.

        Raises UserError when they cannot be heard.
        """
        if self._hearing is None:
            raise UserError(DEAF)
        text = await self._hearing.heard(opened.person, opened.row.message)

        def unit(work: Work) -> Opened | None:
            work.inbox.renew(claim, LEASE)
            said = UserTurn(text=text, at=opened.now)
            work.turns.append(opened.row.owner, opened.row.id, said)
            return open_next(work, claim)

        again = await self._store.run(unit)
        if again is None or again.row.id != opened.row.id:
            raise LookupError("a message left its lane while it was heard")
        return again

    # --- the instant path ---

    async def _instantly(self, claim: LaneClaim, opened: Opened) -> Onward | None:
        """One unit, when the built-in understanding is sure and at most one tool has to gather.

        None: it is not.
        """
        read = understand(opened.text, opened.situation())
        if self._models and not read.sure:
            return None
        if not read.calls:
            answer = Answer(
                text=read.text, buttons=read.buttons, asks=read.asks, choice=self._builtin.name
            )
            stored = len(opened.journal)
            return await self._finish(claim, opened, list(opened.journal), answer, stored=stored)
        tools = [self._tools[call.name] for call in read.calls if call.name in self._tools]
        if len(tools) < len(read.calls):
            return None
        if read.text or (len(tools) > 1 and any(tool.gather for tool in tools)):
            return None
        context = self._context(opened)
        try:
            arguments = [
                tool.validated(call.arguments) for tool, call in zip(tools, read.calls, strict=True)
            ]
            for _ in range(MAX_GATHERS):
                gathered = await self._gather(tools[0], context, arguments[0])
                unit = partial(
                    self._all_at_once,
                    claim=claim,
                    opened=opened,
                    calls=read.calls,
                    arguments=arguments,
                    gathered=gathered,
                )
                try:
                    return await self._store.run(unit)
                except Moved:
                    continue
                except Longer:
                    return None
        except UserError:
            # Something was refused: the unit left nothing, and step by step each part is told.
            return None
        return None

    def _all_at_once(
        self,
        work: Work,
        claim: LaneClaim,
        opened: Opened,
        calls: Sequence[Call],
        arguments: Sequence[dict[str, Any]],
        gathered: tuple[int, Any] | None,
    ) -> Onward:
        self._hold(work, claim, calls[0], gathered)
        context = self._context(opened)
        last: list[Callable[[Work], None]] = []
        turns: list[Turn] = [
            *(opened.journal or [UserTurn(text=opened.text, at=opened.now)]),
            AssistantTurn(calls=tuple(calls), choice=self._builtin.name),
        ]
        for call, values in zip(calls, arguments, strict=True):
            turn = self._apply(work, context, call, values, gathered, last)
            if turn is None:
                raise Longer
            turns.append(turn)
        said_last = told(_results(turns))
        answer = Answer(
            text=said_last.text,
            buttons=said_last.buttons,
            asks=said_last.asks,
            choice=self._builtin.name,
        )
        self._close(work, claim, opened, turns, answer, len(opened.journal))
        for each in last:
            each(work)
        # What comes last may have handed the lane to another.
        return Onward(opened=None, due=True) if last else onward(work, claim)

    # --- step by step ---

    async def _converse(self, claim: LaneClaim, opened: Opened) -> Onward:
        """Model and tools in turn, each step journaled before the next begins."""
        turns: list[Turn] = list(opened.journal)
        if not turns:
            turns.append(UserTurn(text=opened.text, at=opened.now))
        stored = len(opened.journal)
        steps = sum(isinstance(turn, AssistantTurn) for turn in turns)
        thought: Thought | None = None
        while True:
            for call in _unanswered(turns):
                turns.append(await self._run(claim, opened, call))
                stored = len(turns)
            if steps >= MAX_STEPS:
                answer = Answer(text=STOPPED if any(map(_tells, turns)) else IN_VAIN)
                break
            thought = thought or await self._mind.begin(opened, self._context(opened))
            turn = await self._mind.next(thought, turns, deeds(turns, self._changing))
            steps += 1
            if not turn.calls:
                answer = Answer(
                    text=turn.text,
                    buttons=turn.buttons,
                    asks=turn.asks,
                    choice=turn.choice,
                    native=turn.native,
                )
                break
            turns.append(turn)
            await self._journal(claim, opened, turns[stored:])
            stored = len(turns)
        if thought is not None:
            answer = replace(answer, text=thought.worded(answer.text))
        draft = thought.draft.ref if thought else None
        return await self._finish(claim, opened, turns, answer, stored=stored, draft=draft)

    async def _run(self, claim: LaneClaim, opened: Opened, call: Call) -> ToolTurn:
        """One call: its effect and its turn in one fenced unit.

        A row of another kind than the tool is for is handed to that kind's own tool.
        """
        try:
            try:
                return await self._called(claim, opened, call)
            except OtherKind as other:
                again = rerouted(call, other)
                if again is None:
                    raise
                return await self._called(claim, opened, again)
        except UserError as error:
            failed = ToolTurn(
                call_id=call.id,
                name=call.name,
                result=str(error),
                failed=True,
                said="" if isinstance(error, Misused) else str(error),
                cards=error.cards,
                buttons=error.buttons,
                asks=error.asks,
            )
            await self._journal(claim, opened, [failed])
            return failed

    async def _called(self, claim: LaneClaim, opened: Opened, call: Call) -> ToolTurn:
        context = self._context(opened)
        if call.malformed:
            raise Misused(
                f"The arguments were not a JSON object. Call {call.name} again with valid JSON."
            )
        tool = self._tools.get(call.name)
        if tool is None:
            raise Misused(f"There is no tool called {call.name!r}.")
        arguments = tool.validated(call.arguments)
        for _ in range(MAX_GATHERS):
            gathered = await self._gather(tool, context, arguments)
            unit = partial(
                self._step,
                claim=claim,
                opened=opened,
                call=call,
                arguments=arguments,
                gathered=gathered,
            )
            try:
                while (turn := await self._store.run(unit)) is None:
                    pass
                return turn
            except Moved:
                continue
        raise UserError("Your list kept changing while I looked at it; please say that again.")

    def _step(
        self,
        work: Work,
        claim: LaneClaim,
        opened: Opened,
        call: Call,
        arguments: dict[str, Any],
        gathered: tuple[int, Any] | None,
    ) -> ToolTurn | None:
        """None when the tool has more to do: what it did is kept, and its turn comes at the end."""
        self._hold(work, claim, call, gathered)
        context = self._context(opened)
        last: list[Callable[[Work], None]] = []
        turn = self._apply(work, context, call, arguments, gathered, last)
        if turn is not None:
            work.turns.append(opened.row.owner, opened.row.id, turn)
        for each in last:
            each(work)
        return turn

    def _hold(
        self, work: Work, claim: LaneClaim, call: Call, gathered: tuple[int, Any] | None
    ) -> None:
        """Hold the lane, and those that the tool needs besides."""
        tool = self._tools[call.name]
        needed = tool.beside(gathered[1]) if tool.beside and gathered else ()
        work.inbox.renew(claim, LEASE, beside=needed)

    async def _gather(
        self, tool: Tool, context: ToolContext, arguments: dict[str, Any]
    ) -> tuple[int, Any] | None:
        """The owner's revision, and what the tool looked up at it."""
        if tool.gather is None:
            return None
        owner = context.owner.id
        revision = await self._store.read(lambda work: work.people.revision(owner))
        return revision, await tool.gather(self._reach, context, **arguments)

    def _apply(
        self,
        work: Work,
        context: ToolContext,
        call: Call,
        arguments: dict[str, Any],
        gathered: tuple[int, Any] | None,
        last: list[Callable[[Work], None]],
    ) -> ToolTurn | None:
        """What is to be done at the end of the unit goes into `last`."""
        tool = self._tools[call.name]
        owner = context.owner.id
        before = len(work.changes)
        if gathered is None:
            outcome: Outcome = tool.apply(work, context, **arguments)
        else:
            revision, found = gathered
            if tool.changes and work.people.revision(owner) != revision:
                raise Moved
            outcome = tool.apply(work, context, found, **arguments)
        changes = work.changes[before:]
        if changes and tool.undoable:
            work.undo.add(owner, call.name, changes)
        if outcome.last is not None:
            last.append(outcome.last)
        if outcome.more:
            return None
        return ToolTurn(
            call_id=call.id,
            name=call.name,
            result=outcome.result,
            said=outcome.said,
            cards=outcome.cards,
            buttons=outcome.buttons,
            asks=outcome.asks,
            changed=bool(changes) if outcome.changed is None else outcome.changed,
            secrets=outcome.secrets,
            quoted=outcome.quoted,
        )

    # --- the journal and the end ---

    async def _journal(self, claim: LaneClaim, opened: Opened, turns: Sequence[Turn]) -> None:
        def unit(work: Work) -> None:
            work.inbox.renew(claim, LEASE)
            work.turns.append(opened.row.owner, opened.row.id, *turns)

        await self._store.run(unit)

    async def _finish(
        self,
        claim: LaneClaim,
        opened: Opened,
        turns: list[Turn],
        answer: Answer,
        *,
        stored: int = 0,
        draft: str | None = None,
    ) -> Onward:
        if not turns:
            turns = [UserTurn(text=opened.text, at=opened.now)]

        def unit(work: Work) -> Onward:
            work.inbox.renew(claim, LEASE)
            self._close(work, claim, opened, turns, answer, stored, draft)
            return onward(work, claim)

        return await self._store.run(unit)

    def _close(
        self,
        work: Work,
        claim: LaneClaim,
        opened: Opened,
        turns: Sequence[Turn],
        answer: Answer,
        stored: int,
        draft: str | None = None,
    ) -> None:
        """The last unit: what is not journaled yet, the reply, and the inbox mark."""
        row = opened.row
        told = [self._with_receipts(answer.text, turns), first_words(work, opened.person)]
        answer = replace(answer, text="\n".join(words for words in told if words))
        last = AssistantTurn(
            text=answer.text,
            native=answer.native,
            buttons=answer.buttons,
            asks=answer.asks,
            choice=answer.choice,
        )
        work.turns.append(row.owner, row.id, *turns[stored:], last)
        reply = _reply(turns, answer, opened.menu, opened.text if opened.spoken else "")
        reply = replace(reply, draft=draft)
        reply = in_place(opened, reply, _results(turns), asks=answer.asks is not None)
        about = () if reply.replaces is None else (place(reply),)
        for older in about:
            work.outbox.withdraw(row.owner, older)
        # Before the reply, whose cards are to be the last that were shown.
        editing = {name for name, each in self._messengers.items() if each.can_edit}
        for update in elsewhere(work, opened, _results(turns), editing):
            work.outbox.add(update)
        work.outbox.add(
            Delivery(
                key=f"reply:{row.id}",
                owner=row.owner,
                address=row.message.address,
                reply=reply,
                kind=DeliveryKind.REPLY,
                due_at=work.now,
                about=about,
            )
        )
        work.inbox.done(claim, row.id)

    def _with_receipts(self, text: str, turns: Sequence[Turn]) -> str:
        """The text and, beneath it, what the tools that change things said for the person.

        However a model words its reply, the zone that a time was taken in, an event's neighbours,
        a setting's new value and a link that it never saw are told as the tool told them, and so
        is what failed and the reply passes over.
        """
        told = [
            turn.said
            for turn in _results(turns)
            if turn.said and turn.name in self._changing and not turn.failed
        ]
        told += passed_over(text, deeds(turns, self._changing))
        beneath = [said for said in dict.fromkeys(told) if said not in text]
        return "\n".join([text, *beneath] if text else beneath)


def _results(turns: Sequence[Turn]) -> list[ToolTurn]:
    return [turn for turn in turns if isinstance(turn, ToolTurn)]


def _only_said(journal: Sequence[Turn]) -> bool:
    """Nothing was begun yet: at most, what the person said was heard."""
    return all(isinstance(turn, UserTurn) for turn in journal)


def _tells(turn: Turn) -> bool:
    """A tool showed or did something."""
    return isinstance(turn, ToolTurn) and not turn.failed


def _unanswered(turns: Sequence[Turn]) -> list[Call]:
    """Calls that have no tool turn yet: after a crash only these are run."""
    answered = {turn.call_id for turn in turns if isinstance(turn, ToolTurn)}
    return [
        call
        for turn in turns
        if isinstance(turn, AssistantTurn)
        for call in turn.calls
        if call.id not in answered
    ]


def _reply(turns: Sequence[Turn], answer: Answer, replaces: str | None, heard: str) -> Reply:
    """The answer with the card of every row that the tools told of, as it is now.

    Above it what was heard of a voice message, beneath it what the tools quote of others' words.

    A row that a later tool tells of again is shown as that one left it; one tool may show several
    cards of one row: the occurrences of a series.
    """
    results = _results(turns)
    cards: list[Card] = []
    for turn in results:
        again = {card.code for card in turn.cards}
        cards = [card for card in cards if card.code not in again]
        cards += turn.cards
    buttons = answer.buttons or tuple(button for turn in results for button in turn.buttons)
    words = [f"🎙 “{clipped(heard, MOST_HEARD)}”" if heard else "", answer.text]
    words += [turn.quoted for turn in results]
    return Reply(
        text="\n".join(part for part in words if part),
        cards=tuple(cards),
        buttons=buttons,
        replaces=replaces,
        secrets=tuple(secret for turn in results for secret in turn.secrets),
    )
