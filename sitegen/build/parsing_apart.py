"""Parses a few articles in a copy of this process, while this one imports what plans and renders.

What reads Markdown and front matter takes as long to import.
"""

import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from sitegen.beside import Beside
from sitegen.build.executor import CHUNK
from sitegen.build.records import Known, ParseChunk, ParsedFile, decode_parsed
from sitegen.build.state import State
from sitegen.config import Config

_MANY: Final = 2000
"""Articles of a site that has so much to look at that a copy pays."""
_PARSING: Final = "sitegen.build.parsing"


def pays(state: State, paths: Sequence[str]) -> bool:
    """Whether a copy is the quicker way."""
    many = len(state.cache.articles) >= _MANY
    return many and len(paths) <= CHUNK and _PARSING not in sys.modules


def parse_apart(state: State, config: Config, paths: Sequence[str]) -> None:
    """Parse some files of articles and keep what they tell. Raises `OSError`."""
    ((chunk, _),) = chunks_of(state, config, paths)
    work = Beside(lambda: _parsed(chunk))
    # That an article differs mostly means that pages do: what renders them takes longest.
    import sitegen.build.rendering  # noqa: F401, PLC0415

    keep(state, decode_parsed(work.result()))


def _parsed(chunk: ParseChunk) -> bytes:
    from sitegen.build.parsing import parse_chunk  # noqa: PLC0415 - it is to be imported there.

    return parse_chunk(chunk)


def chunks_of(
    state: State, config: Config, paths: Sequence[str]
) -> Iterator[tuple[ParseChunk, str]]:
    """Paths in chunks, each with what it holds, for people."""
    articles, settings = state.cache.articles, pickle.dumps(config)
    for start in range(0, len(paths), CHUNK):
        part = paths[start : start + CHUNK]
        known = tuple(articles[path].digest if path in articles else b"" for path in part)
        held = f"{config.build.content}/{part[0]} … {part[-1]}"
        yield ParseChunk(os.fspath(state.root), settings, tuple(part), known), held


def keep(state: State, files: Sequence[ParsedFile]) -> None:
    """Keep what files tell."""
    anew = {
        file.path: (Known(file.stamp, file.digest), file.parsed) for file in files if not file.same
    }
    bodies = {file.body_digest: file.body for file in files if file.body}
    state.cache.put_articles(anew, bodies)
    same = {file.path: Known(file.stamp, file.digest) for file in files if file.same}
    state.cache.restamp_articles(same)
