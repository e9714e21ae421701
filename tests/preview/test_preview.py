"""What requests are answered with, without a socket."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from sitegen.preview.answer import close
from sitegen.preview.loop import Options
from sitegen.preview.preview import Preview, Request
from tests.preview.project import CONFIG, Bench, Project

HOST = (b"host", b"localhost")


class Reader:
    """Asks a preview as a browser would."""

    def __init__(self, bench: Bench) -> None:
        self.preview = Preview(bench.project.root)
        self.preview.take(bench.last)

    def get(self, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        path, _, query = target.encode().partition(b"?")
        more = ((k.replace("_", "-").encode(), v.encode()) for k, v in headers.items())
        answer = self.preview.answer(Request("GET", path, query, (HOST, *more)))
        body = answer.body
        if answer.file >= 0:
            with open(answer.file, "rb", closefd=False) as file:
                file.seek(answer.start)
                body = file.read(answer.length)
            close(answer)
        return answer.status, dict(answer.headers), body

    def about(self, path: str, query: str = "") -> dict[str, Any]:
        """What the client is told of a page."""
        found: dict[str, Any] = json.loads(self.get(f"/.sitegen/page?at={path}{query}")[2])
        return found


@pytest.fixture
def reader(bench: Bench) -> Reader:
    """A preview of a project that was built."""
    return Reader(bench)


def test_pages(reader: Reader) -> None:
    """Pages have the script, and are else what is on disk."""  # promise 7
    status, headers, body = reader.get("/2026/05/01/one/")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    before, script, after = body.partition(b'<script src="/.sitegen/client.js" data-digest="')
    assert script
    on_disk = (reader.preview.root / "output/2026/05/01/one/index.html").read_bytes()
    assert before + after.partition(b"</script>")[2] == on_disk
    assert reader.get("/2026/05/01/one/index.html")[0] == 200


def test_script_is_never_on_disk(bench: Bench) -> None:  # promise 7
    """The output does not know of the preview."""
    for data in bench.project.outputs().values():
        assert b".sitegen/" not in data


def test_redirects(reader: Reader) -> None:
    """A folder's address without its last `/` leads to the one with it."""
    status, headers, _ = reader.get("/2026/05/01/one")
    assert (status, headers["location"]) == (302, "/2026/05/01/one/")


def test_missing(reader: Reader) -> None:
    """A wrong address shows the site's own page."""
    status, _, body = reader.get("/nowhere/")
    assert status == 404
    assert b"The Test Digest" in body
    assert b'data-digest=""' in body


def test_types(bench: Bench) -> None:
    """Feeds and media have their own types."""
    for name in ("film.mp4", "a.woff2", "own.css", "data.json", "unknown.xyz"):
        (bench.project.root / "static" / name).write_bytes(b"0123456789")
    bench.changed("static")
    reader = Reader(bench)

    def kind(path: str) -> str:
        return reader.get(path)[1]["content-type"]

    assert kind("/feed.xml") == "application/rss+xml; charset=utf-8"
    assert kind("/atom.xml") == "application/atom+xml; charset=utf-8"
    assert kind("/archive/feed.json") == "application/feed+json"
    assert kind("/feeds.opml") == "text/x-opml; charset=utf-8"
    assert kind("/sitemap.xml") == "application/xml; charset=utf-8"
    assert kind("/robots.txt") == "text/plain; charset=utf-8"
    assert kind("/film.mp4") == "video/mp4"
    assert kind("/a.woff2") == "font/woff2"
    assert kind("/own.css") == "text/css; charset=utf-8"
    assert kind("/data.json") == "application/json"
    assert kind("/unknown.xyz") == "application/octet-stream"


@pytest.mark.parametrize(
    ("wanted", "status", "body", "shown"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=0-1,3-4", 200, b"0123456789", ""),
        ("lines=0-1", 200, b"0123456789", ""),
        ("bytes=", 200, b"0123456789", ""),
    ],
)
@pytest.mark.parametrize("whole", [1 << 20, 4])
def test_ranges(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    status: int,
    body: bytes,
    shown: str,
    whole: int,
) -> None:
    """A part of a film is sent where a part is asked for, from memory or from the file."""
    monkeypatch.setattr("sitegen.preview.preview._WHOLE", whole)
    (bench.project.root / "static/film.mp4").write_bytes(b"0123456789")
    bench.changed("static")
    found, headers, sent = Reader(bench).get("/film.mp4", range=wanted)
    assert (found, sent, headers.get("content-range", "")) == (status, body, shown)


