"""The last plan of a state. It serves again where nothing differs that it was made of."""

from collections import defaultdict
from functools import cached_property

from msgspec import Struct

from sitegen.copies import Copied
from sitegen.memo import Memo
from sitegen.pages import Page
from sitegen.pictures import Gallery
from sitegen.problems import Problem
from sitegen.related import Relations
from sitegen.site import Site


class Planned(Struct, frozen=True, dict=True):
    """The site and its pages."""

    made_of: bytes
    """The digest of every card and setting that they were made of."""
    site: Site
    pages: list[Page]
    facts: dict[str, object]
    """What templates read as `site`."""
    problems: tuple[Problem, ...]
    for_hosts: tuple[Copied, ...]
    """What hosts are told, as files."""
    relations: Relations
    """With what the next plan can be made from, sooner; and so the memo."""
    memo: Memo

    @cached_property
    def by_path(self) -> dict[str, Page]:
        """Its pages, by their files."""
        return {page.path: page for page in self.pages}

    @cached_property
    def shown_on(self) -> dict[str, list[str]]:
        """The files of the pages that show an article's body."""
        found: dict[str, list[str]] = defaultdict(list)
        for page in self.pages:
            for path in page.bodies:
                found[path].append(page.path)
        return found


class Pictures(Struct, frozen=True):
    """What articles show of the project's files, and the cards of those that show nothing."""

    made_of: bytes
    """The digest of every card and setting that tells which there are."""
    gallery: Gallery
    copies: tuple[Copied, ...]
    problems: tuple[Problem, ...]
    keys: frozenset[bytes]
    """What they were made by."""


class Compared(Struct, frozen=True):
    """What the last build of a state compared with the manifest, and found or made equal to it."""

    planned: Planned
    theme: bytes
    """Its digest."""
    copies: tuple[Copied, ...]
    paths: frozenset[str]
    """Of all files, pages and copies."""
    reads: dict[int, bytes]
    """What each set of reads stood for."""
