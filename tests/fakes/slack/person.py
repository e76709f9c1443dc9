"""A human in a workspace: speaks, edits, reacts, moves to another zone, and uses the app."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.fakes.slack import form
from tests.fakes.slack.channels import Channel, Message
from tests.fakes.slack.errors import Json
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.payloads import rich_text, typed
from tests.fakes.slack.world import StoredFile

if TYPE_CHECKING:
    from tests.fakes.slack.workspace import Workspace


class Person(Hands):
    """Everything is said in the direct messages with the app unless a `channel` is named."""

    def __init__(
        self,
        workspace: "Workspace",
        name: str,
        *,
        tz: str,
        locale: str,
        team: str,
        profile: Json,
        **roles: bool,
    ) -> None:
        self.workspace = workspace
        self.id = workspace.world.id("U")
        self.name = name
        self.handle = name.lower().replace(" ", ".")
        self.tz = tz
        self.locale = locale
        self.team = team
        self.profile: Json = {
            "real_name": name,
            "display_name": name.partition(" ")[0],
            "email": f"{self.handle}@example.com",
            **profile,
        }
        self.roles = roles
        self.deactivated = False
        self.chosen: dict[tuple[str, str], form.Typed] = {}
        self.failures: list[str] = []

    @property
    def chat(self) -> Channel:
        """The direct messages with the app."""
        return self.workspace.im(self.id)

    @property
    def user(self) -> Json:
        """The user object of the API. https://docs.slack.dev/reference/objects/user-object"""
        now = self.workspace.world.clock.now().astimezone(ZoneInfo(self.tz))
        user: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.handle,
            "deleted": self.deactivated,
            "color": "9f69e7",
            "real_name": self.profile["real_name"],
            "tz": self.tz,
            "tz_label": _label(now),
            "tz_offset": _offset(now),
            "profile": {**self.profile, "team": self.team},
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": False,
            **self.roles,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
        }
        if self.team != self.workspace.id:
            user["is_stranger"] = True
        if self.deactivated:
            for name in ("tz", "tz_label", "tz_offset"):
                del user[name]
        return user

    def says(
        self,
        text: str,
        channel: Channel | None = None,
        *,
        thread: Message | str | None = None,
        **fields: Any,
    ) -> Message:
        """Types a message; `thread` is one that it answers to in its thread."""
        kept = typed(text)
        where = channel or (thread.channel if isinstance(thread, Message) else self.chat)
        if self.id not in where.members:
            raise LookupError(f"{self.name} is not in {where.name or where.id}")
        answered = thread.root_ts if isinstance(thread, Message) else thread
        own = {
            "user": self.id,
            "text": kept,
            "team": self.team,
            "client_msg_id": f"00000000-0000-4000-8000-{self.workspace.world.number('typed'):012}",
            "blocks": [rich_text(text, "typed")] if text else None,
            "thread_ts": answered,
        }
        if answered:
            root = where.find(answered)
            own["parent_user_id"] = root.user if root else None
        return self.workspace.post(where, {**own, **fields})

    def mentions(
        self, text: str, channel: Channel, *, thread: Message | str | None = None
    ) -> Message:
        """Says it to the app, in a channel."""
        return self.says(f"<@{self.workspace.bot_user}> {text}", channel, thread=thread)

    def edits(self, message: Message, text: str) -> None:
        """Changes an own message. Raises: ValueError for another's."""
        self._own(message)
        edited = {"user": self.id, "ts": self.workspace.world.ts()}
        blocks = [rich_text(text, "typed")]
        message.change(text=typed(text), blocks=blocks, edited=edited)
        self.workspace.changed(message)

    def deletes(self, message: Message) -> None:
        """Deletes an own message. Raises: ValueError for another's."""
        self._own(message)
        self.workspace.delete(message)

    def reacts(self, message: Message, name: str) -> None:
        """Puts an emoji on a message: its name, without colons."""
        self.workspace.react(self.id, message, name)

    def unreacts(self, message: Message, name: str) -> None:
        """Takes it away again."""
        self.workspace.react(self.id, message, name, removed=True)

    def shares(
        self,
        name: str,
        content: bytes,
        channel: Channel | None = None,
        *,
        text: str = "",
        mimetype: str = "application/octet-stream",
        size: int | None = None,
        thread: Message | str | None = None,
        **fields: Any,
    ) -> Message:
        """Uploads a file with a message; `size` pretends that it has so many bytes."""
        world = self.workspace.world
        number = world.id("F")
        path = f"/files-pri/{self.workspace.id}-{number}"
        url = f"{world.url}{path}"
        json = {
            "id": number,
            "created": int(world.now()),
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "filetype": name.rpartition(".")[2],
            "user": self.id,
            "size": len(content) if size is None else size,
            "mode": "hosted",
            "is_external": False,
            "file_access": "visible",
            "url_private": f"{url}/{name}",
            "url_private_download": f"{url}/download/{name}",
            **fields,
        }
        world.files[number] = StoredFile(json, content, self.workspace)
        return self.says(
            text, channel, thread=thread, subtype="file_share", files=[json], upload=True
        )

    def arrives(self) -> None:
        """The app hears that they are new in the workspace."""
        self.workspace.event({"type": "team_join", "user": self.user})

    def joins(self, channel: Channel) -> None:
        self.workspace.joins(channel, self)

    def leaves(self, channel: Channel) -> None:
        self.workspace.leaves(channel, self)

    def changes_zone(self, tz: str) -> None:
        """Is in another time zone now."""
        self.tz = tz
        self._changed()

    def changes(self, *, locale: str = "", **roles_or_profile: Any) -> None:
        """Another locale, name, or role (is_admin, is_restricted …)."""
        self.locale = locale or self.locale
        for name, value in roles_or_profile.items():
            (self.roles if name.startswith("is_") else self.profile)[name] = value
        self._changed()

    def deactivates(self) -> None:
        """Leaves the workspace."""
        self.deactivated = True
        self._changed()

    def _changed(self) -> None:
        world = self.workspace.world
        user = {**self.user, "locale": self.locale}
        self.workspace.event({"type": "user_change", "user": user, "cache_ts": int(world.now())})

    def _own(self, message: Message) -> None:
        if message.user != self.id:
            raise ValueError("people change their own messages")

    def __repr__(self) -> str:
        return f"<{self.id} {self.name}>"


def _offset(now: datetime) -> int:
    """Seconds east of Greenwich."""
    offset = now.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _label(now: datetime) -> str:
    return f"{now.tzname()} time"
