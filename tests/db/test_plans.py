"""What runs all the time finds its rows by an index, however many old rows there are."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from db import (
    documents,
    events,
    housekeeping,
    inbox,
    installations,
    invites,
    links,
    notes,
    outbox,
    people,
    reminders,
    strangers,
    tables,
    turns,
    undo,
    usage,
)

_STATEMENTS: dict[str, Any] = {
    "person by identity": people._BY_IDENTITY,
    "an invitation used": invites._USE,
    "open invitations": invites._OF,
    "a code for linking": links._KNOWN,
    "a code that is typed": links._TAKE,
    "a person's accounts": links._ACCOUNTS,
    "what a person has": links._HOLDINGS,
    "a stranger's count": strangers._COUNT,
    "people of a workspace": people._WITHIN,
    "a workspace's installation": installations._GET,
    "a token under another key": installations._RESEAL,
    "an installation that ends": installations._REMOVE,
    "summaries due": people._SUMMARIES,
    "lane to claim": inbox._CLAIM,
    "next message": inbox._NEXT,
    "lane given back": inbox._RELEASE,
    "messages waiting": inbox._WAITING,
    "destinations to claim": outbox._CLAIM_DESTINATIONS,
    "deliveries to claim": outbox._CLAIM,
    "destination moves on": outbox._REFRESH,
    "deliveries about a row": outbox._TELLING,
    "what a message shows": outbox._SHOWN_BY,
    "last cards": outbox._LAST_SHOWN,
    "next delivery": outbox._NEXT_DUE,
    "live deliveries": outbox._LIVE,
    "reminders due": reminders._DUE,
    "a person's reminders": reminders._FIND,
    "an event's reminders": reminders._ABOUT,
    "events in a window": events._BETWEEN,
    "newest notes": notes._NEWEST,
    "turns of a message": turns._OF,
    "undo entries": undo._RECENT,
    "spent by all": usage._SPENT_ALL,
    "spent by a person": usage._SPENT,
    "what is set aside": usage._RUNNING,
    "what a person's calls took": usage._TOTALS,
    "a call settled": usage._SETTLE,
    "documents in no index": documents._UNINDEXED[0],
    "documents in another index": documents._UNINDEXED[1],
    "neighbours": documents._BEFORE,
    "old messages": housekeeping._INBOX,
    "old deliveries": housekeeping._SENT,
    "old cards": housekeeping._SHOWN,
    "old invitations": housekeeping._INVITES,
    "old strangers": housekeeping._STRANGERS,
    "old undo entries": housekeeping._UNDO,
    "old tasks": housekeeping._THINGS[0],
    "old events": housekeeping._THINGS[1],
    "old reminders": housekeeping._THINGS[2],
    "old notes": housekeeping._THINGS[3],
    "installing that was given up": housekeeping._INSTALLING,
    "old codes for linking": housekeeping._LINK_CODES,
    # Offers are few, for they last a day.
    **{
        f"{how} {at}": statement
        for how, statements in (("joining", links._JOIN), ("parting", links._PART))
        for at, statement in enumerate(statements)
        if statement.table is not tables.offers
    },
}


@pytest.mark.parametrize("name", _STATEMENTS)
def test_it_is_found_by_an_index(name: str, sqlite_template: Path) -> None:
    compiled = str(_STATEMENTS[name].compile(dialect=sqlite.dialect()))
    # A parameter that stands for a list: here of one.
    text = re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", "(?)", compiled)
    connection = sqlite3.connect(sqlite_template)
    try:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", [None] * text.count("?")).fetchall()
    finally:
        connection.close()
    steps = [row[3] for row in rows]
    scans = [
        step
        for step in steps
        if step.startswith("SCAN") and "INDEX" not in step and step not in ("SCAN due", "SCAN old")
    ]
    assert not scans, steps


def test_the_reminders_of_an_event_are_found_by_themselves(sqlite_template: Path) -> None:
    """Somebody who has imported a calendar has thousands of others."""
    compiled = str(reminders._ABOUT.compile(dialect=sqlite.dialect()))
    connection = sqlite3.connect(sqlite_template)
    try:
        rows = connection.execute(
            f"EXPLAIN QUERY PLAN {compiled}", [None] * compiled.count("?")
        ).fetchall()
    finally:
        connection.close()
    assert "ix_reminders_about" in rows[0][3]
