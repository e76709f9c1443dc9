"""The views against the limits that Slack's own library knows."""

import json
from pathlib import Path

import pytest
from slack_sdk.models.views import View

SNAPSHOTS = sorted((Path(__file__).parent / "snapshots").glob("*.json"))


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: str(path.stem))
def test_slacks_library_knows_all_of_it(path: Path) -> None:
    drawn = json.loads(path.read_text())
    view = View(**drawn)
    view.validate_json()
    for block, raw in zip(view.blocks, drawn["blocks"], strict=True):
        block.validate_json()
        parts = [getattr(block, name, None) for name in ("element", "accessory")]
        for part in [*parts, *(getattr(block, "elements", None) or [])]:
            if part is not None and hasattr(part, "validate_json"):
                part.validate_json()
        assert block.to_dict() == raw
