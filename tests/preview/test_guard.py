"""Who may ask: Host, Origin and Sec-Fetch."""

import itertools

import pytest

from sitegen.preview.guard import refusal
from tests.preview.project import Bench
from tests.preview.serving import serving

ALLOWED = frozenset({"preview.example", "192.168.1.5"})


@pytest.mark.parametrize(
    ("hosts", "answered"),
    [
        (["localhost"], True),
        (["localhost:8000"], True),
        (["LocalHost:8000"], True),
        (["digest.localhost:8000"], True),
        (["127.0.0.1:8000"], True),
        (["127.8.8.8"], True),
        (["[::1]:8000"], True),
        (["preview.example"], True),
        (["Preview.Example:80"], True),
        (["192.168.1.5:8000"], True),
        ([], False),
        ([""], False),
        (["localhost", "localhost"], False),
        (["localhost", "evil.example"], False),
        (["evil.example"], False),
        (["evil.example:8000"], False),
        (["localhost.evil.example"], False),
        (["notlocalhost"], False),
        (["127.0.0.1.evil.example"], False),
        (["127.1"], False),
        (["2130706433"], False),
        (["0.0.0.0"], False),
        (["[::ffff:8.8.8.8]"], False),
        (["10.0.0.1"], False),
        (["localhost:8000@evil.example"], False),
        (["evil.example#localhost"], False),
        (["localhost/"], False),
        (["localhost:"], False),
        (["local host"], False),
        (["localhost,evil.example"], False),
        (["sub.preview.example"], False),
    ],
)
def test_hosts(hosts: list[str], answered: bool) -> None:  # promise 2
    """One host, and one of ours."""
    headers = [(b"host", host.encode()) for host in hosts]
    assert (refusal(headers, ALLOWED) == "") is answered


ORIGINS = ["", "http://localhost:8000", "http://evil.example", "http://localhost:3000", "null"]
SITES = ["", "none", "same-origin", "same-site", "cross-site"]
MODES = [("navigate", "document"), ("navigate", "iframe"), ("no-cors", "script"), ("cors", "empty")]


@pytest.mark.parametrize(("origin", "site", "mode"), list(itertools.product(ORIGINS, SITES, MODES)))
def test_origins(origin: str, site: str, mode: tuple[str, str]) -> None:  # promise 4
    """Another site may link to the preview; it may neither embed it nor ask for its data."""
    headers = [(b"host", b"localhost:8000")]
    if origin:
        headers.append((b"origin", origin.encode()))
    if site:
        headers.append((b"sec-fetch-site", site.encode()))
        headers.append((b"sec-fetch-mode", mode[0].encode()))
        headers.append((b"sec-fetch-dest", mode[1].encode()))
    own_origin = origin in ("", "http://localhost:8000")
    own_site = site in ("", "none", "same-origin") or mode == ("navigate", "document")
    assert (refusal(headers, frozenset()) == "") is (own_origin and own_site)


def test_every_route(bench: Bench) -> None:  # promises 2, 4
    """Every route refuses foreign hosts and origins, the stream of events and 404s included."""
    targets = [
        "/",
        "/nope",
        "/.sitegen/events",
        "/.sitegen/page",
        "/.sitegen/client.js",
        "/feed.xml",
    ]
    with serving(bench) as served:
        for target in targets:
            assert served.status(target, host="evil.example") == 403
            assert served.status(target, host="") == 403
            assert served.status(target, "Host: localhost") == 403
            assert served.status(target, "Origin: http://evil.example") == 403
            script = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors")
            assert served.status(target, *script) == 403
        assert served.raw(b"GET / HTTP/1.0\r\n\r\n").split()[1] == b"403"
        assert served.status("http://evil.example/") == 404
        answer = served.get("/")
        assert b"access-control" not in answer.lower()
        assert b"cross-origin-resource-policy: same-origin" in answer
