"""`python -m bench build`: whole builds as commands, side by side, round after round."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.corpus import Corpus
from bench.equal import require_seen, require_site
from bench.floor import write_again
from bench.generators import Generator
from bench.generators.base import REPOSITORY
from bench.measure import Measurement, measure
from bench.report import table
from bench.scenarios import SCENARIOS, Scenario, restore

FLOOR = "bytes merely written"
REFERENCE = "hugo"
"""The generator that ratios refer to."""
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One measured build."""

    scenario: str
    generator: str
    files: int
    """In the output afterwards."""
    cost: Measurement


Say = Callable[[str], None]


def run(
    generators: Sequence[Generator],
    corpus: Corpus,
    rounds: int,
    every: Sequence[str],
    say: Say,
    *,
    only_cold: bool = False,
) -> list[Run]:
    """All rounds; generators not named in `every` run in `cold` and its floor only."""
    scenarios = [one for one in SCENARIOS if one.name == "cold" or not only_cold]
    runs: list[Run] = []
    for generator in generators:
        say(f"{generator.name}: writing {len(corpus)} articles")
        generator.create(corpus)
    for number in range(1, rounds + 1):
        for scenario in scenarios:
            cold = scenario.name == "cold"
            for generator in generators:
                if cold or generator.name in every:
                    runs.append(_build(generator, corpus, scenario, number))
                    say(f"round {number}: {_said(runs[-1])}")
            if cold:
                for generator in generators:
                    if number == 1:
                        require_site(generator, corpus)
                    runs.append(_floor(generator))
                    say(f"round {number}: {_said(runs[-1])}")
        for generator in generators:
            restore(generator, corpus, number)
    return runs


def _build(generator: Generator, corpus: Corpus, scenario: Scenario, number: int) -> Run:
    seen = scenario.prepare(generator, corpus, number)
    os.sync()  # what others left to be written must not slow this one
    cost = measure(generator.command(), cwd=REPOSITORY)
    require_seen(generator.name, generator.published, seen)
    return Run(scenario.name, generator.name, _count(generator.published), cost)


def _floor(generator: Generator) -> Run:
    scratch = generator.root / "floor"
    os.sync()
    cost = write_again(generator.published, scratch)
    return Run(FLOOR, generator.name, _count(generator.published), cost)


def _count(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def _said(done: Run) -> str:
    cost = done.cost
    peak = f", {cost.peak / MB:.0f} MB {cost.peak_kind}" if cost.peak else ""
    return (
        f"{done.scenario}, {done.generator}: {cost.wall:.3f} s, CPU {cost.cpu:.2f} s{peak}, "
        f"{done.files} files; sampling took {cost.sampler / cost.wall:.1%} of a core"
    )


def as_table(runs: Sequence[Run]) -> str:
    """Medians over the rounds, with the ratios of medians to `REFERENCE` in the same scenario."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for done in runs:
        groups.setdefault((done.scenario, done.generator), []).append(done)
    head = ["scenario", "generator", "wall s", "min–max", "CPU s", "peak MB", "files"]
    head += [f"wall / {REFERENCE}", f"peak / {REFERENCE}"]
    rows: list[list[str]] = []
    for (scenario, generator), group in groups.items():
        wall, peak = _wall(group), _peak(group)
        walls = [done.cost.wall for done in group]
        # The floor of any output stands beside the reference's cold build.
        reference = groups.get(("cold" if scenario == FLOOR else scenario, REFERENCE), [])
        rows.append(
            [
                scenario,
                generator,
                _seconds(wall),
                f"{_seconds(min(walls))}–{_seconds(max(walls))}",
                _seconds(median(done.cost.cpu for done in group)),
                f"{peak / MB:.0f}" if peak else "–",
                f"{median(done.files for done in group):.0f}",
                f"{wall / _wall(reference):.3f}" if reference else "–",
                f"{peak / _peak(reference):.2f}" if reference and peak else "–",
            ]
        )
    return table(head, rows)


def _wall(group: Sequence[Run]) -> float:
    return median(done.cost.wall for done in group)


def _peak(group: Sequence[Run]) -> float:
    return median(done.cost.peak for done in group)


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def notes(runs: Sequence[Run]) -> list[str]:
    """What a reader of the table must know about this run: kind of memory, cost of sampling."""
    kinds = sorted({done.cost.peak_kind for done in runs if done.cost.peak_kind})
    share = max(done.cost.sampler / done.cost.wall for done in runs)
    rounds = max(sum(1 for d in runs if (d.scenario, d.generator) == key) for key in _keys(runs))
    return [
        f"Rounds: {rounds}; medians; ratios are of medians, to {REFERENCE} in the same scenario "
        f"(`{FLOOR}`: to its cold build)",
        f"Peak: {' and '.join(kinds)}, 1 MB = 1,000,000 bytes; sampling took at most "
        f"{share:.1%} of one core",
    ]


def _keys(runs: Sequence[Run]) -> set[tuple[str, str]]:
    return {(done.scenario, done.generator) for done in runs}
