"""The methods about the bot itself, chats, members, files and button presses."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.entities import units
from tests.fakes.telegram.errors import QUERY_TOO_OLD, Json, bad
from tests.fakes.telegram.groups import PERMISSIONS, Group
from tests.fakes.telegram.request import Call
from tests.fakes.telegram.updates import CALLBACK_LIFE
from tests.fakes.telegram.world import DOWNLOAD_LIMIT, World

_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_TEXTS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}
"""Each with its field and how long it may be."""
Key = tuple[str, ...]


class Profile:
    """What the bot says of itself. Commands are kept per scope and language."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.commands: dict[Key, list[Json]] = {}
        """By (scope, its ids …, language): ("default", ""), ("chat", "17", "de")."""
        self.texts: dict[tuple[str, str], str] = {}
        """By (name, description or short_description; language)."""

    def methods(self) -> dict[str, Callable[[Call], Any]]:
        found: dict[str, Callable[[Call], Any]] = {
            "getMe": self._get_me,
            "getMyCommands": lambda call: self.commands.get(self._key(call), []),
            "setMyCommands": self._set_commands,
            "deleteMyCommands": self._delete_commands,
            "answerCallbackQuery": self._answer,
            "getChat": self._get_chat,
            "getChatMember": self._get_member,
            "getChatMemberCount": lambda call: len(self._group(call).people) + 1,
            "getChatAdministrators": lambda call: self._group(call).administrators(),
            "leaveChat": self._leave,
            "getFile": self._get_file,
        }
        for title, (field, most) in _TEXTS.items():
            found[f"getMy{title}"] = partial(self._get_text, field)
            found[f"setMy{title}"] = partial(self._set_text, field, most)
        return found

    def _get_me(self, call: Call) -> Json:
        able = {
            "can_join_groups": True,
            "can_read_all_group_messages": self._world.can_read_all_group_messages,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_guest_queries": False,
        }
        return {**self._world.bot, **able}

    def _key(self, call: Call) -> Key:
        scope = call.json("scope", "BotCommandScope") or {"type": "default"}
        if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
            raise bad("can't parse BotCommandScope: unsupported type specified")
        ids = []
        for name in _SCOPES[scope["type"]]:
            if name not in scope:
                raise bad(f"can't parse BotCommandScope: can't find field \"{name}\"")
            ids.append(str(scope[name]))
        if ids and not self._world.chat(ids[0]):
            raise bad("chat not found")
        language = call.text("language_code")
        if not re.fullmatch(r"([a-z]{2})?", language):
            raise bad("invalid language code specified")
        return (scope["type"], *ids, language)

    def _set_commands(self, call: Call) -> bool:
        given = call.json("commands", "commands") or []
        if not isinstance(given, list):
            raise bad("expected an Array of BotCommand")
        if len(given) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for each in given:
            if not isinstance(each, dict):
                raise bad("can't parse BotCommand: expected an Object")
            for name in ("command", "description"):
                if not isinstance(each.get(name), str):
                    raise bad(f"can't parse BotCommand: can't find field \"{name}\"")
            if not each["command"]:
                raise bad("command must be non-empty")
            if len(each["command"]) > 32:
                raise bad("command length must not exceed 32")
            if not re.fullmatch(r"[a-z0-9_]+", each["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not each["description"].strip():
                raise bad("command description must be non-empty")
            if units(each["description"]) > 256:
                raise bad("command description length must not exceed 256")
        self.commands[self._key(call)] = given
        return True

    def _delete_commands(self, call: Call) -> bool:
        self.commands.pop(self._key(call), None)
        return True

    def _get_text(self, field: str, call: Call) -> Json:
        language = call.text("language_code")
        shown = self.texts.get((field, language), self.texts.get((field, ""), ""))
        return {field: shown}

    def _set_text(self, field: str, most: int, call: Call) -> bool:
        text = call.text(field)
        if units(text) > most:
            raise bad(f"bot {field.replace('_', ' ')} is too long")
        self.texts[field, call.text("language_code")] = text
        return True

    def _answer(self, call: Call) -> bool:
        """Once and in time; the server says the same of a query that it does not know."""
        if units(call.text("text")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        tap = self._world.taps.get(call.text("callback_query_id"))
        if tap is None or tap.answers or self._world.now() - tap.at > CALLBACK_LIFE:
            raise bad(QUERY_TOO_OLD)
        shown: Json = {"text": call.text("text"), "show_alert": call.flag("show_alert")}
        tap.answers.append({**shown, "url": call.text("url")})
        self._world.touch()
        return True

    def _chat(self, call: Call) -> Chat:
        chat = self._world.chat(call.text("chat_id"))
        if chat.kind != "private" or not chat.blocked:
            chat.check_writable()
        return chat

    def _group(self, call: Call) -> Group:
        chat = self._chat(call)
        if not isinstance(chat, Group):
            raise bad("there are no administrators in the private chat")
        return chat

    def _get_chat(self, call: Call) -> Json:
        chat = self._chat(call)
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        accepted = {**dict.fromkeys(gifts, True), "gifts_from_channels": True}
        full: Json = {**chat.json, "accent_color_id": 3, "max_reaction_count": 11}
        full["accepted_gift_types"] = accepted
        if isinstance(chat, Group):
            full["permissions"] = PERMISSIONS
        return full

    def _get_member(self, call: Call) -> Json:
        chat = self._chat(call)
        user_id = call.integer("user_id")
        if isinstance(chat, Group):
            return chat.member(user_id)
        user = {name: value for name, value in chat.json.items() if name != "type"}
        if user_id not in (chat.id, self._world.bot["id"]):
            raise bad("PARTICIPANT_ID_INVALID")
        shown = {**user, "is_bot": False} if user_id == chat.id else self._world.bot
        return {"user": shown, "status": "member"}

    def _leave(self, call: Call) -> bool:
        chat = self._chat(call)
        if not isinstance(chat, Group):
            raise bad("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        self._world.post(chat, self._world.bot, left_chat_member=self._world.bot)
        return True

    def _get_file(self, call: Call) -> Json:
        stored = self._world.files.get(call.text("file_id"))
        if stored is None:
            raise bad("invalid file_id")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        return stored.json(file_path=stored.path)
