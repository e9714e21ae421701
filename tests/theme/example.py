"""The example digest of this repository, built beside it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sitegen.build import Choice, State, build
from tests.indexing import fake_index

REPOSITORY = Path(__file__).parent.parent.parent
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def built_example(root: Path, theme: str) -> Path:
    """The output of a copy of the example with a theme."""
    shutil.copytree(REPOSITORY / "content", root / "content")
    settings = (REPOSITORY / "sitegen.toml").read_text("utf-8")
    (root / "sitegen.toml").write_text(f'{settings}\n[theme]\nname = "{theme}"\n', "utf-8")
    with fake_index():
        build(State(root, jobs=1), Choice(NOW))
    return root / "output"