def test_base_path(tmp_path: Path) -> None:
    """A site that is published below a path is served below it."""
    project = Project(tmp_path / "project")
    config = CONFIG.replace("digest.example", "example.org/digest")
    (project.root / "sitegen.toml").write_text(config, "utf-8")
    bench = Bench(project)
    bench.loop.step(None)
    reader = Reader(bench)
    assert reader.get("/")[1]["location"] == "/digest/"
    assert reader.get("/digest")[1]["location"] == "/digest/"
    assert reader.get("/digest/")[0] == 200
    assert reader.get("/digest/tags")[1]["location"] == "/digest/tags/"
    assert reader.get("/tags/")[0] == 404
    assert reader.get("/digestive/")[0] == 404
    assert reader.about("/digest/2026/05/01/one/")["article"]["path"] == "content/one.md"


def test_before_the_first_build(project: Project) -> None:
    """Until there is a site, a page says so, and shows it once it is there."""
    preview = Preview(project.root)
    answer = preview.answer(Request("GET", b"/", headers=(HOST,)))
    assert answer.status == 503
    assert b"client.js" in answer.body


def test_methods(reader: Reader) -> None:
    """The preview can only be read."""
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = reader.preview.answer(Request(method, b"/", headers=(HOST,)))
        assert answer.status == 405


def test_about_an_article(bench: Bench) -> None:
    """The draft bar is told what it shows, and the seed that an article came from."""
    seed = bench.project.root / "seeds" / "storm.txt"
    seed.write_text("Title: A storm\nDate: 2026-05-02\n\nIt blew all night in the town.\n", "utf-8")
    bench.changed("seeds/storm.txt")
    (written,) = (bench.project.root / "content").glob("2026/05/*.md")
    told = Reader(bench).about(f"/2026/05/02/{written.stem}/")["article"]
    assert told["seed"] == "seeds/storm.txt"
    assert told["words"] == 7
    assert told["path"] == written.relative_to(bench.project.root).as_posix()
    assert (told["draft"], told["scheduled"]) == (False, "")
    assert Reader(bench).about("/")["article"] is None


def test_about_drafts(project: Project) -> None:
    """Drafts and scheduled articles are told apart."""
    project.article("one", draft="true")
    project.article("two", date="2026-06-01T10:00:00Z")
    bench = Bench(project, Options(jobs=1, drafts=True, future=True))
    bench.loop.step(None)
    reader = Reader(bench)
    assert reader.about("/2026/05/01/one/")["article"]["draft"] is True
    assert reader.about("/2026/06/01/two/")["article"]["scheduled"] == "2026-06-01T10:00:00+00:00"


def test_where_a_page_went(bench: Bench) -> None:
    """A moved article leads to its new page, a deleted one to the nearest page above it."""
    bench.project.article("one", slug="elsewhere", date="2026-05-02")
    (bench.project.root / "content/two.md").unlink()
    bench.changed("content/one.md", "content/two.md")
    reader = Reader(bench)
    gone = reader.about("/2026/05/01/one/", "&id=one")
    assert (gone["digest"], gone["lead"]) == (None, "/2026/05/02/elsewhere/")
    assert reader.about("/2026/05/01/two/", "&id=two")["lead"] == "/2026/05/01/"
    assert reader.about("/2031/01/01/two/", "&id=two")["lead"] == "/"


def test_a_page_is_sent_once(bench: Bench) -> None:
    """A page comes with what is told of it, unless the browser has it; a film never does."""
    (bench.project.root / "static/film.mp4").write_bytes(b"0123456789")
    bench.changed("static")
    reader = Reader(bench)
    told = reader.about("/2026/05/01/one/")
    assert told["page"] == bench.project.page("one")
    same = reader.about("/2026/05/01/one/", f"&has={told['digest']}")
    assert (same["digest"], same["page"]) == (told["digest"], None)
    assert reader.about("/2026/05/01/one/", "&has=00")["page"] == told["page"]
    assert reader.about("/film.mp4")["page"] is None


