"""Sources → output: plan every page, compare keys, make anew what differs."""

from collections.abc import Callable, Mapping

from sitegen.build.comparing import Plan, find_differences
from sitegen.build.environments import Environments
from sitegen.build.outputs import rehearse_pages, write_differences
from sitegen.build.planning import plan_digest, plan_site, read_pictures
from sitegen.build.rendering import CompileJob, compile_templates, context_of
from sitegen.build.report import Outcome, Stopwatch
from sitegen.build.search import search_index
from sitegen.build.sources import Sources, stop_at
from sitegen.build.state import Last, State
from sitegen.build.writer import Output
from sitegen.config import Config
from sitegen.facts import config_facts
from sitegen.problems import in_order
from sitegen.site import Choice
from sitegen.theme import Theme


def remake(
    state: State,
    sources: Sources,
    choice: Choice,
    inputs: bytes,
    output: Output,
    damaged: Mapping[str, bytes],
    *,
    strict: bool,
    renew: bool,
    rehearse: bool,
    watch: Stopwatch,
) -> tuple[Outcome, int]:
    """Bring the output up to date: what was done, and how many files it holds.

    `rehearse`: as in `build`. `inputs`: the digest of the sources. `damaged`: files that are not as
    the last build left them. Raises `SitegenError` with every problem found, and then has written
    nothing.
    """
    config, theme, articles, statics = (
        sources.config,
        sources.theme,
        sources.articles,
        sources.statics,
    )
    with watch.stage("plan"):
        collection = state.collection
        problems = [*articles.problems, *statics.problems, *collection.told()]
        stop_at([*sources.seeds, *problems], strict)
        key = plan_digest(state, config, theme, statics, articles, choice)
        context = context_of(theme, config)
        compiled = _compile_meanwhile(state, config, theme, context)
    with watch.stage("pictures"):
        pictures = read_pictures(state, key, config, theme, statics, articles, choice, watch)
        problems += pictures.problems
    with watch.stage("plan"):
        planned = plan_site(state, key, config, theme, statics, pictures, choice)
        problems += planned.problems
        stop_at(problems, strict)
    with watch.stage("search"):
        index = search_index(state, config, planned.site, damaged, renew, watch)
    with watch.stage("compare"):
        copies = (*statics.copies, *pictures.copies, *planned.for_hosts, *index.copies)
        plan = Plan.of(theme, context, planned, copies, collection.entries, state.compared)
        environments = Environments(state.cache, theme, planned.facts)
        differences = find_differences(state, plan, environments, damaged)
    if rehearse:
        rehearse_pages(state, plan)
    with watch.stage("pages"):
        if compiled is not None:
            with state.cache.transaction():
                state.cache.put_codes(compiled() or {})
        outcome = write_differences(state, plan, differences, environments, output, damaged, watch)
    until = collection.until(choice)
    published = len(planned.site.cards)
    held = len(collection.entries) - published
    last = Last(inputs, choice.now, until, published, in_order(problems), held, index.stale)
    state.remember(last, pictures)
    return outcome, len(plan.paths)


def _compile_meanwhile(
    state: State, config: Config, theme: Theme, context: bytes
) -> Callable[[], dict[str, bytes] | None] | None:
    """Have a process that waits for pages compile their templates, where no earlier build has."""
    if state.cache.has_codes:
        return None
    names = tuple(sorted(theme.template_names()))
    job = CompileJob(context, str(state.cache.path), config_facts(config), names)
    return state.workers.meanwhile(compile_templates, job)
