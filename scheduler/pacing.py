"""How fast each platform takes messages in all, whichever process sends them.

The pace of one destination is the outbox's; this is that of a platform as a whole, which is kept
in the database too.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.deliveries import ClaimedDelivery
from core.ports import Messenger, Store, Work
from core.values import Address

SOON = timedelta(seconds=5)
"""What a delivery in hand waits for its turn; one whose turn comes later goes back."""


class Pacing:
    """Gives turns on the platforms that have an overall pace."""

    def __init__(self, store: Store, messengers: Mapping[str, Messenger]) -> None:
        self._store = store
        self._overall = {
            platform: messenger.overall
            for platform, messenger in sorted(messengers.items())
            if messenger.overall
        }
        self._limited: defaultdict[str, set[str]] = defaultdict(set)

    def reserve(self, work: Work, claims: Sequence[ClaimedDelivery]) -> dict[int, timedelta]:
        """How long these wait for their turn, by id; those that do not wait are left out."""
        waits: dict[int, timedelta] = {}
        for platform, overall in self._overall.items():
            ids = [one.id for one in claims if one.delivery.address.platform == platform]
            if ids:
                turns = work.outbox.turns(platform, len(ids), overall, SOON)
                waits.update(zip(ids, turns, strict=True))
        return waits

    async def turn(self, platform: str) -> timedelta:
        """How long one more message waits for its turn."""
        overall = self._overall.get(platform)
        if overall is None:
            return timedelta(0)
        [wait] = await self._store.run(lambda work: work.outbox.turns(platform, 1, overall, SOON))
        return wait

    def passed(self, address: Address) -> None:
        """The platform took a message."""
        self._limited.pop(address.platform, None)

    async def limited(self, address: Address, told: timedelta) -> None:
        """The platform asks to wait, without saying for what.

        That is taken to be the one chat; when it says so for another one too, and took nothing in
        between, it is the platform.
        """
        platform = address.platform
        if platform not in self._overall:
            return
        chats = self._limited[platform]
        chats.add(address.chat)
        if len(chats) > 1:
            await self._store.run(lambda work: work.outbox.hold(platform, work.now + told))
