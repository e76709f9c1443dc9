"""Updates of a platform that could not be read, kept for the operator."""

from db import tables
from db.statements import Session, insert

_PUT = insert(tables.set_aside).on_conflict_do_nothing(index_elements=["platform", "external_id"])


class SetAside:
    """See `core.ports.SetAside`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, platform: str, external_id: str, kind: str, body: str, reason: str) -> bool:
        added = self._session.run(
            _PUT,
            platform=platform,
            external_id=external_id,
            kind=kind,
            body=body,
            reason=reason,
            at=self._session.now,
        )
        return added == 1
