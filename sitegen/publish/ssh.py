"""Shell scripts on another machine, by `ssh`; and what `ssh` and `rsync` say, as faults.

Only what POSIX has is asked of the other machine's shell, whatever shell logs in there: a script
goes through the standard input of `sh`, so that its length has no limit either.
"""

import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sitegen.problems import SitegenError, fault
from sitegen.publish.target import TransientError

_OPTIONS: Final = (
    "-o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
)
"""Never asks, and does not wait forever."""
MARK: Final = "-- sitegen --"
"""A line from which on the output is ours: some machines greet everybody."""
_LOST: Final = 255
_PASSING: Final = re.compile(
    r"timed? ?out|reset by peer|broken pipe|connection (?:closed|refused)|unreachable"
    r"|connection unexpectedly closed|exchange_identification",
    re.IGNORECASE,
)
_HINTS: Final = (
    (r"has published there", "run it again, to see what there is now"),
    (r"no space left|quota|file too large", "make room on the disk"),
    (
        r"host key verification",
        "connect once by hand with `ssh`, and look at the key that it shows",
    ),
    (
        r"permission denied \(|authentication",
        "`ssh` must work there without asking: see to its key",
    ),
    (
        r"permission denied|read-only|cannot create directory",
        "is `path` right, and may you write there?",
    ),
    (r"could not resolve|name or service not known", "is `host` right?"),
    (r"rsync: (?:command )?not found|rsync: no such", "install rsync there"),
    (_PASSING.pattern, "is `host` right? If it is, try later: it goes on where it stopped"),
)


class Far:
    """The other machine, and a folder on it."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._host = host
        self._ssh = f"ssh {_OPTIONS}" + (f" -p {port}" if port else "")
        self.shown = f"{host}:{path}"
        below_home = path == "~" or path.startswith("~/")
        home, rest = ('"$HOME"/', path[2:]) if below_home else ("", path)
        self._path = home + shlex.quote(rest or ".")

    def run(self, script: str, *, make: bool = False) -> bytes:
        """Run a script in the folder. Gives what it printed; nothing where there is no folder.

        `make`: the folder is made. Raises `SitegenError`, or `TransientError`.
        """
        done = self._tried([*self._command, "sh"], self._whole(script, make=make).encode())
        return done.partition(f"{MARK}\n".encode())[2]

    def copy(self, folder: Path, target: str) -> None:
        """Make a folder there be as one here, by the files' bytes. Raises as `run`."""
        options = ["-rcz", "--delete", "-s", "--timeout=120"]
        options += ["--chmod=Du=rwx,Dgo=rx,Fu=rw,Fgo=r", "-e", self._ssh]
        self._tried(["rsync", *options, f"{folder}/", f"{self._host}:{target}/"])

    @contextmanager
    def held(self, script: str) -> Iterator[str]:
        """Keep a script running that goes on when this process, or the line to it, is gone: it
        reads until there is no more. Gives the line that it prints. Raises as `run`.
        """
        with self._started([*self._command, "sh"]) as process:
            assert process.stdin
            assert process.stdout
            try:
                process.stdin.write(self._whole(script, make=True).encode())
                process.stdin.flush()
            except BrokenPipeError:
                pass  # What ssh said is read below.
            line = process.stdout.readline()
            while line and line.decode("utf-8", "replace").strip() != MARK:
                line = process.stdout.readline()
            told = process.stdout.readline().decode("utf-8", "replace").strip()
            if not told:
                _, said = process.communicate()
                raise self._refused(process.returncode, said)
            try:
                yield told
            finally:
                process.stdin.close()
                process.wait()

    @property
    def _command(self) -> list[str]:
        return [*shlex.split(self._ssh), self._host]

    def _whole(self, script: str, *, make: bool) -> str:
        # Without a folder there is nothing to look at; where a file is in its way, `cd` says so.
        ready = f"mkdir -p -- {self._path}" if make else f"[ -e {self._path} ] || exit 0"
        return (
            "main() {\nset -eu\nLC_ALL=C; export LC_ALL; unset CDPATH\n"
            f"{ready}\ncd -- {self._path}\necho '{MARK}'\n{script}\n}}\nmain\n"
        )

    def _tried(self, command: Sequence[str], data: bytes = b"") -> bytes:
        with self._started(command) as process:
            output, said = process.communicate(data)
        if process.returncode:
            raise self._refused(process.returncode, said)
        return output

    def _started(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        except FileNotFoundError:
            message = f"`{command[0]}` is not installed on this machine"
            raise fault(message, hint="this type of target needs `ssh` and `rsync`") from None

    def _refused(self, code: int, data: bytes) -> SitegenError | TransientError:
        said = data.decode("utf-8", "backslashreplace")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        # Of rsync, the last line only tells where in its source it gave up.
        telling = [one for one in lines if not re.match(r"rsync(?: error|:.*code \d+\))", one)]
        reason = (telling or lines or [f"exit code {code}"])[-1]
        hint = next((hint for found, hint in _HINTS if re.search(found, said, re.IGNORECASE)), "")
        if hint == _HINTS[-1][1]:
            return TransientError(reason)
        if (code == 127 or "not found" in reason) and "rsync" in said and not hint:
            hint = "install rsync there"
        return fault(reason, self.shown, hint=hint)


def told(error: TransientError, where: str) -> SitegenError:
    """What may pass, as a fault: where nothing has begun, nobody waits for it."""
    return fault(f"cannot be reached: {error}", where, hint=_HINTS[-1][1])
