"""Sources → output: plan every page, compare keys, make anew what differs."""

from collections.abc import Callable, Mapping

from msgspec import Struct, structs

from sitegen.build.comparing import Plan, find_differences
from sitegen.build.environments import Environments
from sitegen.build.kept_pages import are_kept, pages_showing
from sitegen.build.outputs import rehearse_pages, write_differences
from sitegen.build.planning import plan_digest, plan_site, read_pictures
from sitegen.build.plans import Pictures
from sitegen.build.rendering import CompileJob, compile_templates, context_of
from sitegen.build.report import Outcome, Stopwatch
from sitegen.build.search import search_index
from sitegen.build.sources import Sources, stop_at
from sitegen.build.state import Inputs, Last, State
from sitegen.build.writer import Output
from sitegen.cards import Entry
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.facts import config_facts, decoded, encoded
from sitegen.problems import in_order
from sitegen.site import Choice
from sitegen.theme import Theme


def remake(
    state: State,
    sources: Sources,
    choice: Choice,
    inputs: Inputs,
    output: Output,
    damaged: Mapping[str, bytes],
    *,
    strict: bool,
    renew: bool,
    rehearse: bool,
    watch: Stopwatch,
) -> tuple[Outcome, int]:
    """Bring the output up to date: what was done, and how many files it holds.

    `rehearse`: as in `build`. `damaged`: files that are not as the last build left them. Raises
    `SitegenError` with every problem found, and then has written nothing.
    """
    recalled = None
    if not damaged and not rehearse:
        with watch.stage("plan"):
            recalled = _recalled(state, sources, choice, inputs)
    wanted = recalled or _planned(
        state, sources, choice, inputs, damaged, renew=renew, strict=strict, watch=watch
    )
    plan, last = wanted.plan, wanted.last
    stop_at([*sources.seeds, *last.problems], strict)
    with watch.stage("compare"):
        environments = Environments(state.cache, sources.theme, plan.facts)
        differences = find_differences(state, plan, environments, damaged)
    if rehearse:
        rehearse_pages(state, plan)
    with watch.stage("pages"):
        if wanted.compiled is not None:
            with state.cache.transaction():
                state.cache.put_codes(wanted.compiled() or {})
        outcome = write_differences(state, plan, differences, environments, output, damaged, watch)
    if wanted.pictures is None:
        state.remember_bodies(last)
    else:
        state.remember(last, wanted.pictures, encoded(plan.facts))
    return outcome, len(plan.paths)


class _Wanted(Struct, frozen=True):
    """What the output must be brought to."""

    plan: Plan
    last: Last
    """What is to be remembered once it is there."""
    pictures: Pictures | None = None
    """None where nothing but bodies differs."""
    compiled: Callable[[], dict[str, bytes] | None] | None = None
    """Waits for templates that are compiled meanwhile."""


def _planned(
    state: State,
    sources: Sources,
    choice: Choice,
    inputs: Inputs,
    damaged: Mapping[str, bytes],
    *,
    renew: bool,
    strict: bool,
    watch: Stopwatch,
) -> _Wanted:
    """Everything, planned."""
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
        entries, settings = collection.entries, digest(config.digest)
        plan = Plan.of(theme, context, settings, planned, copies, entries, state.compared)
    until = collection.until(choice)
    published = len(planned.site.cards)
    held = len(collection.entries) - published
    told = in_order(problems)
    last = Last(inputs, choice.now, until, key, published, told, held, index.stale)
    return _Wanted(plan, last, pictures, compiled)


def _recalled(state: State, sources: Sources, choice: Choice, inputs: Inputs) -> _Wanted | None:
    """The pages that show what differs, where that is nothing but bodies: then the last build's
    plan is the one that would be made again. Raises `CacheError`.
    """
    last, cache, config = state.last, state.cache, sources.config
    if last is None or last.inputs.others != inputs.others or not last.in_time(choice.now):
        return None
    if config.search.enabled:
        # All articles are needed to tell whether the index is theirs.
        return None
    changed = cache.changed
    now = dict(cache.parsed(changed))
    if any(path not in now or now[path].plans != before for path, before in changed.items()):
        return None
    planned, compared = state.planned, state.compared
    entries: Mapping[str, Entry]
    if planned is not None and planned.made_of == last.plan:
        paths = sorted({path for article in changed for path in planned.shown_on.get(article, ())})
        pages, entries = [planned.by_path[path] for path in paths], state.collection.entries
    elif are_kept(cache, digest(config.digest)):
        pages, entries = pages_showing(cache, changed)
    else:
        return None
    files = compared.paths if compared else frozenset(cache.outputs)
    context, facts = context_of(sources.theme, config), decoded(state.facts, config)
    plan = Plan(sources.theme, context, digest(config.digest), facts, entries, files, pages)
    return _Wanted(plan, structs.replace(last, inputs=inputs, since=choice.now))


def _compile_meanwhile(
    state: State, config: Config, theme: Theme, context: bytes
) -> Callable[[], dict[str, bytes] | None] | None:
    """Have a process that waits for pages compile their templates, where no earlier build has.

    One alone, for where cores are few, more would keep this process from planning.
    """
    if state.cache.has_codes:
        return None
    names = tuple(sorted(theme.template_names()))
    job = CompileJob(context, state.cache.file, config_facts(config), names)
    return state.workers.meanwhile(compile_templates, job)
