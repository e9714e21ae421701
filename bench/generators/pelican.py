"""Pelican (PyPI package `pelican` with its extra `markdown`)."""

import importlib.util
import shutil
import sys
from pathlib import Path

from bench.corpus import Article
from bench.generators.base import SITES, Generator, MissingProgramError, edited, first_line


class Pelican(Generator):
    """A Pelican project: builds from scratch each time, in one process."""

    name = "pelican"
    output = "output"
    caches = ("cache", "__pycache__")
    incremental = False

    def __init__(self, root: Path, program: str = "") -> None:
        super().__init__(root)
        if not program and importlib.util.find_spec("pelican"):
            self._program = [sys.executable, "-m", "pelican"]
        elif found := shutil.which(program or "pelican"):
            self._program = [found]
        else:
            raise MissingProgramError(
                "Pelican is not installed: `pip install 'pelican[markdown]'`, or --pelican PATH"
            )

    def write_project(self) -> None:
        shutil.copytree(
            SITES / "pelican",
            self.root,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )

    def source_of(self, article: Article) -> str:
        """Pelican reads its own header lines, not YAML."""
        name, url = article.source
        return (
            f"Title: {article.title}\nDate: {article.date.isoformat()}\nSlug: {article.slug}\n"
            f"Uuid: {article.id}\nSummary: {article.summary}\nTags: {', '.join(article.tags)}\n"
            f"Source_name: {name}\nSource_url: {url}\n\n{article.body}"
        )

    def command(self) -> list[str]:
        folders = [str(self.root / "content"), "--output", str(self.root / "output")]
        settings = ["--settings", str(self.root / "pelicanconf.py")]
        return [*self._program, *folders, *settings, "--quiet", "--fatal", "errors"]

    def version(self) -> str:
        return f"pelican {first_line([*self._program, '--version'])}"

    def edit_template(self, marker: str) -> None:
        name = "theme/templates/article.html"
        edited(self.root / name, SITES / "pelican" / name, marker)
