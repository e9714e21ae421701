"""A project of articles that try a theme: long, foreign, bare, rich and hostile ones."""

from pathlib import Path
from typing import Literal

from tests.images import jpeg

WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerksanbau"
"""A word of 60 letters, which no phone can show on one line."""
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'

_ARTICLES = {
    "rich": """
title: Last stone closes the gap in the North Wall
date: 2026-03-15T18:20:00
updated: 2026-03-16
summary: A single stone was lowered into place, and the town applauded.
tags: [North Wall, Ferry, Storm]
source: {name: The Harrow Bay Gazette, url: "https://gazette.example/wall"}
authors: [Maud Tierney, Idris Fenn]
image: {src: /wall.jpg, alt: The wall at dawn, credit: Frances Ottley}
aliases: [/old/wall/]
story: wall
---
The wall has been closed.[^1]

> Every child has now seen a freight train.
>
> — Harrow Bay Primary (@hbprimary) March 14, 2026

## What it took

| Night | Stone |
|---|--:|
| Wednesday | 450 t |

## Who came

- everybody

## What is next

See [the council](https://council.example/).

[^1]: On Friday.
""",
    "again": """
title: Ferry back in the harbour
date: 2026-03-15
story: wall
source: {name: The Ellery Post}
---
It is back.
""",
    "arabic": """
title: افتتاح جدار الميناء الجديد
date: 2026-03-15
language: ar
tags: [ميناء]
---
قال رئيس الميناء إن الحجر الأخير وُضع صباح اليوم.
""",
    "chinese": """
title: 港口城墙最后一块石头落下
date: 2026-03-15
---
港务长表示，这是一块非常好的石头。
""",
    "emoji": """
title: 🎉🧱🌊
date: 2026-03-15
---
🎉
""",
    "bare": """
title: Nothing but a headline
date: 2026-03-14
---
""",
    "endless": f"""
title: {"The council has at last agreed to let the trust build " * 5}
date: 2026-03-14
---
It has.
""",
    "wide": f"""
title: {WORD} opens
date: 2026-03-13
summary: {WORD} in short.
tags: [{WORD}, x]
authors: [{WORD}]
source: {{name: {WORD}}}
---
{WORD}

| {WORD} |
|---|
| {WORD} |
""",
    "hostile": f"""
title: '{HOSTILE}'
date: 2026-02-01
summary: '{HOSTILE} in short'
tags: ['{HOSTILE}']
authors: ['{HOSTILE}']
source: {{name: '{HOSTILE}', url: "https://example.org/?%22%3E"}}
image: {{src: /x.jpg, alt: '{HOSTILE}', credit: '{HOSTILE}'}}
---
{HOSTILE}
""",
}


Extent = Literal["none", "one", "odd", "many"]


def _many() -> dict[str, str]:
    """Forty articles of one topic; some have one of their own, and half come on one day."""
    notices = {
        f"n{number}": f"""
title: Notice number {number}
date: 2026-01-{max(number - 30, 1):02}
summary: What notice {number} says.
tags: [Harbour{topic}]
---
What notice {number} says.
"""
        for number in range(11, 41)
        for topic in ("" if number > 30 else f", Topic {number}",)
    }
    reports = {
        f"m{number}": f"""
title: Report number {number}
date: 2025-12-{number:02}
tags: [Harbour, Ćwiczenia {number}]
---
What report {number} says.
"""
        for number in range(1, 11)
    }
    return notices | reports


def _extent(extent: Extent) -> dict[str, str]:
    if extent == "none":
        return {}
    if extent == "one":
        return {"bare": _ARTICLES["bare"]}
    return _ARTICLES if extent == "odd" else _ARTICLES | _many()


def write_project(
    root: Path, *, theme: str, language: str = "en", extent: Extent = "odd", every: str = "day"
) -> None:
    """The project with one article, with none, with all the odd ones, or with many beside them."""
    root.mkdir(parents=True)
    (root / "sitegen.toml").write_text(
        f"""
[site]
title = "The <Test> Digest"
url = "https://digest.example/paper"
description = "Tries a theme & its \\"words\\"."
language = "{language}"
[build]
page_size = 5
[editions]
every = "{every}"
[theme]
name = "{theme}"
[search]
enabled = true
""",
        "utf-8",
    )
    (root / "content").mkdir()
    (root / "static").mkdir()
    for name in ("wall.jpg", "x.jpg"):
        (root / "static" / name).write_bytes(jpeg(600, 400))
    for name, text in _extent(extent).items():
        path = root / "content" / f"{name}.md"
        path.write_text(f"---\nid: {name}{text}", "utf-8")
