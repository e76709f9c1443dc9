"""A growing reply is shown where it can be, and never at the reply's cost."""

import asyncio

import pytest

from core import drafting
from core.drafting import Draft
from core.errors import StorageDown, Unavailable
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


class Naming(MemoryMessenger):
    """Calls each draft by its number and the letters that it shows."""

    async def draft(self, address: Address, text: str, ref: str | None) -> str | None:
        self.drafts.append((address, text))
        return f"draft:{len(text)}"


async def test_what_a_draft_is_called_is_kept_when_it_begins() -> None:
    kept: list[str] = []

    async def keep(ref: str) -> None:
        kept.append(ref)

    screen = Naming()
    draft = Draft(screen, CHAT, keep)
    for text in ("I", "I think"):
        await draft.show(text)
    assert (kept, draft.ref) == (["draft:1"], "draft:7")
    again = Draft(screen, CHAT, keep)
    await again.resume("draft:1")
    assert again.ref == "draft:0"
    await again.show("I")
    assert kept == ["draft:1"]


async def test_a_draft_that_cannot_be_kept_is_shown_all_the_same() -> None:
    async def keep(ref: str) -> None:
        raise StorageDown("away")

    draft = Draft(Naming(), CHAT, keep)
    await draft.show("I")
    assert draft.ref == "draft:1"


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
