"""Who somebody on Slack is."""

from typing import Any

import pytest

from adapters.slack.client import SlackClient
from adapters.slack.people import SlackPeople, SlackPerson, person_of
from core.errors import Refused, Unavailable
from core.values import Membership
from tests.adapters.slack.api import ANA, Api, failing

USER: dict[str, Any] = {
    "id": ANA,
    "team_id": "T1",
    "name": "ana",
    "real_name": "Ana Silva",
    "tz": "Europe/Lisbon",
    "locale": "pt-BR",
    "profile": {"display_name": "Ana\u202e S.", "real_name": "Ana Silva"},
}


async def test_people_are_asked_for(client: SlackClient, api: Api) -> None:
    api.user = USER
    assert await SlackPeople(client).about("T1", ANA) == SlackPerson(
        user=ANA,
        team="T1",
        name="Ana S.",
        zone="Europe/Lisbon",
        locale="pt-BR",
        clock_24h=True,
        guest=False,
        stranger=False,
        deleted=False,
        bot=False,
        admin=False,
    )
    [params] = api.called("users.info")
    assert str(params["include_locale"]) in ("1", "True", "true")


async def test_nobody_is_found(client: SlackClient, api: Api) -> None:
    with pytest.raises(Refused):
        await SlackPeople(client).about("T1", "U9")
    api.script("users.info", failing("ratelimited", 429, Retry_After="3"))
    with pytest.raises(Unavailable):
        await SlackPeople(client).about("T1", ANA)


@pytest.mark.parametrize(
    ("more", "true"),
    [
        ({"is_restricted": True}, {"guest"}),
        ({"is_ultra_restricted": True}, {"guest"}),
        ({"is_stranger": True}, {"stranger"}),
        ({"team_id": "T9"}, {"stranger"}),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}, set()),
        ({"deleted": True}, {"deleted"}),
        ({"is_bot": True}, {"bot"}),
        ({"id": "USLACKBOT"}, {"bot"}),
        ({"is_bot": "no", "deleted": 1}, set()),
    ],
)
def test_who_is_no_member(more: dict[str, Any], true: set[str]) -> None:
    found = person_of({**USER, **more}, "T1")
    flags = ("guest", "stranger", "deleted", "bot")
    assert {name for name in flags if getattr(found, name)} == true


@pytest.mark.parametrize(
    ("more", "membership"),
    [
        ({}, Membership.MEMBER),
        ({"is_admin": True}, Membership.ADMIN),
        ({"is_owner": True}, Membership.ADMIN),
        ({"is_primary_owner": True}, Membership.ADMIN),
        ({"is_admin": "yes"}, Membership.MEMBER),
        ({"is_restricted": True}, Membership.GUEST),
        ({"team_id": "T9"}, Membership.STRANGER),
        ({"team_id": "T9", "is_admin": True, "is_restricted": True}, Membership.STRANGER),
        ({"is_bot": True, "is_admin": True}, Membership.UNKNOWN),
        ({"deleted": True}, Membership.UNKNOWN),
    ],
)
def test_what_they_are_in_the_workspace(more: dict[str, Any], membership: Membership) -> None:
    assert person_of({**USER, **more}, "T1").membership is membership


@pytest.mark.parametrize(
    ("locale", "zone", "clock_24h"),
    [
        ("en-US", "America/New_York", False),
        ("en-US", "Europe/Berlin", True),
        ("fr-FR", "America/Montreal", True),
        ("", "America/New_York", True),
    ],
)
def test_how_they_read_the_clock(locale: str, zone: str, clock_24h: bool) -> None:
    assert person_of({**USER, "locale": locale, "tz": zone}, "T1").clock_24h is clock_24h


def test_what_is_strange_is_left_out() -> None:
    found = person_of({"id": ANA, "tz": "Mars/Base", "profile": [], "name": "a" * 999}, "T1")
    assert (found.zone, found.locale, found.team) == ("", "", "T1")
    assert len(found.name) == 200
    assert person_of({}, "T1").name == ""
