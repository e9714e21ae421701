"""Which seeds there are, which of them changed, and which record is whose: renames, swaps."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from sitegen.ingest import files, index, provenance
from sitegen.ingest.files import Project, Stat
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
    """Seeds that a Stat shows to be unchanged, or still gone."""
    tasks: tuple[Task, ...]
    """All others, by name; then records whose seed is gone."""
    records: dict[str, Record]
    """Every record that had to be read, by its seed."""
    problems: tuple[Problem, ...]


_Changed = dict[str, tuple[Stat, str]]
"""The Stat and the digest of each seed that may have changed."""


def survey(project: Project, seeds: Path, content: Path, known: Mapping[str, Known]) -> Survey:
    """Look at every seed, read as few as possible."""
    problems: list[Problem] = []
    there = dict(project.below(seeds))
    kept = dict(project.below(content / provenance.FOLDER))
    settled: dict[str, Known] = {}
    changed: _Changed = {}
    for seed, entry in there.items():
        try:
            before = known.get(seed)
            if before and _is_settled(before, entry, kept.get(provenance.record_name(seed))):
                settled[seed] = before
            else:
                stat = files.stat_of(entry)
                with project.open(Path(entry.path)) as file:
                    changed[seed] = stat, provenance.seed_digest(file)
        except SitegenError as error:
            problems += _aside(error, f"{project.name(seeds)}/{seed}")
    if not changed:
        # Where no seed is new, none can be a gone one under another name.
        for seed, before in known.items():
            if seed not in there and _is_settled(
                before, None, kept.get(provenance.record_name(seed))
            ):
                settled[seed] = before
    records, broken = _records(project, content, kept, settled)
    tasks = pair(changed, records, {seed for seed in records if seed not in there})
    return Survey(settled, tuple(tasks), records, (*problems, *broken))


def _is_settled(
    before: Known, seed: "os.DirEntry[str] | None", record: "os.DirEntry[str] | None"
) -> bool:
    if record is None or not index.same_as(record, before.record):
        return False
    if seed is None:
        return before.seed is None
    return before.seed is not None and index.same_as(seed, before.seed)


def _records(
    project: Project,
    content: Path,
    kept: "Mapping[str, os.DirEntry[str]]",
    settled: Mapping[str, Known],
) -> tuple[dict[str, Record], list[Problem]]:
    """The records of all seeds that are not settled."""
    records: dict[str, Record] = {}
    problems: list[Problem] = []
    passed = set(map(provenance.record_name, settled))
    for name in kept:
        if name not in passed and name.endswith(provenance.SUFFIX):
            try:
                record = provenance.load(project, content / provenance.FOLDER / name)
                records[record.seed] = record
            except SitegenError as error:
                problems += error.problems
    return records, problems


def _aside(error: SitegenError, path: str) -> list[Problem]:
    return [Problem(p.message, path, p.line, p.hint, Severity.WARNING) for p in error.problems]


def pair(changed: _Changed, records: Mapping[str, Record], missing: set[str]) -> list[Task]:
    """Give each seed that is not known to be unchanged the record that is its own.

    A record follows the bytes: a seed that was renamed, or swapped with another, takes it along.
    """
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
        own = mine.get(seed)
        if seed in free:
            # Its name's own record: what it changed from, or what was there before it came.
            was_here = free.pop(seed)
            own = _joined(own, was_here) if own else was_here
        tasks.append(Task(seed, _state(seed, digest, own), own, stat, digest))
    return tasks + [Task(seed, SeedState.GONE, record) for seed, record in free.items()]


def _joined(own: Record, was_here: Record) -> Record:
    """A record that takes in what another seed of its new name gave: nothing is forgotten."""
    return structs.replace(
        own,
        articles=own.articles + was_here.articles,
        tags=tuple(sorted({*own.tags, *was_here.tags})),
    )


def _state(seed: str, digest: str, record: Record | None) -> SeedState:
    if record is None:
        return SeedState.NEW
    if record.digest != digest:
        return SeedState.CHANGED
    return SeedState.UNCHANGED if record.seed == seed else SeedState.RENAMED
