"""A person talking with Pixie while a vendor's models answer, and what must hold afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.deliveries import DeliveryKind
from core.models import Accounts, Models, Patience
from core.ports import JournaledTurn, Model, Store, TaskQuery, Work
from core.routing import Tier
from core.rows import Task
from core.values import Address, AssistantTurn, OwnerId, Reply, ToolTurn, UserTurn
from tests import given
from tests.dialogs.play import Conversation, Screens
from tests.fakes.clock import FakeClock
from tests.fakes.llm import EAGER, FreeAccounts

BRIEF = replace(EAGER, first=2, gap=2, whole=20)
LONG = 1000


class Watched(Screens):
    """Screens that keep what a growing reply showed, and every reply that was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[str] = []
        self.replies: list[Reply] = []

    async def send(self, address: Address, reply: Reply, key: str) -> str:
        self.replies.append(reply)
        return await super().send(address, reply, key)

    async def edit(self, address: Address, message_id: str, reply: Reply) -> None:
        self.replies.append(reply)
        await super().edit(address, message_id, reply)

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        self.drafts.append(text)
        return "draft"


class Talk(Conversation):
    """Pixie with models, asked in this order."""

    def __init__(
        self,
        store: Store,
        clock: FakeClock,
        *quick: Model,
        deep: Sequence[Model] = (),
        patience: Patience = EAGER,
        accounts: Accounts | None = None,
    ) -> None:
        self.watched = Watched()
        self.accounts = FreeAccounts()
        models = Models(
            {Tier.QUICK: quick, Tier.DEEP: deep},
            clock=clock,
            accounts=accounts or self.accounts,
            patience=patience,
        )
        super().__init__(store, clock, models=models, screens=self.watched)
        self.zone = "Europe/Lisbon"

    async def owner(self) -> OwnerId:
        (person,) = await given.stored(self.store, "people")
        return OwnerId(person["id"])

    async def tasks(self) -> list[Task]:
        """Of every status, by number."""
        owner = await self.owner()
        found = await self.store.read(lambda work: work.tasks.find(owner, TaskQuery()))
        return sorted(found, key=lambda task: task.number)

    async def titles(self) -> list[str]:
        return [task.title for task in await self.tasks()]

    async def journal(self) -> list[JournaledTurn]:
        owner = await self.owner()
        return await self.store.read(lambda work: work.turns.recent(owner, LONG))

    async def check(self) -> None:
        """Every message has one answer, every call one result, and nothing waits."""
        owner = await self.owner()
        entries = await self.journal()
        messages = sorted({entry.message_id for entry in entries})
        assert len(messages) == self._count
        for message in messages:
            turns = [entry.turn for entry in entries if entry.message_id == message]
            assert isinstance(turns[0], UserTurn)
            assert sum(isinstance(turn, UserTurn) for turn in turns) == 1
            last = turns[-1]
            assert isinstance(last, AssistantTurn)
            assert last.calls == ()
            called = [
                call.id for turn in turns if isinstance(turn, AssistantTurn) for call in turn.calls
            ]
            ran = [turn.call_id for turn in turns if isinstance(turn, ToolTurn)]
            assert ran == called
            assert set(Counter(ran).values()) <= {1}

        def unit(work: Work) -> tuple[int, int]:
            return work.inbox.waiting(), work.outbox.live()

        assert await self.store.read(unit) == (0, 0)
        outbox = await given.stored(self.store, "outbox")
        replies = [row["key"] for row in outbox if row["kind"] == DeliveryKind.REPLY]
        assert sorted(replies) == sorted(f"reply:{message}" for message in messages)
        assert all(row["owner"] == owner for row in outbox)
