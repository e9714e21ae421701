"""Is the output as the last build left it?"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.beside import Beside
from sitegen.build.inputs import below, hinted_files
from sitegen.build.records import Written
from sitegen.build.stamps import Stamp, digest_of_file, stamp
from sitegen.build.state import State
from sitegen.build.writer import LISTING, Output
from sitegen.digests import NOTHING

_MANY: Final = 2000
"""Files that it takes a process of its own to look at, while this one reads the articles."""


class Look(Struct, frozen=True, array_like=True):
    """What files of the manifest are."""

    damaged: dict[str, bytes]
    """The digests of those that are not as the last build left them."""
    mended: dict[str, Stamp]
    """The stamps of those that have others, and are."""


def begin_to_look(state: State, output: Output, hints: frozenset[str] | None) -> None:
    """Have all of the output looked at meanwhile, where it is large and anything may differ."""
    outputs = state.cache.outputs
    if state.looking is not None:
        # Of a build that failed before it asked.
        state.looking.close()
        state.looking = None
    if hints is None and len(outputs) >= _MANY:
        folder = os.fspath(output.folder)
        state.looking = Beside(lambda: msgspec.msgpack.encode(_look(folder, outputs, outputs)))


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
    if hinted is None and state.looking is not None:
        look = msgspec.msgpack.decode(state.looking.result(), type=Look)
    else:
        paths = outputs if hinted is None else hinted_files(hinted, outputs)
        look = _look(os.fspath(output.folder), outputs, paths)
    state.looking = None
    damaged = dict(look.damaged)
    if look.mended:
        mended = {
            path: structs.replace(outputs[path], stamp=now) for path, now in look.mended.items()
        }
        with state.cache.transaction():
            state.cache.put_outputs(mended)
    if output.listed != outputs.keys() or not output.intact:
        damaged[LISTING] = NOTHING
    return damaged


def _look(folder: str, outputs: Mapping[str, Written], paths: Iterable[str]) -> Look:
    damaged: dict[str, bytes] = {}
    mended: dict[str, Stamp] = {}
    for path in paths:
        written = outputs[path]
        name = f"{folder}/{path}"
        try:
            taken = time.time_ns()
            status = os.stat(name)  # noqa: PTH116 - called for every file.
        except OSError:
            damaged[path] = NOTHING
            continue
        if written.stamp.serves(status):
            continue
        found = digest_of_file(Path(name))
        if found == written.digest:
            mended[path] = stamp(status, taken)
        else:
            damaged[path] = found
    return Look(damaged, mended)
