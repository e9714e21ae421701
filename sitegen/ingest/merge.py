"""Three-way merge of an article: as its seed gave it, as the editor has it, as it comes now."""

from typing import Final

from msgspec import Struct

from sitegen.ingest import three_way
from sitegen.ingest.convert import Given, Value
from sitegen.ingest.provenance import Past, blocks, marks

OURS: Final = ("id", "slug")
"""Fields that no seed gives: sitegen sets them once, then they are the editor's."""


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
    keys = [key for key in base.fields | given.fields | fields if key not in OURS]
    changes: dict[str, Value | None] = {}
    edited: list[str] = []
    changed: list[str] = []
    clashes: list[str] = []
    for key in keys:
        was, mine, theirs = base.fields.get(key), fields.get(key), given.fields.get(key)
        was, mine, theirs = alike(was), alike(mine), alike(theirs)
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
    merged = three_way.merge(base.body, mine_marks, their_marks)
    if merged.clashed:
        clashes.append("body")
    new = [own[k] if is_mine else theirs_blocks[k] for is_mine, k in merged.items]
    new_body = "\n\n".join(new) + "\n" if new != own else None
    return Merged(changes, new_body, tuple(edited), tuple(changed), tuple(clashes))


def alike(value: Value | None) -> Value | None:
    """A single source is the same in a list and alone."""
    return (value,) if isinstance(value, dict) and "name" in value else value


_Items = tuple[str | dict[str, str], ...]


def _merged_list(was: _Items, mine: _Items, theirs: _Items) -> Value:
    """The editor's list, with what the seed added since and without what it took out."""
    kept = tuple(item for item in mine if item in theirs or item not in was)
    return kept + tuple(item for item in theirs if item not in was and item not in kept)
