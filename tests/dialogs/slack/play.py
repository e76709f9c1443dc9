"""Plays a transcript of a workspace on Slack against the whole of Pixie, with an injected clock.

    now Sun 22 Nov 2026 10:00 Europe/Lisbon
    alice  remind me to call mom tomorrow at 2
    pixie → alice  ⏰ #1 call mom · Mon 23 Nov 14:00
           [Snooze] [Move] [Cancel] [Undo]
    alice commands /todo in general  buy milk
    pixie → general, only alice sees it  ✅ #2 buy milk
           [Done] [Move] [Undo]
    alice taps Done on "milk"

Two spaces come before words. `alice` writes in her chat with Pixie; beside that she can:

    alice in general  @pixie …       write in a channel; @names are mentions
    alice answers "mom"  …           in the thread of the newest message with these words
    alice edits "old words"  …       her own message; `alice deletes "old words"`
    alice commands /todo  …          in her chat, or `commands /todo in general  …`
    alice taps Done                  the newest such button or menu's option that she sees;
    alice taps Done on "mom"         the one on that message;
    alice taps bob's Done on "mom"   what his button says, sent from a message of hers
    alice fills Due on  2026-11-24   a field of the form before her; nothing empties it
    alice submits · alice closes     the form
    alice looks at home
    alice taps Edit in home on "mom" in the block with these words; `ticks #2 milk in home`
    alice reacts white_check_mark to "mom"
    alice uses New task              a shortcut by its name; `uses Make this a task on "words"`
    alice moves to Europe/Berlin

`you` types at the terminal, as in its transcripts, and Pixie answers `pixie → you`. "{code}" stands
for the code for linking that she showed last.

What Slack itself tells or asks somebody begins with `slack`. A home is shown whole at first, then
by the lines that went (-) and came (+). Of blocks a transcript shows what a person reads in their
own zone. In forms, ▁ is an empty field, and ⚠ what is said beneath the field before.

`channel general: alice, bob` makes a channel with Pixie in it, `guest carol` and `stranger dave`
people who are not of the workspace as others are. `wait until` and `wait 20 minutes` move the clock
and let the scheduler work; `off until` moves it while Pixie is not running, and what people do
between `off` and `on until …` Slack tells nobody, so that it can be read in the history alone;
`restart` throws every part away but the store. Lines from `held` to `let go` happen while nothing
reaches Pixie, who then gets it all in the opposite order (`let go`) or twice (`let go twice`).
`repeats` tells her the last thing once more, `repeats anew` under another id. `model says …` is
what a language model answers next.

In words, "\\n" is a line break, "\\0" NUL, "\\d83d" a lone surrogate, "{ab × 3}" is "ababab". What
Pixie sends must be what the transcript says, line for line; "…" in it stands for anything. A line
of hers that is longer than 400 characters is shown by its ends and length. ~words~ are struck
through. Lines with # are comments.

`python -m tests.dialogs.slack.play FILE …` writes what Pixie says today into the files, to be read
before it is committed.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.ports import Store
from db.store import open_store
from tests.dialogs.play import same
from tests.dialogs.slack.stage import PacedClock, Stage, manifested
from tests.fakes.slack import SlackServer

FOLDER = Path(__file__).parent


async def play(
    how: str, store: Store, clock: PacedClock, slack: SlackServer, script: Sequence[str]
) -> list[str]:
    """Play a transcript; returns it as it went, with Pixie's lines as she said them now."""
    went: list[str] = []
    async with Stage(how, store, clock, slack) as stage:
        for line in script:
            if line.startswith(("pixie ", "slack ", "home of ", " ")):
                continue
            went.append(line)
            if line.strip() and not line.startswith("#"):
                went += await stage.play(line)
    return [line.rstrip() for line in went]


def transcripts() -> list[Path]:
    """Every transcript in this folder."""
    return sorted(FOLDER.glob("*.txt"))


async def _write(path: Path) -> None:
    wanted = path.read_text("utf-8").splitlines()
    clock = PacedClock()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{folder}/pixie.db", clock)
        try:
            async with SlackServer(clock=clock, app=manifested()) as slack:
                went = await play("socket", store, clock, slack, wanted)
        finally:
            await store.close()
    if not same(wanted, went):
        path.write_text("\n".join(went) + "\n", "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or [str(path) for path in transcripts()]:
        asyncio.run(_write(Path(name)))
