"""Plays a transcript of a chat on Telegram against the whole of Pixie, with an injected clock.

    now Sun 22 Nov 2026 10:00 Europe/Lisbon
    alice  remind me to call mom tomorrow at 2
    pixie → alice  ⏰ #1 call mom · Mon 23 Nov 14:00
           [Snooze] [Move] [Cancel] [Undo]
    wait until Mon 23 Nov 2026 14:00
    pixie → alice  ⏰ #1 call mom · Mon 23 Nov 14:00
           [Done] [Snooze 10 min] [Snooze 1 h]
    alice taps Done
    pixie → alice, edited  ~⏰ #1 call mom · Mon 23 Nov 14:00 · done~

Two spaces come before words. `alice` writes in her private chat; beside that she can:

    alice in Gardeners  …            write in a group, or `in Club/Plans` in a topic of one
    alice replies to "mom"  …        to the newest message with these words in a chat of hers
    alice edits "old words"  …       her own message
    alice taps Done                  the newest such button that she sees;
    alice taps Done on "mom"         the one on that message;
    alice taps Done 100 times        without waiting in between
    alice taps bob's Done on "mom"   what his button says, sent from that message
    alice taps data /done on "mom"   any data, sent from that message
    alice reacts 👍 to "mom"
    alice starts  payload            opens t.me/<bot>?start=payload
    alice sends file a.ics  caption  from the folder files/; `big.pdf of 30 MB` only seems so large
    alice sends photo  caption
    alice sends voice  …             what is spoken; `sends sticker` has no words
    alice shares location 38.72 -9.14
    alice shares contact Bob +351 911
    alice forwards from Bob  …       what somebody else wrote
    alice blocks · alice unblocks

`you` types at the terminal, as in its transcripts, and Pixie answers `pixie → you`. "{code}" stands
for the code for linking that she showed last.

`group Gardeners: alice, bob` and `forum Club: alice: Plans` (a forum with topics) make groups with
Pixie in them. `wait until` and `wait 20 minutes` move the clock and let the scheduler work; `off
until` moves it while Pixie is not running; `restart` throws every part away but the store. Lines
from `held` to `let go` happen while nothing reaches Pixie, who then gets it all in the opposite
order (`let go`) or twice (`let go twice`). With `listening` in a transcript, a model writes down
what is spoken in it.

In words, "\\n" is a line break, "\\0" NUL, "\\d83d" a lone surrogate, "{ab × 3}" is "ababab". What
Pixie sends must be what the transcript says, line for line; "…" in it stands for anything. A line
of hers that is longer than 400 characters is shown by its ends and length. ~words~ are struck
through. Lines with # are comments.

`python -m tests.dialogs.telegram.play FILE …` writes what Pixie says today into the files, to be
read before it is committed.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.ports import Store
from db.store import open_store
from tests.dialogs.play import same
from tests.dialogs.telegram.stage import BriskClock, Loopback, Stage
from tests.fakes.telegram import TelegramServer

FOLDER = Path(__file__).parent
LISTENING = "listening"


async def play(
    how: str, store: Store, clock: BriskClock, telegram: Loopback, script: Sequence[str]
) -> list[str]:
    """Play a transcript; returns it as it went, with Pixie's lines as she said them now."""
    went: list[str] = []
    async with Stage(how, store, clock, telegram, listens=LISTENING in script) as stage:
        for line in script:
            if line.startswith(("pixie ", " ")):
                continue
            went.append(line)
            if line.strip() and not line.startswith("#") and line != LISTENING:
                went += await stage.play(line)
    return [line.rstrip() for line in went]


def transcripts() -> list[Path]:
    """Every transcript in this folder."""
    return sorted(FOLDER.glob("*.txt"))


async def _write(path: Path) -> None:
    wanted = path.read_text("utf-8").splitlines()
    clock = BriskClock()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{folder}/pixie.db", clock)
        try:
            async with TelegramServer(now=lambda: clock.now().timestamp()) as telegram:
                went = await play("polling", store, clock, telegram, wanted)
        finally:
            await store.close()
    if not same(wanted, went):
        path.write_text("\n".join(went) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or [str(path) for path in transcripts()]:
        asyncio.run(_write(Path(name)))
