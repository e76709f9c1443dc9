"""What may be in `reply_markup`. https://core.telegram.org/bots/api#inlinekeyboardmarkup"""

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.errors import Json, bad
from tests.fakes.telegram.request import Call

MOST_BUTTONS = 100
DATA_BYTES = 64
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = ("danger", "success", "primary")


def inline_keyboard(call: Call) -> Json | None:
    """The markup that stays with the message; None for none or one of another kind.

    Raises: ApiError for what the server refuses.
    """
    markup = call.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    kept = []
    for row in rows:
        if not isinstance(row, list):
            raise bad('field "inline_keyboard" must be an Array of Arrays')
        buttons = [_button(button) for button in row]
        if buttons:
            kept.append(buttons)
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    wrong = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(wrong + "InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad(wrong + 'Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise bad(wrong + 'Field "text" must be of type String')
    given = [name for name in _ACTIONS if name in button]
    if not given:
        raise bad(wrong + "Text buttons are unallowed in the inline keyboard")
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(_bytes(data)) <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        url = str(button["url"])
        parts = urlsplit(url)
        hosted = bool(parts.netloc) and ("." in parts.netloc or parts.hostname == "localhost")
        if parts.scheme not in ("http", "https", "tg", "") or not (hosted or parts.scheme == "tg"):
            raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if button.get("style", "primary") not in _STYLES:
        raise bad("BUTTON_STYLE_INVALID")
    return dict(button)


def _bytes(data: str) -> bytes:
    try:
        return data.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
