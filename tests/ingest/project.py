"""A small project in a temporary folder, and what an editor does in it."""

from datetime import UTC, datetime
from pathlib import Path

from sitegen import config, ingest
from sitegen.ingest import Action, IngestReport, Outcome

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Project:
    """Seeds and content below one folder."""

    def __init__(self, root: Path, extra: str = "") -> None:
        self.root = root
        self.config = config.read(
            f'[site]\ntitle = "The Test Digest"\nurl = "https://digest.example"\n{extra}'
        )
        (root / "seeds").mkdir()

    def seed(self, name: str, text: str | bytes) -> None:
        """Drop a seed in, or replace it."""
        path = self.root / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def ingest(self) -> IngestReport:
        """Run it."""
        return ingest.ingest(self.root, self.config, NOW)

    def status(self) -> IngestReport:
        """Look only."""
        return ingest.status(self.root, self.config, NOW)

    def run(self) -> Outcome:
        """Run it where there is one article."""
        (outcome,) = self.ingest().outcomes
        return outcome

    def actions(self) -> list[Action]:
        """What a run does, article by article."""
        return [outcome.action for outcome in self.ingest().outcomes]

    @property
    def articles(self) -> list[Path]:
        """The articles in content."""
        return sorted((self.root / "content").rglob("*.md"))

    @property
    def article(self) -> Path:
        """The only article."""
        (path,) = self.articles
        return path

    def edit(self, old: str, new: str) -> None:
        """Change a text in the only article."""
        text = self.article.read_text("utf-8")
        assert old in text
        self.article.write_text(text.replace(old, new), "utf-8")

    def files(self) -> dict[str, bytes]:
        """Every file of content, with its bytes."""
        folder = self.root / "content"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
