"""What the bench asks of a generator."""

import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from bench.corpus import Article, Corpus

REPOSITORY = Path(__file__).parent.parent.parent
"""Where all commands are run: `python -m sitegen` finds the package there."""
SITES = REPOSITORY / "bench/sites"
"""The sites of the other generators: configuration and templates, without content."""
URL = "https://example.org/"
TITLE = "The Bench Digest"


class MissingProgramError(Exception):
    """A generator's program is not there or does not start; the text says how to get it."""


class Generator(ABC):
    """One generator with its project in a folder of its own."""

    name: ClassVar[str]
    output: ClassVar[str]
    """The folder of finished files, relative to the project."""
    caches: ClassVar[Sequence[str]]
    """What else a cold build must not find, relative to the project."""
    incremental: ClassVar[bool]
    """Whether a build uses what an earlier one left."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def published(self) -> Path:
        """The folder of finished files."""
        return self.root / self.output

    def create(self, corpus: Corpus) -> None:
        """Writes the whole project, without building it."""
        self.write_project()
        for article in corpus:
            (self.root / "content" / article.file).parent.mkdir(parents=True, exist_ok=True)
            self.write_article(article)

    def write_article(self, article: Article) -> None:
        """Writes one article over what its file held."""
        file = self.root / "content" / article.file
        file.write_text(self.source_of(article), encoding="utf-8", newline="\n")

    def by_date(self, corpus: Corpus) -> list[str]:
        """The pages on which readers find all articles by their dates: of 20 each, from home on."""
        return [f"page/{n}/index.html" for n in range(2, (len(corpus) + 19) // 20 + 1)]

    def clean(self) -> None:
        """Takes away the output and all caches: the next build is a cold one."""
        for folder in (self.output, *self.caches):
            set_aside(self.root / folder)

    @abstractmethod
    def write_project(self) -> None:
        """Writes configuration and templates."""

    @abstractmethod
    def source_of(self, article: Article) -> str:
        """The text of an article's file."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that builds the project."""

    def server(self, port: int) -> list[str]:
        """The command that serves the project while it is edited; empty if there is none."""
        del port
        return []

    @abstractmethod
    def version(self) -> str:
        """The program's version, for the table's heading."""

    @abstractmethod
    def edit_template(self, marker: str) -> None:
        """Adds a visible paragraph to the template of all article pages; "" takes it out again."""


def set_aside(folder: Path) -> None:
    """Moves a folder, if it is there, to where nothing looks for it.

    It is not removed: for minutes after it lost many files, ext4 makes new ones five to ten times
    as slowly, for it passes over the inodes that were just freed.
    """
    if folder.exists():
        folder.rename(tempfile.mkdtemp(prefix="aside-", dir=folder.parent.parent))


def first_line(command: Sequence[str]) -> str:
    """The first line that a command prints: a program's version."""
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingProgramError(f"{' '.join(command)} does not run:\n{done.stderr[-1000:]}")
    return done.stdout.strip().partition("\n")[0]


def edited(template: Path, original: Path, marker: str) -> None:
    """Writes a template with a paragraph before the end of its `article`, or as it was."""
    text = original.read_text(encoding="utf-8")
    if marker:
        text = text.replace("</article>", f"<p>{marker}</p>\n</article>")
    template.write_text(text, encoding="utf-8", newline="\n")
