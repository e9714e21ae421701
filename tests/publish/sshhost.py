"""The real sshd on loopback, with keys and settings that are thrown away."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

import pytest

_SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
needs_sshd = pytest.mark.skipif(
    not (_SSHD and shutil.which("ssh") and shutil.which("rsync")),
    reason="rsync, ssh or sshd is not installed",
)


@contextmanager
def serving(folder: Path) -> Iterator[Path]:
    """Run sshd. Gives a folder with a program `ssh` that knows `far`, for the search path."""
    for name in ("host", "user"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nUseDNS no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxStartups 100\n"
        "PermitRootLogin prohibit-password\nPrintMotd no\n"
    )
    key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{port} {key}\n")
    (folder / "config").write_text(
        f"Host far\nHostName 127.0.0.1\nPort {port}\nUser {getuser()}\n"
        f"IdentityFile {folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known\n"
        f"StrictHostKeyChecking yes\nGlobalKnownHostsFile {folder}/none\n"
        f"Host stranger\nHostName 127.0.0.1\nPort {port}\nUser {getuser()}\n"
        f"IdentityFile {folder}/host\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known\n"
        f"Host unknown\nHostName 127.0.0.1\nPort {port}\nUserKnownHostsFile {folder}/none\n"
        f"StrictHostKeyChecking yes\nGlobalKnownHostsFile {folder}/none\n"
        "Host closed\nHostName 127.0.0.1\nPort 9\n"
    )
    (folder / "bin").mkdir()
    program = folder / "bin/ssh"
    program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/config "$@"\n')
    program.chmod(0o700)
    if os.name == "posix" and os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # It asks for it where it is run by root.
    assert _SSHD
    command = [_SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr
        said = process.stderr.readline()
        while b"listening" not in said:
            assert said, "sshd has ended"
            said = process.stderr.readline()
        # What it says later must not make it wait.
        drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.PIPE)
        drain.kill()
        try:
            yield folder / "bin"
        finally:
            process.terminate()
            drain.communicate()
