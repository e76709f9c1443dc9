"""What comes next in a conversation: asked of the models while they can, else understood here.

A model's last words are held against what its tools did: a reply that claims a change which no
tool made goes back once, and is replaced when it comes again.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile

from core import agenda
from core.agenda import agenda_cards, compose
from core.cards import LISTED, card
from core.drafting import Draft
from core.errors import Declined, TooLong
from core.language.understand import understand
from core.models import Models, Tries
from core.people import ToolContext
from core.ports import LLM, Ask, JournaledTurn, Messenger, Situation, TaskQuery, ToolSpec, Work
from core.routing import Route, Tier, route
from core.situation import HISTORY_TOKENS, Opened, history, trimmed
from core.tool import Reach
from core.truth import Deeds, correction, honest, showable, untrue
from core.values import AssistantTurn, ToolTurn, Turn, UserTurn
from core.when.wall import wall

log = logging.getLogger(__name__)

MOST_MEMORIES = 5
MOST_TASKS = 10
MOST_AGENDA = 12
TOO_MUCH = "That is more than I can read at once. Send me the part that matters."
CUT = "(That is as long as one answer may be; ask me to go on.)"
UNFINISHED = (
    "(My language model stopped answering, so that is as far as I got. Tell me if something is "
    "missing.)"
)
OUT_OF_BUDGET = (
    "(The budget for language models is used up, so that is as far as I got. Tell me if something "
    "is missing.)"
)
MOST_WRONG = 2
"""Times in a message that a model is told that it called tools wrongly; then another is asked."""
DECLINED = "I would rather not answer that one. Is there something to keep or look up for you?"


@dataclass(kw_only=True, slots=True)
class Thought:
    """One message being answered. `situation` stays the same, so that a vendor's cache and its
    signed thinking stay good."""

    situation: Situation
    draft: Draft
    route: Route = field(default_factory=lambda: Route(tier=Tier.INSTANT))
    journal: list[JournaledTurn] = field(default_factory=list)
    """The messages before."""
    budget: int = HISTORY_TOKENS
    """Tokens of history that are sent."""
    understood: bool = False
    """The built-in understanding has an answer of its own, though it is not sure."""
    aside: tuple[int, tuple[Turn, ...]] = (0, ())
    """What was said between the model and Pixie alone, and after how many turns; not journaled."""
    alone: bool = False
    """No model could answer: the built-in understanding does the rest, without waiting again."""
    tries: Tries = field(default_factory=Tries)
    notes: list[str] = field(default_factory=list)
    """Said with the reply."""

    @property
    def unfinished(self) -> str:
        """What is said when the models do not go on."""
        return OUT_OF_BUDGET if self.tries.spent else UNFINISHED

    def worded(self, text: str) -> str:
        """The reply's text with what is to be said besides."""
        return "\n".join(part for part in (text, *self.notes, *self.tries.notes) if part)


