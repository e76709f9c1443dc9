"""Every transcript in this folder, whichever way Telegram tells Pixie, on both databases."""

from pathlib import Path

import pytest

from core.ports import Store
from tests.dialogs.play import same
from tests.dialogs.telegram.play import play, transcripts
from tests.dialogs.telegram.stage import BriskClock
from tests.fakes.telegram import TelegramServer
from tests.telegram_whole import WAYS

pytestmark = pytest.mark.usefixtures("no_certificates")


@pytest.fixture
def clock() -> BriskClock:
    return BriskClock()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_pixie_says_what_the_transcript_says(
    path: Path, how: str, store: Store, clock: BriskClock
) -> None:
    wanted = path.read_text("utf-8").splitlines()
    async with TelegramServer(now=lambda: clock.now().timestamp()) as telegram:
        went = await play(how, store, clock, telegram, wanted)
    assert same(wanted, went), "\n".join(["It went:", *went])
    # A press that is told twice is answered twice, and Telegram takes the first answer.
    refused = [each for each in telegram.refused if each[0] != "answerCallbackQuery"]
    assert not refused, refused
