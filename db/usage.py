"""What the models cost."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core import budget as budgets
from core.budget import Budget, Crossed, Limits, Spent, Standing, Total
from core.deliveries import RUNNING, Usage
from core.values import OwnerId
from db import tables
from db.statements import Session, bind
from db.tables import usage_running

_LOCK = 0x7069787C
"""Names the lock that reservations take on PostgreSQL; migrations have another."""
_TAKE = sa.select(sa.func.pg_advisory_xact_lock(_LOCK))
_u = tables.usage.c
_x = tables.links.c
_KNOWN_LAST = [field.name for field in fields(Usage) if field.name not in ("owner", "at")]
_ADD = sa.insert(tables.usage).returning(_u.id)
_SETTLE = (
    sa.update(tables.usage)
    .where(
        # Whoever was joined with another while the call ran has it there.
        sa.or_(
            _u.owner == bind("owner_"),
            _u.owner == sa.select(_x.owner).where(_x.joined == bind("owner_")).scalar_subquery(),
        ),
        _u.id == bind("id_"),
        usage_running,
    )
    .values({name: bind(f"{name}_") for name in (*_KNOWN_LAST, "counted")})
    .returning(_u.at)
)


def _sum(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    """0 of no rows. PostgreSQL adds bigints up to a numeric."""
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)


_counted = _sum(_u.counted)
_SPENT_ALL = sa.select(_counted).where(_u.at >= bind("at_"))
_SPENT = _SPENT_ALL.where(_u.owner == bind("owner_"))
_RUNNING = sa.select(_u.owner, _u.at, _u.counted).where(usage_running, _u.at >= bind("at_"))
_cost = _sum(_u.cost)
_TOTALS = (
    sa.select(
        _u.vendor,
        _u.model,
        _u.purpose,
        sa.func.count().label("calls"),
        _sum(_u.input_tokens).label("input_tokens"),
        _sum(_u.cached_tokens).label("cached_tokens"),
        _sum(_u.output_tokens).label("output_tokens"),
        _cost.label("cost"),
        (sa.func.count() - sa.func.count(_u.cost)).label("unknown"),
    )
    .where(_u.owner == bind("owner_"), _u.at >= bind("at_"))
    .group_by(_u.vendor, _u.model, _u.purpose)
    .order_by(_cost.desc(), _u.vendor, _u.model, _u.purpose)
)


class UsageLog:
    """See `core.ports.UsageLog`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def reserve(self, owner: OwnerId, usage: Usage, worst: int, budget: Budget) -> int | None:
        self._lock(budget)
        if not budgets.fits(self.spent(owner, budget), worst, budget.limits):
            return None
        values = {name: getattr(usage, name) for name in _KNOWN_LAST} | {"outcome": RUNNING}
        return int(self._session.value(_ADD, owner=owner, at=usage.at, counted=worst, **values))

    def settle(
        self, owner: OwnerId, row_id: int, usage: Usage, counted: int, budget: Budget
    ) -> Crossed:
        self._lock(budget)
        values = {f"{name}_": getattr(usage, name) for name in _KNOWN_LAST}
        at: datetime | None = self._session.value(
            _SETTLE, owner_=owner, id_=row_id, counted_=counted, **values
        )
        if at is None:
            return Crossed()
        after = self._settled(owner, budget)
        before = Spent(
            person=after.person - (counted if at >= budget.month_from else 0),
            instance=after.instance - (counted if at >= budget.day_from else 0),
        )
        return budgets.crossed(before, after, budget.limits)

    def standing(self, owner: OwnerId, budget: Budget) -> Standing:
        return budgets.standing(self.spent(owner, budget), budget.limits)

    def spent(self, owner: OwnerId, budget: Budget) -> Spent:
        person = instance = 0
        if budget.limits.person_month is not None:
            person = self._session.value(_SPENT, owner_=owner, at_=budget.month_from)
        if budget.limits.instance_day is not None:
            instance = self._session.value(_SPENT_ALL, at_=budget.day_from)
        return Spent(person=person, instance=instance)

    def totals(self, owner: OwnerId, since: datetime) -> list[Total]:
        rows = self._session.all(_TOTALS, owner_=owner, at_=since)
        return [Total(**row) for row in rows]

    def _settled(self, owner: OwnerId, budget: Budget) -> Spent:
        """What is spent without what is only set aside, which an index of its own keeps few."""
        spent = self.spent(owner, budget)
        running = self._session.all(_RUNNING, at_=min(budget.month_from, budget.day_from))
        month = [row for row in running if row["owner"] == owner and row["at"] >= budget.month_from]
        day = [row for row in running if row["at"] >= budget.day_from]
        return Spent(
            person=spent.person - sum(row["counted"] for row in month),
            instance=spent.instance - sum(row["counted"] for row in day),
        )

    def _lock(self, budget: Budget) -> None:
        """Until the unit ends nobody else reserves or settles. SQLite has one writer anyway."""
        if self._session.dialect != "sqlite" and budget.limits != Limits():
            self._session.run(_TAKE)
