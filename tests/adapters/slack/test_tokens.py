"""Workspaces' tokens: encrypted where they are kept, found fast, gone when taken back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from cryptography.fernet import Fernet

from adapters.slack.tokens import FRESH, SlackTokens
from core.errors import StorageDown, Unavailable
from core.installations import Installation
from core.ports import Store, Work
from tests import given
from tests.contracts.test_installations import ACME
from tests.fakes.clock import MONDAY, FakeClock

R = TypeVar("R")
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
TOKEN = "xoxb-1-2-secret"
BARE = replace(ACME, token="")


class Counting:
    """A store that counts its reads, and holds them up where it is asked to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0
        self.before_return: Callable[[], Awaitable[object]] | None = None

    async def run(self, unit: Callable[[Work], R]) -> R:
        return await self._store.run(unit)

    async def read(self, unit: Callable[[Work], R]) -> R:
        self.reads += 1
        found = await self._store.read(unit)
        if self.before_return is not None:
            wait, self.before_return = self.before_return, None
            await wait()
        return found

    async def close(self) -> None: ...


async def installation(store: Store, workspace: str = "T1") -> Installation | None:
    return await store.read(lambda work: work.installations.get("slack", workspace))


async def test_a_token_is_kept_encrypted_and_found(store: Store, clock: FakeClock) -> None:
    tokens = SlackTokens(store, clock, [NEW])
    assert await tokens.token("T1") is None
    stored = await tokens.install(BARE, TOKEN)
    assert stored == replace(BARE, token=stored.token)
    assert await tokens.token("T1") == TOKEN
    assert await tokens.token("T2") is None
    [row] = await given.stored(store, "installations")
    assert TOKEN not in repr(row)
    assert Fernet(NEW).decrypt(row["token"]).decode() == TOKEN


async def test_it_is_looked_up_once_in_a_while(sqlite_store: Store, clock: FakeClock) -> None:
    counting = Counting(sqlite_store)
    tokens = SlackTokens(counting, clock, [NEW])
    await tokens.install(BARE, TOKEN)
    assert [await tokens.token("T1") for _ in range(3)] == [TOKEN] * 3
    assert counting.reads == 1
    clock.advance(FRESH)
    assert await tokens.token("T1") == TOKEN
    assert counting.reads == 2


async def test_what_another_process_does_is_seen_within_a_minute(
    sqlite_store: Store, clock: FakeClock
) -> None:
    here, there = (SlackTokens(sqlite_store, clock, [NEW]) for _ in range(2))
    await here.install(BARE, TOKEN)
    assert await there.token("T1") == TOKEN
    await here.install(replace(BARE, at=MONDAY + timedelta(seconds=1)), "xoxb-newer")
    clock.advance(minutes=1)
    assert await there.token("T1") == "xoxb-newer"
    await here.uninstall("T1", clock.now())
    assert await here.token("T1") is None
    clock.advance(minutes=1)
    assert await there.token("T1") is None


async def test_one_taken_back_while_it_is_read_is_not_kept(
    sqlite_store: Store, clock: FakeClock
) -> None:
    counting = Counting(sqlite_store)
    tokens = SlackTokens(counting, clock, [NEW])
    await tokens.install(BARE, TOKEN)
    counting.before_return = lambda: tokens.uninstall("T1", clock.now())
    await tokens.token("T1")
    assert await tokens.token("T1") is None


async def test_taken_out_the_token_is_erased(store: Store, clock: FakeClock) -> None:
    tokens = SlackTokens(store, clock, [NEW])
    await tokens.install(BARE, TOKEN)
    assert await tokens.token("T1") == TOKEN
    assert not await tokens.uninstall("T1", MONDAY - timedelta(minutes=1))
    assert await tokens.token("T1") == TOKEN
    assert await tokens.uninstall("T1", MONDAY)
    assert await tokens.token("T1") is None
    [row] = await given.stored(store, "installations")
    assert row["token"] == ""


async def test_while_the_database_is_away_what_is_to_go_there_waits(
    sqlite_store: Store, clock: FakeClock
) -> None:
    async def away() -> None:
        raise StorageDown("away")

    counting = Counting(sqlite_store)
    tokens = SlackTokens(counting, clock, [NEW])
    await tokens.install(BARE, TOKEN)
    counting.before_return = away
    with pytest.raises(Unavailable):
        await tokens.token("T1")
    assert await tokens.token("T1") == TOKEN
    counting.before_return = away
    assert await tokens.token("T1") == TOKEN


# --- keys ---


async def test_tokens_go_over_to_the_newest_key(store: Store, clock: FakeClock) -> None:
    before = SlackTokens(store, clock, [OLD])
    for workspace in ("T1", "T2"):
        await before.install(replace(BARE, workspace=workspace), f"{TOKEN}-{workspace}")
    both = SlackTokens(store, clock, [NEW, OLD])
    assert await both.token("T1") == f"{TOKEN}-T1"
    assert await both.rotate() == 0
    stored = await installation(store)
    # What is under the newest key stays as it is.
    assert await both.rotate() == 0
    assert await installation(store) == stored
    after = SlackTokens(store, clock, [NEW])
    assert [await after.token(each) for each in ("T1", "T2")] == [f"{TOKEN}-T1", f"{TOKEN}-T2"]


async def test_two_processes_go_over_at_once(store: Store, clock: FakeClock) -> None:
    await SlackTokens(store, clock, [OLD]).install(BARE, TOKEN)
    starting = [SlackTokens(store, clock, [NEW, OLD]) for _ in range(4)]
    assert await asyncio.gather(*(each.rotate() for each in starting)) == [0] * 4
    assert await SlackTokens(store, clock, [NEW]).token("T1") == TOKEN


async def test_one_that_no_key_opens_is_named_once_and_waits_for_its_key(
    sqlite_store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await SlackTokens(sqlite_store, clock, [OLD]).install(BARE, TOKEN)
    await SlackTokens(sqlite_store, clock, [NEW]).install(replace(BARE, workspace="T2"), TOKEN)
    tokens = SlackTokens(sqlite_store, clock, [NEW, OTHER])
    kept = await installation(sqlite_store)
    assert await tokens.rotate() == 1
    with pytest.raises(Unavailable):
        await tokens.token("T1")
    assert await tokens.token("T2") == TOKEN
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "PIXIE_SLACK_ENCRYPTION_KEYS" in line.getMessage()
    assert "workspace T1" in line.getMessage()
    assert not any(each in caplog.text for each in (TOKEN, OLD, NEW, OTHER))
    assert await installation(sqlite_store) == kept
    # Installed again, it has a token that opens.
    await tokens.install(replace(BARE, at=clock.now()), "xoxb-again")
    assert await tokens.token("T1") == "xoxb-again"


@pytest.mark.parametrize("text", ["", "x", "gAAAAA", "ü", "a" * 10_000])
async def test_one_that_is_no_token_at_all(
    text: str, sqlite_store: Store, clock: FakeClock
) -> None:
    await sqlite_store.run(lambda work: work.installations.put(replace(BARE, token=text)))
    tokens = SlackTokens(sqlite_store, clock, [NEW])
    assert await tokens.rotate() == 1
    with pytest.raises(Unavailable):
        await tokens.token("T1")
