"""What is in the project's folders now: a scan of `content/` and `static/`."""

import os
import stat
import time
from collections.abc import Container, Iterable, Mapping
from itertools import accumulate, chain
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen.build.stamps import Stamp, stamp
from sitegen.problems import Problem, Severity
from sitegen.urls import WELL_KNOWN

ARTICLE: Final = ".md"
"""How the name of an article's file ends."""
_OUTSIDE = "a symbolic link leads out of the project, to a folder, or nowhere"
_SPECIAL = "this is neither a file nor a folder"
_HINT = "put the file itself there"
_UNSEEN: Final = Stamp(0, 0, 0, 0, 0)
"""Of a file that was not looked at: it is racy, so that nothing is taken for granted."""


class Scan(Struct, frozen=True):
    """The files below a folder."""

    files: dict[str, Stamp]
    """By path relative to the folder, with `/` between folders."""
    problems: tuple[Problem, ...] = ()
    odd: frozenset[str] = frozenset()
    """Symbolic links, and what was refused: they may change though nobody touches their names."""


def scan(
    root: Path,
    folder: str,
    suffixes: tuple[str, ...] = ("",),
    below: str = "",
    known: Container[str] | None = None,
) -> Scan:
    """Every regular file below `root/folder` (or `below` it) whose name ends in one of `suffixes`.

    `known`: the articles that were read before; others will be read in any case, and need no stamp.
    Hidden files are left out, but for `.well-known/`. A symbolic link to a file is followed only
    where it stays inside the project, one to a folder never (promise 31).
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    odd: set[str] = set()
    todo = [f"{below}/" if below else ""]
    while todo:
        prefix = todo.pop()
        try:
            with os.scandir(root / folder / prefix) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if entry.name.startswith(".") and name != WELL_KNOWN:
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(f"{name}/")
                        if ARTICLE in suffixes and name.endswith(ARTICLE):
                            problems.append(_misnamed(f"{folder}/{name}"))
                    elif known is not None and _is_new(entry, name, known):
                        files[name] = _UNSEEN
                    elif entry.name.endswith(suffixes):
                        is_link = entry.is_symlink()
                        found = _file(entry.path, root, f"{folder}/{name}", is_link)
                        if isinstance(found, Problem):
                            problems.append(found)
                        elif found:
                            files[name] = found
                        if is_link or isinstance(found, Problem):
                            odd.add(name)
        except FileNotFoundError:
            continue
        except OSError as error:
            shown = f"{folder}/{prefix}".rstrip("/")
            problems.append(Problem(f"the folder cannot be read: {error.strerror}", shown))
    return Scan(files, tuple(problems), frozenset(odd))


def _is_new(entry: "os.DirEntry[str]", name: str, known: Container[str]) -> bool:
    """Whether an entry is plainly an article's file that is not known."""
    return (
        name.endswith(ARTICLE)
        and name not in known
        and name.isascii()
        and entry.is_file(follow_symlinks=False)
    )


def rescan(root: Path, folder: str, suffixes: tuple[str, ...], hints: Iterable[str]) -> Scan:
    """What a scan would find at the hinted paths: files or folders, relative to `folder`, that
    need not exist.
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    odd: set[str] = set()
    for hint in sorted(set(hints)):
        found = _look(root, folder, suffixes, hint)
        files |= found.files
        problems += found.problems
        odd |= found.odd
    return Scan(files, tuple(problems), frozenset(odd))


def hinted_files(hints: Iterable[str], *known: Mapping[str, object]) -> set[str]:
    """Which files are hinted, by name or by a folder that they lie in; "" stands for all."""
    hinted = frozenset(hints)
    found = {hint for hint in hinted if any(hint in names for names in known)}
    if len(found) == len(hinted):
        return found
    names = frozenset(chain(*known))
    folders = {
        folder
        for folder in {name.rpartition("/")[0] for name in names}
        if "" in hinted or not hinted.isdisjoint(accumulate(folder.split("/"), "{}/{}".format))
    }
    return found | {name for name in names if name.rpartition("/")[0] in folders}


def _look(root: Path, folder: str, suffixes: tuple[str, ...], hint: str) -> Scan:
    """What a scan would find at a hint."""
    nothing = Scan({})
    parts = hint.split("/") if hint else []
    below = parts[1:] if parts[:1] == [WELL_KNOWN] else parts
    if any(part.startswith(".") for part in below):
        return nothing
    path = root / folder
    for part in parts[:-1]:
        path /= part
        if path.is_symlink():
            return nothing
    path /= "/".join(parts[-1:])
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return nothing
    if stat.S_ISDIR(status.st_mode):
        found = scan(root, folder, suffixes, hint)
        if ARTICLE in suffixes and hint.endswith(ARTICLE):
            return Scan(found.files, (*found.problems, _misnamed(f"{folder}/{hint}")))
        return found
    if not hint.endswith(suffixes):
        return nothing
    is_link = stat.S_ISLNK(status.st_mode)
    file = _file(os.fspath(path), root, f"{folder}/{hint}", is_link)
    if isinstance(file, Problem):
        return Scan({}, (file,), frozenset([hint]))
    odd = frozenset([hint]) if is_link else frozenset()
    return Scan({hint: file}, (), odd) if file else nothing


def below(folder: str, hints: frozenset[str]) -> list[str]:
    """The hints that concern a folder, as paths relative to it; "" stands for all of it."""
    if any(f"{folder}/".startswith(f"{hint}/") for hint in hints):
        return [""]
    return [hint.removeprefix(f"{folder}/") for hint in hints if hint.startswith(f"{folder}/")]


def _file(path: str, root: Path, shown: str, is_link: bool) -> Stamp | Problem | None:
    """One file; None where it has vanished, a problem where it is not one of this project."""
    try:
        shown.encode()
    except UnicodeEncodeError:
        readable = shown.encode(errors="backslashreplace").decode()
        return Problem("the file's name is not UTF-8", readable, hint="rename it")
    taken = time.time_ns()
    try:
        status = os.stat(path)  # noqa: PTH116 - called for every file.
        refused = is_link and not Path(path).resolve().is_relative_to(root.resolve())
    except FileNotFoundError:
        if not is_link:
            return None
        refused = True
    except (OSError, RuntimeError):
        # A link that leads to itself is a RuntimeError to pathlib before Python 3.13.
        if not is_link:
            raise
        refused = True
    if refused or not stat.S_ISREG(status.st_mode):
        message = _OUTSIDE if is_link else _SPECIAL
        return Problem(message, shown, hint=_HINT, severity=Severity.WARNING)
    return stamp(status, taken)


def _misnamed(path: str) -> Problem:
    return Problem("a folder has the name of an article", path, hint="rename it")
