"""Compares keys with the manifest: how the output differs from what it must hold."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sitegen.build.environments import Environments
from sitegen.build.plans import Compared, Planned
from sitegen.build.state import State
from sitegen.cards import Entry
from sitegen.copies import Copied
from sitegen.digests import digest
from sitegen.pages import Page
from sitegen.theme import Theme


class Differences(Struct, frozen=True):
    """How the output differs from what it must hold."""

    pages: list[tuple[Page, bytes]]
    """To be rendered, each with its key."""
    copies: list[Copied]
    """To be copied."""
    gone: list[str]
    """Files that are no longer planned."""


class Plan(Struct, frozen=True):
    """Everything that the output must hold, and what it is made with."""

    theme: Theme
    context: bytes
    """What all chunks of pages are rendered with."""
    settings: bytes
    """The digest of the configuration."""
    facts: Mapping[str, object]
    """What templates read as `site`."""
    entries: Mapping[str, Entry]
    """The articles as they are now, by their files: those whose bodies pages show."""
    paths: frozenset[str]
    """Of every file."""
    pages: Sequence[Page]
    """All; where nothing but bodies differs, those that show one that does."""
    planned: Planned | None = None
    """None where nothing but bodies differs, so that nothing had to be planned."""
    copies: tuple[Copied, ...] = ()

    @classmethod
    def of(
        cls,
        theme: Theme,
        context: bytes,
        settings: bytes,
        planned: Planned,
        copies: tuple[Copied, ...],
        entries: Mapping[str, Entry],
        last: Compared | None,
    ) -> "Plan":
        """The plan of a site and what is copied beside its pages. `last`: what was compared."""
        if last is not None and last.planned is planned and last.copies == copies:
            paths = last.paths
        else:
            pages = (page.path for page in planned.pages)
            paths = frozenset([*pages, *(copy.path for copy in copies)])
        facts, shown = planned.facts, planned.pages
        return cls(theme, context, settings, facts, entries, paths, shown, planned, copies)


def find_differences(
    state: State,
    plan: Plan,
    environments: Environments,
    damaged: Mapping[str, bytes],
) -> Differences:
    """Compare the key of everything planned with that of what the last build wrote."""
    outputs, entries = state.cache.outputs, plan.entries
    stale: list[tuple[Page, bytes]] = []
    for page in _doubtful(state, plan, environments, damaged):
        wanted = page.digest
        if page.bodies:
            wanted = digest(wanted + b"".join([entries[path].body for path in page.bodies]))
        written = outputs.get(page.path)
        if (
            written is None
            or written.wanted != wanted
            or page.path in damaged
            or written.environment != environments.of(written.reads)
        ):
            stale.append((page, wanted))
    last = state.compared
    if plan.planned is None or (last is not None and last.paths is plan.paths and not damaged):
        # The same files, all of them there.
        return Differences(stale, [], [])
    copies = [
        copy
        for copy in plan.copies
        if (written := outputs.get(copy.path)) is None
        or written.wanted != copy.digest
        or copy.path in damaged
    ]
    paths = plan.paths
    return Differences(stale, copies, [path for path in outputs if path not in paths])


def _doubtful(
    state: State, plan: Plan, environments: Environments, damaged: Mapping[str, bytes]
) -> Iterable[Page]:
    """The pages whose keys may differ from the manifest's.

    Where the last build of this state has compared the plan before, these are the pages that are
    others than in that plan, that show a body which has changed since, that read a site fact which
    has, or that were damaged.
    """
    last = state.compared
    if plan.planned is None or last is None or last.theme != plan.theme.digest:
        return plan.pages
    pages, shown_on = last.planned.by_path, last.planned.shown_on
    changed = state.cache.changed
    paths = {page for path in changed for page in shown_on.get(path, ())} | damaged.keys()
    moved = {n for n, read in environments.all().items() if last.reads.get(n) != read}
    if moved:
        outputs = state.cache.outputs.items()
        paths |= {path for path, written in outputs if written.reads in moved}
    if last.planned is plan.planned:
        return [pages[path] for path in sorted(paths) if path in pages]
    return [page for page in plan.pages if pages.get(page.path) is not page or page.path in paths]
