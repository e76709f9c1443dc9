"""People, their things, lanes, the inbox, the outbox, the journal and what is searched."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BIG_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table(
        "destinations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("pace_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_destinations"),
    )
    _partial("ix_destinations_next_at", "destinations", ["next_at"], "next_at IS NOT NULL")
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("zone_known", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("clock_24h", sa.Boolean(), nullable=False),
        sa.Column("habits", sa.Text(), nullable=False),
        sa.Column("summary_at", sa.Time()),
        sa.Column("summary_when_empty", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time()),
        sa.Column("quiet_until", sa.Time()),
        sa.Column("preferred", sa.Text()),
        sa.Column("budget", sa.BigInteger()),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("summary_next", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    _partial("ix_people_summary_next", "people", ["summary_next"], "summary_next IS NOT NULL")
    op.create_table(
        "documents",
        sa.Column("seq", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("indexed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_documents_owner"),
        sa.PrimaryKeyConstraint("seq", name="pk_documents"),
        sa.UniqueConstraint("id", name="uq_documents_id"),
        sa.UniqueConstraint("owner", "row_id", name="uq_documents_owner_row_id"),
    )
    op.create_index("ix_documents_indexed_seq", "documents", ["indexed", "seq"])
    op.create_index("ix_documents_owner_kind_seq", "documents", ["owner", "kind", "seq"])
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("start_local", sa.DateTime(), nullable=False),
        sa.Column("end_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("rrule", sa.Text()),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("start_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_events_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("code", name="uq_events_code"),
        sa.UniqueConstraint("owner", "number", name="uq_events_owner_number"),
    )
    _partial("ix_events_live", "events", ["owner", "until_at"], "deleted_at IS NULL")
    op.create_table(
        "feeds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("read_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_feeds_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("token_hash", name="uq_feeds_token_hash"),
    )
    op.create_index("ix_feeds_owner", "feeds", ["owner"])
    op.create_table(
        "identities",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_identities_owner"),
        sa.PrimaryKeyConstraint("platform", "workspace", "user", name="pk_identities"),
    )
    op.create_index("ix_identities_owner", "identities", ["owner"])
    op.create_table(
        "inbox",
        sa.Column("id", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_inbox_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint(
            "platform", "workspace", "external_id", name="uq_inbox_platform_workspace_external_id"
        ),
    )
    _partial("ix_inbox_waiting", "inbox", ["owner", "id"], "state = 'waiting'")
    op.create_table(
        "lanes",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("next_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_lanes_owner"),
        sa.PrimaryKeyConstraint("owner", name="pk_lanes"),
    )
    _partial("ix_lanes_next_at", "lanes", ["next_at"], "next_at IS NOT NULL")
    op.create_table(
        "notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_notes_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.UniqueConstraint("code", name="uq_notes_code"),
        sa.UniqueConstraint("owner", "number", name="uq_notes_owner_number"),
    )
    _partial("ix_notes_live", "notes", ["owner", "created_at"], "deleted_at IS NULL")
    op.create_table(
        "outbox",
        sa.Column("id", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("has_cards", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_outbox_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_cards", "outbox", ["owner", "id"])
    _partial("ix_outbox_live", "outbox", ["destination", "id"], "state IN ('waiting', 'in_flight')")
    _partial("ix_outbox_waiting", "outbox", ["owner"], "state = 'waiting'")
    op.create_table(
        "reminders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("pin", sa.String(16), nullable=False),
        sa.Column("rrule", sa.Text()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("next_local", sa.DateTime()),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_reminders_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("code", name="uq_reminders_code"),
        sa.UniqueConstraint("owner", "number", name="uq_reminders_owner_number"),
    )
    _partial(
        "ix_reminders_due", "reminders", ["next_at"], "status = 'ACTIVE' AND deleted_at IS NULL"
    )
    _partial("ix_reminders_live", "reminders", ["owner", "status", "next_at"], "deleted_at IS NULL")
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("project", sa.Text()),
        sa.Column("project_key", sa.Text()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("due_local", sa.DateTime()),
        sa.Column("due_day", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("completed_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_tasks_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("code", name="uq_tasks_code"),
        sa.UniqueConstraint("owner", "number", name="uq_tasks_owner_number"),
    )
    _partial("ix_tasks_live", "tasks", ["owner", "status", "due_at"], "deleted_at IS NULL")
    op.create_table(
        "turns",
        sa.Column("id", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_turns_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index("ix_turns_owner_message_id_id", "turns", ["owner", "message_id", "id"])
    op.create_table(
        "undo",
        sa.Column("id", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_undo_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_undo"),
    )
    _partial("ix_undo_unused", "undo", ["owner", "id"], "used_at IS NULL")
    op.create_table(
        "usage",
        sa.Column("id", BIG_INT, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_usage_owner"),
        sa.PrimaryKeyConstraint("id", name="pk_usage"),
    )
    op.create_index("ix_usage_at", "usage", ["at"])
    op.create_index("ix_usage_owner_at", "usage", ["owner", "at"])
    op.create_table(
        "vectors_gone",
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_vectors_gone_owner"),
        sa.PrimaryKeyConstraint("document", name="pk_vectors_gone"),
    )
    op.create_table(
        "parts",
        sa.Column("delivery", BIG_INT, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"], ["outbox.id"], name="fk_parts_delivery", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_parts_owner"),
        sa.PrimaryKeyConstraint("delivery", "part", name="pk_parts"),
    )
    op.create_index("ix_parts_owner_message_id", "parts", ["owner", "message_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            """CREATE VIRTUAL TABLE documents_words USING fts5(text, content='documents',
            content_rowid='seq', tokenize='porter unicode61 remove_diacritics 2')"""
        )
        op.execute(
            """CREATE TRIGGER documents_added AFTER INSERT ON documents BEGIN
            INSERT INTO documents_words (rowid, text)
            VALUES (new.seq, new.text); END"""
        )
        op.execute(
            """CREATE TRIGGER documents_removed AFTER DELETE ON documents BEGIN
            INSERT INTO documents_words (documents_words, rowid, text)
            VALUES ('delete', old.seq, old.text); END"""
        )
        op.execute(
            """CREATE TRIGGER documents_changed AFTER UPDATE OF text ON documents BEGIN
            INSERT INTO documents_words (documents_words, rowid, text)
            VALUES ('delete', old.seq, old.text);
            INSERT INTO documents_words (rowid, text)
            VALUES (new.seq, new.text); END"""
        )
    else:
        op.execute(
            """ALTER TABLE documents ADD COLUMN words tsvector
            GENERATED ALWAYS AS (to_tsvector('english', regexp_replace(
                normalize(left(text, 100000), NFKD), U&'[\\0300-\\036F]', '', 'g'))) STORED"""
        )
        op.execute("""CREATE INDEX ix_documents_words ON documents USING gin (words)""")
