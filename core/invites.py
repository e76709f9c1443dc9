"""Invitations: a code that makes a stranger known, once. Only its hash is kept."""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime

from core.people import Role
from core.values import OwnerId

_CHARACTERS = string.ascii_letters + string.digits
CODE = r"[A-Za-z0-9]{16}"
"""What a code looks like, as a regular expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    """An invitation that is stored."""

    id: str
    """Short, for commands; it opens nothing."""
    role: Role
    """What whoever uses it becomes."""
    platform: str = ""
    """The only platform on which it works; "" for all."""
    owner: OwnerId | None = None
    """Who made it; None: this instance at its start."""
    name: str = ""
    """Whom it is for, in its maker's words."""
    code_hash: str
    made_at: datetime
    ends_at: datetime
    """When it stops working, or stopped because it was used."""
    used_at: datetime | None = None


def new_code() -> str:
    """95 random bits that fit a Telegram link's payload (up to 64 of A-Z, a-z, 0-9, _ and -).

    Letters and digits alone: programs that find links in texts leave a "-" at the end out.
    """
    return "".join(secrets.choice(_CHARACTERS) for _ in range(16))


def hashed(code: str) -> str:
    """What is stored of a code: SHA-256, for a code is too long to be guessed from it."""
    return hashlib.sha256(code.encode()).hexdigest()


def new_id() -> str:
    return secrets.token_hex(4)
