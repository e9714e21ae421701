"""What stands in bodies for files of the project: where these articles and pictures are."""

from collections.abc import Iterable

from sitegen.cards import Card
from sitegen.markdown import ARTICLE_LINK
from sitegen.pictures import Picture
from sitegen.site import Site
from sitegen.urls import Urls


class References:
    """Where everything is that bodies link to or show by its file."""

    def __init__(self, site: Site, urls: Urls) -> None:
        self._site, self._base = site, urls.base
        self._urls = {card.path: card.url for card in site.cards}

    def of(self, cards: Iterable[Card]) -> dict[str, str]:
        """The URLs of the files that these articles link to or show."""
        found: dict[str, str] = {}
        links, images = self._site.links, self._site.images
        for card in cards:
            if card.path not in links and card.path not in images:
                continue
            for link, _ in links.get(card.path, ()):
                target = link.removeprefix(ARTICLE_LINK)
                if link != target and target in self._urls:
                    found[link] = self._urls[target]
            pictures = self.pictures(card).items()
            found |= {src: shown.src for src, shown in pictures if src.startswith(ARTICLE_LINK)}
        return found

    def pictures(self, card: Card) -> dict[str, Picture]:
        """The pictures that an article's body shows, by what stands for them there."""
        images = self._site.images.get(card.path)
        if not images:
            return {}
        shown, base = self._site.gallery.shown, self._base
        keys = (src if src.startswith(ARTICLE_LINK) else base + src for src, _ in images)
        return {key: shown[key] for key in keys if key in shown}
