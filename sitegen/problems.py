"""What can be wrong, told so that it can be mended: a problem is a value, never a log line."""

import errno
import os
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from msgspec import Struct, structs

_FEW: Final = 20
"""Names that a hint lists; of more, an editor reads none."""


class Severity(StrEnum):
    ERROR = "error"
    """The site cannot be built from this; nothing is written."""
    WARNING = "warning"
    """The site goes out; `--strict` makes it an error."""


class Problem(Struct, frozen=True, order=False):
    """One diagnosed fault. Parsers leave `path` empty; whoever opened the file adds it."""

    message: str
    """What is wrong, as a sentence without a final stop, quoting the bad value."""
    path: str = ""
    """The file, relative to the project, with `/` between folders; empty where none is to blame."""
    line: int = 0
    """The line in that file, counted from 1; 0 where no line is to blame."""
    hint: str = ""
    """What to do about it."""
    severity: Severity = Severity.ERROR

    def at(self, path: str, line: int = 0) -> "Problem":
        """The same problem with its place filled in, as far as it has none of its own."""
        return structs.replace(self, path=self.path or path, line=self.line or line)

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{place}{self.severity}: {self.message}{hint}"


class SitegenError(Exception):
    """The command cannot go on; carries every problem that was found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type["SitegenError"], tuple[tuple[Problem, ...]]]:
        return SitegenError, (self.problems,)


def fault(message: str, path: str = "", line: int = 0, hint: str = "") -> SitegenError:
    """An error with one problem."""
    return SitegenError([Problem(message, path, line, hint)])


def of_os_error(error: OSError, root: str) -> SitegenError:
    """What the file system refused, told as a problem; `root` is the project's folder."""
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    reason = error.strerror or str(error) or type(error).__name__
    shown = path.removeprefix(f"{root}{os.sep}").replace(os.sep, "/")
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = "make room; nothing was lost" if full else ""
    return fault(f"cannot be read or written: {reason}", shown, hint=hint)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By path and line, each once: the same faults are always told in the same order."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.path, p.line, p.severity, p.message, p.hint))
    )


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that forbid the build."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A hint naming the nearest of `choices`, or all if none is near and they are few."""
    names = sorted(choices)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known here: {', '.join(names)}" if 0 < len(names) <= _FEW else ""
