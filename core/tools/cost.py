"""Tell what the models cost."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from core.budget import Budget, Limits, Spent, Standing, Total, budget, standing
from core.errors import UserError
from core.people import Person, ToolContext
from core.ports import Work
from core.titles import line
from core.tool import Outcome, tool
from core.values import Button
from core.when.wall import day_bounds, wall

TODAY, WEEK, MONTH = "today", "week", "month"
_NAMES = {TODAY: "Today", WEEK: "Last 7 days", MONTH: "This month"}
_WORDS = {
    "": MONTH,
    "day": TODAY,
    "7 days": WEEK,
    "seven days": WEEK,
    **{period: period for period in _NAMES},
}
_CARRIERS = re.compile(r"^(?:(?:in|for|since|the|this|last|past)\s+)+")
_OVER = re.compile(r"\blast (?:week|month)$|\bpast month$")
"""Periods that have ended."""
_HEADINGS = ("model", "for", "calls", "input", "cached", "output", "cost")
_LEFT = 2
"""Columns of words; those of numbers end in line."""


@tool(changes=False, for_models=False)
def cost(
    work: Work,
    context: ToolContext,
    *,
    period: Annotated[str, Field(description="today, week or month")] = "",
) -> Outcome:
    """Tell what the models cost, by model and purpose."""
    owner, now = context.owner, context.now
    asked = _period(period)
    totals = work.usage.totals(owner.id, _since(asked, owner, now))
    lines = [f"{_NAMES[asked]}: {_sum(totals)}."]
    if not line(period):
        for other in (WEEK, TODAY):
            told = _sum(work.usage.totals(owner.id, _since(other, owner, now)))
            lines.append(f"{_NAMES[other]}: {told}.")
    if totals:
        lines += ["", *_table(totals)]
    spending = budget(context.limits, own=owner.budget, zone=owner.zone, now=now)
    state = _state(work.usage.spent(owner.id, spending), spending, owner, now)
    lines += ["", *state] if state else []
    said = "\n".join(lines)
    buttons = tuple(
        Button(label=name, command=f"/cost {other}")
        for other, name in _NAMES.items()
        if other != asked
    )
    return Outcome(result=said, said=said, buttons=buttons)


def dollars(amount: int) -> str:
    """Micro-dollars as people read them: to the cent, or below a dollar to its hundredth."""
    if 0 < amount < 50:
        return "under $0.0001"
    if amount == 0:
        return "$0"
    if amount < 1_000_000:
        small = (amount + 50) // 100
        return f"${small // 10_000}.{small % 10_000:04}"
    cents = (amount + 5_000) // 10_000
    return f"${cents // 100:,}.{cents % 100:02}"


def _period(words: str) -> str:
    plain = line(words).casefold().strip(" .!?")
    found = _WORDS.get(_CARRIERS.sub("", plain))
    if found is None or _OVER.search(plain):
        raise UserError(
            "I can tell what the models cost today, in the last 7 days or this month.",
            buttons=tuple(
                Button(label=name, command=f"/cost {period}") for period, name in _NAMES.items()
            ),
        )
    return found


def _since(period: str, owner: Person, now: datetime) -> datetime:
    """The first instant of the period in the owner's zone."""
    today = wall(now, owner.zone).local.date()
    days = {TODAY: today, WEEK: today - timedelta(days=6), MONTH: today.replace(day=1)}
    return day_bounds(days[period], owner.zone)[0]


def _sum(totals: Sequence[Total]) -> str:
    calls = sum(total.calls for total in totals)
    unknown = sum(total.unknown for total in totals)
    if calls == 0:
        return "no model was asked"
    if unknown == calls:
        return f"{_calls(calls)} of unknown cost"
    known = f"{dollars(sum(total.cost for total in totals))} for {_calls(calls - unknown)}"
    return f"{known}, and {_calls(unknown)} of unknown cost" if unknown else known


def _calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def _table(totals: Sequence[Total]) -> list[str]:
    rows = [
        _HEADINGS,
        *(
            (
                f"{total.vendor}:{total.model}",
                total.purpose,
                f"{total.calls:,}",
                f"{total.input_tokens:,}",
                f"{total.cached_tokens:,}",
                f"{total.output_tokens:,}",
                _cost(total),
            )
            for total in totals
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if at < _LEFT else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _cost(total: Total) -> str:
    if total.unknown == total.calls:
        return "unknown"
    known = dollars(total.cost)
    return f"{known} + {total.unknown:,} unknown" if total.unknown else known


def _state(spent: Spent, spending: Budget, owner: Person, now: datetime) -> list[str]:
    """How the budgets stand. What other people spend is not told, only what follows from it."""
    limits, lines = spending.limits, []
    if limits.person_month is not None:
        share = spent.person * 100 // limits.person_month if limits.person_month else 100
        used = f"{dollars(spent.person)} of {dollars(limits.person_month)} used ({share} %)"
        follows = {
            Standing.LOW: " I ask only the quick model now.",
            Standing.SPENT: f" Until {_next_month(owner, now)} I answer by myself.",
        }.get(standing(spent, Limits(person_month=limits.person_month)), "")
        lines.append(f"Budget of this month: {used}.{follows}")
    follows = {
        Standing.LOW: "is nearly used up: I ask only the quick model until midnight UTC.",
        Standing.SPENT: "is used up: I answer by myself until midnight UTC.",
    }.get(standing(spent, Limits(instance_day=limits.instance_day)), "")
    return [*lines, f"Today's budget for everyone here {follows}"] if follows else lines


def _next_month(owner: Person, now: datetime) -> str:
    first = wall(now, owner.zone).local.date().replace(day=1)
    following: date = (first + timedelta(days=32)).replace(day=1)
    return f"1 {following:%B}"
