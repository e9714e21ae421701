"""The lines of a file that a problem is about."""

import stat
from pathlib import Path
from typing import Final

from sitegen.problems import Problem

_AROUND: Final = 2
"""Lines shown before and after the one to blame."""
_LONGEST: Final = 200
_LARGEST: Final = 1 << 20


def excerpt(root: Path, problem: Problem) -> tuple[tuple[int, str], ...]:
    """Line numbers and lines; none where no line is to blame, or the file is not the project's."""
    if not problem.line or not problem.path:
        return ()
    path = root / problem.path
    try:
        status = path.stat()
        inside = path.resolve().is_relative_to(root.resolve())
        if not inside or not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return ()
        lines = path.read_text("utf-8", "replace").splitlines()
    except (OSError, ValueError, RuntimeError):
        return ()
    first = max(1, problem.line - _AROUND)
    chosen = lines[first - 1 : problem.line + _AROUND]
    return tuple((first + n, _printable(line)) for n, line in enumerate(chosen))


def _printable(line: str) -> str:
    """A line without what could steer a terminal."""
    text = line[:_LONGEST].expandtabs(4)
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
