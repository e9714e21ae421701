"""The arrows between modules point one way: `docs/architecture.md` draws them, this holds them."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sitegen"
LONGEST = 300
"""Lines of a module. A file that passes them is usually two ideas."""

LAYERS = (
    (
        "problems",
        "digests",
        "urls",
        "dates",
        "prose",
        "nodes",
        "forks",
        "beside",
        "sketch",
        "alphabet",
        "timeline",
        "links",
        "memo",
        "copies",
        "versions",
    ),
    ("toml", "settings", "assets", "yaml_text"),
    ("sections",),
    ("targets",),
    ("config",),
    ("article", "pictures"),
    ("frontmatter", "rendered"),
    ("content", "sanitising", "headings"),
    ("commonmark",),
    ("ingest", "markdown", "imaging", "social"),
    ("cards",),
    ("card_making", "site", "related"),
    ("fronts",),
    ("views", "search", "outlines"),
    ("subscriptions", "feed_views"),
    ("facts",),
    ("editions", "topics"),
    ("references",),
    ("pages",),
    ("syndication",),
    ("checks", "feed_checks", "theme", "hosts"),
    ("words", "compiler", "mails", "codes", "settling", "template_syntax", "strays"),
    ("environment",),
    ("templates", "feeds", "websub"),
    ("build",),
    ("preview", "publish", "scaffold", "console"),
    ("cli",),
    ("__main__",),
)
"""Modules and packages from the lowest rank to the highest; those of one rank stand beside."""
RANKS = {name: rank for rank, names in enumerate(LAYERS) for name in names}
BESIDE = {("urls", "digests"), ("dates", "problems")}
"""Arrows within rank 0: these two need only its leaves."""


def modules() -> dict[str, Path]:
    """Every module by its dotted name below `sitegen`; the package itself is ``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> Iterator[tuple[str, int]]:
    """The modules that a module imports, with lines: at the top, in functions, for types alone."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                folder = ["sitegen", *filter(None, package.split("."))]
                base = ".".join([*folder[: len(folder) - node.level + 1], *filter(None, [base])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for full in names:
            head, _, rest = full.partition(".")
            if head != "sitegen":
                continue
            # `from sitegen.config import load` names a function of the module `config`.
            while rest and rest not in known:
                rest = rest.rpartition(".")[0]
            yield rest, node.lineno


def arrows() -> Iterator[tuple[str, str, int]]:
    """From each module to each that it imports; the bare package holds only the version."""
    found = modules()
    for name, path in found.items():
        for target, line in imports(name, path, set(found)):
            if target:
                yield name, target, line


def rank(name: str) -> int:
    """The rank of a module is that of its package."""
    return RANKS[name.split(".", maxsplit=1)[0]]


def test_every_module_has_a_rank() -> None:
    """A new module finds its place before it is merged."""
    unknown = {name.split(".")[0] for name in modules()} - {"", *RANKS}
    assert not unknown, f"give {unknown} a rank in LAYERS and in docs/architecture.md"


def test_no_arrow_points_up() -> None:
    """A module imports only from lower ranks, and inside a package from its siblings."""
    wrong = [
        f"sitegen/{name.replace('.', '/')}.py:{line} imports {target}"
        for name, target, line in arrows()
        if name.split(".")[0] != target.split(".")[0]
        and rank(name) <= rank(target)
        and (name, target) not in BESIDE
    ]
    assert not wrong, "\n".join(wrong)


def test_the_package_imports_nothing() -> None:
    """`import sitegen` costs nothing: commands import what they use."""
    assert not list(imports("", PACKAGE / "__init__.py", set(modules())))


def test_no_circles() -> None:
    """No two modules import each other, not even by way of others, not even siblings."""
    graph: dict[str, set[str]] = {}
    for name, target, _ in arrows():
        # A package's `__init__` shows what its modules make; that they live in it is no arrow.
        if not name.startswith(f"{target}."):
            graph.setdefault(name, set()).add(target)
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("name", sorted(modules()))
def test_length(name: str) -> None:
    """A file that passes 300 lines is usually two ideas."""
    path = modules()[name]
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_the_test_sees_every_kind_of_import(tmp_path: Path) -> None:
    """Imports inside functions, under TYPE_CHECKING, relative ones and `from sitegen import x`."""
    text = """
from sitegen import urls
import sitegen.config as settings
from sitegen.build.cache import Cache
from . import dates
from .problems import fault
if TYPE_CHECKING:
    from sitegen.build import State
def late():
    from sitegen.cli import main
"""
    path = tmp_path / "site.py"
    path.write_text(text, "utf-8")
    known = set(modules())
    found = [target for target, _ in imports("site", path, known)]
    assert sorted(found) == [
        *("build", "build.cache", "cli", "config", "dates", "problems", "urls"),
    ]
