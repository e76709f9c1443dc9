"""Write docs/settings.md from the Settings classes: `python -m deploy.settings_table`."""

import ast
import inspect
import textwrap
from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from adapters.anthropic_llm import AnthropicSettings
from adapters.embeddings import EmbeddingSettings
from adapters.openai_llm import OpenAISettings
from adapters.qdrant import QdrantSettings
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import TelegramSettings
from adapters.transcription import TranscriptionSettings
from bots.web.settings import WebSettings
from model_settings import ModelSettings
from settings import ROOT, Settings

PAGE = ROOT / "docs" / "settings.md"
CLASSES = (
    Settings,
    ModelSettings,
    AnthropicSettings,
    OpenAISettings,
    TranscriptionSettings,
    WebSettings,
    TelegramSettings,
    SlackSettings,
    QdrantSettings,
    EmbeddingSettings,
)
HEAD = """\
# Settings

Every setting is optional. Put them into a file `.env` beside `main.py`, a line each such as
`PIXIE_LOG_LEVEL=DEBUG`, or into the environment, which wins. `make doctor` says whether they work.

This page is made from the code by `python -m deploy.settings_table`.

| setting | without it | what it is |
|---|---|---|
"""


def page() -> str:
    """The page, from the classes' fields and their docstrings."""
    return HEAD + "".join(row for part in CLASSES for row in rows(part))


def rows(part: type[BaseSettings]) -> list[str]:
    """One line of the table for each setting."""
    said = docstrings(part)
    prefix = part.model_config["env_prefix"]
    return [
        f"| `{prefix}{name.upper()}` | {default(field)} | {said[name]} |\n"
        for name, field in part.model_fields.items()
    ]


def default(field: FieldInfo) -> str:
    """What holds without it; a secret is marked as one."""
    match field.default:
        case None | "":
            shown = ""
        case Path() as path:
            shown = f"`{path.relative_to(ROOT)}/` beside `main.py`"
        case other:
            shown = f"`{other}`"
    secret = SecretStr in (field.annotation, *get_args(field.annotation))
    return f"{shown}(secret)" if secret else shown


def docstrings(part: type[BaseSettings]) -> dict[str, str]:
    """The text below each field, as one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(part))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split()).replace("|", "\\|")
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