class Mind:
    """Gives the next turn of a message."""

    def __init__(
        self,
        reach: Reach,
        *,
        builtin: LLM,
        models: Models | None,
        specs: Sequence[ToolSpec],
        messengers: Mapping[str, Messenger],
    ) -> None:
        self._reach = reach
        self._builtin = builtin
        self._models = models
        self._specs = tuple(specs)
        self._messengers = messengers

    async def begin(self, opened: Opened, context: ToolContext) -> Thought:
        """What a model is told, read once for the message."""
        text, address = opened.text, opened.row.message.address
        situation = opened.situation()
        read = understand(text, situation)
        if self._models is None or read.sure:
            return Thought(situation=situation, draft=Draft(None, address))
        keep = partial(self._keep, opened)
        draft = Draft(self._messengers.get(address.platform), address, keep)
        await draft.begin()
        memories = await self._reach.recall.relevant(context, text, MOST_MEMORIES)
        found = await self._reach.store.read(partial(_background, opened=opened))
        journal, today, tasks, left = found
        if left is not None:
            await draft.resume(left)
        return Thought(
            situation=replace(situation, agenda=today, open_tasks=tasks, memories=memories),
            draft=draft,
            route=route(text, read, len({one.message_id for one in journal})),
            journal=journal,
            understood=bool(read.calls),
        )

    async def _keep(self, opened: Opened, draft: str) -> None:
        row = opened.row
        await self._reach.store.run(lambda work: work.turns.drafted(row.owner, row.id, draft))

    async def next(self, thought: Thought, turns: Sequence[Turn], done: Deeds) -> AssistantTurn:
        """The next turn. `done` tells what tools changed for this message."""
        thought.tries.failed |= _misusing(turns)
        while True:
            turn = await self._of_models(thought, turns, done)
            if turn is None:
                return await self._alone(thought, turns, done.acted)
            claimed = () if turn.calls else untrue(turn.text, done)
            if not claimed:
                return self._marked(thought, turn)
            if thought.aside[1]:
                log.warning("%s claimed what no tool did, twice", turn.choice)
                return replace(turn, text=honest(claimed, done), native=None)
            told = UserTurn(text=correction(claimed, done), at=thought.situation.now)
            thought.aside = (len(turns), (turn, told))

    async def _alone(self, thought: Thought, turns: Sequence[Turn], acted: bool) -> AssistantTurn:
        """The built-in understanding's turn: from the person's words when nothing is done yet."""
        if not thought.alone and thought.route.tier is not Tier.INSTANT:
            thought.alone, thought.aside = True, (0, ())
            ran = any(isinstance(turn, ToolTurn) and _counts(turn) for turn in turns)
            if ran and (acted or not thought.understood):
                thought.notes.append(thought.unfinished)
            else:
                turns = turns[:1]
        turn = await self._builtin.complete(self._ask(thought, turns))
        return replace(turn, choice=self._chosen(thought))

    def _marked(self, thought: Thought, turn: AssistantTurn) -> AssistantTurn:
        """With a sign that it is not all, when it is not."""
        if not turn.cut or turn.calls or not turn.text.strip():
            return turn
        thought.notes.append(CUT)
        return replace(turn, text=f"{turn.text.rstrip()} …", native=None)

    def _chosen(self, thought: Thought) -> str:
        if thought.route.tier is Tier.INSTANT:
            return self._builtin.name
        why = "the budget for models is used up" if thought.tries.spent else "no model could answer"
        return f"{self._builtin.name} ({why}; {thought.route})"

    async def _of_models(
        self, thought: Thought, turns: Sequence[Turn], done: Deeds
    ) -> AssistantTurn | None:
        if self._models is None or thought.alone or thought.route.tier is Tier.INSTANT:
            return None

        async def told(text: str) -> None:
            if thought.draft.due:  # reading a long text for claims takes milliseconds
                await thought.draft.show(showable(text, done))

        while True:
            ask = self._ask(thought, turns)
            try:
                return await self._models.answer(ask, thought.route, tries=thought.tries, told=told)
            except TooLong:
                if thought.budget == 0 or not thought.journal:
                    return self._stopped(thought, TOO_MUCH, done)
                thought.budget = thought.budget // 2 if thought.budget > 500 else 0
            except Declined:
                return self._stopped(thought, DECLINED, done)

    def _stopped(self, thought: Thought, text: str, done: Deeds) -> AssistantTurn | None:
        """What is said when no model takes the question; None when it was understood without."""
        if thought.understood and not done.acted:
            return None
        text = thought.unfinished if done.acted else text
        return AssistantTurn(text=text, choice=str(thought.route))

    def _ask(self, thought: Thought, turns: Sequence[Turn]) -> Ask:
        after, aside = thought.aside
        before = trimmed(thought.journal, thought.budget)
        return Ask(
            situation=thought.situation,
            turns=(*before, *turns[:after], *aside, *turns[after:]),
            tools=self._specs,
        )


def _misusing(turns: Sequence[Turn]) -> set[str]:
    """Models that too often called nothing but unknown tools, or tools with wrong arguments."""
    wrong: Counter[str] = Counter()
    for at, turn in enumerate(turns):
        if isinstance(turn, AssistantTurn) and turn.calls:
            ran = [*takewhile(lambda one: isinstance(one, ToolTurn), turns[at + 1 :])]
            wrong[turn.choice.partition(" (")[0]] += not any(
                _counts(one) for one in ran if isinstance(one, ToolTurn)
            )
    return {name for name, times in wrong.items() if times > MOST_WRONG}


def _counts(turn: ToolTurn) -> bool:
    """Whether the person is to hear of it: not when a model called the tool wrongly."""
    return not turn.failed or bool(turn.said)


def _background(
    work: Work, opened: Opened
) -> tuple[list[JournaledTurn], tuple[str, ...], tuple[str, ...], str | None]:
    """The messages before; today's agenda and the open tasks, one a line; a draft that an earlier
    attempt left."""
    owner, now = opened.person, opened.now
    start, end = agenda.days(wall(now, owner.zone).local.date(), 1, owner)
    found = compose(now, start, end, agenda.read(work, owner.id, start, end))
    today = tuple(shown.line() for shown in agenda_cards(found, owner, now, MOST_AGENDA))
    tasks = work.tasks.find(owner.id, TaskQuery(statuses=agenda.OPEN, limit=MOST_TASKS))
    listed = tuple(card(task, owner, now, LISTED).line() for task in tasks)
    left = work.turns.draft(opened.row.owner, opened.row.id)
    return history(work, opened.row), today, listed, left
