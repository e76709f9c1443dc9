"""What Slack tells, as the core gets it."""

import contextlib
import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.happened import (
    Closed,
    Deleted,
    Edited,
    Happened,
    HomeOpened,
    Ignored,
    Joined,
    PersonChanged,
    Reacted,
    Removed,
    Said,
    Shortcut,
    Submitted,
    Tapped,
    Unreadable,
)
from adapters.slack.interaction import linked
from adapters.slack.places import ANSWERABLE, Place, place
from adapters.slack.read import kind, mentioned, read, team
from core.values import Address, Attachment, AttachmentKind, Identity, IncomingMessage
from tests.adapters.slack.payloads import (
    ANA,
    CHANNEL,
    DM,
    EVERYTHING,
    ME,
    PIXIE,
    RESPONSE_URL,
    TEAM,
    TS,
    command,
    event,
    mention,
    message,
    shortcut,
    submission,
    tap,
)
from tests.fakes.clock import MONDAY

AT = datetime.fromtimestamp(1763888400.0001, UTC)
SENDER = Identity(platform="slack", workspace=TEAM, user=ANA)


def happened(payload: object) -> Happened:
    return read(payload, ME, MONDAY, {"U2": "Bruno"})


def said(payload: object) -> IncomingMessage:
    found = happened(payload)
    assert isinstance(found, Said)
    return found.message


def address(chat: str, thread: str | None = None) -> Address:
    return Address(platform="slack", workspace=TEAM, chat=chat, thread=thread)


def test_what_is_said_in_a_chat() -> None:
    assert said(message("call <@U2> &amp; co")) == IncomingMessage(
        id=f"{DM}:{TS}",
        sender=SENDER,
        address=address(DM),
        text="call @Bruno & co",
        at=AT,
    )


def test_a_thread_is_answered_there() -> None:
    found = said(message(thread_ts="1763888000.000100"))
    assert found.address == address(DM, "1763888000.000100")
    assert found.replies_to == "1763888000.000100"
    assert said(message(thread_ts=TS)).replies_to is None


def test_an_event_of_another_id_is_the_same_message() -> None:
    one, other = message(), {**message(), "event_id": "Ev2"}
    assert said(one).id == said(other).id


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (f"<@{PIXIE}> what is on today?", "what is on today?"),
        (f"<@{PIXIE}|pixie>: what is on today?", "what is on today?"),
        (f"what is on today, <@{PIXIE}>?", "what is on today,?"),
        (f"remind <@U2> <@{PIXIE}>", "remind @Bruno"),
        (f"<@{PIXIE}>", "/help"),
    ],
)
def test_a_mention_is_the_channel_s_and_answered_in_thread(words: str, text: str) -> None:
    found = said(mention(words))
    assert found.text == text
    assert found.group
    assert found.address == address(CHANNEL, TS)
    assert found.sender == SENDER
    inside = said(mention(words, thread_ts="1763888000.000100"))
    assert inside.address == address(CHANNEL, "1763888000.000100")


def test_the_same_words_as_message_and_mention_are_one() -> None:
    text = f"<@{PIXIE}> hello"
    twin = message(text, channel=CHANNEL, channel_type="channel")
    assert said(twin) == said(mention(text))


def test_who_answers_pixie_in_a_channel_is_heard() -> None:
    here = {"channel": CHANNEL, "channel_type": "mpim", "thread_ts": "1763888000.000100"}
    found = said(message("yes", parent_user_id=PIXIE, **here))
    assert (found.group, found.replies_to) == (True, "1763888000.000100")
    assert happened(message("yes", parent_user_id="U2", **here)) == Ignored()
    assert happened(message("yes", channel=CHANNEL, channel_type="channel")) == Ignored()


