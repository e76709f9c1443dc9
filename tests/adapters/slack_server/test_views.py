"""Modals and App Home through Slack's client, and what people fill in."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.slack_server.test_messages import refusal
from tests.adapters.slack_server.test_ways import MODAL
from tests.fakes.clock import FakeClock
from tests.fakes.slack import Delivery, Person, SlackServer

Json = dict[str, Any]
CHOICES = [
    {"text": {"type": "plain_text", "text": name}, "value": name.lower()}
    for name in ("Red", "Green", "Blue")
]
HOME = {
    "type": "home",
    "blocks": [
        {
            "type": "actions",
            "block_id": "colours",
            "elements": [
                {"type": "checkboxes", "action_id": "some", "options": CHOICES},
                {"type": "static_select", "action_id": "one", "options": CHOICES},
                {"type": "overflow", "action_id": "more", "options": CHOICES[:2]},
                {"type": "datepicker", "action_id": "day"},
            ],
        }
    ],
}


def view(**more: Any) -> Json:
    return {**MODAL, **more}


def trigger(delivery: Delivery) -> str:
    return str(delivery.payload["trigger_id"])


class Answers:
    """An app that says yes, with whatever is next."""

    def __init__(self, slack: SlackServer) -> None:
        self.next: list[Any] = []
        self._slack = slack

    async def hear(self, request: web.Request) -> web.Response:
        answer = self.next.pop(0) if self.next else None
        return web.Response() if answer is None else web.json_response(answer)


@pytest.fixture
async def answers(slack: SlackServer) -> Any:
    heard = Answers(slack)
    app = web.Application()
    app.router.add_post("/", heard.hear)
    server = TestServer(app)
    await server.start_server(access_log=None)
    slack.posts_to(str(server.make_url("/")))
    yield heard
    await server.close()


async def test_a_trigger_is_good_for_three_seconds_and_once(
    clock: FakeClock, slack: SlackServer, client: AsyncWebClient, alice: Person, answers: Answers
) -> None:
    first = trigger(alice.shortcut("new_task"))
    opened = await client.views_open(trigger_id=first, view=MODAL)
    assert opened["view"]["state"]["values"]["day"]["date"]["selected_date"] == "2026-11-24"
    assert alice.modal is not None
    assert alice.modal.id == opened["view"]["id"]
    again = client.views_open(trigger_id=first, view=MODAL)
    assert await refusal(again) == "exchanged_trigger_id"
    late = trigger(alice.commands("/pixie"))
    clock.advance(seconds=3.5)
    assert await refusal(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    made_up = client.views_open(trigger_id="1.2.x", view=MODAL)
    assert await refusal(made_up) == "invalid_trigger_id"
    new = trigger(alice.shortcut("new_task"))
    wrong = client.views_open(trigger_id=new, view=view(title=None))
    assert await refusal(wrong) == "invalid_arguments"


async def test_a_view_is_changed_only_as_it_is(
    slack: SlackServer, client: AsyncWebClient, alice: Person, answers: Answers
) -> None:
    opened = await client.views_open(
        trigger_id=trigger(alice.shortcut("x")), view=view(external_id="mine")
    )
    old = opened["view"]["hash"]
    changed = await client.views_update(external_id="mine", view=view(callback_id="b"), hash=old)
    assert changed["view"]["hash"] != old
    stale = client.views_update(view_id=changed["view"]["id"], view=MODAL, hash=old)
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_update(view_id="V404", view=MODAL)) == "not_found"
    alice.closes()
    gone = client.views_update(view_id=changed["view"]["id"], view=MODAL)
    assert await refusal(gone) == "not_found"


async def test_modals_are_stacked_three_high(
    client: AsyncWebClient, alice: Person, slack: SlackServer, answers: Answers
) -> None:
    tapped = view(
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "More"},
                        "action_id": "more",
                    }
                ],
            }
        ]
    )
    await client.views_open(trigger_id=trigger(alice.shortcut("x")), view=tapped)
    root = alice.modal
    assert root is not None
    for _ in range(2):
        assert alice.modal is not None
        tap = alice.taps(alice.modal, "More")
        assert tap.payload["container"] == {"type": "view", "view_id": alice.modal.id}
        pushed = await client.views_push(trigger_id=trigger(tap), view=tapped)
        assert pushed["view"]["root_view_id"] == root.id
    assert alice.modal is not None
    fourth = client.views_push(trigger_id=trigger(alice.taps(alice.modal, "More")), view=tapped)
    assert await refusal(fourth) == "push_limit_reached"
    alice.closes()
    assert alice.modal is not root
    alice.closes(all_of_them=True)
    assert alice.modal is None


async def test_home_is_published_as_it_is_known(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    assert alice.home is None
    first = await client.views_publish(user_id=alice.id, view=HOME)
    second = await client.views_publish(user_id=alice.id, view=HOME, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    stale = client.views_publish(user_id=alice.id, view=HOME, hash=first["view"]["hash"])
    assert await refusal(stale) == "hash_conflict"
    assert alice.home is not None
    assert len(alice.home.versions) == 1
    assert await refusal(client.views_publish(user_id="U404", view=HOME)) == "invalid_arguments"
    assert await refusal(client.views_publish(user_id=alice.id, view=MODAL)) == "invalid_arguments"
    full = {"type": "home", "blocks": [{"type": "divider"}] * 101}
    assert await refusal(client.views_publish(user_id=alice.id, view=full)) == "invalid_arguments"
    slack.app.home_tab = False
    assert await refusal(client.views_publish(user_id=alice.id, view=HOME)) == "not_enabled"


async def test_what_is_picked_is_told(
    slack: SlackServer, client: AsyncWebClient, alice: Person
) -> None:
    await client.views_publish(user_id=alice.id, view=HOME)
    home = alice.home
    assert home is not None

    def action(delivery: Delivery) -> Json:
        (found,) = delivery.payload["actions"]
        return dict(found)

    some = action(alice.taps(home, "some", ["Red", "blue"]))
    assert [each["value"] for each in some["selected_options"]] == ["red", "blue"]
    assert action(alice.taps(home, "one", "Green"))["selected_option"]["value"] == "green"
    assert action(alice.taps(home, "more", "Red"))["selected_option"]["value"] == "red"
    day = alice.taps(home, "day", "2026-12-01")
    assert action(day)["selected_date"] == "2026-12-01"
    values = day.payload["view"]["state"]["values"]["colours"]
    assert [each["value"] for each in values["some"]["selected_options"]] == ["red", "blue"]
    assert values["one"]["selected_option"]["value"] == "green"
    with pytest.raises(ValueError, match="not offered"):
        alice.taps(home, "one", "Pink")
    with pytest.raises(LookupError, match="nothing is called"):
        alice.taps(home, "Purple")


def updated() -> Json:
    title = {"type": "plain_text", "text": "Changed"}
    return {"response_action": "update", "view": view(title=title)}


@pytest.mark.parametrize(
    ("answer", "error", "title"),
    [
        (None, "", None),
        ({}, "", None),
        ({"response_action": "clear"}, "", None),
        (updated(), "", "Changed"),
        ({**updated(), "response_action": "push"}, "", "Changed"),
        ({"response_action": "errors", "errors": {"title": "no"}}, "", "New task"),
        ({"response_action": "errors", "errors": {"else": "no"}}, "invalid_errors", "New task"),
        ({"response_action": "dance"}, "invalid_response_action", "New task"),
        ({"response_action": "update", "view": {}}, "invalid_arguments", "New task"),
    ],
)
async def test_what_the_app_says_to_a_submission(
    slack: SlackServer,
    client: AsyncWebClient,
    alice: Person,
    answers: Answers,
    answer: Any,
    error: str,
    title: str | None,
) -> None:
    opening = alice.shortcut("x")
    await slack.until(lambda: opening.over)
    await client.views_open(trigger_id=trigger(opening), view=MODAL)
    answers.next = [answer]
    submission = alice.submits(title="milk")
    await slack.until(lambda: submission.over)
    assert submission.error == error
    assert alice.failures == ([error] if error else [])
    assert (alice.modal.title if alice.modal else None) == title


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (lambda alice: alice.submits(title="x" * 101), "no more than 100"),
        (lambda alice: alice.submits(title=""), "required: Title"),
    ],
)
async def test_slack_lets_nobody_submit_what_does_not_fit(
    client: AsyncWebClient,
    alice: Person,
    answers: Answers,
    fill: Callable[[Person], None],
    words: str,
) -> None:
    await client.views_open(trigger_id=trigger(alice.shortcut("x")), view=MODAL)
    with pytest.raises(ValueError, match=words):
        fill(alice)
