"""What is to be published: the files of a finished build, told by their digests."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from sitegen.build import Report, State
from sitegen.config import Config
from sitegen.digests import digest
from sitegen.problems import fault
from sitegen.publish.headers import headers_of
from sitegen.publish.kinds import is_page
from sitegen.publish.manifest import Entry, Headers, Manifest, Release, release_digest
from sitegen.urls import Urls


class Content(Struct, frozen=True):
    """A built site."""

    folder: Path
    """The output."""
    files: Mapping[str, tuple[bytes, int]]
    """Of each file, by path, the digest and the size of its bytes."""
    site: str
    """The site's URL."""
    articles: int
    revision: str = ""
    """The git revision of the project; empty where there is none."""
    urls: Urls = Urls()
    """What feeds are called."""

    def wanted(self, generation: int, before: int, at: str, *, headers: bool) -> Manifest:
        """What the target must hold, as the release of a generation that follows another."""
        nothing = Headers()
        files = {
            path: Entry(key, size, headers_of(path, key, size, self.urls) if headers else nothing)
            for path, (key, size) in self.files.items()
        }
        release = Release(
            generation=generation,
            digest=release_digest({path: key for path, (key, _) in self.files.items()}),
            at=at,
            before=before,
            revision=self.revision,
            articles=self.articles,
            files=len(files),
            size=sum(entry.size for entry in files.values()),
            pages=sum(entry.size for path, entry in files.items() if is_page(path)),
        )
        return Manifest(self.site, release, files)

    def read(self, path: str, entry: Entry) -> bytes:
        """The bytes of a file, which must be those that were planned."""
        data = (self.folder / path).read_bytes()
        if digest(data) != entry.digest:
            hint = "another build has run meanwhile: publish again"
            raise fault("the output changed while it was published", path, hint=hint)
        return data


def built(state: State, report: Report, config: Config, revision: str) -> Content:
    """What a build has left in the output: the engine's manifest knows each file's digest."""
    outputs = state.cache.outputs
    return Content(
        folder=state.root / config.build.output,
        files={path: (one.digest, one.stamp.size) for path, one in outputs.items()},
        site=config.site.url,
        articles=report.articles,
        revision=revision,
        urls=config.urls,
    )


def revision(root: Path) -> str:
    """The commit that a project is at, with a `+` where its files differ from it; empty where there
    is no repository, no commit or no git.
    """

    def git(*words: str) -> str:
        command = ["git", "--no-optional-locks", "-C", str(root), *words]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = git("rev-parse", "--verify", "--quiet", "--short=12", "HEAD")
        # An article that git does not know yet counts, too.
        return f"{commit}+" if commit and git("status", "--porcelain", "--", ".") else commit
    except FileNotFoundError:
        return ""
