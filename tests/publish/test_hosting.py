"""`docs/hosting.md`: its recipes are read by who must read them, and its servers serve."""

import gzip
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from urllib.parse import unquote

import click
import pytest
import yaml

from sitegen import config
from sitegen.cli import main
from sitegen.hosts import FOREVER, POLICY, POLICY_OF_EMAILS
from sitegen.publish.headers import SHORT
from tests.conftest import SITE, Folder
from tests.publish.githost import serving as serving_git
from tests.publish.webservers import SERVERS, Server, serving
from tests.test_docs import files, page

GOOD = Path(__file__).parent.parent / "sites/good"
TARGET = '\n[publish.live]\ntype = "directory"\npath = "../www"\nprecompress = true\n'


def published(folder: Path) -> Folder:
    """The example site, with the shipped theme and packed files, in the folder `www`."""
    site = Folder(folder / "project")
    shutil.copytree(GOOD, site.root, dirs_exist_ok=True)
    text = (site.root / "sitegen.toml").read_text("utf-8")
    text = text.replace("https://example.org/news", "https://example.org")
    text = re.sub(r"\[theme\]\n(?:.+\n)+", '[theme]\nname = "digest"\n', text)
    site.write("sitegen.toml", text + TARGET)
    result = site.run("publish")
    assert result.exit_code == 0, result.output
    return site


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The example site, published."""
    return published(tmp_path_factory.mktemp("hosting"))


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, example: Folder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A web server that serves it."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(request.param, (example.root / "../www/current"), folder) as running:
        yield running


def test_every_file(server: Server, example: Folder) -> None:
    """Each file of the site is there, and a folder by its own address."""
    for name, data in example.files.items():
        status, headers, body = server.get(f"/{name}")
        # Caddy leads to the folder.
        leads = status == 308 and name.endswith("index.html")
        assert leads or (status, body) == (200, data), name
        if name.endswith("/index.html"):
            folder = f"/{name.removesuffix('index.html')}"
            assert server.get(folder)[::2] == (200, data)
            status, headers, _ = server.get(folder[:-1])
            assert status in (301, 308)
            assert unquote(headers["location"]) == folder


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feed.xml", r"application/rss\+xml; charset=utf-8"),
        ("/tags/ferry/feed.xml", r"application/rss\+xml; charset=utf-8"),
        ("/sitemap.xml", "(?:text|application)/xml(?:; charset=utf-8)?"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/site.webmanifest", r"application/manifest\+json"),
        (".css", "text/css; charset=utf-8"),
        (".js", "(?:text|application)/javascript; charset=utf-8"),
        (".svg", r"image/svg\+xml"),
        (".png", "image/png"),
    ],
)
def test_types(server: Server, example: Folder, path: str, kind: str) -> None:
    """What each file is."""
    if not path.startswith("/"):
        path = next(f"/{name}" for name in example.files if name.endswith(path))
    status, headers, _ = server.get(path)
    assert status == 200
    assert re.fullmatch(kind, headers["content-type"])


def test_headers(server: Server, example: Folder) -> None:
    """For how long each file may be kept, and the policies that the build writes for hosts."""
    for name in example.files:
        status, headers, _ = server.get(f"/{name.removesuffix('index.html')}")
        assert status == 200
        named = re.search(r"\.[0-9a-f]{10}\.\w+$", name)
        assert headers["cache-control"] == (FOREVER if named else SHORT), name
        email = name.endswith("/email.html")
        assert headers["content-security-policy"] == (POLICY_OF_EMAILS if email else POLICY)
        unlisted = name.endswith(("/email.html", "/email.txt"))
        assert headers.get("x-robots-tag") == ("noindex" if unlisted else None)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "/assets/*" in example.output("_headers"), "all of them are named by their bytes"


def test_packed_files(server: Server, example: Folder) -> None:
    """They are sent to whoever takes them, and are what they were before."""
    style = next(f"/{name}" for name in example.files if re.match(r"assets/style\..*css", name))
    for path in ("/", "/feed.xml", style):
        _, plain_headers, plain = server.get(path)
        _, headers, data = server.get(path, "gzip")
        assert headers["content-encoding"] == "gzip"
        assert headers["content-type"] == plain_headers["content-type"]
        assert headers["cache-control"] == plain_headers["cache-control"]
        assert "accept-encoding" in headers["vary"].lower()
        assert "content-encoding" not in plain_headers
        assert gzip.decompress(data) == plain
        assert len(data) < len(plain)


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/nowhere/", "/no/feed.xml", "/assets/style.0123456789.css", "/.sitegen", "/%ff"],
)
def test_what_is_not_there(server: Server, example: Folder, path: str) -> None:
    """The site's own page, as a page, which nobody keeps for long."""
    status, headers, body = server.get(path)
    assert (status, body) == (404, example.files["404.html"])
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers.get("cache-control") in (None, SHORT)
    assert headers["content-security-policy"] == POLICY


