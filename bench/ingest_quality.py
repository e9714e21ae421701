"""How well seeds are read: sitegen's figures beside those of the libraries alone, in one run.

    python bench/ingest_quality.py CASES

CASES holds folders of seeds, each seed beside a `.json` of what is known of it. Figures are shares
of cases that are right (of pieces, for include and exclude), and the F1 of word 4-grams for bodies.
Cases whose truth was written by a tool (`silver`) are told apart.
"""

import argparse
import json
import logging
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import Any

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import machine, report
from sitegen.ingest import readers
from sitegen.ingest.decode import decode
from sitegen.problems import SitegenError


class Read(Struct, frozen=True):
    """An article as a tool read it."""

    title: str = ""
    day: str = ""
    authors: tuple[str, ...] = ()
    text: str = ""


class Case(Struct, frozen=True):
    """A seed and what is known of it."""

    path: Path
    format: str
    known: dict[str, Any]
    data: bytes

    @property
    def documents(self) -> list[dict[str, Any]]:
        """What is known of each of its articles."""
        documents: list[dict[str, Any]] = self.known.get("documents") or [self.known]
        return documents


Tool = Callable[[Case], list[Read]]
Scores = dict[str, list[float]]


def sitegen(case: Case) -> list[Read]:
    """What our readers make of a seed."""
    try:
        found = list(readers.read(decode(case.path.name, case.data, UTC)))
    except SitegenError:
        return []
    return [Read(f.title, f.date.iso[:10] if f.date else "", f.authors, f.text) for f in found]


def trafilatura_alone(case: Case) -> list[Read]:
    """What trafilatura makes of a page, as its documentation says to call it."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    found: Any = bare_extraction(case.data, with_metadata=True, include_comments=False)
    if found is None:
        return []
    authors = tuple((found.author or "").split("; ")) if found.author else ()
    return [Read(found.title or "", found.date or "", authors, found.text or "")]


def newspaper_alone(case: Case) -> list[Read]:
    """What newspaper4k makes of a page; it is not to fetch anything."""
    from newspaper import Article, Config  # noqa: PLC0415

    config = Config()
    config.fetch_images = False
    article = Article(case.known.get("url") or "https://example.org/a", config=config)
    article.download(input_html=decode(case.path.name, case.data).text)
    article.parse()
    day = str(article.publish_date)[:10] if article.publish_date else ""
    return [Read(article.title or "", day, tuple(article.authors), article.text or "")]


def libraries() -> dict[str, Tool]:
    """The libraries that are installed."""
    tools: dict[str, Tool] = {"trafilatura": trafilatura_alone}
    try:
        import newspaper  # noqa: F401, PLC0415
    except ImportError:
        print("newspaper4k is not installed: its figures are left out", file=sys.stderr)
    else:
        tools["newspaper4k"] = newspaper_alone
    return tools


def cases(folder: Path) -> Iterator[Case]:
    """The cases in a folder and those below it, by name."""
    for known in sorted(folder.rglob("*.json")):
        seeds = [path for path in known.parent.glob(f"{known.stem}.*") if path != known]
        if seeds:
            suffix = seeds[0].suffix.lower()
            kind = "html" if suffix in (".html", ".htm") else "text"
            yield Case(seeds[0], kind, json.loads(known.read_text("utf-8")), seeds[0].read_bytes())


def folded(text: str) -> str:
    """A text without what the truth is not exact about: spaces, case, the shape of quotes."""
    text = re.sub("[’‘`´]", "'", re.sub("[“”„«»]", '"', text)).replace("\xad", "")
    return " ".join(text.casefold().split())


def people(names: Iterable[str]) -> set[str]:
    """Names, folded; a list written as one name is its members."""
    parts = (part for name in names for part in re.split(r",\s*|;\s*|\s+(?:und|and|et)\s+", name))
    return {re.sub(r"^(?:by|von|par)\s+", "", folded(part)) for part in parts if part.strip()}


def grams(text: str) -> Counter[tuple[str, ...]]:
    """The word 4-grams of a text; letters count as words where it has no spaces."""
    words = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|\w+", text.casefold())
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def f1(known: str, found: str) -> float:
    """How alike two texts are by their 4-grams."""
    one, other = grams(known), grams(found)
    return 2 * (one & other).total() / (one.total() + other.total())


def known_title(document: Mapping[str, Any]) -> str:
    """The title that is known of a document, or the end of it."""
    return document.get("title") or document.get("title_last_line") or ""


def known_day(document: Mapping[str, Any]) -> str:
    """The day that is known, in the source's own offset."""
    if raw := document.get("date_raw"):
        return time.strftime("%Y-%m-%d", time.strptime(" ".join(raw.split()[:3]), "%B %d, %Y"))
    return str(document.get("date") or "")[:10]


