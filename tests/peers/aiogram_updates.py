"""A second judge of our fake Telegram: aiogram reads what it sends. `make peers`

    python -m tests.peers.aiogram_updates [FILE]

Writes one update of every kind, and what the methods answer, as lines of JSON (to FILE, if named),
and has aiogram's own types read them. aiogram is no dependency of ours: it lives in an environment
of its own under .peers, which is made when it is missing.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fakes.telegram import TelegramServer
from tests.fakes.telegram.request import Call
from tests.fakes.telegram.updates import KINDS
from tests.peers.environment import environment

AIOGRAM = "aiogram==3.31.0"
JUDGE = Path(__file__).with_name("aiogram_judge.py")
Json = dict[str, Any]


def everything() -> Iterator[tuple[str, Json]]:
    """aiogram's name of a type, and an object of it."""
    telegram = TelegramServer()
    telegram.updates.allowed = frozenset(KINDS)
    alice = telegram.person("Alice Doe", username="alice", language="de")
    bob = telegram.person("Bob")

    def call(method: str, **params: object) -> Any:
        given = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        return telegram.run(Call(method, given))

    markup = {"inline_keyboard": [[{"text": "Done", "callback_data": "/done"}]]}
    when = {"type": "date_time", "offset": 0, "length": 5, "unix_time": 1_800_000_000}
    alice.starts("invitation")
    yield "Message", call("sendMessage", chat_id=alice.id, text="14:00 is good", entities=[when])
    card = call("sendMessage", chat_id=alice.id, text="card", reply_markup=markup)
    yield "Message", card
    alice.taps(alice.chat.last, "Done")
    yield (
        "Message",
        call("editMessageText", chat_id=alice.id, message_id=card["message_id"], text="x"),
    )
    said = alice.says("see https://example.com #now", reply_to=alice.chat.last, quote="x")
    alice.edits(said, "see example.com")
    alice.reacts(said, "👍")
    alice.forwards(said)
    for by in (bob, "Hidden", {"id": -1001999999999, "type": "channel", "title": "News"}):
        alice.forwards("look", by=by)
    alice.shares_location(38.72, -9.14)
    alice.shares_contact("Bob", "+351911111111")
    alice.sends_photo(caption="receipt")
    alice.sends_voice()
    document = alice.sends_document("week.ics", b"x", mime_type="text/calendar")
    alice.deletes(said)
    alice.sends_callback(said, "old")
    alice.blocks()
    alice.unblocks()

    group = telegram.group("Team", alice, bob)
    alice.says("/today", group)
    group.joins(telegram.person("Carol"))
    group.leaves(bob)
    group.promotes_bot(alice)
    alice.reacts(group.last, "🔥")
    yield "ChatFullInfo", call("getChat", chat_id=group.id)
    for member in call("getChatAdministrators", chat_id=group.id):
        yield "ResultChatMemberUnion", member
    grown = group.upgrades(alice)
    grown.removes_bot(alice)
    forum = telegram.group("Club", alice, forum=True, admin=True)
    thread = forum.topic("Plans", alice)
    alice.says("hello", forum, thread=thread)
    yield "Message", call("sendMessage", chat_id=forum.id, text="hi", message_thread_id=thread)

    yield "User", call("getMe")
    yield "ChatFullInfo", call("getChat", chat_id=alice.id)
    yield "ResultChatMemberUnion", call("getChatMember", chat_id=forum.id, user_id=alice.id)
    yield "WebhookInfo", call("getWebhookInfo")
    yield "File", call("getFile", file_id=document.json["document"]["file_id"])
    for update in telegram.updates.history:
        yield "Update", update


def main() -> int:
    lines = [json.dumps({"type": kind, "json": shown}) for kind, shown in everything()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "telegram.jsonl"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return subprocess.run(
            [str(environment(AIOGRAM)), str(JUDGE), str(path)], check=False
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
