"""`[publish.NAME]`: where the site is published. A type of target adds its keys, and what they may
be, here alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from sitegen import toml
from sitegen.problems import Problem, did_you_mean
from sitegen.sections import read_section

SECTION: Final = "publish"


class Publishing(Struct, frozen=True, kw_only=True):
    """Every target."""

    keep_assets: int = 3
    """For how many releases an old style sheet or script stays, for pages opened before."""
    after: list[str] = []
    """A command that is run when all is published, without a shell: `["make", "announce"]`."""


class Directory(Publishing, frozen=True, kw_only=True):
    """`type = "directory"`: a folder of releases, and the link `current` to the one of now."""

    path: str
    """The folder; relative to the project, or absolute, or below `~/`. Serve `current` in it."""
    keep: int = 5
    """Releases that are kept, to go back to."""
    precompress: bool = False
    """Put a `.gz` beside each text file, and a `.br` where `brotli` is installed, for web servers
    that look for them."""


class Rsync(Publishing, frozen=True, kw_only=True):
    """`type = "rsync"`: the same on another machine, by `rsync` over `ssh`."""

    host: str
    """As `ssh` knows it: `user@example.org`, or a name of `~/.ssh/config`."""
    port: int = 0
    """The port of `ssh` there; 0 for what `ssh` takes by itself."""
    path: str
    """The folder there. Serve `current` in it."""
    keep: int = 5
    """Releases that are kept, to go back to."""
    precompress: bool = False
    """Put a `.gz` beside each text file, and a `.br` where `brotli` is installed, for web servers
    that look for them."""


class Git(Publishing, frozen=True, kw_only=True):
    """`type = "git"`: a branch, for the Pages of GitHub, GitLab and Codeberg."""

    repository: str
    """A URL that `git push` takes, or the name of a remote of the project's own repository."""
    branch: str
    """The branch that is published."""


class Bucket(Publishing, frozen=True, kw_only=True):
    """`type = "bucket"`: S3 and what speaks it, Google Cloud Storage, Azure."""

    url: str
    """`s3://bucket`, `gs://bucket` or `az://container`; a path in it may follow."""
    endpoint: str = ""
    """Where a store that is not Amazon's own answers."""
    region: str = ""
    """The store's region."""
    keep: int = 5
    """Releases that are kept, to go back to."""
    records: str = ""
    """Where the manifest and what earlier releases need are kept, such as another bucket that
    nobody can read: `s3://bucket`. Else it is `.sitegen/` below `url`."""


AnyTarget = Directory | Rsync | Git | Bucket
TYPES: Final[dict[str, type[AnyTarget]]] = {
    "directory": Directory,
    "rsync": Rsync,
    "git": Git,
    "bucket": Bucket,
}


def _check_command(value: object) -> str:
    empty = value == [] or (isinstance(value, list) and not value[0].strip())
    return "must begin with the name of a program" if empty else ""


def _check_count(value: object) -> str:
    return "" if isinstance(value, int) and 1 <= value <= 1000 else "must be 1 to 1000"


def _check_path(value: object) -> str:
    path = str(value)
    return "" if path.strip() and path.isprintable() else "must name a folder"


def _check_host(value: object) -> str:
    host = str(value)
    # `ssh` would take the one for an option, and `rsync` the others for the end of the name.
    wrong = not host or host.startswith("-") or not re.fullmatch(r"[^\s:/'\"\\$`;&|<>]+", host)
    return "must be a host or `user@host`; an IPv6 address needs a name" if wrong else ""


def _check_port(value: object) -> str:
    return "" if isinstance(value, int) and 0 <= value <= 65535 else "must be 0 to 65535"


def _check_repository(value: object) -> str:
    text = str(value)
    wrong = not text.strip() or text.startswith("-") or not text.isprintable()
    if wrong:
        return "must be a URL, or the name of a remote"
    parts = _parts(text)
    secret = parts and (parts.password or (parts.username and parts.scheme.startswith("http")))
    return "must hold no user and no password: `git` logs in by itself" if secret else ""


def _check_branch(value: object) -> str:
    # https://git-scm.com/docs/git-check-ref-format
    text = str(value)
    wrong = not re.fullmatch(r"\w[\w+@=,%-]*(?:[./][\w+@=,%-]+)*", text)
    return "must be the name of a branch" if wrong or text.endswith(".lock") else ""


def _check_bucket(value: object) -> str:
    parts = _parts(value)
    told = parts and parts.scheme in ("s3", "gs", "az") and re.fullmatch(r"[$\w.-]+", parts.netloc)
    if not parts or not told or parts.query or parts.fragment:
        return f"`{value}` is not a bucket; write `s3://bucket`, `gs://bucket` or `az://container`"
    path = parts.path.strip("/")
    if path and any(part in ("", ".", "..") for part in path.split("/")):
        return f"`{value}` holds a part that is no name"
    return ""


def _check_endpoint(value: object) -> str:
    parts = _parts(value)
    if value and (not parts or parts.scheme not in ("http", "https") or not parts.hostname):
        return f"`{value}` is not where a store can be; write `https://s3.example.org`"
    if parts and (parts.username or parts.password or parts.query):
        return "must hold no credentials: they come from the environment"
    return ""


def _check_records(value: object) -> str:
    return _check_bucket(value) if value else ""


def _parts(value: object) -> SplitResult | None:
    try:
        return urlsplit(str(value))
    except ValueError:
        return None


CHECKS: Final[dict[str, Callable[[object], str]]] = {
    "keep_assets": _check_count,
    "after": _check_command,
    "directory.path": _check_path,
    "directory.keep": _check_count,
    "rsync.path": _check_path,
    "rsync.keep": _check_count,
    "rsync.host": _check_host,
    "rsync.port": _check_port,
    "git.repository": _check_repository,
    "git.branch": _check_branch,
    "bucket.url": _check_bucket,
    "bucket.endpoint": _check_endpoint,
    "bucket.keep": _check_count,
    "bucket.records": _check_records,
}
"""By key, or by type and key."""


def read(tables: Mapping[str, object], text: str) -> tuple[dict[str, AnyTarget], list[Problem]]:
    """The targets that `[publish]` tells, by name, and what is wrong."""
    targets: dict[str, AnyTarget] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        section = f"{SECTION}.{name}"
        line = toml.line_of(text, SECTION, name)
        if not isinstance(table, dict):
            hint = f'a target is a table with a name: `[{SECTION}.live]`, and `type = "…"` below it'
            problems.append(Problem(f"`{section}` stands outside a target", line=line, hint=hint))
            continue
        if not re.fullmatch(r"[\w-]+", name):
            message = f"`{name}` is not a name for a target: use letters, digits, `-` and `_`"
            problems.append(Problem(message, line=line))
            continue
        kind = table.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            message = f"`{section}.type` is missing" if kind is None else f"`{kind}` is not a type"
            hint = did_you_mean(str(kind or ""), TYPES)
            where = toml.line_of(text, section, "type") or line
            problems.append(Problem(message, line=where, hint=hint))
            continue
        settings = {key: value for key, value in table.items() if key != "type"}
        target, found = read_section(section, TYPES[kind], settings, text, _checker(kind))
        problems += found
        if isinstance(target, AnyTarget):
            targets[name] = target
    return targets, problems


def _checker(kind: str) -> Callable[[str, object], str]:
    def check(key: str, value: object) -> str:
        found = CHECKS.get(f"{kind}.{key}") or CHECKS.get(key)
        return found(value) if found else ""

    return check