def test_an_article_is_found_by_its_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has asked before is not answered by looking through all articles; a wrong file is."""
    reader = Reader(bench)
    path = "/2026/05/01/one/"
    assert reader.about(path, "&file=content/two.md")["article"]["id"] == "one"
    monkeypatch.setattr("sitegen.preview.about._entries", lambda good: 1 // 0)
    assert reader.about(path, "&file=content/one.md")["article"]["id"] == "one"
    assert reader.about("/", "&file=")["article"] is None
    request = Request("GET", b"/.sitegen/page", b"at=/&file=", headers=(HOST,))
    assert not reader.preview.is_slow(request)


def test_digests(bench: Bench) -> None:
    """A page's digest is that of its bytes; what did not change keeps its own."""
    reader = Reader(bench)
    before = {name: reader.about(f"/2026/05/01/{name}/")["digest"] for name in ("one", "two")}
    served = reader.get("/2026/05/01/one/")[2]
    assert f'data-digest="{before["one"]}"'.encode() in served
    bench.project.article("one", "Other words.")
    bench.changed("content/one.md")
    after = {name: reader.about(f"/2026/05/01/{name}/")["digest"] for name in ("one", "two")}
    assert after["one"] != before["one"]
    assert after["two"] == before["two"]


def test_failed_build(bench: Bench) -> None:  # promise 7
    """After a failure the last good site is served, and every problem is told with its lines."""
    path = bench.project.root / "content/one.md"
    path.write_text('---\ntitle: "<img src=x onerror=alert(1)>"\ndaet: 1\n---\n', "utf-8")
    bench.changed("content/one.md")
    reader = Reader(bench)
    assert b"A ferry came in." in reader.get("/2026/05/01/one/")[2]
    told = reader.about("/2026/05/01/one/")
    assert told["digest"]
    assert {problem["path"] for problem in told["problems"]} == {"content/one.md"}
    mistyped = next(one for one in told["problems"] if "daet" in one["message"])
    assert mistyped["hint"] == "did you mean `date`?"
    assert [3, "daet: 1"] in mistyped["excerpt"]
    bench.project.article("one")
    bench.changed("content/one.md")
    reader.preview.take(bench.last)
    assert reader.about("/2026/05/01/one/")["problems"] == []


def test_warnings(bench: Bench) -> None:
    """What is odd but forbids nothing is told too, with the good site."""
    path = bench.project.root / "content/four.md"
    path.symlink_to(path)
    bench.changed("content/four.md")
    told = Reader(bench).about("/")
    assert told["problems"] == []
    assert [one["path"] for one in told["warnings"]] == ["content/four.md"]


def test_a_page_that_somebody_removed(bench: Bench) -> None:
    """A page that is gone from the output though it was written has everything looked at."""
    reader, woken = Reader(bench), []
    reader.preview.on_damage = lambda: woken.append(1)
    assert reader.get("/nowhere/")[0] == 404
    assert not woken
    (bench.project.root / "output/index.html").unlink()
    assert reader.get("/")[0] == 404
    assert woken
    bench.rescan()
    assert reader.get("/")[0] == 200


def test_notices_are_inert(reader: Reader) -> None:  # promise 6
    """A page of the preview's own shows what it is told as text, and runs nothing else."""
    request = Request("GET", b"/", headers=((b"host", b"<img/src=x/onerror=alert(1)>"),))
    answer = reader.preview.answer(request)
    assert answer.status == 403
    assert b"<img" not in answer.body
    assert "script-src 'self'" in dict(answer.headers)["content-security-policy"]


def test_whole_builds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:  # promise 7
    """While a build changes the output, answers wait: none is of half a build."""
    reader = Reader(bench)
    bench.loop._state.commits = reader.preview.lock
    seen: list[bytes] = []
    asked = threading.Event()
    threads: list[threading.Thread] = []

    def ask() -> None:
        asked.set()
        seen.append(reader.get("/2026/05/01/two/")[2])

    from sitegen.build.writer import Output

    remove = Output._remove

    def slow_remove(self: Output, moves: Any, paths: Any) -> None:
        if not threads:
            threads.append(threading.Thread(target=ask))
            threads[0].start()
            asked.wait(5)
            threads[0].join(0.05)
            assert not seen
        remove(self, moves, paths)

    monkeypatch.setattr(Output, "_remove", slow_remove)
    for name in ("one", "two"):
        bench.project.article(name, "Changed together.")
    bench.changed("content/one.md", "content/two.md")
    threads[0].join(5)
    assert b"Changed together." in seen[0]
