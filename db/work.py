"""One unit's repositories."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core import ports
from core.errors import Stale
from core.ports import Change
from core.rows import Thing
from core.values import OwnerId
from db import tables
from db.addresses import Addresses
from db.documents import Documents
from db.events import Events
from db.feeds import Feeds
from db.housekeeping import Housekeeping
from db.inbox import Inbox
from db.installations import Installations
from db.invites import Invites
from db.leases import Leases
from db.links import Links
from db.notes import Notes
from db.offers import Offers
from db.outbox import Outbox
from db.people import People
from db.reminders import Reminders
from db.set_aside import SetAside
from db.statements import Session, bind
from db.strangers import Strangers
from db.tasks import Tasks
from db.things import Things
from db.turns import Turns
from db.undo import Undo
from db.usage import UsageLog

_NUMBERED = sa.union_all(
    *(
        sa.select(table.c.code).where(
            table.c.owner == bind("owner_"),
            table.c.number == bind("number_"),
            table.c.deleted_at.is_(None),
        )
        for table in (tables.tasks, tables.reminders, tables.events, tables.notes)
    )
)


class DatabaseWork:
    """See `core.ports.Work`."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        session = Session(connection, now)
        documents, outbox, undo = Documents(session), Outbox(session), Undo(session)
        self._session = session
        self._changes: list[Change] = []
        self._restored: dict[str, tuple[int, int]] = {}
        tasks = Tasks(session, self._changes, outbox, documents)
        events = Events(session, self._changes, outbox, documents)
        reminders = Reminders(session, self._changes, outbox, documents)
        notes = Notes(session, self._changes, outbox, documents)
        self._by_letter: dict[str, Things[Any]] = {
            "t": tasks,
            "e": events,
            "r": reminders,
            "n": notes,
        }
        self.now = now
        self.people: ports.People = People(session)
        self.tasks: ports.Tasks = tasks
        self.events: ports.Events = events
        self.reminders: ports.Reminders = reminders
        self.notes: ports.Notes = notes
        self.turns: ports.Turns = Turns(session, documents, outbox)
        self.inbox: ports.Inbox = Inbox(session)
        self.outbox: ports.Outbox = outbox
        self.undo: ports.Undo = undo
        self.offers: ports.Offers = Offers(session)
        self.usage: ports.UsageLog = UsageLog(session)
        self.feeds: ports.Feeds = Feeds(session)
        self.invites: ports.Invites = Invites(session)
        self.installations: ports.Installations = Installations(session)
        self.links: ports.Links = Links(session, outbox, undo)
        self.strangers: ports.Strangers = Strangers(session)
        self.documents: ports.Documents = documents
        self.housekeeping: ports.Housekeeping = Housekeeping(session)
        self.leases: ports.Leases = Leases(session)
        self.set_aside: ports.SetAside = SetAside(session)
        self.addresses: ports.Addresses = Addresses(session, outbox)

    @property
    def changes(self) -> Sequence[Change]:
        return self._changes

    def thing(self, owner: OwnerId, number: int) -> Thing | None:
        code = self._session.value(_NUMBERED, owner_=owner, number_=number)
        return None if code is None else self.coded(owner, code)

    def coded(self, owner: OwnerId, code: str) -> Thing | None:
        things = self._by_letter.get(code[:1])
        return None if things is None else things.coded(owner, code)

    def restore(self, owner: OwnerId, change: Change) -> Thing:
        expected = change.after.version
        stood_for, stored = self._restored.get(change.after.id, (expected, expected))
        if stood_for != expected:
            raise Stale
        things = self._by_letter[change.after.code[0]]
        if change.before is None:
            gone: Thing = things.remove(owner, replace(change.after, version=stored))
            return gone
        restored: Thing = things.save(owner, replace(change.before, version=stored))
        # Of several changes to one row the next stands on the version that this one went back to.
        self._restored[restored.id] = (change.before.version, restored.version)
        return restored
