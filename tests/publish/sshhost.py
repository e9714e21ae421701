"""The real sshd on loopback, with keys and settings that are thrown away."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
needs_sshd = pytest.mark.skipif(
    not (_SSHD and shutil.which("ssh") and shutil.which("rsync")),
    reason="rsync, ssh or sshd is not installed",
)

_FEW = (
    "sh",
    "cat",
    "find",
    "ls",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sha256sum",
    "shasum",
    "ln",
    "dd",
)
"""What every machine has."""


@contextmanager
def serving(folder: Path) -> Iterator[Path]:
    """Run sshd. Gives a folder with a program `ssh`, for the search path, that knows machines:
    `far`; `bare`, the same without rsync; and those that refuse.
    """
    for name in ("host", "user", "wrong"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    ports = _free(), _free()
    (folder / "few").mkdir()
    for path in filter(None, map(shutil.which, _FEW)):
        (folder / "few" / Path(path).name).symlink_to(path)
    (folder / "sshd_config").write_text(
        f"Port {ports[0]}\nPort {ports[1]}\nListenAddress 127.0.0.1\n"
        f"HostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nUseDNS no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxStartups 100\n"
        "PermitRootLogin prohibit-password\nPrintMotd no\nMaxSessions 100\n"
        # What people's shells do when they begin may take long, and is theirs.
        f"SetEnv HOME={folder}/home\n"
        f"Match LocalPort {ports[1]}\nSetEnv HOME={folder}/home PATH={folder}/few\n"
    )
    key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known").write_text(f"far {key}\n")
    (folder / "none").touch()
    (folder / "home").mkdir()
    # The name of a socket must be short: test folders' are not.
    with TemporaryDirectory(prefix="ssh") as short:
        (folder / "config").write_text(
            f"Host far\nControlPath {short}/line\n"
            f"Host closed\nPort 9\nHost bare\nPort {ports[1]}\n"
            f"Host stranger\nIdentityFile {folder}/wrong\n"
            f"Host unknown\nUserKnownHostsFile {folder}/none\n"
            "Host *.invalid\nHostName nobody.invalid\n"
            f"Host * !stranger\nIdentityFile {folder}/user\n"
            f"Host *\nHostName 127.0.0.1\nHostKeyAlias far\nPort {ports[0]}\nUser {getuser()}\n"
            f"IdentitiesOnly yes\nUserKnownHostsFile {folder}/known\n"
            f"StrictHostKeyChecking yes\nGlobalKnownHostsFile {folder}/none\n"
        )
        (folder / "bin").mkdir()
        program = folder / "bin/ssh"
        program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
        program.chmod(0o700)
        with _sshd(folder):
            # One line for most tests: to shake hands takes longer than all else that they do.
            line = subprocess.Popen(
                [program, "-M", "-N", "-o", "LogLevel=ERROR", "far"], stdin=subprocess.DEVNULL
            )
            try:
                direct = ("-o", "ControlPath=none", "-o", "ConnectTimeout=30", "far", "true")
                subprocess.run([program, *direct], check=True, timeout=60)
                yield folder / "bin"
            finally:
                line.terminate()
                line.wait()


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _sshd(folder: Path) -> Iterator[None]:
    if os.name == "posix" and os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # It asks for it where it is run by root.
    assert _SSHD
    log = folder / "log"
    command = [_SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
    with log.open("wb") as said, subprocess.Popen(command, stderr=said) as process:
        while b"listening" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
        try:
            yield
        finally:
            process.terminate()
