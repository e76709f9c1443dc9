"""Kills Pixie as often as you like. The last line is JSON.

    python -m bench.crash                                      both databases
    REMINDERS=10000 KILLS=200 python -m bench.crash postgresql

REMINDERS, MESSAGES, KILLS, PEOPLE, REPLICAS and SEED are read from the environment.
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict

from bench.databases import DATABASES, database
from tests.crash.storm import Damage, storm

COUNTED = (
    "lost",
    "effects_twice",
    "duplicates",
    "duplicates_unmarked",
    "duplicates_findable",
    "out_of_order",
    "kills",
)


async def rage(kind: str) -> Damage:
    def number(name: str, otherwise: int) -> int:
        return int(os.environ.get(name, otherwise))

    async with database(kind) as url:
        return await storm(
            url,
            reminders=number("REMINDERS", 10_000),
            messages=number("MESSAGES", 2_000),
            kills=number("KILLS", 200),
            people=number("PEOPLE", 500),
            replicas=number("REPLICAS", 1),
            patience=600,
            seed=number("SEED", 1),
        )


def main() -> None:
    damages = {kind: asdict(asyncio.run(rage(kind))) for kind in sys.argv[1:] or DATABASES}
    for kind, damage in damages.items():
        print(kind, damage)
    totals = {name: sum(damage[name] for damage in damages.values()) for name in COUNTED}
    print(json.dumps({**totals, "databases": damages}))


if __name__ == "__main__":
    main()
