"""Git, run on a bare repository of our own, through which a branch of another one is published.

It lies in the project's `.sitegen/` and may be deleted at any time. What git asks for names and
passwords is answered by its own helpers alone, never by a prompt; no secret of a URL is kept there
or told.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from filelock import FileLock, Timeout

from sitegen.problems import SitegenError, fault
from sitegen.publish.target import TransientError

WAIT: Final = 60
"""Seconds that a publisher waits for another one on this machine."""
TIP: Final = "refs/sitegen/tip"
"""Where the cache keeps the branch as it was last seen: for its objects to be kept, too."""
SSH: Final = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15"
"""Never asks, and does not wait forever."""
_REMOTE: Final = "target"
_QUICKLY: Final = ("-c", "pack.window=0")
"""Do not look for what pages have in common: of a whole site that takes three times as long, for a
thirtieth of its size.
"""
_PASSING: Final = re.compile(
    r"timed out|early EOF|unexpected disconnect|hung up unexpectedly|reset by peer|broken pipe"
    r"|connection (?:refused|closed)|temporary failure|could not resolve|HTTP 5\d\d|error: 5\d\d"
    r"|failed to connect|429|RPC failed",
    re.IGNORECASE,
)
_HINTS: Final = (
    (r"no space left|disk quota|file too large", "make room on the disk"),
    (
        r"host key verification",
        "connect once by hand with `ssh`, and look at the key that it shows",
    ),
    (
        r"authentication failed|could not read (?:user|pass)|permission denied|HTTP 40[13]"
        r"|error: 40[13]|access denied|terminal prompts disabled",
        "git must know how to log in by itself: an ssh key, or `git config credential.helper`",
    ),
    (
        r"not found|does not exist|not appear to be a git repository|no such",
        "is `repository` right, and may you read it?",
    ),
    (_PASSING.pattern, "is the address right? If it is, try later: it goes on where it stopped"),
)
_USER: Final = re.compile(r"(://)[^/\s'\"]*@")
_OF_CALLERS: Final = re.compile(
    r"GIT_(?:DIR|WORK_TREE|COMMON_DIR|PREFIX|INDEX_FILE|SHALLOW_FILE|GRAFT_FILE|QUARANTINE_PATH"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|TRACE.*|CURL_VERBOSE)"
)
"""Variables that a git hook, which sitegen may be run from, has set for its own repository; and
those that make git print what it sends.
"""


def redacted(text: str) -> str:
    """A text without the user and password of the URLs in it."""
    return _USER.sub(r"\1", text)


class Cache:
    """The bare repository, and the branch of another one that it stands for."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        self._lock = FileLock(folder.with_suffix(".lock"))
        self._environ = _environ(url)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other publishers on this machine away. Raises `SitegenError`."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=WAIT)
        except Timeout:
            hint = "wait for it, or end the other sitegen"
            raise fault("somebody else is publishing there", self.shown, hint=hint) from None
        try:
            self._make()
            yield
        finally:
            self._lock.release()

    @property
    def shown(self) -> str:
        """The URL, without secrets."""
        return redacted(self._url)

    def file(self, name: str) -> Path:
        """A file of ours in the cache."""
        return self._folder / f"sitegen-{name}"

    def _make(self) -> None:
        if not (self._folder / "HEAD").exists():
            self.run("init", "--quiet", "--bare", "--template=", str(self._folder))
        # Who was killed has left these behind; nobody else is here now.
        for lock in (*self._folder.glob("*.lock"), *self._folder.glob("refs/**/*.lock")):
            lock.unlink(missing_ok=True)

    def run(self, *words: str, data: bytes = b"", index: bool = False) -> bytes:
        """Run a git command. Gives what it printed; raises `SitegenError` with what it said."""
        code, output, said = self.tried(*words, data=data, index=index)
        if code:
            raise self.refused(said)
        return output

    def tried(self, *words: str, data: bytes = b"", index: bool = False) -> tuple[int, bytes, str]:
        """Run a git command. Gives exit code, output and what it said of faults."""
        environ = dict(self._environ)
        if index:
            environ["GIT_INDEX_FILE"] = str(self.file("index"))
        try:
            done = subprocess.run(
                [*self._command, *words],
                input=data,
                capture_output=True,
                env=environ,
                check=False,
            )
        except FileNotFoundError:
            raise fault("git is not installed", hint="install it: https://git-scm.com") from None
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "backslashreplace")

    @contextmanager
    def hasher(self) -> "Iterator[Hasher]":
        """Something that keeps many files, quickly."""
        words = ("hash-object", "-w", "--no-filters", "--stdin-paths")
        with subprocess.Popen(
            [*self._command, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environ,
        ) as process:
            yield Hasher(process, self.file("put"))

    @property
    def _command(self) -> tuple[str, ...]:
        return ("git", f"--git-dir={self._folder}")

    def remote_tip(self, branch: str) -> str:
        """The commit that the branch is at now, at the remote; empty where there is no branch."""
        ref = f"refs/heads/{branch}"
        for line in self.run("ls-remote", _REMOTE, ref).decode().splitlines():
            commit, _, name = line.partition("\t")
            if name == ref:
                return commit
        return ""

    def fetch(self, branch: str) -> str:
        """Bring the branch here, without its files' bytes where the remote can leave these out.
        Gives its commit; empty where there is no branch. Raises `SitegenError`.
        """
        tip = self.remote_tip(branch)
        if tip and tip != self.commit(TIP):
            options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")
            self.run("fetch", *options, _REMOTE, f"+refs/heads/{branch}:{TIP}")
            # It may have moved in between: what was brought is what is looked at.
            tip = self.commit(TIP)
        return tip

    def commit(self, name: str) -> str:
        """The commit that a name stands for; empty where it stands for none."""
        code, output, _ = self.tried("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
        return "" if code else output.decode().strip()

    def push(self, commit: str, branch: str, *, first: bool) -> None:
        """Move the branch forward to a commit, never by force. `first`: nothing is there that could
        be built upon. Raises `SitegenError`, or `TransientError`.
        """
        words = (
            *(_QUICKLY if first else ()),
            "push",
            "--porcelain",
            "--no-verify",
            "--no-signed",
            _REMOTE,
        )
        code, output, said = self.tried(*words, f"{commit}:refs/heads/{branch}")
        if not code:
            return
        told = redacted(output.decode("utf-8", "backslashreplace"))
        verdict = next((line for line in told.splitlines() if line.startswith("!\t")), "")
        if "[rejected]" in verdict or "cannot lock ref" in verdict or "failed to update" in verdict:
            raise moved(self.shown)
        if verdict:
            message = f"the host refuses the commit: {verdict.rpartition(chr(9))[2]}"
            hint = f"look at what the host allows on the branch; it said: {_last(redacted(said))}"
            raise fault(message, self.shown, hint=hint)
        if _PASSING.search(said):
            raise TransientError(_last(redacted(said)))
        raise self.refused(said)

    def tidy(self) -> None:
        """Pack what has become much. It may fail: nobody loses anything by that."""
        words = ("-c", "gc.auto=6700", "-c", "gc.autoDetach=false")
        self.tried(*_QUICKLY, *words, "gc", "--auto")

    def refused(self, said: str) -> SitegenError:
        """What git said, as a fault."""
        said = redacted(said)
        hint = next((hint for found, hint in _HINTS if re.search(found, said, re.IGNORECASE)), "")
        return fault(f"git cannot do it: {_last(said)}", self.shown, hint=hint)


class Hasher:
    """Keeps bytes in the cache, one file after the other."""

    def __init__(self, process: "subprocess.Popen[bytes]", file: Path) -> None:
        self._process, self._file = process, file

    def keep(self, data: bytes) -> str:
        """Keep some bytes. Gives git's name for them. Raises `SitegenError`."""
        self._file.write_bytes(data)
        stdin, stdout = _open(self._process.stdin), _open(self._process.stdout)
        try:
            stdin.write(f"{self._file}\n".encode())
            stdin.flush()
        except BrokenPipeError:
            pass  # Git has ended: what it said is read below.
        name = stdout.readline().decode().strip()
        if not name:
            said = _open(self._process.stderr).read().decode("utf-8", "backslashreplace")
            hint = "make room on the disk" if "space" in said else ""
            raise fault(f"git cannot keep a file: {_last(redacted(said))}", hint=hint)
        return name


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def moved(where: str) -> SitegenError:
    """Somebody else was quicker."""
    hint = "run it again: it looks at what is there now, and goes on from that"
    return fault("somebody else has moved the branch meanwhile", where, hint=hint)


def _last(said: str) -> str:
    """The sentence that tells most of what git said: the first that it calls an error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"(?:fatal|error|ERROR|remote):", line)]
    # Of ssh, the reason stands before git's own line.
    reason = [line for line in lines if re.search(r"denied|verification|resolve|refused", line)]
    return (reason or told or lines or ["it said nothing"])[0]


def _environ(url: str) -> Mapping[str, str]:
    """The remote is told by variables: a command line would show its password to everybody."""
    environ = {name: it for name, it in os.environ.items() if not _OF_CALLERS.fullmatch(name)}
    settings = {
        f"remote.{_REMOTE}.url": url,
        f"remote.{_REMOTE}.promisor": "true",
        f"remote.{_REMOTE}.partialclonefilter": "blob:none",
        "core.hooksPath": os.devnull,
        "gc.auto": "0",
        "maintenance.auto": "false",
        "http.lowSpeedLimit": "1000",
        "http.lowSpeedTime": "60",
    }
    first = int(environ.get("GIT_CONFIG_COUNT") or 0)
    for number, (key, value) in enumerate(settings.items(), first):
        environ[f"GIT_CONFIG_KEY_{number}"], environ[f"GIT_CONFIG_VALUE_{number}"] = key, value
    environ["GIT_CONFIG_COUNT"] = str(first + len(settings))
    environ |= {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "LC_ALL": "C"}
    if "GIT_SSH_COMMAND" not in environ and "GIT_SSH" not in environ:
        environ["GIT_SSH_COMMAND"] = SSH
    return environ
