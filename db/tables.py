"""All tables, for both databases.

Instants are `Instant`; local times are naive `DateTime` beside an IANA zone. Rows that are looked
for all the time (due, waiting, live) have partial indexes, so that old rows cost nothing.
"""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Time

from core.deliveries import RUNNING, DeliveryKind, DeliveryState
from core.people import OwnerKind, Profile, Role
from core.ports import OfferKind
from core.rows import Pin, Priority, ReminderStatus, TaskStatus
from core.values import Address, IncomingMessage, Reply
from core.when.values import Habits
from db.types import Instant, Json, words

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigInt = sa.BigInteger().with_variant(Integer(), "sqlite")
"""SQLite's INTEGER has 64 bits too, and numbers rows by itself only where it is called that."""


def constant(word: str) -> sa.ColumnClause[Any]:
    """A word as part of the statement: only then does a partial index serve it on SQLite."""
    return sa.literal_column(f"'{word}'")


def _serial() -> Column[int]:
    return Column("id", BigInt, primary_key=True, autoincrement=True)


def _owner() -> Column[str]:
    return Column("owner", Text, ForeignKey("people.id"), nullable=False)


def _via() -> Column[str]:
    """The identity that a row came through, as `str(Identity)`, where that is told: an owner who
    was joined with another takes it along when they part."""
    return Column("via", Text, nullable=False, server_default="")


def _partial(name: str, *columns: Column[object], where: sa.ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", words(OwnerKind), nullable=False),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("zone_known", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("clock_24h", Boolean, nullable=False),
    Column("habits", Json(Habits), nullable=False),
    Column("summary_at", Time),
    Column("summary_when_empty", Boolean, nullable=False),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("preferred", Json(Address)),
    Column("budget", sa.BigInteger),
    Column("paused", Boolean, nullable=False),
    Column("summary_next", Instant),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("numbers", Integer, nullable=False, server_default="0"),
    Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    Column("role", words(Role), nullable=False, server_default=Role.MEMBER),
    Column("welcomed", Boolean, nullable=False, server_default=sa.false()),
    Column("lead", Integer),
)
_partial("ix_people_summary_next", people.c.summary_next, where=people.c.summary_next.is_not(None))

