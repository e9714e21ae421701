"""What is measured: a cold build, a build where nothing changed, and builds after one edit.

An edit changes the same article, in the same way, for every generator; its words differ in every
round. What an edit must have changed in the output is checked after the build.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.corpus import Article, Corpus
from bench.generators import Generator


@dataclass(frozen=True, slots=True)
class Seen:
    """A text that a file of the output holds once the edit is built."""

    file: str
    """Relative to the output."""
    text: str


Prepare = Callable[[Generator, Corpus, int], "list[Seen]"]
"""Readies a project for one build: generator, corpus, round (from 1)."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the table for each generator."""

    name: str
    prepare: Prepare


def article_of(corpus: Corpus, scenario: int, number: int) -> Article:
    """The article that a round edits: another for each scenario and round, of the 20 newest.

    These are what editors edit, and they are on the home page and in the feeds.
    """
    return corpus[len(corpus) - 1 - (5 * scenario + number) % min(20, len(corpus))]


def cold(generator: Generator, _corpus: Corpus, _number: int) -> list[Seen]:
    """Neither output nor caches; the input is that of the corpus."""
    generator.clean()
    return []


def unchanged(_generator: Generator, _corpus: Corpus, _number: int) -> list[Seen]:
    """Everything is as the last build left it."""
    return []


def body(generator: Generator, corpus: Corpus, number: int) -> list[Seen]:
    """A paragraph more in one article."""
    article = article_of(corpus, 0, number)
    marker = f"zqbody{number}"
    generator.write_article(replace(article, body=f"{article.body}\nThe {marker} was added.\n"))
    return [Seen(article.page, marker), Seen("feed.xml", marker)]


def title(generator: Generator, corpus: Corpus, number: int) -> list[Seen]:
    """A word more in one article's title, which its neighbours and lists show too."""
    article = article_of(corpus, 1, number)
    marker = f"zqtitle{number}"
    generator.write_article(replace(article, title=f"{article.title} {marker}"))
    pages = [article.page, "index.html", "feed.xml", f"tags/{article.tags[0].lower()}/index.html"]
    return [Seen(page, marker) for page in pages]


def tag(generator: Generator, corpus: Corpus, number: int) -> list[Seen]:
    """A fourth tag on one article: one that about 120 articles of 10,000 have."""
    article = article_of(corpus, 2, number)
    rank = len(corpus.tags) // 10 + number
    added = next(name for name in corpus.tags[rank:] if name not in article.tags)
    generator.write_article(replace(article, tags=(*article.tags, added)))
    address = article.page.removesuffix("index.html")
    return [
        Seen(article.page, f"/tags/{added.lower()}/"),
        Seen(f"tags/{added.lower()}/index.html", address),
        Seen(f"tags/{added.lower()}/feed.xml", address),
    ]


def template(generator: Generator, corpus: Corpus, number: int) -> list[Seen]:
    """A paragraph more in the template of all article pages."""
    marker = f"zqtemplate{number}"
    generator.edit_template(marker)
    return [Seen(corpus[n].page, marker) for n in (0, len(corpus) // 2, len(corpus) - 1)]


def restore(generator: Generator, corpus: Corpus, number: int) -> None:
    """Undoes the edits of a round, so that every round begins with the same input."""
    generator.edit_template("")
    for scenario in range(3):
        generator.write_article(article_of(corpus, scenario, number))


SCENARIOS = [
    Scenario("cold", cold),
    Scenario("nothing changed", unchanged),
    Scenario("body edited", body),
    Scenario("title edited", title),
    Scenario("tag added", tag),
    Scenario("template edited", template),
]
"""In the order of a round: each starts from what the one before it left."""
