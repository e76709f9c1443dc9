"""Twenty times kill -9, with a platform that fails seven times in a hundred: nothing is lost."""

import pytest

from tests.crash.storm import storm


@pytest.mark.timeout(300)
async def test_nothing_is_lost_and_nothing_done_twice(store_url: str) -> None:
    replicas = 1 if store_url.startswith("sqlite") else 2
    damage = await storm(store_url, reminders=300, messages=200, kills=20, replicas=replicas)
    # A life that ends before its point is reached is killed at the end of it all the same.
    assert damage.struck >= 8, "too few kills hit their named points"
    assert damage.lost == 0
    assert damage.effects_twice == 0
    assert damage.duplicates_unmarked == 0
    assert damage.duplicates_findable == 0
    assert damage.out_of_order == 0
