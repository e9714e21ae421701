"""Which paths of a project a build reads, so that a change to any other wakes nobody."""

import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen.config import FILE, Build
from sitegen.pictures import is_picture
from sitegen.urls import WELL_KNOWN

THEMES: Final = "themes"


class Territory(Struct, frozen=True):
    """The folders of a project."""

    root: Path
    """Resolved."""
    content: str
    seeds: str
    static: str
    output: str

    @classmethod
    def of(cls, root: Path, folders: Build) -> "Territory":
        """The project's folders, as its settings name them."""
        names = (folders.content, folders.seeds, folders.static, folders.output)
        return cls(root.resolve(), *(name.strip("/").removeprefix("./") for name in names))

    @property
    def sources(self) -> frozenset[str]:
        """The folders that are read."""
        return frozenset((self.content, self.seeds, self.static, THEMES))

    def watched(self) -> dict[Path, bool]:
        """The folders to watch that are there now; True where all that is below counts.

        The folders above a source are among them: they tell when it goes and when it comes back.
        """
        wanted = {self.root: False}
        for source in sorted(self.sources):
            path = self.root / source
            for parent in path.parents:
                if parent.is_relative_to(self.root):
                    wanted.setdefault(parent, False)
            wanted[path] = True
        return {path: below for path, below in wanted.items() if path.is_dir()}

    def hint(self, path: str, is_folder: bool) -> str | None:
        """What a build should be told when a path changed; None if it never reads it.

        Hidden files and editors' backups are never read; neither is what sitegen itself writes.
        """
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        if relative == FILE:
            return FILE
        names = [name for name in relative.split("/") if name != WELL_KNOWN]
        if any(name.startswith(".") or name.endswith("~") for name in names):
            return None
        if f"{relative}/".startswith(f"{self.output}/"):
            return None
        for source in self.sources:
            if f"{relative}/".startswith(f"{source}/"):
                read = is_folder or relative.endswith(".md") or is_picture(relative)
                return relative if read or source != self.content else None
            if source.startswith(f"{relative}/"):
                return source
        return None
