"""The real program in a process of its own: what it answers, how it fails, and how it ends."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import settings
from core.errors import ConfigError
from tests import program
from tests.test_architecture import ROOMS

GOES_ON = "no terminal: Pixie runs until it is stopped"


def failed(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It said in one sentence why it cannot go on."""
    assert done.returncode == 1, done
    assert done.stderr.startswith("Pixie cannot go on. "), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


# --- what it answers ---


def test_lines_from_a_pipe_are_answered_and_it_ends(tmp_path: Path) -> None:
    typed = b"remind me in 2 minutes to stretch\n\n/week\n"
    done = program.run("run", data=tmp_path, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    first, _, week = done.stdout.partition("\n")
    assert "#1 stretch" in first
    assert "1 reminder" in week


def test_a_number_in_a_pipe_presses_a_button(tmp_path: Path) -> None:
    typed = b"remind me to stretch tomorrow at 9\n3\n"
    done = program.run("run", data=tmp_path, typed=typed)
    assert "[3] Cancel" in done.stdout
    assert "cancelled" in done.stdout


def test_a_file_is_read_like_a_pipe(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_bytes("remind me to call José tomorrow at 9\n\xff\n".encode("latin-1"))
    with (
        lines.open("rb") as source,
        program.headless(tmp_path / "data", stdin=source.fileno()) as pixie,
    ):
        assert pixie.process.wait(program.PATIENCE) == 0
        assert "#1 call Jos" in pixie.hear("Cancel")


def test_one_message_and_its_answer(tmp_path: Path) -> None:
    done = program.run("say", "remind me to", "stretch tomorrow at 9", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "⏰ #1 stretch · " in done.stdout
    assert "09:00 (Lisbon)" in done.stdout


def test_whatever_is_said_is_answered(tmp_path: Path) -> None:
    typed = [
        "\x1b]0;owned\x07\x1b[2J",
        "add a task: \x1b[31mred \u202eעברית 👋",
        "x" * 100_000,
        "\0",
    ]
    done = program.run("run", data=tmp_path, typed="\n".join(typed).encode() + b"\n\xff\xfe")
    assert (done.returncode, done.stderr) == (0, "")
    assert "עברית 👋" in done.stdout
    assert "100,000 characters" in done.stdout
    assert not set(done.stdout) & set("\x1b\x07\u202e\0")


def test_a_message_may_have_several_lines_and_half_a_character(tmp_path: Path) -> None:
    done = program.run("say", "remind me to stretch\ntomorrow at 9 \udce9", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "stretch" in done.stdout


def test_an_answer_fits_an_old_terminal(tmp_path: Path) -> None:
    done = program.run(
        "say", "remind me at 9 to stretch", data=tmp_path, environment={"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "#1 stretch" in done.stdout


def test_it_answers_with_the_base_packages_alone(tmp_path: Path) -> None:
    """As on the first day, while `make run` still fetches the others in the background."""
    code = f"""
import runpy, sys
sys.modules.update(dict.fromkeys({sorted(modules_beyond_the_base())!r}))
sys.argv = ["main.py", "say", "remember that the key is with Ana"]
runpy.run_path("main.py", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=program.ROOT,
        env=program.settings(tmp_path, PIXIE_EMBEDDINGS="auto"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "the key is with Ana" in done.stdout
    assert "Traceback" not in (tmp_path / "pixie.log").read_text()


def modules_beyond_the_base() -> set[str]:
    """What can be imported here and is not installed by `make run` before the first answer."""
    project = tomllib.loads((program.ROOT / "pyproject.toml").read_text())["project"]
    base: set[str] = set()
    left = [Requirement(line) for line in project["dependencies"]]
    while left:
        requirement = left.pop()
        extras = requirement.extras or {""}
        name = canonicalize_name(requirement.name)
        if name in base and extras == {""}:
            continue
        base.add(name)
        for line in distribution(name).requires or []:
            needed = Requirement(line)
            if any(needed.marker is None or needed.marker.evaluate({"extra": e}) for e in extras):
                left.append(needed)
    found = packages_distributions()
    return {
        module
        for module, owners in found.items()
        if module.isidentifier()
        and module not in sys.stdlib_module_names
        and module not in ROOMS
        and not base & {canonicalize_name(owner) for owner in owners}
    }


# --- how it fails ---


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("PIXIE_LOG_LEVEL", "loud", "'WARNING' or 'ERROR'"),
        ("PIXIE_WEB_PORT", "abc", "a valid integer"),
        ("PIXIE_DATABASE_URL", "postgresql://me:geheim@db:abc/x", "must look like sqlite:///"),
        ("PIXIE_DATABASE_URL", "postgresql://me:geheim@127.0.0.1:1/x", "No database answers at"),
        ("PIXIE_QDRANT_URL", "localhost", "http(s) URL"),
        ("PIXIE_EMBEDDINGS", "banana", "use auto, off, or a model's folder"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, mend: str) -> None:
    done = program.run("say", "hello", data=tmp_path, environment={name: value})
    failed(done, f"{name}: ", mend)
    assert "geheim" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("PIXIE_WEB_PORT", "70000", "less than or equal to 65535"),
        ("PIXIE_PUBLIC_URL", "pixie.example.org", "must look like https://pixie.example.org"),
        ("PIXIE_LOG_LEVEL", " ", "Input should be 'DEBUG'"),
    ],
)
def test_a_setting_out_of_range_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    monkeypatch.setattr(settings, "ENV_FILE", None)
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=mend) as caught:
        settings.read_settings()
    assert caught.value.setting == name


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV_FILE", None)
    for name in ("PIXIE_LOG_LEVEL", "PIXIE_QDRANT_URL", "PIXIE_DATABASE_URL", "PIXIE_DATA"):
        monkeypatch.setenv(name, "")
    found = settings.read_settings()
    assert found.qdrant.qdrant_url is None
    assert found.pixie.url() == f"sqlite:///{settings.ROOT / 'data' / 'pixie.db'}"


def test_a_second_pixie_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with program.headless(tmp_path) as first:
        first.hear(GOES_ON)
        failed(program.run("say", "hello", data=tmp_path), "PIXIE_DATA", "another Pixie is running")
        assert first.ended(signal.SIGTERM)[0] == 0
    assert program.run("say", "hello", data=tmp_path).returncode == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        for data in (tmp_path, tmp_path / "new"):
            done = program.run("say", "hello", data=data, before=program.obey_modes)
            failed(done, "PIXIE_DATA", str(data), "Permission denied", "another folder")
    finally:
        tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    failed(program.run("say", "hello", data=tmp_path / "data"), "PIXIE_DATA", "File exists")
    assert (tmp_path / "data").read_text() == "mine"


@pytest.mark.parametrize("room", [1_000, 60_000], ids=["none at all", "not for a database"])
def test_a_full_disk_is_said(tmp_path: Path, room: int) -> None:
    """No file may grow beyond `room` bytes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = program.run("say", "hello", data=tmp_path, before=limit)
    failed(done, "PIXIE_DATA", "space" if room == 1_000 else "room")


@contextlib.contextmanager
def disk(folder: Path, size: int) -> Iterator[bool]:
    """A folder with this much room; False where it has more, for only root may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = (
        shutil.which("mount") is not None
        and os.geteuid() == 0
        and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("size", [20_000, 100_000], ids=["for nothing", "not for a database"])
def test_a_small_disk_is_said(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "disk"
    with disk(folder, size) as small:
        done = program.run("say", "hello", data=folder)
    if small:
        failed(done, "PIXIE_DATA", "room")
    else:
        assert done.returncode == 0


NO_ROOM = "There is no room left on the disk where PIXIE_DATA is: free some"
SAID = b"remember that " + b"tea " * 2475
"""Its answer takes several times the room that it takes itself."""


def fill(folder: Path, left: int) -> Path:
    """Once all is stored, leave this much room on a disk; returns what takes the rest."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/pixie.db?mode=ro", uri=True)) as rows:
        while rows.execute("SELECT 1 FROM outbox WHERE settled_at IS NULL").fetchone():
            pass
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * (shutil.disk_usage(folder).free - left))
    return ballast


@pytest.mark.parametrize(
    ("left", "mend"),
    [(0, "and say it again."), (65_536, "and I go on where I stopped. What you said is kept.")],
    ids=["for what is said", "for the answer"],
)
def test_a_disk_that_fills_up_ends_a_pipe_and_loses_nothing(
    tmp_path: Path, left: int, mend: str
) -> None:
    folder = tmp_path / "disk"
    ours, theirs = os.pipe()
    with disk(folder, 3_000_000) as small, os.fdopen(theirs, "wb", 0) as typing:
        with program.headless(folder, stdin=ours) as pixie:
            os.close(ours)
            typing.write(b"remind me to stretch tomorrow at 9\n/week\n")
            pixie.hear("1 reminder")
            ballast = fill(folder, left) if small else None
            typing.write(SAID + b"\n")
            typing.close()
            assert pixie.process.wait(program.PATIENCE) == int(small)
            assert pixie.process.stdout is not None
            heard = pixie.process.stdout.read().decode()
        assert (f"Pixie cannot go on. {NO_ROOM}" in heard) is small
        assert (mend in heard) is small
        assert "Traceback" not in heard
        if ballast is not None:
            ballast.unlink()
        done = program.run("say", "/week", data=folder)
        assert done.returncode == 0
        assert "1 reminder" in done.stdout
        assert ("tea tea" in done.stdout) is (small and left > 0)


def test_a_disk_that_fills_up_does_not_end_the_conversation(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    with disk(folder, 3_000_000) as small, program.terminal(folder) as pixie:
        pixie.see("Ctrl-D ends")
        pixie.type("remind me to stretch tomorrow at 9\r")
        pixie.see("Undo")
        ballast = fill(folder, 0) if small else None
        if ballast is not None:
            pixie.type("remind me to eat tomorrow at 10\r")
            pixie.see("and say it again")
            ballast.unlink()
        pixie.type("remind me to eat tomorrow at 10\r")
        pixie.see("#2 eat")
        pixie.type("\x04")
        assert pixie.ended() == 0


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database " * 1000)


def _truncated(path: Path) -> None:
    assert program.run("say", "remember that tea is hot", data=path.parent).returncode == 0
    os.truncate(path, path.stat().st_size // 4096 // 2 * 4096)


@pytest.mark.parametrize("damage", [_garbage, _truncated])
def test_a_damaged_database_is_left_as_it_is(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "pixie.db"
    damage(path)
    before = path.read_bytes()
    failed(program.run("say", "hello", data=tmp_path), "PIXIE_DATA", "damaged", "backup")
    assert path.read_bytes() == before


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = program.run("run", data=tmp_path, environment={"PIXIE_WEB_PORT": port})
        said = [line for line in done.stderr.splitlines() if line.startswith("Pixie cannot")]
        assert done.returncode == 1
        assert said == [
            f"Pixie cannot go on. PIXIE_WEB_PORT: Port {port} is taken; stop what listens there "
            "or set another."
        ]
        assert "Traceback" not in done.stderr


def test_an_unknown_command_is_explained(tmp_path: Path) -> None:
    done = program.run("fly", data=tmp_path)
    assert done.returncode == 2
    assert "invalid choice: 'fly'" in done.stderr


def test_nobody_reads_the_answer(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [sys.executable, "main.py", "say", "/help"],
        cwd=program.ROOT,
        env=program.settings(tmp_path),
        stdout=theirs,
        stderr=subprocess.PIPE,
        timeout=program.PATIENCE,
        check=False,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (1, b"")


# --- how it ends ---

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_without_a_terminal(tmp_path: Path, number: int) -> None:
    with program.headless(tmp_path) as pixie:
        pixie.hear(GOES_ON)
        code, seconds, said = pixie.ended(number)
    assert code == 0
    assert seconds < 5
    assert "Traceback" not in said
    assert "Warning" not in said


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_while_a_pipe_is_silent(tmp_path: Path, number: int) -> None:
    ours, theirs = os.pipe()
    try:
        with program.headless(tmp_path, stdin=ours) as pixie:
            os.write(theirs, b"/help\n")
            pixie.hear("remind me")
            code, seconds, said = pixie.ended(number)
    finally:
        os.close(ours)
        os.close(theirs)
    assert code == 0
    assert seconds < 5
    assert "Traceback" not in said


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_idle_at_the_prompt(tmp_path: Path, number: int) -> None:
    with program.terminal(tmp_path) as pixie:
        pixie.see("Ctrl-D ends")
        pixie.see("you    ")
        pixie.type("half a sent")
        pixie.see("half a sent")
        pixie.process.send_signal(number)
        assert pixie.ended() == 0
        assert pixie.modes_now() == pixie.modes


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_key_ends_it(tmp_path: Path, key: str) -> None:
    with program.terminal(tmp_path) as pixie:
        pixie.see("you    ")
        pixie.type(key)
        assert pixie.ended() == 0
        assert pixie.modes_now() == pixie.modes


# --- at the terminal ---


def test_a_conversation_at_the_terminal(tmp_path: Path) -> None:
    with program.terminal(tmp_path) as pixie:
        pixie.see("Ctrl-D ends")
        pixie.type("remind me to call mom tomorrow at 2pm\r")
        cancel = pixie.see(r"pixie  ⏰ #1 call mom · .* 14:00 \(Lisbon\)\n.*\[(\d)\] Cancel")[1]
        pixie.type(f"{cancel}\r")
        pixie.see("call mom · .* · cancelled")
        pixie.type("\x1b[A\x1b[A\r")
        pixie.see("#2 call mom")
        pixie.type("\x04")
        assert pixie.ended() == 0
    assert (tmp_path / "history").read_text().count("+remind me to call mom") >= 1
    assert "Traceback" not in (tmp_path / "pixie.log").read_text()


def test_the_terminal_keeps_its_modes_when_pixie_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with program.terminal(tmp_path, "run", PIXIE_WEB_PORT=port) as pixie:
            pixie.see("Pixie cannot go on. PIXIE_WEB_PORT")
            assert pixie.ended() == 1
            assert pixie.modes_now() == pixie.modes
            assert pixie.modes[3] & termios.ECHO
