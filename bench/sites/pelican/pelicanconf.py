# mypy: ignore-errors
"""Settings of the Pelican site that the bench compares; read by Pelican, not imported here."""

from pathlib import Path

from pelican import signals


class Neighbours:
    """Gives each article the one before and the one after it, which Pelican does not do itself."""

    @staticmethod
    def register():
        signals.article_generator_finalized.connect(Neighbours.link)

    @staticmethod
    def link(generator):
        newest_first = generator.articles
        for newer, older in zip([None, *newest_first], [*newest_first, None], strict=True):
            if newer:
                newer.older = older
            if older:
                older.newer = newer


SITENAME = "The Bench Digest"
SITEURL = "https://example.org"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "en"
LOCALE = "C.UTF-8"
DEFAULT_DATE_FORMAT = "%-d %B %Y"
THEME = str(Path(__file__).parent / "theme")
PLUGINS = [Neighbours]
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.smarty": {},
        "markdown.extensions.toc": {},
    },
    "output_format": "html5",
}
FORMATTED_FIELDS = []
USE_FOLDER_AS_CATEGORY = False
STATIC_PATHS = []

ARTICLE_URL = "{date:%Y}/{date:%m}/{date:%d}/{slug}/"
ARTICLE_SAVE_AS = f"{ARTICLE_URL}index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
TAGS_SAVE_AS = "tags/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "tags", "sitemap"]
TEMPLATE_EXTENSIONS = [".html", ".xml"]

DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = {"index": None, "tag": None}
PAGINATION_PATTERNS = [
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]

FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_RSS = "feed.xml"
TAG_FEED_RSS = "tags/{slug}/feed.xml"
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
