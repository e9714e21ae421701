"""`sitegen new`: a project that is ready to build, and an article that is ready to write."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from sitegen import dates
from sitegen.config import FILE, Config
from sitegen.frontmatter import dump
from sitegen.nodes import Plain
from sitegen.problems import fault
from sitegen.urls import slugify

_CONFIG: Final = """\
# What the digest is. All settings: docs/configuration.md
[site]
title = {title}
url = "https://example.org"    # where it will be published
description = "The news in five minutes."
language = "en"
timezone = "UTC"

[feeds]
id = "{id}"    # never change it

[tags]
# Other ways to write a tag, and words that should never be made one.
# aliases = {{ "Harbour" = ["Harbor", "the harbour"] }}
# ignore = ["Monday"]

# Where `sitegen publish` puts the site: docs/publishing.md
# [publish.live]
# type = "directory"
# path = "../www"
"""
_SEED: Final = """\
Title: Drop raw articles into seeds/
Date: {day}
Tags: Welcome

Every text file in this folder becomes an article. Give it a headline and a date as above, or
neither: sitegen finds a date in the text or in the file's name, and makes a headline from the
article's own words.

Correct what it made in the content folder. Your corrections stay, whatever happens to the seed.
"""
_IGNORED: Final = ".sitegen/\noutput/\n"
_FOLDERS: Final = ("seeds", "content", "themes", "static")


def new_project(folder: Path, now: datetime) -> list[Path]:
    """Make a project in a folder that is new or empty. Gives the files made."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = "name a folder that does not exist yet"
        raise fault(f"`{folder}` is not empty", hint=hint)
    words = re.split(r"[-_\s]+", folder.resolve().name)
    title = " ".join(word[:1].upper() + word[1:] for word in words).strip() or "My Digest"
    files = {
        FILE: _CONFIG.format(title=_toml_text(title), id=uuid4()),
        "seeds/welcome.txt": _SEED.format(day=now.date().isoformat()),
        ".gitignore": _IGNORED,
    }
    try:
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise fault(f"`{folder}` cannot be made: {error.strerror}") from None
    return [folder / name for name in files]


def new_article(root: Path, config: Config, headline: str, now: datetime) -> Path:
    """Begin an article as a draft. Gives its file."""
    title = " ".join(headline.split())
    if not title:
        raise fault("the headline is empty", hint='write `sitegen new article "Ferry returns"`')
    moment = dates.instant(now, config.zone)
    fields = {
        "title": title,
        "date": Plain(moment.iso),
        "id": str(uuid4()),
        "summary": "",
        "tags": [],
        "draft": True,
    }
    folder = root / config.build.content / f"{moment.day:%Y}" / f"{moment.day:%m}"
    path = folder / f"{slugify(title)}.md"
    shown = path.relative_to(root).as_posix()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(dump(fields, "\n"))
    except FileExistsError:
        raise fault("there is an article already", shown, hint="choose another headline") from None
    except OSError as error:
        raise fault(f"cannot be written: {error.strerror}", shown) from None
    return path


def _toml_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
