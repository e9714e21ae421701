"""The generators that are compared, each of which writes an equal site from the same corpus."""

from collections.abc import Callable
from pathlib import Path

from bench.generators.base import Generator, MissingProgramError
from bench.generators.hugo import Hugo
from bench.generators.pelican import Pelican
from bench.generators.sitegen import Sitegen, SitegenAll

__all__ = ["GENERATORS", "Generator", "MissingProgramError"]

GENERATORS: dict[str, Callable[[Path, str], Generator]] = {
    "sitegen": Sitegen,
    "sitegen_all": SitegenAll,
    "hugo": Hugo,
    "pelican": Pelican,
}
"""By name: made from the project's folder and the program's path ("": look for it)."""
