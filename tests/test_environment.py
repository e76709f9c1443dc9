"""`make run` on a machine with Python alone: the environment is made, kept, and mended.

Each test works on a copy in a folder of its own that asks for no package, so nothing is fetched.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import environment, settings_table
from tests.program import ROOT

BARE = """
[project]
name = "bare"
dependencies = [{names}]
[dependency-groups]
memory = [{memory}]
dev = []
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that asks for what pip always brings along, prepared."""
    folder = tmp_path_factory.mktemp("made") / "a checkout"
    (folder / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "environment.py", folder / "deploy")
    (folder / "constraints.txt").write_text("# nothing\n")
    ask(folder)
    first = prepare(folder)
    assert (first.returncode, first.stdout) == (0, "")
    assert first.stderr == "Installing what Pixie needs (about 130 MB) into .venv …\nInstalled.\n"
    assert works(folder)
    return folder


@pytest.fixture
def tree(made: Path, tmp_path: Path) -> Path:
    """That checkout in another place, where it does not count as prepared."""
    return Path(shutil.copytree(made, tmp_path / "moved", symlinks=True))


def ask(folder: Path, names: str = '"pip"', memory: str = '"pip"') -> None:
    (folder / "pyproject.toml").write_text(BARE.format(names=names, memory=memory))


def prepare(folder: Path, purpose: str = "run") -> subprocess.CompletedProcess[str]:
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "deploy/environment.py", purpose],
        cwd=folder,
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
        check=False,
    )


def works(folder: Path) -> bool:
    probe = [str(folder / ".venv" / "bin" / "python"), "-m", "pip", "--version"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def test_it_is_done_once_and_again_when_something_changes(tree: Path) -> None:
    assert "Installed." in prepare(tree).stderr
    again = prepare(tree)
    assert (again.returncode, again.stderr) == (0, "")
    (tree / "constraints.txt").write_text("# something else\n")
    changed = prepare(tree)
    assert "Installed." in changed.stderr
    assert "broken" not in changed.stderr


def _no_interpreter(venv: Path) -> None:
    """As after an upgrade of the system's Python."""
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python")


def _no_pip(venv: Path) -> None:
    """As after Ctrl-C while the environment was made."""
    for path in venv.glob("lib/python*/site-packages/pip"):
        shutil.rmtree(path)
    (venv / ".ready-run").unlink()


def _hardly_begun(venv: Path) -> None:
    shutil.rmtree(venv)
    (venv / "bin").mkdir(parents=True)


@pytest.mark.parametrize("damage", [_hardly_begun, _no_interpreter, _no_pip])
def test_what_is_broken_is_found(
    tree: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(environment, "PYTHON", tree / ".venv" / "bin" / "python")
    assert environment.usable()
    damage(tree / ".venv")
    assert not environment.usable()


def test_a_broken_environment_is_made_anew(tree: Path) -> None:
    assert prepare(tree).returncode == 0
    _no_interpreter(tree / ".venv")
    mended = prepare(tree)
    assert mended.returncode == 0, mended.stderr
    assert "The environment in .venv is broken; making it anew." in mended.stderr
    assert works(tree)


def test_what_cannot_be_installed_is_said_and_tried_again(tree: Path) -> None:
    ask(tree, names='"no-such-package-of-pixie"')
    failed = prepare(tree)
    assert failed.returncode == 1
    assert "pip could not install what Pixie needs" in failed.stderr
    assert "no-such-package-of-pixie" in failed.stderr
    assert not (tree / ".venv" / ".ready-run").exists()
    ask(tree)
    assert "Installed." in prepare(tree).stderr


def test_two_at_once_take_turns(tree: Path) -> None:
    """`make run` prepares the memory in the background while someone may start a second one."""
    command = [sys.executable, "deploy/environment.py", "run"]
    both = [
        subprocess.Popen(
            command,
            cwd=tree,
            env={**os.environ, "PIP_NO_INDEX": "1"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(text.count("Installed.") for text in said) == [0, 1]
    assert works(tree)


def test_an_unknown_purpose_is_explained(tree: Path) -> None:
    for purpose in ("", "fly"):
        done = prepare(tree, purpose)
        assert done.returncode == 1
        assert "run|memory|dev" in done.stderr


def test_the_fingerprint_tells_what_has_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = environment.fingerprint(["a", "b"])
    assert environment.fingerprint(["b", "a"]) == mark
    assert environment.fingerprint(["a"]) != mark
    monkeypatch.setattr(sys, "version", "3.99")
    assert environment.fingerprint(["a", "b"]) != mark


def test_everything_that_is_asked_for_is_pinned() -> None:
    lines = environment.CONSTRAINTS.read_text().splitlines()
    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines if "==" in line}
    for _, groups in environment.PURPOSES.values():
        asked = {
            canonicalize_name(Requirement(each).name) for each in environment.requirements(groups)
        }
        assert asked - pinned == set(), "make lock"


def test_the_table_of_settings_is_up_to_date() -> None:
    assert settings_table.PAGE.read_text("utf-8") == settings_table.page(), (
        "python -m deploy.settings_table"
    )
