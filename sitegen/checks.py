"""What can be wrong with a planned site: two pages at one URL, ids used twice, broken links."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from sitegen import search, urls
from sitegen.cards import Card, Entry, TagNames
from sitegen.config import FILE, Config
from sitegen.content import stable_id, without_id
from sitegen.copies import Copied
from sitegen.pages import ALIAS_IN, Page
from sitegen.problems import Problem, Severity, did_you_mean
from sitegen.rendered import ARTICLE_LINK
from sitegen.site import Site


def check(
    pages: Sequence[Page], copies: Sequence[Copied], site: Site, config: Config
) -> list[Problem]:
    """Pages that would overwrite each other, ids used twice, and links that lead nowhere."""
    return [
        *_collisions([*pages, *copies]),
        *(_in_index([*pages, *copies]) if config.search.enabled else ()),
        *_ids(site.cards, config.build.content),
        *_unknown_tags(site, config),
        *_broken_links(site, pages, copies, config.build.content, config.urls.base),
    ]


def _collisions(outputs: Iterable[Page | Copied]) -> Iterator[Problem]:
    hint = "change the `slug`, `permalink` or alias of one of them"
    taken: dict[str, Page | Copied] = {}
    for output in outputs:
        first = taken.setdefault(urls.portable(output.path), output)
        if first is not output:
            message = f"{first.origin} and {output.origin} would both be `{output.path}`"
            if first.path != output.path:
                message = (
                    f"{first.origin} would be `{first.path}` and {output.origin} `{output.path}`,"
                    " which many systems take for one file"
                )
            yield Problem(message, _blamed(output, first), hint=hint)
    folders: set[str] = set()
    for key, output in taken.items():
        folder = key
        while (folder := folder.rpartition("/")[0]) and folder not in folders:
            folders.add(folder)
            file = taken.get(folder)
            if file is not None:
                message = (
                    f"{file.origin} would be the file `{file.path}`, which {output.origin}"
                    " needs as a folder"
                )
                yield Problem(message, _blamed(output, file), hint=hint)


def _in_index(outputs: Iterable[Page | Copied]) -> Iterator[Problem]:
    """What would be among the files of the search index, whose names are not known yet."""
    for output in outputs:
        if f"{urls.portable(output.path)}/".startswith(search.FOLDER):
            message = f"{output.origin} would be `{output.path}`, where the search index is"
            yield Problem(message, _blamed(output), hint="give it another address")


def _blamed(*outputs: Page | Copied) -> str:
    """The first article among the origins: the file that its editor can change."""
    for output in outputs:
        if isinstance(output, Page) and output.view.page.kind in ("article", "alias"):
            return output.origin.removeprefix(ALIAS_IN)
    return ""


def _ids(cards: Sequence[Card], folder: str) -> Iterator[Problem]:
    seen: dict[str, Card] = {}
    if len({card.id for card in cards}) == len(cards):
        return
    for card in cards:
        first = seen.setdefault(card.id, card)
        if first is not card:
            paths = sorted((f"{folder}/{first.path}", f"{folder}/{card.path}"))
            message = f"the id `{card.id}` is also that of {paths[0]}"
            hint = "an id is permanent and belongs to one article: remove it from the copy"
            yield Problem(message, paths[1], hint=hint)


def _unknown_tags(site: Site, config: Config) -> Iterator[Problem]:
    known = {tag.slug: tag.name for tag in site.tags}
    names = TagNames(config.tags, config.urls)
    for name in config.tags.about:
        if names.refs([name])[0].slug not in known:
            hint = did_you_mean(name, known.values())
            message = f"`tags.about`: no article has the tag `{name}`"
            yield Problem(message, FILE, hint=hint, severity=Severity.WARNING)


def _broken_links(
    site: Site, pages: Iterable[Page], copies: Iterable[Copied], folder: str, base: str
) -> Iterator[Problem]:
    shown = [
        (card, card.image.src)
        for card in site.cards
        if card.image and card.image.src.startswith("/")
    ]
    if not site.links and not shown:
        return
    files = {page.path for page in pages} | {copy.path for copy in copies}
    articles = {card.path for card in site.cards}
    for path, links in site.links.items():
        for link, line in links:
            if link.startswith(ARTICLE_LINK):
                found = link.removeprefix(ARTICLE_LINK) in articles
                named = f"the article `{folder}/{link.removeprefix(ARTICLE_LINK)}`"
            else:
                found = not files.isdisjoint((urls.output_path(link), urls.output_path(f"{link}/")))
                named = f"`{link}`"
            if not found:
                message = f"a link leads to {named}, which is not on the site"
                yield Problem(message, f"{folder}/{path}", line, severity=Severity.WARNING)
    for card, src in shown:
        address = unquote(src.removeprefix(base))
        if urls.output_path(address) not in files:
            message = f"`image`: `{address}` is not on the site"
            hint = "put the file into the static folder"
            where = f"{folder}/{card.path}"
            yield Problem(message, where, hint=hint, severity=Severity.WARNING)


def unstable_ids(entries: Iterable[Entry], folder: str) -> Iterator[Problem]:
    """Warnings for articles whose id would change with their file's name."""
    for entry in entries:
        card = entry.card
        if card.id == stable_id(card.path):
            yield without_id(card.path).at(f"{folder}/{card.path}")
