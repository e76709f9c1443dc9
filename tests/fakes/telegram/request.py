"""A request's parameters: GET or POST, from the query, a form, JSON or multipart.

The real server turns every value into text before it looks at it, so "5" and 5 are the same;
so does this. https://core.telegram.org/bots/api#making-requests
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.telegram.errors import ApiError, bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method."""

    method: str
    params: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value, empty where there is none; it must be UTF-8."""
        value = self.params.get(name, "")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """As td::to_integer: what is no number counts as 0."""
        value = self.params.get(name, "").strip()
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        return self.params.get(name, "").strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The value read as JSON, None where there is none.

        Raises: ApiError "can't parse <what> JSON object".
        """
        value = self.params.get(name, "")
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None


async def read(request: web.Request, method: str) -> Call:
    """Raises: ApiError when the body is not what its content type says, or too large."""
    try:
        return await _read(request, method)
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


async def _read(request: web.Request, method: str) -> Call:
    params: dict[str, str] = dict(request.query)
    files: dict[str, Upload] = {}
    match request.content_type if request.can_read_body else "":
        case "application/json":
            params.update(_from_json(await request.read()))
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    content = value.file.read()
                    files[name] = Upload(value.filename, content, value.content_type)
                elif isinstance(value, bytes | bytearray):
                    files[name] = Upload(name, bytes(value), "application/octet-stream")
                else:
                    params[name] = value
    return Call(method, params, files)


def from_answer(body: bytes) -> Call | None:
    """The call that a webhook's answer asks for, if it does."""
    try:
        params = _from_json(body)
    except Exception:  # an answer may be anything
        return None
    method = params.pop("method", "")
    return Call(method, params) if method else None


def _from_json(body: bytes) -> dict[str, str]:
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad("expected an Object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None
    }
