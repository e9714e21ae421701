"""A theme's assets: their addresses, which hold a fingerprint of their content."""

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from sitegen.digests import digest

ASSETS: Final = "/assets/"
"""Where a theme's assets are on the site."""
_CSS_URL: Final = re.compile(r"""(url\(\s*)(["']?)([^"'()#?:]+?)([#?][^"')]*)?\2(\s*\))""")
_CSS_IMPORT: Final = re.compile(r"""(@import\s+)(["'])([^"'#?:]+)([#?][^"']*)?\2()""")


def _address(name: str, data: bytes) -> str:
    stem, suffix = posixpath.splitext(name)
    return f"{ASSETS}{stem}.{digest(data).hex()[:10]}{suffix}"


def placed(found: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """For each asset its address and its bytes, in which what style sheets name has its address."""
    done: dict[str, tuple[str, bytes]] = {}

    def place(name: str, within: tuple[str, ...] = ()) -> str:
        """An asset's address. What a style sheet names comes first: it holds those addresses."""
        if name not in done:
            data = found[name]
            if name.endswith(".css"):
                data = _with_addresses(name, data, (*within, name))
            done[name] = (_address(name, data), data)
        return done[name][0]

    def _with_addresses(name: str, data: bytes, within: tuple[str, ...]) -> bytes:
        folder = posixpath.dirname(name)

        def address(match: re.Match[str]) -> str:
            before, _, url, tail, end = match.groups()
            target = posixpath.normpath(posixpath.join(folder, url))
            if target not in found or target in within:
                return match[0]
            relative = posixpath.relpath(place(target, within), ASSETS + folder)
            return f'{before}"{relative}{tail or ""}"{end}'

        text = _CSS_IMPORT.sub(address, data.decode("utf-8", "replace"))
        return _CSS_URL.sub(address, text).encode()

    for name in found:
        place(name)
    return done
