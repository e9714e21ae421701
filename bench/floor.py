"""The raw floor: the same output bytes merely written to disk, by a plain loop in one process."""

import time
from pathlib import Path

from bench.generators.base import set_aside
from bench.measure import Measurement

BATCH = 1000
"""Files whose bytes are held in memory at a time; reading them is not measured."""


def write_again(published: Path, scratch: Path) -> Measurement:
    """Writes a copy of a finished site into `scratch`, an absent folder, and sets it aside.

    Only making folders and writing files is timed; no file is synced, as no generator does.
    """
    files = sorted(path for path in published.rglob("*") if path.is_file())
    wall = cpu = 0.0
    for first in range(0, len(files), BATCH):
        batch = files[first : first + BATCH]
        contents = [(scratch / file.relative_to(published), file.read_bytes()) for file in batch]
        started, used = time.perf_counter(), time.process_time()
        for target, data in contents:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        wall += time.perf_counter() - started
        cpu += time.process_time() - used
    set_aside(scratch)
    return Measurement(wall, cpu, peak=0, peak_kind="", sampler=0.0)
