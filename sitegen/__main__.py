"""The program: `python -m sitegen`, and the console script."""

import atexit
import os
import sys
from typing import NoReturn

from sitegen.cli import main


def run() -> NoReturn:
    """Run a command, and end without taking memory apart, which takes longer than a small build."""
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
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
