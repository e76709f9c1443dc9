"""Groups: who is in, what the bot gets to see, topics, and growing into a supergroup."""

from dataclasses import dataclass, field

from tests.fakes.telegram import entities
from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.errors import Json, bad, forbidden
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.world import World

PERMISSIONS = dict.fromkeys(
    [
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_react_to_messages",
        "can_edit_tag",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ],
    True,
)
_RIGHTS = [
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_send_welcome_messages",
]


@dataclass(slots=True, eq=False, kw_only=True)
class Group(Chat):
    """A group or supergroup. The bot's privacy mode is on unless it is an administrator."""

    world: World
    people: list[Person] = field(default_factory=list)
    creator: Person | None = None
    bot_status: str = "left"
    """left, member, administrator or kicked."""
    topics: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None

    @property
    def forum(self) -> bool:
        return bool(self.json.get("is_forum"))

    # what people do

    def joins(self, person: Person) -> None:
        """With a service message."""
        self.people.append(person)
        person.chat.acquainted = True
        self._announce(person.user, new_chat_members=[person.user])

    def leaves(self, person: Person) -> None:
        self.people.remove(person)
        self._announce(person.user, left_chat_member=person.user)

    def adds_bot(self, by: Person, *, admin: bool = False) -> None:
        old = self.bot_status
        self.bot_status = "administrator" if admin else "member"
        self._membership(by, old)
        self._announce(by.user, new_chat_members=[self.world.bot])

    def removes_bot(self, by: Person) -> None:
        self._announce(by.user, left_chat_member=self.world.bot)
        old, self.bot_status = self.bot_status, "kicked"
        self._membership(by, old)

    def promotes_bot(self, by: Person) -> None:
        """To administrator: from now on it sees everything."""
        old, self.bot_status = self.bot_status, "administrator"
        self._membership(by, old)

    def topic(self, name: str, by: Person) -> int:
        """Opens a topic in a forum and returns its thread's id."""
        if not self.forum:
            raise ValueError("only a forum has topics")
        thread = self.world.message_id(self)
        made = {"name": name, "icon_color": 7322096}
        message = self._announce(by.user, forum_topic_created=made, message_thread_id=thread)
        self.topics[message.id] = name
        return message.id

    def upgrades(self, by: Person) -> "Group":
        """Becomes a supergroup with another id; the old one refuses from now on."""
        if self.kind != "group":
            raise ValueError("only a basic group becomes a supergroup")
        number = self.world.number("supergroup", 2_200_000_001)
        chat_id = int(f"-100{number}")
        json = {"id": chat_id, "type": "supergroup", "title": self.json["title"]}
        grown = Group(
            id=chat_id,
            json=json,
            now=self.world.now,
            world=self.world,
            people=list(self.people),
            creator=self.creator,
            bot_status=self.bot_status,
        )
        self.world.chats[chat_id] = grown
        self._announce(by.user, migrate_to_chat_id=chat_id)
        self.migrated_to = chat_id
        grown._announce(by.user, migrate_from_chat_id=self.id)
        return grown

    def _announce(self, user: Json, **fields: object) -> Message:
        """A service message, which every member bot sees."""
        extra = {"is_topic_message": True} if "message_thread_id" in fields else {}
        message = self.world.post(self, user, **fields, **extra)
        if self.bot_status in ("member", "administrator"):
            self.world.tell("message", self, message.json)
        return message

    def _membership(self, by: Person, old: str) -> None:
        body: Json = {"chat": self.json, "from": by.user, "date": self.world.date}
        body["old_chat_member"] = self._member(self.world.bot, old)
        body["new_chat_member"] = self._member(self.world.bot, self.bot_status)
        self.world.tell("my_chat_member", self, body)

    # what the bot sees and may do

    def shows(self, message: Message) -> bool:
        """Privacy mode: commands, mentions, answers to the bot, service messages.

        https://core.telegram.org/bots/features#privacy-mode
        """
        if self.bot_status not in ("member", "administrator"):
            return False
        if self.bot_status == "administrator" or self.world.can_read_all_group_messages:
            return True
        answered = message.json.get("reply_to_message", {}).get("from", {}).get("id")
        if answered == self.world.bot["id"]:
            return True
        name = "@" + self.world.bot["username"].lower()
        for entity in message.entities:
            covered = entities.part(message.text, entity).lower()
            if entity["type"] == "bot_command" and ("@" not in covered or covered.endswith(name)):
                return True
            if entity["type"] == "mention" and covered == name:
                return True
            if entity.get("user", {}).get("id") == self.world.bot["id"]:
                return True
        return False

    @property
    def shows_reactions(self) -> bool:
        return self.bot_status == "administrator"

    def check_writable(self) -> None:
        kind = f"{self.kind} chat"
        if self.migrated_to is not None:
            raise bad(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to
            )
        if self.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if self.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind}")

    def check_thread(self, thread: int) -> None:
        if thread and thread not in self.topics:
            raise bad("message thread not found")

    def member(self, user_id: int) -> Json:
        """getChatMember. Raises: ApiError for who was never here."""
        if user_id == self.world.bot["id"]:
            return self._member(self.world.bot, self.bot_status)
        for person in self.people:
            if person.id == user_id:
                return self._member(person.user, "creator" if person is self.creator else "member")
        for chat in self.world.chats.values():
            if chat.id == user_id:
                user = {**chat.json, "is_bot": False}
                del user["type"]
                return self._member(user, "left")
        raise bad("PARTICIPANT_ID_INVALID")

    def administrators(self) -> list[Json]:
        members = [self.member(self.creator.id)] if self.creator else []
        if self.bot_status == "administrator":
            members.append(self._member(self.world.bot, "administrator"))
        return members

    def _member(self, user: Json, status: str) -> Json:
        """A ChatMember object."""
        shown: Json = {"user": user, "status": status}
        if status == "administrator":
            shown |= {"is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
        elif status == "creator":
            shown["is_anonymous"] = False
        elif status == "kicked":
            shown["until_date"] = 0
        return shown


def make_group(
    world: World,
    title: str,
    people: tuple[Person, ...],
    *,
    supergroup: bool = False,
    forum: bool = False,
    admin: bool = False,
    bot: bool = True,
    username: str = "",
) -> Group:
    """The first person has created it and, with `bot`, added the bot, which hears of it."""
    json: Json = {"title": title}
    if supergroup or forum or username:
        number = world.number("supergroup", 2_200_000_001)
        json |= {"id": int(f"-100{number}"), "type": "supergroup"}
        json |= {"is_forum": True} if forum else {}
        json |= {"username": username} if username else {}
    else:
        json |= {"id": -world.number("group", 4_100_000_001), "type": "group"}
    group = Group(id=json["id"], json=json, now=world.now, world=world, people=list(people))
    group.creator = people[0] if people else None
    world.chats[group.id] = group
    for person in people:
        person.chat.acquainted = True
    if bot and people:
        group.adds_bot(people[0], admin=admin)
    return group
