"""A second client of our fake Slack: Slack's own Bolt for JavaScript. `make peers`

    python -m tests.peers.slack_bolt_js

An app of Bolt's (slack_bolt_app.cjs) hears from the fake by a socket and by signed requests, and
calls its Web API. People use that app, and what they then see is what it meant them to see. Bolt is
no dependency of ours: it comes from npm, into a folder of its own under .peers.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from tests.fakes.slack import App, Channel, Person, SlackServer
from tests.fakes.slack.app import EVENTS
from tests.peers.environment import node_modules

BOLT = "@slack/bolt@5.1.0"
APP = Path(__file__).with_name("slack_bolt_app.cjs")
WAYS = ("socket", "requests")
START_WITHIN = 20.0
PATIENCE = 60.0
"""Seconds for one thing to be seen; after a cut, Bolt comes back in five."""
SCALE = 0.02
"""Slack's minute until it tells something again, in minutes."""


class Scene:
    """Alice, and an app of Bolt's that hears from a Slack by one way."""

    def __init__(self, slack: SlackServer, way: str, url: str) -> None:
        self.slack = slack
        self.way = way
        self.url = url
        self.alice: Person = slack.workspace.person("Alice", tz="Europe/Lisbon", locale="pt-PT")
        self.general: Channel = slack.workspace.channel("general", self.alice)

    async def sees(self, condition: Callable[[], object]) -> None:
        """Raises: TimeoutError."""
        await self.slack.until(condition, PATIENCE)

    async def reads(self, text: str, channel: Channel | None = None) -> None:
        """Sees that message."""
        where = channel or self.alice.chat
        await self.sees(lambda: text in [message.text for message in where.from_bot])


async def words(scene: Scene) -> None:
    said = scene.alice.says("say milk & <bread>")
    await scene.reads("you said milk &amp; &lt;bread&gt;")
    scene.alice.edits(said, "butter")
    await scene.reads("now it is butter")
    scene.alice.deletes(said)
    await scene.reads("gone is butter")


async def mention(scene: Scene) -> None:
    asked = scene.alice.mentions("are you there?", scene.general)
    await scene.reads("in the thread", scene.general)
    assert scene.general.last.thread_ts == asked.ts


async def card(scene: Scene) -> None:
    scene.alice.says("say cheese")
    await scene.reads("you said cheese")
    shown = scene.alice.chat.last
    tap = scene.alice.taps(shown, "Done")
    await scene.sees(lambda: shown.shown == "done" and tap.acked)
    assert shown.labels == []
    scene.alice.reacts(shown, "white_check_mark")
    await scene.reads("a reaction: white_check_mark")
    assert scene.alice.chat.last.thread_ts == shown.ts


async def command(scene: Scene) -> None:
    asked = scene.alice.commands("/pixie", "what is on?", scene.general)
    await scene.reads("you asked what is on?", scene.general)
    await scene.sees(lambda: asked.over)
    first = next(each for each in scene.general.from_bot if each.text == "one moment")
    assert first.seen_by == scene.alice.id


async def modal(scene: Scene) -> None:
    alice = scene.alice
    alice.shortcut("new_task")
    await scene.sees(lambda: alice.modal)
    view = alice.modal
    assert view is not None
    alice.submits(title="nothing")
    await scene.sees(lambda: view.errors == {"title": "That is not much."})
    alice.submits(title="again")
    await scene.sees(lambda: alice.modal and alice.modal.title == "Another task")
    alice.submits(title="milk", day="2026-11-25")
    await scene.reads("milk on 2026-11-25")
    assert alice.modal is None


async def closing(scene: Scene) -> None:
    scene.alice.says("say plans")
    await scene.reads("you said plans")
    scene.alice.taps(scene.alice.chat.last, "Plan")
    await scene.sees(lambda: scene.alice.modal)
    scene.alice.closes()
    await scene.reads("closed, kept")


async def message_shortcut(scene: Scene) -> None:
    said = scene.alice.says("the contract ends in May", scene.general)
    scene.alice.message_shortcut("make_task", said)
    await scene.sees(lambda: scene.general.last.text.startswith("kept https://"))
    assert scene.general.last.seen_by == scene.alice.id


async def home(scene: Scene) -> None:
    alice = scene.alice
    alice.opens_home()
    await scene.sees(lambda: alice.home and alice.home.shown.startswith("Today"))
    view = alice.home
    assert view is not None
    alice.taps(view, "Done")
    await scene.sees(lambda: alice.home and alice.home.shown == "All done")


