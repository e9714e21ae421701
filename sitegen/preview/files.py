"""The path of a request → a file of the output, or none: nothing outside of it is ever opened."""

import os
import re
import stat
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from sitegen import urls

_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # A named pipe would keep the server waiting.
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def address_of(target: bytes) -> str | None:
    """The address that a request's path names; None where no page could have it.

    It is unquoted once. What could mean another file to any system is no address: `..`, empty
    and hidden names, backslashes, `%` and `#` that were quoted twice, control characters.
    """
    if _BAD_ESCAPE.search(target):
        return None
    try:
        address = unquote_to_bytes(target).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if urls.fault_in(address) else address


def open_file(output: Path, relative: str) -> int | None:
    """Open a regular file whose real path is inside the output; None if it is not there."""
    path = output / relative
    try:
        if Path(os.path.realpath(path)) != Path(os.path.realpath(output)) / relative:
            # A symbolic link is on the way. sitegen makes none.
            return None
        file = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        return None
    return file


def open_page(output: Path, address: str) -> tuple[int, str] | None:
    """The open file that answers an address, and its path in the output."""
    name = f"{address}index.html" if address.endswith("/") else address
    # A file of `static/` keeps its name as it is; all others are composed (NFC).
    for relative in dict.fromkeys((name.lstrip("/"), urls.output_path(address))):
        file = open_file(output, relative)
        if file is not None:
            return file, relative
    return None


def is_folder(output: Path, address: str) -> bool:
    """Whether the address is that of a page, but for its last `/`."""
    opened = None if address.endswith("/") else open_page(output, f"{address}/")
    if opened is None:
        return False
    os.close(opened[0])
    return True
