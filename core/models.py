"""Language models as one: the right tier first, the next when one fails, each call accounted for.

A question goes down a list of models: those of its tier, then those of the other. A call that does
not begin, halts or breaks off is given up and the next model asked; a model that keeps failing is
left out until its breaker lets a probe through, so that the first choice comes back by itself. When
none can answer, the caller has the built-in understanding.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
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
_ABOUT_LIMITS = re.compile(
    r"rate|limit|quota|429|503|529|too many|overload|capacity|unavailable", re.IGNORECASE
)
"""Words of a person after which such a sentence is an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Seconds that a model is waited for."""

    first: float = 8
    """For its first sign of life."""
    gap: float = 9
    """Between two: so that the next model begins within 10 seconds of the last word."""
    whole: float = 60
    """For all that is asked for one message, whichever models answer."""
    again: float = 1
    """Before the last model that is left is asked once more, unless it fell silent."""


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


class Unresponsive(Unavailable):
    """Nothing came for longer than a model is waited for."""


Told = Callable[[str], Awaitable[None]]
"""Called with all of the text so far; a shorter text than before begins anew."""


@dataclass(slots=True)
class Tries:
    """What became of asking for one message so far."""

    seconds: float = 0
    """That models were waited for."""
    spent: bool = False
    """A budget did not allow what was asked for."""
    waited: bool = False
    """The one pause before a model is asked again is used up."""
    failed: set[str] = field(default_factory=set)
    """Models that are not asked again."""
    notes: list[str] = field(default_factory=list)
    """To be said with the reply: a budget that is nearly used up."""
    begun: bool = False
    """The model of now has shown a sign of life, or was waited for in vain: it may be billed."""


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
        self._told_operator: set[tuple[str, str]] = set()

    @property
    def all(self) -> tuple[Model, ...]:
        """Each model once."""
        found = {model.name: model for models in self._tiers.values() for model in models}
        return tuple(found.values())

    async def open(self) -> None:
        """Import what the models need ahead of the first question, and log what is set wrong."""
        await asyncio.gather(*(self._opened(model) for model in self.all))

    async def _opened(self, model: Model) -> None:
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
        self,
        ask: Ask,
        route: Route,
        *,
        tries: Tries | None = None,
        purpose: str = "chat",
        told: Told | None = None,
    ) -> AssistantTurn | None:
        """The next turn of the first model that can give one; None when no model can.

        `tries` is the same for all that is asked for one message. Raises `TooLong` when the
        conversation fits none of the models, and `Declined` when those that were reached would
        not answer.
        """
        tries = tries or Tries()
        person = ask.situation.person
        allowed = await self._accounts.tier(person)
        if allowed is Tier.INSTANT:
            tries.spent = True
            return None
        if allowed is Tier.QUICK and route.tier is not Tier.QUICK:
            reason = f"{route.reason}, but the budget runs low"
            route = replace(route, tier=Tier.QUICK, reason=reason)
        tier = route.tier
        stopped: EdgeError | None = None
        order = self._order(tier, quick_only=allowed is Tier.QUICK, but=tries.failed)
        for at, model in enumerate(order):
            if tries.seconds >= self._patience.whole:
                return None
            last = all(
                self._breakers[rest.name].rests(self._clock.now()) for rest in order[at + 1 :]
            )
            try:
                turn = await self._ask(model, ask, tier, purpose, told, tries, last=last)
            except TooLong as error:
                stopped = error
                continue
            except Declined as error:
                stopped = stopped or error
                turn = None
            if turn is not None:
                return replace(turn, choice=f"{model.name} ({route})")
            tries.failed.add(model.name)
        if stopped is not None:
            raise stopped
        return None

    def _order(self, tier: Tier, *, quick_only: bool, but: Set[str]) -> list[Model]:
        other = Tier.DEEP if tier is Tier.QUICK else Tier.QUICK
        tiers = (tier,) if quick_only else (tier, other)
        found = {model.name: model for one in tiers for model in self._tiers.get(one, ())}
        return [model for name, model in found.items() if name not in but]

    async def _ask(
        self,
        model: Model,
        ask: Ask,
        tier: Tier,
        purpose: str,
        told: Told | None,
        tries: Tries,
        *,
        last: bool,
    ) -> AssistantTurn | None:
        """One model's turn, after one pause if there is a reason for it; None when it fails."""
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
                tries.spent = True
                breaker.spared()
                return None
            except EdgeError as error:
                log.warning("model %s failed: %s", model.name, error)
                pause = self._pause(error, last=last)
                if pause is not None and not tries.waited:
                    tries.waited = True
                    breaker.spared()
                    await self._clock.sleep(pause.total_seconds())
                    continue
                after = error.retry_after if isinstance(error, Unavailable) else None
                breaker.failed(self._clock.now(), pause=after)
                return None
        return None

    def _pause(self, error: EdgeError, *, last: bool) -> timedelta | None:
        """How long to wait before the same model is asked again; None when it should not be."""
        if not isinstance(error, Unavailable) or isinstance(error, Unresponsive):
            return None
        if error.retry_after is None:
            return timedelta(seconds=self._patience.again) if last else None
        return error.retry_after if error.retry_after <= MOST_WAIT else None

    async def _accounted(
        self, model: Model, ask: Ask, tier: Tier, purpose: str, told: Told | None, tries: Tries
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
        self, model: Model, ask: Ask, told: Told | None, tries: Tries
    ) -> AssistantTurn:
        """The model's turn while it shows signs of life. Raises `Unresponsive` when it does not."""
        patience = self._patience
        time = asyncio.get_running_loop().time
        begun = time()
        end = begun + patience.whole - tries.seconds
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
                    if told is not None and not _is_limit(text, ask):
                        await told(text)
                wait = patience.gap
        except TimeoutError:
            tries.begun = True
            raise Unresponsive(f"{model.name} did not answer in time") from None
        finally:
            tries.seconds += time() - begun
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
        if _is_limit(said, ask):
            raise Unavailable(f"{model.name} answered with a limit")

    def _tell_operator(self, model: Model, error: Unauthorized) -> None:
        """Once for each model: it stays wrong until someone mends it."""
        if (model.name, error.setting) not in self._told_operator:
            self._told_operator.add((model.name, error.setting))
            log.error("model %s: %s. Check %s.", model.name, error, error.setting)


def _is_limit(text: str, ask: Ask) -> bool:
    """Whether these words are a gateway's, in place of the model's."""
    if len(text) > _LIMIT_LENGTH or not _LIMIT_SENTENCE.search(text):
        return False
    asked = next((turn.text for turn in reversed(ask.turns) if isinstance(turn, UserTurn)), "")
    return not _ABOUT_LIMITS.search(asked)


def _shown(ask: Ask) -> bool:
    """Whether tools showed a card since the person spoke, and none failed unseen."""
    since = takewhile(lambda turn: not isinstance(turn, UserTurn), reversed(ask.turns))
    ran = [turn for turn in since if isinstance(turn, ToolTurn)]
    return any(turn.cards for turn in ran) and all(turn.said or not turn.failed for turn in ran)


async def _closed(parts: AsyncIterator[str | AssistantTurn]) -> None:
    """End a stream that may be left in the middle, so that its connection is let go."""
    close = getattr(parts, "aclose", None)
    if close is not None:
        await close()
