"""What is planned, and what was published, as lines for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from sitegen.publish.manifest import Release
from sitegen.publish.plan import Delete, Plan, Rank, Switch

_KINDS: Final = {
    Rank.FINGERPRINTED: "assets, fingerprinted",
    Rank.ASSET: "assets",
    Rank.NEW_PAGE: "pages, new",
    Rank.NEW_INDEX: "feeds and indexes, new",
    Rank.CHANGED_PAGE: "pages, changed",
    Rank.CHANGED_INDEX: "home, feeds and indexes",
    Rank.ENTRANCE: "404, sitemap and the like",
}


def plan_lines(plan: Plan) -> Iterator[str]:
    """How much is put and deleted, kind by kind."""
    rows = []
    for rank, group in groupby(plan.puts, key=lambda put: put.rank):
        puts = list(group)
        size = sum(put.entry.size for put in puts)
        rows.append((f"put: {_KINDS[rank]}", f"{len(puts):,}", amount(size)))
    if plan.deletes:
        rows.append(("delete", f"{len(plan.deletes):,}", ""))
    same = len(plan.after.files) - len(plan.puts)
    if rows and same:
        rows.append(("unchanged", f"{same:,}", ""))
    yield from aligned(rows)


def summary(plan: Plan) -> str:
    """What is done, in a line."""
    operations = plan.operations
    if not operations:
        return "it is as it must be: nothing to do"
    if operations == (Switch(plan.after.release),) and plan.journal is None:
        return f"back to release {plan.after.release.name}"
    gone = sum(isinstance(one, Delete) for one in operations)
    put = len(operations) - gone - 1
    staged = len(plan.puts) - put if plan.puts else 0
    more = f"; {staged:,} left of a run that was stopped" if staged else ""
    return f"{put:,} put ({amount(plan.size)}), {gone:,} deleted{more}"


def release_lines(releases: Sequence[Release], now: int) -> Iterator[str]:
    """What was published when, from which content."""
    rows = [("", "release", "published", "content", "articles", "files", "size")]
    rows += [
        (
            "→" if one.generation == now else "",
            one.name,
            one.at.replace("T", " ").replace("Z", " UTC"),
            one.revision or "–",
            f"{one.articles:,}",
            f"{one.files:,}",
            amount(one.size),
        )
        for one in releases
    ]
    yield from aligned(rows)


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows with their cells below each other; numbers to the right."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if cell[:1].isdigit() and " " not in cell[:-3] else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def amount(size: int) -> str:
    """Bytes as people count them: `1.2 MB`."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
