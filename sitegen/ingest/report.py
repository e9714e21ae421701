"""What ingest did, or would do: one Outcome for each article of each seed, and the counts."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from sitegen.problems import Problem

Progress = Callable[[int, int], None]
"""Called with the seeds done and the seeds to do; a large seed counts as many."""


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Action(StrEnum):
    """What becomes of one article."""

    NEW = "new"
    """Written for the first time."""
    UPDATED = "updated"
    """The seed changed, the editor did not: written again."""
    UNCHANGED = "unchanged"
    """The seed gives what it gave before."""
    KEPT = "kept"
    """The editor changed it, the seed did not, or both made the same change."""
    MERGED = "merged"
    """Both changed, in different places: both changes are in."""
    CLASH = "clash"
    """Both changed the same place: the editor's stays, the incoming copy lies beside it."""
    REMOVED = "removed"
    """The editor deleted it: it stays deleted."""
    DUPLICATE = "duplicate"
    """Another seed gave the same article before."""
    GONE = "gone"
    """Its seed, or its place in the seed, is no more: the article stays."""
    ASIDE = "set aside"
    """The seed cannot be used; a problem tells why."""


class SeedState(StrEnum):
    """What happened to a seed since it was converted last."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RENAMED = "renamed"
    GONE = "gone"


class Outcome(Struct, frozen=True):
    """What became, or would become, of one article."""

    seed: str
    """Its file, relative to `seeds/`."""
    action: Action
    state: SeedState = SeedState.UNCHANGED
    """What happened to the seed."""
    article: str = ""
    """The article's file, relative to `content/`; empty where there is none."""
    title: str = ""
    """What the seed calls it."""
    edited: tuple[str, ...] = ()
    """What the editor changed since the seed last gave it: fields, or `body`."""
    changed: tuple[str, ...] = ()
    """What the seed changed since then."""
    clashes: tuple[str, ...] = ()
    """What both changed, each its own way."""
    incoming: str = ""
    """The copy that waits beside the article, relative to `content/`."""
    was: str = ""
    """The seed's name before it was renamed."""
    count: int = 1
    """Of a seed with very many articles: for how many it stands; then it names none of them."""


class IngestReport(Struct, frozen=True):
    """Everything that was done, and every problem."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> dict[Action, int]:
        """How many articles each action was for."""
        counted: Counter[Action] = Counter()
        for outcome in self.outcomes:
            counted[outcome.action] += outcome.count
        return {action: counted[action] for action in Action if counted[action]}

    @property
    def written(self) -> tuple[str, ...]:
        """Articles that were, or would be, written, relative to `content/`."""
        acts = (Action.NEW, Action.UPDATED, Action.MERGED)
        return tuple(o.article for o in self.outcomes if o.action in acts or o.clashes)
