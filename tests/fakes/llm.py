"""A model that says what a test told it to, and accounts that never run dry."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from core.deliveries import Usage
from core.models import Models, Patience, Ticket
from core.people import Person
from core.ports import Ask, Clock
from core.routing import Tier
from core.values import AssistantTurn, Call, Tokens


def calls(*wanted: tuple[str, dict[str, Any]]) -> AssistantTurn:
    """A turn that calls these tools; ids are unique within it."""
    return AssistantTurn(
        calls=tuple(
            Call(id=f"call-{at}-{name}", name=name, arguments=arguments)
            for at, (name, arguments) in enumerate(wanted)
        )
    )


class Silence:
    """A step of a script: the model says these words and then nothing more, for good."""

    def __init__(self, after: str = "") -> None:
        self.after = after

    def __str__(self) -> str:
        return f"silence after {self.after!r}"


Step = AssistantTurn | Exception | str | Silence

EAGER = Patience(again=0)
"""As in life, but a model that failed is asked once more at once: the clock may stand still."""


class ScriptedLLM:
    """`core.ports.Model` with turns or errors to give, in order; keeps what it was asked."""

    max_output = 1024

    def __init__(self, script: Sequence[Step], name: str = "scripted") -> None:
        self.name = name
        self.script = list(script)
        self.asked: list[Ask] = []

    async def complete(self, ask: Ask) -> AssistantTurn:
        turn = AssistantTurn()
        async for part in self.stream(ask):
            if isinstance(part, AssistantTurn):
                turn = part
        return turn

    async def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        """The words one by one, then the turn."""
        self.asked.append(ask)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, Silence):
            if step.after:
                yield step.after
            await asyncio.Event().wait()
        assert not isinstance(step, Silence)
        turn = AssistantTurn(text=step) if isinstance(step, str) else step
        for word in turn.text.split():
            yield f"{word} "
        yield turn

    async def open(self) -> None:
        """There is nothing to import."""

    async def check(self) -> None:
        """A script is always right."""

    async def close(self) -> None:
        """There is nothing to let go."""


class FreeAccounts:
    """`core.models.Accounts` that grant `tier` and keep what was settled."""

    def __init__(self, tier: Tier = Tier.DEEP) -> None:
        self.granted = tier
        self.fits = True
        self.note = ""
        self.settled: list[tuple[str, str]] = []

    async def tier(self, person: Person) -> Tier:
        return self.granted

    async def reserve(
        self, person: Person, model: str, tier: Tier, purpose: str, ask: Ask, max_output: int
    ) -> Ticket | None:
        if not self.fits:
            return None
        vendor, _, name = model.rpartition(":")
        usage = Usage(
            owner=person.id,
            at=person.created_at,
            vendor=vendor,
            model=name,
            tier=str(tier),
            purpose=purpose,
        )
        return Ticket(row=len(self.settled), usage=usage, worst=0)

    async def settle(
        self, person: Person, ticket: Ticket, tokens: Tokens | None, milliseconds: int, outcome: str
    ) -> str:
        self.settled.append((ticket.usage.model, outcome))
        return self.note


def models(
    quick: Sequence[ScriptedLLM],
    clock: Clock,
    deep: Sequence[ScriptedLLM] = (),
    *,
    accounts: FreeAccounts | None = None,
    patience: Patience = EAGER,
) -> Models:
    """Scripted models as the engine takes them."""
    return Models(
        {Tier.QUICK: quick, Tier.DEEP: deep},
        clock=clock,
        accounts=accounts or FreeAccounts(),
        patience=patience,
    )
