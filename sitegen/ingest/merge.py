"""Three-way merge of an article: as its seed gave it, as the editor has it, as it comes now."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from sitegen.ingest.convert import Given, Value
from sitegen.ingest.provenance import Past, blocks, marks


class Merged(Struct, frozen=True):
    """What is to be written, and who changed what."""

    fields: dict[str, Value | None]
    """Fields to set in the editor's file; None removes."""
    body: str | None
    """The new body; None leaves the editor's as it is."""
    edited: tuple[str, ...]
    changed: tuple[str, ...]
    clashes: tuple[str, ...]


def merge(base: Past, fields: dict[str, Value], body: str, given: Given) -> Merged:
    """Field by field and paragraph by paragraph; where both changed one, the editor's stays."""
    keys = [key for key in (base.fields | given.fields) if key != "id"]
    changes: dict[str, Value | None] = {}
    edited: list[str] = []
    changed: list[str] = []
    clashes: list[str] = []
    for key in keys:
        was, mine, theirs = base.fields.get(key), fields.get(key), given.fields.get(key)
        was, mine, theirs = _alike(was), _alike(mine), _alike(theirs)
        if mine != was:
            edited.append(key)
        if theirs != was:
            changed.append(key)
        if theirs in (was, mine):
            continue
        if mine == was:
            changes[key] = given.fields.get(key)
        elif isinstance(was, tuple) and isinstance(mine, tuple) and isinstance(theirs, tuple):
            changes[key] = _merged_list(was, mine, theirs)
        else:
            clashes.append(key)
    own = blocks(body)
    theirs_blocks = blocks(given.body)
    mine_marks, their_marks = marks(own), marks(theirs_blocks)
    if mine_marks != base.body:
        edited.append("body")
    if their_marks != base.body:
        changed.append("body")
    merged, clashed = _merged_blocks(base.body, (mine_marks, own), (their_marks, theirs_blocks))
    if clashed:
        clashes.append("body")
    new_body = "\n\n".join(merged) + "\n" if merged != own else None
    return Merged(changes, new_body, tuple(edited), tuple(changed), tuple(clashes))


def _alike(value: Value | None) -> Value | None:
    """A single source is the same in a list and alone."""
    return (value,) if isinstance(value, dict) and "name" in value else value


_Items = tuple[str | dict[str, str], ...]


def _merged_list(was: _Items, mine: _Items, theirs: _Items) -> Value:
    """The editor's list, with what the seed added since and without what it took out."""
    kept = tuple(item for item in mine if item in theirs or item not in was)
    return kept + tuple(item for item in theirs if item not in was and item not in kept)


_Side = tuple[Sequence[str], Sequence[str]]
"""Marks of paragraphs, and the paragraphs."""


def _merged_blocks(base: Sequence[str], mine: _Side, theirs: _Side) -> tuple[list[str], bool]:
    merged: list[str] = []
    clashed = False
    for was, own, new in _regions(base, mine[0], theirs[0]):
        base_marks = base[was]
        own_marks, new_marks = mine[0][own], theirs[0][new]
        if own_marks == base_marks and new_marks != base_marks:
            merged += theirs[1][new]
        elif new_marks in (base_marks, own_marks):
            merged += mine[1][own]
        elif len(base_marks) == len(own_marks) == len(new_marks):
            # As many paragraphs on all sides: each is compared with its own.
            for k, mark in enumerate(base_marks):
                if own_marks[k] == mark:
                    merged.append(theirs[1][new][k])
                else:
                    merged.append(mine[1][own][k])
                    clashed |= new_marks[k] not in (mark, own_marks[k])
        else:
            merged += mine[1][own]
            clashed = True
    return merged, clashed


def _regions(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> list[tuple[slice, slice, slice]]:
    """The texts cut into regions, at every paragraph that all three share."""
    to_mine, to_theirs = _matches(base, mine), _matches(base, theirs)
    regions: list[tuple[slice, slice, slice]] = []
    b = m = t = 0
    for at in range(len(base) + 1):
        in_mine = to_mine.get(at, len(mine) if at == len(base) else -1)
        in_theirs = to_theirs.get(at, len(theirs) if at == len(base) else -1)
        if in_mine < 0 or in_theirs < 0:
            continue
        regions.append((slice(b, at), slice(m, in_mine), slice(t, in_theirs)))
        if at < len(base):
            regions.append(
                (slice(at, at + 1), slice(in_mine, in_mine + 1), slice(in_theirs, in_theirs + 1))
            )
        b, m, t = at + 1, in_mine + 1, in_theirs + 1
    return regions


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Position in the base → the same paragraph's position in another version."""
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return {
        block.a + k: block.b + k
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    }
