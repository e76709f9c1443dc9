"""Who the app itself and those who write to it are, asked once and remembered for a while."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.happened import Me
from adapters.slack.messenger import SlackMessenger
from adapters.slack.people import SlackPeople, SlackPerson, person_of
from adapters.slack.places import Place
from core.errors import EdgeError, Refused, Unavailable
from core.ports import Clock
from core.values import Address

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)
"""How long what is known of somebody counts; changes are told by `user_change` anyway."""
MOST_KEPT = 10_000
ME_WITHIN, NAMES_WITHIN, HOME_WITHIN = 0.8, 0.5, 0.4
"""Seconds that each of these is waited for: Slack wants its answer within three."""
MOST_NAMES = 20


class Members:
    """The app and the people of each workspace."""

    def __init__(self, client: SlackClient, voice: SlackMessenger, clock: Clock) -> None:
        self._client = client
        self._people = SlackPeople(client)
        self._voice = voice
        self._clock = clock
        self._mes: dict[str, Me] = {}
        self._known: dict[tuple[str, str], tuple[SlackPerson, datetime]] = {}

    async def me(self, team: str) -> Me:
        """The app in a workspace; `team` may be "" where it is in one alone.

        Raises as `Messenger.send` does.
        """
        found = self._mes.get(team)
        if found is None:
            web = await self._client.web(team)
            try:
                async with asyncio.timeout(ME_WITHIN):
                    with edge_errors():
                        answer = await web.auth_test()
            except TimeoutError:
                raise Unavailable("auth.test takes too long") from None
            told = {name: answer.get(name) for name in ("team_id", "user_id", "bot_id")}
            if not told["team_id"] or not told["user_id"]:
                raise Refused("auth.test tells of nobody")
            found = Me(
                team=str(told["team_id"]),
                user=str(told["user_id"]),
                bot=str(told["bot_id"] or ""),
            )
            self._mes[team] = self._mes[found.team] = found
        return found

    def forget(self, team: str) -> None:
        """The app was taken out of a workspace."""
        self._mes.pop(team, None)
        for key in [key for key in self._known if key[0] == team]:
            del self._known[key]

    def known(self, team: str, user: str) -> SlackPerson | None:
        """Who it is, if that was asked lately."""
        found, at = self._known.get((team, user), (None, self._clock.now()))
        return found if self._clock.now() - at < KEPT else None

    async def about(self, team: str, user: str) -> SlackPerson:
        """Who it is. Raises as `Messenger.send` does."""
        if (known := self.known(team, user)) is not None:
            return known
        found = await self._people.about(team, user)
        self._keep(team, found)
        return found

    def changed(self, team: str, user: Mapping[str, object]) -> SlackPerson:
        """What Slack tells of somebody now."""
        found = person_of(user, team)
        known = self._known.pop((team, found.user), (None, None))[0]
        if found.locale:
            self._keep(team, found)
        elif known is not None:
            self._keep(team, replace(found, locale=known.locale, clock_24h=known.clock_24h))
        return found

    async def names(self, team: str, users: Iterable[str]) -> dict[str, str]:
        """Names by id, of those that Slack tells in time."""
        asked = list(dict.fromkeys(users))[:MOST_NAMES]
        if not asked:
            return {}
        asking = {user: asyncio.create_task(self.about(team, user)) for user in asked}
        await asyncio.wait(asking.values(), timeout=NAMES_WITHIN)
        names: dict[str, str] = {}
        for user, task in asking.items():
            if not task.done():
                task.cancel()
            elif not task.cancelled() and task.exception() is None:
                names[user] = task.result().name
        await asyncio.gather(*asking.values(), return_exceptions=True)
        return names

    async def home(self, team: str, user: str) -> Address:
        """The chat with somebody. Where Slack does not tell it in time, their id stands for it."""
        try:
            async with asyncio.timeout(HOME_WITHIN):
                channel = await self._voice.chat_with(team, user)
        except (EdgeError, TimeoutError) as error:
            log.info("a chat could not be opened: %s", type(error).__name__)
            channel = user
        return Place(team=team, channel=channel).address()

    def _keep(self, team: str, person: SlackPerson) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[team, person.user] = person, self._clock.now()
