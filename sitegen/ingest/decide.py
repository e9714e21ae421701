"""The table of promise 40: what becomes of one article, from its past, its file, and its seed."""

from msgspec import Struct, structs

from sitegen.ingest.article_file import read_fields, update, write_new
from sitegen.ingest.given import Given, Value
from sitegen.ingest.merge import OURS, Merged, listed, merge, unedited
from sitegen.ingest.past import Past, blocks, briefed, past
from sitegen.ingest.repeats import First
from sitegen.ingest.report import Action, Outcome, SeedState
from sitegen.ingest.shelf import INCOMING, Shelf
from sitegen.problems import SitegenError
from sitegen.urls import slugify


class Step(Struct, frozen=True):
    """What is to be done about one article."""

    outcome: Outcome
    past: Past | None
    """What is remembered of it afterwards."""
    writes: tuple[tuple[str, str], ...] = ()
    """Files relative to `content/`, and their new texts."""


class Subject(Struct, frozen=True):
    """The article that is decided about."""

    seed: str
    state: SeedState
    was: str = ""
    """The seed's former name."""

    def outcome(self, action: Action, **told: object) -> Outcome:
        """An outcome about it."""
        return Outcome(self.seed, action, self.state, was=self.was, **told)  # type: ignore[arg-type]


def decide(subject: Subject, last: Past | None, given: Given, shelf: Shelf) -> Step:
    """What becomes of an article that a seed gives now."""
    if last is None:
        return _first_time(subject, given, shelf)
    if last.duplicate:
        return _step(subject, Action.DUPLICATE, _next(last, given, last.path), given)
    if last.undated and not given.dated:
        # It was published on the day that it was first seen, and stays so.
        given = structs.replace(given, fields={**given.fields, "date": last.fields["date"]})
    found = shelf.find(last.id, last.path)
    if found is None:
        return _step(subject, Action.REMOVED, _next(last, given, last.path), given)
    path, text = found
    try:
        fields, body = read_fields(text)
    except SitegenError:
        return _unreadable(subject, last, given, (path, text))
    merged = merge(last, fields, body, given)
    changes = merged.fields | _same_address(fields, merged.fields, shelf)
    written = update(text, changes, merged.body)
    if written is None:
        return _unreadable(subject, last, given, (path, text))
    return _settled(subject, last, given, (path, text, written), merged)


def _same_address(
    fields: dict[str, Value], changes: dict[str, Value | None], shelf: Shelf
) -> dict[str, Value | None]:
    """What keeps an article's address good.

    A new headline is no new page: the slug that the old one gave is written down. A new day is
    one, because days are parts of addresses: the old address then leads to the new one.
    """
    if "permalink" in fields:
        return {}
    kept: dict[str, Value | None] = {}
    slug = str(fields.get("slug") or slugify(str(fields.get("title", ""))))
    if (title := changes.get("title")) and "slug" not in fields and slugify(str(title)) != slug:
        kept["slug"] = slug
    if date := changes.get("date"):
        try:
            old = shelf.address(str(fields.get("date", "")), slug)
            new = shelf.address(str(date), slug)
        except ValueError:
            return kept
        if old != new:
            had = listed(fields.get("aliases"))
            aliases = tuple(alias for alias in (*had, old) if alias != new)
            kept["aliases"] = tuple(dict.fromkeys(map(str, aliases)))
    return kept


def repeat(subject: Subject, given: Given, first: First, shelf: Shelf) -> Step:
    """An article that another seed gave before: it gets one source more, and nothing else."""
    title = str(given.fields["title"])
    source = given.fields.get("source", ())
    fields: dict[str, Value] = {"title": title}
    if source:
        fields["source"] = source
    last = Past(first.id, first.path, fields, (), given.key, duplicate=True)
    outcome = subject.outcome(Action.DUPLICATE, article=first.path, title=title)
    if first.seed == subject.seed and first.id == given.id:
        return Step(outcome, None)  # A row that stands twice in one table.
    found = shelf.find(first.id, first.path)
    written = _with_sources(found[1], source) if found else None
    if found is None or written is None or written == found[1]:
        return Step(outcome, last)
    return Step(outcome, last, ((found[0], written),))


def _with_sources(text: str, added: Value) -> str | None:
    """The article's text with sources that it does not name yet."""
    try:
        fields, _ = read_fields(text)
    except SitegenError:
        return None
    own, more = listed(fields.get("source")), listed(added)
    names = {str(s.get("name")).casefold() for s in own if isinstance(s, dict)}
    new = [s for s in more if isinstance(s, dict) and s["name"].casefold() not in names]
    return update(text, {"source": (*own, *new)}, None) if new else text


