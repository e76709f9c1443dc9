"""Calling tools as the engine does: checked, gathered, applied in one unit, kept for undo."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from adapters.calendar_files import CalendarFiles
from core.budget import Limits
from core.errors import UserError
from core.files import PlatformFiles
from core.people import Person, ToolContext, next_summary
from core.ports import Places, Store, Work
from core.recall import HybridRecall
from core.rows import Thing
from core.tool import Outcome, Reach
from core.tools import load
from core.values import Attachment
from core.when.wall import zone as find_zone
from tests.fakes.cities import FewPlaces
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.files import FakeFiles
from tests.fakes.memory import FakeMemory
from tests.given import add_person, address, identity

TOOLS = load()


class Toolbox:
    """One person's tools on a store."""

    def __init__(
        self, store: Store, clock: FakeClock, owner: Person, name: str, places: Places | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        self.owner = owner
        self.name = name
        self.platform = "terminal"
        self.public_url = "https://pixie.example.org"
        self.invite_url = "https://t.me/pixie_bot?start={code}"
        self.limits = Limits()
        self.units = 0
        """That a tool needed besides its last."""
        self.replied: tuple[str, ...] = ()
        self.shown: tuple[str, ...] = ()
        self.attachments: tuple[Attachment, ...] = ()
        self.files = FakeFiles()
        recall = HybridRecall(store, FakeMemory(), FakeEmbedder(ready=False))
        self._reach = Reach(
            store=store,
            recall=recall,
            files=PlatformFiles({"terminal": self.files}),
            calendars=CalendarFiles(),
            places=places or FewPlaces(),
        )

    @property
    def now(self) -> datetime:
        return self.clock.now().astimezone(find_zone(self.owner.zone))

    @property
    def context(self) -> ToolContext:
        return ToolContext(
            owner=self.owner,
            speaker=identity(self.name, self.platform),
            address=address(self.name, platform=self.platform),
            now=self.now,
            message_id="1",
            replied=self.replied,
            shown=self.shown,
            attachments=self.attachments,
            public_url=self.public_url,
            invite_url=self.invite_url,
            limits=self.limits,
        )

    async def call(self, tool_name: str, **arguments: Any) -> Outcome:
        """Raises UserError as the tool does; nothing is then changed."""
        tool = TOOLS[tool_name]
        context = self.context
        values = tool.validated(arguments)
        gathered: tuple[Any, ...] = ()
        if tool.gather is not None:
            gathered = (await tool.gather(self._reach, context, **values),)

        def unit(work: Work) -> Outcome:
            before = len(work.changes)
            outcome = tool.apply(work, context, *gathered, **values)
            changes = work.changes[before:]
            if changes and tool.undoable:
                work.undo.add(context.owner.id, tool_name, changes)
            assert tool.changes or not changes
            if outcome.last is not None:
                outcome.last(work)
            return outcome

        while (outcome := await self.store.run(unit)).more:
            self.units += 1
        self.owner = await self.store.read(self._reread)
        return outcome

    async def refused(self, tool_name: str, **arguments: Any) -> UserError:
        """The error that the call raises."""
        with pytest.raises(UserError) as raised:
            await self.call(tool_name, **arguments)
        assert str(raised.value)
        return raised.value

    async def row(self, number: int) -> Thing | None:
        """The live row with the owner's number."""
        return await self.store.read(lambda work: work.thing(self.owner.id, number))

    async def set(self, **changes: Any) -> None:
        """Change the person."""
        owner = replace(self.owner, **changes)
        owner = replace(owner, summary_next=next_summary(owner, self.clock.now()))
        self.owner = await self.store.run(lambda work: work.people.save(owner))

    def _reread(self, work: Work) -> Person:
        return work.people.get(self.owner.id) or self.owner


async def toolbox(
    store: Store,
    clock: FakeClock,
    name: str = "ann",
    zone: str = "Europe/Lisbon",
    places: Places | None = None,
) -> Toolbox:
    """A new person and their tools. Monday 23 November 2026, 09:00 in Lisbon."""
    owner = await store.run(lambda work: add_person(work, name, zone))
    box = Toolbox(store, clock, owner, name, places)
    await box.set(zone_known=True)
    return box
