"""A growing reply is shown where it can be, and never at the reply's cost."""

import asyncio

import pytest

from core import drafting
from core.drafting import Draft
from core.errors import Unavailable
from core.values import Address
from tests.fakes.messenger import MemoryMessenger

CHAT = Address(platform="terminal", workspace="local", chat="me")


class Broken(MemoryMessenger):
    """Shows nothing: each part ends in `fault`, or never ends."""

    def __init__(self, fault: Exception | None) -> None:
        super().__init__()
        self.fault = fault
        self.asked = 0

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        await asyncio.Event().wait()
        return None


async def test_the_newest_text_is_shown_under_one_name() -> None:
    screen = MemoryMessenger()
    draft = Draft(screen, CHAT)
    await draft.begin()
    for text in ("I", "I think", "I think", " "):
        await draft.show(text)
    assert screen.typed == [CHAT]
    assert [text for _, text in screen.drafts] == ["I", "I think"]


async def test_parts_come_at_the_pace_that_the_platform_bears() -> None:
    screen = MemoryMessenger()
    screen.draft_pause = 60
    draft = Draft(screen, CHAT)
    for text in ("I", "I think", "I think so"):
        await draft.show(text)
    assert [text for _, text in screen.drafts] == ["I"]


@pytest.mark.parametrize("fault", [None, Unavailable("down"), KeyError("a bug")], ids=str)
async def test_a_platform_that_cannot_show_it_is_asked_once(
    fault: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "MOST_SECONDS", 0.01)
    screen = Broken(fault)
    draft = Draft(screen, CHAT)
    await draft.show("I")
    await draft.show("I think")
    assert screen.asked == 1
    assert draft.ref is None
