"""What people attach, fetched from Telegram."""

import pytest

from adapters.telegram.bot import PixieBot
from adapters.telegram.files import TelegramFiles
from core.errors import Refused, Unavailable, Unknown, UserError
from tests.fakes.telegram import Fault, Limited, Person, TelegramServer

PLATFORM = "telegram"


def sent(person: Person, content: bytes, *, size: int | None = None) -> str:
    message = person.sends_document("club.ics", content, size=size)
    return str(message.json["document"]["file_id"])


async def test_a_file_is_fetched_whole(
    telegram: TelegramServer, alice: Person, bot: PixieBot
) -> None:
    content = bytes(range(256)) * 4_000
    files = TelegramFiles(bot)
    assert await files.fetch(PLATFORM, sent(alice, content), len(content)) == content
    assert await files.fetch(PLATFORM, sent(alice, b""), 10) == b""


@pytest.mark.parametrize("told", [None, 10, 30_000_000])
async def test_one_that_is_too_large_is_told_whatever_was_announced(
    told: int | None, alice: Person, bot: PixieBot
) -> None:
    ref = sent(alice, b"x" * 200_000, size=told)
    with pytest.raises(UserError, match=r"I read up to 0\.1 MB"):
        await TelegramFiles(bot).fetch(PLATFORM, ref, 100_000)


async def test_one_that_is_not_there_is_refused(bot: PixieBot) -> None:
    with pytest.raises(Refused):
        await TelegramFiles(bot).fetch(PLATFORM, "BQADnothing", 100)


@pytest.mark.parametrize(
    ("method", "step", "expected"),
    [
        ("getFile", Limited(3), Unavailable),
        ("getFile", Fault.SERVER_ERROR, Unknown),
        ("download", Limited(3), Unavailable),
        ("download", Fault.BAD_GATEWAY, Unknown),
        ("download", Fault.NOT_FOUND, Unknown),
    ],
)
async def test_what_fails_outside_is_told_as_such(
    method: str,
    step: Fault | Limited,
    expected: type[Exception],
    telegram: TelegramServer,
    alice: Person,
    bot: PixieBot,
) -> None:
    ref = sent(alice, b"BEGIN:VCALENDAR")
    telegram.script(method, step)
    with pytest.raises(expected) as caught:
        await TelegramFiles(bot).fetch(PLATFORM, ref, 100)
    assert "loopback" not in str(caught.value)
