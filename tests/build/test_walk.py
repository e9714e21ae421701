"""Incremental equals clean after any edit; and the walk that shows it finds planted bugs."""

from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from msgspec import structs

from sitegen import pages, related, site, templates
from sitegen.build import articles, comparing, parsed, planning, rendering, state, statics, verify
from sitegen.build.articles import Articles
from sitegen.build.cache import Cache
from sitegen.build.collection import Collection
from sitegen.build.comparing import Plan
from sitegen.build.pagerows import PageRows
from sitegen.build.records import Parsed
from sitegen.build.stamps import Stamp
from sitegen.build.statics import Statics
from sitegen.cards import Card, with_picture
from sitegen.codes import Codes
from sitegen.fronts import Item
from sitegen.pictures import Gallery
from sitegen.site import Choice
from sitegen.theme import Theme
from sitegen.views import ArticleView, View, article_digest
from tests.build.walk import FRESH, HINTED, MODES, WARM, Walk


@pytest.mark.parametrize("mode", MODES)
def test_a_walk(tmp_path: Path, mode: str, walk_steps: int, walk_seed: int) -> None:
    """After any edits the output is that of a clean build, byte for byte."""
    # promise 20
    with closing(Walk(tmp_path, walk_seed, mode)) as walk:
        walk.run(walk_steps)


def test_a_walk_beside_a_look(tmp_path: Path, walk_steps: int, walk_seed: int) -> None:
    """So it is where copies of the process look at the output, and parse."""
    # promise 20
    kinds = ["output lost", "output spoilt", "body", "title", "cache gone", "break", "killed"]
    with (
        mock.patch.object(verify, "_MANY", 1),
        mock.patch.object(parsed, "_apart_pays", return_value=True),
        closing(Walk(tmp_path, walk_seed, FRESH, kinds, 10)) as walk,
    ):
        walk.run(walk_steps)


@pytest.mark.parametrize("mode", MODES)
def test_a_walk_among_pictures(tmp_path: Path, mode: str, walk_steps: int, walk_seed: int) -> None:
    """So it is with pictures that come, go and break, and with social cards."""
    # promise 20
    kinds = ["image file", "show", "cards", "title", "rename", "draft", "config", "theme"]
    kinds += ["pictures spoilt", "cache gone", "output lost", "output spoilt", "killed", "static"]
    with closing(Walk(tmp_path, walk_seed, mode, [*kinds, "image file", "show"], 5)) as walk:
        walk.run(walk_steps)


def test_a_walk_says_how_to_walk_it_again(tmp_path: Path) -> None:
    """What fails is told with its seed and each step, and the same seed takes the same steps."""
    # promise 20
    told = []
    for name in ("one", "two"):
        with (
            closing(Walk(tmp_path / name, 7, FRESH, ["add", "title"], 5)) as walk,
            mock.patch("sitegen.build.damaged_outputs", _nothing_damaged),
        ):
            walk.run(2)
            (walk.project.output / "index.html").write_bytes(b"spoilt")
            with pytest.raises(AssertionError) as caught:
                walk.compare()
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert told[0].startswith("--walk-seed 7, fresh:\n  0. build\n  1. ")
    assert "index.html:\n  is     b'spoilt'" in told[0]


def _same_but_articles() -> Any:
    """Settings, themes and static files that count for nothing where an article changed."""
    inputs = statics.inputs_of

    def of(*what: Any) -> state.Inputs:
        return structs.replace(inputs(*what), others=b"")

    return mock.patch("sitegen.build.inputs_of", of)


def _wrong(owner: object, name: str, value: object) -> Callable[[], Any]:
    return lambda: mock.patch.object(owner, name, value)


def _no_read(*kinds: str) -> Callable[[], Any]:
    """No read whose name begins so is recorded."""
    take = templates.Renderer.take_reads

    def forgetful(renderer: templates.Renderer) -> frozenset[str]:
        return frozenset(name for name in take(renderer) if not name.startswith(kinds))

    return _wrong(templates.Renderer, "take_reads", forgetful)


def _without_bodies() -> Any:
    """Pages whose keys hold no bodies."""
    real: Callable[..., Any] = comparing.find_differences

    def find(at: Any, plan: Plan, *rest: Any) -> Any:
        keyless = [structs.replace(page, bodies=()) for page in plan.pages]
        found = real(at, structs.replace(plan, pages=keyless), *rest)
        whole = {page.path: page for page in plan.pages}
        return structs.replace(found, pages=[(whole[page.path], key) for page, key in found.pages])

    return mock.patch("sitegen.build.remake.find_differences", find)


