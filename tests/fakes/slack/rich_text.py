"""Rich text. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from collections.abc import Mapping

from tests.fakes.slack.rules import (
    Rule,
    anything,
    boolean,
    items,
    kinds,
    matching,
    number,
    one_of,
    shape,
    string,
    url,
)

_MOST = 100_000
_STYLES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
)
_STYLE = shape({}, dict.fromkeys(_STYLES, boolean))


def _part(name: str, needed: Mapping[str, Rule], /, **optional: Rule) -> dict[str, Rule]:
    return {name: shape({"type": one_of(name), **needed}, {"style": _STYLE, **optional})}


_PARTS = kinds(
    {
        **_part("text", {"text": string(_MOST)}),
        **_part("link", {"url": url()}, text=string(_MOST), unsafe=boolean),
        **_part("user", {"user_id": string(255)}),
        **_part("usergroup", {"usergroup_id": string(255)}),
        **_part("channel", {"channel_id": string(255)}),
        **_part("team", {"team_id": string(255)}),
        **_part("emoji", {"name": string(255)}, unicode=string(255), skin_tone=number(1, 6)),
        **_part("broadcast", {"range": one_of("here", "channel", "everyone")}),
        **_part("color", {"value": matching(r"#[0-9A-Fa-f]{6}", "must be a colour")}),
        **_part(
            "date",
            {"timestamp": number(0, 10**11), "format": string(255)},
            url=url(),
            fallback=string(_MOST, 0),
        ),
    }
)
_SECTION = shape(
    {"type": one_of("rich_text_section"), "elements": items(_PARTS, 0, 10_000)},
)
_BORDER = number(0, 1)
_TOP = kinds(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": shape(
            {
                "type": one_of("rich_text_list"),
                "style": one_of("bullet", "ordered"),
                "elements": items(_SECTION, 1, 1000),
            },
            {"indent": number(0, 8), "offset": number(0, 10_000), "border": _BORDER},
        ),
        "rich_text_preformatted": shape(
            {"type": one_of("rich_text_preformatted"), "elements": items(_PARTS, 0, 10_000)},
            {"border": _BORDER, "language": string(100)},
        ),
        "rich_text_quote": shape(
            {"type": one_of("rich_text_quote"), "elements": items(_PARTS, 0, 10_000)},
            {"border": _BORDER},
        ),
    }
)
RICH_TEXT = shape(
    {"type": one_of("rich_text"), "elements": items(_TOP, 0, 1000)},
    {"block_id": anything},
)
