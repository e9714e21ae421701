"""All that a build reads, read."""

from collections.abc import Iterable

from msgspec import Struct

from sitegen.build.articles import Articles
from sitegen.build.statics import Statics
from sitegen.config import Config
from sitegen.problems import Problem, SitegenError, errors
from sitegen.theme import Theme


class Sources(Struct, frozen=True):
    """The project as it is now."""

    config: Config
    theme: Theme
    articles: Articles
    statics: Statics
    seeds: tuple[Problem, ...] = ()
    """What could not be used of them."""


def stop_at(problems: Iterable[Problem], strict: bool) -> None:
    """Go on only where nothing forbids it."""
    found = list(problems)
    if errors(found) or (strict and found):
        raise SitegenError(found)
