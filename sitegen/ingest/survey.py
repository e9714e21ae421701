"""Which seeds there are, which of them changed, and which record is whose: renames, swaps."""

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from sitegen.ingest import files, index, provenance
from sitegen.ingest.files import Stat
from sitegen.ingest.index import Known
from sitegen.ingest.provenance import Record
from sitegen.ingest.report import SeedState
from sitegen.problems import Problem, Severity, SitegenError


class Task(Struct, frozen=True):
    """A seed that is to be looked at."""

    seed: str
    state: SeedState
    record: Record | None = None
    """What it last gave, perhaps under another name."""
    stat: Stat | None = None
    digest: str = ""

    @property
    def was(self) -> str:
        """Its former name, if it has another one now."""
        return self.record.seed if self.record and self.record.seed != self.seed else ""


class Survey(Struct, frozen=True):
    """The seeds as they are now, beside what is remembered of them."""

    settled: dict[str, Known]
    """Seeds that a Stat shows to be unchanged."""
    tasks: tuple[Task, ...]
    """All others, by name; then records whose seed is gone."""
    records: dict[str, Record]
    """Every record that had to be read, by its seed."""
    problems: tuple[Problem, ...]


def survey(root: Path, seeds: Path, content: Path, known: dict[str, Known]) -> Survey:
    """Look at every seed, read as few as possible."""
    problems: list[Problem] = []
    there = dict(files.files_below(seeds, root))
    settled: dict[str, Known] = {}
    changed: dict[str, tuple[Stat, str]] = {}
    for seed, entry in there.items():
        before = known.get(seed)
        try:
            if before and _is_settled(entry, before, content, seed):
                settled[seed] = before
            else:
                stat = files.stat_of(entry)
                changed[seed] = stat, provenance.seed_digest(files.read(root, Path(entry.path)))
        except (SitegenError, OSError) as error:
            problems += _aside(error, seeds.relative_to(root).as_posix() + "/" + seed)
    records: dict[str, Record] = {}
    for path in _record_files(content):
        try:
            record = _settled_record(path, content, settled) or provenance.load(root, path)
        except SitegenError as error:
            problems += error.problems
            continue
        if isinstance(record, Record):
            records[record.seed] = record
    tasks = pair(changed, records, gone=[s for s in records if s not in there])
    return Survey(settled, tuple(tasks), records, tuple(problems))


def _is_settled(entry: "os.DirEntry[str]", before: Known, content: Path, seed: str) -> bool:
    record = provenance.record_path(content, seed)
    return index.same_as(entry, before.seed) and index.same_as(record, before.record)


def _record_files(content: Path) -> Iterable[Path]:
    folder = content / provenance.FOLDER
    for path, entry in files.files_below(folder, content):
        if path.endswith(".json"):
            yield Path(entry.path)


def _settled_record(path: Path, content: Path, settled: dict[str, Known]) -> bool:
    name = path.relative_to(content / provenance.FOLDER).as_posix().removesuffix(".json")
    return name in settled


def _aside(error: SitegenError | OSError, path: str) -> list[Problem]:
    if isinstance(error, OSError):
        return [Problem(f"cannot be read: {error.strerror}", path, severity=Severity.WARNING)]
    return [Problem(p.message, path, p.line, p.hint, Severity.WARNING) for p in error.problems]


def pair(
    changed: dict[str, tuple[Stat, str]], records: dict[str, Record], gone: Iterable[str]
) -> list[Task]:
    """Give each seed that is not known to be unchanged the record that is its own.

    A record follows the bytes: a seed that was renamed, or swapped with another, takes it along.
    """
    missing = set(gone)
    free = {seed: records[seed] for seed in sorted({*changed, *missing}) if seed in records}
    mine: dict[str, Record] = {}
    for seed, (_, digest) in changed.items():
        if seed in free and free[seed].digest == digest:
            mine[seed] = free.pop(seed)
    by_digest: dict[str, list[Record]] = {}
    for record in free.values():
        by_digest.setdefault(record.digest, []).append(record)
    for seed, (_, digest) in changed.items():
        if seed not in mine and by_digest.get(digest):
            mine[seed] = by_digest[digest].pop(0)
            del free[mine[seed].seed]
    tasks: list[Task] = []
    for seed, (stat, digest) in changed.items():
        own = mine.get(seed) or free.pop(seed, None)
        tasks.append(Task(seed, _state(seed, digest, own), own, stat, digest))
    tasks += [
        Task(seed, SeedState.GONE, record) for seed, record in free.items() if seed in missing
    ]
    return tasks


def _state(seed: str, digest: str, record: Record | None) -> SeedState:
    if record is None:
        return SeedState.NEW
    if record.digest != digest:
        return SeedState.CHANGED
    return SeedState.UNCHANGED if record.seed == seed else SeedState.RENAMED
