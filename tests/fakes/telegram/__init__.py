"""A Telegram to test against: the Bot API over loopback HTTP, with people in front of it."""

from tests.fakes.telegram.chats import Chat, Draft, Message
from tests.fakes.telegram.faults import Delayed, Fault, Limited, Refused
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.server import Accepted, TelegramServer
from tests.fakes.telegram.world import Tap

__all__ = [
    "Accepted",
    "Chat",
    "Delayed",
    "Draft",
    "Fault",
    "Group",
    "Limited",
    "Message",
    "Person",
    "Refused",
    "Tap",
    "TelegramServer",
]
