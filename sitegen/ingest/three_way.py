"""Three-way merge of sequences: what each side did to each item of the base, put together."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct


class Merge(Struct, frozen=True):
    """The merged sequence, told by where its items stand in the two versions."""

    items: tuple[tuple[bool, int], ...]
    """Whether an item is mine, and its position in that version."""
    clashed: bool
    """Whether both sides changed one place, each its own way; there, mine stayed."""


class _Side(Struct, frozen=True):
    """One version, seen from the base."""

    marks: Sequence[str]
    before: dict[int, int]
    """Position in this version of each boundary of the base, before what was inserted there."""
    after: dict[int, int]
    """The same after it."""

    def inserted(self, at: int) -> range:
        """What this version put in at a boundary of the base."""
        return range(self.before.get(at, 0), self.after.get(at, 0))

    def part(self, begin: int, end: int) -> range:
        """What stands in this version in place of some items of the base."""
        return range(self.after[begin], self.before[end])

    def text(self, part: range) -> Sequence[str]:
        """The items of a part."""
        return self.marks[part.start : part.stop]


def merge(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Merge:
    """Put both sides' changes together, item by item; where both changed one item, mine stays."""
    ours, others = _side(base, mine), _side(base, theirs)
    items: list[tuple[bool, int]] = []
    clashed = False
    at = 0
    while True:
        own, new = ours.inserted(at), others.inserted(at)
        both = bool(own) and bool(new)
        clashed |= both and ours.text(own) != others.text(new)
        items += [(True, k) for k in own] or [(False, k) for k in new]
        if at == len(base):
            return Merge(tuple(items), clashed)
        end = _end_of_change(at, ours, others)
        own, new = ours.part(at, end), others.part(at, end)
        was = base[at:end]
        if ours.text(own) == was:
            items += [(False, k) for k in new]
        else:
            items += [(True, k) for k in own]
            clashed |= others.text(new) not in (was, ours.text(own))
        at = end


def _end_of_change(begin: int, ours: _Side, others: _Side) -> int:
    """The first boundary after `begin` that neither side has blurred."""
    end = begin + 1
    while end not in ours.before or end not in others.before:
        end += 1
    return end


def _side(base: Sequence[str], version: Sequence[str]) -> _Side:
    before, after = {0: 0, len(base): len(version)}, {0: 0, len(base): len(version)}
    matcher = SequenceMatcher(None, base, version, autojunk=False)
    for tag, b1, b2, v1, v2 in matcher.get_opcodes():
        if tag == "insert":
            before[b1], after[b1] = v1, v2
            continue
        before.setdefault(b1, v1)
        after.setdefault(b1, v1)
        after[b1] = v1
        if tag == "delete" or b2 - b1 == v2 - v1:
            # One by one: each item was kept, replaced by one, or struck out.
            for k in range(1, b2 - b1 + 1):
                position = v1 if tag == "delete" else v1 + k
                before[b1 + k] = after[b1 + k] = position
        else:
            before[b2] = after[b2] = v2
    return _Side(version, before, after)
