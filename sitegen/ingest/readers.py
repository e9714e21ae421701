"""The order in which formats are asked whether a seed is theirs: the pickiest first."""

from collections.abc import Iterator
from typing import Final

from sitegen.ingest import feed, html, lexis, markdown_seed, plain, reuters, table
from sitegen.ingest.seed import Found, Reader, Seed
from sitegen.problems import fault

READERS: Final[tuple[Reader, ...]] = (
    feed, reuters, lexis, html, table, markdown_seed, plain,
)  # fmt: skip


def read(seed: Seed) -> Iterator[Found]:
    """The articles in a seed. Raises `SitegenError` (no path) if it cannot be used."""
    for reader in READERS:
        if reader.recognises(seed):
            yield from reader.read(seed)
            return
    raise fault("there is nothing in it", hint="a seed is an article: text, Markdown, …")
