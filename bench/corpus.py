"""The reference corpus: articles that are the same on every machine, for every generator.

An article is a pure function of its number, the number of articles, and `SEED`: nothing is kept
in memory, and an edit is a `dataclasses.replace` of a value that can be had again at any time.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from random import Random
from zoneinfo import ZoneInfo

SEED = 20260101
ZONE = "Europe/Paris"
NEWEST = datetime(2025, 12, 31, 22, tzinfo=UTC)
"""The newest article's instant; each older one is an hour earlier."""
BODY = 3100
"""Characters of prose after which an article ends; Markdown and its last paragraph come on top."""

_VOCABULARY = """
the of to and a in that is was for on with as at by from council river harbour market school mayor
plan budget vote street library bridge ferry storm workers union report minister election festival
museum train road power water farm price bank season team match garden police court hospital
teacher student week year month million percent people town city region government company service
project public local national new old first last long great early late said told asked added will
would could may must
"""
_WORDS = _VOCABULARY.split()
_SYLLABLES = [*map("".join, product("bdklmnr", "aeo"))]
_SOURCES = [
    ("The Tidewater Post", "tidewater.example"),
    ("Harbour Gazette", "gazette.example"),
    ("North Quay News", "northquay.example"),
    ("The Lantern", "lantern.example"),
]


@dataclass(frozen=True, slots=True)
class Article:
    """One article, before it is written in the form that a generator reads."""

    number: int
    """From 0 (the oldest)."""
    title: str
    """Seven to nine words."""
    slug: str
    """Given in the front matter, so that an edited title keeps its URL."""
    date: datetime
    """Aware, in `ZONE`: its day is the day in the URL."""
    id: str
    """A UUID."""
    summary: str
    """One sentence of about 25 words."""
    tags: tuple[str, ...]
    """Three names, sorted."""
    source: tuple[str, str]
    """Name and URL."""
    body: str
    """Markdown, about 3,300 characters."""

    @property
    def file(self) -> str:
        """Where it lies below the content folder: `YYYY/MM/NNNNN-slug.md`."""
        return f"{self.date:%Y/%m}/{self.number:05}-{self.slug}.md"

    @property
    def page(self) -> str:
        """Its file below the output folder."""
        return f"{self.date:%Y/%m/%d}/{self.slug}/index.html"


class Corpus:
    """`count` articles, oldest first; `corpus[n]` makes the n-th."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.tags = [_tag_name(n) for n in range(max(6, count // 20))]
        """Names in order of falling frequency: one for every 20 articles."""
        self._weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.tags))))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Article]:
        return map(self.__getitem__, range(self.count))

    def __getitem__(self, number: int) -> Article:
        if not 0 <= number < self.count:
            raise IndexError(number)
        random = Random(SEED + number)
        moment = NEWEST - timedelta(hours=self.count - 1 - number)
        words = random.choices(_WORDS, k=random.randint(7, 9))
        source, host = random.choice(_SOURCES)
        return Article(
            number=number,
            title=" ".join(words).capitalize(),
            slug="-".join(words),
            date=moment.astimezone(ZoneInfo(ZONE)),
            id=str(uuid.UUID(int=random.getrandbits(128), version=4)),
            summary=" ".join(random.choices(_WORDS, k=25)).capitalize() + ".",
            tags=self._tags(random),
            source=(source, f"https://{host}/{number}"),
            body=_body(random),
        )

    def _tags(self, random: Random) -> tuple[str, ...]:
        chosen: set[str] = set()
        while len(chosen) < 3:
            chosen.update(random.choices(self.tags, cum_weights=self._weights))
        return tuple(sorted(chosen))


def front_matter(article: Article) -> str:
    """The article as YAML front matter and body: the form that sitegen and Hugo share."""
    name, url = article.source
    tags = "".join(f"  - {tag}\n" for tag in article.tags)
    return (
        f'---\ntitle: "{article.title}"\ndate: {article.date.isoformat()}\n'
        f'slug: {article.slug}\nid: {article.id}\nsummary: "{article.summary}"\n'
        f"tags:\n{tags}source:\n  name: {name}\n  url: {url}\n---\n\n{article.body}"
    )


def digest(corpus: Corpus) -> str:
    """Twelve hexadecimal digits that name this corpus: equal digits, equal articles."""
    state = hashlib.sha256()
    for article in corpus:
        state.update(front_matter(article).encode())
    return state.hexdigest()[:12]


def _tag_name(number: int) -> str:
    """An invented name, another for each number below 9,261; its slug is itself in lower case."""
    base = len(_SYLLABLES)  # 21; 2711 shares no factor with it, so that no two numbers meet
    mixed = number * 2711 % base**3
    return "".join(_SYLLABLES[mixed // base**place % base] for place in range(3)).capitalize()


def _body(random: Random) -> str:
    """Prose with emphasis, links and quotation marks; a heading, a list, a block quote."""
    blocks: list[str] = []
    size = 0
    while size < BODY:
        text = " ".join(_sentence(random) for _ in range(random.randint(3, 5)))
        match len(blocks):
            case 2:
                text = f"## {' '.join(random.choices(_WORDS, k=5)).capitalize()}\n\n{text}"
            case 4:
                text = "\n".join(f"- {' '.join(random.choices(_WORDS, k=8))}" for _ in range(4))
            case 5:
                text = f"> {_sentence(random)} {_sentence(random)}"
        blocks.append(text)
        size += len(text)
    return "\n\n".join(blocks) + "\n"


def _sentence(random: Random) -> str:
    words = random.choices(_WORDS, k=random.randint(10, 18))
    words[0] = words[0].capitalize()
    if random.random() < 0.15:
        words[3] = f"*{words[3]}*"
    if random.random() < 0.08:
        words[5] = f"[{words[5]}](https://example.org/{words[6]})"
    sentence = " ".join(words) + "."
    return f'"{sentence}"' if random.random() < 0.2 else sentence
