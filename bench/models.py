"""What the models cost Pixie herself: fixed tokens, CPU around a call, and seconds to fall over.

`python -m bench.models [--messages 200] [--people 20]`. The vendors' fakes run in a process of
their own. CPU is that of this process with all its threads: messages go their whole way (intake,
lane, prompt, streamed answer, tool, journal, usage, outbox, delivery) on SQLite, every other one
with a tool and so with two calls; then the same requests go through the vendor's SDK alone, turn by
turn in the same run. Fall-over is told in seconds from the message to the second model's first
words in the draft, at the default patience.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any

from pydantic import SecretStr

from adapters.anthropic_llm import AnthropicLLM, AnthropicSettings
from adapters.anthropic_llm.request import rendered
from adapters.openai_llm import OpenAILLM, OpenAISettings
from adapters.openai_llm.request import request
from adapters.terminal import PLATFORM
from bench.message import Nowhere
from bench.tokens import fixed
from core.accounts import RowAccounts
from core.budget import Limits
from core.models import Models
from core.ports import Ask, Model
from core.prices import Prices
from core.routing import Tier
from core.values import Address, AssistantTurn, Identity, IncomingMessage
from db.store import open_store
from main import Pixie, SystemClock, build
from tests.fakes.anthropic_server import AnthropicServer
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.memory import FakeMemory
from tests.fakes.models import Fault, Said, Step
from tests.fakes.openai_server import OpenAIServer

Json = dict[str, Any]

MODELS = {"anthropic": "claude-haiku-5-5", "openai": "gpt-6-luna"}
OTHER = {"anthropic": "openai", "openai": "anthropic"}
FAULTS = (Fault.TIMEOUT, Fault.STALL, Fault.OVERLOADED)
WORDS = "so what do you reckon"
TOOL = "could you put booking the flights on my plate, pretty please"
ANSWER = "Not much, to be honest; the flights come first. They only get dearer by the day."
BLOCK = 20
"""Messages until it is the bare SDK's turn."""
FORGOTTEN = 60
"""Messages before anything is measured."""
OPENING = asyncio.Lock()
"""One schema is made at a time."""


# --- the vendors, in another process ---


def play(body: Json) -> Step:
    """A tool for those who want something done, then words."""
    last = body["messages"][-1]
    done = last["role"] == "tool" or "tool_result" in str(last["content"])
    if TOOL in str(last["content"]) and not done:
        return Said(calls=(("create_task", {"title": "Book flights"}),))
    return Said(text=ANSWER, pieces=20)


def serve(pipe: Connection) -> None:
    """Each vendor in good health, and once with each fault; their addresses go into the pipe."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    urls: dict[tuple[str, Fault | None], str] = {}
    for fault in (None, *FAULTS):
        for server in (
            AnthropicServer(models=(MODELS["anthropic"],)),
            OpenAIServer(models=(MODELS["openai"],)),
        ):
            await server.__aenter__()
            server.respond = _always(fault)
            vendor = "anthropic" if isinstance(server, AnthropicServer) else "openai"
            urls[vendor, fault] = server.url
    pipe.send(urls)
    await asyncio.Event().wait()


def _always(fault: Fault | None) -> Callable[[Json], Step]:
    return play if fault is None else lambda _: fault


@contextmanager
def vendors() -> Iterator[dict[tuple[str, Fault | None], str]]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def model(vendor: str, url: str) -> Model:
    if vendor == "anthropic":
        key = SecretStr("sk-ant-loopback")
        claude = AnthropicSettings(anthropic_key=key, anthropic_base_url=url)
        return AnthropicLLM(MODELS[vendor], claude)
    gpt = OpenAISettings(openai_key=SecretStr("sk-loopback"), openai_base_url=url)
    return OpenAILLM(MODELS[vendor], gpt, setting="PIXIE_MODELS_QUICK")


# --- Pixie, and the SDK alone ---


class Listening:
    """A model that keeps what it is asked."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name, self.max_output = model.name, model.max_output
        self.asked: list[Ask] = []

    async def complete(self, ask: Ask) -> AssistantTurn:
        return await self._model.complete(ask)

    def stream(self, ask: Ask) -> AsyncIterator[str | AssistantTurn]:
        self.asked.append(ask)
        return self._model.stream(ask)

    async def open(self) -> None:
        await self._model.open()

    async def check(self) -> None:
        await self._model.check()

    async def close(self) -> None:
        await self._model.close()


