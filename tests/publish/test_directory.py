"""The folder of releases: atomic switches, rollback, locks, and being killed."""

from pathlib import Path

import pytest

from sitegen.publish.directory import DirectoryReader, DirectoryTarget
from sitegen.targets import Directory
from tests.publish.contract import Contract


class DirectoryPlace:
    """A folder of releases in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.folder, self.root = root / "www", root / "project"
        self.root.mkdir()
        self.settings = Directory(path=str(self.folder), keep=3)

    def target(self) -> DirectoryTarget:
        return DirectoryTarget(self.settings, self.root)

    def reader(self) -> DirectoryReader:
        return DirectoryReader(self.settings, self.root)

    def public(self) -> dict[str, bytes]:
        now = self.folder / "current"
        found = sorted(now.resolve().rglob("*")) if now.exists() else []
        return {
            path.relative_to(now.resolve()).as_posix(): path.read_bytes()
            for path in found
            if path.is_file()
        }

    def disturb(self, path: str, data: bytes | None) -> None:
        now = self.folder / "current"
        if not now.exists():
            (self.folder / "releases/theirs").mkdir(parents=True)
            now.symlink_to("releases/theirs")
        file = now / path
        if data is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_bytes(data)


class TestDirectory(Contract):
    """The contract, over a folder."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> DirectoryPlace:
        return DirectoryPlace(tmp_path)
