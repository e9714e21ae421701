"""Paragraphs of plain text → an article's body in its two forms, with posts as quotations."""

from collections.abc import Iterable

from msgspec import Struct

from sitegen.ingest.boilerplate import is_furniture
from sitegen.ingest.embeds import hashtags, read_post
from sitegen.ingest.escape import escape


class Prose(Struct, frozen=True, gc=False):
    """A body made of plain text."""

    markdown: str
    text: str
    hashtags: tuple[str, ...] = ()
    """With their `#`."""


def prose_of(parts: Iterable[str]) -> Prose:
    """The body that some paragraphs make; nothing in them turns into formatting."""
    body: list[str] = []
    plain: list[str] = []
    tags: list[str] = []
    for part in parts:
        if is_furniture(part):
            continue
        if post := read_post(part):
            attribution = f"— {post.attribution}"
            said = "\n".join(f"> {line}" for line in escape(post.text).split("\n"))
            body.append(f"{said}\n>\n> {escape(attribution)}")
            plain += (post.text, attribution)
            tags += post.hashtags
        else:
            body.append(escape(part))
            plain.append(part)
            tags += hashtags(part)
    return Prose(
        "\n\n".join(body), "\n\n".join(plain), tuple(f"#{tag}" for tag in dict.fromkeys(tags))
    )
