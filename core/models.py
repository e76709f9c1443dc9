"""Language models as one: the right tier first, the next when one fails, each call accounted for.

A question goes down a list of models: those of its tier, then those of the other. A call that does
not begin, halts or breaks off is given up and the next model asked; a model that keeps failing is
left out until its breaker lets a probe through, so that the first choice comes back by itself. When
none can answer, the caller has the built-in understanding.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import takewhile
from typing import Protocol

from core.breaker import Breaker
from core.deliveries import Usage
from core.errors import (
    Declined,
    EdgeError,
    Refused,
    TooLong,
    Unauthorized,
    Unavailable,
)
from core.people import Person
from core.ports import Ask, Clock, Model
from core.routing import Route, Tier
from core.values import AssistantTurn, Tokens, ToolTurn, UserTurn

log = logging.getLogger(__name__)

MOST_WAIT = timedelta(seconds=2)
"""What a model asks to wait is waited for up to this, once; else the next model is asked."""
_LIMIT_SENTENCE = re.compile(
    r"rate.?limit(?:ed| reached| exceeded)|too many requests|quota (?:has been )?exceeded|"
    r"(?:model|server|service|system|engine) is (?:currently |temporarily )?"
    r"(?:overloaded|at capacity|unavailable)|"
    r"please (?:try|come) again (?:later|shortly|in (?:a few|a moment|\d+))",
    re.IGNORECASE,
)
"""What some gateways answer with a 200 in place of the model."""
_LIMIT_LENGTH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds that a model is waited for."""

    first: float = 8
    """For its first sign of life."""
    gap: float = 10
    """Between two."""
    whole: float = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What was set aside for a call."""

    row: int
    usage: Usage
    worst: int
    """Micro-dollars."""


class Accounts(Protocol):
    """Who pays: `core.accounts` writes it into the rows."""

    async def tier(self, person: Person) -> Tier:
        """The best tier that budgets still allow: DEEP, QUICK, or INSTANT for no model at all."""
        ...

    async def reserve(
        self, person: Person, model: str, tier: Tier, purpose: str, ask: Ask, max_output: int
    ) -> Ticket | None:
        """Set the worst case aside; None when it does not fit a budget."""
        ...

    async def settle(
        self, person: Person, ticket: Ticket, tokens: Tokens | None, milliseconds: int, outcome: str
    ) -> str:
        """Write what it took; returns a sentence when a budget is nearly used up, else "".

        `outcome` is "ok", "cut" for a call that had begun, "cancelled", or the error's name.
        """
        ...


class OverBudget(Refused):
    """The worst case of the call does not fit what may still be spent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A turn, and what is to be said with it."""

    turn: AssistantTurn
    note: str = ""


Told = Callable[[str], Awaitable[None]]
"""Called with all of the text so far; a shorter text than before begins anew."""


@dataclass(slots=True)
class _Tries:
    """What became of a question so far."""

    waited: bool = False
    begun: bool = False
    """The model of now has shown a sign of life, or was waited for in vain: it may be billed."""
    notes: list[str] = field(default_factory=list)


class Models:
    """The models of each tier, in order of preference."""

    def __init__(
        self,
        tiers: Mapping[Tier, Sequence[Model]],
        *,
        clock: Clock,
        accounts: Accounts,
        patience: Patience | None = None,
    ) -> None:
        self._tiers = {tier: tuple(models) for tier, models in tiers.items()}
        self._clock = clock
        self._accounts = accounts
        self._patience = patience or Patience()
        self._breakers = {
            model.name: Breaker() for models in self._tiers.values() for model in models
        }
        self._told_operator: set[str] = set()

    @property
    def all(self) -> tuple[Model, ...]:
        """Each model once."""
        found = {model.name: model for models in self._tiers.values() for model in models}
        return tuple(found.values())

    async def open(self) -> None:
        """Import what the models need ahead of the first question, and log what is set wrong."""
        for model in self.all:
            try:
                await model.open()
                await model.check()
            except Unauthorized as error:
                self._tell_operator(model, error)
            except EdgeError as error:
                log.warning("model %s cannot be used now: %s", model.name, error)

    async def close(self) -> None:
        for model in self.all:
            await model.close()

    async def answer(
        self, ask: Ask, route: Route, *, purpose: str = "chat", told: Told | None = None
    ) -> Answered | None:
        """The next turn of the first model that can give one; None when no model can.

        Raises `TooLong` when the conversation fits none of them, and `Declined` when the models
        that were reached would not answer.
        """
        person = ask.situation.person
        allowed = await self._accounts.tier(person)
        if allowed is Tier.INSTANT:
            return None
        tier = Tier.QUICK if allowed is Tier.QUICK else route.tier
        tries = _Tries()
        stopped: EdgeError | None = None
        for model in self._order(tier, quick_only=allowed is Tier.QUICK):
            try:
                turn = await self._ask(model, ask, tier, purpose, told, tries)
            except (TooLong, Declined) as error:
                stopped = stopped or error
                continue
            if turn is not None:
                choice = f"{model.name} ({replace(route, tier=tier)})"
                return Answered(turn=replace(turn, choice=choice), note=" ".join(tries.notes))
        if stopped is not None:
            raise stopped
        return None

    def _order(self, tier: Tier, *, quick_only: bool) -> list[Model]:
        other = Tier.DEEP if tier is Tier.QUICK else Tier.QUICK
        tiers = (tier,) if quick_only else (tier, other)
        found = {model.name: model for one in tiers for model in self._tiers.get(one, ())}
        return list(found.values())

    async def _ask(
        self, model: Model, ask: Ask, tier: Tier, purpose: str, told: Told | None, tries: _Tries
    ) -> AssistantTurn | None:
        """One model's turn, after one wait if it asks for a short one; None when it fails."""
        breaker = self._breakers[model.name]
        while breaker.allows(self._clock.now()):
            try:
                return await self._accounted(model, ask, tier, purpose, told, tries)
            except Unauthorized as error:
                self._tell_operator(model, error)
                breaker.failed(self._clock.now(), at_once=True)
                return None
            except (TooLong, Declined):
                breaker.spared()
                raise
            except OverBudget:
                breaker.spared()
                return None
            except EdgeError as error:
                log.warning("model %s failed: %s", model.name, error)
                after = error.retry_after if isinstance(error, Unavailable) else None
                if after is not None and after <= MOST_WAIT and not tries.waited:
                    tries.waited = True
                    breaker.spared()
                    await self._clock.sleep(after.total_seconds())
                    continue
                breaker.failed(self._clock.now(), pause=after)
                return None
        return None

    async def _accounted(
        self, model: Model, ask: Ask, tier: Tier, purpose: str, told: Told | None, tries: _Tries
    ) -> AssistantTurn:
        """One call, with its worst case set aside before and its true cost written after."""
        person = ask.situation.person
        ticket = await self._accounts.reserve(
            person, model.name, tier, purpose, ask, model.max_output
        )
        if ticket is None:
            raise OverBudget(f"{model.name} does not fit the budget")
        time = asyncio.get_running_loop().time
        begun = time()
        tokens: Tokens | None = None
        outcome, tries.begun = "cancelled", False
        try:
            turn = await self._watched(model, ask, told, tries)
            outcome, tokens = "ok", turn.tokens
            self._sound(model, turn, ask)
        except EdgeError as error:
            outcome = "cut" if tries.begun else type(error).__name__.lower()
            raise
        finally:
            took = round((time() - begun) * 1000)
            note = await asyncio.shield(
                self._accounts.settle(person, ticket, tokens, took, outcome)
            )
            if note:
                tries.notes.append(note)
        self._breakers[model.name].succeeded()
        return replace(turn, tokens=None)

    async def _watched(
        self, model: Model, ask: Ask, told: Told | None, tries: _Tries
    ) -> AssistantTurn:
        """The model's turn while it shows signs of life. Raises `Unavailable` when it does not."""
        patience = self._patience
        time = asyncio.get_running_loop().time
        end = time() + patience.whole
        text, turn = "", None
        parts = model.stream(ask)
        wait = patience.first
        try:
            while turn is None:
                async with asyncio.timeout(max(0.0, min(wait, end - time()))):
                    part = await anext(parts, None)
                tries.begun = True
                if part is None:
                    raise Unavailable(f"{model.name} broke off")
                if isinstance(part, AssistantTurn):
                    turn = part
                elif part:
                    text += part
                    if told is not None:
                        await told(text)
                wait = patience.gap
        except TimeoutError:
            tries.begun = True
            raise Unavailable(f"{model.name} did not answer in time") from None
        finally:
            await _closed(parts)
        return turn

    def _sound(self, model: Model, turn: AssistantTurn, ask: Ask) -> None:
        """Raises `Unavailable` for an answer that is none.

        No words are an answer beside the cards that tools just showed: the prompt offers that.
        """
        if turn.calls:
            return
        said = turn.text.strip()
        if not said:
            if _shown(ask):
                return
            raise Unavailable(f"{model.name} gave an empty answer")
        if len(said) <= _LIMIT_LENGTH and _LIMIT_SENTENCE.search(said):
            raise Unavailable(f"{model.name} answered with a limit")

    def _tell_operator(self, model: Model, error: Unauthorized) -> None:
        """Once for each setting: it stays wrong until someone mends it."""
        if error.setting not in self._told_operator:
            self._told_operator.add(error.setting)
            log.error("model %s: %s. Check %s.", model.name, error, error.setting)


def _shown(ask: Ask) -> bool:
    """Whether a tool showed a card since the person spoke."""
    since = takewhile(lambda turn: not isinstance(turn, UserTurn), reversed(ask.turns))
    return any(isinstance(turn, ToolTurn) and turn.cards for turn in since)


async def _closed(parts: AsyncIterator[str | AssistantTurn]) -> None:
    """End a stream that may be left in the middle, so that its connection is let go."""
    close = getattr(parts, "aclose", None)
    if close is not None:
        await close()
