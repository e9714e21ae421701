"""Tables in Markdown, and their place in bench/README.md."""

from collections.abc import Sequence
from pathlib import Path

README = Path(__file__).parent / "README.md"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 2) -> str:
    """A Markdown table: the first `words` columns are text, all others numbers (to the right)."""
    rule = ["---" if n < words else "---:" for n in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def write(name: str, text: str, readme: Path = README) -> None:
    """Puts a text between the markers of that name, or with new markers at the end.

    A name says what was measured and how large it was (`build 10000`), so that tables of
    different sizes stay beside each other.
    """
    begin, end = f"<!-- bench: {name} -->", f"<!-- end: {name} -->"
    block = f"{begin}\n{text}\n{end}"
    old = readme.read_text(encoding="utf-8")
    before, found, rest = old.partition(begin)
    if found:
        _, closed, after = rest.partition(end)
        if not closed:
            raise ValueError(f"{readme}: `{begin}` has no `{end}`")
        new = f"{before}{block}{after}"
    else:
        new = f"{old.rstrip()}\n\n{block}\n"
    readme.write_text(new, encoding="utf-8", newline="\n")
