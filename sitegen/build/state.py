"""What a build remembers: the cache, and in `watch` what was made from it last time."""

import platform
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from sitegen import __version__
from sitegen.beside import Beside
from sitegen.build.cache import FOLDER, Cache
from sitegen.build.collection import Collection
from sitegen.build.executor import Workers
from sitegen.build.seals import CacheError
from sitegen.build.stage import sweep
from sitegen.build.stamps import Stamp
from sitegen.build.store import Store
from sitegen.digests import DigestTree
from sitegen.problems import Problem
from sitegen.versions import version

if TYPE_CHECKING:
    from sitegen.build.plans import Compared, Pictures, Planned

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


class Inputs(Struct, frozen=True, array_like=True):
    """Digests of what a build reads, but for the clock."""

    whole: bytes
    """Of every file and setting."""
    others: bytes
    """Of all but the articles' files."""


class Last(Struct, frozen=True, array_like=True):
    """What the last build that succeeded was made of. The same again gives the same output."""

    inputs: Inputs
    since: datetime
    """Its clock."""
    until: datetime | None
    """When an article's moment will have come or gone."""
    plan: bytes
    """The digest of what its plan was made of."""
    articles: int
    problems: tuple[Problem, ...]
    """Warnings: they are told again by every build."""
    held: int = 0
    """Articles that are not published: drafts, expired, or waiting for their date."""
    stale: bool = False
    """Whether the search index was left as it was though the articles are others."""

    def serves(self, inputs: Inputs, now: datetime) -> bool:
        """Whether a build of these inputs at this time would give the same output."""
        return self.inputs == inputs and self.in_time(now)

    def in_time(self, now: datetime) -> bool:
        """Whether time has changed nothing."""
        return self.since <= now and (self.until is None or now < self.until)


class State:
    """One project's memory from build to build. Deleting it costs time, never correctness."""

    def __init__(self, root: Path, jobs: int = 0, address: str = "") -> None:
        """`jobs` as in `Workers`; `address`: where a site is that does not say so itself."""
        self.root = root.resolve()
        self.address = address
        self.workers = Workers(jobs)
        self.pictures = Store(self.root)
        self._files: dict[str, Seen] | None = None
        self.shown: Pictures | None = None
        self._kept: Pictures | None = None
        self.planned: Planned | None = None
        self.compared: Compared | None = None
        self.odd: frozenset[str] = frozenset()
        """Articles to be looked at whatever is hinted; see `Scan`."""
        self._changed: frozenset[str] | None = None
        self._anew = False
        self.commits: AbstractContextManager[object] = nullcontext()
        """Held while the output is changed: who reads it under the same lock sees whole builds."""
        self.looking: Beside | None = None
        """A look at the output that was begun."""
        self._articles: DigestTree | None = None
        self._collection: Collection | None = None
        self._swept = False
        """Whether the cache holds no body but those that an article has, or had in a build of this
        state."""
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
        if not self.pictures.current:
            self.pictures.close()
            self.shown = self._kept = None
        if self._anew:
            self.forget("")
            self._anew = False

    def _let_go(self) -> None:
        self._changed, self._swept = None, False
        self._articles = self._collection = self._files = None
        self.shown = self._kept = self.planned = self.compared = None
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
        both = None if hints is None or self._changed is None else self._changed | hints
        self._changed = both
        return both

    def succeeded(self) -> None:
        """Note that what is remembered is what the output was made of."""
        self._changed = frozenset()

    def failed(self) -> None:
        """Note that a build ended where nobody knows what it did."""
        self._changed = None
        self._articles = self._collection = self.compared = None

    @property
    def articles(self) -> DigestTree:
        """Of the bytes of every article's file."""
        if self._articles is None:
            self._articles = DigestTree()
            for path, known in self.cache.articles.items():
                self._articles.put(path, known.digest)
        return self._articles

    @property
    def collection(self) -> Collection:
        """The articles, decoded when first asked for. Raises `CacheError`."""
        if self._collection is None:
            self._collection = Collection(self.cache.parsed())
        return self._collection

    def collect(self, articles: Collection) -> None:
        """Go on with all articles that the cache knows, which then need not be asked for them."""
        self._collection = articles

    def note_articles(self, paths: Sequence[str]) -> None:
        """Note that the cache knows otherwise, or no more, of these articles' files."""
        known = self.cache.articles
        if self._articles is not None:
            for path in paths:
                if path in known:
                    self._articles.put(path, known[path].digest)
                else:
                    self._articles.remove(path)
        if self._collection is not None:
            self._collection.update(paths, self.cache)

    @property
    def last(self) -> Last | None:
        """The last build that succeeded, if any did. Raises `CacheError`."""
        encoded = self.cache.meta.get("last")
        try:
            return msgspec.msgpack.decode(encoded, type=Last) if encoded else None
        except msgspec.MsgspecError as error:
            # Of a sitegen in development, as an article may be.
            raise CacheError(str(error)) from error

    def take_warning(self) -> tuple[Problem, ...]:
        """That the cache had to be dropped: said once."""
        warning, self.cache.warning = self.cache.warning, None
        return (warning,) if warning else ()

    @property
    def facts(self) -> bytes:
        """The encoded site facts of the last build that succeeded. Raises `CacheError`."""
        return self.cache.aside("facts")

    def remember_bodies(self, last: Last) -> None:
        """Note a build that succeeded, and made anew nothing but pages that show a body."""
        with self.cache.transaction():
            self.cache.put_meta("last", msgspec.msgpack.encode(last))
            self.cache.remove_meta("changed")

    def remember(self, last: Last, pictures: "Pictures", facts: bytes) -> None:
        """Note a build that succeeded, and drop bodies and pictures that no article has any more.

        `pictures`: those that one has. `facts`: the encoded site facts.
        """
        if pictures is not self._kept:
            self.pictures.keep(pictures.keys)
            self._kept = pictures
        with self.cache.transaction():
            if self._swept:
                self.cache.remove_bodies(self.collection.unused)
            else:
                self.cache.keep_bodies(self.collection.bodies)
            self.cache.put_aside("facts", facts)
            self.cache.put_meta("last", msgspec.msgpack.encode(last))
            self.cache.remove_meta("changed")
        self._swept = True
        self.collection.settle()

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
        if reason:
            # They may hold its file open, which Windows would not let go.
            self.workers.close()
        self.cache.drop(reason)
        self._let_go()

    def tidy(self) -> None:
        """Remove what builds have put aside. Nothing rests on it."""
        sweep(self.root / FOLDER)

    def close(self) -> None:
        """Let go of files and processes."""
        if self.looking is not None:
            self.looking.close()
        self.tidy()
        if self._cache is not None:
            self._cache.close()
            self._cache = None
        self.pictures.close()
        self.workers.close()


def shaped_by() -> str:
    """Everything but the project that shapes the output: sitegen, its libraries, Python."""
    python = f"{platform.python_implementation()} {sys.version_info.major}.{sys.version_info.minor}"
    parts = [f"sitegen {__version__}", python]
    parts += [f"{name} {version(name)}" for name in _LIBRARIES]
    return ", ".join(parts)
