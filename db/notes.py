"""Notes."""

from core.rows import Note
from core.values import CardKind, OwnerId
from db import tables
from db.statements import bind
from db.things import Things, shelf

_t = tables.notes.c
_SHELF = shelf(CardKind.NOTE, Note, tables.notes)
_NEWEST = _SHELF.mine().order_by(_t.created_at.desc(), _t.number.desc()).limit(bind("limit_"))


class Notes(Things[Note]):
    """See `core.ports.Notes`."""

    shelf = _SHELF

    def all(self, owner: OwnerId, limit: int = 1000) -> list[Note]:
        return self._list(_NEWEST, owner_=owner, limit_=limit)
