"""Three-way merge of an article: as its seed gave it, as the editor has it, as it comes now."""

from typing import Final

from msgspec import Struct

from sitegen.ingest import three_way
from sitegen.ingest.given import Given, Value
from sitegen.ingest.past import Past, blocks

OURS: Final = ("id", "slug", "aliases")
"""Fields that no seed gives: sitegen sets them to keep addresses, else they are the editor's."""


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
        was, own, new = (alike(of.get(key)) for of in (base.fields, fields, given.fields))
        mine, theirs = base.held(key, own), base.held(key, new)
        if not unedited(key, was, mine):
            edited.append(key)
        if theirs != was:
            changed.append(key)
        if theirs in (was, mine):
            continue
        if mine == was:
            changes[key] = given.fields.get(key)
        elif isinstance(was, tuple) and isinstance(own, tuple) and isinstance(new, tuple):
            changes[key] = _merged_list(base, was, own, new)
        else:
            clashes.append(key)
    own_blocks, their_blocks = blocks(body), blocks(given.body)
    mine_marks, their_marks = base.held_body(own_blocks), base.held_body(their_blocks)
    if mine_marks != base.body:
        edited.append("body")
    if their_marks != base.body:
        changed.append("body")
    merged = three_way.merge(base.body, mine_marks, their_marks)
    if merged.clashed:
        clashes.append("body")
    texts = [own_blocks[k] if is_mine else their_blocks[k] for is_mine, k in merged.items]
    new_body = "\n\n".join(texts) + "\n" if texts != own_blocks else None
    return Merged(changes, new_body, tuple(edited), tuple(changed), tuple(clashes))


def unedited(key: str, was: Value | None, mine: Value | None) -> bool:
    """Whether an editor left a field as it was given.

    A source more is no edit: other seeds of the same article add theirs.
    """
    if key == "source" and mine:
        return set(map(str, listed(was))) <= set(map(str, listed(mine)))
    return alike(was) == alike(mine)


def alike(value: Value | None) -> Value | None:
    """A single source is the same in a list and alone."""
    return listed(value) if isinstance(value, dict) and "name" in value else value


def listed(value: Value | None) -> tuple[str | dict[str, str], ...]:
    """The items of a field that may be written alone or in a list."""
    return value if isinstance(value, tuple) else (value,) if value else ()


_Items = tuple[str | dict[str, str], ...]


def _merged_list(base: Past, was: _Items, mine: _Items, theirs: _Items) -> Value:
    """The editor's list, with what the seed added since and without what it took out."""
    kept = tuple(item for item in mine if item in theirs or base.held_item(item) not in was)
    added = (item for item in theirs if base.held_item(item) not in was and item not in kept)
    return (*kept, *added)
