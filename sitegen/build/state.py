"""What a build remembers: the cache, and in `watch` what was made from it last time."""

import platform
import sys
from collections import defaultdict
from collections.abc import Mapping, Set
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from sitegen import __version__
from sitegen.build.cache import Cache, Parsed, decode_parsed
from sitegen.build.executor import Workers
from sitegen.build.stamps import Stamp
from sitegen.build.store import Store
from sitegen.pages import Copied, Page
from sitegen.problems import Problem
from sitegen.site import Site

_SPARE: Final = 1000
"""Parsed articles beyond those of today that may stay in memory."""
_LIBRARIES: Final = (
    "babel",
    "css-inline",
    "feedgen",
    "jinja2",
    "lxml",
    "markdown-it-py",
    "markupsafe",
    "mdit-py-plugins",
    "nh3",
    "pagefind-bin",
    "pagefind-bin-extended",
    "pillow",
)
"""Libraries that shape the output: another version of one may give other bytes."""


class Seen(Struct, frozen=True, array_like=True, gc=False):
    """A file that is no article, as it was when it was last read."""

    stamp: Stamp
    digest: bytes
    """Of its bytes."""


class Planned(Struct, frozen=True):
    """The site and its pages."""

    made_of: bytes
    """The digest of every card and setting that they were made of."""
    site: Site
    pages: list[Page]
    facts: dict[str, object]
    """What templates read as `site`."""
    problems: tuple[Problem, ...]
    for_hosts: tuple[Copied, ...]
    """What hosts are told, as files."""


class Compared:
    """What the last build of a state compared with the manifest, and found or made equal to it."""

    def __init__(self, planned: Planned, theme: bytes, bodies: Mapping[str, bytes]) -> None:
        """`theme`: its digest. `bodies`: the digest of each article's body, by its file."""
        self.planned, self.theme, self.bodies = planned, theme, bodies

    def again(self, planned: Planned, theme: bytes, bodies: Mapping[str, bytes]) -> "Compared":
        """The next build's, which goes on with what this one knows of the same plan."""
        if planned is not self.planned:
            return Compared(planned, theme, bodies)
        self.theme, self.bodies = theme, bodies
        return self

    @cached_property
    def pages(self) -> dict[str, Page]:
        """By their files."""
        return {page.path: page for page in self.planned.pages}

    @cached_property
    def shown_on(self) -> dict[str, list[str]]:
        """The files of the pages that show an article's body."""
        found: dict[str, list[str]] = defaultdict(list)
        for page in self.planned.pages:
            for path in page.bodies:
                found[path].append(page.path)
        return found


class Last(Struct, frozen=True, array_like=True):
    """What the last build that succeeded was made of. The same again gives the same output."""

    inputs: bytes
    """The digest of every file and setting that it read."""
    since: datetime
    """Its clock."""
    until: datetime | None
    """When an article's moment will have come or gone."""
    articles: int
    problems: tuple[Problem, ...]
    """Warnings: they are told again by every build."""
    held: int = 0
    """Articles that are not published: drafts, expired, or waiting for their date."""
    stale: bool = False
    """Whether the search index was left as it was though the articles are others."""

    def serves(self, inputs: bytes, now: datetime) -> bool:
        """Whether a build of these inputs at this time would give the same output."""
        in_time = self.since <= now and (self.until is None or now < self.until)
        return self.inputs == inputs and in_time


