"""What is known of seeds and their records without reading them: a cache, free to be lost."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.ingest import files
from sitegen.ingest.files import Project, Stat
from sitegen.ingest.past import Past
from sitegen.ingest.report import Action, SeedState
from sitegen.problems import Problem, SitegenError

_FILE: Final = ".sitegen/ingest.msgpack"
_VERSION: Final = 3
"""Of the shape of Known; another one is not read."""
_TOLD: Final = {"title": 0, "date": 1, "source": 2}.keys()
"""The fields that are told or looked up."""
_RACY: Final = 2_000_000_000
"""Nanoseconds in which a file system may not tell two writes apart (FAT keeps two seconds)."""


class Known(Struct, frozen=True, array_like=True):
    """A seed and its record, as they were when both were last read."""

    seed: Stat | None
    """None where the seed is gone."""
    record: Stat
    digest: str
    """Of the seed, as in the record."""
    pasts: tuple[Past, ...]
    """Its articles, slim."""
    tags: tuple[str, ...]
    """The tags that they were given."""
    signatures: dict[str, bytes] = {}
    """By id, what their texts are known by."""
    problems: tuple[Problem, ...] = ()
    """What could not be used of the seed."""
    counted: dict[Action, int] = {}
    """Of a seed with very many articles: how many are not in `pasts`: repeated, and others."""
    undated: bool = False
    """Whether an article of its was given the day of its conversion."""

    @property
    def state(self) -> SeedState:
        """What a Stat that is as it was tells of the seed."""
        return SeedState.UNCHANGED if self.seed else SeedState.GONE


class _Index(Struct, frozen=True, array_like=True):
    version: int
    known: dict[str, Known]


def load(root: Path) -> dict[str, Known]:
    """By seed; empty where there is no cache, or an old or broken one."""
    try:
        data = (root / _FILE).read_bytes()
        index = msgspec.msgpack.decode(data, type=_Index)
    except (OSError, msgspec.DecodeError):
        return {}
    return index.known if index.version == _VERSION else {}


def save(project: Project, known: dict[str, Known]) -> None:
    """Keep it for the next run; a cache that cannot be written is none."""
    data = msgspec.msgpack.encode(_Index(_VERSION, known), order="deterministic")
    try:
        path = project.root / _FILE
        if not path.is_file() or path.read_bytes() != data:
            project.write(path, data)
    except (OSError, SitegenError):
        return


def settled(stat: Stat) -> bool:
    """Whether a file is old enough that a later write will show in its Stat.

    The time is the machine's, not the build's clock: it is compared with the file system's.
    """
    return stat.mtime < time.time_ns() - _RACY


def known(before: Known, pasts: Iterable[Past], signature: Callable[[str], bytes]) -> Known:
    """What is known of a seed, with what is to be remembered of its articles."""
    slimmed: list[Past] = []
    signatures: dict[str, bytes] = {}
    for past in pasts:
        if signed := signature(past.id):
            signatures[past.id] = signed
        # Paragraphs are compared only where there is no signature.
        body = past.body[:1] if signed else past.body
        slimmed.append(structs.replace(slim(past), body=body))
    return structs.replace(before, pasts=tuple(slimmed), signatures=signatures)


def slim(past: Past) -> Past:
    """A past with only its first paragraph and the fields that are told or looked up."""
    if past.brief:
        return structs.replace(past, body=past.body[:1], fields={"date": past.fields["date"]})
    if past.fields.keys() <= _TOLD and len(past.body) < 2:
        return past
    kept = {key: past.fields[key] for key in _TOLD if key in past.fields}
    return structs.replace(past, body=past.body[:1], fields=kept)


def same_as(entry: "os.DirEntry[str] | Path", stat: Stat) -> bool:
    """Whether a file still has that Stat."""
    try:
        return files.stat_of(entry) == stat
    except OSError:
        return False
