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