def _both(*plants: Callable[[], Any]) -> Callable[[], Any]:
    """Several at once, for one class of dependency."""

    @contextmanager
    def planted() -> Iterator[None]:
        with ExitStack() as stack:
            for plant in plants:
                stack.enter_context(plant())
            yield

    return planted


def _without(*fields: str) -> Callable[[], Any]:
    """Views whose digests leave some fields out."""
    whole = View.digest.fget  # type: ignore[attr-defined]

    def digest(view: View) -> bytes:
        blank = {name: None for name in fields if hasattr(view, name)}
        return bytes(whole(structs.replace(view, **blank)))

    nothing: Any = mock.Mock(digest=b"")

    def of_article(shared: bytes, card: Card, *shown: object) -> bytes:
        known = dict(zip(ArticleView.__struct_fields__[2:], shown, strict=True))
        told = [None if name in fields else value for name, value in known.items()]
        return article_digest(shared, nothing if "article" in fields else card, *told)

    return _both(
        _wrong(View, "digest", property(digest)), _wrong(pages, "article_digest", of_article)
    )


def _without_pictures() -> Any:
    """A plan that is the same whatever the image files."""

    def digest(
        at: Any, config: Any, theme: Any, statics: Statics, articles: Articles, choice: Any
    ) -> bytes:
        blind = structs.replace(statics, copies=()), structs.replace(articles, pictures={})
        return planning.plan_digest(at, config, theme, *blind, choice)

    return mock.patch("sitegen.build.remake.plan_digest", digest)


def _no_news() -> Any:
    """Articles that change without a note."""
    return mock.patch.object(Cache, "changed", property(lambda cache: {}))


def _old_pages() -> Any:
    """Pages that are kept as they were when they first were made."""
    keep = PageRows.put

    def put(rows: PageRows, pages: Any) -> None:
        known = {path for (path,) in rows._database.execute("SELECT path FROM page")}
        keep(rows, [page for page in pages if page[0] not in known])

    return mock.patch.object(PageRows, "put", put)


def _pages_that_stay() -> Any:
    """Pages that are kept though they are gone."""
    return mock.patch.object(PageRows, "remove", return_value=None)


def _of_others(feeds: bool) -> Callable[[], Any]:
    """Feeds, or else all but feeds, are not known to show a body."""
    showing = PageRows.showing

    def some(rows: PageRows, articles: Set[str]) -> list[str]:
        return [path for path in showing(rows, articles) if path.endswith(".xml") != feeds]

    return _wrong(PageRows, "showing", some)


def _nobody_near() -> Any:
    """Nothing beside an edited article is compared anew."""
    update = related._update

    def blind(*args: Any) -> set[str]:
        update(*args)
        return set()

    return mock.patch.object(related, "_update", blind)


def _nothing_damaged(*_: object) -> dict[str, bytes]:
    return {}


def _old_digest(card: Card, gallery: Gallery) -> Card:
    return structs.replace(with_picture(card, gallery), digest=card.digest)


def _same_size(stamp: Stamp, other: Stamp) -> bool:
    return stamp.size == other.size and stamp.modified == other.modified


