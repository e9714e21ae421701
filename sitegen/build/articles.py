"""`content/` → parsed articles: those whose files changed are read, the rest is remembered."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from sitegen.build.cache import Known, sealed
from sitegen.build.executor import CHUNK
from sitegen.build.files import digests_of, stamps_of
from sitegen.build.inputs import ARTICLE, below, hinted_files, rescan, scan
from sitegen.build.parsing import ParseChunk, ParsedFile, parse_chunk
from sitegen.build.report import Stopwatch
from sitegen.build.stamps import Stamp
from sitegen.build.state import State
from sitegen.cards import Entry
from sitegen.config import Config
from sitegen.content import decode
from sitegen.digests import digest, of_digests, of_text
from sitegen.feed_checks import feed_faults
from sitegen.frontmatter import parse
from sitegen.pictures import SUFFIXES as PICTURES
from sitegen.problems import Problem
from sitegen.site import Choice

_SUFFIXES: Final = (ARTICLE, *PICTURES, *(suffix.upper() for suffix in PICTURES))
"""Of files that are looked for: articles, and pictures that lie beside them."""
_BATCH = 16
"""Chunks whose results are kept in memory before they go to the cache."""


class Articles(Struct, frozen=True):
    """All articles' files, parsed; the cache holds what became of each."""

    digest: bytes
    """Of every path and its bytes, and of the problems, which a build must tell."""
    problems: tuple[Problem, ...]
    """Of the folder, not of the articles."""
    pictures: dict[str, bytes]
    """The digests of the image files beside them, by path relative to the folder."""


def read_articles(
    state: State, config: Config, hints: frozenset[str] | None, watch: Stopwatch
) -> Articles:
    """Bring the cache's articles up to date with `content/`."""
    cache = state.cache
    if _forget_if_read_otherwise(state, config):
        hints = state.changed(None)
    folder = config.build.content
    looked_at: Iterable[str] = cache.articles
    others: dict[str, Stamp] = {}
    if hints is None:
        found = scan(state.root, folder, _SUFFIXES)
    else:
        hinted = {*below(folder, hints), *state.odd}
        found = rescan(state.root, folder, _SUFFIXES, hinted)
        others = stamps_of(state, folder)
        looked_at = hinted_files(hinted, cache.articles, others)
        others = {path: stamp for path, stamp in others.items() if path not in looked_at}
    state.odd = found.odd
    files = {path: stamp for path, stamp in found.files.items() if path.endswith(ARTICLE)}
    others |= {path: stamp for path, stamp in found.files.items() if path not in files}
    pictures = digests_of(state, folder, others)
    suspects = sorted(
        path
        for path, stamp in files.items()
        if (known := cache.articles.get(path)) is None
        or known.stamp.racy
        or not known.stamp.same_file(stamp)
    )
    gone = [path for path in looked_at if path in cache.articles and path not in files]
    if suspects or gone:
        with cache.transaction():
            cache.remove_articles(gone)
            _parse(state, config, suspects, watch)
        state.note_articles([*suspects, *gone])
    beside = (of_text(path) + key for path, key in pictures.items())
    told = of_text(*map(str, found.problems))
    return Articles(of_digests([state.articles.digest, *beside, told]), found.problems, pictures)


def _parse(state: State, config: Config, paths: Sequence[str], watch: Stopwatch) -> None:
    chunks = _chunks(state, config, paths)
    done = 0
    batch: list[ParsedFile] = []
    for number, files in enumerate(state.workers.run(len(paths), parse_chunk, chunks)):
        batch += files
        done += CHUNK
        watch.progress("articles", min(done, len(paths)), len(paths))
        if number % _BATCH == _BATCH - 1:
            _keep(state, batch)
            batch = []
    _keep(state, batch)


def _chunks(state: State, config: Config, paths: Sequence[str]) -> Iterator[tuple[ParseChunk, str]]:
    articles = state.cache.articles
    for start in range(0, len(paths), CHUNK):
        part = paths[start : start + CHUNK]
        known = tuple(articles[path].digest if path in articles else b"" for path in part)
        held = f"{config.build.content}/{part[0]} … {part[-1]}"
        yield ParseChunk(os.fspath(state.root), config, tuple(part), known), held


def _keep(state: State, files: Sequence[ParsedFile]) -> None:
    articles = state.cache.articles
    known = {}
    for file in files:
        if file.same:
            known[file.path] = msgspec.structs.replace(articles[file.path], stamp=file.stamp)
        else:
            known[file.path] = Known(file.stamp, file.digest, sealed(file.parsed))
    bodies = {digest(file.body): file.body for file in files if file.body}
    state.cache.put_articles(known, bodies)


def _forget_if_read_otherwise(state: State, config: Config) -> bool:
    """Settings that shape how an article is read are part of what every article was read from.

    Says whether they have changed, so that all articles must be read again.
    """
    folder = config.build.content
    parts = (config.site.language, config.site.timezone, config.urls, config.tags.aliases, folder)
    key = msgspec.msgpack.encode(parts)
    if state.cache.meta.get("read with") == key:
        return False
    paths = list(state.cache.articles)
    with state.cache.transaction():
        state.cache.remove_articles(paths)
        state.cache.put_meta("read with", key)
    state.note_articles(paths)
    return True


def feed_problems(
    root: Path, config: Config, entries: Iterable[Entry], choice: Choice
) -> Iterator[Problem]:
    """What feeds would change in the articles that are not drafts, each with the line to mend."""
    for entry in entries:
        card = entry.card
        found = list(feed_faults(card, choice.now)) if choice.drafts or not card.draft else []
        if found:
            path = f"{config.build.content}/{card.path}"
            fields = parse(decode((root / path).read_bytes())).fields
            for field, problem in found:
                yield problem.at(path, fields[field].line if field in fields else 1)
