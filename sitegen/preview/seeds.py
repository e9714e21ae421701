"""Which seed an article was converted from."""

import os
from pathlib import Path
from threading import Lock

from sitegen.ingest import provenance
from sitegen.ingest.files import Project
from sitegen.problems import SitegenError

_Said = tuple[str, tuple[str, ...]]
"""A seed, and the ids of the articles that it gave."""


class Seeds:
    """The seeds of articles by id, read anew when the records in `content/` changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._folders: dict[str, int] = {}
        """Of the records, with the time of the last change: a new record is one."""
        self._records: dict[str, tuple[int, _Said]] = {}
        """By file, with the same."""
        self._seeds: dict[str, str] = {}

    def of(self, id_: str, content: str) -> str:
        """The seed of an article, relative to `seeds/`; empty where it has none."""
        with self._lock:
            folder = os.fspath(self._root / content / provenance.FOLDER)
            known = self._folders or {folder: -1}
            if any(_changed(path) != time for path, time in known.items()):
                self._read(folder)
            return self._seeds.get(id_, "")

    def _read(self, folder: str) -> None:
        last, self._records, self._folders = self._records, {}, {}
        for below, _, names in os.walk(folder):
            self._folders[below] = _changed(below)
            for name in names:
                path = f"{below}/{name}"
                changed = _changed(path)
                if path in last and last[path][0] == changed:
                    self._records[path] = last[path]
                else:
                    self._records[path] = changed, self._load(Path(path))
        self._seeds = {id_: seed for _, (seed, ids) in self._records.values() for id_ in ids}

    def _load(self, path: Path) -> _Said:
        try:
            record = provenance.load(Project(self._root), path)
        except SitegenError:
            return "", ()
        return record.seed, tuple(article.id for article in record.articles)


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - there may be thousands.
    except OSError:
        return 0
