"""Every transcript in this folder, on both databases."""

from pathlib import Path

import pytest

from core.ports import Store
from tests.dialogs.play import play, same, transcripts
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_pixie_says_what_the_transcript_says(
    path: Path, store: Store, clock: FakeClock
) -> None:
    wanted = path.read_text("utf-8").splitlines()
    went = await play(store, clock, wanted)
    assert same(wanted, went), "\n".join(["Pixie said:", *went])


def test_every_feature_has_its_dialog() -> None:
    assert len(transcripts()) >= 40
