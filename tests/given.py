"""Rows and messages to begin a test with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from core.deliveries import Delivery, DeliveryKind
from core.people import Person
from core.ports import Store, Work
from core.rows import Event, Reminder
from core.values import Address, Card, Identity, IncomingMessage, OwnerId, Reply
from core.when.wall import WallTime
from db.work import DatabaseWork
from tests.fakes.clock import MONDAY

LEASE = timedelta(seconds=15)
NOBODY = OwnerId(str(uuid4()))
"""A well-formed owner who does not exist."""


def identity(name: str = "ann", platform: str = "terminal") -> Identity:
    return Identity(platform=platform, workspace="", user=name)


def address(chat: str = "ann", thread: str | None = None, *, platform: str = "terminal") -> Address:
    return Address(platform=platform, workspace="", chat=chat, thread=thread)


def add_person(work: Work, name: str = "ann", zone: str = "Europe/Lisbon") -> Person:
    fresh = Person(id=OwnerId(""), name=name, zone=zone, created_at=work.now)
    return work.people.add(fresh, identity(name))


async def person(store: Store, name: str = "ann") -> Person:
    return await store.run(lambda work: add_person(work, name))


def message(id_: str, text: str = "hello", *, name: str = "ann") -> IncomingMessage:
    return IncomingMessage(
        id=id_, sender=identity(name), address=address(name), text=text, at=MONDAY, name=name
    )


def delivery(
    owner: OwnerId,
    key: str,
    *,
    chat: str = "ann",
    thread: str | None = None,
    about: tuple[str, ...] = (),
    cards: tuple[Card, ...] = (),
    text: str = "hello",
) -> Delivery:
    return Delivery(
        key=key,
        owner=owner,
        address=address(chat, thread),
        reply=Reply(text=text, cards=cards),
        kind=DeliveryKind.REPLY,
        due_at=MONDAY,
        about=about,
    )


def event(title: str, start: datetime, hours: float = 1, zone: str = "Europe/Lisbon") -> Event:
    """`start` is naive local time."""
    end = start + timedelta(hours=hours)
    return Event(
        title=title,
        start_local=start,
        end_local=end,
        zone=zone,
        start_at=WallTime(local=start, zone=zone).instant(),
        until_at=WallTime(local=end, zone=zone).instant(),
    )


def reminder(text: str, at: datetime, zone: str = "Europe/Lisbon") -> Reminder:
    """`at` is naive local time."""
    return Reminder(
        text=text,
        at_local=at,
        zone=zone,
        next_at=WallTime(local=at, zone=zone).instant(),
        next_local=at,
    )


async def stored(store: Store, table: str) -> list[dict[str, Any]]:
    """Every row of a table as the database holds it, for what no repository tells."""

    def unit(work: Work) -> list[dict[str, Any]]:
        assert isinstance(work, DatabaseWork)
        return [dict(row) for row in work._session.all(sa.text(f"SELECT * FROM {table}"))]

    return await store.read(unit)
