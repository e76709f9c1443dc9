"""Searchable texts: found by words here, and queued for the index of meaning."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.ports import Document
from core.values import OwnerId
from db import tables
from db.statements import Session, bind, columns_of, insert

_d = tables.documents.c
_g = tables.vectors_gone.c
_COLUMNS = columns_of(tables.documents, Document)
_NAMES = [field.name for field in fields(Document)]
_UNSEARCHABLE = re.compile('["\x00\ud800-\udfff]')
_MOST_WORDS = 64
"""How many words of a query count."""

_put = insert(tables.documents)
_PUT = _put.on_conflict_do_update(
    index_elements=["owner", "row_id"],
    set_={
        "kind": _put.excluded.kind,
        "text": _put.excluded.text,
        "length": _put.excluded.length,
        "speaker": _put.excluded.speaker,
        "at": _put.excluded.at,
        "code": _put.excluded.code,
        "indexed": "",
    },
)
_SAID = insert(tables.documents).values(
    speaker=sa.func.coalesce(
        sa.select(tables.inbox.c.speaker)
        .where(tables.inbox.c.owner == bind("owner_"), tables.inbox.c.id == bind("message_id_"))
        .scalar_subquery(),
        "",
    )
)
_REMOVE = (
    sa.delete(tables.documents)
    .where(_d.owner == bind("owner_"), _d.row_id == bind("row_id_"))
    .returning(_d.id)
)
_GONE = insert(tables.vectors_gone).on_conflict_do_nothing()
_GET = sa.select(*_COLUMNS).where(
    _d.owner == bind("owner_"), _d.id.in_(bind("ids_", expanding=True))
)
_NEWEST = (
    sa.select(*_COLUMNS).where(_d.owner == bind("owner_")).order_by(_d.at.desc(), _d.seq.desc())
)


def _search_sqlite() -> tuple[sa.Select[Any], sa.Select[Any]]:
    words = sa.table("documents_words", sa.column("rowid"), sa.column("rank"))
    both = tables.documents.join(words, words.c.rowid == _d.seq)
    # In MATCH the table's name stands for the whole row.
    matches = sa.literal_column("documents_words").op("MATCH")(bind("query_", type_=sa.Text))
    # The plus keeps SQLite from asking FTS5 once for each of the owner's documents.
    mine = sa.and_(sa.literal_column("+documents.owner") == bind("owner_"), matches)
    return (
        sa.select(*_COLUMNS).select_from(both).where(mine).order_by(words.c.rank, _d.seq.desc()),
        sa.select(sa.func.count()).select_from(both).where(mine),
    )


def _search_postgresql() -> tuple[sa.Select[Any], sa.Select[Any]]:
    words: sa.ColumnClause[Any] = sa.literal_column("documents.words")
    query = sa.func.websearch_to_tsquery(sa.literal_column("'english'"), bind("query_"))
    mine = sa.and_(_d.owner == bind("owner_"), words.op("@@")(query))
    rank = sa.func.ts_rank(words, query).desc()
    return (
        sa.select(*_COLUMNS).where(mine).order_by(rank, _d.seq.desc()),
        sa.select(sa.func.count()).select_from(tables.documents).where(mine),
    )


_SEARCH = {"sqlite": _search_sqlite(), "postgresql": _search_postgresql()}
"""For each database: the owner's documents that match, best first; and how many they are."""
_TOTALS = sa.select(sa.func.count().label("count"), sa.func.sum(_d.length).label("length")).where(
    _d.owner == bind("owner_")
)
_NEIGHBOURS = sa.select(*_COLUMNS, _d.seq).where(_d.owner == bind("owner_"), _d.kind == "turn")
_SEQ = sa.select(_d.seq).where(_d.owner == bind("owner_"), _d.id == bind("id_"), _d.kind == "turn")
_BEFORE = _NEIGHBOURS.where(_d.seq < bind("seq_")).order_by(_d.seq.desc()).limit(bind("reach_"))
_AFTER = _NEIGHBOURS.where(_d.seq > bind("seq_")).order_by(_d.seq).limit(bind("reach_"))
_lacking = sa.select(*_COLUMNS).order_by(_d.indexed, _d.seq).limit(bind("limit_"))
# Two ranges of one index, the first with what is in no index: "other than" would read them all.
_UNINDEXED = (
    _lacking.where(_d.indexed < bind("model_")),
    _lacking.where(_d.indexed > bind("model_")),
)
_INDEXED = (
    sa.update(tables.documents)
    .where(_d.owner == bind("owner_"), _d.id == bind("id_"), _d.text == bind("text_"))
    .values(indexed=bind("model_"))
)
_SWEEP_LIST = sa.select(_g.owner, _g.document).order_by(_g.at).limit(bind("limit_"))
_SWEPT = sa.delete(tables.vectors_gone).where(_g.document.in_(bind("ids_", expanding=True)))
_FORGET = sa.update(tables.documents).values(indexed="")
_COUNT = sa.select(sa.func.count()).select_from(tables.documents)
_OWNERS = sa.select(_d.owner).distinct().order_by(_d.owner)


