"""How a call is read, what may be in its text and its buttons, and what is refused."""

import json
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.telegram_server.calls import ask
from tests.fakes.telegram import Person, TelegramServer, entities

BOLD = {"type": "bold", "offset": 0, "length": 1}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "\0"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "\ud83d"}, "strings must be encoded in UTF-8"),
        ({"text": "x", "chat_id": 17}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": "{"}, "can't parse ReplyParameters JSON object"),
        ({"text": "x", "reply_markup": "["}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": []}, "object expected as reply markup"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0}]}, 'can\'t find field "length"'),
        ({"text": "x", "entities": [{**BOLD, "offset": "a"}]}, "must be of type Number"),
        ({"text": "x", "entities": [{**BOLD, "type": "date_time"}]}, "can't find field"),
        ({"text": "x", "entities": [{**BOLD, "offset": -1}]}, "incorrect offset -1"),
        ({"text": "x", "entities": [{**BOLD, "offset": 2}]}, "begins after the end of the text"),
        (
            {"text": "x", "entities": [{**BOLD, "length": 2}]},
            "ends after the end of the text at UTF-16 offset 2",
        ),
        (
            {"text": "😀", "entities": [BOLD]},
            "ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
        (
            {"text": "😀😀", "entities": [{**BOLD, "offset": 1}]},
            "entity begins in a middle of a UTF-16 symbol",
        ),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "<b>x</i>", "parse_mode": "HTML"},
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ({"text": "ä\n<x>", "parse_mode": "HTML"}, 'Unsupported start tag "x" at byte offset 3'),
        ({"text": "1 < 2", "parse_mode": "HTML"}, "Unsupported start tag"),
        (
            {"text": "a.", "parse_mode": "MarkdownV2"},
            "Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        (
            {"text": "*a", "parse_mode": "MarkdownV2"},
            "Can't find end of Bold entity at byte offset 2",
        ),
        ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
    ],
)
async def test_what_send_message_refuses(
    telegram: TelegramServer, alice: Person, params: dict[str, Any], words: str
) -> None:
    answer = await ask(telegram, "sendMessage", **{"chat_id": alice.id, **params})
    assert answer["error_code"] == 400
    assert answer["description"].startswith("Bad Request: ")
    assert words in answer["description"]
    assert alice.chat.messages == []
    assert telegram.accepted == []


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "a" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ü" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, 'Can\'t find field "text"'),
        ({"text": " ", "callback_data": "x"}, "button text must be non-empty"),
        ({"text": "x", "url": "nonsense"}, "inline keyboard button URL 'nonsense' is invalid"),
        ({"text": "x", "callback_data": "x", "style": "pink"}, "BUTTON_STYLE_INVALID"),
    ],
)
async def test_what_a_button_may_not_be(
    telegram: TelegramServer, alice: Person, button: dict[str, str], words: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await ask(telegram, "sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    assert words in answer["description"]


async def test_a_hundred_buttons_and_no_more(telegram: TelegramServer, alice: Person) -> None:
    rows = [[{"text": str(at), "callback_data": "a" * 64}] for at in range(101)]
    markup = {"inline_keyboard": rows}
    answer = await ask(telegram, "sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    assert answer["description"] == "Bad Request: reply markup is too long"
    markup = {"inline_keyboard": rows[:100]}
    answer = await ask(telegram, "sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    assert answer["ok"]


@pytest.mark.parametrize(
    ("text", "mode", "read", "entities"),
    [
        ("<b>a<i>😀</i></b> &lt;", "HTML", "a😀 <", [("bold", 0, 3), ("italic", 1, 2)]),
        ('<pre><code class="language-py">x</code></pre>', "HTML", "x", [("pre", 0, 1)]),
        ('<a href="https://x.org">y</a>', "HTML", "y", [("text_link", 0, 1)]),
        ('<tg-time unix="5">then</tg-time>', "HTML", "then", [("date_time", 0, 4)]),
        (
            "*a* _b_ __c__ ~d~ ||e|| \\*",
            "MarkdownV2",
            "a b c d e *",
            [
                ("bold", 0, 1),
                ("italic", 2, 1),
                ("underline", 4, 1),
                ("strikethrough", 6, 1),
                ("spoiler", 8, 1),
            ],
        ),
        (
            "`a.b` [x](https://e.org/\\))",
            "MarkdownV2",
            "a.b x",
            [("code", 0, 3), ("text_link", 4, 1)],
        ),
        ("```py\nx.y\n```", "MarkdownV2", "x.y", [("pre", 0, 3)]),
    ],
)
async def test_marked_text(
    telegram: TelegramServer,
    alice: Person,
    text: str,
    mode: str,
    read: str,
    entities: list[tuple[str, int, int]],
) -> None:
    await ask(telegram, "sendMessage", chat_id=alice.id, text=text, parse_mode=mode)
    shown = alice.chat.last
    assert shown.text == read
    assert [(each["type"], each["offset"], each["length"]) for each in shown.entities] == entities


async def test_text_is_trimmed_and_its_entities_move_along(
    telegram: TelegramServer, alice: Person
) -> None:
    given = [
        {"type": "bold", "offset": 2, "length": 4},
        {"type": "italic", "offset": 4, "length": 2},
        {"type": "code", "offset": 5, "length": 0},
    ]
    text = " \r😀\0x\n "
    answer = await ask(
        telegram, "sendMessage", chat_id=alice.id, text=text, entities=json.dumps(given)
    )
    assert answer["result"]["text"] == "😀 x"
    assert answer["result"]["entities"] == [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 2},
    ]


@pytest.mark.parametrize("form", ["query", "form", "multipart", "json"])
async def test_every_way_to_pass_parameters(
    telegram: TelegramServer, alice: Person, form: str
) -> None:
    params = {"chat_id": str(alice.id), "text": "hi 👋", "disable_notification": "true"}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in params.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    options: dict[str, Any] = {
        "query": {"params": params},
        "form": {"data": params},
        "multipart": {"data": multipart},
        "json": {"json": params},
    }[form]
    url = f"{telegram.base_url}{telegram.token}/SENDMESSAGE"
    async with aiohttp.ClientSession() as session:
        method = session.get if form == "query" else session.post
        async with method(url, **options) as response:
            assert (await response.json())["ok"]
    assert alice.chat.texts == ["hi 👋"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data="{", headers={"Content-Type": "application/json"}) as response,
    ):
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


async def test_bodies_that_are_no_text_or_too_large(
    telegram: TelegramServer, alice: Person
) -> None:
    url = f"{telegram.base_url}{telegram.token}/sendMessage"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=b"text=\xff", headers=form) as response:
            told = (await response.json())["description"]
            assert told == "Bad Request: strings must be encoded in UTF-8"
        async with session.post(url, data=BytesIO(bytes(52 << 20)), headers=form) as response:
            assert await response.json() == {
                "ok": False,
                "error_code": 413,
                "description": "Request Entity Too Large",
            }


@given(st.text(), st.data())
def test_an_entity_stays_with_its_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    entity = {
        "type": "bold",
        "offset": entities.units(text[:start]),
        "length": entities.units(text[start:end]),
    }
    kept_text, kept = entities.fixed(text, [entity])
    words = entities.fixed(text[start:end], [])[0]
    assert kept_text == entities.fixed(text, [])[0]
    assert [entities.part(kept_text, each).strip(" \n\t") for each in kept] == [words] * bool(words)
