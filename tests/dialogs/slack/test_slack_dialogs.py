"""Every transcript in this folder, whichever way Slack tells Pixie, on both databases."""

from pathlib import Path

import pytest

from core.ports import Store
from tests.dialogs.play import same
from tests.dialogs.slack.play import play, transcripts
from tests.dialogs.slack.stage import PacedClock, manifested
from tests.fakes.slack import SlackServer
from tests.slack_whole import WAYS

pytestmark = pytest.mark.usefixtures("no_certificates", "unhurried")


@pytest.fixture
def clock() -> PacedClock:
    return PacedClock()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_pixie_says_what_the_transcript_says(
    path: Path, how: str, store: Store, clock: PacedClock
) -> None:
    wanted = path.read_text("utf-8").splitlines()
    async with SlackServer(clock=clock, app=manifested()) as slack:
        went = await play(how, store, clock, slack, wanted)
    assert same(wanted, went), "\n".join(["It went:", *went])
    # Two may draw a home at the same time; who comes second draws it again.
    refused = [each for each in slack.refused if each[1]["error"] != "hash_conflict"]
    assert not refused, refused