@pytest.mark.parametrize(
    "payload",
    [
        message(bot_id="B19LU7CSY"),
        message(bot_id="B2", subtype="bot_message", user=None),
        message(user=PIXIE),
        message(user="USLACKBOT"),
        message(subtype="channel_join"),
        message(subtype="assistant_app_thread"),
        message("  "),
        mention(f"<@{PIXIE}> hello", bot_id="B2"),
        event({"type": "channel_rename", "channel": {"id": "C1"}}),
        event({"type": "tokens_revoked", "tokens": {"oauth": ["U2"]}}),
        {"type": "workflow_step_edit"},
    ],
)
def test_what_is_not_meant_for_pixie(payload: object) -> None:
    assert happened(payload) == Ignored()


def test_an_edit_is_a_new_wording() -> None:
    new = {
        "type": "message", "user": ANA, "text": "call dad", "ts": TS,
        "edited": {"user": ANA, "ts": "1763888500.000000"},
    }  # fmt: skip
    change = {
        "type": "message", "subtype": "message_changed", "channel": DM, "ts": "1763888500.000200",
        "message": new, "previous_message": {**new, "text": "call mom"},
    }  # fmt: skip
    found = happened(event(change))
    assert isinstance(found, Edited)
    assert found.message.id == f"{DM}:{TS}:edit:1763888500.000200"
    assert found.message.edits == f"{DM}:{TS}"
    assert found.message.text == "call dad"
    assert found.message.at == datetime.fromtimestamp(1763888500, UTC)
    # The preview of a link was added.
    assert happened(event({**change, "previous_message": new})) == Ignored()
    assert happened(event({**change, "message": {**new, "bot_id": "B1"}})) == Ignored()


def test_a_message_is_taken_back() -> None:
    gone = {
        "type": "message", "subtype": "message_deleted", "channel": DM, "ts": "1763888500.000200",
        "deleted_ts": TS, "previous_message": {"user": ANA, "text": "x", "ts": TS},
    }  # fmt: skip
    assert happened(event(gone)) == Deleted(id=f"{DM}:{TS}", address=address(DM))
    ours = {**gone, "previous_message": {"user": PIXIE, "bot_id": "B1", "ts": TS}}
    assert happened(event(ours)) == Ignored()


@pytest.mark.parametrize(
    ("file", "attachment"),
    [
        (
            {
                "name": "team.ics",
                "mimetype": "text/calendar",
                "size": 1200,
                "url_private": "https://files.slack.com/files-pri/T1-F1/team.ics",
                "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/team.ics",
            },
            Attachment(
                kind=AttachmentKind.DOCUMENT,
                name="team.ics",
                size=1200,
                ref=f"{TEAM}:https://files.slack.com/files-pri/T1-F1/download/team.ics",
                media_type="text/calendar",
            ),
        ),
        (
            {"name": "audio_message.m4a", "mimetype": "audio/mp4", "subtype": "slack_audio",
             "duration_ms": 4200, "url_private": "https://files.slack.com/x"},
            Attachment(
                kind=AttachmentKind.VOICE, name="audio_message.m4a", seconds=4,
                ref=f"{TEAM}:https://files.slack.com/x", media_type="audio/mp4",
            ),
        ),
        (
            {"name": "song.mp3", "mimetype": "audio/mpeg"},
            Attachment(kind=AttachmentKind.AUDIO, name="song.mp3", media_type="audio/mpeg"),
        ),
        (
            {"title": "cat", "mimetype": "image/png"},
            Attachment(kind=AttachmentKind.PHOTO, name="cat", media_type="image/png"),
        ),
        ({"mode": "tombstone"}, Attachment(kind=AttachmentKind.UNKNOWN)),
    ],
)  # fmt: skip
def test_files_come_along(file: dict[str, Any], attachment: Attachment) -> None:
    found = said(message("", subtype="file_share", files=[file]))
    assert (found.text, found.attachments) == ("", (attachment,))


