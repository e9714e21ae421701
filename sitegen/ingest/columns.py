"""Which column of a table holds which field: as the project says, else by the usual names."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "heading", "subject", "name", "titulo", "titel", "titre"),
    "body": (
        "body", "text", "content", "articlebody", "fulltext", "article", "story", "maintext",
        "bodytext",
        "contenttext", "contenthtml", "html", "articletext", "contents", "texto", "texte", "inhalt",
        "maincontent", "document", "markdown", "contentencoded",
    ),
    "summary": (
        "summary", "description", "abstract", "excerpt", "lead", "teaser", "snippet", "dek",
        "shortdescription", "standfirst", "trailtext",
    ),
    "date": (
        "date", "published", "publishedat", "publisheddate", "publishdate", "datepublished",
        "pubdate", "publicationdate", "webpublicationdate", "time", "timestamp", "datetime",
        "created", "createdat", "posted", "firstpublished", "isodate", "datum", "fecha",
    ),
    "updated": ("updated", "updatedat", "modified", "datemodified", "lastmodified", "modifiedat"),
    "url": ("url", "link", "href", "canonicalurl", "weburl", "permalink", "sourceurl"),
    "authors": ("authors", "author", "byline", "by", "creator", "writer", "autor", "auteur"),
    "tags": ("tags", "keywords", "categories", "category", "topics", "topic", "section", "labels"),
    "key": ("id", "guid", "uid", "uuid", "articleid", "docid", "key"),
    "source": ("source", "publication", "publisher", "sitename", "outlet", "newspaper", "domain"),
    "language": ("language", "lang"),
    "image": ("image", "imageurl", "topimage", "thumbnail", "urltoimage", "picture", "photo"),
}  # fmt: skip
"""Names that columns of articles have, best first; compared without case, spaces and marks."""


class Columns(Struct, frozen=True):
    """Which column holds which field."""

    known: dict[str, str]
    """Column by field. A column of JSON may lie deeper: `author.name`."""

    def value(self, row: Mapping[str, object], field: str) -> object:
        """What a row holds for a field; None if it holds nothing."""
        name = self.known.get(field)
        if name is None:
            return None
        if name in row:
            return row[name]
        value: object = row
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def columns_of(row: Mapping[str, object], chosen: Mapping[str, str]) -> Columns | None:
    """The columns of a table that has such rows; None if none of them can be an article's text.

    `chosen` is what the project says, column by field; it wins over the usual names.
    """
    names = {_bare(name): name for name in reversed(list(row)) if isinstance(name, str)}
    known = {field: name for field, name in chosen.items() if name.split(".")[0] in row}
    for field, usual in USUAL.items():
        if field not in known:
            free = (names[name] for name in usual if name in names)
            if found := next((name for name in free if name not in known.values()), ""):
                known[field] = found
    if "body" in known or ("summary" in known and "title" in known):
        return Columns(known)
    return None


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
