"""The web front: the secret calendar feed, and what a load balancer asks."""

import asyncio
import hashlib
import logging
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime

import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from adapters import ical
from bots.web.settings import WebSettings, listen
from core.deliveries import CalendarFeed
from core.errors import StorageError
from core.people import Person
from core.ports import Clock, Store, TaskQuery, Work
from core.rows import Event, Task, TaskStatus

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[bool]]
"""Whether a part of Pixie does its work."""

CHECK_WITHIN = 5.0
"""Seconds after which a check that has not answered has failed."""
RENDERINGS = 2
"""Feeds that are written at the same time: each takes a thread for up to a second or two."""
STOP_WITHIN = 2
"""Seconds that open requests have to end when the server stops."""


def build(
    store: Store,
    clock: Clock,
    checks: Mapping[str, Check] | None = None,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """The web application, with other fronts' `routers`.

    `/calendar/<token>.ics` is the calendar feed. `/healthz` answers while the process lives;
    `/readyz` answers 200 while the database and every part in `checks` does its work, else 503.
    """
    app = FastAPI(openapi_url=None)
    feeds = _Feeds(store, clock)
    parts = {"database": _answers(store), **(checks or {})}

    @app.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
    async def calendar(token: str, request: Request) -> Response:
        return await feeds.answer(token, request)

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> Response:
        return PlainTextResponse("ok\n")

    @app.api_route("/readyz", methods=["GET", "HEAD"])
    async def readyz() -> Response:
        works = {name: await _works(name, check) for name, check in parts.items()}
        return JSONResponse(works, status_code=200 if all(works.values()) else 503)

    for router in routers:
        app.include_router(router)

    @app.exception_handler(StorageError)
    async def storage_failed(_: Request, error: StorageError) -> Response:
        log.error("a request failed: the database does not answer (%s)", type(error).__name__)
        return PlainTextResponse("Try again later.\n", 503, {"Retry-After": "60"})

    return app


async def serve(app: FastAPI, settings: WebSettings, sock: socket.socket | None = None) -> None:
    """Answer requests until cancelled; then open ones have two seconds to end.

    Signals are left to the caller. `sock` is one from `listen`, which is called if there is none;
    it is closed at the end. Raises ConfigError like `listen`.
    """
    config = uvicorn.Config(
        app,
        # Its access log would hold the secret paths.
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = _Server(config)
    with sock or listen(settings) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await serving
            raise


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _answers(store: Store) -> Check:
    async def check() -> bool:
        await store.read(lambda work: work.now)
        return True

    return check


async def _works(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return await check()
    except Exception as error:
        log.error("not ready: %s (%s)", name, type(error).__name__)
        return False


# --- the calendar feed ---

_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_MOST_SEEN = 10_000
_OPEN = frozenset({TaskStatus.PENDING, TaskStatus.IN_PROGRESS})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A feed as it was written last."""

    basis: tuple[int, int, date]
    """All that its bytes depend on: the owner's rows, the owner and the day."""
    etag: str
    at: datetime
    """When these bytes were first seen, in whole seconds."""
    modified: str | None
    """`at` as Last-Modified; None if other bytes were sent with that time."""

    def headers(self) -> dict[str, str]:
        modified = {"Last-Modified": self.modified} if self.modified else {}
        return {**_HEADERS, "ETag": self.etag, **modified}


class _Feeds:
    """Calendar feeds by their tokens.

    Rows do not tell when one was deleted, so Last-Modified is when this process first saw the
    bytes; If-Modified-Since must repeat it exactly (RFC 9110 13.1.3 leaves that to the server),
    because another replica may have seen them at another time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._renderings = asyncio.Semaphore(RENDERINGS)

    async def answer(self, token: str, request: Request) -> Response:
        """200, 304, or 404 for a token that is unknown or revoked."""
        found = await self._store.read(_find(token))
        if found is None:
            raise HTTPException(404, "No such calendar.", _HEADERS)
        feed, person, revision = found
        await self._touch(feed)
        now = self._clock.now().astimezone(UTC)
        seen = self._seen.get(feed.id)
        if seen and seen.basis == (revision, person.version, now.date()) and _has(request, seen):
            return Response(status_code=304, headers=seen.headers())
        async with self._renderings:
            revision, events, tasks = await self._store.read(_load(feed, now))
            body = await asyncio.to_thread(ical.render, person, feed.scope, events, tasks, now)
        seen = self._remember(feed, (revision, person.version, now.date()), body, now)
        if _has(request, seen):
            return Response(status_code=304, headers=seen.headers())
        named = {"Content-Disposition": 'inline; filename="pixie.ics"'}
        return Response(body, 200, {**seen.headers(), **named}, "text/calendar; charset=utf-8")

    def _remember(
        self, feed: CalendarFeed, basis: tuple[int, int, date], body: bytes, now: datetime
    ) -> _Seen:
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        at = now.replace(microsecond=0)
        modified: str | None = format_datetime(at, usegmt=True)
        before = self._seen.get(feed.id)
        if before and before.etag == etag:
            at, modified = before.at, before.modified
        elif before and before.at >= at:
            at, modified = before.at, None
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen[feed.id] = _Seen(basis=basis, etag=etag, at=at, modified=modified)
        return self._seen[feed.id]

    async def _touch(self, feed: CalendarFeed) -> None:
        """A full disk does not keep anyone from their calendar."""
        try:
            await self._store.run(lambda work: work.feeds.touched(feed.id))
        except StorageError as error:
            log.warning("a calendar feed was read, which cannot be noted: %s", type(error).__name__)


def _find(token: str) -> Callable[[Work], tuple[CalendarFeed, Person, int] | None]:
    # Hashed before it is compared, so the time of the look-up tells nothing about a token.
    token_hash = hashlib.sha256(token.encode(errors="replace")).hexdigest()

    def unit(work: Work) -> tuple[CalendarFeed, Person, int] | None:
        feed = work.feeds.by_hash(token_hash)
        person = work.people.get(feed.owner) if feed else None
        return (feed, person, work.people.revision(person.id)) if feed and person else None

    return unit


def _load(
    feed: CalendarFeed, now: datetime
) -> Callable[[Work], tuple[int, list[Event], list[Task]]]:
    start, end = ical.window(now)
    open_and_due = TaskQuery(
        statuses=_OPEN, due_after=start, due_before=end, limit=ical.MOST_ENTRIES
    )

    def unit(work: Work) -> tuple[int, list[Event], list[Task]]:
        events = [] if feed.scope == "tasks" else work.events.between(feed.owner, start, end)
        tasks = work.tasks.find(feed.owner, open_and_due) if feed.scope in ("all", "tasks") else []
        return work.people.revision(feed.owner), events, tasks

    return unit


def _has(request: Request, seen: _Seen) -> bool:
    """The reader has these bytes (RFC 9110 13.2.2: a tag goes before a time)."""
    tags = request.headers.getlist("if-none-match")
    if tags:
        told = re.findall(r'"[^"]*"|\*', ",".join(tags))
        return seen.etag in told or "*" in told
    return seen.modified is not None and request.headers.get("if-modified-since") == seen.modified
