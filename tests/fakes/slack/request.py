"""A call's arguments: from the query, a form or JSON, with the token in the header or among them.

https://docs.slack.dev/apis/web-api/#slack-web-api__basics__post-bodies
"""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack.errors import ApiError, invalid_arguments, missing_scope

if TYPE_CHECKING:
    from tests.fakes.slack.app import Grant
    from tests.fakes.slack.workspace import Workspace

_TRUE = (True, "true", "True", "1", 1)


@dataclass(slots=True)
class Call:
    """One call of a method. Values are text in a form, and whatever JSON has in JSON."""

    method: str
    params: dict[str, Any]
    token: str = ""
    basic: tuple[str, str] | None = None
    """Name and password of HTTP Basic."""
    granted: "Grant | None" = None
    """What the token stands for, once it was looked at."""

    @property
    def grant(self) -> "Grant":
        assert self.granted is not None, "the method takes no token of a workspace"
        return self.granted

    @property
    def workspace(self) -> "Workspace":
        """Of the token."""
        return self.grant.workspace

    def require(self, scope: str) -> None:
        """Raises: ApiError when the token was not granted it."""
        if scope not in self.grant.scopes:
            raise missing_scope(scope, self.grant.scopes)

    def has(self, name: str) -> bool:
        """It was given, though it may be empty."""
        return self.params.get(name) is not None

    def text(self, name: str) -> str:
        """The value, empty where there is none. Raises: ApiError for lists and objects."""
        value = self.params.get(name)
        if value is None:
            return ""
        if isinstance(value, list | dict):
            raise invalid_arguments([f"must be a string [json-pointer:/{name}]"])
        shown = str(value)
        if any("\ud800" <= letter <= "\udfff" for letter in shown):
            raise ApiError("invalid_charset")
        return shown

    def needed(self, name: str) -> str:
        """Raises: ApiError where there is none."""
        value = self.text(name)
        if not value:
            raise invalid_arguments([f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        return self.params.get(name) in _TRUE

    def integer(self, name: str, default: int) -> int:
        value = self.text(name).strip()
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise invalid_arguments([f"must be an integer [json-pointer:/{name}]"]) from None

    def json(self, name: str, error: str) -> Any:
        """The value read as JSON, None where there is none. Raises: ApiError with this name."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None


async def read(request: web.Request, method: str) -> Call:
    """Raises: ApiError when the body is not what its content type says."""
    params: dict[str, Any] = dict(request.query)
    if request.can_read_body:
        match request.content_type:
            case "application/json":
                params.update(_object(await request.read()))
            case "application/x-www-form-urlencoded" | "multipart/form-data":
                form = await request.post()
                params.update(form.items())
            case "application/octet-stream" if not request.content_length:
                pass
            case _:
                raise ApiError("invalid_post_type")
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    call = Call(method, params)
    if kind.lower() == "bearer":
        call.token = given.strip()
    elif kind.lower() == "basic":
        call.basic = _basic(given)
    call.token = call.token or str(params.get("token", ""))
    params.pop("token", None)
    return call


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(found, dict):
        raise ApiError("json_not_object")
    return found


def _basic(given: str) -> tuple[str, str] | None:
    try:
        name, _, password = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return None
    return name, password
