"""Pixie as a process of its own: started, talked to through a pipe or a terminal, and ended."""

import contextlib
import ctypes
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds until what was expected has to be there."""
_CODES = re.compile(rb"\x1b\][^\x07]*\x07|\x1b[\[(][0-9;?]*[A-Za-z]|\x1b[=>]|\r")
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def settings(data: Path, **more: str) -> dict[str, str]:
    """An environment in which nothing of the developer's own Pixie is touched."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PIXIE_")}
    return {
        **ours,
        "PIXIE_DATA": str(data),
        "PIXIE_DATABASE_URL": f"sqlite:///{data}/pixie.db",
        "PIXIE_EMBEDDINGS": "off",
        "PIXIE_WEB_PORT": "0",
        "PYTHONWARNINGS": "default",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "TERM": "xterm",
        "TZ": "Europe/Lisbon",
        **more,
    }


def run(
    *arguments: str,
    data: Path,
    typed: bytes | None = None,
    before: Callable[[], None] | None = None,
    environment: Mapping[str, str] = {},
) -> subprocess.CompletedProcess[str]:
    """`main.py` with these arguments until it ends; without `typed`, it has no input."""
    done = subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=settings(data, **environment),
        stdin=subprocess.DEVNULL if typed is None else None,
        input=typed,
        capture_output=True,
        timeout=PATIENCE,
        preexec_fn=before,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def obey_modes() -> None:
    """Called in the child: folders that cannot be written cannot be written by root either."""
    if os.geteuid() == 0:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if ctypes.CDLL(None, use_errno=True).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")


class Headless:
    """A Pixie without a terminal; what it logs can be waited for."""

    def __init__(
        self, data: Path, *arguments: str, stdin: int, environment: Mapping[str, str]
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "main.py", *(arguments or ("run",))],
            cwd=ROOT,
            env=settings(data, **environment),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        self._out = self.process.stdout.fileno()
        self._heard = b""

    def hear(self, text: str) -> str:
        """Wait until it has said this; returns all that it said."""
        self._heard = _until(self._out, self._heard, lambda heard: text.encode() in heard)
        return self._heard.decode()

    def ended(self, number: int) -> tuple[int, float, str]:
        """Send the signal; its exit code, the seconds it took, and what it said last."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        took = time.monotonic() - began
        assert self.process.stdout is not None
        return code, took, self.process.stdout.read().decode()


class Terminal:
    """A Pixie at a terminal of 100 columns, and the person before it."""

    def __init__(self, data: Path, *arguments: str, **more: str) -> None:
        self._ours, self._theirs = pty.openpty()
        termios.tcsetwinsize(self._theirs, (40, 100))
        self.modes = termios.tcgetattr(self._theirs)
        self.process = subprocess.Popen(
            [sys.executable, "main.py", *(arguments or ("chat",))],
            cwd=ROOT,
            env=settings(data, **more),
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            start_new_session=True,
        )
        self._heard = b""
        self._seen = 0

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._ours, text.encode())

    def see(self, pattern: str) -> re.Match[str]:
        """Wait until the pattern is on the screen after what was seen before."""

        def seen(heard: bytes) -> re.Match[str] | None:
            text = _CODES.sub(b"", heard).decode("utf-8", "replace")
            return re.compile(pattern).search(text, self._seen)

        self._heard = _until(self._ours, self._heard, seen)
        found = seen(self._heard)
        assert found is not None
        self._seen = found.end()
        return found

    def ended(self) -> int:
        """Wait for the exit code."""
        while self.process.poll() is None:
            # A terminal that nobody reads would keep it from ending.
            with contextlib.suppress(OSError):
                if select.select([self._ours], [], [], 0.05)[0]:
                    os.read(self._ours, 65536)
        return self.process.returncode

    def modes_now(self) -> list[object]:
        """The terminal's settings, as they are left for the shell."""
        return termios.tcgetattr(self._theirs)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)


@contextlib.contextmanager
def terminal(data: Path, *arguments: str, **more: str) -> Iterator[Terminal]:
    """A Pixie at a terminal, ended in any case."""
    opened = Terminal(data, *arguments, **more)
    try:
        yield opened
    finally:
        opened.close()


@contextlib.contextmanager
def headless(
    data: Path,
    *arguments: str,
    stdin: int = subprocess.DEVNULL,
    environment: Mapping[str, str] = {},
) -> Iterator[Headless]:
    """A Pixie without a terminal, ended in any case."""
    opened = Headless(data, *arguments, stdin=stdin, environment=environment)
    try:
        yield opened
    finally:
        if opened.process.poll() is None:
            opened.process.kill()
            opened.process.wait()
        assert opened.process.stdout is not None
        opened.process.stdout.close()


def _until(source: int, heard: bytes, enough: Callable[[bytes], object]) -> bytes:
    ends = time.monotonic() + PATIENCE
    while not enough(heard):
        left = ends - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            raise AssertionError(f"not within {PATIENCE} s; heard {heard!r}")
        more = os.read(source, 65536)
        if not more:
            raise AssertionError(f"it ended; heard {heard!r}")
        heard += more
    return heard
