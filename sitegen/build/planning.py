"""Articles → what the output must hold: pages, assets and static files."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from sitegen import pages, urls
from sitegen.build.articles import Articles
from sitegen.build.files import digests_of
from sitegen.build.inputs import scan
from sitegen.build.pictures import Files, Pictures, make_pictures
from sitegen.build.report import Stopwatch
from sitegen.build.state import Planned, State
from sitegen.cards import Entry
from sitegen.checks import check
from sitegen.config import Config
from sitegen.digests import NOTHING, digest, of_digests, of_text
from sitegen.facts import site_facts
from sitegen.hosts import host_files
from sitegen.pages import Copied
from sitegen.problems import Problem
from sitegen.site import Choice, assemble
from sitegen.theme import Theme

_encode = msgspec.msgpack.Encoder().encode


class Statics(Struct, frozen=True):
    """The files that are copied as they are."""

    copies: tuple[Copied, ...]
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> bytes:
        """Of every path and its bytes, and of the problems, which a build must tell."""
        told = of_text(*map(str, self.problems))
        parts = (digest(copy.path.encode()) + copy.digest for copy in self.copies)
        return of_digests([*parts, told])


def read_statics(state: State, config: Config, theme: Theme) -> Statics:
    """The theme's assets and the files of `static/`."""
    folder = config.build.static
    found = scan(state.root, folder)
    problems = list(found.problems)
    copies = [
        Copied(urls.output_path(address), digest(data), f"the theme's asset `{name}`", data)
        for name, (address, data) in sorted(theme.assets.items())
    ]
    for name, key in digests_of(state, folder, found.files).items():
        path = f"{folder}/{name}"
        if reason := urls.fault_in(f"/{name}"):
            problems.append(Problem(f"the file's name {reason}", path))
        copies.append(Copied(name, key, path, file=path))
    return Statics(tuple(copies), tuple(problems))


def inputs_digest(
    config: Config, theme: Theme, statics: Statics, articles: bytes, choice: Choice
) -> bytes:
    """Of everything that the output is made of, but the clock."""
    flags = msgspec.msgpack.encode((choice.drafts, choice.future))
    return of_digests(
        [digest(config.digest), theme.digest, statics.digest, articles, digest(flags)]
    )


class Parsing(Struct, frozen=True):
    """All articles as the site is assembled from them."""

    entries: list[Entry]
    problems: tuple[Problem, ...]


def parsed_articles(state: State) -> Parsing:
    """Every article in the cache, decoded."""
    parsed = [state.parsed(known.parsed) for known in state.cache.articles.values()]
    return Parsing(
        [one.entry for one in parsed if one.entry is not None],
        tuple(problem for one in parsed for problem in one.problems),
    )


def read_pictures(
    state: State,
    config: Config,
    theme: Theme,
    statics: Statics,
    articles: Articles,
    parsing: Parsing,
    choice: Choice,
    watch: Stopwatch,
) -> Pictures:
    """The pictures of the articles that are published."""
    static = {copy.path: copy for copy in statics.copies}
    files = Files(static, articles.pictures, config.build.content, config.urls.base)
    chosen = [entry for entry in parsing.entries if choice.takes(entry.card)]
    return make_pictures(state, config, theme, files, chosen, watch)


def plan_site(
    state: State,
    config: Config,
    theme: Theme,
    statics: Statics,
    pictures: Pictures,
    entries: Sequence[Entry],
    choice: Choice,
) -> Planned:
    """The site's pages. The last plan serves again if no card, link, picture or setting differs."""
    lacking = {urls.MANIFEST} - theme.template_names()
    made_of = of_digests(
        [
            digest(config.digest),
            digest(_encode(sorted(lacking))),
            statics.digest,
            pictures.digest,
            *(
                entry.card.digest
                + (digest(_encode(entry.links)) if entry.links else NOTHING)
                + (digest(_encode(entry.images)) if entry.images else NOTHING)
                for entry in entries
                if choice.takes(entry.card)
            ),
        ]
    )
    if state.planned is None or state.planned.made_of != made_of:
        gallery = pictures.gallery
        site = assemble(entries, choice, config.urls, config.editions.every, gallery)
        planned = [p for p in pages.plan(site, config) if p.template not in lacking]
        copies = (*statics.copies, *pictures.copies)
        problems = check(planned, copies, site, config)
        facts = site_facts(site, config)
        told = tuple(host_files(planned, copies, config))
        state.planned = Planned(made_of, site, planned, facts, tuple(problems), told)
    return state.planned
