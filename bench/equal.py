"""Checks that each generator published the site that the table says was compared."""

from pathlib import Path

from bench.corpus import Corpus
from bench.generators import Generator
from bench.scenarios import Seen


class UnequalError(Exception):
    """An output lacks something; the text says what."""


def require_site(generator: Generator, corpus: Corpus) -> None:
    """Every article, all by their dates, every tag with its feed, the tag index, feed, sitemap."""
    name, published = generator.name, generator.published
    wanted = ["index.html", "feed.xml", "sitemap.xml", "tags/index.html"]
    wanted += generator.by_date(corpus)
    used: dict[str, int] = {}
    for article in corpus:
        wanted.append(article.page)
        for tag in article.tags:
            used[tag] = used.get(tag, 0) + 1
    for tag, articles in used.items():
        folder = f"tags/{tag.lower()}"
        wanted += [f"{folder}/index.html", f"{folder}/feed.xml"]
        wanted += [f"{folder}/page/{n}/index.html" for n in range(2, (articles + 19) // 20 + 1)]
    missing = [file for file in wanted if not (published / file).is_file()]
    if missing:
        shown = ", ".join(missing[:5])
        raise UnequalError(f"{name}: {len(missing)} of {len(wanted)} files are missing: {shown} …")
    feed = (published / "feed.xml").read_text(encoding="utf-8")
    if (items := feed.count("<item>")) != min(20, len(corpus)):
        raise UnequalError(f"{name}: feed.xml holds {items} items")


def require_seen(name: str, published: Path, seen: list[Seen]) -> None:
    """The edit that was built shows in the output."""
    for wanted in seen:
        if wanted.text not in (published / wanted.file).read_text(encoding="utf-8"):
            raise UnequalError(f"{name}: {wanted.file} lacks `{wanted.text}` after the edit")