def test_a_shared_message_is_somebody_else_s() -> None:
    link = "https://example.slack.com/archives/C1/p1763888400000100"
    shared = {
        "is_share": True, "from_url": link, "author_name": "Bruno", "author_id": "U2",
        "ts": TS, "text": "the *plan* &amp; more",
    }  # fmt: skip
    preview = {"from_url": "https://example.org", "text": "a page"}
    found = said(message("remind me of this", attachments=[shared, preview]))
    assert found.text == "remind me of this"
    assert found.attachments == (
        Attachment(
            kind=AttachmentKind.FORWARDED,
            text="the plan & more",
            source=f"Bruno {link}",
            at=AT,
        ),
    )


# --- commands ---


@pytest.mark.parametrize(
    ("name", "words", "text"),
    [
        ("/pixie", "", "/help"),
        ("/pixie", "lunch with Sam Friday 12-1", "lunch with Sam Friday 12-1"),
        ("/pixie", "/undo", "/undo"),
        ("/remind-me", "to call <@U2|bruno> tomorrow", "remind me to call @bruno tomorrow"),
        ("/remind-me", " ", "/remind"),
        ("/todo", "send the report", "/task send the report"),
        ("/todo", "", "/tasks"),
        ("/today", "", "/today"),
        ("/today", "--share", "/today"),
        ("/pixie", "what --share is on", "what is on"),
        ("/pixie", "buy tea —share", "buy tea"),
    ],
)
def test_a_slash_command_is_what_one_would_type(name: str, words: str, text: str) -> None:
    assert said(command(name, words)).text == text


def test_a_slash_command_is_answered_to_the_sender_alone() -> None:
    found = happened(command("/today"))
    assert isinstance(found, Said)
    assert found.trigger == "13345224609.738474920.8088930838d88f008e0"
    assert found.message.id == f"cmd:{found.trigger}"
    assert (found.message.sender, found.message.group) == (SENDER, False)
    assert (found.message.at, found.message.name) == (MONDAY, "ana")
    whisper = Place(
        team=TEAM,
        channel=CHANNEL,
        only=ANA,
        response_url=RESPONSE_URL,
        until=MONDAY + ANSWERABLE,
    )
    assert place(found.message.address) == whisper
    assert place(said(command("/today", "--share")).address) == replace(whisper, shared=True)


# --- interactions ---


def tapped(payload: object) -> Tapped:
    found = happened(payload)
    assert isinstance(found, Tapped)
    return found


def test_a_tap_is_its_command() -> None:
    found = tapped(tap("/done t7f3k2q9@3"))
    assert found.message == IncomingMessage(
        id="tap:12466734323.1395872398",
        sender=SENDER,
        address=address(DM),
        text="/done t7f3k2q9@3",
        at=MONDAY,
        replies_to=TS,
        name="ana",
        tapped=True,
    )


def test_a_tap_in_a_channel_is_the_channel_s() -> None:
    container = {
        "type": "message", "message_ts": TS, "channel_id": CHANNEL, "is_ephemeral": False,
        "thread_ts": "1763888000.000100",
    }  # fmt: skip
    found = tapped(tap("/done t7f3k2q9@3", container=container)).message
    assert found is not None
    assert found.group
    assert found.address == address(CHANNEL, "1763888000.000100")


def test_a_tap_on_a_whisper_says_which_it_was_and_can_be_answered_in_place() -> None:
    container = {
        "type": "message", "message_ts": TS, "channel_id": CHANNEL, "is_ephemeral": True,
    }  # fmt: skip
    found = tapped(tap("/done t7f3k2q9@3", container=container)).message
    assert found is not None
    assert (found.replies_to, found.group) == ("w:reply:1", False)
    there = place(found.address)
    assert (there.only, there.response_url) == (ANA, RESPONSE_URL)
    assert there.answerable(MONDAY)


def test_an_answer_that_is_no_command_is_typed_as_it_is() -> None:
    found = tapped(tap("Sam Silva"))
    assert found.message is not None
    assert found.message.text == "Sam Silva"