PLANTED: dict[str, tuple[Callable[[], Any], str, list[str]]] = {
    "site facts": (_no_read("site."), FRESH, ["add", "title", "config"]),
    "templates": (_no_read("template:"), FRESH, ["template"]),
    "a missing template": (_no_read("template:missing"), FRESH, ["missing template"]),
    "imported templates": (_no_read("template:partials/show"), FRESH, ["macro"]),
    "sources of compiled templates": (
        _wrong(Codes, "_key", lambda self, made_from: self._made_with),
        FRESH,
        ["template", "macro"],
    ),
    "words in compiled templates": (
        _wrong(rendering, "made_with", lambda theme, config: b""),
        FRESH,
        ["message"],
    ),
    "words": (_no_read("words"), FRESH, ["message"]),
    "assets": (_no_read("asset:"), FRESH, ["asset"]),
    "bodies": (_without_bodies, FRESH, ["body"]),
    "neighbours": (_without("previous", "next"), FRESH, ["title"]),
    "cards of lists": (_without("cards"), FRESH, ["title"]),
    "related articles": (_without("related"), FRESH, ["title", "retag"]),
    "what belongs to an edited article alone": (
        _nobody_near,
        WARM,
        ["retag"],
    ),
    "documents of an archive": (_without("neighbours"), FRESH, ["add"]),
    "sources": (_without("subscriptions"), FRESH, ["source"]),
    "news": (_without("cards"), FRESH, ["clock"]),
    "the edition": (_without("edition"), FRESH, ["title"]),
    "earlier editions": (_without("earlier"), FRESH, ["title", "redate"]),
    "editions of the month": (_without("days"), FRESH, ["redate"]),
    "days without an edition": (_without("gap", "previous"), FRESH, ["redate"]),
    "stories": (
        _wrong(Item, "key", property(lambda item: item.card.digest)),
        FRESH,
        ["story", "title"],
    ),
    "references": (_without("references"), FRESH, ["redate"]),
    "the page's own card": (_without("article"), FRESH, ["retag"]),
    "the theme in the whole": (_wrong(Theme, "digest", b""), FRESH, ["template"]),
    "articles in the whole": (
        _wrong(state.Last, "serves", lambda self, inputs, now: True),
        FRESH,
        ["title"],
    ),
    "the clock": (
        _wrong(Choice, "until", lambda self, cards: None),
        FRESH,
        ["clock", "expires", "redate"],
    ),
    "outputs looked at": (
        lambda: mock.patch("sitegen.build.damaged_outputs", _nothing_damaged),
        FRESH,
        ["output lost", "output spoilt"],
    ),
    "pictures of bodies": (_without("pictures"), FRESH, ["image file", "show"]),
    "pictures that shares show": (_without("social"), FRESH, ["cards", "title"]),
    "pictures of cards": (_wrong(site, "with_picture", _old_digest), FRESH, ["image file", "show"]),
    "pictures in the plan": (_without_pictures, WARM, ["image file", "show"]),
    "cards in the plan": (
        _wrong(Collection, "choose", lambda self, choice: b""),
        WARM,
        ["title", "retag"],
    ),
    "articles that time brings": (
        _wrong(Choice, "may_change", lambda self, card: False),
        WARM,
        ["clock", "expires", "redate"],
    ),
    "bodies that changed": (_no_news, FRESH, ["body"]),
    "bodies that changed, of a plan in memory": (_no_news, WARM, ["body"]),
    "cards of articles that changed": (
        _wrong(Parsed, "plans", property(lambda parsed: b"")),
        FRESH,
        ["title", "retag"],
    ),
    "all but articles where only these changed": (
        _wrong(articles, "of_digests", lambda digests: b""),
        FRESH,
        ["image file", "show"],
    ),
    "settings where only articles changed": (_same_but_articles, FRESH, ["config", "body"]),
    "time where only articles changed": (
        _wrong(state.Last, "in_time", lambda self, now: True),
        FRESH,
        ["clock", "body", "expires"],
    ),
    "feeds that show a body": (_of_others(feeds=True), FRESH, ["body"]),
    "articles that show a body": (_of_others(feeds=False), FRESH, ["body"]),
    "feeds that are gone": (_pages_that_stay, FRESH, ["retag", "body"]),
    "pages as they were before": (_old_pages, FRESH, ["title", "body"]),
    "times of change": (_wrong(Stamp, "same_file", _same_size), FRESH, ["same time"]),
    "hints that outlive a failure": (
        _wrong(state.State, "changed", lambda self, hints: hints),
        HINTED,
        ["break", "title", "config"],
    ),
}
"""A class of dependency: how it is dropped, in which kind of walk, and the edits that show it."""
_SOONER = {"stories": 6, "pictures of bodies": 2, "the page's own card": 7}
"""Seeds of walks that come upon a bug soon, where the first takes its time."""


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_found(tmp_path: Path, name: str) -> None:
    """Where one class of dependency is dropped, a walk over the edits that concern it fails."""
    # promise 21
    plant, mode, kinds = PLANTED[name]
    with closing(Walk(tmp_path / "good", 1, mode, kinds, 20)) as walk:
        walk.run(5)
    seed = _SOONER.get(name, 1)
    with plant(), closing(Walk(tmp_path / "bad", seed, mode, kinds, 20)) as walk:
        walk.run(0)
        with pytest.raises(AssertionError):
            walk.run(100)
