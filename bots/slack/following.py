"""People's names, clocks and zones follow what Slack tells of them."""

from adapters.slack.people import SlackPerson
from bots.slack.members import Members
from core.deliveries import Delivery, DeliveryKind
from core.following import follow
from core.ports import Store, Work
from core.values import Identity, Reply
from core.whereabouts import proposal


class Following:
    """Takes in what Slack tells of people; whether their zone follows they are asked."""

    def __init__(self, members: Members, store: Store) -> None:
        self._members = members
        self._store = store

    async def follow(self, who: Identity, known: SlackPerson) -> None:
        """Somebody who may have changed. Raises `StorageError`, and `Stale`."""
        told = known.profile
        if await self._store.read(lambda work: work.people.told(who)) == told:
            return
        home = await self._members.home(who.workspace, who.user)

        def unit(work: Work) -> None:
            person = follow(work, who, told)
            if person is None:
                return
            said, buttons = proposal(person, told.zone, work.now)
            words = f"Slack says that you are in {told.zone} now. {said}"
            asking = Delivery(
                key=f"zone:{person.id}:{told.zone}:{work.now:%Y%m%d}",
                owner=person.id,
                address=home,
                reply=Reply(text=words, buttons=buttons),
                kind=DeliveryKind.NOTICE,
                due_at=work.now,
            )
            work.outbox.add(asking)

        await self._store.run(unit)
