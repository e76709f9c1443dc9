"""The web front over real HTTP, on both databases."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import TypeVar

import httpx
import pytest
from icalendar import Calendar
from pydantic import ValidationError

from bots.web import app as web
from bots.web.app import build, serve
from bots.web.settings import WebSettings, listen
from core.deliveries import CalendarFeed
from core.errors import ConfigError, StorageFull
from core.people import Person
from core.ports import Store, Unit, Work
from core.rows import Event
from core.values import Identity, OwnerId
from tests.adapters.calendar_rows import event, task
from tests.fakes.clock import FakeClock

R = TypeVar("R")
ANA = OwnerId("7d0ff1a2-3c7b-4a53-9d0e-6f7f6f0c0001")


@asynccontextmanager
async def running(
    store: Store, clock: FakeClock, **checks: Callable[[], Awaitable[bool]]
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application on a free port of this machine."""
    settings = WebSettings(web_port=0)
    sock = listen(settings)
    port = sock.getsockname()[1]
    server = asyncio.create_task(serve(build(store, clock, checks), settings, sock))
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield client
    finally:
        server.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server


@pytest.fixture
async def client(store: Store, clock: FakeClock) -> AsyncIterator[httpx.AsyncClient]:
    async with running(store, clock) as client:
        yield client


@pytest.fixture
async def ana(store: Store) -> Person:
    def unit(work: Work) -> Person:
        person = Person(id=ANA, name="Ana", zone="Europe/Lisbon", created_at=work.now)
        return work.people.add(person, Identity(platform="terminal", workspace="", user="ana"))

    return await store.run(unit)


async def link(store: Store, scope: str = "all") -> tuple[str, CalendarFeed]:
    """A new secret link: its path and its row."""
    token = token_urlsafe(32)
    token_hash = sha256(token.encode()).hexdigest()
    feed = await store.run(lambda work: work.feeds.add(ANA, scope, token_hash))
    return f"/calendar/{token}.ics", feed


async def planned(store: Store, title: str = "Dentist") -> Event:
    row = replace(event("", "2026-12-01T14:00", title=title), version=1)
    return await store.run(lambda work: work.events.add(ANA, row))


def titles(feed: bytes) -> list[str]:
    return [str(part["SUMMARY"]) for part in Calendar.from_ical(feed).walk("VEVENT")]


async def test_a_calendar_program_reads_the_rows(
    client: httpx.AsyncClient, store: Store, ana: Person
) -> None:
    stored = await planned(store)
    await store.run(lambda work: work.tasks.add(ANA, task("", "2026-12-02", title="Pay rent")))
    path, _ = await link(store)
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "server" not in answer.headers
    assert titles(answer.content) == ["Dentist", "☐ Pay rent"]
    assert f"UID:{stored.id}@pixie\r\n".encode() in answer.content


@pytest.mark.parametrize(
    ("scope", "shown"),
    [("events", ["Dentist"]), ("tasks", ["☐ Pay rent"]), ("busy", ["Busy"])],
)
async def test_a_link_shows_its_scope(
    client: httpx.AsyncClient, store: Store, ana: Person, scope: str, shown: list[str]
) -> None:
    await planned(store)
    await store.run(lambda work: work.tasks.add(ANA, task("", "2026-12-02", title="Pay rent")))
    path, _ = await link(store, scope)
    assert titles((await client.get(path)).content) == shown


async def test_head_tells_the_same_without_the_body(
    client: httpx.AsyncClient, store: Store, ana: Person
) -> None:
    await planned(store)
    path, _ = await link(store)
    whole, head = await client.get(path), await client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["etag"] == whole.headers["etag"]


