"""Where the server listens: this computer alone, unless somebody asks for more."""

import errno
import os
import socket
from contextlib import suppress
from ipaddress import ip_address

from msgspec import Struct

from sitegen.preview.guard import is_allowed
from sitegen.problems import fault

_TRIES = 100
"""Ports that are tried, from the one that was asked for."""
_NO_SUCH_FAMILY = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})


class Listening(Struct, frozen=True):
    """Open sockets on one port."""

    sockets: tuple[socket.socket, ...]
    port: int
    hosts: tuple[str, ...]
    """The names under which they are reached, as they stand in a URL; the best one first."""
    is_open: bool
    """Whether other computers reach them."""

    def urls(self, base: str) -> list[str]:
        """Where the site is, below the path that it is served from."""
        return [f"http://{host}:{self.port}{base}/" for host in self.hosts]


def listen(host: str, port: int) -> Listening:
    """Listen on a port, or on the next that is free. Raises `SitegenError` if there is none.

    `localhost` is both of its addresses, so that no other program answers under one of them.
    """
    addresses = ["127.0.0.1", "::1"] if host == "localhost" else _resolve(host)
    for candidate in range(port, min(port + _TRIES, 65536)):
        sockets = _bind(addresses, candidate)
        if sockets:
            return _listening(host, sockets)
        if port == 0:
            break
    hint = "choose another one with `--port`"
    raise fault(f"no port from {port} on is free on `{host}`", hint=hint)


def _resolve(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        hint = "`--host` takes a name or an address of this computer"
        raise fault(f"there is no host `{host}`", hint=hint) from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _bind(addresses: list[str], port: int) -> list[socket.socket]:
    """Sockets on all addresses; none where the port is taken on one of them."""
    sockets: list[socket.socket] = []
    for address in addresses:
        try:
            sockets.append(_socket(address, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            if error.errno in _NO_SUCH_FAMILY and (sockets or address != addresses[-1]):
                continue
            for opened in sockets:
                opened.close()
            if error.errno in _TAKEN:
                return []
            raise fault(f"cannot listen on {address}: {error.strerror}") from None
    return sockets


def _socket(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Where the protocol is not named asyncio leaves Nagle's algorithm on: 40 ms for each answer.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # The port of a server that has just ended is free again at once.
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((address, port))
        opened.listen(128)
    except OSError:
        opened.close()
        raise
    return opened


def _listening(host: str, sockets: list[socket.socket]) -> Listening:
    port = int(sockets[0].getsockname()[1])
    addresses = [str(one.getsockname()[0]) for one in sockets]
    everywhere = any(ip_address(address).is_unspecified for address in addresses)
    if everywhere:
        names = ["localhost", *_own_addresses()]
    else:
        names = [host if ":" not in host else f"[{host}]"]
    is_open = everywhere or not all(ip_address(a).is_loopback for a in addresses)
    return Listening(tuple(sockets), port, tuple(names), is_open)


def _own_addresses() -> list[str]:
    """Addresses under which other computers may reach this one."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Nothing is sent: the system only chooses the address that it would send from.
        probe.connect(("192.0.2.1", 9))
        found.append(str(probe.getsockname()[0]))
    with suppress(OSError):
        addresses = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found += [str(address[0]) for *_, address in addresses]
    return [a for a in dict.fromkeys(found) if not is_allowed(a, frozenset()) and a != "0.0.0.0"]