def test_aliases(server: Server, example: Folder) -> None:
    """An old address leads on by its page, on any server."""
    told = example.output("_redirects").splitlines()
    assert told
    for line in told:
        alias, target, _ = line.split()
        status, _, body = server.get(alias)
        assert status == 200
        assert f'content="0; url={target}"' in body.decode()
        assert server.get(target)[0] == 200


@pytest.mark.parametrize("kind", SERVERS)
def test_a_switch_is_seen_at_once(tmp_path: Path, kind: str) -> None:
    """A running server serves the next release without a restart; while it is published and gone
    back from, no read fails and none is torn (promise 18).
    """
    site = published(tmp_path)
    other = tmp_path / "server"
    other.mkdir()
    with serving(kind, tmp_path / "www/current", other) as server:
        whole = {server.get("/feed.xml")[2]}
        site.article("more.md", title="One More", date="2026-03-06")
        wrong: list[object] = []
        seen: list[bytes] = []
        done = Event()

        def read() -> None:
            while not done.is_set() or len(seen) < 1000:
                status, _, body = server.get("/feed.xml")
                if status != 200 or not body.rstrip().endswith(b"</rss>"):
                    wrong.append((status, body))
                seen.append(body)

        reader = Thread(target=read)
        reader.start()
        try:
            for command in ("", "--rollback"):
                result = site.run("publish", *command.split())
                assert result.exit_code == 0, result.output
                whole.add((tmp_path / "www/current/feed.xml").read_bytes())
        finally:
            done.set()
            reader.join()
        assert not wrong
        assert set(seen) <= whole
        assert len(whole) == 2


