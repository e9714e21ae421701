"""Is the output as the last build left it?"""

import os
import time

from msgspec import structs

from sitegen.build.cache import Written
from sitegen.build.inputs import below, hinted_files
from sitegen.build.stamps import digest_of_file, stamp
from sitegen.build.state import State
from sitegen.build.writer import LISTING, Output
from sitegen.digests import NOTHING


def damaged_outputs(
    state: State, output: Output, shown: str, hints: frozenset[str] | None
) -> dict[str, bytes]:
    """Files of the manifest that are not as the last build left them: the digests of what they are.

    The output's own list of files is one of them. With hints only hinted files are looked at.
    """
    hinted = None if hints is None else below(shown, hints)
    if hinted == []:
        return {}
    outputs = state.cache.outputs
    damaged: dict[str, bytes] = {}
    mended: dict[str, Written] = {}
    folder = os.fspath(output.folder)
    for path in outputs if hinted is None else hinted_files(hinted, outputs):
        written = outputs[path]
        try:
            taken = time.time_ns()
            now = stamp(os.stat(f"{folder}/{path}"), taken)  # noqa: PTH116 - called for every file.
        except OSError:
            damaged[path] = NOTHING
            continue
        if written.stamp.same_file(now) and not written.stamp.racy:
            continue
        found = digest_of_file(output.folder / path)
        if found == written.digest:
            mended[path] = structs.replace(written, stamp=now)
        else:
            damaged[path] = found
    if mended:
        with state.cache.transaction():
            state.cache.put_outputs(mended)
    if output.listed != outputs.keys() or not output.intact:
        damaged[LISTING] = NOTHING
    return damaged
