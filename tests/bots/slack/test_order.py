"""Whose turn it is: what one person does is taken in its order."""

import pytest

from bots.slack.sockets import speaker


@pytest.mark.parametrize(
    "payload",
    [
        {"command": "/todo", "user_id": "U1"},
        {"type": "block_actions", "user": {"id": "U1"}},
        {"type": "event_callback", "event": {"type": "message", "user": "U1"}},
        {"type": "event_callback", "event": {"type": "user_change", "user": {"id": "U1"}}},
        {"event": {"subtype": "message_changed", "message": {"user": "U1"}}},
    ],
)
def test_who_does_something(payload: dict[str, object]) -> None:
    assert speaker(payload) == "U1"


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"event": 7}, {"user": {"id": 7}}, {"event": {"message": ["U1"]}}]
)
def test_nobody_does_strange_things(payload: object) -> None:
    assert speaker(payload) == ""
