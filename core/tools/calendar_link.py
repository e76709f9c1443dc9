"""Secret links that calendar programs subscribe to."""

import hashlib
import secrets
from typing import Annotated

from pydantic import Field

from core.cards import clock
from core.deliveries import CalendarFeed
from core.errors import UserError
from core.people import ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button
from core.when.show import show_moment
from core.when.wall import wall

SCOPES = {
    "all": "events and tasks",
    "events": "your events",
    "tasks": "your tasks",
    "busy": "your busy times",
}
MOST = 10
ADVICE = (
    "Whoever has it can read it, so keep it secret. Calendar programs look seldom: Google "
    "every 12–24 hours, Outlook every 3–24."
)


@tool(undoable=False)
def calendar_link(
    work: Work,
    context: ToolContext,
    *,
    action: Annotated[str, Field(description="create|rotate|revoke|list")] = "create",
    scope: Annotated[str, Field(description="all|events|tasks|busy")] = "",
) -> Outcome:
    """Link for calendar programs to subscribe to."""
    plain, wanted = line(action).casefold() or "create", line(scope).casefold()
    if wanted and wanted not in SCOPES:
        raise UserError(f"A calendar link shows one of {', '.join(SCOPES)}.")
    live = [feed for feed in work.feeds.of(context.owner.id) if feed.revoked_at is None]
    live.sort(key=lambda feed: (list(SCOPES).index(feed.scope), feed.created_at))
    match plain:
        case "create":
            return _create(work, context, live, wanted or "all")
        case "rotate":
            return _rotate(work, context, live, wanted)
        case "revoke":
            return _revoke(work, context, live, wanted)
        case "list":
            return _listed(context, live)
    raise UserError("A calendar link can be made (create), changed (rotate), revoked or listed.")


def _create(work: Work, context: ToolContext, live: list[CalendarFeed], scope: str) -> Outcome:
    if len(live) >= MOST:
        raise UserError(
            f"You have {len(live)} calendar links. Revoke them first with “/calendar revoke”."
        )
    return _shown(context, {scope: _secret(work, context, scope)}, ADVICE, _buttons())


def _rotate(work: Work, context: ToolContext, live: list[CalendarFeed], scope: str) -> Outcome:
    old = [feed for feed in live if not scope or feed.scope == scope]
    if not old:
        raise UserError("There is no such link to change. “/calendar” makes one.")
    for feed in old:
        work.feeds.revoke(context.owner.id, feed.id)
    scopes = dict.fromkeys(feed.scope for feed in old)
    links = {each: _secret(work, context, each) for each in scopes}
    ended = "link has" if len(old) == 1 else "links have"
    return _shown(context, links, f"{ADVICE}\nThe old {ended} stopped working.", ())


def _revoke(work: Work, context: ToolContext, live: list[CalendarFeed], scope: str) -> Outcome:
    old = [feed for feed in live if not scope or feed.scope == scope]
    for feed in old:
        work.feeds.revoke(context.owner.id, feed.id)
    count = f"{len(old)} calendar link{'' if len(old) == 1 else 's'}"
    said = f"{count} stopped working." if old else "You have no calendar link."
    return Outcome(result=said, said=said, changed=bool(old))


def _listed(context: ToolContext, live: list[CalendarFeed]) -> Outcome:
    if not live:
        said = "You have no calendar link. “/calendar” makes one."
        return Outcome(result=said, said=said)
    owner, now = context.owner, context.now
    today = wall(now, owner.zone).local
    lines = []
    for feed in live:
        read = "never read"
        if feed.read_at is not None:
            at = wall(feed.read_at, owner.zone).local
            read = f"last read {show_moment(at, today=today, clock=clock(owner))}"
        lines.append(f"• {SCOPES.get(feed.scope, feed.scope)}, {read}")
    said = "\n".join(["Your calendar links (I do not keep the addresses):", *lines])
    return Outcome(result=said, said=said, buttons=_buttons())


def _secret(work: Work, context: ToolContext, scope: str) -> str:
    """The token of a new link. Only its hash is stored."""
    token = secrets.token_urlsafe(32)
    hashed = hashlib.sha256(token.encode()).hexdigest()
    work.feeds.add(context.owner.id, scope, hashed, via=str(context.speaker))
    return token


def _shown(
    context: ToolContext, links: dict[str, str], advice: str, buttons: tuple[Button, ...]
) -> Outcome:
    """The links by their scope, for the person's eyes once: a model is not told them."""
    lines = []
    for scope, token in links.items():
        path = f"{context.public_url}/calendar/{token}.ics"
        lines.append(f"Calendar link for {SCOPES[scope]}:\n{path}")
        if not context.public_url:
            lines.append(
                "Put this machine's address before it; whoever runs me can set PIXIE_PUBLIC_URL."
            )
    return Outcome(
        result="A new calendar link was made and shown to the person.",
        said="\n".join([*lines, advice]),
        changed=True,
        buttons=buttons,
        secrets=tuple(links.values()),
    )


def _buttons() -> tuple[Button, ...]:
    return (
        Button(label="New address", command="/calendar rotate"),
        Button(label="Revoke", command="/calendar revoke"),
    )
