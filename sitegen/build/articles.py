"""`content/` → parsed articles: those whose files changed are read, the rest is remembered."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from sitegen.build.files import digests_of, stamps_of
from sitegen.build.inputs import ARTICLE, below, hinted_files, rescan, scan
from sitegen.build.parsed import parse_articles
from sitegen.build.report import Stopwatch
from sitegen.build.stamps import Stamp
from sitegen.build.state import State
from sitegen.config import Config
from sitegen.digests import of_digests, of_text
from sitegen.pictures import SUFFIXES as PICTURES
from sitegen.problems import Problem

_SUFFIXES: Final = (ARTICLE, *PICTURES, *(suffix.upper() for suffix in PICTURES))
"""Of files that are looked for: articles, and pictures that lie beside them."""


class Articles(Struct, frozen=True):
    """All articles' files, parsed; the cache holds what became of each."""

    digest: bytes
    """Of every path and its bytes."""
    others: bytes
    """The digest of all else here: of the problems, which a build must tell, and the pictures."""
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
        found = scan(state.root, folder, _SUFFIXES, known=cache.articles)
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
            parsed = parse_articles(state, config, suspects, watch) if suspects else None
        state.note_articles([*suspects, *gone])
        if parsed is not None:
            state.collect(parsed)
    beside = (of_text(path) + key for path, key in pictures.items())
    told = of_text(*map(str, found.problems))
    all_else = of_digests([*beside, told])
    return Articles(state.articles.digest, all_else, found.problems, pictures)


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
