"""A target in memory, and a wrapper for any target that records, fails and looks on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from sitegen.digests import digest
from sitegen.problems import fault
from sitegen.publish import manifest as manifests
from sitegen.publish.manifest import Entry, Headers, Manifest, Release
from sitegen.publish.target import UNKNOWN, Listing, Target, TransientError


class Memory:
    """What there is at a target in memory; it outlives the `MemoryTarget`s that open it."""

    def __init__(self) -> None:
        self.public: dict[str, bytes] = {}
        self.headers: dict[str, Headers] = {}
        self.staged: dict[str, bytes] | None = None
        self.manifests: dict[int, bytes] = {}
        self.sites: dict[int, dict[str, bytes]] = {}
        self.now = 0
        self.journal: bytes | None = None
        self.store: dict[bytes, bytes] = {}
        self.held = False


class MemoryTarget:
    """A target in memory: atomic, or in place. It keeps headers where it is in place."""

    def __init__(self, memory: Memory, *, atomic: bool, in_flight: int = 1) -> None:
        self.memory, self.atomic, self.keeps_headers = memory, atomic, not atomic
        self.in_flight, self.shown = in_flight, "memory"
        self._seen: bytes | None = None
        self._lock = Lock()

    def read(self, generation: int = 0) -> Manifest | None:
        data = self.memory.manifests.get(generation or self.memory.now)
        if not generation:
            data = self._seen = self.memory.journal or data
        return manifests.decode(data, self.shown) if data else None

    def list(self, known: Manifest | None) -> Listing:
        files = {path: digest(data) for path, data in self.memory.public.items()}
        if known is None:
            files = dict.fromkeys(files, UNKNOWN)
        staged = self.memory.staged or {}
        return Listing(files, {path: digest(data) for path, data in staged.items()})

    def releases(self) -> Sequence[Release]:
        found = [manifests.decode(data, "").release for data in self.memory.manifests.values()]
        return sorted(found, key=lambda release: -release.generation)

    @contextmanager
    def lock(self) -> Iterator[None]:
        if self.memory.held:
            raise fault("somebody else is publishing there")
        self.memory.held = True
        try:
            yield
        finally:
            self.memory.held = False

    def begin(self, journal: Manifest) -> None:
        memory = self.memory
        if (memory.journal or memory.manifests.get(memory.now)) != self._seen:
            raise fault("somebody else has published there")
        if self.atomic:
            staged = memory.staged or {}
            ours = {
                path: staged[path]
                for path, entry in journal.pending.items()
                if path in staged and digest(staged[path]) == entry.digest
            }
            memory.staged = {**memory.public, **ours}
        else:
            self._seen = memory.journal = manifests.encode(journal)

    def put(self, path: str, data: bytes, headers: Headers) -> str:
        with self._lock:
            memory = self.memory
            if self.atomic:
                assert memory.staged is not None
                memory.staged[path] = data
            else:
                memory.public[path] = data
                memory.headers[path] = headers
            memory.store[digest(data)] = data
        return f"tag-{digest(data).hex()[:6]}"

    def delete(self, path: str) -> None:
        if self.atomic:
            assert self.memory.staged is not None
            self.memory.staged.pop(path, None)
        else:
            self.memory.public.pop(path, None)
            self.memory.headers.pop(path, None)

    def switch(self, manifest: Manifest) -> None:
        memory, number = self.memory, manifest.release.generation
        seen = memory.journal or memory.manifests.get(memory.now)
        if seen not in (self._seen, manifests.encode(manifest)):
            raise fault("somebody else has published there")
        if self.atomic:
            if number not in memory.sites:
                assert memory.staged is not None
                memory.sites[number] = memory.staged
            memory.public = dict(memory.sites[number])
            memory.staged = None
        memory.manifests[number] = manifests.encode(manifest)
        memory.now, memory.journal = number, None

    def restore(self, path: str, entry: Entry) -> str:
        return self.put(path, self.memory.store[entry.digest], entry.headers)


class BrokenError(Exception):
    """What an operation fails with that a test has chosen."""


class Watched:
    """Any target, watched: records operations, fails the k-th, and looks on after each."""

    def __init__(
        self,
        target: Target,
        *,
        fail: int = 0,
        late: bool = False,
        times: int = 0,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """`fail`: which operation fails, counted from 1, before or (`late`) after it was done;
        `times`: as often in a way that may pass, or for good where it is 0. `look`: called after
        each operation.
        """
        self.target, self.fail, self.late, self.times, self.look = target, fail, late, times, look
        self.done: list[str] = []
        """`begin`, `put PATH`, `delete PATH`, `switch`, `restore PATH`: as they began."""
        self._lock = Lock()
        self.atomic, self.keeps_headers = target.atomic, target.keeps_headers
        self.in_flight, self.shown = target.in_flight, target.shown
        self.read, self.list, self.releases = target.read, target.list, target.releases
        self.lock = target.lock

    def begin(self, journal: Manifest) -> None:
        self._do("begin", lambda: self.target.begin(journal))

    def put(self, path: str, data: bytes, headers: Headers) -> str:
        return str(self._do(f"put {path}", lambda: self.target.put(path, data, headers)))

    def delete(self, path: str) -> None:
        self._do(f"delete {path}", lambda: self.target.delete(path))

    def switch(self, manifest: Manifest) -> None:
        self._do(f"switch to {manifest.release.name}", lambda: self.target.switch(manifest))

    def restore(self, path: str, entry: Entry) -> str:
        return str(self._do(f"restore {path}", lambda: self.target.restore(path, entry)))

    def _do(self, name: str, operation: Callable[[], object]) -> object:
        with self._lock:
            self.done.append(name)
            fails = self.fail <= len(self.done) < self.fail + max(self.times, 1) and self.fail > 0
        if not fails:
            given = operation()
            self.look()
            return given
        if self.late:
            operation()
            self.look()
        raise TransientError("not now") if self.times else BrokenError(name)
