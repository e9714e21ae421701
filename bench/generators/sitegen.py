"""sitegen itself, from this repository, with its shipped theme."""

import shutil
import subprocess
import sys
from pathlib import Path

from bench.corpus import ZONE, Article, Corpus, front_matter
from bench.generators.base import REPOSITORY, TITLE, URL, Generator, first_line


class Sitegen(Generator):
    """A sitegen project with the shipped theme, and of what it publishes what the others do too."""

    name = "sitegen"
    settings = """
[feeds]
formats = ["rss"]
archive = false

[editions]
email = false
"""
    """The others have one kind of feed, of the newest articles alone, and no e-mails."""
    output = "output"
    caches = (".sitegen",)
    incremental = True

    def __init__(self, root: Path, program: str = "") -> None:
        super().__init__(root)
        self._program = [program] if program else [sys.executable, "-m", "sitegen"]

    def write_project(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "sitegen.toml").write_text(
            f'[site]\ntitle = "{TITLE}"\nurl = "{URL}"\nlanguage = "en"\ntimezone = "{ZONE}"\n'
            # The others draw no cards for shares either.
            f"\n[images]\nsocial = false\n{self.settings}",
            encoding="utf-8",
        )

    def by_date(self, corpus: Corpus) -> list[str]:
        """Editions: a page for each day."""
        return sorted({f"{article.date:%Y/%m/%d}/index.html" for article in corpus})

    def source_of(self, article: Article) -> str:
        return front_matter(article)

    def command(self) -> list[str]:
        return [*self._program, "build", "--root", str(self.root), "-q"]

    def server(self, port: int) -> list[str]:
        return [*self._program, "serve", "--root", str(self.root), "--port", str(port)]

    def version(self) -> str:
        describe = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"]
        commit = subprocess.run(describe, capture_output=True, text=True, check=False)
        version = first_line([*self._program, "--version"]).replace(", version", "")
        return f"{version} ({commit.stdout.strip() or 'not committed'})"

    def edit_template(self, marker: str) -> None:
        """Overrides the shipped article template by one that extends it."""
        template = self.root / "themes/digest/templates/article.html"
        if not marker:
            shutil.rmtree(self.root / "themes", ignore_errors=True)
            return
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_text(
            '{% extends "digest/article.html" %}\n'
            "{% block main %}{{ super() }}<p>" + marker + "</p>{% endblock %}\n",
            encoding="utf-8",
        )


class SitegenAll(Sitegen):
    """The same with all that is shipped switched on: feeds of three kinds, with an archive, and
    e-mails of editions."""

    name = "sitegen_all"
    settings = ""