async def test_what_has_not_changed_is_not_sent_again(
    client: httpx.AsyncClient, store: Store, clock: FakeClock, ana: Person
) -> None:
    await planned(store)
    path, _ = await link(store)
    first = await client.get(path)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    clock.advance(hours=1)
    for asked in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"another", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
        {"If-None-Match": etag, "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        answer = await client.get(path, headers=asked)
        assert (answer.status_code, answer.content) == (304, b""), asked
        assert (answer.headers["etag"], answer.headers["last-modified"]) == (etag, modified)
    for asked in (
        {"If-None-Match": '"another"'},
        {"If-None-Match": '"another"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert (await client.get(path, headers=asked)).status_code == 200, asked


async def test_each_change_of_the_rows_is_sent(
    client: httpx.AsyncClient, store: Store, clock: FakeClock, ana: Person
) -> None:
    row = await planned(store)
    path, _ = await link(store)
    answer = await client.get(path)

    async def again() -> httpx.Response:
        clock.advance(seconds=1)
        by_tag = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        modified = answer.headers["last-modified"]
        by_time = await client.get(path, headers={"If-Modified-Since": modified})
        assert by_tag.status_code == by_time.status_code == 200
        assert by_tag.content == by_time.content
        return by_tag

    row = await store.run(lambda work: work.events.save(ANA, replace(row, title="Surgeon")))
    answer = await again()
    assert titles(answer.content) == ["Surgeon"]
    assert b"SEQUENCE:1\r\n" in answer.content
    await store.run(lambda work: work.events.remove(ANA, row))
    answer = await again()
    assert titles(answer.content) == []
    await store.run(lambda work: work.people.save(replace(ana, zone="Asia/Tokyo")))
    answer = await again()
    assert b"TZID:Asia/Tokyo" in answer.content


async def test_two_versions_of_one_second_are_told_apart(
    client: httpx.AsyncClient, store: Store, ana: Person
) -> None:
    path, _ = await link(store)
    first = await client.get(path)
    await planned(store)
    second = await client.get(path)
    assert "last-modified" not in second.headers
    assert second.headers["etag"] != first.headers["etag"]
    asked = {"If-Modified-Since": first.headers["last-modified"]}
    assert (await client.get(path, headers=asked)).status_code == 200


async def test_a_restarted_server_gives_the_same_tag(
    store: Store, clock: FakeClock, ana: Person
) -> None:
    await planned(store)
    path, _ = await link(store)
    async with running(store, clock) as client:
        etag = (await client.get(path)).headers["etag"]
    clock.advance(days=3)
    async with running(store, clock) as client:
        answer = await client.get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 304


@pytest.mark.parametrize(
    "token",
    ["", "x", token_urlsafe(32), "%00", "%ED%A0%80", "..%2F..%2Fetc", "é" * 50, "a" * 10_000, "👩"],
    ids=range(9),
)
async def test_an_unknown_link_is_not_found(
    client: httpx.AsyncClient, ana: Person, token: str
) -> None:
    for method in ("GET", "HEAD"):
        assert (await client.request(method, f"/calendar/{token}.ics")).status_code == 404


async def test_a_revoked_link_is_not_found(
    client: httpx.AsyncClient, store: Store, ana: Person
) -> None:
    path, feed = await link(store)
    etag = (await client.get(path)).headers["etag"]
    await store.run(lambda work: work.feeds.revoke(ANA, feed.id))
    answer = await client.get(path, headers={"If-None-Match": etag})
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


async def test_reading_is_noted(
    client: httpx.AsyncClient, store: Store, clock: FakeClock, ana: Person
) -> None:
    path, _ = await link(store)
    await client.get(path)
    clock.advance(minutes=20)
    etag = (await client.get(path)).headers["etag"]
    assert await read_at(store) == clock.now()
    clock.advance(minutes=20)
    assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304
    assert await read_at(store) == clock.now()


async def read_at(store: Store) -> datetime | None:
    (feed,) = await store.read(lambda work: work.feeds.of(ANA))
    return feed.read_at


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_a_feed_is_only_read(
    client: httpx.AsyncClient, store: Store, ana: Person, method: str
) -> None:
    path, _ = await link(store)
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_there_is_nothing_else(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/redoc", "/openapi.json", "/calendar/", "/calendar/x"):
        assert (await client.get(path)).status_code == 404


async def test_the_token_is_in_no_log(
    client: httpx.AsyncClient, store: Store, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # The client of this test is not Pixie.
    for name in ("httpx", "httpcore"):
        caplog.set_level(logging.WARNING, logger=name)
    path, _ = await link(store)
    await client.get(path)
    await client.get(path + "x")
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in caplog.text


async def test_other_requests_are_answered_while_a_large_feed_is_written(
    client: httpx.AsyncClient, store: Store, ana: Person
) -> None:
    rows = [
        event("", "2026-01-05T09:00", zone=zone, title=f"Meeting {n}", rrule="FREQ=DAILY")
        for n in range(250)
        for zone in ("Europe/Lisbon", "America/New_York")
    ]
    await store.run(lambda work: [work.events.add(ANA, row) for row in rows])
    path, _ = await link(store)
    large = asyncio.create_task(client.get(path))
    answered = 0
    while not large.done():
        assert (await client.get("/healthz")).status_code == 200
        answered += 1
    assert answered > 3
    assert len(Calendar.from_ical((await large).content).walk("VEVENT")) >= 500


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert (ready.status_code, ready.json()) == (200, {"database": True})
    assert (await client.head("/readyz")).status_code == 200


async def test_not_ready_while_a_part_does_not_work(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def idle() -> bool:
        return False

    async def broken() -> bool:
        raise RuntimeError("secret")

    async def stuck() -> bool:
        return await asyncio.Event().wait()

    monkeypatch.setattr(web, "CHECK_WITHIN", 0.05)
    async with running(store, clock, workers=idle, delivery=broken, ticker=stuck) as client:
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    told = {"database": True, "workers": False, "delivery": False, "ticker": False}
    assert answer.json() == told


async def test_a_database_that_is_gone_is_told_and_not_a_crash(
    store: Store, clock: FakeClock, ana: Person
) -> None:
    path, _ = await link(store)
    async with running(store, clock) as client:
        await store.close()
        answer, ready = await client.get(path), await client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert (ready.status_code, ready.json()) == (503, {"database": False})


class Full:
    """A store whose disk has no room left."""

    def __init__(self, store: Store) -> None:
        self.read = store.read
        self.close = store.close

    async def run(self, unit: Unit[R]) -> R:
        raise StorageFull("no room left")


async def test_a_full_disk_keeps_no_one_from_their_calendar(
    store: Store, clock: FakeClock, ana: Person
) -> None:
    await planned(store)
    path, _ = await link(store)
    async with running(Full(store), clock) as client:
        assert titles((await client.get(path)).content) == ["Dentist"]


def test_a_taken_port_names_its_setting() -> None:
    with listen(WebSettings(web_port=0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"PIXIE_WEB_PORT: Port {port} is taken"):
            listen(WebSettings(web_port=port))


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "2001:db8::1"])
def test_an_address_of_another_machine_names_its_setting(host: str) -> None:
    with pytest.raises(ConfigError, match="PIXIE_WEB_HOST"):
        listen(WebSettings(web_host=host, web_port=0))


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8321"),
        ({"web_host": "0.0.0.0", "web_port": 80}, "http://localhost:80"),
        ({"web_host": "::1"}, "http://[::1]:8321"),
        ({"web_host": "pixie.lan"}, "http://pixie.lan:8321"),
        ({"public_url": "https://pixie.example.org/"}, "https://pixie.example.org"),
        ({"public_url": "https://example.org/pixie"}, "https://example.org/pixie"),
    ],
)
def test_links_begin_where_the_instance_is_reached(settings: dict[str, object], url: str) -> None:
    assert WebSettings(**settings).reached_at() == url


@pytest.mark.parametrize("url", ["pixie.example.org", "ftp://x", "https://", "https://x/?a=b", " "])
def test_a_public_url_is_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError):
        WebSettings(public_url=url)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXIE_WEB_HOST", "::1")
    monkeypatch.setenv("PIXIE_WEB_PORT", "9000")
    monkeypatch.setenv("PIXIE_PUBLIC_URL", "https://pixie.example.org")
    settings = WebSettings()
    assert (settings.web_host, settings.web_port) == ("::1", 9000)
    assert settings.reached_at() == "https://pixie.example.org"


async def test_stopping_closes_the_port_and_lets_open_requests_end(
    sqlite_store: Store, clock: FakeClock
) -> None:
    settings = WebSettings(web_port=0)
    sock = listen(settings)
    port = sock.getsockname()[1]
    entered, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> bool:
        entered.set()
        await may_end.wait()
        return True

    server = asyncio.create_task(serve(build(sqlite_store, clock, {"slow": slow}), settings, sock))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        asked = asyncio.create_task(client.get("/readyz"))
        await entered.wait()
        server.cancel()
        async with asyncio.timeout(60):
            while await listens(port):
                pass
        assert not asked.done()
        may_end.set()
        assert (await asked).status_code == 200
    with pytest.raises(asyncio.CancelledError):
        await server
    assert not await listens(port)


async def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
