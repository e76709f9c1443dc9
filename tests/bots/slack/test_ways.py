"""What is special about each way: signatures and their age, and sockets that are cut."""

import time

import pytest

from tests.bots.slack.conftest import Office
from tests.bots.slack.workspace import FORM


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """What comes in does not depend on where it is kept."""
    return sqlite_url


@pytest.mark.parametrize("way", ["requests"], indirect=True)
class TestRequests:
    async def test_slack_sees_that_it_is_us(self, office: Office) -> None:
        body = '{"type": "url_verification", "challenge": "abc"}'
        status, text = await office.slack.post(body, "application/json")
        assert (status, "abc" in text) == (200, True)

    async def test_a_wrong_secret_is_told_to_the_operator_once(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(3):
            await office.slack.post("x=1", FORM, signature="v0=00")
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
        ],
    )
    async def test_what_is_not_slacks_is_refused(
        self, office: Office, at: str | int | None, signature: str | None, status: int
    ) -> None:
        """`at` is a timestamp, or how far one is from now."""
        if isinstance(at, int):
            at = f"{time.time() + at:.0f}"
        body = "command=/todo&text=x&user_id=U1&team_id=T1&channel_id=C1&trigger_id=t"
        got, _ = await office.slack.post(body, FORM, at=at, signature=signature)
        assert got == status
        assert await office.tasks() == []


@pytest.mark.parametrize("way", ["socket"], indirect=True)
class TestSockets:
    async def test_a_cut_socket_is_opened_anew(self, office: Office) -> None:
        await office.slack.says("add a task: before")
        await office.hears("before")
        office.slack.cut()
        await office.slack.until(lambda: not office.slack.sockets)
        await office.slack.until(lambda: office.slack.sockets, 30)
        await office.slack.says("add a task: after")
        await office.hears("after")

    async def test_slack_announces_that_a_socket_ends(self, office: Office) -> None:
        (old,) = office.slack.sockets
        await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await office.slack.until(
            lambda: office.slack.sockets and old not in office.slack.sockets, 30
        )
        await office.slack.says("hello")
        await office.hears("Hello")
