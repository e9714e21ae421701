"""What hosts are told: `_headers`, `_redirects`, and a policy that the shipped themes keep."""

import re
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sitegen.hosts import FOREVER, POLICY, POLICY_OF_EMAILS
from tests.conftest import SITE, Folder

SITES = Path(__file__).parent / "sites"


def rules(text: str) -> dict[str, dict[str, str]]:
    """`_headers` as a host reads it: headers by pattern; `! Name` for one that is taken back."""
    found: dict[str, dict[str, str]] = {}
    pattern = ""
    for line in text.splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            assert name not in found[pattern]
            found[pattern][name] = value
        else:
            assert line not in found
            pattern = line
            found[pattern] = {}
    return found


def sent(text: str, path: str, host: str) -> dict[str, str]:
    """What a host sends with a file. Cloudflare joins what several rules say, unless one takes it
    back first; Netlify sends what the last one says, and reads no line without a colon.
    """
    found: dict[str, str] = {}
    for pattern, headers in rules(text).items():
        regex = re.sub(r":\w+", "[^/]+", re.escape(pattern).replace(r"\*", ".*"))
        if not re.fullmatch(regex, path):
            continue
        for name in headers:
            if host == "cloudflare" and name.startswith("! "):
                found.pop(name[2:], None)
        for name, value in headers.items():
            if value:
                joined = host == "cloudflare" and name in found
                found[name] = f"{found[name]}, {value}" if joined else value
    return found


@pytest.mark.parametrize("host", ["cloudflare", "netlify"])
def test_emails_have_their_styles(site: Folder, host: str) -> None:
    """Their styles stand in their tags, which the policy of all pages forbids: they have one of
    their own, without scripts; no page has it.
    """
    site.article("a.md")
    site.build()
    text = site.output("_headers")
    told = sent(text, "/2026/03/05/email.html", host)
    assert told["Content-Security-Policy"] == POLICY_OF_EMAILS
    assert told["X-Robots-Tag"] == "noindex"
    assert told["X-Content-Type-Options"] == "nosniff"
    for path in (*site.files, "nowhere/email.htm"):
        if not path.endswith("email.html"):
            policy = sent(text, f"/{path}", host)["Content-Security-Policy"]
            assert policy == rules(text)["/*"]["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy


def test_headers(site: Folder) -> None:
    """A strict policy everywhere (promise 34); what holds a fingerprint is kept for ever; feeds
    have their types.
    """
    site.article("a.md", tags="[ferry, wall]")
    site.build()
    found = rules(site.output("_headers"))
    assert found["/*"] == {
        "Content-Security-Policy": found["/*"]["Content-Security-Policy"],
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
    assert found["/assets/*"] == {"Cache-Control": FOREVER}
    assert found["/feed.xml"]["Content-Type"].startswith("application/rss+xml")
    assert found["/tags/:a2/feed.xml"]["Content-Type"].startswith("application/rss+xml")
    assert "'unsafe-inline'" not in POLICY
    assert "'unsafe-eval'" not in POLICY
    assert len(site.output("_headers").splitlines()) < 100


def test_only_true_fingerprints_are_kept_for_ever(site: Folder) -> None:
    """A file of the project's own between the theme's assets changes under its name."""
    site.article("a.md")
    site.write("static/assets/style.0123456789.css", "body {}")
    site.build()
    found = rules(site.output("_headers"))
    assert "/assets/*" not in found
    kept = {pattern for pattern, told in found.items() if told.get("Cache-Control") == FOREVER}
    assert len(kept) > 1
    assert "/pictures/*" in kept
    files = kept - {"/pictures/*"}
    assert all((site.root / f"output{pattern}").is_file() for pattern in files)
    assert "/assets/style.0123456789.css" not in kept


def test_redirects(site: Folder) -> None:
    """An alias leads on without a page between, in the spelling of URLs."""
    site.article("a.md", title="Now", aliases="[/old/, /älter.html, /a b/]")
    site.build()
    assert site.output("_redirects").splitlines() == [
        "/old/ /2026/03/05/now/ 301",
        "/%C3%A4lter.html /2026/03/05/now/ 301",
        "/a%20b/ /2026/03/05/now/ 301",
    ]
    site.article("a.md", title="Now")
    site.build()
    assert "_redirects" not in site.files


def test_below_a_path(site: Folder) -> None:
    """A site that is served below a path names it."""
    site.write("sitegen.toml", SITE.replace("example.org", "example.org/news"))
    site.article("a.md", aliases="[/old/]")
    site.build()
    assert set(rules(site.output("_headers"))) >= {"/news/*", "/news/assets/*", "/news/feed.xml"}
    assert site.output("_redirects").startswith("/news/old/ /news/2026/03/05/")


def test_the_projects_own(site: Folder) -> None:
    """A file of that name in the static folder is copied as it is."""
    site.article("a.md", aliases="[/old/]")
    site.write("static/_headers", "/*\n  X-Own: 1\n")
    site.build()
    assert site.output("_headers") == "/*\n  X-Own: 1\n"
    assert "_redirects" in site.files


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder as a host does that reads `_headers`."""

    def end_headers(self) -> None:
        text = (Path(self.directory) / "_headers").read_text("utf-8")
        for name, value in sent(text, self.path, "cloudflare").items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.broken.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["digest", "wire"])
def test_the_themes_keep_the_policy(tmp_path: Path, chromium: Any, theme: str) -> None:
    """Every kind of page of the shipped themes, in a browser, breaks no rule of it (promise 34)."""
    folder = Folder(tmp_path)
    shutil.copytree(SITES / "good", tmp_path, dirs_exist_ok=True)
    settings = (tmp_path / "sitegen.toml").read_text("utf-8")
    settings = settings.replace("https://example.org/news", "https://example.org")
    folder.write("sitegen.toml", settings.replace('name = "tiny"', f'name = "{theme}"'))
    folder.build()
    handler = partial(_Handler, directory=str(tmp_path / "output"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        page.add_init_script(WATCH)
        kinds = {name.count("/"): name for name in folder.files if name.endswith((".html", ".htm"))}
        lists = [name for name in folder.files if name.endswith("index.html")][:12]
        email = next(name for name in folder.files if name.endswith("/email.html"))
        for name in sorted({*kinds.values(), *lists, email, "404.html"}):
            page.goto(f"http://127.0.0.1:{server.server_port}/{name}")
            assert page.evaluate("window.broken") == [], name
            styles = page.evaluate("document.querySelectorAll('[style]').length")
            assert (styles > 0) == (name == email), name
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
        )
        page.wait_for_function("window.broken.length == 1")
        page.close()
        server.shutdown()
