"""The one hash, and the tree of it."""

from hypothesis import given
from hypothesis import strategies as st

from sitegen.digests import DigestTree

_NAMES = st.sampled_from(["a", "b", "a/b", "ü", "tag"])


@given(st.lists(st.tuples(_NAMES, st.one_of(st.none(), st.binary(min_size=16, max_size=16)))))
def test_a_tree_is_of_what_it_holds(changes: list[tuple[str, bytes | None]]) -> None:
    """However it came to hold it; and of nothing else."""
    tree, held = DigestTree(), dict[str, bytes]()
    seen = {tree.digest: dict(held)}
    for name, key in changes:
        if key is None:
            tree.remove(name)
            held.pop(name, None)
        else:
            tree.put(name, key)
            held[name] = key
        assert seen.setdefault(tree.digest, dict(held)) == held
    fresh = DigestTree()
    for name, key in sorted(held.items(), reverse=True):
        fresh.put(name, key)
    assert fresh.digest == tree.digest
