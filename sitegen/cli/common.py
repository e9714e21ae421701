"""What every command shares: where the project is, how much to say, how faults end it."""

import errno
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sitegen.console import counted, listed, say
from sitegen.problems import Problem, SitegenError, errors, fault

if TYPE_CHECKING:
    from sitegen.build import Choice
    from sitegen.preview.attempt import Attempt
    from sitegen.preview.loop import Tell

_PROJECT: Final = "sitegen.toml"
_HINTS: Final = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room, or ask for more",
    errno.EACCES: "may you write there?",
    errno.EPERM: "may you write there?",
    errno.EROFS: "may you write there?",
}


def command(function: Callable[..., object]) -> Callable[..., object]:
    """What every command shares: where the project is, how much to say, how faults end it.

    What a command gives back is kept until the process ends, which spares taking it apart.
    """

    @click.option("--root", type=click.Path(path_type=Path), help="The project's folder.")
    @click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
    @click.option("-v", "--verbose", is_flag=True, help="Say how long each stage took.")
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> object:
        try:
            return function(*args, **kwargs)
        except SitegenError as error:
            failed = len(errors(error.problems))
            why = counted(failed, "error") if failed else "warnings, and `--strict`"
            tell(error.problems, bool(kwargs.get("verbose")), f"{why}; nothing was written")
            sys.exit(1)
        except BrokenPipeError:
            raise  # Whoever read what we say has gone: click ends without a word.
        except OSError as error:
            tell((refused(error),))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


def refused(error: OSError) -> Problem:
    """What the system refused, and what to do about it."""
    hint = _HINTS.get(error.errno or 0, "")
    return Problem(error.strerror or str(error), str(error.filename or ""), hint=hint)


jobs = click.option("--jobs", type=click.IntRange(0), default=0, help="Processes; 0: one a core.")


def building(function: Callable[..., object]) -> Callable[..., object]:
    """Which articles are published, and with how many processes."""
    for option in (
        jobs,
        click.option("--future", is_flag=True, help="Publish articles dated in the future."),
        click.option("--drafts", is_flag=True, help="Publish drafts."),
    ):
        function = option(function)
    return function


def is_new(project: Path) -> bool:
    """Whether nothing was built there yet, or its cache was deleted."""
    return not (project / ".sitegen/cache.db").exists()


def find_project(root: Path | None) -> Path:
    """The folder given, or the nearest one upwards that holds a `sitegen.toml`."""
    if root is not None:
        if not (root / _PROJECT).exists():
            raise fault(f"there is no `{_PROJECT}` in `{root}`", hint="`sitegen new` makes one")
        return root
    for folder in (Path.cwd() / _PROJECT).parents:
        if (folder / _PROJECT).is_file():
            return folder
    hint = "`sitegen new DIR` makes a project; `--root DIR` names one"
    raise fault(f"there is no `{_PROJECT}` here or in a folder above", hint=hint)


def choice(drafts: bool, future: bool) -> "Choice":
    from sitegen import dates
    from sitegen.build import Choice

    return Choice(dates.now(), drafts, future)


def tell(problems: "tuple[Problem, ...]", verbose: bool = False, outcome: str = "") -> None:
    """Problems on the error stream, and what came of them."""
    for line in listed(problems, verbose):
        click.echo(line, err=True)
    if outcome or errors(problems):
        click.echo(outcome or counted(len(errors(problems)), "error"), err=True)


def teller(root: Path, first: ExitStack, quiet: bool, verbose: bool) -> "Tell":
    """Says a line for each build, and each new problem. `first`: what the first build shows."""
    from sitegen.preview.excerpts import excerpt

    def tell(attempt: "Attempt") -> None:
        first.close()
        for line in listed(attempt.fresh, verbose, partial(excerpt, root)):
            click.echo(line, err=True)
        say(f"{time.strftime('%H:%M:%S')}  {attempt.summary}", quiet and not attempt.failed)

    return tell
