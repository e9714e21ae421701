"""`python -m bench publish`: the same site to a bucket and to a folder: first, unchanged, edited.

The bucket is at a server on loopback that keeps it in memory, in a process of its own. Everything
runs in this process, as `sitegen publish` does it: plan, put, switch, and look at it again.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench import s3
from bench.corpus import Corpus
from bench.generators import Generator
from bench.report import table
from sitegen.build import Choice, State, build
from sitegen.config import load
from sitegen.publish import places
from sitegen.publish.content import Content, built
from sitegen.publish.execute import patient
from sitegen.publish.plan import Delete, Put
from sitegen.publish.run import Wish, do, look
from sitegen.publish.siblings import precompressed
from sitegen.targets import AnyTarget, Bucket, Directory

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""After the newest article of the corpus."""
_AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Run:
    """One publishing."""

    target: str
    case: str
    build: float
    """Seconds."""
    pack: float
    """Seconds to pack files for the folder."""
    plan: float
    """Seconds to look at the target and to see what is to be done."""
    carry: float
    """Seconds to do it, and to look at the target again."""
    files: int
    put: int
    deleted: int
    size: int
    """Bytes put, before any encoding."""


def run(generator: Generator, corpus: Corpus, say: Callable[[str], None]) -> list[Run]:
    """Build the corpus once, and publish it to each target; then edit an article, and again."""
    generator.create(corpus)
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    with s3.running() as url:
        targets: dict[str, AnyTarget] = {
            "bucket": Bucket(url="s3://bench/site", endpoint=url),
            "folder": Directory(path=str(generator.root.with_name("published"))),
            "folder, packed": Directory(
                path=str(generator.root.with_name("packed")), precompress=True
            ),
        }
        return list(_runs(generator, corpus, targets, say))


def _runs(
    generator: Generator,
    corpus: Corpus,
    targets: dict[str, AnyTarget],
    say: Callable[[str], None],
) -> Iterator[Run]:
    state = State(generator.root)
    try:
        for case in ("first", "nothing changed", "body changed", "title changed"):
            article = corpus[len(corpus) // 2]
            if case == "body changed":
                text = f"{article.body}\nA paragraph was added.\n"
                generator.write_article(replace(article, body=text))
            elif case == "title changed":
                generator.write_article(replace(article, title=f"{article.title} again"))
            begun = time.perf_counter()
            report = build(state, Choice(_NOW))
            taken = time.perf_counter() - begun
            content = built(state, report, load(generator.root), "")
            for name, settings in targets.items():
                say(f"{name}: {case}")
                yield _publish(name, case, settings, generator.root, content, taken)
    finally:
        state.close()


def _publish(
    name: str, case: str, settings: AnyTarget, root: Path, content: Content, taken: float
) -> Run:
    begun = time.perf_counter()
    if isinstance(settings, Directory) and settings.precompress:
        content = precompressed(content, root / ".sitegen")
    packed = time.perf_counter()
    # Opened anew, as a new command does.
    target = places.open_target(settings, root)
    found = look(target, Wish(content, _AT))
    planned = time.perf_counter()
    do(target, found, lambda *_: None, patient)
    done = time.perf_counter()
    operations = found.plan.operations
    return Run(
        target=name,
        case=case,
        build=taken,
        pack=packed - begun,
        plan=planned - packed,
        carry=done - planned,
        files=len(found.plan.after.files),
        put=sum(isinstance(one, Put) for one in operations),
        deleted=sum(isinstance(one, Delete) for one in operations),
        size=found.plan.size,
    )


def as_table(runs: list[Run]) -> str:
    """A row for each publishing."""
    rows = [
        [
            one.target,
            one.case,
            f"{one.build:.2f}",
            f"{one.pack:.2f}" if "packed" in one.target else "–",
            f"{one.plan:.2f}",
            f"{one.carry:.2f}",
            f"{one.build + one.pack + one.plan + one.carry:.2f}",
            str(one.files),
            str(one.put),
            str(one.deleted),
            f"{one.size / 1e6:.2f}",
        ]
        for one in sorted(runs, key=lambda one: one.target)
    ]
    head = ["target", "case", "build s", "pack s", "plan s", "publish s", "all s"]
    return table([*head, "files", "put", "deleted", "MB put"], rows)
