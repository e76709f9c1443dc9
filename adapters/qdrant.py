"""The index of meaning in Qdrant: embedded in this process, or on a server for many.

Embedded (`QdrantClient(path=…)`) is not safe for threads or processes and searches by scanning a
whole collection. So every owner has a folder of their own, with one collection per model; all of
them are used from one worker thread; and the root folder is locked against a second Pixie.

On a server there is one collection per model, behind an alias, and the owner is its tenant
(Qdrant docs, "Multitenancy": keyword index with `is_tenant`, `m=0`, `payload_m=16`).

Importing qdrant_client takes a second, so it happens at the first use.
"""

import asyncio
import json
import logging
import pickle
import re
import shutil
import sqlite3
import sys
import uuid
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from filelock import FileLock, Timeout
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError, EdgeError, Refused, Unavailable
from core.ports import Entry, Memory
from core.values import OwnerId

if TYPE_CHECKING:
    from qdrant_client import AsyncQdrantClient, QdrantClient, models

R = TypeVar("R")

PREFIX = "pixie-"
"""Of every collection and alias of ours on a server: nothing else there is touched."""
LAYOUT = 1
"""Grows when payload or indexes change; part of the server's collection names."""
TIMEOUT = 10
"""Seconds for one request to a server."""
BATCH = 128

logger = logging.getLogger(__name__)


