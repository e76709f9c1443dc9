"""kill -9 around what Telegram tells: every message is answered, in order, and done once."""

import pytest

from tests.crash.telegram_storm import telegram_storm


@pytest.mark.timeout(300)
async def test_every_message_is_answered(store_url: str) -> None:
    aftermath = await telegram_storm(store_url, messages=60, kills=5)
    assert aftermath.struck >= 3, "too few kills hit their named points"
    assert aftermath.lost == 0
    assert aftermath.done_twice == 0
    assert aftermath.repeats_unmarked == 0
    assert aftermath.out_of_order == 0
