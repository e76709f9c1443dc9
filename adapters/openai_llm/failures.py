"""What the errors of a server mean to Pixie.

https://developers.openai.com/api/docs/guides/error-codes, and what other servers make of it. Their
texts may quote the prompt or the key: only status, code, parameter and request id are passed on.
"""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from core.errors import Declined, EdgeError, Refused, TooLong, Unauthorized, Unavailable

if TYPE_CHECKING:
    from openai import APIError

KEY = "PIXIE_OPENAI_KEY"
BASE_URL = "PIXIE_OPENAI_BASE_URL"

NO_CREDIT = {"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"}
NO_MODEL = {"model_not_found"}
TOO_LONG = {"context_length_exceeded", "string_above_max_length", "exceed_context_size_error"}
DECLINED = {"content_filter", "content_policy_violation"}
NEEDED = {"model", "reasoning_effort", "stream", "tools"}
"""Parameters that Pixie cannot do without."""
PASSING = {408, 409, 425, 429}
"""Statuses below 500 that go by."""
LONGEST_WAIT = 86400.0
"""Seconds."""
_TOO_LONG = re.compile(r"context (length|size|window)|^Request too large", re.IGNORECASE)
_LACKS = re.compile(r"not support tools|--enable-auto-tool-choice")
"""Ollama and vLLM: this model, or this server, calls no tools."""
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def failure(error: "APIError", *, name: str, setting: str, other: bool) -> EdgeError:
    """The table. `setting` chose the model `name`; `other`: it is not OpenAI's own server.

    `error` is an answer with an error status, or an error in the middle of a stream.
    """
    body = error.body if isinstance(error.body, dict) else {}
    text = str(body.get("message") or error.body or "")
    codes = {str(body.get(key)) for key in ("code", "type")}
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = response.headers if response is not None else {}
    status = response.status_code if response is not None else _status(codes)
    what = f"{name}: {_told(status, error.code, error.param, headers.get('x-request-id'))}"
    if codes & NO_CREDIT or status == 402:
        return Unauthorized(f"{what}: the account has no credit", setting=KEY)
    if codes & TOO_LONG or status == 413 or (status <= 500 and _TOO_LONG.search(text)):
        return TooLong(f"{what}: the conversation is too long for it")
    if codes & DECLINED:
        return Declined(f"{what}: declined to answer")
    if codes & NO_MODEL or (status == 404 and body and "model" in text.lower()):
        return Unauthorized(f"{what}: there is no such model", setting=setting)
    if status == 404:
        return Unauthorized(f"{what}: nothing there", setting=BASE_URL if other else setting)
    if status in (401, 403):
        return Unauthorized(f"{what}: the key is not accepted", setting=KEY)
    if status == 400 and (error.param in NEEDED or _LACKS.search(text)):
        return Unauthorized(f"{what}: Pixie needs what this model lacks", setting=setting)
    if status in PASSING or status >= 500:
        return Unavailable(what, retry_after=_retry_after(headers))
    return Refused(what)


def _told(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part and _CODE.fullmatch(str(part)))


def _status(codes: set[str]) -> int:
    """What an error in the middle of a stream would have been as a status."""
    numbers = [int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)]
    return numbers[0] if numbers else 400 if "invalid_request_error" in codes else 500


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Milliseconds, seconds or a date (RFC 9110, 10.2.3), which the server's own clock measures."""
    try:
        if millis := headers.get("retry-after-ms"):
            seconds = float(millis) / 1000
        elif not (wait := headers.get("retry-after")):
            return None
        elif re.fullmatch(r"[\d.]+", wait.strip()):
            seconds = float(wait)
        else:
            until = parsedate_to_datetime(wait)
            seconds = (until - parsedate_to_datetime(headers["date"])).total_seconds()
    except (ValueError, TypeError, KeyError):
        return None
    if math.isnan(seconds):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT))