def score(document: Mapping[str, Any], read: Read) -> Iterator[tuple[str, float]]:
    """What is right in one article, by field."""
    if title := known_title(document):
        ends = "title_last_line" in document and folded(read.title).endswith(folded(title))
        yield "title", float(ends or folded(read.title) == folded(title))
    if day := known_day(document):
        yield "day", float(read.day == day)
    if names := people(document.get("authors") or filter(None, [document.get("byline")])):
        yield "authors", float(people(read.authors) == names)
    if body := document.get("body_text"):
        yield "body F1", f1(body, read.text)
    text = " ".join(read.text.split())
    for field in ("must_include", "must_exclude"):
        for piece in document.get(field, ()):
            held = " ".join(piece.split()) in text
            yield field, float(held if field == "must_include" else not held)


def measure(tool: Tool, chosen: list[Case]) -> tuple[dict[str, Scores], float, list[str]]:
    """A tool's scores by group and field, its seconds, and what it got wrong."""
    scores: dict[str, Scores] = defaultdict(lambda: defaultdict(list))
    seconds = 0.0
    wrong: list[str] = []
    for case in chosen:
        start = time.perf_counter()
        read = tool(case)
        seconds += time.perf_counter() - start
        silver = "silver" in str(case.known.get("gold_quality", ""))
        group = scores[f"{case.format} (silver)" if silver else case.format]
        if len(case.documents) > 1:
            group["documents"].append(float(len(read) == len(case.documents)))
        read += [Read()] * (len(case.documents) - len(read))
        for document, one in zip(case.documents, read, strict=False):
            for field, value in score(document, one):
                group[field].append(value)
                if value < 0.9:
                    wrong.append(f"{case.path.name} {field} {value:.2f} {_told(one, field)}")
    return scores, seconds, wrong


def _told(read: Read, field: str) -> str:
    told = {"title": read.title, "day": read.day, "authors": ", ".join(read.authors)}
    return told.get(field, "")[:90]


FIELDS = ("documents", "title", "day", "authors", "body F1", "must_include", "must_exclude")


def table(results: Mapping[str, Mapping[str, Scores]]) -> Iterator[str]:
    """The figures of all tools side by side."""
    groups = sorted({group for scores in results.values() for group in scores})
    yield f"{'':28}" + "".join(f"{name:>14}" for name in results) + f"{'of':>8}"
    for group in groups:
        for field in FIELDS:
            values = [scores.get(group, {}).get(field, []) for scores in results.values()]
            if not any(values):
                continue
            cells = [f"{sum(v) / len(v):14.3f}" if v else f"{'-':>14}" for v in values]
            yield f"{group + ' ' + field:28}" + "".join(cells) + f"{max(map(len, values)):8}"


def as_markdown(
    results: Mapping[str, Mapping[str, Scores]],
    speeds: Mapping[str, float],
    text_speed: float,
    facts: list[str],
) -> str:
    """The same figures for bench/README.md, with the machine and the day (`facts`)."""
    rows: list[list[str]] = []
    for group in sorted({group for scores in results.values() for group in scores}):
        for field in FIELDS:
            values = [scores.get(group, {}).get(field, []) for scores in results.values()]
            if any(values):
                shares = [f"{sum(v) / len(v):.3f}" if v else "–" for v in values]
                rows.append([group, field, *shares, str(max(map(len, values)))])
    blank = ["–"] * (len(results) - 1)
    rows.append(["html", "articles a second", *(f"{s:.1f}" for s in speeds.values()), ""])
    rows.append(["text", "articles a second", f"{text_speed:.0f}", *blank, ""])
    versions = [f"{name} {version(name)}" for name in results if name != "sitegen"]
    told = [*facts, f"Libraries: {', '.join(versions)}"]
    head = "\n".join(f"- {line}" for line in told)
    figures = report.table(["cases", "share that is right", *results, "of"], rows)
    return f"{head}\n\n{figures}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("cases", type=Path, help="the folder of cases")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    parser.add_argument("--wrong", action="store_true", help="list what sitegen got wrong")
    options = parser.parse_args()
    facts = machine.describe(options.cases)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    chosen = list(cases(options.cases))
    pages = [case for case in chosen if case.format == "html"]
    texts = [case for case in chosen if case.format != "html"]
    tools: dict[str, Tool] = {"sitegen": sitegen, **libraries()}
    results: dict[str, dict[str, Scores]] = {}
    speeds: dict[str, float] = {}
    for name, tool in tools.items():
        for case in pages[:2]:
            tool(case)  # Imports and caches are not what is measured.
        results[name], seconds, wrong = measure(tool, pages)
        speeds[name] = len(pages) / seconds if seconds else 0.0
        if name == "sitegen":
            more, text_seconds, text_wrong = measure(tool, texts)
            results[name].update(more)
            listed = wrong + text_wrong
    print(*table(results), sep="\n")
    print(f"{'html articles a second':28}" + "".join(f"{s:14.1f}" for s in speeds.values()))
    count = sum(len(case.documents) for case in texts)
    text_speed = count / text_seconds if text_seconds else 0.0
    print(f"{'text articles a second':28}{text_speed:14.1f}")
    if options.write:
        report.write("ingest", as_markdown(results, speeds, text_speed, facts))
    if options.wrong:
        print("", *listed, sep="\n")


if __name__ == "__main__":
    main()
