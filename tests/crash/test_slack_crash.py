"""kill -9 and cut sockets around what Slack tells: all of it is answered, in order, done once."""

import pytest

from tests.crash.slack_storm import slack_storm
from tests.slack_whole import WAYS


@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", WAYS)
async def test_everything_is_answered(store_url: str, how: str) -> None:
    aftermath = await slack_storm(store_url, how, kills=5, people=8, most_hits=12)
    assert aftermath.struck >= 3, "too few kills hit their named points"
    assert aftermath.caught_up > 0
    assert aftermath.lost == 0
    assert aftermath.silent == 0
    assert aftermath.twice == 0
    assert aftermath.unmarked == 0
    assert aftermath.out_of_order == 0
