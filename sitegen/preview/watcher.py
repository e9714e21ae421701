"""Watches the project's folders. An event only wakes the loop; it never says what to do."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from watchdog import events
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from sitegen.preview.territory import Territory
from sitegen.preview.waker import Waker

KINDS: Final = frozenset({"attrib", "closed", "created", "deleted", "modified", "moved"})
"""Events that tell of a change. Reading a file gives others, which are not in this list."""
_FILTER: Final = [
    kind
    for kind in vars(events).values()
    if isinstance(kind, type)
    and issubclass(kind, FileSystemEvent)
    and getattr(kind, "event_type", "") in KINDS
]
"""The same for the kernel, which then does not even tell of the others."""
_LIMITS: Final = {
    errno.ENOSPC: "fs.inotify.max_user_watches=524288",
    errno.EMFILE: "fs.inotify.max_user_instances=1024",
}
_VANISHED: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM})
"""The folder is to blame, not the system: the build's scan tells of it."""
_PROBE: Final = ".sitegen"


class Watcher(FileSystemEventHandler):
    """Notes every change below the watched folders; silent where the system watches no more."""

    def __init__(
        self, territory: Territory, waker: Waker, observer: Callable[[], BaseObserver] = Observer
    ) -> None:
        self.territory = territory
        self.trouble = ""
        """Why nothing is watched, and what to do about it; empty while all is well."""
        self._waker = waker
        self._watches: dict[Path, tuple[ObservedWatch, int]] = {}
        self._stale: set[Path] = set()
        self._untried = True
        self._observer: BaseObserver | None = None
        try:
            self._observer = observer()
            self._observer.start()
        except OSError as error:
            self._give_up(error)

    def follow(self, territory: Territory) -> frozenset[str]:
        """Watch these folders from now on. Gives those that were not watched until now.

        To be called before each build: a folder that was replaced has lost its watch.
        """
        self.territory = territory
        if self._observer is None:
            return frozenset()
        try:
            return self._follow(self._observer, territory)
        except OSError as error:
            self._give_up(error)
            return territory.sources

    def _follow(self, observer: BaseObserver, territory: Territory) -> frozenset[str]:
        wanted = territory.watched()
        alive = {emitter.watch for emitter in observer.emitters if emitter.is_alive()}
        stale, self._stale = self._stale, set()
        for path, (watch, inode) in list(self._watches.items()):
            kept = path in wanted and watch.is_recursive == wanted[path] and watch in alive
            if not kept or path in stale or _inode(path) != inode:
                observer.unschedule(watch)
                del self._watches[path]
        new = [path for path in wanted if path not in self._watches]
        for path in new:
            inode = _inode(path)
            try:
                watch = observer.schedule(
                    self, str(path), recursive=wanted[path], event_filter=_FILTER
                )
            except OSError as error:
                if error.errno not in _VANISHED:
                    raise
                continue
            self._watches[path] = watch, inode
        if new or self._untried:
            self._untried = False
            self._probe(observer, territory.root / _PROBE)
        return frozenset(
            path.relative_to(territory.root).as_posix() for path in new if path != territory.root
        )

    def _probe(self, observer: BaseObserver, folder: Path) -> None:
        # A folder deep down that could not be watched is not told of. At the limit, though, one
        # watch more is refused.
        if folder.is_dir():
            observer.unschedule(observer.schedule(FileSystemEventHandler(), str(folder)))

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change. Runs in the observer's thread."""
        if event.event_type not in KINDS:
            return
        if event.is_directory and event.event_type in ("attrib", "modified"):
            # What changed in the folder has an event of its own.
            return
        gone = event.event_type in ("deleted", "moved")
        # Who empties a file first may close it, and open it again to write.
        whole = event.event_type in ("attrib", "closed") and not _is_empty(event.src_path)
        stays = event.event_type in ("closed", "modified")
        self._note(event.src_path, event.is_directory, gone, whole, stays)
        if event.event_type == "moved":
            self._note(event.dest_path, event.is_directory, whole=True)

    def _note(
        self,
        path: bytes | str,
        is_folder: bool,
        gone: bool = False,
        whole: bool = False,
        stays: bool = False,
    ) -> None:
        path = os.fsdecode(path)
        if not path:
            return
        if is_folder:
            self._untried = True
            self._stale |= self._stale_now(Path(path), gone)
        # Where a link leads to, and whether that is a folder, only a scan can say.
        hint = self.territory.hint(path, is_folder or os.path.islink(path))  # noqa: PTH114
        if hint is not None:
            self._waker.note(hint, gone, whole, stays)

    def _stale_now(self, path: Path, gone: bool) -> set[Path]:
        """The watches that no longer see what they should since a folder came or went."""
        if path in self._watches:
            return {path}
        # What was below a folder that was moved away is still watched, wherever it is now.
        return {parent for parent in path.parents if gone and parent in self._watches}

    def _give_up(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        setting = _LIMITS.get(error.errno or 0)
        more = f"; raise the limit: sudo sysctl {setting}" if setting else ""
        self.trouble = f"folders cannot be watched, and are read every second instead: {reason}"
        self.trouble += more
        self.close()

    def close(self) -> None:
        """Watch no more."""
        observer, self._observer = self._observer, None
        self._watches = {}
        if observer is not None and observer.is_alive():
            observer.stop()
            observer.join()


def _is_empty(path: bytes | str) -> bool:
    try:
        return os.stat(path).st_size == 0  # noqa: PTH116 - a path may be bytes.
    except OSError:
        return False


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return -1
