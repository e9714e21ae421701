"""Files of articles → what they tell, in the cache.

What reads Markdown and front matter is imported where there is something to read: a build with
nothing to do is quick.
"""

import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from sitegen.beside import Beside
from sitegen.build.collection import Collection
from sitegen.build.executor import CHUNK
from sitegen.build.records import Known, ParseChunk, ParsedFile, decode_files, decode_parsed
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.config import Config

_BATCH: Final = 2
"""Chunks whose results are kept in memory before they go to the cache."""
_MANY: Final = 2000
"""Articles of a site that has so much to look at that a copy of the process pays."""
_PARSING: Final = "sitegen.build.parsing"


def parse_articles(
    state: State, config: Config, paths: Sequence[str], watch: Stopwatch
) -> Collection | None:
    """Parse files of articles where it is done soonest, and keep what they tell.

    Where the cache knew of no article, all of them are given back, too.
    """
    chunks = _chunks(state, config, paths)
    if _apart_pays(state, paths):
        for chunk, _ in chunks:
            _keep(state, _parsed_apart(chunk))
        return None
    found = None if state.cache.articles else Collection()
    done = 0
    batch: list[ParsedFile] = []
    for number, parsed in enumerate(state.workers.run(len(paths), parse_chunk, chunks)):
        # Imported while workers parse, if there are any: it is needed where articles differ.
        import sitegen.build.outputs  # noqa: F401, PLC0415

        batch += decode_files(parsed)
        done += CHUNK
        watch.progress("articles", min(done, len(paths)), len(paths))
        if number % _BATCH == _BATCH - 1 or done >= len(paths):
            _keep(state, batch)
            if found is not None:
                found.add((file.path, decode_parsed(file.parsed)) for file in batch)
            batch = []
    return found


def _apart_pays(state: State, paths: Sequence[str]) -> bool:
    many = len(state.cache.articles) >= _MANY
    return many and len(paths) <= CHUNK and _PARSING not in sys.modules


def _parsed_apart(chunk: ParseChunk) -> list[ParsedFile]:
    """Parse a few articles in a copy of this process, while this one imports what plans and
    renders: that takes as long as to import what parses.
    """
    work = Beside(lambda: parse_chunk(chunk))
    # That an article differs mostly means that pages do: what renders them takes longest.
    import sitegen.build.rendering  # noqa: F401, PLC0415

    return decode_files(work.result())


def parse_chunk(chunk: ParseChunk) -> bytes:
    """Parse articles, in any process: what parses is imported in the one that does."""
    from sitegen.build import parsing  # noqa: PLC0415 - as told above.

    return parsing.parse_chunk(chunk)


def _chunks(state: State, config: Config, paths: Sequence[str]) -> Iterator[tuple[ParseChunk, str]]:
    """Paths in chunks, each with what it holds, for people."""
    articles, settings = state.cache.articles, pickle.dumps(config)
    for start in range(0, len(paths), CHUNK):
        part = paths[start : start + CHUNK]
        known = tuple(articles[path].digest if path in articles else b"" for path in part)
        held = f"{config.build.content}/{part[0]} … {part[-1]}"
        yield ParseChunk(os.fspath(state.root), settings, tuple(part), known), held


def _keep(state: State, files: Sequence[ParsedFile]) -> None:
    """Keep what files tell."""
    anew = {
        file.path: (Known(file.stamp, file.digest), file.parsed) for file in files if not file.same
    }
    bodies = {file.body_digest: file.body for file in files if file.body}
    state.cache.put_articles(anew, bodies)
    same = {file.path: Known(file.stamp, file.digest) for file in files if file.same}
    state.cache.restamp_articles(same)
