"""`python -m bench feeds`: what feeds cost a cold build, which is run with and without them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from os import sync
from pathlib import Path
from statistics import median

from bench.corpus import Corpus
from bench.generators.base import REPOSITORY
from bench.generators.sitegen import SitegenAll
from bench.measure import Measurement, measure
from bench.report import table

NAMES = ("feed.xml", "atom.xml", "feed.json")
MB = 1_000_000


class _Feedless(SitegenAll):
    """The same project, built without feeds."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bench.feedless", *super().command()[-4:]]


@dataclass(frozen=True, slots=True)
class Run:
    """A cold build."""

    feeds: int
    """In the output, without those of the archive."""
    files: int
    size: int
    """Bytes."""
    cost: Measurement


def run(work: Path, corpus: Corpus, rounds: int, say: Callable[[str], None]) -> list[list[Run]]:
    """Every round: the build with feeds, and that without."""
    sites = (SitegenAll(work / "sitegen"), _Feedless(work / "feedless"))
    for site in sites:
        say(f"writing {len(corpus)} articles")
        site.create(corpus)
    done: list[list[Run]] = []
    for number in range(1, rounds + 1):
        # Whoever comes second has no advantage every time.
        order = sites if number % 2 else sites[::-1]
        built = {id(site): _build(site) for site in order}
        done.append([built[id(site)] for site in sites])
        told = " and ".join(f"{one.cost.wall:.2f} s with {one.feeds} feeds" for one in done[-1])
        say(f"round {number}: {told}")
    return done


def _build(site: SitegenAll) -> Run:
    site.clean()
    sync()  # what others left to be written must not slow this one
    cost = measure(site.command(), cwd=REPOSITORY)
    files = [path for path in site.published.rglob("*") if path.is_file()]
    feeds = sum(path.name in NAMES for path in files)
    return Run(feeds, len(files), sum(path.stat().st_size for path in files), cost)


def as_table(rounds: list[list[Run]]) -> str:
    """Medians, and what feeds are of the whole: of each round, then the median."""
    rows = []
    for name, runs in zip(("with feeds", "without"), zip(*rounds, strict=True), strict=True):
        walls = [one.cost.wall for one in runs]
        rows.append(
            [
                name,
                f"{median(walls):.2f}",
                f"{min(walls):.2f}–{max(walls):.2f}",
                f"{median(one.cost.cpu for one in runs):.2f}",
                str(runs[0].feeds),
                str(runs[0].files),
                f"{runs[0].size / MB:.0f}",
            ]
        )
    wall = median(1 - without.cost.wall / whole.cost.wall for whole, without in rounds)
    cpu = median(1 - without.cost.cpu / whole.cost.cpu for whole, without in rounds)
    rows.append(["share of feeds", f"{wall:.0%}", "", f"{cpu:.0%}", "", "", ""])
    head = ["cold build", "wall s", "min–max", "CPU s", "feeds", "files", "MB"]
    return table(head, rows, words=1)
