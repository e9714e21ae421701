"""Renders what differs, and has it written."""

import os
import pickle
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

import msgspec
from msgspec import structs

from sitegen.build.comparing import Differences, Plan
from sitegen.build.environments import Environments
from sitegen.build.executor import CHUNK
from sitegen.build.kept_pages import Keeper
from sitegen.build.plans import Compared
from sitegen.build.records import Written
from sitegen.build.rendering import RenderChunk, RenderJob, decode_rendered, render_chunk
from sitegen.build.report import Outcome, Stopwatch
from sitegen.build.stamps import Stamp, digest_of_file, stamp
from sitegen.build.state import State
from sitegen.build.writer import Output
from sitegen.copies import Copied
from sitegen.digests import NOTHING, digest, of_digests
from sitegen.pages import Page
from sitegen.problems import Problem, SitegenError

_encode = msgspec.msgpack.Encoder().encode


def write_differences(
    state: State,
    plan: Plan,
    found: Differences,
    environments: Environments,
    output: Output,
    damaged: Mapping[str, bytes],
    watch: Stopwatch,
) -> Outcome:
    """Render, copy, write and remove what differs; all or, where a problem is found, nothing.

    Raises `SitegenError` with every problem of every page.
    """
    on_disk = _on_disk(state, found, output, damaged)
    compared, state.compared = state.compared, None
    output.stage.begin()
    try:
        written = _copy(state, found.copies, output, on_disk)
        codes: dict[str, bytes] = {}
        keeper = Keeper(state.cache, plan.settings, plan.entries) if plan.planned else None
        written |= _render(
            state, plan, found.pages, environments, output, on_disk, codes, keeper, watch
        )
        state.workers.rest()
        staged = frozenset(path for path, one in written.items() if one.digest != on_disk.get(path))
        public = time.time_ns()
        with state.commits:
            state.begin_to_write()
            moved = output.commit(staged, plan.paths)
    except BaseException:
        output.stage.discard()
        raise
    for path in staged - moved.keys():
        # Until now nobody else could change the file, so that its stamp is as good as one of now.
        one = written[path]
        later = one.stamp.taken_at(max(one.stamp.taken, public))
        written[path] = structs.replace(one, stamp=later)
    for path, seen in moved.items():
        written[path] = structs.replace(written[path], stamp=seen)
    with state.cache.transaction():
        state.cache.put_outputs(written)
        state.cache.put_codes(codes)
        state.cache.remove_outputs(found.gone)
        if keeper is not None:
            keeper.settle(plan.pages, found.gone)
    if plan.planned is not None:
        compared = Compared(
            plan.planned, plan.theme.digest, plan.copies, plan.paths, environments.all()
        )
    state.compared = compared
    return Outcome(
        len(found.pages), len(found.copies), tuple(sorted(staged)), tuple(sorted(found.gone))
    )


def _on_disk(
    state: State, found: Differences, output: Output, damaged: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The digest of what the output holds now, for everything that may have to be written."""
    outputs = state.cache.outputs
    digests: dict[str, bytes] = {}
    for path in (*(page.path for page, _ in found.pages), *(copy.path for copy in found.copies)):
        if path in damaged:
            digests[path] = damaged[path]
        elif path in outputs:
            digests[path] = outputs[path].digest
        elif path in output.listed:
            digests[path] = digest_of_file(output.folder / path)
    return digests


def _copy(
    state: State,
    copies: Sequence[Copied],
    output: Output,
    on_disk: Mapping[str, bytes],
) -> dict[str, Written]:
    written: dict[str, Written] = {}
    number = state.cache.number_of_reads(())
    nothing = of_digests(())
    for copy in copies:
        data = copy.data
        if data is None:
            kept = state.pictures.get(copy.digest) if copy.made else None
            data = kept or (state.root / copy.file).read_bytes()
        key = digest(data)
        if on_disk.get(copy.path) == key:
            seen = _stamp_of(output, copy.path)
        else:
            seen = output.stage.put(copy.path, data)
        # A file that changed since it was looked at is recorded as what was copied, so that the
        # next build sees the difference.
        written[copy.path] = Written(seen, key, key, number, nothing)
    return written


def _render(
    state: State,
    plan: Plan,
    pages: Sequence[tuple[Page, bytes]],
    environments: Environments,
    output: Output,
    on_disk: Mapping[str, bytes],
    codes: dict[str, bytes],
    keeper: Keeper | None,
    watch: Stopwatch,
) -> dict[str, Written]:
    written: dict[str, Written] = {}
    problems: dict[tuple[str, int], Problem] = {}
    stage = os.fspath(output.stage.folder)
    chunks = _chunks(state, plan, (page for page, _ in pages), on_disk, stage, keeper)
    keys = {page.path: key for page, key in pages}
    # Closed where the build ends early, too: no worker must put into a stage that is gone.
    with closing(state.workers.run(len(pages), render_chunk, chunks)) as results:
        for chunk in map(decode_rendered, results):
            for problem in chunk.problems:
                problems.setdefault((problem.path, problem.line), problem)
            codes |= chunk.codes
            numbers = [state.cache.number_of_reads(names) for names in chunk.reads]
            for one in chunk.pages:
                reads = numbers[one.reads]
                seen = one.stamp or _stamp_of(output, one.path)
                written[one.path] = Written(
                    seen, one.digest, keys[one.path], reads, environments.of(reads)
                )
            watch.progress("pages", len(written), len(pages))
    if problems:
        raise SitegenError(problems.values())
    return written


def rehearse_pages(state: State, plan: Plan) -> None:
    """Render a page of every template for nothing, so that this process has them all at hand."""
    pages = {page.template: page for page in plan.pages}.values()
    chunks = _chunks(state, plan, pages, {}, "", None)
    for _ in state.workers.run(len(pages), render_chunk, chunks):
        pass


def _chunks(
    state: State,
    plan: Plan,
    pages: Iterable[Page],
    on_disk: Mapping[str, bytes],
    stage: str,
    keeper: Keeper | None,
) -> Iterator[tuple[RenderChunk, str]]:
    facts = pickle.dumps(plan.facts)
    for part in _parts(pages):
        jobs = []
        for page in part:
            view = page.view
            bodies = tuple([(path, plan.entries[path].body) for path in page.bodies])
            before = on_disk.get(page.path, NOTHING)
            jobs.append(RenderJob(page.path, page.template, page.origin, view, bodies, before))
            if keeper is not None:
                keeper.keep(page, view)
        held = f"{jobs[0].origin} … {jobs[-1].origin}"
        yield RenderChunk(plan.context, facts, state.cache.file, stage, _encode(jobs)), held


def _parts(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Pages in chunks, of which one takes about as long as another."""
    part: list[Page] = []
    weight = 0
    for page in pages:
        part.append(page)
        bodies = len(page.bodies)
        # A list of articles takes as long as two or three of their pages, whole ones longer.
        weight += 1 if bodies == 1 else 2 + bodies // 4
        if weight >= CHUNK:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _stamp_of(output: Output, path: str) -> Stamp:
    taken = time.time_ns()
    return stamp((output.folder / path).stat(), taken)
