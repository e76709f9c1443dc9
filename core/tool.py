"""What a tool is: a function whose signature is its schema and whose docstring describes it.

    @tool
    def complete_task(work: Work, context: ToolContext, *, task: TaskRef) -> Outcome:
        \"""Mark a task as done.\"""

Everything after the `*` is what a model fills in; parameters are described with
`Annotated[str, Field(description="…")]`. A tool that needs the network or long computing first
has a `gather` half, which reads and changes nothing:

    @tool(gather=look_around)
    def create_event(work, context, gathered, *, title: str, when: str) -> Outcome: ...
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, overload

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from core.errors import Misused
from core.files import PlatformFiles
from core.people import ToolContext
from core.ports import CalendarReader, Files, Places, Store, ToolSpec, Work
from core.values import Button, Card, MemoryFilter, OwnerId, Remembered


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a tool did."""

    result: str
    """For the model: what happened, with local times, in plain text."""
    said: str = ""
    """For the person: what the cards do not say. Empty when the cards are enough."""
    cards: tuple[Card, ...] = ()
    """Rendered from the rows as this unit stored them (`core.cards`)."""
    buttons: tuple[Button, ...] = ()
    changed: bool | None = None
    """Whether something was changed; None where rows of the person's things tell."""
    asks: str | None = None
    """`said` is a question, and this is the command that its answer, appended, completes."""
    secrets: tuple[str, ...] = ()
    """What `said` holds that must not stay with us once it has reached the person."""
    quoted: str = ""
    """Others' words for the person's eyes: shown beneath the answer, and told to no model."""
    last: Callable[[Work], None] | None = None
    """To be done at the very end of the unit, when all that was said is stored."""
    more: bool = False
    """There is more to do than one unit may take: this much is committed, and the tool is called
    again as before, until it says otherwise. It finds in the rows how far it came."""


class Recall(Protocol):
    """Search in memory: by meaning and by words (`core.recall`)."""

    async def search(
        self, context: ToolContext, query: str, limits: MemoryFilter
    ) -> list[Remembered]: ...

    async def relevant(
        self, context: ToolContext, text: str, limit: int
    ) -> tuple[Remembered, ...]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What a gathering half may use."""

    store: Store
    recall: Recall
    files: Files = field(default_factory=PlatformFiles)
    calendars: CalendarReader | None = None
    places: Places | None = None


Gather = Callable[..., Awaitable[Any]]
"""async (reach, context, **arguments) -> what `apply` gets as its third argument."""
Beside = Callable[[Any], Sequence[OwnerId]]
"""Of what was gathered, whose lanes the unit has to hold besides the owner's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """A tool, ready to be called."""

    name: str
    description: str
    arguments: type[BaseModel]
    apply: Callable[..., Outcome]
    gather: Gather | None
    changes: bool
    """False: it only reads."""
    undoable: bool
    """What it changes is kept for undo."""
    beside: Beside | None
    for_models: bool
    """False: for commands and buttons alone, so that no model pays for its schema."""

    def spec(self) -> ToolSpec:
        """The tool as a model sees it."""
        return _spec(self)

    def validated(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments checked against the signature.

        Raises `Misused` with a sentence that names the first wrong argument.
        """
        try:
            checked = self.arguments.model_validate(arguments)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "arguments"
            raise Misused(f"{self.name}: {where}: {first['msg']}.") from error
        return {name: getattr(checked, name) for name in type(checked).model_fields}


@overload
def tool(function: Callable[..., Outcome], /) -> Tool: ...
@overload
def tool(
    *,
    gather: Gather | None = None,
    beside: Beside | None = None,
    changes: bool = True,
    undoable: bool = True,
    for_models: bool = True,
) -> Callable[[Callable[..., Outcome]], Tool]: ...
def tool(
    function: Callable[..., Outcome] | None = None,
    /,
    *,
    gather: Gather | None = None,
    beside: Beside | None = None,
    changes: bool = True,
    undoable: bool = True,
    for_models: bool = True,
) -> Tool | Callable[[Callable[..., Outcome]], Tool]:
    """Make a function a tool; its keyword-only parameters become the schema."""

    def build(apply: Callable[..., Outcome]) -> Tool:
        fields: dict[str, Any] = {
            parameter.name: (
                parameter.annotation,
                ... if parameter.default is parameter.empty else parameter.default,
            )
            for parameter in inspect.signature(apply, eval_str=True).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        arguments = create_model(apply.__name__, __config__=ConfigDict(extra="forbid"), **fields)
        return Tool(
            name=apply.__name__,
            description=inspect.getdoc(apply) or "",
            arguments=arguments,
            apply=apply,
            gather=gather,
            beside=beside,
            changes=changes,
            undoable=undoable,
            for_models=for_models,
        )

    return build if function is None else build(function)


@cache
def _spec(tool: Tool) -> ToolSpec:
    """Made once for each tool: a schema takes a millisecond."""
    return ToolSpec(
        name=tool.name,
        description=tool.description,
        parameters=_terse(tool.arguments.model_json_schema()),
    )


def _terse(schema: Any) -> Any:
    """A JSON Schema without the titles and empty defaults that a model would pay for."""
    if isinstance(schema, list):
        return [_terse(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _terse(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and value in ("", False))
    }