def _first_time(subject: Subject, given: Given, shelf: Shelf) -> Step:
    found = shelf.find(given.id, "")
    if found:
        # The same text was converted before, and what was remembered of it is lost: all that
        # differs is the editor's.
        path, text = found
        edited = _edited(past(given, path, given.id), text)
        action = Action.KEPT if edited else Action.UNCHANGED
        return _step(subject, action, past(given, path, given.id), given, edited=edited)
    path, slug = shelf.new_name(given)
    text = write_new(given, given.id, slug)
    step = _step(subject, Action.NEW, past(given, path, given.id), given)
    return structs.replace(step, writes=((path, text),))


def _settled(
    subject: Subject, last: Past, given: Given, texts: tuple[str, str, str], merged: Merged
) -> Step:
    path, text, written = texts
    writes = ((path, written),) if written != text else ()
    remembered = _next(last, given, path)
    told = {"edited": merged.edited, "changed": merged.changed, "clashes": merged.clashes}
    if merged.clashes:
        step = _clash(subject, remembered, given, (path, text), told)
        return structs.replace(step, writes=writes + step.writes)
    if not writes:
        action = Action.KEPT if merged.edited else Action.UNCHANGED
    else:
        action = Action.MERGED if merged.edited else Action.UPDATED
    step = _step(subject, action, remembered, given, **told)
    return structs.replace(step, writes=writes)


def _clash(
    subject: Subject,
    remembered: Past,
    given: Given,
    now: tuple[str, str],
    told: dict[str, tuple[str, ...]],
) -> Step:
    """The editor's stays; what came lies beside it."""
    path, _ = now
    incoming = path + INCOMING
    remembered = structs.replace(remembered, clash=True)
    outcome = subject.outcome(
        Action.CLASH, article=path, title=str(given.fields["title"]), incoming=incoming, **told
    )
    copy = write_new(given, remembered.id)
    return Step(outcome, remembered, ((incoming, copy),))


def _unreadable(subject: Subject, last: Past, given: Given, now: tuple[str, str]) -> Step:
    """The editor's file cannot be merged into: it stays as it is."""
    remembered = _next(last, given, now[0])
    now_held = briefed(remembered) if last.brief else remembered
    if now_held.fields == last.fields and now_held.body == last.body:
        return _step(subject, Action.KEPT, remembered, given, edited=("front matter",))
    told = {"edited": ("front matter",), "changed": (), "clashes": ("front matter",)}
    return _clash(subject, remembered, given, now, told)


def _next(last: Past, given: Given, path: str) -> Past:
    """The same article's past after this run: its id stays."""
    return structs.replace(past(given, path, last.id), duplicate=last.duplicate, clash=last.clash)


def _step(
    subject: Subject, action: Action, remembered: Past, given: Given, **told: tuple[str, ...]
) -> Step:
    article = "" if action is Action.REMOVED else remembered.path
    outcome = subject.outcome(action, article=article, title=str(given.fields["title"]), **told)
    return Step(outcome, remembered)


def look(subject: Subject, last: Past, shelf: Shelf) -> Outcome:
    """How an article stands whose seed gives nothing new."""
    title = last.title
    gone = subject.state is SeedState.GONE
    if last.duplicate:
        return subject.outcome(Action.DUPLICATE, article=last.path, title=title)
    found = shelf.find(last.id, last.path)
    if found is None:
        return subject.outcome(Action.REMOVED, title=title)
    path, text = found
    edited = _edited(last, text)
    if last.clash and shelf.has(path + INCOMING):
        return subject.outcome(
            Action.CLASH, article=path, title=title, edited=edited, incoming=path + INCOMING
        )
    action = Action.GONE if gone else Action.KEPT if edited else Action.UNCHANGED
    return subject.outcome(action, article=path, title=title, edited=edited)


def _edited(last: Past, text: str) -> tuple[str, ...]:
    """What the editor changed since."""
    try:
        fields, body = read_fields(text)
    except SitegenError:
        return ("front matter",)
    changed = [
        key
        for key in (last.fields | fields)
        if key not in OURS
        and not unedited(key, last.fields.get(key), last.held(key, fields.get(key)))
    ]
    if last.held_body(blocks(body)) != last.body:
        changed.append("body")
    return tuple(changed)
