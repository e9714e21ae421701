"""The files that are copied as they are: of `static/`, and the theme's assets."""

import msgspec
from msgspec import Struct

from sitegen import urls
from sitegen.build.articles import Articles
from sitegen.build.files import digests_of
from sitegen.build.inputs import scan
from sitegen.build.state import Inputs, State
from sitegen.config import Config
from sitegen.copies import Copied
from sitegen.digests import digest, of_digests, of_text
from sitegen.problems import Problem
from sitegen.site import Choice
from sitegen.strays import strays
from sitegen.theme import Theme


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
    problems = [*found.problems, *strays(theme)]
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


def inputs_of(
    config: Config, theme: Theme, statics: Statics, articles: Articles, choice: Choice
) -> Inputs:
    """Everything that the output is made of, but the clock."""
    flags = msgspec.msgpack.encode((choice.drafts, choice.future))
    others = of_digests(
        [digest(config.digest), theme.digest, statics.digest, articles.others, digest(flags)]
    )
    return Inputs(of_digests([others, articles.digest]), others)
