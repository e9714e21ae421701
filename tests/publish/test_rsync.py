"""A folder of releases on another machine, with the real rsync, ssh and sshd."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.publish.rsync import RsyncReader, RsyncTarget
from sitegen.targets import Rsync
from tests.publish import sshhost
from tests.publish.contract import Contract
from tests.publish.test_directory import DirectoryPlace

pytestmark = sshhost.needs_sshd


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the `ssh` is that knows the machine `far`."""
    with sshhost.serving(tmp_path_factory.mktemp("ssh")) as folder:
        yield folder


class RsyncPlace(DirectoryPlace):
    """A folder of releases on the machine `far`, which is this one."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.far = Rsync(host="far", path=str(self.folder), keep=3)

    def target(self) -> RsyncTarget:  # type: ignore[override]
        return RsyncTarget(self.far, self.root)

    def reader(self) -> RsyncReader:  # type: ignore[override]
        return RsyncReader(self.far, self.root)


@pytest.fixture
def place(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> RsyncPlace:
    """A folder that is published to."""
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    return RsyncPlace(tmp_path)


class TestRsync(Contract):
    """The contract, over ssh."""

    every = 9
