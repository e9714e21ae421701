"""What forbids a plan: guards fail closed; each is overridden by its name alone (promise 16)."""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import Final

from sitegen.problems import Problem, SitegenError
from sitegen.publish.kinds import foreign, is_page
from sitegen.publish.manifest import Manifest
from sitegen.publish.plan import Plan

_FEW: Final = 10
"""Files or articles that may go without a question, however small the site is."""
_SHOWN: Final = 5
"""Names in a sentence; of more, only the number is told."""


class Guard(StrEnum):
    """What can forbid a plan, by the word that allows it."""

    DELETIONS = "deletions"
    """More than a quarter of the site would go."""
    EMPTY = "empty"
    """The site has no articles."""
    SHRUNKEN = "shrunken"
    """Fewer than half the articles, or half the bytes, of what is published."""
    FOREIGN = "foreign"
    """The target holds files, and sitegen has never published there."""
    CHANGED = "changed"
    """Somebody else changed what sitegen published."""
    OTHER_SITE = "other-site"
    """Another site is published there."""


def check(where: str, plan: Plan, last: Manifest | None, allowed: Collection[str]) -> None:
    """Raises `SitegenError` with everything that forbids the plan and is not allowed by name.

    `where`: the target, for people.
    """
    problems = [
        Problem(message, where, hint=f"{advice}; `--force {guard}` publishes all the same")
        for guard, message, advice in _objections(plan, last)
        if guard not in allowed
    ]
    if problems:
        raise SitegenError(problems)


def _objections(plan: Plan, last: Manifest | None) -> Iterator[tuple[Guard, str, str]]:
    new = plan.after.release
    if new.articles == 0 or not any(map(is_page, plan.after.files)):
        yield Guard.EMPTY, "the site has no articles", "look at what `sitegen build` says"
    if last is None:
        if found := foreign({*plan.foreign, *plan.changed}):
            message = f"the target is not empty, and sitegen never published there: {_few(found)}"
            yield Guard.FOREIGN, message, "is it the right place? Its own files would stay"
        if plan.changed:
            message = f"files of somebody else would be replaced: {_few(plan.changed)}"
            yield Guard.CHANGED, message, "move them away"
        return
    if last.site != plan.after.site:
        message = f"another site is published there: {last.site}"
        yield Guard.OTHER_SITE, message, "is it the right place?"
    if plan.changed:
        message = f"somebody else has changed what sitegen published: {_few(plan.changed)}"
        yield Guard.CHANGED, message, "their changes would be replaced"
    gone = len(plan.deletes)
    if gone > _FEW and gone * 4 > len(last.files):
        message = f"{gone:,} of {len(last.files):,} published files would be deleted"
        yield Guard.DELETIONS, message, "look at what `--dry-run` shows"
    old = last.release
    if old.articles > _FEW and new.articles * 2 < old.articles:
        message = f"the site has shrunk from {old.articles:,} articles to {new.articles:,}"
        yield Guard.SHRUNKEN, message, "look at what `sitegen build` says"
    elif old.articles > _FEW and new.pages * 2 < old.pages:
        message = f"the pages have shrunk from {old.pages:,} bytes to {new.pages:,}"
        yield Guard.SHRUNKEN, message, "look at the pages in the output"


def _few(paths: Sequence[str]) -> str:
    names = ", ".join(f"`{path}`" for path in paths[:_SHOWN])
    more = len(paths) - _SHOWN
    return f"{names} and {more:,} more" if more > 0 else names
