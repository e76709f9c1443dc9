"""What the models cost, in the rows: each call's worst case set aside, then what it took."""

from dataclasses import replace

from core.budget import Budget, Crossed, Limits, Standing, budget
from core.deliveries import RUNNING, Usage
from core.models import Ticket
from core.people import Person
from core.ports import Ask, Clock, Store, Work
from core.prices import Prices
from core.prompt import STABLE, changing
from core.routing import Tier
from core.values import AssistantTurn, Tokens, ToolTurn, Turn, UserTurn

OVERHEAD = 20
"""Tokens around each turn and each tool."""
MAYBE_BILLED = frozenset({"cut", "cancelled", "ok"})
"""Outcomes of calls that may have to be paid though nobody told for how much."""
_TIERS = {Standing.FREE: Tier.DEEP, Standing.LOW: Tier.QUICK, Standing.SPENT: Tier.INSTANT}


class RowAccounts:
    """`core.models.Accounts` in the database, the same for every replica."""

    def __init__(
        self, store: Store, clock: Clock, *, prices: Prices, limits: Limits, unpriced: int
    ) -> None:
        """`unpriced`: micro-dollars that a call of a model without a price counts."""
        self._store = store
        self._clock = clock
        self._prices = prices
        self._limits = limits
        self._unpriced = unpriced

    async def tier(self, person: Person) -> Tier:
        spending = self._budget(person)
        if spending.limits == Limits():
            return Tier.DEEP
        found = await self._store.read(lambda work: work.usage.standing(person.id, spending))
        return _TIERS[found]

    async def reserve(
        self, person: Person, model: str, tier: Tier, purpose: str, ask: Ask, max_output: int
    ) -> Ticket | None:
        price = self._prices.of(model)
        worst = self._unpriced
        if price is not None:
            worst = price.worst(read=read_at_most(ask), written=max_output)
        return await self._reserved(person, model, str(tier), purpose, worst)

    async def reserve_unpriced(self, person: Person, model: str, purpose: str) -> Ticket | None:
        """Set aside what a call without a known price counts, for one that reads no text; None
        when it does not fit a budget."""
        return await self._reserved(person, model, "", purpose, self._unpriced)

    async def _reserved(
        self, person: Person, model: str, tier: str, purpose: str, worst: int
    ) -> Ticket | None:
        vendor, _, name = model.partition(":")
        usage = Usage(
            owner=person.id,
            at=self._clock.now(),
            vendor=vendor,
            model=name,
            tier=tier,
            purpose=purpose,
            outcome=RUNNING,
        )
        spending = self._budget(person)

        def unit(work: Work) -> int | None:
            return work.usage.reserve(person.id, usage, worst, spending)

        row = await self._store.run(unit)
        return None if row is None else Ticket(row=row, usage=usage, worst=worst)

    async def settle(
        self, person: Person, ticket: Ticket, tokens: Tokens | None, milliseconds: int, outcome: str
    ) -> str:
        model = f"{ticket.usage.vendor}:{ticket.usage.model}"
        if tokens is not None:
            cost = self._cost(model, tokens)
            counted = self._unpriced if cost is None else cost
        elif outcome in MAYBE_BILLED:
            cost, counted = None, ticket.worst
        else:
            cost, counted = 0, 0
        used = tokens or Tokens()
        final = replace(
            ticket.usage,
            input_tokens=used.input,
            cached_tokens=used.cached,
            output_tokens=used.output,
            cost=cost,
            milliseconds=milliseconds,
            outcome=outcome,
        )
        spending = self._budget(person)

        def unit(work: Work) -> Crossed:
            return work.usage.settle(person.id, ticket.row, final, counted, spending)

        return _note(await self._store.run(unit))

    def _budget(self, person: Person) -> Budget:
        return budget(self._limits, own=person.budget, zone=person.zone, now=self._clock.now())

    def _cost(self, model: str, tokens: Tokens) -> int | None:
        price = self._prices.of(model)
        return None if price is None else price.cost(tokens)


def read_at_most(ask: Ask) -> int:
    """More tokens than the request can have: no tokenizer makes more of a text than its bytes."""
    texts = [STABLE, changing(ask.situation)]
    texts += [f"{spec.description}{spec.parameters}" for spec in ask.tools]
    texts += [text for turn in ask.turns for text in _texts(turn)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return size + OVERHEAD * (len(ask.turns) + len(ask.tools))


def _texts(turn: Turn) -> list[str]:
    match turn:
        case UserTurn():
            return [turn.text]
        case AssistantTurn():
            return [
                turn.text,
                *(str(call.arguments) for call in turn.calls),
                str(turn.native or ""),
            ]
        case ToolTurn():
            return [turn.result]


def _note(crossed: Crossed) -> str:
    """Said once, with the reply that brought it about."""
    whose = [
        name
        for name, low in (
            ("your budget of this month", crossed.person),
            ("the budget of all here for today", crossed.instance),
        )
        if low
    ]
    if not whose:
        return ""
    return (
        f"(80% of {' and of '.join(whose)} for language models is used up: from here on I ask the "
        "quick one, and at the end I answer by myself. /cost shows what was spent.)"
    )
