"""The digests of the project's files: bytes are read only where a stamp differs, or could lie."""

from collections.abc import Mapping

import msgspec

from sitegen.build.stamps import Stamp, digest_of_file
from sitegen.build.state import Seen, State


def digests_of(state: State, folder: str, stamps: Mapping[str, Stamp]) -> dict[str, bytes]:
    """The digest of each of a folder's files, by paths relative to it, in order."""
    known = state.files
    found: dict[str, bytes] = {}
    changed = False
    for name, stamp in sorted(stamps.items()):
        path = f"{folder}/{name}"
        seen = known.get(path)
        # A stamp that is the very one known was not taken anew: nothing hints at its file.
        if seen is None or (
            seen.stamp is not stamp and (seen.stamp.racy or not seen.stamp.same_file(stamp))
        ):
            seen = known[path] = Seen(stamp, digest_of_file(state.root / path))
            changed = True
        found[name] = seen.digest
    gone = [
        path
        for path in known
        if path.startswith(f"{folder}/") and path[len(folder) + 1 :] not in found
    ]
    for path in gone:
        del known[path]
    if changed or gone:
        with state.cache.transaction():
            state.cache.put_meta("files", msgspec.msgpack.encode(known))
    return found


def stamps_of(state: State, folder: str) -> dict[str, Stamp]:
    """The stamps of a folder's files as they were last looked at, by paths relative to it."""
    return {
        path[len(folder) + 1 :]: seen.stamp
        for path, seen in state.files.items()
        if path.startswith(f"{folder}/")
    }
