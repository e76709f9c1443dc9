"""Workspaces that have installed Pixie, and the states that were used for it."""

from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from core.installations import Installation
from db import tables
from db.statements import Session, bind, columns_of, insert

_n = tables.installations.c
_KEY = ("platform", "workspace")
_COLUMNS = columns_of(tables.installations, Installation)
_NAMES = [field.name for field in fields(Installation)]
_this = sa.and_(_n.platform == bind("platform_"), _n.workspace == bind("workspace_"))
_live = _n.revoked_at.is_(None)

_entry = insert(tables.installations)
_PUT = _entry.on_conflict_do_update(
    index_elements=_KEY,
    set_={name: _entry.excluded[name] for name in _NAMES if name not in _KEY},
)
_GET = sa.select(*_COLUMNS).where(_this)
_ALL = sa.select(*_COLUMNS).where(_live).order_by(_n.platform, _n.workspace)
_RESEAL = (
    sa.update(tables.installations)
    .where(_this, _live, _n.token == bind("old_"))
    .values(token=bind("new_"))
)
_REMOVE = (
    sa.update(tables.installations)
    .where(_this, _live, _n.at <= bind("at_", type_=_n.at.type))
    .values(token="", revoked_at=bind("at_", type_=_n.revoked_at.type))
)
# One statement, so that of two who come back with the same state one is the first.
_COME_BACK = insert(tables.installing).on_conflict_do_nothing()


class Installations:
    """See `core.ports.Installations`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, installation: Installation) -> None:
        self._session.run(_PUT, **{name: getattr(installation, name) for name in _NAMES})

    def get(self, platform: str, workspace: str) -> Installation | None:
        row = self._session.one(_GET, platform_=platform, workspace_=workspace)
        return None if row is None else Installation(**row)

    def all(self) -> list[Installation]:
        return [Installation(**row) for row in self._session.all(_ALL)]

    def reseal(self, installation: Installation, token: str) -> bool:
        changed = self._session.run(
            _RESEAL,
            platform_=installation.platform,
            workspace_=installation.workspace,
            old_=installation.token,
            new_=token,
        )
        return changed > 0

    def remove(self, platform: str, workspace: str, at: datetime) -> bool:
        return self._session.run(_REMOVE, platform_=platform, workspace_=workspace, at_=at) > 0

    def come_back(self, platform: str, state_hash: str, ends_at: datetime) -> bool:
        added = self._session.run(
            _COME_BACK, platform=platform, state_hash=state_hash, ends_at=ends_at
        )
        return added > 0
