"""What a step would change in a file, as a unified diff."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from msgspec import Struct

from sitegen.ingest.decide import Step
from sitegen.ingest.report import Outcome


class Difference(Struct, frozen=True):
    """A file that would be written."""

    outcome: Outcome
    path: str
    """Relative to `content/`."""
    diff: str
    """Unified, with `a/` for the file as it is and `b/` for what it would be."""


def difference(step: Step, content: Path) -> Iterator[Difference]:
    """Each file that a step would write."""
    for path, text in step.writes:
        place = content / path
        before = place.read_text("utf-8") if place.is_file() else ""
        lines = unified_diff(
            before.splitlines(), text.splitlines(),
            f"a/{path}" if before else "/dev/null", f"b/{path}", lineterm="",
        )  # fmt: skip
        yield Difference(step.outcome, path, "\n".join(lines))
