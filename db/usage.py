"""What the models cost."""

from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from core.deliveries import Usage
from core.values import OwnerId
from db import tables
from db.statements import Session, bind, columns_of

_u = tables.usage.c
_ADD = sa.insert(tables.usage)
_SINCE = (
    sa.select(*columns_of(tables.usage, Usage)).where(_u.at >= bind("at_")).order_by(_u.at, _u.id)
)
_SINCE_OF = _SINCE.where(_u.owner == bind("owner_"))


class UsageLog:
    """See `core.ports.UsageLog`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, usage: Usage) -> None:
        values = {field.name: getattr(usage, field.name) for field in fields(Usage)}
        self._session.run(_ADD, **values)

    def since(self, owner: OwnerId | None, at: datetime) -> list[Usage]:
        if owner is None:
            rows = self._session.all(_SINCE, at_=at)
        else:
            rows = self._session.all(_SINCE_OF, owner_=owner, at_=at)
        return [Usage(**row) for row in rows]
