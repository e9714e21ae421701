"""Renders pages, in chunks. Pure and picklable, for any `concurrent.futures.Executor`."""

import pickle
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

import jinja2
import msgspec
from msgspec import Struct, structs

from sitegen import feeds, mails
from sitegen.build.bodies import CacheFile, kept_open
from sitegen.build.stage import Stage
from sitegen.build.stamps import Stamp
from sitegen.cards import KeptBody
from sitegen.codes import Codes
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.feed_views import PageView
from sitegen.feeds.patterns import Patterns
from sitegen.pictures import with_pictures
from sitegen.problems import Problem, SitegenError
from sitegen.rendered import with_references
from sitegen.templates import Renderer, made_with
from sitegen.theme import Theme
from sitegen.views import ArticleView, EmailView

_ENOUGH: Final = 3
"""Failures of a template after which the rest of a chunk's pages would tell nothing new."""


class RenderJob(Struct, frozen=True, array_like=True):
    """A page to render."""

    path: str
    """Its file, relative to the output."""
    template: str
    origin: str
    view: PageView
    bodies: tuple[tuple[str, bytes], ...]
    """The articles' files whose bodies it shows, and the bodies' digests."""
    on_disk: bytes
    """The digest of what the output holds now: the same bytes are not written again."""


class RenderChunk(Struct, frozen=True):
    """Pages to render and put into the stage."""

    context: bytes
    """Pickled (Theme, Config, digest of what templates are compiled with): what all pages of all
    builds share until one of them changes."""
    facts: bytes
    """Pickled site facts."""
    cache: CacheFile
    stage: str
    """The folder of the stage; empty where nothing is to be put there."""
    jobs: bytes
    """Encoded `RenderJob`s."""


class CompileJob(Struct, frozen=True):
    """Templates to compile, before there is a page to render."""

    context: bytes
    """As in `RenderChunk`; so is the cache."""
    cache: CacheFile
    facts: dict[str, str]
    """Those site facts that the configuration tells."""
    names: tuple[str, ...]


class RenderedPage(Struct, frozen=True, array_like=True):
    """A page, rendered."""

    path: str
    digest: bytes
    reads: int
    """Which of the chunk's sets of reads."""
    stamp: Stamp | None
    """Of its file in the stage; None where the output holds these bytes already."""


class RenderedChunk(Struct, frozen=True, array_like=True):
    """A chunk, rendered."""

    pages: tuple[RenderedPage, ...]
    reads: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    codes: dict[str, bytes]
    """Templates that had to be compiled."""


def context_of(theme: Theme, config: Config) -> bytes:
    """The context of a chunk."""
    return pickle.dumps((theme, config, made_with(theme, config)))


def compile_templates(job: CompileJob) -> dict[str, bytes]:
    """Compile those that no earlier build has left."""
    renderer = _renderer(job.context, job.cache)
    renderer.know(job.facts)
    for name in job.names:
        # What is wrong with it is told where a page needs it.
        with suppress(jinja2.TemplateError, SitegenError):
            renderer.compile(name)
    renderer.take_reads()
    return renderer.codes.take_new()


def render_chunk(chunk: RenderChunk) -> bytes:
    """Render pages and put them into the stage: an encoded `RenderedChunk`. Raises `OSError`.

    A page's problem does not keep the others from being tried, so that all are told at once; one
    that a template gives again and again is told once, for the first page that met it. Each step is
    taken with all pages before the next begins, as `parse` does and for the same reason.
    """
    renderer = _renderer(chunk.context, chunk.cache)
    renderer.know(_facts(chunk.facts))
    work = _decode_jobs(chunk.jobs)
    bodies = kept_open(chunk.cache).get({key for job in work for _, key in job.bodies})
    texts: list[tuple[RenderJob, bytes, int]] = []
    reads: dict[frozenset[str], int] = {}
    problems: dict[tuple[str, int], Problem] = {}
    failures: Counter[str] = Counter()
    for job in work:
        if failures[job.template] == _ENOUGH:
            continue
        try:
            text = _render(job, renderer, bodies)
        except SitegenError as error:
            for problem in error.problems:
                problems.setdefault((problem.path, problem.line), problem)
            failures[job.template] += 1
            renderer.take_reads()
            continue
        texts.append((job, text, reads.setdefault(renderer.take_reads(), len(reads))))
    keys = [digest(text) for _, text, _ in texts]
    stage = Stage(Path(chunk.stage)) if chunk.stage else None
    pages: list[RenderedPage] = []
    for (job, text, number), key in zip(texts, keys, strict=True):
        seen = stage.put(job.path, text) if stage and key != job.on_disk else None
        pages.append(RenderedPage(job.path, key, number, seen))
    # As one piece: the way between processes is charged by the object.
    return _encode(
        RenderedChunk(
            tuple(pages),
            tuple(tuple(sorted(names)) for names in reads),
            tuple(problems.values()),
            renderer.codes.take_new(),
        )
    )


def _render(job: RenderJob, renderer: Renderer, bodies: Mapping[bytes, KeptBody]) -> bytes:
    found = {path: bodies[key] for path, key in job.bodies}
    view = job.view
    made = feeds.render(
        job.template, view, found, job.origin, renderer.say_day, _patterns(renderer.codes)
    )
    if made is not None:
        return made
    body = next(iter(found.values()), None)
    if isinstance(view, ArticleView) and body is not None and (view.references or view.pictures):
        html = with_pictures(body.html.decode(), view.pictures, eager=view.article.image is None)
        body = structs.replace(body, html=with_references(html, view.references).encode())
    data = renderer.render(job.template, view, job.origin, body)
    return mails.inlined(data.decode()).encode() if type(view) is EmailView else data


@lru_cache(maxsize=1)
def _renderer(context: bytes, cache: CacheFile) -> Renderer:
    # Our own pickles, from the process that started this one.
    theme, config, key = pickle.loads(context)
    return Renderer(theme, config, {}, Codes(key, kept_open(cache).codes()))


@lru_cache(maxsize=1)
def _patterns(codes: Codes) -> Patterns:
    return Patterns(codes)


@lru_cache(maxsize=1)
def _facts(facts: bytes) -> dict[str, object]:
    return cast(dict[str, object], pickle.loads(facts))


_encode = msgspec.msgpack.Encoder().encode
_decode_jobs = msgspec.msgpack.Decoder(list[RenderJob]).decode
decode_rendered = msgspec.msgpack.Decoder(RenderedChunk).decode
