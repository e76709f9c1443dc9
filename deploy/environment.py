"""Make .venv ready for a purpose: `python3 deploy/environment.py run|memory|dev`.

Needs nothing but Python 3.11. Installs with pip what pyproject.toml names, at the versions that
constraints.txt pins; does nothing when that is done already; mends a half-made environment.
"""

import fcntl
import hashlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
PURPOSES = {
    "run": ("what Pixie needs (about 130 MB)", ()),
    "memory": ("search by meaning (about 300 MB)", ("memory",)),
    "dev": ("the tools for development (about 400 MB)", ("memory", "dev")),
}
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
"""Where Linux gets torch without gigabytes of CUDA (pytorch.org, "Get started locally")."""


def requirements(groups: tuple[str, ...]) -> list[str]:
    """The base and these groups, as pip takes them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = list(project["project"]["dependencies"])
    for group in groups:
        names += project["dependency-groups"][group]
    return names


def fingerprint(names: list[str]) -> str:
    """Changes whenever something else has to be installed."""
    parts = [*sorted(names), CONSTRAINTS.read_text("utf-8"), sys.version, str(ROOT)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def usable() -> bool:
    """The environment's Python starts and has its pip."""
    if not PYTHON.exists():
        return False
    probe = [str(PYTHON), "-c", "import pip, sys; sys.exit(sys.prefix == sys.base_prefix)"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def create() -> None:
    """A new, empty environment; a broken one is cleared away."""
    if VENV.exists():
        say("The environment in .venv is broken; making it anew.")
        shutil.rmtree(VENV)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            "Python could not make a virtual environment. On Debian and Ubuntu: "
            "apt install python3-venv.\n" + made.stdout + made.stderr
        )


def cpu_index() -> list[str]:
    """pip's option for torch's CPU wheels, on Linux and where that index answers."""
    if platform.system() != "Linux":
        return []
    host = CPU_WHEELS.split("/")[2]
    try:
        socket.create_connection((host, 443), timeout=3).close()
    except OSError:
        return []
    return ["--extra-index-url", CPU_WHEELS]


def install(names: list[str], what: str, options: list[str]) -> None:
    """Run pip and show how far it is."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", "-c", str(CONSTRAINTS), *options, *names]
    kept: list[str] = []
    count = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            kept = [*kept[-40:], line]
            if found := re.match(r"Collecting (\S+)", line):
                count += 1
                progress(f"{count} packages: {found[1]}")
            elif line.startswith("Installing collected"):
                progress("unpacking …")
    progress("")
    if pip.returncode:
        fail(f"pip could not install {what}:\n" + "".join(kept))


def progress(text: str) -> None:
    """One line that changes, for eyes only."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{text[:width]}", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> None:
    say(text)
    raise SystemExit(1)


def main() -> None:
    """Install for one purpose, unless that is done."""
    if sys.version_info < (3, 11):
        fail(f"Pixie needs Python 3.11 or newer; this is {platform.python_version()}.")
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in PURPOSES:
        fail(__doc__)
    what, groups = PURPOSES[purpose]
    names = requirements(groups)
    mark = VENV / f".ready-{purpose}"
    wanted = fingerprint(names)
    if mark.exists() and mark.read_text() == wanted and PYTHON.exists():
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not usable():
            create()
        if mark.exists() and mark.read_text() == wanted:
            return
        say(f"Installing {what} into .venv …")
        # If this breaks off, what was ready before may not be any more.
        mark.unlink(missing_ok=True)
        install(names, what, cpu_index() if "memory" in groups else [])
        scratch = mark.with_suffix(".new")
        scratch.write_text(wanted)
        scratch.replace(mark)
        say("Installed.")


if __name__ == "__main__":
    main()
