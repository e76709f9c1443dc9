"""Pixie on Slack in a process that is killed: `python -m tests.crash.slack_life`.

As `tests.crash.child`, with points of its own around what Slack tells.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from pydantic import SecretStr

import main as pixie_main
from adapters.slack import client, files, messenger
from adapters.slack.settings import SlackSettings
from bots.slack import app, catch_up, front, home, http, members, sockets
from bots.web.app import build as build_web
from bots.web.app import serve
from bots.web.settings import WebSettings, listen
from core.intake import Accepted, Intake
from core.ports import Messenger
from core.values import Address, IncomingMessage
from db.store import open_store
from tests.crash.child import Fate, MortalMessenger, MortalStore
from tests.crash.life import FastClock, Life
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.slack_whole import loopback_settings

READY = (client, files, messenger, app, catch_up, front, home, http, members, sockets)
"""What `main` imports when Slack is set: here it is there before the first life begins."""


class SlackPoint(StrEnum):
    """Where a life on Slack can end."""

    TOLD = "told"
    """Something has come, and is not kept yet."""
    BEFORE_COMMIT = "before commit"
    AFTER_COMMIT = "after commit"
    KEPT = "kept"
    """It is kept, and Slack does not know yet."""
    BEFORE_SEND = "before send"
    AFTER_ACCEPT = "after accept"


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackLife(Life):
    """One run of Pixie on Slack: through a socket, or by requests to `port` if there is one."""

    token: str
    app_token: str
    signing_secret: str
    port: int = 0


class MortalIntake(Intake):
    """An intake at which one can die before and after a message is kept."""

    fate: Fate

    async def accept(self, message: IncomingMessage) -> Accepted:
        self.fate.reach(SlackPoint.TOLD)
        accepted = await super().accept(message)
        self.fate.reach(SlackPoint.KEPT)
        return accepted


class MortalVoice(MortalMessenger):
    """Answers to commands follow each other as on Slack, without a pause."""

    def apart(self, address: Address) -> timedelta:
        return self._messenger.apart(address)


async def live(life: SlackLife) -> None:
    """Run all of Pixie until SIGTERM, or until fate strikes."""
    fate = Fate(life)
    clock = FastClock(life.started)
    async with AsyncExitStack() as stack:
        store = MortalStore(await open_store(life.store_url, clock), fate)
        stack.push_async_callback(store.close)
        own = SlackSettings(slack_bot_token=SecretStr(life.token), slack_base_url=life.platform_url)
        web = WebSettings(web_port=life.port)
        if life.port:
            own.slack_signing_secret = SecretStr(life.signing_secret)
            web.public_url = web.reached_at()
        else:
            own.slack_app_token = SecretStr(life.app_token)
        settings = loopback_settings(own, web)
        messengers: dict[str, Messenger] = {}
        voice = await pixie_main.slack_voice(settings, store, clock, messengers, {}, stack)
        messengers[voice.messenger.platform] = MortalVoice(voice.messenger, fate)
        admit = pixie_main.slack_members(own)
        built = pixie_main.build(
            store, clock, messengers, FakeMemory(), FakeEmbedder(ready=False), admit=admit
        )
        intake = MortalIntake(store, admit=admit, wake=built.workers.wake)
        intake.fate = fate
        whole = pixie_main.with_slack(replace(built, intake=intake), voice, settings, _nobody)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.stop)
        sock = listen(web)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(
                serve(build_web(store, clock, routers=whole.routers), web, sock)
            )
            await whole.run()
            serving.cancel()


async def _nobody(message: IncomingMessage) -> None:
    raise AssertionError("everybody is admitted")


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            asyncio.run(live(SlackLife(**json.loads(line))))
            os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
