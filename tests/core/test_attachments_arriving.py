"""What is attached is cleaned at the border, and a tap that comes a hundred times works once."""

import asyncio
from dataclasses import replace

from core.intake import MOST_ATTACHMENTS, MOST_POST, Intake, only
from core.ports import Store, Work
from core.values import Attachment, AttachmentKind, IncomingMessage
from tests import given
from tests.core.test_attachments_interrupted import COUNT, FILE, known, many, owned
from tests.dialogs.play import Conversation
from tests.fakes.clock import MONDAY, FakeClock

POST = Attachment(
    kind=AttachmentKind.FORWARDED,
    name="N" * 999,
    ref="r" * 9999,
    media_type="\x00text/x",
    text="a\x00\ud800\u202eb" + "!" * 2 * MOST_POST,
    source="S\r\n\x07" * 999,
    latitude=float("nan"),
    longitude=float("inf"),
    at=MONDAY,
)


async def arrived(store: Store, message: IncomingMessage) -> IncomingMessage:
    """The message as it waits in its lane."""
    intake = Intake(store, admit=only("terminal"), wake=lambda: None)
    await intake.accept(message)

    def unit(work: Work) -> IncomingMessage:
        [claim] = work.inbox.claim(given.LEASE, 1)
        row = work.inbox.next(claim)
        assert row is not None
        return row.message

    return await store.run(unit)


async def test_others_words_are_cleaned_and_cut(store: Store, clock: FakeClock) -> None:
    message = replace(given.message("1"), attachments=(POST,) * (MOST_ATTACHMENTS + 5))
    found = await arrived(store, message)
    assert len(found.attachments) == MOST_ATTACHMENTS
    post = found.attachments[0]
    assert post.text.startswith("ab!!!")
    assert len(post.text) == MOST_POST
    assert (len(post.name), len(post.ref), len(post.source)) == (200, 2000, 200)
    assert post.media_type == "text/x"
    assert post.at == MONDAY


async def test_a_hundred_taps_import_once(store: Store, clock: FakeClock) -> None:
    talk = Conversation(store, clock)
    known(talk, many(COUNT))
    shown = await talk.say(FILE)
    command = talk.screens.of("local").numbers.typed("1")
    assert "[1] Import" in shown[-1]
    taps = [replace(given.message(f"tap{at}", command, name="local")) for at in range(100)]
    await asyncio.gather(*(talk.pixie.intake.accept(tap) for tap in taps))
    await talk.pixie.workers.work_off()
    printed = []
    while more := await talk._printed("local"):
        printed += more
    assert printed.count("That is done already.") == 99
    assert printed.count(f"Imported {COUNT} events.") == 1
    assert len((await owned(store))[0]) == COUNT
