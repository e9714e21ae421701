"""The real nginx and Caddy, with what `docs/hosting.md` shows, on a free port of loopback."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from tests.test_docs import files

SERVERS: Final = ("nginx", "caddy")
_NGINX: Final = """
{user}
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    {site}
}}
"""
_CADDY: Final = "{\n\tadmin off\n\tauto_https off\n}\n"


class Server:
    """A web server, to be asked."""

    def __init__(self, port: int) -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=20)

    def get(self, path: str, encoding: str = "") -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers by their names in small letters, and the bytes as they are sent."""
        self._line.request(
            "GET", quote(path, safe="/%"), headers={"Accept-Encoding": encoding or "identity"}
        )
        answer = self._line.getresponse()
        return answer.status, {name.lower(): it for name, it in answer.getheaders()}, answer.read()

    def close(self) -> None:
        self._line.close()


@contextmanager
def serving(kind: str, root: Path, folder: Path) -> Iterator[Server]:
    """Serve a folder, which the settings of the documentation call `/srv/digest/current`."""
    program = shutil.which(kind, path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if not program:
        pytest.skip(f"{kind} is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = _nginx if kind == "nginx" else _caddy
    log = folder / "log"
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [program, *command(root, folder, port)], stdout=said, stderr=said, env=environ
        ) as process,
    ):
        try:
            while not _answers(port):
                assert process.poll() is None, log.read_text()
            server = Server(port)
            yield server
            server.close()
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.05).close()
    except OSError:
        return False
    return True


def _changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _nginx(root: Path, folder: Path, port: int) -> list[str]:
    site = _changed(
        files("hosting.md")["digest.conf"],
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/srv/digest/current", str(root)),
        ("/etc/nginx/mime.types", str(_mime_types())),
    )
    # Who is root may not be let down to somebody who cannot read a test's folder.
    user = "user root root;" if os.getuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(user=user, folder=folder, site=site))
    return ["-p", str(folder), "-e", "stderr", "-c", str(config)]


def _mime_types() -> Path:
    places = map(Path, ("/etc/nginx", "/usr/local/etc/nginx", "/opt/homebrew/etc/nginx"))
    return next(place / "mime.types" for place in places if (place / "mime.types").exists())


def _caddy(root: Path, folder: Path, port: int) -> list[str]:
    site = _changed(
        files("hosting.md")["Caddyfile"],
        ("harrowbay.example {", f"http://127.0.0.1:{port} {{"),
        ("/srv/digest/current", str(root)),
    )
    config = folder / "Caddyfile"
    config.write_text(_CADDY + site)
    return ["run", "--config", str(config), "--adapter", "caddyfile"]
