"""What static hosts are told by files of the site: `_headers`, and `_redirects` for aliases.

Netlify, Cloudflare Pages and others that follow them read these two.
Sources: https://docs.netlify.com/routing/headers/, https://docs.netlify.com/routing/redirects/,
https://developers.cloudflare.com/pages/configuration/headers/
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Final

from sitegen.config import Config
from sitegen.copies import Copied
from sitegen.digests import digest, named_by
from sitegen.feed_views import FeedView
from sitegen.pages import Page
from sitegen.views import AliasView

HEADERS: Final = "_headers"
REDIRECTS: Final = "_redirects"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Articles may show pictures, and play sound, of where they came from.
        "img-src 'self' https: http:",
        "media-src 'self' https: http:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No page needs more: no script, style or frame but the site's own files (promise 34)."""
POLICY_OF_SEARCH: Final = POLICY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
"""What searches in the browser is WebAssembly, which is compiled there; nothing else is evaluated.
For all pages: where two rules name a policy, some hosts send both."""
POLICY_OF_EMAILS: Final = "; ".join(
    (
        "default-src 'none'",
        # The styles stand in the tags, where mail programs look for them.
        "style-src 'unsafe-inline'",
        "img-src 'self' https: http:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""In place of the policy of all pages, for e-mails: no script runs there at all."""
FOREVER: Final = "public, max-age=31536000, immutable"
"""For names that hold their bytes' digest."""
_EVERYWHERE: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_FEEDS: Final = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}


def host_files(pages: Sequence[Page], copies: Sequence[Copied], config: Config) -> list[Copied]:
    """The files for hosts; those that the project has in its static folder are left to it."""
    own = {copy.path for copy in copies}
    found = []
    for path, lines in (
        (HEADERS, _headers(pages, copies, config)),
        (REDIRECTS, _redirects(pages, config)),
    ):
        data = "".join(f"{line}\n" for line in lines).encode()
        if data and path not in own:
            found.append(Copied(path, digest(data), "what hosts are told", data))
    return found


def _headers(pages: Sequence[Page], copies: Sequence[Copied], config: Config) -> Iterator[str]:
    href = config.urls.href
    yield href("/*")
    policy = POLICY_OF_SEARCH if config.search.enabled else POLICY
    yield f"  Content-Security-Policy: {policy}"
    for name, value in _EVERYWHERE:
        yield f"  {name}: {value}"
    for pattern in _immutable(pages, copies):
        yield href(pattern)
        yield f"  Cache-Control: {FOREVER}"
    patterns = {
        _pattern(page.address): _FEEDS[page.template]
        for page in pages
        if page.template in _FEEDS
        # An archive has a document for every few articles, and hosts read but some hundred rules.
        and isinstance(view := page.view, FeedView)
        and not view.neighbours.current
    }
    for pattern, kind in sorted(patterns.items()):
        yield href(pattern)
        yield f"  Content-Type: {kind}"
    emails = {(_pattern(p.address), p.template) for p in pages if p.template.startswith("email.")}
    for pattern, template in sorted(emails, key=itemgetter(0)):
        yield href(pattern)
        if template == "email.html":
            # Cloudflare would send both policies, so that the strict one is dropped by name; others
            # read no meaning in that line, and send the last. Where a host sends both all the same,
            # the e-mail is shown without its styles.
            yield "  ! Content-Security-Policy"
            yield f"  Content-Security-Policy: {POLICY_OF_EMAILS}"
        # They repeat an edition; and a text has no place to say so itself.
        yield "  X-Robots-Tag: noindex"


def _immutable(pages: Sequence[Page], copies: Sequence[Copied]) -> list[str]:
    """What holds a fingerprint in its name: whole folders where all in them does, since hosts read
    but some hundred rules.
    """
    named = {copy.path for copy in copies if named_by(copy.path, copy.digest)}
    paths = {*(page.path for page in pages), *(copy.path for copy in copies)}
    others = {path.partition("/")[0] for path in paths - named}
    folders = {path.partition("/")[0] for path in named if "/" in path} - others
    single = {path for path in named if path.partition("/")[0] not in folders}
    return sorted([*(f"/{folder}/*" for folder in folders), *(f"/{path}" for path in single)])


def _pattern(address: str) -> str:
    """One rule for all feeds of a kind: `/tags/cuba/feed.xml` → `/tags/:a2/feed.xml`."""
    parts = address.split("/")
    between = [f":a{number}" for number in range(2, len(parts) - 1)]
    return "/".join([*parts[:2], *between, parts[-1]]) if between else address


def _redirects(pages: Sequence[Page], config: Config) -> Iterator[str]:
    for page in pages:
        if page.template == "alias.html" and isinstance(view := page.view, AliasView):
            yield f"{config.urls.href(page.address)} {view.target.url} 301"
