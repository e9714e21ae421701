"""From which content a site was made, where the project is kept by git."""

import subprocess
from pathlib import Path
from typing import Final

_COMMAND: Final = ("git", "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty=+")


def revision(root: Path) -> str:
    """The commit that a project is at, with a `+` where files differ from it; empty where there is
    no repository, no commit or no git.
    """
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(root), *_COMMAND[1:]],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