identities = Table(
    "identities",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("owner", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("added_at", Instant, nullable=False),
    # Where they can be written to in private.
    Column("address", Json(Address)),
    # The owner that it came with when that was joined into another; NULL: its owner's own.
    Column("home", Text),
    # What the platform told of them last.
    Column("told", Json(Profile)),
    Index("ix_identities_workspace", "platform", "workspace", "owner"),
)

# Who was joined into whom. Their row among the people stays, and keeps what they had set.
links = Table(
    "links",
    metadata,
    Column("joined", Text, ForeignKey("people.id"), primary_key=True),
    Column("owner", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)

# At most one open code for each person.
link_codes = Table(
    "link_codes",
    metadata,
    Column("owner", Text, ForeignKey("people.id"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("via", Text, nullable=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("ends_at", Instant, nullable=False, index=True),
    # Who has typed it: it works for nobody else any more.
    Column("taken_by", Text),
)


def _things(name: str, *columns: Column[object]) -> Table:
    table = Table(
        name,
        metadata,
        Column("id", Text, primary_key=True),
        _owner(),
        Column("number", Integer, nullable=False),
        Column("code", Text, nullable=False, unique=True),
        Column("version", Integer, nullable=False),
        Column("via", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("deleted_at", Instant),
        *columns,
        sa.UniqueConstraint("owner", "number"),
    )
    _partial(f"ix_{name}_deleted", table.c.deleted_at, where=table.c.deleted_at.is_not(None))
    return table


tasks = _things(
    "tasks",
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("project", Text),
    # Without case; the databases' own lower() knows ASCII alone, or the locale's letters.
    Column("project_key", Text),
    Column("status", words(TaskStatus), nullable=False),
    Column("priority", words(Priority), nullable=False),
    Column("due_local", DateTime),
    Column("due_day", Boolean, nullable=False),
    Column("zone", Text, nullable=False),
    Column("due_at", Instant),
    Column("completed_at", Instant),
)
_partial(
    "ix_tasks_live",
    tasks.c.owner,
    tasks.c.status,
    tasks.c.due_at,
    where=tasks.c.deleted_at.is_(None),
)

events = _things(
    "events",
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("start_local", DateTime, nullable=False),
    Column("end_local", DateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("all_day", Boolean, nullable=False),
    Column("rrule", Text),
    Column("excluded", Json(tuple[datetime, ...]), nullable=False),
    Column("start_at", Instant, nullable=False),
    Column("until_at", Instant),
    Column("uid", Text, nullable=False, server_default=""),
    Column("batch", Text, nullable=False, server_default=""),
)
_partial("ix_events_live", events.c.owner, events.c.until_at, where=events.c.deleted_at.is_(None))
event_imported = sa.and_(events.c.uid != sa.literal_column("''"), events.c.deleted_at.is_(None))
_partial("ix_events_uid", events.c.owner, events.c.uid, where=event_imported)
event_batched = sa.and_(events.c.batch != sa.literal_column("''"), events.c.deleted_at.is_(None))
_partial("ix_events_batch", events.c.owner, events.c.batch, where=event_batched)

reminders = _things(
    "reminders",
    Column("text", Text, nullable=False),
    Column("at_local", DateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("pin", words(Pin), nullable=False),
    Column("rrule", Text),
    Column("status", words(ReminderStatus), nullable=False),
    Column("next_at", Instant),
    Column("next_local", DateTime),
    Column("explicit", Boolean, nullable=False),
    Column("about", Text),
    Column("address", Json(Address)),
    Column("snoozes", Integer, nullable=False),
)
reminder_active = sa.and_(
    reminders.c.status == constant(ReminderStatus.ACTIVE), reminders.c.deleted_at.is_(None)
)
_partial("ix_reminders_due", reminders.c.next_at, where=reminder_active)
_partial(
    "ix_reminders_live",
    reminders.c.owner,
    reminders.c.status,
    reminders.c.next_at,
    where=reminders.c.deleted_at.is_(None),
)
_partial(
    "ix_reminders_about",
    reminders.c.owner,
    reminders.c.about,
    where=sa.and_(reminders.c.about.is_not(None), reminders.c.deleted_at.is_(None)),
)

notes = _things(
    "notes",
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
)
_partial("ix_notes_live", notes.c.owner, notes.c.created_at, where=notes.c.deleted_at.is_(None))

lanes = Table(
    "lanes",
    metadata,
    Column("owner", Text, ForeignKey("people.id"), primary_key=True),
    Column("seq", sa.BigInteger, nullable=False),
    Column("token", Text),
    # When the lane may be claimed: due time and end of the lease in one. NULL: nothing waits.
    Column("next_at", Instant),
    # Its owner is this one now, in whose lane goes what comes here.
    Column("joined", Text),
)
_partial("ix_lanes_next_at", lanes.c.next_at, where=lanes.c.next_at.is_not(None))


class MessageState(StrEnum):
    """Where a message in the inbox stands."""

    WAITING = "waiting"
    DONE = "done"
    BURIED = "buried"


inbox = Table(
    "inbox",
    metadata,
    _serial(),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    _owner(),
    Column("speaker", Text, nullable=False),
    # NULL once it is done: what was said is in the journal then.
    Column("message", Json(IncomingMessage)),
    Column("state", words(MessageState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    _via(),
    sa.UniqueConstraint("platform", "workspace", "external_id"),
)
message_waiting = inbox.c.state == constant(MessageState.WAITING)
message_done = inbox.c.state == constant(MessageState.DONE)
_partial("ix_inbox_waiting", inbox.c.owner, inbox.c.id, where=message_waiting)
_partial("ix_inbox_done", inbox.c.received_at, where=message_done)

turns = Table(
    "turns",
    metadata,
    _serial(),
    _owner(),
    Column("message_id", sa.BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    _via(),
    Index(None, "owner", "message_id", "id"),
)

destinations = Table(
    "destinations",
    metadata,
    Column("name", Text, primary_key=True),
    # When its oldest live delivery can be claimed, or its lease ends. NULL: nothing waits.
    Column("next_at", Instant),
    # The platform's pace: nothing goes there sooner.
    Column("pace_at", Instant),
)
_partial(
    "ix_destinations_next_at", destinations.c.next_at, where=destinations.c.next_at.is_not(None)
)

outbox = Table(
    "outbox",
    metadata,
    _serial(),
    Column("key", Text, nullable=False, unique=True),
    _owner(),
    Column("destination", Text, nullable=False),
    Column("address", Json(Address), nullable=False),
    Column("reply", Json(Reply), nullable=False),
    Column("kind", words(DeliveryKind), nullable=False),
    Column("about", Text, nullable=False),
    Column("has_cards", Boolean, nullable=False),
    Column("state", words(DeliveryState), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False),
    Column("parts_sent", Integer, nullable=False),
    Column("token", Text),
    Column("reason", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index("ix_outbox_cards", "owner", "id"),
)
delivery_live = outbox.c.state.in_(
    [constant(DeliveryState.WAITING), constant(DeliveryState.IN_FLIGHT)]
)
delivery_waiting = outbox.c.state == constant(DeliveryState.WAITING)
_partial("ix_outbox_live", outbox.c.destination, outbox.c.id, where=delivery_live)
_partial("ix_outbox_waiting", outbox.c.owner, where=delivery_waiting)
_partial(
    "ix_outbox_settled",
    outbox.c.has_cards,
    outbox.c.settled_at,
    where=outbox.c.settled_at.is_not(None),
)

parts = Table(
    "parts",
    metadata,
    Column("delivery", BigInt, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    _owner(),
    Column("message_id", Text, nullable=False),
    Index(None, "owner", "message_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

set_aside = Table(
    "set_aside",
    metadata,
    _serial(),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    sa.UniqueConstraint("platform", "external_id"),
)

undo = Table(
    "undo",
    metadata,
    _serial(),
    _owner(),
    Column("label", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    Column("batch", Text, nullable=False, server_default=""),
    _via(),
)
_partial("ix_undo_unused", undo.c.owner, undo.c.id, where=undo.c.used_at.is_(None))

offers = Table(
    "offers",
    metadata,
    Column("code", Text, primary_key=True),
    _owner(),
    Column("kind", words(OfferKind), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("closed", Text, nullable=False),
    Column("made_at", Instant, nullable=False, index=True),
    _via(),
)

offer_pieces = Table(
    "offer_pieces",
    metadata,
    Column("offer", Text, ForeignKey("offers.code", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("events", sa.LargeBinary, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    _serial(),
    _owner(),
    Column("at", Instant, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("input_tokens", BigInt, nullable=False),
    Column("cached_tokens", BigInt, nullable=False),
    Column("output_tokens", BigInt, nullable=False),
    Column("cost", sa.BigInteger),
    Column("milliseconds", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    # What counts against budgets: set aside while the call runs, then its cost.
    Column("counted", sa.BigInteger, nullable=False, server_default="0"),
    _via(),
    # Sums are read from the indexes alone.
    Index(None, "at", "counted"),
    Index(None, "owner", "at", "counted"),
)
usage_running = usage.c.outcome == constant(RUNNING)
_partial("ix_usage_running", usage.c.at, where=usage_running)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, ForeignKey("people.id"), nullable=False, index=True),
    Column("scope", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("read_at", Instant),
    _via(),
)

invites = Table(
    "invites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("role", words(Role), nullable=False),
    Column("platform", Text, nullable=False),
    Column("owner", Text, ForeignKey("people.id"), index=True),
    Column("name", Text, nullable=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    _via(),
)

installations = Table(
    "installations",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("bot_user", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("scopes", Json(tuple[str, ...]), nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("by_admin", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

# States with which somebody has come back to install: each works once.
installing = Table(
    "installing",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
)

# The salt of what is kept of strangers: one row.
salts = Table(
    "salts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
)

strangers = Table(
    "strangers",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", Instant, nullable=False, index=True),
)

documents = Table(
    "documents",
    metadata,
    Column("seq", BigInt, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    _owner(),
    Column("kind", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("code", Text),
    # The model under which its vector is in the index; empty until then.
    Column("indexed", Text, nullable=False),
    sa.UniqueConstraint("owner", "row_id"),
    Index(None, "owner", "kind", "seq"),
    Index(None, "indexed", "seq"),
)

vectors_gone = Table(
    "vectors_gone",
    metadata,
    Column("document", Text, primary_key=True),
    _owner(),
    Column("at", Instant, nullable=False),
)

FULL_TEXT = {
    "sqlite": (
        """CREATE VIRTUAL TABLE documents_words USING fts5(text, content='documents',
            content_rowid='seq', tokenize='porter unicode61 remove_diacritics 2')""",
        """CREATE TRIGGER documents_added AFTER INSERT ON documents BEGIN
            INSERT INTO documents_words (rowid, text)
            VALUES (new.seq, new.text); END""",
        """CREATE TRIGGER documents_removed AFTER DELETE ON documents BEGIN
            INSERT INTO documents_words (documents_words, rowid, text)
            VALUES ('delete', old.seq, old.text); END""",
        """CREATE TRIGGER documents_changed AFTER UPDATE OF text ON documents BEGIN
            INSERT INTO documents_words (documents_words, rowid, text)
            VALUES ('delete', old.seq, old.text);
            INSERT INTO documents_words (rowid, text)
            VALUES (new.seq, new.text); END""",
    ),
    "postgresql": (
        # Accents go, as they do in SQLite's unicode61 and in core.ranking. A tsvector takes at
        # most a megabyte: of a huge text only the beginning can be found.
        """ALTER TABLE documents ADD COLUMN words tsvector
            GENERATED ALWAYS AS (to_tsvector('english', regexp_replace(
                normalize(left(text, 100000), NFKD), U&'[\\0300-\\036F]', '', 'g'))) STORED""",
        "CREATE INDEX ix_documents_words ON documents USING gin (words)",
    ),
}
"""What finds documents by their words: FTS5 kept by triggers, or a generated tsvector."""


def _full_text(
    _table: sa.Table, connection: sa.Connection, *, dialect: str, statement: str, **_: object
) -> None:
    if connection.dialect.name == dialect:
        connection.exec_driver_sql(statement)


for _dialect, _statements in FULL_TEXT.items():
    for _statement in _statements:
        sa.event.listen(
            documents,
            "after_create",
            partial(_full_text, dialect=_dialect, statement=_statement),
        )
