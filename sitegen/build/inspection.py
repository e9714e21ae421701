"""Sources → what is wrong with them, though it may forbid no build."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import structs

from sitegen.build.planning import plan_digest, plan_site, read_pictures
from sitegen.build.report import Stopwatch
from sitegen.build.sources import Sources
from sitegen.build.state import State
from sitegen.cards import Entry
from sitegen.checks import unstable_ids
from sitegen.config import Config
from sitegen.content import decode
from sitegen.feed_checks import feed_faults
from sitegen.frontmatter import parse
from sitegen.problems import Problem, Severity, in_order
from sitegen.site import Choice


def inspect_sources(
    state: State, sources: Sources, choice: Choice, watch: Stopwatch
) -> tuple[Problem, ...]:
    """Every problem. Broken links count as errors."""
    config, theme, articles, statics = (
        sources.config,
        sources.theme,
        sources.articles,
        sources.statics,
    )
    collection = state.collection
    key = plan_digest(state, config, theme, statics, articles, choice)
    pictures = read_pictures(state, key, config, theme, statics, articles, choice, watch)
    planned = plan_site(state, key, config, theme, statics, pictures, choice)
    links = (structs.replace(found, severity=Severity.ERROR) for found in planned.problems)
    ids = unstable_ids(collection.entries.values(), config.build.content)
    feeds = _feed_problems(state.root, config, collection.entries.values(), choice)
    told = [*articles.problems, *statics.problems, *collection.told(), *pictures.problems]
    return in_order([*told, *links, *ids, *feeds])


def _feed_problems(
    root: Path, config: Config, entries: Iterable[Entry], choice: Choice
) -> Iterator[Problem]:
    """What feeds would change in the articles that are not drafts, each with the line to mend."""
    for entry in entries:
        card = entry.card
        found = list(feed_faults(card, choice.now)) if choice.drafts or not card.draft else []
        if found:
            path = f"{config.build.content}/{card.path}"
            fields = parse(decode((root / path).read_bytes())).fields
            for field, problem in found:
                yield problem.at(path, fields[field].line if field in fields else 1)
