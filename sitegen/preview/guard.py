"""Who may ask: the allow-list of hosts, and the rules for requests from other sites.

A page on the web can make a browser send requests to this computer. Under a host name of its own
that leads here (DNS rebinding) it could read the answers too: so the name must be one of ours.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

Headers = Iterable[tuple[bytes, bytes]]

_HOST: Final = re.compile(rb"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_OURS: Final = (b"", b"none", b"same-origin")


def refusal(headers: Headers, allowed: frozenset[str]) -> str:
    """Why a request is refused; empty where it is not. `allowed`: host names beside our own."""
    headers = list(headers)
    hosts = _values(headers, b"host")
    if len(hosts) != 1 or not (match := _HOST.fullmatch(hosts[0])):
        return "A request must name one host."
    if not is_allowed(match[1].decode().lower(), allowed):
        return f"`{match[1].decode()}` is not served here; `--allow-host` adds a name."
    return _foreign(headers, hosts[0].lower())


def is_allowed(host: str, allowed: frozenset[str]) -> bool:
    """Whether a host name leads to this computer by itself, or was allowed."""
    if host == "localhost" or host.endswith(".localhost") or host in allowed:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _foreign(headers: list[tuple[bytes, bytes]], host: bytes) -> str:
    """Why a request that another site made is refused: all but a link that was followed."""
    site = b",".join(_values(headers, b"sec-fetch-site"))
    if site not in _OURS:
        mode = b",".join(_values(headers, b"sec-fetch-mode"))
        target = b",".join(_values(headers, b"sec-fetch-dest"))
        if mode != b"navigate" or target not in (b"", b"document"):
            return "Another site may link to the preview, and no more."
    for origin in _values(headers, b"origin"):
        if origin.lower() not in (b"http://" + host, b"https://" + host):
            return "Another site may link to the preview, and no more."
    return ""


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]