async def person(scene: Scene) -> None:
    scene.alice.changes_zone("Asia/Tokyo")
    await scene.reads("alice is in Asia/Tokyo, pt-PT")


async def stream(scene: Scene) -> None:
    asked = scene.alice.says("stream")
    thread = scene.alice.chat.thread
    await scene.sees(lambda: thread(asked)[-1].labels == ["Done", "Plan"])
    answer = thread(asked)[-1]
    assert answer.streaming_until is None
    assert answer.pieces == ["one ", "two ", "three"]


async def look_up(scene: Scene) -> None:
    scene.alice.says("find")
    await scene.reads("found 1")


async def refusal(scene: Scene) -> None:
    scene.alice.says("long")
    pointed = "[json-pointer:/blocks/0/text/text]"
    await scene.reads(f"invalid_blocks: [ERROR] must be less than 3001 characters {pointed}")
    assert [error["error"] for _, error in scene.slack.refused] == ["invalid_blocks"]
    scene.slack.refused.clear()


async def signature(scene: Scene) -> None:
    """What is not signed, or was long ago, is not taken."""
    if scene.way == "socket":
        return
    post = scene.slack.requests.post
    assert (await post(scene.url, "{}", signature="v0=00"))[0] == 401
    assert (await post(scene.url, "{}", timestamp="1500000000"))[0] == 401


async def connection(scene: Scene) -> None:
    """A new one comes when it is told to go, and when it is cut."""
    if scene.way == "requests":
        return
    sockets = scene.slack.sockets
    had = len(sockets.ever)
    await sockets.disconnect("warning")
    await sockets.disconnect("refresh_requested")
    await scene.sees(lambda: len(sockets.ever) > had)
    scene.alice.says("say after the new one")
    await scene.reads("you said after the new one")
    had = len(sockets.ever)
    sockets.cut()
    scene.alice.says("say after the cut")
    await scene.sees(lambda: len(sockets.ever) > had)
    await scene.reads("you said after the cut")


SCENES: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    words,
    mention,
    card,
    command,
    modal,
    closing,
    message_shortcut,
    home,
    person,
    stream,
    look_up,
    refusal,
    signature,
    connection,
)


@contextlib.asynccontextmanager
async def bolt(slack: SlackServer, way: str) -> AsyncIterator[str]:
    """The app at work in a process of its own; its address, if it has one."""
    environment = {
        "PATH": os.environ["PATH"],
        "NODE_PATH": str(node_modules(BOLT)),
        "WAY": way,
        "API": slack.base_url,
        "BOT_TOKEN": slack.token,
        "APP_TOKEN": slack.app.app_token,
        "SIGNING_SECRET": slack.app.signing_secret,
    }
    process = await asyncio.create_subprocess_exec(
        "node", str(APP), env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_WITHIN):
            said = (await process.stdout.readline()).decode().split()
        if said[:1] != ["ready"]:
            raise AssertionError("Bolt does not start")
        url = f"http://127.0.0.1:{said[1]}/slack/events"
        if way == "requests":
            assert await slack.requests.verify(url), "url_verification fails"
            slack.posts_to(url)
        else:
            await slack.until(lambda: slack.sockets.open, START_WITHIN)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def troubles(way: str, scene: Callable[[Scene], Awaitable[None]]) -> list[str]:
    """What was not as it should be."""
    app = App(events={*EVENTS, "message.channels"})
    async with SlackServer(app=app, scale=SCALE) as slack, bolt(slack, way) as url:
        playing = Scene(slack, way, url)
        try:
            await scene(playing)
            await playing.sees(lambda: slack.heard)
        except (AssertionError, TimeoutError) as error:
            seen = [*playing.alice.chat.messages, *playing.general.messages]
            return [repr(error), *map(repr, seen), f"refused: {slack.refused}"]
        told = [each for each in slack.deliveries.all if each.error]
        lost = [f"not acknowledged: {each.payload.get('type')}: {each.error}" for each in told]
        return [*lost, *(f"{method} was refused: {why}" for method, why in slack.refused)]


async def main() -> int:
    failed = 0
    for scene in SCENES:
        for way in WAYS:
            found = await troubles(way, scene)
            failed += bool(found)
            print(f"{scene.__name__} by {way}: {'differs' if found else 'as meant'}")
            print(*found, sep="\n", end="\n" if found else "")
    count = len(SCENES) * len(WAYS)
    print(f"{BOLT}: {count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
