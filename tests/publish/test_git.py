"""A branch, published to with the real git: commits, refusals, credentials, and being killed."""

import os
import subprocess
from pathlib import Path

import pytest

from sitegen.publish.git import GitReader, GitTarget
from sitegen.targets import Git
from tests.publish.contract import Contract

SOMEBODY = {
    **{f"GIT_{who}_NAME": "Somebody" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "somebody@example.org" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class GitPlace:
    """A bare repository in a temporary folder, whose branch `pages` is published to."""

    def __init__(self, root: Path) -> None:
        self.remote, self.root = root / "remote.git", root / "project"
        self.root.mkdir()
        self.git("init", "--quiet", "--bare", str(self.remote))
        self.settings = Git(repository=self.remote.as_uri(), branch="pages")
        self.theirs: set[str] = set()
        self._seen: tuple[str, dict[str, bytes]] = ("", {})

    def git(self, *words: str, data: bytes = b"", index: Path | None = None) -> bytes:
        """Git, at the remote."""
        environ = {**os.environ, **SOMEBODY}
        if index:
            environ["GIT_INDEX_FILE"] = str(index)
        command = ["git", f"--git-dir={self.remote}", *words]
        done = subprocess.run(command, input=data, capture_output=True, check=True, env=environ)
        return done.stdout

    def tip(self) -> str:
        """The branch's commit; empty where there is none."""
        return self.git("for-each-ref", "--format=%(objectname)", "refs/heads/pages").decode().strip()

    def log(self) -> list[str]:
        """The first lines of the branch's commits, the newest first."""
        return self.git("log", "--format=%s", "pages").decode().splitlines()

    def target(self) -> GitTarget:
        return GitTarget(self.settings, self.root)

    def reader(self) -> GitReader:
        return GitReader(self.settings, self.root)

    def public(self) -> dict[str, bytes]:
        tip = self.tip()
        if tip and self._seen[0] != tip:
            self._seen = tip, self._files(tip)
        found = self._seen[1] if tip else {}
        # Made with the branch, so that GitHub serves what is there as it is.
        hidden = {".nojekyll", ".sitegen/manifest.json"} - self.theirs
        return {path: data for path, data in found.items() if path not in hidden}

    def _files(self, tip: str) -> dict[str, bytes]:
        lines = self.git("ls-tree", "-r", "-z", tip).decode().split("\0")[:-1]
        blobs = {line.partition("\t")[2]: line.split()[2] for line in lines}
        asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        output = self.git("cat-file", "--batch", data=asked)
        files = {}
        for path in blobs:
            head, _, output = output.partition(b"\n")
            size = int(head.split()[2])
            files[path], output = output[:size], output[size + 1 :]
        return files

    def disturb(self, path: str, data: bytes | None) -> None:
        self.theirs.add(path)
        index, tip = self.remote / "index.theirs", self.tip()
        index.unlink(missing_ok=True)
        if tip:
            self.git("read-tree", tip, index=index)
        line = f"0 {'0' * 40}\t{path}\0"
        if data is not None:
            blob = self.git("hash-object", "-w", "--stdin", data=data).decode().strip()
            line = f"100644 {blob}\t{path}\0"
        self.git("update-index", "-z", "--index-info", data=line.encode(), index=index)
        tree = self.git("write-tree", index=index).decode().strip()
        parents = ("-p", tip) if tip else ()
        commit = self.git("commit-tree", *parents, "-m", f"Change {path}", tree).decode().strip()
        self.git("update-ref", "refs/heads/pages", commit)


@pytest.fixture
def place(tmp_path: Path) -> GitPlace:
    """A branch that is published to."""
    return GitPlace(tmp_path)


class TestGit(Contract):
    """The contract, over a branch."""

    every = 5
