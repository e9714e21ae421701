"""What is in the project's folders now: a scan of `content/` and `static/`."""

import os
import stat
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from sitegen.build.stamps import Stamp, stamp
from sitegen.problems import Problem, Severity

_OUTSIDE = "a symbolic link leads out of the project, to a folder, or nowhere"


class Scan(Struct, frozen=True):
    """The files below a folder."""

    files: dict[str, Stamp]
    """By path relative to the folder, with `/` between folders."""
    problems: tuple[Problem, ...] = ()


def scan(root: Path, folder: str, suffix: str = "", below: str = "") -> Scan:
    """Every regular file below `root/folder` (or `below` it) whose name ends in `suffix`.

    Hidden files are left out. A symbolic link to a file is followed only where it stays inside the
    project, one to a folder never (promise 31).
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    todo = [f"{below}/" if below else ""]
    while todo:
        prefix = todo.pop()
        shown = f"{folder}/{prefix}".rstrip("/")
        try:
            with os.scandir(root / folder / prefix) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(f"{name}/")
                        if suffix and name.endswith(suffix):
                            problems.append(_misnamed(f"{folder}/{name}"))
                    elif entry.name.endswith(suffix):
                        status = _status(entry.path, root, entry.is_symlink())
                        if status is None:
                            problems.append(_refused(f"{folder}/{name}"))
                        else:
                            files[name] = stamp(status, time.time_ns())
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(Problem(f"the folder cannot be read: {error.strerror}", shown))
    return Scan(files, tuple(problems))


def rescan(
    known: Mapping[str, Stamp], root: Path, folder: str, suffix: str, hints: Iterable[str]
) -> Scan:
    """What a scan would find if, since `known`, only the hinted paths had changed.

    Hints are files or folders, relative to `folder`; they need not exist.
    """
    files = dict(known)
    problems: list[Problem] = []
    for hint in sorted(hints):
        path = root / folder / hint
        hidden = any(part.startswith(".") for part in hint.split("/"))
        try:
            status = path.lstat()
        except OSError:
            status = None
        is_folder = not hint or (status is not None and stat.S_ISDIR(status.st_mode))
        if status is None or is_folder:
            gone = f"{hint}/" if hint else ""
            files = {n: s for n, s in files.items() if n != hint and not n.startswith(gone)}
        if hidden or status is None:
            continue
        if is_folder:
            found = scan(root, folder, suffix, hint)
            files |= found.files
            problems += found.problems
            if suffix and hint.endswith(suffix):
                problems.append(_misnamed(f"{folder}/{hint}"))
        elif hint.endswith(suffix):
            inside = _status(os.fspath(path), root, stat.S_ISLNK(status.st_mode))
            if inside is None:
                files.pop(hint, None)
                problems.append(_refused(f"{folder}/{hint}"))
            else:
                files[hint] = stamp(inside, time.time_ns())
    return Scan(files, tuple(problems))


def below(folder: str, hints: frozenset[str]) -> list[str]:
    """The hints that concern a folder, as paths relative to it; "" stands for all of it."""
    if any(f"{folder}/".startswith(f"{hint}/") for hint in hints):
        return [""]
    return [hint.removeprefix(f"{folder}/") for hint in hints if hint.startswith(f"{folder}/")]


def _status(path: str, root: Path, is_link: bool) -> os.stat_result | None:
    """The status of a regular file that is inside the project; None for anything else."""
    try:
        if is_link and not Path(path).resolve().is_relative_to(root.resolve()):
            return None
        status = os.stat(path)  # noqa: PTH116 - called for every file.
    except (OSError, RuntimeError):
        # A link that leads to itself is a RuntimeError to pathlib before Python 3.13.
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _refused(path: str) -> Problem:
    hint = "put the file itself there"
    return Problem(_OUTSIDE, path, hint=hint, severity=Severity.WARNING)


def _misnamed(path: str) -> Problem:
    return Problem("a folder has the name of an article", path, hint="rename it")
