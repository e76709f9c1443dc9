"""What is special about each way: signatures and their age, and sockets that are cut."""

import time

import pytest

from tests.bots.slack.conftest import Office
from tests.fakes.slack import Person, SlackServer
from tests.fakes.slack.deliveries import COMMANDS
from tests.fakes.slack.requests import FORM


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What comes in does not depend on where it is kept."""
    return sqlite_url


@pytest.mark.parametrize("way", ["requests"], indirect=True)
class TestRequests:
    async def test_slack_sees_that_it_is_us(self, office: Office, slack: SlackServer) -> None:
        assert await slack.requests.verify(slack.requests.urls[COMMANDS])

    async def test_a_wrong_secret_is_told_to_the_operator_once(
        self, office: Office, slack: SlackServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(3):
            await slack.requests.post(slack.requests.urls[COMMANDS], "{}", signature="v0=00")
        told = [each.message for each in caplog.records if "SIGNING_SECRET" in each.message]
        assert len(told) == 1

    @pytest.mark.parametrize(
        ("at", "signature", "status"),
        [
            ("nonsense", None, 400),
            ("-1", None, 400),
            ("9" * 40, None, 400),
            (-301, None, 401),
            (1000, None, 401),
            (None, "v0=" + "0" * 64, 401),
            (None, "nonsense", 401),
            (None, "", 401),
        ],
    )
    async def test_what_is_not_slacks_is_refused(
        self,
        office: Office,
        slack: SlackServer,
        ana: Person,
        at: str | int | None,
        signature: str | None,
        status: int,
    ) -> None:
        """`at` is a timestamp, or how far one is from now."""
        if isinstance(at, int):
            at = f"{time.time() + at:.0f}"
        body = (
            f"command=/todo&text=x&user_id={ana.id}&team_id={slack.workspace.id}"
            f"&channel_id={ana.chat.id}&trigger_id=t"
        )
        url = slack.requests.urls[COMMANDS]
        got, _ = await slack.requests.post(url, body, kind=FORM, timestamp=at, signature=signature)
        assert got == status
        await office.settled()
        assert await office.tasks() == []
        assert office.said == []


@pytest.mark.parametrize("way", ["socket"], indirect=True)
class TestSockets:
    async def test_a_cut_socket_is_opened_anew(
        self, office: Office, slack: SlackServer, ana: Person
    ) -> None:
        ana.says("add a task: before")
        await office.hears("before")
        slack.sockets.cut()
        assert not slack.sockets.open
        await slack.until(lambda: slack.sockets.open, 30)
        ana.says("add a task: after")
        await office.hears("after")

    async def test_slack_announces_that_a_socket_ends(
        self, office: Office, slack: SlackServer, ana: Person
    ) -> None:
        (old,) = slack.sockets.open
        await slack.sockets.disconnect("refresh_requested")
        assert old.leaving
        await slack.until(lambda: any(not each.leaving for each in slack.sockets.open), 30)
        ana.says("hello")
        await office.hears("Hello")
