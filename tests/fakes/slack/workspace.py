"""A workspace: its people and channels, the app's place in it, and what happens there."""

from typing import Any

from tests.fakes.slack.app import Grant
from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.deliveries import EVENTS, Delivery
from tests.fakes.slack.errors import ApiError, Json
from tests.fakes.slack.payloads import event_callback, said
from tests.fakes.slack.person import Person
from tests.fakes.slack.views import Views
from tests.fakes.slack.world import World


class Workspace:
    """The app is installed in it unless it is told otherwise."""

    def __init__(self, world: World, name: str, *, installed: bool = True) -> None:
        self.world = world
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.number = 10**11 + world.number("workspace")
        self.id = world.id("T")
        self.bot_user = world.id("U")
        self.bot_id = world.id("B")
        self.installed = installed
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.views = Views(self)
        if installed:
            self.grant(world.app.scopes)
        world.workspaces.append(self)

    # for tests

    @property
    def token(self) -> str:
        """The app's newest that is good. Raises: LookupError when it has none."""
        grants = self.world.grants.of_workspace(self)
        if not grants:
            raise LookupError(f"the app has no token of {self.name}")
        return grants[-1].token

    def person(
        self,
        name: str,
        *,
        tz: str = "America/Los_Angeles",
        locale: str = "en-US",
        admin: bool = False,
        owner: bool = False,
        guest: bool = False,
        single_channel_guest: bool = False,
        stranger: bool = False,
        bot: bool = False,
        **profile: Any,
    ) -> Person:
        """Somebody; the app hears nothing of it (see `arrives`).

        `stranger`: of another organization, met through Slack Connect.
        """
        person = Person(
            self,
            name,
            tz=tz,
            locale=locale,
            is_admin=admin or owner,
            is_owner=owner,
            is_restricted=guest or single_channel_guest,
            is_ultra_restricted=single_channel_guest,
            is_bot=bot,
            team=self.world.id("T") if stranger else self.id,
            profile=profile,
        )
        self.people[person.id] = person
        return person

    def channel(
        self, name: str, *people: Person, private: bool = False, app: bool = True
    ) -> Channel:
        """A new channel with these people; `app`: it is a member, too."""
        members = [person.id for person in people] + ([self.bot_user] if app else [])
        kind = "group" if private else "channel"
        channel = Channel(id=self.world.id("C"), kind=kind, name=name, members=members)
        self.channels[channel.id] = channel
        return channel

    def adds_app(self, channel: Channel, by: Person) -> None:
        """Invites the app to a channel."""
        channel.members.append(self.bot_user)
        self._membership("member_joined_channel", channel, self.bot_user, inviter=by.id)

    def removes_app(self, channel: Channel) -> None:
        channel.members.remove(self.bot_user)
        self._membership("member_left_channel", channel, self.bot_user)

    def uninstalls(self) -> None:
        """Takes the app out; what it has of tokens is good for nothing any more."""
        self._revoked()
        self.event({"type": "app_uninstalled"})
        self.installed = False

    def revokes(self) -> None:
        """Withdraws the app's tokens."""
        self._revoked()
        for grant in self.world.grants.of_workspace(self):
            grant.revoked = True

    def happens(self, kind: str, **fields: Any) -> Delivery:
        """Any event, subscribed to or not, of a kind that Slack knows or not."""
        return self._tell({"type": kind, **fields})

    # what the rest of this Slack needs

    def grant(self, scopes: tuple[str, ...]) -> Grant:
        """A token for the app."""
        return self.world.grants.give(self, scopes, rotated=self.world.app.rotates_tokens)

    def im(self, user: str) -> Channel:
        """The direct messages between a person and the app."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        channel = Channel(
            id=self.world.id("D"), kind="im", members=[user, self.bot_user], open=False
        )
        self.channels[channel.id] = channel
        return channel

    def find_channel(self, given: str) -> Channel:
        """By id, by name, or a person's direct messages by theirs. Raises: ApiError."""
        if given in self.channels:
            return self.channels[given]
        if given in self.people:
            return self.im(given)
        for channel in self.channels.values():
            if channel.kind == "channel" and given.lstrip("#") == channel.name:
                return channel
        raise ApiError("channel_not_found")

    def find_person(self, user: str, error: str = "user_not_found") -> Person:
        """Raises: ApiError."""
        if user not in self.people:
            raise ApiError(error)
        return self.people[user]

    def visible(self, channel: Channel) -> Channel:
        """Raises: ApiError where the app may not know of the channel, or not look into it."""
        if self.bot_user not in channel.members:
            hidden = channel.kind != "channel"
            raise ApiError("channel_not_found" if hidden else "not_in_channel")
        return channel

    def post(self, channel: Channel, fields: Json, *, seen_by: str = "") -> Message:
        """A new message, of which the app hears unless one person alone sees it.

        Fields that are None are left out.
        """
        shown = {name: value for name, value in fields.items() if value is not None}
        message = Message(channel, {"type": "message", "ts": self.world.ts(), **shown}, seen_by)
        channel.messages_ever.append(message)
        channel.open = True
        if not seen_by:
            if message.in_thread:
                self._answered(message)
            self.tell_message(message)
        self.world.touch()
        return message

    def by_app(self, **fields: Any) -> Json:
        """The fields of a message that the app writes."""
        profile = {
            "id": self.bot_id,
            "app_id": self.world.app.id,
            "user_id": self.bot_user,
            "name": self.world.app.name,
            "deleted": False,
            "team_id": self.id,
        }
        author = {
            "user": self.bot_user,
            "bot_id": self.bot_id,
            "app_id": self.world.app.id,
            "team": self.id,
            "bot_profile": profile,
        }
        return {**author, **fields}

    def whisper(self, channel: Channel, person: Person, fields: Json) -> Message:
        """A message that one person sees."""
        shown = {**self.by_app(**fields), "is_ephemeral": True}
        return self.post(channel, shown, seen_by=person.id)

    def tell_message(self, message: Message) -> None:
        channel = message.channel
        if self.bot_user not in channel.members:
            return
        event = said(message)
        mentioned = f"<@{self.bot_user}>" in message.text
        if message.user != self.bot_user and mentioned and channel.kind != "im":
            named = {name: value for name, value in event.items() if name != "channel_type"}
            self.event({**named, "type": "app_mention"})
        self.event(event, channel.subscription)

    def changed(self, message: Message) -> None:
        """The app hears that a message is different now."""
        self._about(message, "message_changed", {"message": message.json})

    def delete(self, message: Message) -> None:
        message.deleted = True
        self._about(message, "message_deleted", {"deleted_ts": message.ts})

    def _about(self, message: Message, subtype: str, fields: Json) -> None:
        channel = message.channel
        self.world.touch()
        if message.ephemeral or self.bot_user not in channel.members:
            return
        ts = self.world.ts()
        before = message.json if subtype == "message_deleted" else message.versions[-1]
        event = {
            "type": "message",
            "subtype": subtype,
            **fields,
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.event(event, channel.subscription, by=message.user)

    def react(self, user: str, message: Message, name: str, *, removed: bool = False) -> None:
        """Raises: ApiError when it is there already, or is not."""
        reactions = [dict(each) for each in message.json.get("reactions", [])]
        found = next((each for each in reactions if each["name"] == name), None)
        if (found is not None and user in found["users"]) != removed:
            raise ApiError("no_reaction" if removed else "already_reacted")
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        users = [each for each in found["users"] if each != user]
        found["users"] = users if removed else [*users, user]
        found["count"] = len(found["users"])
        message.json = {**message.json, "reactions": [each for each in reactions if each["count"]]}
        if self.bot_user in message.channel.members:
            event = {
                "type": "reaction_removed" if removed else "reaction_added",
                "user": user,
                "reaction": name,
                "item": {"type": "message", "channel": message.channel.id, "ts": message.ts},
                "item_user": message.user,
                "event_ts": self.world.ts(),
            }
            self.event(event, by=user)
        self.world.touch()

    def event(self, event: Json, subscription: str = "", by: str = "") -> Delivery | None:
        """Tells the app, if it is there and subscribed to it; `by` is whose doing it was."""
        app = self.world.app
        own = (by or event.get("user")) == self.bot_user
        if (subscription or event["type"]) not in app.events or not self.installed:
            return None
        if own and not app.hears_itself and not event["type"].startswith("member_"):
            return None
        return self._tell(event)

    def _tell(self, event: Json) -> Delivery:
        event = {"event_ts": self.world.ts(), **event}
        number = self.world.id("Ev")
        payload = event_callback(self, event, number)
        return self.world.deliveries.add(Delivery(id=number, kind=EVENTS, payload=payload))

    def _membership(self, kind: str, channel: Channel, user: str, **more: Any) -> None:
        letter = "G" if channel.kind == "group" else "C"
        body = {"user": user, "channel": channel.id, "channel_type": letter, "team": self.id}
        self.event({"type": kind, **body, **more})

    def joins(self, channel: Channel, person: Person) -> None:
        channel.members.append(person.id)
        if self.bot_user in channel.members:
            self._membership("member_joined_channel", channel, person.id)

    def leaves(self, channel: Channel, person: Person) -> None:
        channel.members.remove(person.id)
        if self.bot_user in channel.members:
            self._membership("member_left_channel", channel, person.id)

    def _answered(self, message: Message) -> None:
        root = message.channel.find(message.thread_ts or "")
        if root is not None:
            answers = [
                each
                for each in message.channel.thread(root)
                if each.in_thread and not each.ephemeral
            ]
            users = list(dict.fromkeys(each.user for each in answers))
            root.json = {
                **root.json,
                "thread_ts": root.ts,
                "reply_count": len(answers),
                "reply_users": users,
                "reply_users_count": len(users),
                "latest_reply": message.ts,
            }

    def _revoked(self) -> None:
        self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
