"""Modals and App Homes as they stand. https://docs.slack.dev/surfaces/modals"""

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import form
from tests.fakes.slack.blocks import HOME, MODAL, check_blocks, complete
from tests.fakes.slack.channels import find_element, words
from tests.fakes.slack.errors import ApiError, Json, invalid_arguments
from tests.fakes.slack.rules import PLAIN, Problems, boolean, kinds, one_of, shape, string, text

if TYPE_CHECKING:
    from tests.fakes.slack.person import Person
    from tests.fakes.slack.workspace import Workspace

MOST_VIEWS = 3
"""Modals on top of each other."""
MOST_BYTES = 250_000


def _blocks(value: Any, at: str, problems: Problems) -> None:
    check_blocks(value, at, problems)


_COMMON = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_RULE = kinds(
    {
        MODAL: shape(
            {"type": one_of(MODAL), "title": text(24, PLAIN), "blocks": _blocks},
            {
                **_COMMON,
                "close": text(24, PLAIN),
                "submit": text(24, PLAIN),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        HOME: shape({"type": one_of(HOME), "blocks": _blocks}, _COMMON),
    }
)
"""https://docs.slack.dev/reference/views/modal-views and …/home-tab-views"""


def read_view(found: Any, surface: str) -> Json:
    """Raises: ApiError invalid_arguments that says what is wrong and where."""
    if not isinstance(found, dict):
        raise invalid_arguments(["must provide an object [json-pointer:/view]"])
    problems = Problems(surface)
    if found.get("type") in (MODAL, HOME) and found["type"] != surface:
        problems.note("/view/type", f"unsupported type: {found['type']}")
    else:
        _RULE(found, "/view", problems)
    blocks = found.get("blocks")
    if surface == MODAL and isinstance(blocks, list) and not found.get("submit"):
        for index, block in enumerate(blocks):
            if isinstance(block, dict) and block.get("type") == "input":
                words = "must define `submit` to use an `input` block in modals"
                problems.note(f"/view/blocks/{index}/input", words)
    if problems.found:
        raise invalid_arguments(problems.found)
    if len(str(found).encode()) > MOST_BYTES:
        raise ApiError("view_too_large")
    return found


@dataclass(slots=True, eq=False)
class View:
    """A modal or an App Home; `json` is the view object of the API, without its state."""

    owner: "Person"
    json: Json
    typed: form.Typed = field(default_factory=dict)
    versions: list[Json] = field(default_factory=list)
    """What it was before, oldest first."""
    errors: dict[str, str] = field(default_factory=dict)
    """What stands under fields, by block_id, since the last try to submit."""
    closed: bool = False

    @property
    def id(self) -> str:
        return str(self.json["id"])

    @property
    def hash(self) -> str:
        return str(self.json["hash"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.json["blocks"])

    @property
    def title(self) -> str:
        return str((self.json.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.json["callback_id"])

    @property
    def private_metadata(self) -> str:
        return str(self.json["private_metadata"])

    @property
    def shown(self) -> str:
        """What its blocks say, a line for each piece of text."""
        return "\n".join(words(self.blocks))

    @property
    def values(self) -> Json:
        """What is filled in, by block_id and action_id."""
        values: Json = form.state(self.blocks, self.typed)["values"]
        return values

    def element(self, wanted: str) -> tuple[Json, Json]:
        """The block and the element with that label or action_id. Raises: LookupError."""
        return find_element(self.blocks, wanted)

    def as_payload(self) -> Json:
        """As the app gets it, with what is filled in."""
        return {**self.json, "state": form.state(self.blocks, self.typed)}


class Views:
    """Those of one workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self.ever: list[View] = []
        self._workspace = workspace

    def open_for(self, owner: "Person") -> list[View]:
        """Their modals, the one on top last."""
        return [
            view
            for view in self.ever
            if view.owner is owner and not view.closed and view.json["type"] == MODAL
        ]

    def home_of(self, owner: "Person") -> View | None:
        for view in self.ever:
            if view.owner is owner and view.json["type"] == HOME:
                return view
        return None

    def make(self, owner: "Person", given: Json, below: View | None = None) -> View:
        """A new one, on top of another or by itself. Raises: ApiError."""
        if below is not None and len(self.open_for(owner)) >= MOST_VIEWS:
            raise ApiError("push_limit_reached")
        self._check_external_id(given, None)
        number = self._workspace.world.id("V")
        json = self._json(owner, given, number)
        json["root_view_id"] = below.json["root_view_id"] if below else number
        json["previous_view_id"] = below.id if below else None
        view = View(owner, json)
        self.ever.append(view)
        self._workspace.world.touch()
        return view

    def replace(self, view: View, given: Json) -> None:
        """The view is this now. Raises: ApiError."""
        self._check_external_id(given, view)
        kept = {name: view.json[name] for name in ("root_view_id", "previous_view_id")}
        view.versions.append(view.json)
        view.json = {**self._json(view.owner, given, view.id), **kept}
        view.errors = {}
        self._workspace.world.touch()

    def find(self, view_id: str, external_id: str) -> View:
        """One that is open. Raises: ApiError not_found."""
        for view in self.ever:
            wanted = view.id == view_id if view_id else view.json["external_id"] == external_id
            if wanted and not view.closed:
                return view
        raise ApiError("not_found")

    @staticmethod
    def check_hash(view: View, given: str) -> None:
        """Raises: ApiError when the view has changed since."""
        if given and given != view.hash:
            raise ApiError("hash_conflict")

    def _check_external_id(self, given: Json, mine: View | None) -> None:
        wanted = given.get("external_id")
        for view in self.ever:
            if wanted and view.json["external_id"] == wanted and view is not mine:
                raise ApiError("duplicate_external_id")

    def _json(self, owner: "Person", given: Json, number: str) -> Json:
        world = self._workspace.world
        seal = hashlib.md5(f"{number}{world.ts()}".encode(), usedforsecurity=False).hexdigest()
        blank: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}
        shown = {name: value for name, value in given.items() if value is not None}
        return {
            "id": number,
            "team_id": self._workspace.id,
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "state": {"values": {}},
            "title": {"type": PLAIN, "text": "View Title", "emoji": True},
            **blank,
            **shown,
            "blocks": complete(given["blocks"]),
            "hash": f"{int(world.now())}.{seal[:8]}",
            "app_id": world.app.id,
            "app_installed_team_id": self._workspace.id,
            "bot_id": self._workspace.bot_id,
        }
