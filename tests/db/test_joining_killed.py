"""A process that is killed while it joins two people leaves them two, to be joined by the next."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.ports import Work
from db.links import _JOIN
from db.store import open_store
from tests import given
from tests.contracts.test_links import owners, two
from tests.fakes.clock import FakeClock

DIES = """
import asyncio, os, signal, sys
from db import links
from db.store import open_store
from tests.fakes.clock import FakeClock

url, owner, joined, after = sys.argv[1:]
done = 0
run = links.Links._run

def fatal(self, statement, values):
    global done
    if done == int(after):
        os.kill(os.getpid(), signal.SIGKILL)
    done += 1
    run(self, statement, values)

links.Links._run = fatal

async def main():
    store = await open_store(url, FakeClock())
    await store.run(lambda work: work.links.join(owner, joined))

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [1, len(_JOIN) - 1])
async def test_killed_between_two_statements(after: int, store_url: str, clock: FakeClock) -> None:
    store = await open_store(store_url, clock)
    try:
        terminal, telegram = await two(store)
        before = await owners(store)
        command = [sys.executable, "-c", DIES, store_url, terminal.id, telegram.id, str(after)]
        root = Path(__file__).parents[2]
        process = await asyncio.to_thread(subprocess.run, command, cwd=root, capture_output=True)
        assert process.returncode == -signal.SIGKILL, process.stderr.decode()
        assert await owners(store) == before
        assert await given.stored(store, "links") == []

        def join(work: Work) -> None:
            work.links.join(terminal.id, telegram.id)

        await store.run(join)
        everybody = {owner for rows in (await owners(store)).values() for _, owner in rows}
        assert everybody == {terminal.id}
    finally:
        await store.close()
