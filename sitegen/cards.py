"""Card, what the whole site knows of an article, and Body, what only its page shows.

A card is small and stays in memory; its digest is made once and stands for it in every key. The
body lives in the cache and is fetched by its digest when a page that shows it is rendered.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct, structs

from sitegen.article import Source
from sitegen.config import Tags
from sitegen.dates import Moment
from sitegen.digests import NOTHING, digest
from sitegen.pictures import Gallery, Picture
from sitegen.rendered import Heading
from sitegen.urls import Urls, slugify

WORDS_A_MINUTE: Final = 230
"""Silent reading of prose in English.
Source: M. Brysbaert, "How many words do we read per minute?", J. Mem. Lang. 109 (2019): 238.
"""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPACE_OR_NOT: Final = bytes(b" "[0] if chr(n).isspace() else b"x"[0] for n in range(256))
"""Makes a space of white space, and `x` of all else."""


class TagRef(Struct, frozen=True, gc=False):
    """A tag as an article names it."""

    name: str
    """As readers know it."""
    slug: str
    """Tells tags apart: two spellings with one slug are one tag."""
    url: str
    """Its page."""


class Card(Struct, frozen=True, gc=False):
    """What the rest of the site shows of an article: everything but its body."""

    id: str
    """Permanent; the feeds' guid."""
    path: str
    """Its file, relative to `content/`."""
    address: str
    """Its page, from the site's root, unquoted."""
    url: str
    """Its page, as a link."""
    title: str
    """The headline."""
    summary: str
    """Plain text: the editor's, or the first paragraph; empty where there is neither."""
    date: Moment
    """When it was published."""
    updated: Moment | None
    """When it was last changed in substance."""
    tags: tuple[TagRef, ...]
    """In the order of the front matter."""
    sources: tuple[Source, ...]
    """Where it came from; mostly one, or none."""
    authors: tuple[str, ...]
    """Names, in order."""
    language: str
    """BCP 47."""
    image: Picture | None
    """The picture that stands for it."""
    minutes: int
    """Reading time; at least 1."""
    draft: bool
    """Whether it is shown only because of `--drafts`."""
    expires: Moment | None
    """From when it is no longer published."""
    aliases: tuple[str, ...]
    """Addresses that lead here."""
    story: str
    """Articles with the same key are one story; empty where it stands alone."""
    extra: dict[str, object]
    """The front matter's own, for themes."""
    sketch: bytes
    """The telling words of headline and summary."""
    digest: bytes = NOTHING
    """Of all the fields above."""


class Body(Struct, frozen=True):
    """What only the article's own page and the feeds show."""

    html: str
    """Sanitised."""
    toc: tuple[Heading, ...]
    """Its headings."""
    words: int
    """How many there are; in scripts without spaces, two characters count as one."""
    opens_with_summary: bool
    """Whether its first paragraph begins with the summary, so that a page shows only one."""
    references: tuple[str, ...]
    """Links to other articles' files that stand in the HTML as `/@/2022/12/a.md`."""


class KeptBody(Struct, frozen=True):
    """A `Body` as the cache keeps it. Most that show it pass its HTML on, encoded as it is."""

    html: bytes
    """In UTF-8."""
    toc: tuple[Heading, ...]
    words: int
    opens_with_summary: bool
    references: tuple[str, ...]


class Entry(Struct, frozen=True):
    """An article as the site is assembled from it."""

    card: Card
    body: bytes
    """The digest of its body, by which the cache keeps it."""
    links: tuple[tuple[str, int], ...] = ()
    """Addresses on this site that its body links to, and files as `/@/2022/12/a.md`, with the line
    of the article's file."""
    images: tuple[tuple[str, int], ...] = ()
    """Addresses of images that its body shows, and files as `/@/2022/12/wall.jpg`, likewise."""


class TagNames:
    """Which tag a written word means: `[tags] aliases` read backwards."""

    def __init__(self, tags: Tags, urls: Urls) -> None:
        self.urls = urls
        self._names = {
            slugify(written): name
            for name, aliases in tags.aliases.items()
            for written in (name, *aliases)
        }
        self._refs: dict[str, TagRef] = {}

    def refs(self, words: Iterable[str]) -> tuple[TagRef, ...]:
        """The tags that an article's words mean, each once, in the order written."""
        refs = map(self._ref, words)
        return tuple({ref.slug: ref for ref in refs}.values())

    def _ref(self, word: str) -> TagRef:
        ref = self._refs.get(word)
        if ref is None:
            name = self._names.get(slugify(word), word)
            slug = slugify(name)
            ref = TagRef(name, slug, self.urls.href(self.urls.of_tag(slug)))
            self._refs[word] = ref
        return ref


def with_picture(card: Card, gallery: Gallery) -> Card:
    """The card with what is known of the file of its picture; the same where there is none."""
    if card.image is None:
        return card
    picture = gallery.completed(card.image)
    if picture == card.image:
        return card
    key = digest(card.digest + msgspec.msgpack.encode(picture))
    return structs.replace(card, image=picture, digest=key)


def count_words(text: str) -> int:
    """Words between spaces; of Chinese, Japanese and Korean, two characters count as one."""
    if text.isascii():
        # Where words begin is counted without making a text of each.
        return (b" " + text.encode().translate(_SPACE_OR_NOT)).count(b" x")
    return len(text.split()) + len(_CJK.findall(text)) // 2
