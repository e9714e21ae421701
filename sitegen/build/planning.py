"""Articles → what the output must hold: pages, assets and static files."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from sitegen import pages, syndication, urls
from sitegen.build.inputs import scan
from sitegen.build.stamps import digest_of_file
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
        Copied(
            urls.output_path(address), digest(data), f"the theme's asset `{name}`", data, len(data)
        )
        for name, (address, data) in sorted(theme.assets.items())
    ]
    for name, stamp in sorted(found.files.items()):
        if reason := urls.fault_in(f"/{name}"):
            problems.append(Problem(f"the file's name {reason}", f"{folder}/{name}"))
        known = state.static.get(name)
        if known is None or known[0].racy or not known[0].same_file(stamp):
            known = state.static[name] = stamp, digest_of_file(state.root / folder / name)
        copies.append(Copied(name, known[1], f"{folder}/{name}", size=stamp.size))
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


def plan_site(
    state: State, config: Config, statics: Statics, entries: Sequence[Entry], choice: Choice
) -> Planned:
    """The site's pages. The last plan serves again if no card, link or setting differs."""
    made_of = of_digests(
        [
            digest(config.digest),
            statics.digest,
            *(
                choice.seen(entry.card).digest
                + (digest(_encode(entry.links)) if entry.links else NOTHING)
                + bytes((choice.is_due(entry.card), choice.is_news(entry.card)))
                for entry in entries
                if choice.takes(entry.card)
            ),
        ]
    )
    if state.planned is None or state.planned.made_of != made_of:
        site = assemble(entries, choice, config.urls, config.editions.every)
        lengths = {copy.path: copy.size for copy in statics.copies}
        planned = [*pages.plan(site, config), *syndication.plan(site, config, choice, lengths)]
        problems = check(planned, statics.copies, site, config)
        facts = site_facts(site, config)
        told = tuple(host_files(planned, statics.copies, config))
        state.planned = Planned(made_of, site, planned, facts, tuple(problems), told)
    return state.planned