class Watch(Nowhere):
    """Knows when words were first shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown_at = 0.0

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        if text and ANSWER.startswith(text.strip()):
            self.shown_at = self.shown_at or time.perf_counter()
        return None


@asynccontextmanager
async def pixie(models: Sequence[Model], messenger: Nowhere) -> AsyncIterator[Pixie]:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        async with OPENING:
            store = await open_store(f"sqlite:///{folder}/pixie.db", clock)
        accounts = RowAccounts(
            store, clock, prices=Prices.load(None), limits=Limits(), unpriced=50_000
        )
        asked = Models({Tier.QUICK: models}, clock=clock, accounts=accounts)
        await asked.open()
        embedder = FakeEmbedder(ready=False)
        try:
            yield build(store, clock, {PLATFORM: messenger}, FakeMemory(), embedder, models=asked)
        finally:
            await asked.close()
            await store.close()


async def say(whole: Pixie, number: int, user: str, text: str) -> None:
    await whole.intake.accept(
        IncomingMessage(
            id=f"m{number}",
            sender=Identity(platform=PLATFORM, workspace="", user=user),
            address=Address(platform=PLATFORM, workspace="", chat=user),
            text=text,
            at=datetime.now(UTC),
            zone="Europe/Lisbon",
        )
    )
    await whole.workers.work_off()
    await whole.delivery.deliver_due()


def bodies(vendor: str, asked: Sequence[Ask]) -> list[Json]:
    """The same requests, as the SDK takes them."""
    name = MODELS[vendor]
    if vendor == "anthropic":
        return [rendered(ask, name, 1024) | {"stream": True} for ask in asked]
    usage = {"stream": True, "stream_options": {"include_usage": True}}
    return [request(ask, model=name, name=f"openai:{name}", limit=1024) | usage for ask in asked]


@asynccontextmanager
async def sdk(vendor: str, url: str) -> AsyncIterator[Callable[[Json], Any]]:
    """The vendor's SDK, called as it stands."""
    if vendor == "anthropic":
        from anthropic import AsyncAnthropic

        async with AsyncAnthropic(api_key="sk-ant-loopback", base_url=url) as claude:
            yield lambda body: claude.messages.create(**body)
        return
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key="sk-loopback", base_url=url) as gpt:
        yield lambda body: gpt.chat.completions.create(**body)


async def around(vendor: str, url: str, messages: int, people: int) -> dict[str, float]:
    """CPU-ms of a message through Pixie, and of its calls through the SDK alone."""
    listening = Listening(model(vendor, url))
    ours = bare = 0.0
    calls = measured = 0
    async with pixie([listening], Nowhere()) as whole, sdk(vendor, url) as call:
        for first in range(0, FORGOTTEN + messages, BLOCK):
            listening.asked.clear()
            cpu = time.process_time()
            for number in range(first, first + BLOCK):
                text = TOOL if number % 2 else WORDS
                # each person says both in turn
                await say(whole, number, f"u{number // 2 % people}", text)
            spent = time.process_time() - cpu
            made = bodies(vendor, listening.asked)
            cpu = time.process_time()
            for body in made:
                async for _ in await call(body):
                    pass
            if first >= FORGOTTEN:
                ours += spent
                bare += time.process_time() - cpu
                calls += len(made)
                measured += BLOCK
    if calls != measured * 3 // 2:
        raise SystemExit(f"{vendor}: {calls} calls for {measured} messages")
    return {"pixie_ms": ours / measured * 1000, "bare_ms": bare / measured * 1000}


# --- falling over ---


async def fallover(vendor: str, fault: Fault, urls: dict[tuple[str, Fault | None], str]) -> float:
    """Seconds from a message until the second model's first words are shown."""
    other = OTHER[vendor]
    chain = [model(vendor, urls[vendor, fault]), model(other, urls[other, None])]
    watch = Watch()
    async with pixie(chain, watch) as whole:
        began = time.perf_counter()
        await say(whole, 1, "u1", WORDS)
    if not watch.shown_at:
        raise SystemExit(f"{vendor}, {fault}: nothing was shown")
    return watch.shown_at - began


async def fallovers(urls: dict[tuple[str, Fault | None], str]) -> dict[tuple[str, Fault], float]:
    """Side by side: nearly all of it is waiting."""
    cases = [(vendor, fault) for vendor in MODELS for fault in FAULTS]
    took = await asyncio.gather(*(fallover(vendor, fault, urls) for vendor, fault in cases))
    return dict(zip(cases, took, strict=True))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=200)
    options.add_argument("--people", type=int, default=20)
    chosen = options.parse_args()
    logging.getLogger("core.models").setLevel(logging.ERROR)  # the faults are meant
    figures: dict[str, float] = {"prompt_tokens": fixed()}
    print(f"instructions and tools   {figures['prompt_tokens']:5} tokens")
    ratios = []
    with vendors() as urls:
        for vendor in MODELS:
            found = asyncio.run(around(vendor, urls[vendor, None], chosen.messages, chosen.people))
            beyond = found["pixie_ms"] - found["bare_ms"]
            ratio = beyond / found["bare_ms"]
            ratios.append(ratio)
            print(
                f"{vendor:10} message {found['pixie_ms']:6.2f} CPU-ms   its SDK calls alone "
                f"{found['bare_ms']:6.2f}   beyond them {beyond:6.2f}   {ratio:5.2f} times"
            )
            figures |= {
                f"{vendor}_pixie_cpu_ms": round(found["pixie_ms"], 2),
                f"{vendor}_bare_cpu_ms": round(found["bare_ms"], 2),
                f"{vendor}_engine_ratio": round(ratio, 2),
            }
        took = asyncio.run(fallovers(urls))
    for (vendor, fault), seconds in took.items():
        print(f"{vendor:10} {fault:12} the next model's words after {seconds:5.2f} s")
        name = {Fault.TIMEOUT: "timeout", Fault.STALL: "stall"}.get(fault, "529")
        figures[f"fallover_{vendor}_{name}_s"] = round(seconds, 2)
    figures["engine_ratio"] = round(max(ratios), 2)
    figures["fallover_s"] = round(max(took.values()), 2)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
