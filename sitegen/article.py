"""Article: one story in `content/`, and the small types that it holds."""

from msgspec import Struct

from sitegen.dates import Moment


class Source(Struct, frozen=True, gc=False):
    """The publication an article came from."""

    name: str
    """As readers know it."""
    url: str = ""
    """The original article; http or https."""


class Image(Struct, frozen=True, gc=False):
    """The picture that stands for an article."""

    src: str
    """A URL, an address on this site (`/images/wall.jpg`), or where a file lies as seen from the
    article's own (`wall.jpg`)."""
    alt: str = ""
    """What it shows, for those who do not see it."""
    credit: str = ""
    """Who made it."""


class Article(Struct, frozen=True):
    """One story, as its file in `content/` tells it: nothing is derived, nothing is missing."""

    path: str
    """Its file, relative to `content/`, with `/` between folders."""
    title: str
    """The headline: plain text, not empty."""
    date: Moment
    """When it was published."""
    id: str
    """Permanent; the feeds' guid. From the path where the front matter has none."""
    body: str
    """Markdown, without the front matter."""
    body_line: int
    """The line of the file that the body begins on, counted from 1."""
    updated: Moment | None = None
    """When it was last changed in substance."""
    summary: str = ""
    """Plain text; empty where the editor gave none."""
    tags: tuple[str, ...] = ()
    """As written, each once."""
    sources: tuple[Source, ...] = ()
    """Where it came from: several where the same article was collected twice."""
    authors: tuple[str, ...] = ()
    """Names, in order."""
    language: str = ""
    """BCP 47; empty where it is the site's."""
    image: Image | None = None
    """The picture that stands for it."""
    draft: bool = False
    """Not to be published yet."""
    expires: Moment | None = None
    """From when it is no longer published."""
    slug: str = ""
    """Its name in URLs; empty where it is made from the title."""
    permalink: str = ""
    """Its whole address, in place of the site's pattern."""
    aliases: tuple[str, ...] = ()
    """Addresses that lead here."""
    story: str = ""
    """The event that it reports: articles with the same key are one story."""
    extra: dict[str, object] = {}
    """Free, for themes."""
