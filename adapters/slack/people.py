"""Who somebody on Slack is. https://docs.slack.dev/reference/objects/user-object"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.client import SlackClient, edge_errors
from adapters.slack.text import clean_line
from core.errors import Refused, UserError
from core.people import Profile
from core.values import Membership
from core.when.wall import zone as known_zone

LONGEST_NAME = 200
_TWELVE_HOURS = ("America/", "Pacific/Honolulu")
"""Where English of the United States says two in the afternoon; it is the language that Slack
gives to many others too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackPerson:
    """What a workspace knows of somebody."""

    user: str
    team: str
    """The id of the workspace that they belong to."""
    name: str
    zone: str
    """IANA name; "" when it is not told, or not known here."""
    locale: str
    """As in "pt-BR"; "" when it is not told."""
    clock_24h: bool
    guest: bool
    """Invited to some channels only."""
    stranger: bool
    """Of another workspace that a channel is shared with."""
    deleted: bool
    bot: bool
    admin: bool
    """An admin of the workspace, or an owner of it."""

    @property
    def profile(self) -> Profile:
        """What a person of Pixie's follows of it."""
        return Profile(name=self.name, zone=self.zone, locale=self.locale, clock_24h=self.clock_24h)

    @property
    def membership(self) -> Membership:
        """What they are there; UNKNOWN for who is no person, or no longer."""
        if self.bot or self.deleted:
            return Membership.UNKNOWN
        if self.stranger:
            return Membership.STRANGER
        if self.guest:
            return Membership.GUEST
        return Membership.ADMIN if self.admin else Membership.MEMBER


class SlackPeople:
    """Looks people up."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    async def about(self, team: str, user: str) -> SlackPerson:
        """Who it is, asked of users.info. Raises as `Messenger.send` does."""
        web = await self._client.web(team)
        with edge_errors():
            answer = await web.users_info(user=user, include_locale=True)
        found = answer.get("user")
        if not isinstance(found, Mapping):
            raise Refused("users.info tells of nobody")
        return person_of(found, team)


def person_of(user: Mapping[str, object], team: str) -> SlackPerson:
    """A user object as a value; `team` is the workspace where the app is installed.

    An event's user object does not tell the locale unless it changed.
    """
    found = user.get("profile")
    profile: Mapping[str, object] = found if isinstance(found, Mapping) else {}
    names = (
        _word(profile, "display_name"), _word(user, "real_name"), _word(profile, "real_name"),
        _word(user, "name"),
    )  # fmt: skip
    zone, locale = _zone(_word(user, "tz")), _word(user, "locale")
    theirs = _word(user, "team_id") or team
    return SlackPerson(
        user=_word(user, "id"),
        team=theirs,
        name=next((name for name in names if name), "")[:LONGEST_NAME],
        zone=zone,
        locale=locale,
        clock_24h=not (locale == "en-US" and zone.startswith(_TWELVE_HOURS)),
        guest=_is(user, "is_restricted") or _is(user, "is_ultra_restricted"),
        stranger=_is(user, "is_stranger") or not _same_team(user, theirs, team),
        deleted=_is(user, "deleted"),
        bot=_is(user, "is_bot") or user.get("id") == "USLACKBOT",
        admin=any(_is(user, each) for each in ("is_admin", "is_owner", "is_primary_owner")),
    )


def _same_team(user: Mapping[str, object], theirs: str, team: str) -> bool:
    """In an Enterprise organization, somebody may belong to several workspaces."""
    enterprise = user.get("enterprise_user")
    teams = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
    return theirs == team or (isinstance(teams, list) and team in teams)


def _zone(name: str) -> str:
    try:
        return known_zone(name).key if name else ""
    except UserError:
        return ""


def _word(found: Mapping[str, object], key: str) -> str:
    value = found.get(key)
    return clean_line(value) if isinstance(value, str) else ""


def _is(found: Mapping[str, object], key: str) -> bool:
    return found.get(key) is True
