"""sitegen without its feeds, to know what they cost. No setting leaves them out: `python -m
bench.feedless` takes the arguments of `sitegen`.
"""

from collections.abc import Iterator

from sitegen import syndication
from sitegen.cli import main
from sitegen.pages import Page


def _no_feeds(_planner: syndication._Planner) -> Iterator[Page]:
    return iter(())


if __name__ == "__main__":
    syndication._Planner.feeds = _no_feeds  # type: ignore[method-assign, assignment]
    main()
