"""Seconds from the start of the process to the first answer, and the memory it takes.

`python -m bench.startup [--runs 7]` starts `main.py say` anew each time, on data that is there
already, and compares it with a bare `python -c "import fastapi, sqlalchemy"`. The median of all
runs; the two take turns, so that a busy machine slows both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = "import fastapi, sqlalchemy"
SAID = "remind me to call mom tomorrow at 2pm"
IMPORTED = "import main, db.sqlite"
"""What is imported before anything is opened."""


def once(*arguments: str, data: str) -> tuple[float, float, float]:
    """Seconds to the first line, or to the end if there is none; to the end; and MB at most."""
    environment = {**os.environ, "PIXIE_DATA": data, "PIXIE_DATABASE_URL": ""}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    answered = process.stdout.readline()
    first = time.perf_counter() - began
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    whole = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or (arguments[0] == "main.py" and not answered):
        raise SystemExit(f"{arguments} failed")
    return first, whole, used.ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=7)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as data:
        once("main.py", "say", SAID, data=data)
        bare, start, say = [], [], []
        for _ in range(runs):
            bare.append(once("-c", BARE, data=data))
            start.append(once("-c", IMPORTED, data=data))
            say.append(once("main.py", "say", SAID, data=data))
    bare_s = statistics.median(whole for _, whole, _ in bare)
    start_s = statistics.median(whole for _, whole, _ in start)
    answer_s = statistics.median(first for first, _, _ in say)
    end_s = statistics.median(whole for _, whole, _ in say)
    rss = statistics.median(memory for _, _, memory in say)
    print(f"{BARE:32} {bare_s:6.2f} s")
    print(f"{'Pixie imported':32} {start_s:6.2f} s")
    print(f"{'first answer':32} {answer_s:6.2f} s   {answer_s / bare_s:.2f} times the bare import")
    print(f"{'ended':32} {end_s:6.2f} s   {rss:.0f} MB at most")
    figures = {
        "start_s": round(start_s, 3),
        "answer_s": round(answer_s, 3),
        "rss_mb": round(rss, 1),
        "ratio": round(answer_s / bare_s, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
