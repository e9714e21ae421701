"""Files of articles → what they tell, in the cache."""

from collections.abc import Sequence
from typing import Final

from sitegen.build.executor import CHUNK
from sitegen.build.parsing import parse_chunk
from sitegen.build.parsing_apart import chunks_of, keep
from sitegen.build.records import ParsedFile, decode_parsed
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.config import Config

_BATCH: Final = 8
"""Chunks whose results are kept in memory before they go to the cache."""


def parse_articles(state: State, config: Config, paths: Sequence[str], watch: Stopwatch) -> None:
    """Parse files of articles, on all cores where it pays, and keep what they tell."""
    chunks = chunks_of(state, config, paths)
    done = 0
    batch: list[ParsedFile] = []
    for number, parsed in enumerate(state.workers.run(len(paths), parse_chunk, chunks)):
        batch += decode_parsed(parsed)
        done += CHUNK
        watch.progress("articles", min(done, len(paths)), len(paths))
        if number % _BATCH == _BATCH - 1:
            keep(state, batch)
            batch = []
    keep(state, batch)
