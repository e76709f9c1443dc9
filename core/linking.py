"""Two accounts of one person, joined: a code shown on one platform and typed on the other.

The code proves who sits at the account that asked for it, and a tap on the other one agrees. Only
the code's hash is kept, for as long as it works.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.values import Address, Identity, OwnerId

CODE_LASTS = timedelta(minutes=10)
"""Until it is typed; then again until it is confirmed."""
MOST_CODES = 10
"""That one identity gets in an hour."""
MOST_WRONG = 5
"""Wrong codes of one identity in an hour; after these, right ones are refused too."""
WINDOW = timedelta(hours=1)

TERMINAL = "terminal"
"""The platform that is this machine's."""
_LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no code is a word, and nothing that looks like a digit."""
_DIGITS = "23456789"
CODE = rf"(?i:[{_LETTERS}]{{4}}[ -]?[{_DIGITS}]{{4}}[ -]?[{_LETTERS}]{{4}})"
"""What a code looks like, as a regular expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCode:
    """A code that is open, or was typed and waits to be confirmed."""

    owner: OwnerId
    """Who asked for it."""
    id: str
    """Short, for commands; it opens nothing."""
    via: str
    """The identity that asked, as `str(Identity)`."""
    code_hash: str
    ends_at: datetime
    taken_by: OwnerId | None = None
    """Who has typed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One of the identities of a person, and where they can be written to in private."""

    identity: Identity
    address: Address | None
    home: OwnerId | None = None
    """The person that it came with when they were joined; None: it was this one's own."""
    name: str = ""
    """What that person was called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """How many things somebody has: live ones, and notes."""

    tasks: int = 0
    events: int = 0
    reminders: int = 0
    notes: int = 0
    numbers: int = 0
    """The last number that was given to one."""


def new_code() -> str:
    """47 random bits, easy to type: "KTQF-4829-MWXB"."""
    parts = [(_LETTERS, 4), (_DIGITS, 4), (_LETTERS, 4)]
    return "-".join("".join(secrets.choice(of) for _ in range(count)) for of, count in parts)


def new_id() -> str:
    return secrets.token_hex(4)


def is_code(words: str) -> bool:
    return re.fullmatch(CODE, words.strip()) is not None


def hashed(code: str) -> str:
    """What is stored of a code, however it is typed: SHA-256. It works for minutes."""
    plain = re.sub(r"[^0-9A-Z]", "", code.upper())
    return hashlib.sha256(plain.encode()).hexdigest()


def called(account: Account, among: Sequence[Account]) -> str:
    """The account in words: "Telegram", "the terminal"; with a name where there are two such."""
    platform = account.identity.platform
    known = "the terminal" if platform == TERMINAL else platform.capitalize()
    alike = [each for each in among if each.identity.platform == platform]
    return f"{known} ({account.name or account.identity.user})" if len(alike) > 1 else known


def label(account: Account, among: Sequence[Account]) -> str:
    """As `called`, on a button or in a list."""
    plain = called(account, among).removeprefix("the ")
    return plain[0].upper() + plain[1:]
