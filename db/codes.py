"""Global short ids, short enough for a button's command."""

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new_code(letter: str) -> str:
    """The letter that tells the kind, and seven random characters."""
    return letter + "".join(secrets.choice(_ALPHABET) for _ in range(7))
