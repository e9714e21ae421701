"""A project of articles that try a theme: long, foreign, bare, rich and hostile ones."""

from pathlib import Path

WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk"
"""A word that no phone can show on one line."""
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


def write_project(root: Path, *, theme: str, language: str = "en", articles: bool = True) -> None:
    """The project, with all its articles or none."""
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
        (root / "static" / name).write_bytes(b"")
    for name, text in _ARTICLES.items() if articles else ():
        path = root / "content" / f"{name}.md"
        path.write_text(f"---\nid: {name}{text}", "utf-8")
