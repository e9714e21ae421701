"""The articles that are in `content/` now: found by id wherever the editor put them."""

from datetime import tzinfo
from pathlib import Path

from sitegen import dates, urls
from sitegen.ingest.article_file import id_in
from sitegen.ingest.files import Project
from sitegen.ingest.given import Given
from sitegen.problems import SitegenError
from sitegen.urls import Urls

INCOMING = ".incoming"
"""Added to an article's name: the copy that clashed with the editor's. Not read as content."""


class Shelf:
    """Looks articles up; knows which names this run has given out."""

    def __init__(self, project: Project, content: Path, addresses: Urls, zone: tzinfo) -> None:
        self._project = project
        self._content = content
        self._addresses = addresses
        self._zone = zone
        self._by_id: dict[str, str] | None = None
        self._taken: set[str] = set()

    def find(self, id_: str, hint: str) -> tuple[str, str] | None:
        """The path and text of an article: where it was last seen, else wherever its id is."""
        text = self._text(hint) if hint else None
        # An editor who strikes out the id has not taken the article away.
        if text is not None and id_in(text) in (id_, ""):
            return hint, text
        path = self._ids().get(id_)
        text = self._text(path) if path else None
        return (path, text) if path and text is not None else None

    def new_name(self, given: Given) -> tuple[str, str]:
        """A free file for a new article, and the slug it needs: none where its title's will do."""
        day = str(given.fields["date"])
        slug = urls.slugify(str(given.fields["title"]))
        path = f"{day[:4]}/{day[5:7]}/{slug}.md"
        if self._is_free(path):
            self._taken.add(urls.portable(path))
            return path, ""
        slug = f"{slug}-{given.id[:8]}"
        path = f"{day[:4]}/{day[5:7]}/{slug}.md"
        self._taken.add(urls.portable(path))
        return path, slug

    def address(self, date: str, slug: str) -> str:
        """Where the page of an article is, if its front matter says no more.

        Raises `ValueError` where `date` is none.
        """
        return self._addresses.of_article(dates.parse(date, self._zone).day, slug)

    def has(self, path: str) -> bool:
        """Whether there is such a file in content."""
        return (self._content / path).exists()

    def _is_free(self, path: str) -> bool:
        return urls.portable(path) not in self._taken and not self.has(path)

    def _text(self, path: str) -> str | None:
        place = self._content / path
        if not place.is_file():
            return None
        try:
            return self._project.read(place).decode("utf-8-sig").replace("\r\n", "\n")
        except (SitegenError, UnicodeDecodeError):
            return None

    def _ids(self) -> dict[str, str]:
        if self._by_id is None:
            self._by_id = {}
            for path, _ in self._project.below(self._content):
                if path.endswith(".md") and (text := self._text(path)) and (found := id_in(text)):
                    self._by_id.setdefault(found, path)
        return self._by_id
