"""Files of articles → what they tell, in the cache."""

import os
import pickle
from collections.abc import Iterator, Sequence
from typing import Final

from sitegen.build.executor import CHUNK
from sitegen.build.parsing import ParseChunk, ParsedFile, decode_parsed, parse_chunk
from sitegen.build.records import Known
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.config import Config

_BATCH: Final = 16
"""Chunks whose results are kept in memory before they go to the cache."""


def parse_articles(state: State, config: Config, paths: Sequence[str], watch: Stopwatch) -> None:
    """Parse files of articles, on all cores where it pays, and keep what they tell."""
    chunks = _chunks(state, config, paths)
    done = 0
    batch: list[ParsedFile] = []
    for number, parsed in enumerate(state.workers.run(len(paths), parse_chunk, chunks)):
        batch += decode_parsed(parsed)
        done += CHUNK
        watch.progress("articles", min(done, len(paths)), len(paths))
        if number % _BATCH == _BATCH - 1:
            _keep(state, batch)
            batch = []
    _keep(state, batch)


def _chunks(state: State, config: Config, paths: Sequence[str]) -> Iterator[tuple[ParseChunk, str]]:
    articles, settings = state.cache.articles, pickle.dumps(config)
    for start in range(0, len(paths), CHUNK):
        part = paths[start : start + CHUNK]
        known = tuple(articles[path].digest if path in articles else b"" for path in part)
        held = f"{config.build.content}/{part[0]} … {part[-1]}"
        yield ParseChunk(os.fspath(state.root), settings, tuple(part), known), held


def _keep(state: State, files: Sequence[ParsedFile]) -> None:
    anew = {
        file.path: (Known(file.stamp, file.digest), file.parsed) for file in files if not file.same
    }
    bodies = {file.body_digest: file.body for file in files if file.body}
    state.cache.put_articles(anew, bodies)
    same = {file.path: Known(file.stamp, file.digest) for file in files if file.same}
    state.cache.restamp_articles(same)