class QdrantSettings(BaseSettings):
    """Where vectors are kept."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    qdrant_url: str | None = None
    """URL of a Qdrant server, such as http://localhost:6333; without one the index is a folder
    beside the database, for one process."""
    qdrant_api_key: SecretStr | None = None
    """API key of the server, if it asks for one."""


async def open_memory(settings: QdrantSettings, folder: Path) -> Memory:
    """The index that the settings name; `folder` is where the embedded one lives.

    Raises `ConfigError` when another process uses the folder or the URL cannot be read. A server
    that does not answer is no error here: words alone answer until it is back.
    """
    if settings.qdrant_url is None:
        embedded = EmbeddedQdrant(folder)
        await embedded.open()
        return embedded
    return await connect(settings.qdrant_url, settings.qdrant_api_key)


async def connect(url: str, key: SecretStr | None) -> "QdrantServer":
    """The index on a server. Raises `ConfigError` when the URL cannot be read."""
    return await asyncio.to_thread(_connected, url, key)


def _connected(url: str, key: SecretStr | None) -> "QdrantServer":
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise ConfigError("PIXIE_QDRANT_URL", "give an http(s) URL, like http://localhost:6333.")
    from qdrant_client import AsyncQdrantClient

    warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
    return QdrantServer(
        AsyncQdrantClient(
            url=url,
            api_key=key.get_secret_value() if key else None,
            timeout=TIMEOUT,
            check_compatibility=False,
        )
    )


class EmbeddedQdrant:
    """`core.ports.Memory` in a folder."""

    def __init__(self, folder: Path, *, keep_open: int = 16) -> None:
        """`keep_open`: how many owners' vectors stay loaded."""
        self._folder = folder
        self._keep_open = keep_open
        self._clients: OrderedDict[str, QdrantClient] = OrderedDict()
        self._lock: FileLock | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="qdrant")
        warnings.filterwarnings("ignore", message="Local mode is not recommended")

    async def open(self) -> None:
        """Take the folder. Raises `ConfigError` when another process has it."""
        await self._run(self._take)

    async def remember(self, owner: OwnerId, model: str, entries: Sequence[Entry]) -> None:
        if entries:
            await self._run(self._remember, owner, model, entries)

    async def recall(
        self,
        owner: OwnerId,
        model: str,
        vector: Sequence[float],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[tuple[str, float]]:
        conditions = (kinds, since, until)
        return await self._run(self._recall, owner, model, vector, conditions, limit)

    async def forget(self, owner: OwnerId, documents: Sequence[str]) -> None:
        if documents:
            await self._run(self._forget, owner, documents)

    async def drop(self, owner: OwnerId) -> None:
        await self._run(self._drop, owner)

    async def status(self) -> tuple[str, str]:
        """ready or broken; and one sentence for the operator."""
        try:
            await self.open()
        except (ConfigError, EdgeError) as error:
            return "broken", str(error)
        return "ready", f"embedded in {self._folder}"

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, self._close)
        await asyncio.to_thread(self._worker.shutdown)

    async def _run(self, job: Callable[..., R], *args: object) -> R:
        with _mapped():
            return await asyncio.get_running_loop().run_in_executor(self._worker, job, *args)

    # --- on the worker thread ---

    def _take(self) -> None:
        if self._lock is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / "pixie.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ConfigError(
                "PIXIE_QDRANT_URL",
                f"another Pixie uses {self._folder}. Stop it first, give this one its own data "
                "folder, or run a Qdrant server and set its URL.",
            ) from None
        self._lock = lock

    def _home(self, owner: OwnerId) -> Path:
        return self._folder / str(uuid.UUID(owner))

    def _client(self, owner: OwnerId) -> "QdrantClient":
        from qdrant_client import QdrantClient

        self._take()
        home = self._home(owner)
        client = self._clients.pop(home.name, None)
        if client is None:
            while len(self._clients) >= self._keep_open:
                self._clients.popitem(last=False)[1].close()
            client = QdrantClient(path=str(home))
        self._clients[home.name] = client
        return client

    def _remember(self, owner: OwnerId, model: str, entries: Sequence[Entry]) -> None:
        client, name = self._client(owner), _slug(model)
        if not client.collection_exists(name):
            client.create_collection(name, vectors_config=_vectors(len(entries[0].vector)))
        for start in range(0, len(entries), BATCH):
            client.upsert(name, _points(owner, entries[start : start + BATCH]))

    def _recall(
        self,
        owner: OwnerId,
        model: str,
        vector: Sequence[float],
        conditions: tuple[frozenset[str], datetime | None, datetime | None],
        limit: int,
    ) -> list[tuple[str, float]]:
        if not self._home(owner).exists():
            return []
        client, name = self._client(owner), _slug(model)
        if not client.collection_exists(name):
            return []
        found = client.query_points(
            name,
            query=list(vector),
            query_filter=_filter(None, *conditions),
            limit=limit,
            with_payload=False,
        )
        return [(str(point.id), point.score) for point in found.points]

    def _forget(self, owner: OwnerId, documents: Sequence[str]) -> None:
        if not self._home(owner).exists():
            return
        from qdrant_client import models

        client = self._client(owner)
        for collection in client.get_collections().collections:
            client.delete(collection.name, models.PointIdsList(points=list(documents)))

    def _drop(self, owner: OwnerId) -> None:
        self._take()
        home = self._home(owner)
        client = self._clients.pop(home.name, None)
        if client is not None:
            client.close()
        if home.exists():
            shutil.rmtree(home)

    def _close(self) -> None:
        while self._clients:
            self._clients.popitem()[1].close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class QdrantServer:
    """`core.ports.Memory` on a server, for many replicas."""

    def __init__(self, client: "AsyncQdrantClient") -> None:
        self._client = client
        self._known: set[str] = set()
        warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local")

    async def remember(self, owner: OwnerId, model: str, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        with _mapped():
            alias = await self._collection(model, len(entries[0].vector))
            for start in range(0, len(entries), BATCH):
                points = _points(owner, entries[start : start + BATCH])
                await self._client.upsert(alias, points, wait=True)

    async def recall(
        self,
        owner: OwnerId,
        model: str,
        vector: Sequence[float],
        *,
        kinds: frozenset[str] = frozenset(),
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> list[tuple[str, float]]:
        with _mapped():
            alias = PREFIX + _slug(model)
            if alias not in self._known and alias not in await self._aliases():
                return []
            found = await self._client.query_points(
                alias,
                query=list(vector),
                query_filter=_filter(owner, kinds, since, until),
                limit=limit,
                with_payload=False,
            )
        return [(str(point.id), point.score) for point in found.points]

    async def forget(self, owner: OwnerId, documents: Sequence[str]) -> None:
        if documents:
            await self._delete(owner, documents)

    async def drop(self, owner: OwnerId) -> None:
        await self._delete(owner, None)

    async def status(self) -> tuple[str, str]:
        """ready or broken; and one sentence for the operator."""
        try:
            with _mapped():
                version = (await self._client.info()).version
        except EdgeError as error:
            return "broken", str(error)
        return "ready", f"Qdrant server {version}"

    async def close(self) -> None:
        await self._client.close()

    async def _aliases(self) -> set[str]:
        found = {alias.alias_name for alias in (await self._client.get_aliases()).aliases}
        ours = {name for name in found if name.startswith(PREFIX)}
        self._known |= ours
        return ours

    async def _collection(self, model: str, size: int) -> str:
        """The model's alias; its collection is made at the first use, by any replica."""
        from qdrant_client import models

        alias = PREFIX + _slug(model)
        if alias in self._known or alias in await self._aliases():
            return alias
        name = f"{alias}.v{LAYOUT}"
        if not await self._client.collection_exists(name):
            try:
                await self._client.create_collection(
                    name,
                    vectors_config=_vectors(size),
                    hnsw_config=models.HnswConfigDiff(m=0, payload_m=16),
                )
            except Exception:
                if not await self._client.collection_exists(name):  # not made by another replica
                    raise
        indexes: dict[str, Any] = {
            "owner": models.KeywordIndexParams(
                type=models.KeywordIndexType.KEYWORD, is_tenant=True
            ),
            "kind": models.PayloadSchemaType.KEYWORD,
            "at": models.PayloadSchemaType.FLOAT,
        }
        for field, schema in indexes.items():
            await self._client.create_payload_index(name, field, schema, wait=True)
        named = models.CreateAlias(collection_name=name, alias_name=alias)
        await self._client.update_collection_aliases(
            [models.CreateAliasOperation(create_alias=named)]
        )
        self._known.add(alias)
        return alias

    async def _delete(self, owner: OwnerId, documents: Sequence[str] | None) -> None:
        from qdrant_client import models

        mine: list[models.Condition] = [_owned(owner)]
        if documents is not None:
            mine.append(models.HasIdCondition(has_id=list(documents)))
        selector = models.FilterSelector(filter=models.Filter(must=mine))
        with _mapped():
            for alias in await self._aliases():
                await self._client.delete(alias, selector, wait=True)


def _slug(model: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", model)


def _vectors(size: int) -> "models.VectorParams":
    from qdrant_client import models

    return models.VectorParams(size=size, distance=models.Distance.COSINE)


def _points(owner: OwnerId, entries: Sequence[Entry]) -> "list[models.PointStruct]":
    from qdrant_client import models

    return [
        models.PointStruct(
            id=entry.document,
            vector=entry.vector,
            payload={"owner": owner, "kind": entry.kind, "at": entry.at.timestamp()},
        )
        for entry in entries
    ]


def _owned(owner: OwnerId) -> "models.FieldCondition":
    from qdrant_client import models

    return models.FieldCondition(key="owner", match=models.MatchValue(value=owner))


def _filter(
    owner: OwnerId | None,
    kinds: frozenset[str],
    since: datetime | None,
    until: datetime | None,
) -> "models.Filter | None":
    from qdrant_client import models

    must: list[models.Condition] = [] if owner is None else [_owned(owner)]
    if kinds:
        must.append(models.FieldCondition(key="kind", match=models.MatchAny(any=sorted(kinds))))
    if since or until:
        window = models.Range(
            gte=since.timestamp() if since else None, lt=until.timestamp() if until else None
        )
        must.append(models.FieldCondition(key="at", range=window))
    return models.Filter(must=must) if must else None


@contextmanager
def _mapped() -> Iterator[None]:
    """Qdrant's errors as ours. Every write can be repeated, so no outcome is ever unknown."""
    try:
        yield
    except Exception as error:
        mapped = _edge_error(error)
        if mapped is None:
            raise
        raise mapped from error


def _edge_error(error: Exception) -> EdgeError | None:
    match error:
        case json.JSONDecodeError() | pickle.UnpicklingError() | sqlite3.DatabaseError():
            return Unavailable("the index cannot be read: `main.py reindex` rebuilds it")
        case OSError():
            return Unavailable(f"the index folder fails: {error.strerror or error}")
    if "qdrant_client" not in sys.modules:
        return None
    from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    match error:
        case ResourceExhaustedResponse(retry_after_s=seconds):
            return Unavailable("Qdrant is busy", retry_after=timedelta(seconds=seconds))
        case UnexpectedResponse(status_code=401 | 403):
            return Refused("Qdrant refuses the API key: check PIXIE_QDRANT_API_KEY")
        case UnexpectedResponse(status_code=int(code)) if code == 429 or code >= 500:
            return Unavailable(f"Qdrant answers {code}")
        case UnexpectedResponse(status_code=code):
            return Refused(f"Qdrant answers {code}")
        case ResponseHandlingException():
            return Unavailable("Qdrant does not answer: check PIXIE_QDRANT_URL")
    return None
