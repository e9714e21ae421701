"""The program: `python -m sitegen`, and the console script."""

import atexit
import os
import sys
from typing import NoReturn

from sitegen.cli import main


def run() -> NoReturn:
    """Run a command, and end without taking memory apart, which takes longer than a small build."""
    try:
        main()
    except SystemExit as end:
        # Here, where its traceback still holds what the command has given back.
        _end(end.code if isinstance(end.code, int) else int(end.code is not None))
    _end(0)


def _end(code: int) -> NoReturn:
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # Whoever read what we say has gone.
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    run()