def blocks_of(pattern: str, name: str = "hosting.md") -> list[str]:
    """What a page shows in blocks, by how these begin."""
    return re.findall(rf"^```{pattern}^```", page(name), re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[list[str]]:
    """The `sitegen` commands of a line of a shell."""
    parts = re.split(r"&&|;|\n", text)
    return [shlex.split(part) for part in parts if part.strip().startswith("sitegen ")]


def test_commands_exist() -> None:
    """Every `sitegen` command that a recipe runs is one, with options that it has."""
    shown = files("hosting.md")
    told = [tomllib.loads(shown["netlify.toml"])["build"]["command"]]
    told += yaml.safe_load(shown[".gitlab-ci.yml"])["pages"]["script"]
    steps = yaml.safe_load(shown[".github/workflows/publish.yml"])["jobs"]["publish"]["steps"]
    told += [step["run"] for step in steps if "run" in step]
    for name in ("hosting.md", "publishing.md"):
        told += blocks_of(r"(?:ba)?sh\n(.*?)", name)
        told += re.findall(
            r"`((?:pip install -r requirements.txt && )?sitegen [^`\n]+)`", page(name)
        )
    found = [words for text in told for words in commands(text)]
    assert len(found) > 12
    assert not [text for text in told if "pip install sitegen" in text], "PyPI's is another one"
    for _, name, *arguments in found:
        command = main.commands[name]
        command.make_context(name, arguments, parent=click.Context(main))


def test_the_workflow_of_github(tmp_path: Path) -> None:
    """What its own actions ask for: the artifact is the folder that a build leaves, and the job may
    publish it.
    """
    flow = yaml.safe_load(files("hosting.md")[".github/workflows/publish.yml"])
    assert flow[True]["push"] == {"branches": ["main"]}, "YAML takes `on` for true"
    assert flow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    job = flow["jobs"]["publish"]
    used = {step["uses"].partition("@")[0]: step for step in job["steps"] if "uses" in step}
    assert used["actions/upload-pages-artifact"]["with"] == {"path": _output()}
    step = used["actions/deploy-pages"]
    assert job["environment"]["url"] == f"${{{{ steps.{step['id']}.outputs.page_url }}}}"
    site = Folder(tmp_path)
    site.article("a.md")
    for words in commands("\n".join(step.get("run", "") for step in job["steps"])):
        assert site.run(*words[1:]).exit_code == 0
    assert (
        tmp_path / used["actions/upload-pages-artifact"]["with"]["path"] / "index.html"
    ).exists()
    order = [step.get("uses", step.get("run", "")).partition("@")[0] for step in job["steps"]]
    assert order.index("sitegen build --strict") < order.index("actions/upload-pages-artifact")


@pytest.mark.skipif(not shutil.which("mv"), reason="its commands are those of a shell")
def test_the_pipeline_of_gitlab(tmp_path: Path) -> None:
    """Its commands, but for the installation, leave the site where it says."""
    job = yaml.safe_load(files("hosting.md")[".gitlab-ci.yml"])["pages"]
    site = Folder(tmp_path)
    site.article("a.md")
    for line in job["script"][1:]:
        program, *words = shlex.split(line)
        if program == "sitegen":
            assert site.run(*words).exit_code == 0
        else:
            subprocess.run([program, *words], cwd=tmp_path, check=True)
    assert job["artifacts"]["paths"] == ["public"]
    assert (tmp_path / "public/index.html").exists()


def test_files_of_hosts() -> None:
    """The folder that they publish is the one that a build leaves."""
    shown = {
        name: tomllib.loads(text) for name, text in files("hosting.md").items() if "toml" in name
    }
    assert shown["netlify.toml"]["build"]["publish"] == _output()
    assert shown["wrangler.toml"]["pages_build_output_dir"] == _output()
    assert f"--dir {_output()}`" in page("hosting.md").replace("\n", "`")


def _output() -> str:
    found = config.read(SITE).build.output
    assert found == "output"
    return found


def test_targets_are_read() -> None:
    """The targets that are shown are as `sitegen.toml` may have them."""
    blocks = re.findall(
        r"^```toml\n(\[publish.*?)^```", page("hosting.md"), re.DOTALL | re.MULTILINE
    )
    found = config.read(SITE + "\n".join(blocks)).publish
    assert [type(one).__name__ for one in found.values()] == ["Rsync", "Git"]


def test_a_token_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines for CI log git in, and write the token nowhere."""
    if not shutil.which("git") or not shutil.which("bash"):
        pytest.skip("git or bash is not installed")
    home, remote = tmp_path / "home", tmp_path / "remote.git"
    home.mkdir()
    (tmp_path / "empty").touch()
    for name, value in {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(tmp_path / "empty"),
        "PAGES_TOKEN": "s3cret-token",
    }.items():
        monkeypatch.setenv(name, value)
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    words = ["git", f"--git-dir={remote}", "config", "http.receivepack", "true"]
    subprocess.run(words, check=True)
    (text,) = re.findall(
        r"^```bash\n(git config.*?)^```", page("hosting.md"), re.DOTALL | re.MULTILINE
    )
    login, publish = text.splitlines()
    subprocess.run(["bash", "-c", login], check=True)
    site = Folder(tmp_path / "project")
    site.article("a.md")
    with serving_git(tmp_path, "s3cret-token", "token") as host:
        url = f"http://127.0.0.1:{host.port}/remote.git"
        table = f'[publish.pages]\ntype = "git"\nrepository = "{url}"\nbranch = "main"\n'
        site.write("sitegen.toml", f"{SITE}\n{table}")
        ((_, *words),) = commands(publish)
        result = site.run(*words)
    assert result.exit_code == 0, result.output
    assert "s3cret" not in result.output
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]
