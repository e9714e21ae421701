"""Which versions of other projects are installed, told by the names of the folders that say so.

`importlib.metadata` reads each project's whole description for it, which takes longer than all else
that a build with nothing to do does. Source: "Recording installed projects", PyPA specifications.
"""

import os
import re
import sys
from functools import lru_cache
from typing import Final

_TOLD: Final = (".dist-info", ".egg-info")


def version(name: str) -> str:
    """The version of a project by its name on PyPI; `none` where it is not installed."""
    return _installed().get(_normal(name), "none")


@lru_cache(maxsize=1)
def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - names are all that is wanted.
        except OSError:
            # A zip archive, or a folder that is not there.
            continue
        for told in names:
            if told.endswith(_TOLD) and "-" in told.rpartition(".")[0]:
                name, number = told.rpartition(".")[0].split("-")[:2]
                # What comes first on the path is what is imported.
                found.setdefault(_normal(name), number)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