def _query(words: Sequence[str]) -> str:
    """The words as alternatives, without accents and each quoted: what both FTS5 and
    websearch_to_tsquery read."""
    known = dict.fromkeys(_UNSEARCHABLE.sub(" ", _plain(word)).strip() for word in words)
    return " OR ".join(f'"{word}"' for word in list(known)[:_MOST_WORDS] if word)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


class Documents:
    """See `core.ports.Documents`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._search, self._holding = _SEARCH[session.dialect]

    def put(self, document: Document) -> None:
        self._session.run(
            _PUT,
            length=len(document.text.split()),
            indexed="",
            **{name: getattr(document, name) for name in _NAMES},
        )

    def put_said(self, document: Document, message_id: int) -> None:
        """What is new, spoken by whoever sent the message with this row in the inbox."""
        values = {name: getattr(document, name) for name in _NAMES if name != "speaker"}
        length = len(document.text.split())
        self._session.run(
            _SAID,
            length=length,
            indexed="",
            owner_=document.owner,
            message_id_=message_id,
            **values,
        )

    def remove(self, owner: OwnerId, row_id: str) -> None:
        document = self._session.value(_REMOVE, owner_=owner, row_id_=row_id)
        if document is not None:
            self._session.run(_GONE, document=document, owner=owner, at=self._session.now)

    def get(self, owner: OwnerId, ids: Sequence[str]) -> list[Document]:
        found = {d.id: d for d in self._list(_GET, owner_=owner, ids_=list(ids))}
        return [found[id_] for id_ in ids if id_ in found]

    def match(
        self,
        owner: OwnerId,
        words: Sequence[str],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[Document]:
        values: dict[str, str] = {"owner_": owner}
        if words:
            values["query_"] = _query(words)
            if not values["query_"]:
                return []
            statement = self._search
        else:
            statement = _NEWEST
        if kinds:
            statement = statement.where(_d.kind.in_(sorted(kinds)))
        if since is not None:
            statement = statement.where(_d.at >= since)
        if until is not None:
            statement = statement.where(_d.at < until)
        return self._list(statement.limit(limit), **values)

    def statistics(self, owner: OwnerId, words: Sequence[str]) -> tuple[int, float, dict[str, int]]:
        [total] = self._session.all(_TOTALS, owner_=owner)
        count, length = int(total["count"]), int(total["length"] or 0)
        if not count:
            return 0, 0.0, dict.fromkeys(words, 0)
        holding = {word: self._count(owner, _query([word])) for word in words}
        return count, length / count, holding

    def neighbours(self, owner: OwnerId, document: str, reach: int) -> list[Document]:
        seq = self._session.value(_SEQ, owner_=owner, id_=document)
        if seq is None:
            return []
        before = self._list(_BEFORE, owner_=owner, seq_=seq, reach_=reach)
        return before[::-1] + self._list(_AFTER, owner_=owner, seq_=seq, reach_=reach)

    def unindexed(self, model: str, limit: int) -> list[Document]:
        documents: list[Document] = []
        for statement in _UNINDEXED:
            left = limit - len(documents)
            documents += self._list(statement, model_=model, limit_=left)
        return documents

    def indexed(self, model: str, documents: Sequence[Document]) -> None:
        for document in documents:
            self._session.run(
                _INDEXED,
                model_=model,
                owner_=document.owner,
                id_=document.id,
                text_=document.text,
            )

    def gone(self, limit: int) -> list[tuple[OwnerId, str]]:
        rows = self._session.all(_SWEEP_LIST, limit_=limit)
        return [(OwnerId(row["owner"]), row["document"]) for row in rows]

    def swept(self, documents: Sequence[str]) -> None:
        self._session.run(_SWEPT, ids_=list(documents))

    def owners(self) -> list[OwnerId]:
        return [OwnerId(row["owner"]) for row in self._session.all(_OWNERS)]

    def forget_index(self, owner: OwnerId | None = None) -> int:
        if owner is None:
            self._session.run(_FORGET)
            return int(self._session.value(_COUNT))
        self._session.run(_FORGET.where(_d.owner == owner))
        return int(self._session.value(_COUNT.where(_d.owner == owner)))

    def _count(self, owner: OwnerId, query: str) -> int:
        return int(self._session.value(self._holding, owner_=owner, query_=query)) if query else 0

    def _list(self, statement: sa.Select[Any], **values: Any) -> list[Document]:
        return [
            Document(**{name: row[name] for name in _NAMES})
            for row in self._session.all(statement, **values)
        ]