class State:
    """One project's memory from build to build. Deleting it costs time, never correctness."""

    def __init__(self, root: Path, jobs: int = 0) -> None:
        """`jobs` as in `Workers`."""
        self.root = root.resolve()
        self.workers = Workers(jobs)
        self.pictures = Store(self.root)
        self._files: dict[str, Seen] | None = None
        self.planned: Planned | None = None
        self.compared: Compared | None = None
        self.odd: frozenset[str] = frozenset()
        """Articles to be looked at whatever is hinted; see `Scan`."""
        self._changed: frozenset[str] | None = None
        self._anew = False
        self.commits: AbstractContextManager[object] = nullcontext()
        """Held while the output is changed: who reads it under the same lock sees whole builds."""
        self._bodies: Set[bytes] | None = None
        """The bodies in the cache, as far as this state knows."""
        self._parsed: dict[bytes, Parsed] = {}
        self._cache: Cache | None = None

    @property
    def cache(self) -> Cache:
        """The project's cache, opened when first asked for."""
        if self._cache is None:
            self._cache = Cache(self.root, shaped_by())
        return self._cache

    def refresh(self) -> None:
        """Let go of what is remembered if another process has built, or the cache was deleted."""
        if self._cache is not None and not self._cache.current:
            self._cache.close()
            self._cache = None
            self._let_go()
        self.pictures.refresh()
        if self._anew:
            self.forget("")
            self._anew = False

    def _let_go(self) -> None:
        self._changed, self._bodies = None, None
        self.planned, self._parsed, self._files = None, {}, None
        self.compared = None
        self.pictures.close()

    @property
    def files(self) -> dict[str, Seen]:
        """Static files, and pictures beside articles, by their paths relative to the project."""
        if self._files is None:
            encoded = self.cache.meta.get("files", b"\x80")
            self._files = msgspec.msgpack.decode(encoded, type=dict[str, Seen])
        return self._files

    def changed(self, hints: frozenset[str] | None) -> frozenset[str] | None:
        """Everything that may have changed since the last build of this state that succeeded.

        None if anything may have: so it is where there was no such build, and stays where a build
        fails, because what that one was told is not yet in the output.
        """
        if self._changed != frozenset():
            # A build that failed may have left bodies that no article has.
            self._bodies = None
        both = None if hints is None or self._changed is None else self._changed | hints
        self._changed = both
        return both

    def succeeded(self) -> None:
        """Note that what is remembered is what the output was made of."""
        self._changed = frozenset()

    def failed(self) -> None:
        """Note that a build ended where nobody knows what it did."""
        self._changed = None

    def parsed(self, encoded: bytes) -> Parsed:
        """A decoded `Parsed`; the same bytes give the same object."""
        found = self._parsed.get(encoded)
        if found is None:
            found = self._parsed[encoded] = decode_parsed(encoded)
        return found

    @property
    def last(self) -> Last | None:
        """The last build that succeeded, if any did."""
        encoded = self.cache.meta.get("last")
        return msgspec.msgpack.decode(encoded, type=Last) if encoded else None

    def take_warning(self) -> tuple[Problem, ...]:
        """That the cache had to be dropped: said once."""
        warning, self.cache.warning = self.cache.warning, None
        return (warning,) if warning else ()

    def remember(self, last: Last, bodies: Set[bytes], pictures: Set[bytes]) -> None:
        """Note a build that succeeded, and drop bodies and pictures that no article has any more.

        `pictures`: the keys of those that one has.
        """
        self.pictures.keep(pictures)
        with self.cache.transaction():
            self.cache.keep_bodies(bodies, self._bodies)
            self.cache.put_meta("last", msgspec.msgpack.encode(last))
        self._bodies = bodies
        if len(self._parsed) > 2 * len(self.cache.articles) + _SPARE:
            alive = {known.parsed for known in self.cache.articles.values()}
            self._parsed = {key: one for key, one in self._parsed.items() if key in alive}

    def begin_to_write(self) -> None:
        """Note that the output is no longer what the last build left: should this one be killed,
        the states of other processes learn it by the cache having changed.
        """
        with self.cache.transaction():
            self.cache.remove_meta("last")

    def begin_anew(self) -> None:
        """Have the next build begin with an empty cache."""
        self._anew = True

    def forget(self, reason: str) -> None:
        """Begin again with an empty cache."""
        self.cache.drop(reason)
        self._let_go()

    def close(self) -> None:
        """Let go of files and processes."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None
        self.pictures.close()
        self.workers.close()


def shaped_by() -> str:
    """Everything but the project that shapes the output: sitegen, its libraries, Python."""
    python = f"{platform.python_implementation()} {sys.version_info.major}.{sys.version_info.minor}"
    parts = [f"sitegen {__version__}", python]
    for name in _LIBRARIES:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            parts.append(f"{name} unknown")
    return ", ".join(parts)
