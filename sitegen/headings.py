"""Headings of a body: their levels, and names for links to them."""

from collections.abc import Sequence

from sitegen.rendered import Heading
from sitegen.urls import slugify


def headings(found: Sequence[tuple[int, str]]) -> tuple[Heading, ...]:
    """The headings of a body, from their levels and texts.

    A page has one `h1`, its headline: in a body that uses `#` all are moved down by one.
    """
    down = any(level == 1 for level, _ in found)
    used: dict[str, int] = {}
    return tuple(
        [Heading(min(6, level + down), _unused(slugify(text), used), text) for level, text in found]
    )


def _unused(name: str, used: dict[str, int]) -> str:
    """A name that no heading has yet: `name`, `name-2`, `name-3`, …"""
    number, free = used.get(name, 0), name
    while free in used:
        number += 1
        free = f"{name}-{number}"
    used[name] = max(number, 1)
    used.setdefault(free, 1)
    return free
