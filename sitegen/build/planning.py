"""Articles → the pages that the output must hold."""

import msgspec

from sitegen import pages, syndication, urls
from sitegen.build.articles import Articles
from sitegen.build.pictures import Files, make_pictures
from sitegen.build.plans import Pictures, Planned
from sitegen.build.report import Stopwatch
from sitegen.build.state import State
from sitegen.build.statics import Statics
from sitegen.checks import check
from sitegen.config import Config
from sitegen.digests import digest, of_digests
from sitegen.facts import site_facts
from sitegen.hosts import host_files
from sitegen.memo import Memo
from sitegen.outlines import outline
from sitegen.related import relate
from sitegen.site import Choice, assemble
from sitegen.theme import Theme

_encode = msgspec.msgpack.Encoder().encode


def plan_digest(
    state: State,
    config: Config,
    theme: Theme,
    statics: Statics,
    articles: Articles,
    choice: Choice,
) -> bytes:
    """Of every card, link, picture and setting that the site's pages are planned from."""
    shown = _encode((theme.social, sorted(_lacking(theme)), list(articles.pictures.items())))
    return of_digests(
        [
            digest(config.digest),
            digest(theme.font),
            digest(shown),
            statics.digest,
            state.collection.choose(choice),
        ]
    )


def read_pictures(
    state: State,
    key: bytes,
    config: Config,
    theme: Theme,
    statics: Statics,
    articles: Articles,
    choice: Choice,
    watch: Stopwatch,
) -> Pictures:
    """The pictures of the articles that are published; `key` is the plan's digest."""
    if state.shown is None or state.shown.made_of != key:
        static = {copy.path: copy for copy in statics.copies}
        files = Files(static, articles.pictures, config.build.content, config.urls.base)
        entries = state.collection.entries.values()
        chosen = [entry for entry in entries if choice.takes(entry.card)]
        state.shown = make_pictures(state, key, config, theme, files, chosen, watch)
    return state.shown


def plan_site(
    state: State,
    key: bytes,
    config: Config,
    theme: Theme,
    statics: Statics,
    pictures: Pictures,
    choice: Choice,
) -> Planned:
    """The site's pages; `key` is the plan's digest."""
    if state.planned is None or state.planned.made_of != key:
        gallery, last = pictures.gallery, state.planned
        entries = state.collection.entries.values()
        site = assemble(entries, choice, config.urls, config.editions.every, gallery)
        lacking = _lacking(theme)
        memo = Memo(digest(config.digest), last.memo if last else None)
        made = pages.Pages(memo)
        relations = relate(site.cards, last.relations if last else None)
        outlines = outline(site.tags, memo)
        shown = (
            page
            for page in pages.plan(site, config, relations.found, outlines, made)
            if page.template not in lacking
        )
        planned = [*shown, *syndication.plan(site, config, choice, made)]
        memo.settle()
        facts = site_facts(site, config)
        copies = (*statics.copies, *pictures.copies)
        problems = tuple(check(planned, copies, site, config))
        told = tuple(host_files(planned, copies, config))
        state.planned = Planned(key, site, planned, facts, problems, told, relations, memo)
    return state.planned


def _lacking(theme: Theme) -> set[str]:
    """Pages that are planned only where the theme knows how they look."""
    return {urls.MANIFEST} - theme.template_names()
