"""What came of building once: for the terminal, and for the server."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from sitegen import search
from sitegen.build import Choice, Report
from sitegen.build.records import Written
from sitegen.cards import Entry
from sitegen.config import Config
from sitegen.problems import Problem, errors

_NAMED = 2
"""Changed files that a summary names."""


def _is_index(path: str) -> bool:
    return path.startswith(search.FOLDER)


class Good(Struct, frozen=True):
    """A site that was built whole, as the server looks things up in it."""

    config: Config
    choice: Choice
    entries: Mapping[str, Entry]
    """The articles by file, relative to `content/`."""
    outputs: Mapping[str, Written]
    """The manifest: every file of the output by path."""
    cache: Path
    """The cache's file."""


class Attempt(Struct, frozen=True):
    """One build that was tried."""

    because: frozenset[str] | None
    """The files and folders that may have changed; None where anything may have."""
    seconds: float
    report: Report | None
    """None where the build failed."""
    problems: tuple[Problem, ...]
    """All of them: errors of a build that failed, warnings of one that did not."""
    fresh: tuple[Problem, ...]
    """Those that the attempt before did not have."""
    good: Good | None
    """The last site that was built whole, this one or an earlier one."""

    @property
    def failed(self) -> bool:
        """Whether the last good site stays."""
        return self.report is None

    @property
    def summary(self) -> str:
        """What changed, how many pages, and how long it took, on one line."""
        if self.report is None:
            count = len(errors(self.problems))
            said = "1 error" if count == 1 else f"{count:,} errors"
            return f"{self._cause}: {said}; the last good site stays"
        done = self.report
        parts = ["1 file" if done.written == 1 else f"{done.written:,} files"]
        if done.removed:
            parts.append(f"{done.removed:,} removed")
        return f"{self._cause}: {', '.join(parts)} in {self._took}"

    @property
    def _cause(self) -> str:
        if self.because is None:
            return "everything looked at"
        if not self.because:
            index = self.report and all(map(_is_index, self.report.changed))
            return "the search index" if index else "an article's moment has come"
        paths = sorted(self.because)
        more = len(paths) - _NAMED
        return ", ".join(paths[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")

    @property
    def _took(self) -> str:
        return f"{self.seconds * 1000:.0f} ms" if self.seconds < 1 else f"{self.seconds:.1f} s"
