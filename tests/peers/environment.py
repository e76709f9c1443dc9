"""Where a peer lives that is no dependency of ours."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(requirement: str) -> Path:
    """The Python of an environment with this package (`name==version`), made when missing."""
    home = ROOT / ".peers" / requirement.replace("==", "-")
    python, ready = home / "bin" / "python", home / ".ready"
    if not ready.exists():
        print(f"Installing {requirement} into {home.relative_to(ROOT)} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-input", requirement], check=True)
        ready.touch()
    return python


def node_modules(package: str) -> Path:
    """The modules that this package of npm's (`name@version`) brings, fetched when missing.

    Nothing of theirs runs while they are installed.
    """
    home = ROOT / ".peers" / package.strip("@").replace("/", "-").replace("@", "-")
    ready = home / ".ready"
    if not ready.exists():
        print(f"Installing {package} into {home.relative_to(ROOT)} …", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        # A package.json of its own keeps npm from looking for one further up.
        (home / "package.json").write_text('{"private": true}\n')
        npm = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*npm, "--save-exact", package], cwd=home, check=True)
        ready.touch()
    return home / "node_modules"
