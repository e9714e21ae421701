"""Tags → the views of their pages and of the tag index."""

from collections.abc import Mapping

from sitegen.alphabet import by_letter
from sitegen.cards import Card, TagNames
from sitegen.config import Config
from sitegen.facts import tag_link
from sitegen.links import Link, Pager, TagGroup
from sitegen.outlines import Outline
from sitegen.site import Site, Tag
from sitegen.views import PageInfo, TagsView, TagView


class Topics:
    """The tags of a site."""

    def __init__(self, site: Site, config: Config, outlines: Mapping[str, Outline]) -> None:
        self._outlines = outlines
        self._links = {tag.slug: tag_link(tag) for tag in site.tags}
        names = TagNames(config.tags, config.urls)
        self._about = {names.refs([name])[0].slug: told for name, told in config.tags.about.items()}

    def page(self, info: PageInfo, tag: Tag, cards: tuple[Card, ...], pager: Pager) -> TagView:
        """A page of a tag. The first tells more than its articles."""
        found = self._outlines[tag.slug]
        first = pager.number == 1
        beside = [self._links[slug] for slug in found.companions] if first else []
        return TagView(
            page=info,
            tag=self._links[tag.slug],
            about=self._about.get(tag.slug, ""),
            since=tag.cards[-1].date.day,
            chart=found.chart if first else None,
            companions=tuple(Link(link.name, link.url) for link in beside),
            cards=cards,
            pager=pager,
        )

    def index(self, info: PageInfo) -> TagsView:
        """The tag index."""
        groups = tuple(
            TagGroup(head, tuple(tags)) for head, tags in by_letter(self._links.values())
        )
        return TagsView(info, tuple(tag for group in groups for tag in group.tags), groups)
