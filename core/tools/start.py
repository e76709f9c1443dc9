"""The first conversation, and its questions one by one."""

from dataclasses import replace

from core import onboarding, settings
from core.people import OwnerKind, Person, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, Reach, tool
from core.whereabouts import zone_of


async def look_up(
    reach: Reach, context: ToolContext, *, step: str = "", answer: str = ""
) -> str | None:
    """The zone of the place that was said."""
    asked = step == "zone" and answer.strip()
    return await zone_of(reach, answer, command="/start zone") if asked else None


@tool(gather=look_up, undoable=False, for_models=False)
def start(
    work: Work,
    context: ToolContext,
    gathered: str | None,
    *,
    step: str = "",
    answer: str = "",
) -> Outcome:
    """Say who Pixie is, and ask what she has to know. `step`: zone, summary, or "" to begin."""
    person, now = work.people.get(context.owner.id) or context.owner, context.now
    group = person.kind is OwnerKind.GROUP
    if gathered is not None:
        return onboarding.go_on(work, *settings.relocated(work, person, gathered, now))
    if step == "zone":
        return onboarding.ask_zone(person, now)
    if step == "summary" and not group:
        return _summary(work, context, person, answer)
    first = "" if person.welcomed else onboarding.hello(person)
    if not person.zone_known:
        return onboarding.ask_zone(person, now, first)
    if person.welcomed:
        return onboarding.hello_again(person)
    return onboarding.go_on(work, person, first)


def _summary(work: Work, context: ToolContext, person: Person, answer: str) -> Outcome:
    if not answer.strip():
        return onboarding.ask_summary(person)
    off = line(answer).casefold().rstrip(".!") in settings.OFF
    at = None if off else settings.clock_time(answer, "The summary", asks="/start summary")
    after = replace(person, summary_at=at, welcomed=True)
    after = work.people.save(settings.with_next_summary(after, context.now))
    return onboarding.ready(f"Summary: {settings.summary_words(after)}.")