@pytest.mark.parametrize(
    ("action", "value", "text"),
    [
        ({"type": "overflow", "action_id": "more", "selected_option": {"value": "/move #3"}},
         "/move #3", "/move #3"),
        ({"type": "timepicker", "action_id": "pick:/snooze r7f3k2q9@1", "selected_time": "14:30"},
         "14:30", "/snooze r7f3k2q9@1 14:30"),
        ({"type": "datetimepicker", "action_id": "when", "selected_date_time": 1763888400},
         "1763888400", None),
        ({"type": "checkboxes", "action_id": "done",
          "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b", None),
        ({"type": "checkboxes", "action_id": "done", "selected_options": []}, "", None),
        ({"type": "button", "action_id": "say:0"}, "", None),
    ],
)  # fmt: skip
def test_other_elements(action: dict[str, Any], value: str, text: str | None) -> None:
    found = tapped(tap("", actions=[{**action, "action_ts": TS}]))
    assert found.value == value
    assert (found.message and found.message.text) == text


def test_a_tap_at_home_is_answered_in_the_chat() -> None:
    view = {"id": "V1", "hash": "1.a", "type": "home"}
    found = tapped(tap("/tasks", container={"type": "view", "view_id": "V1"}, view=view))
    assert (found.view, found.hash) == ("V1", "1.a")
    assert found.message is not None
    assert found.message.address == address(ANA)
    assert (found.message.tapped, found.message.replies_to) == (False, None)


def test_a_shortcut_of_a_message_brings_it_along() -> None:
    found = read(shortcut(), ME, MONDAY, {"U0MJRG1AL": "Carla", "U2": "Bruno"})
    assert isinstance(found, Shortcut)
    assert (found.callback, found.origin) == ("remind_about", (CHANNEL, TS))
    assert found.message is not None
    assert found.message.text == ""
    assert found.message.attachments == (
        Attachment(
            kind=AttachmentKind.FORWARDED, text="lunch & more @Bruno?", source="Carla", at=AT
        ),
    )
    assert place(found.message.address).only == ANA
    link = "https://example.slack.com/archives/C1/p1"
    [post] = linked(found.message, link).attachments
    assert post.source == f"Carla {link}"


def test_a_shortcut_of_the_workspace() -> None:
    found = happened({**shortcut(), "type": "shortcut", "callback_id": "new_task"})
    assert found == Shortcut(sender=SENDER, callback="new_task", trigger=shortcut()["trigger_id"])


def test_a_modal_that_was_filled_in() -> None:
    found = happened(
        submission({
            "title": {"title": {"type": "plain_text_input", "value": "milk"}},
            "day": {"x": {"type": "datepicker", "selected_date": "2026-11-23"}},
            "time": {"x": {"type": "timepicker", "selected_time": None}},
            "kind": {"x": {"type": "static_select", "selected_option": {"value": "low"}}},
            "all": {"x": {"type": "checkboxes", "selected_options": [{"value": "on"}]}},
        })
    )  # fmt: skip
    assert found == Submitted(
        sender=SENDER,
        callback="task",
        view="VNHU13V36",
        hash="156663117.cd33ad1f",
        private="shhh",
        values={"title": "milk", "day": "2026-11-23", "time": "", "kind": "low", "all": "on"},
        trigger="1.2.3",
    )


def test_a_modal_that_was_put_away() -> None:
    found = happened({**submission({}), "type": "view_closed"})
    assert found == Closed(sender=SENDER, callback="task", view="VNHU13V36", private="shhh")


# --- the rest ---


def test_a_reaction_answers_its_message() -> None:
    reaction = {
        "type": "reaction_added", "user": ANA, "reaction": "+1::skin-tone-2", "item_user": PIXIE,
        "item": {"type": "message", "channel": DM, "ts": TS}, "event_ts": "1763888500.000200",
    }  # fmt: skip
    found = happened(event(reaction))
    assert isinstance(found, Reacted)
    assert found.emoji == "+1"
    assert (found.message.replies_to, found.message.tapped) == (TS, True)
    for other in ({"item_user": "U2"}, {"user": PIXIE}, {"item": {"type": "file"}}):
        assert happened(event({**reaction, **other})) == Ignored()


def test_home_people_and_endings() -> None:
    opened = {
        "type": "app_home_opened", "user": ANA, "channel": DM, "tab": "home",
        "view": {"id": "V1", "hash": "1.a"},
    }  # fmt: skip
    assert happened(event(opened)) == HomeOpened(
        sender=SENDER, address=address(DM), tab="home", hash="1.a", at=MONDAY
    )
    user = {"id": ANA, "tz": "Europe/Lisbon"}
    assert happened(event({"type": "user_change", "user": user})) == PersonChanged(
        sender=SENDER, user=user
    )
    joined = {"type": "member_joined_channel", "channel": CHANNEL}
    found = [happened(event({**joined, "user": user})) for user in (PIXIE, ANA)]
    assert [one.me for one in found if isinstance(one, Joined)] == [True, False]
    revoked = {"type": "tokens_revoked", "tokens": {"bot": [PIXIE]}}
    at = datetime.fromtimestamp(1763888400, UTC)
    assert happened(event(revoked)) == Removed(team=TEAM, at=at)
    assert happened(event({"type": "app_uninstalled"})) == Removed(team=TEAM, at=at)
    untold = {**event({"type": "app_uninstalled"}), "event_time": "soon"}
    assert happened(untold) == Removed(team=TEAM, at=MONDAY)


def test_which_workspace_it_is_for() -> None:
    away = [{"team_id": "T2", "user_id": "U9"}]
    assert team(message()) == TEAM
    assert team({**message(), "authorizations": away}) == "T2"
    assert team(command("/today")) == TEAM
    assert team(tap("/done")) == TEAM
    strange: list[object] = [{}, [], None, {"team_id": 7}, {"team": 1}, {"authorizations": [1]}]
    assert [team(each) for each in strange] == [""] * 6


def test_who_is_mentioned() -> None:
    assert mentioned(message(f"<@U2> and <@U3|ana> and <@U2>, <@{PIXIE}>")) == ("U2", "U3", PIXIE)
    assert mentioned(shortcut()) == ("U0MJRG1AL", "U2")
    assert mentioned(command("/pixie", "<@U4|x>")) == ("U4",)
    assert mentioned(["<@U2>"]) == ()


def test_kinds_for_logs() -> None:
    kinds = [kind(payload) for payload in EVERYTHING]
    assert kinds[0] == "message"
    assert {"command", "block_actions", "view_closed", "app_uninstalled"} <= set(kinds)
    strange: list[object] = [[], {}, {"type": "a b"}, {"type": 7}]
    assert [kind(each) for each in strange] == ["list", "nothing", "strange", "strange"]


# --- what is malformed ---


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        "event_callback",
        {"type": "event_callback"},
        {"type": 7},
        event({}),
        message(ts="yesterday"),
        message(ts="9" * 12 + ".1"),
        message(text=7),
        message(user="ana"),
        message(channel="\x00"),
        message(files="none"),
        message(files=[7]),
        command("/pixie", trigger_id=""),
        command("/pixie", user_id=None),
        tap("/done", actions=[]),
        tap("/done", container={"type": "message"}),
        tap("/done", user=None),
        submission({"a": 7}),
        submission({"a": {"b": 7}}),
        shortcut(message=None),
    ],
)
def test_what_is_malformed_is_refused(payload: object) -> None:
    with pytest.raises(Unreadable):
        happened(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.data())
def test_any_damage_is_refused_or_read(data: st.DataObject) -> None:
    payload = copy.deepcopy(data.draw(st.sampled_from(EVERYTHING)))
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = payload
        for _ in range(data.draw(st.integers(0, 3))):
            inner = [each for each in _children(place) if isinstance(each, dict | list) and each]
            if inner:
                place = data.draw(st.sampled_from(inner))
        if isinstance(place, dict) and place:
            place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    with contextlib.suppress(Unreadable):
        happened(payload)
    kind(payload)
    team(payload)
    mentioned(payload)


def _children(found: Any) -> list[Any]:
    return list(found.values()) if isinstance(found, dict) else list(found)
