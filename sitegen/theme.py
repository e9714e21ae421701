"""A theme and those that it extends: a frozen snapshot of templates, assets and interface words.

Files are looked up in layers. For each theme of the chain, from the one in `[theme] name` to the
last that it extends, the project's own `themes/NAME/` comes before the shipped one: a project
overrides a single file by putting its own beside where it would be.
"""

import posixpath
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen.digests import NOTHING, digest, of_text
from sitegen.problems import Problem, SitegenError, did_you_mean, fault

FOLDER: Final = "themes"
ASSETS: Final = "/assets/"
"""Where a theme's assets are on the site."""
_CSS_URL: Final = re.compile(r"""url\(\s*(["']?)([^"')#?:]+)\1\s*\)""")
_KEYS: Final = ("name", "description", "extends")


class Layer(Struct, frozen=True):
    """One folder of a theme."""

    theme: str
    """The theme's name."""
    folder: str
    """The folder as people know it."""
    templates: dict[str, str]
    """Source by name, e.g. `article.html`, `partials/card.html`."""
    assets: dict[str, bytes]
    """Bytes by name, e.g. `style.css`."""
    messages: dict[str, str]
    """TOML by language."""


class Template(Struct, frozen=True):
    """A template, found."""

    name: str
    source: str
    path: str
    """Its file, for people."""
    layer: int
    """How many layers were passed over."""


class Theme(Struct, frozen=True, dict=True):
    """All layers, the one that is asked first at the front."""

    layers: tuple[Layer, ...]

    def find(self, name: str, after: int = -1) -> Template | None:
        """A template by name, looked for in the layers behind number `after`.

        `digest/article.html` asks the theme `digest` alone.
        """
        for number, layer in enumerate(self.layers):
            if number > after:
                local = name.removeprefix(f"{layer.theme}/")
                source = layer.templates.get(local)
                if source is not None and (local == name or name not in layer.templates):
                    path = f"{layer.folder}/templates/{local}"
                    return Template(local, source, path, number)
        return None

    def template_names(self) -> set[str]:
        """Every name that `find` knows."""
        return {name for layer in self.layers for name in layer.templates}

    @cached_property
    def assets(self) -> dict[str, tuple[str, bytes]]:
        """For each asset its address, which holds a fingerprint of its content, and its bytes."""
        found: dict[str, bytes] = {}
        for layer in reversed(self.layers):
            found |= layer.assets
        placed = {name: (_address(name, data), data) for name, data in found.items()}
        for name, data in found.items():
            if name.endswith(".css"):
                # Style sheets come last: they name other assets, whose addresses they must hold.
                linked = _with_addresses(name, data, placed)
                placed[name] = (_address(name, linked), linked)
        return placed

    @cached_property
    def digest(self) -> bytes:
        """Of every file."""
        texts: list[str] = []
        for layer in self.layers:
            texts += [layer.theme, layer.folder]
            for files in (layer.templates, layer.messages):
                for name in sorted(files):
                    texts += [name, files[name]]
            for name in sorted(layer.assets):
                texts += [name, digest(layer.assets[name]).hex()]
        return of_text(*texts)

    def template_digest(self, name: str, after: int = -1) -> bytes:
        """Stands for what `find` answers in keys: a template that is missing counts too."""
        template = self.find(name, after)
        return of_text(template.path, template.source) if template else NOTHING


def shipped() -> Path:
    """Where the shipped themes are: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / FOLDER
    return inside if inside.is_dir() else package.parent / FOLDER


def load(root: Path, name: str) -> Theme:
    """Read a theme and those that it extends. Raises `SitegenError`."""
    layers: list[Layer] = []
    seen: list[str] = []
    wanted = name
    while wanted:
        if wanted in seen:
            chain = " → ".join([*seen, wanted])
            raise fault(f"themes extend each other in a circle: {chain}", _toml_path(wanted))
        seen.append(wanted)
        folders = [folder for folder in _folders(root, wanted) if folder[0].is_dir()]
        if not folders:
            hint = did_you_mean(wanted, _known(root))
            where = _toml_path(seen[-2]) if len(seen) > 1 else "sitegen.toml"
            raise fault(f"there is no theme `{wanted}`", where, hint=hint)
        layers += [_read_layer(wanted, *folder) for folder in folders]
        wanted = _extends(wanted, [folder for folder, _ in folders])
    return Theme(tuple(layers))


def _folders(root: Path, name: str) -> list[tuple[Path, str]]:
    own, ours = root / FOLDER / name, shipped() / name
    folders = [(own, f"{FOLDER}/{name}")]
    if ours.resolve() != own.resolve():
        folders.append((ours, f"{FOLDER}/{name} (shipped)"))
    return folders


def _known(root: Path) -> set[str]:
    return {
        folder.name
        for themes in (root / FOLDER, shipped())
        if themes.is_dir()
        for folder in themes.iterdir()
        if folder.is_dir()
    }


def _toml_path(name: str) -> str:
    return f"{FOLDER}/{name}/theme.toml"


def _extends(name: str, folders: list[Path]) -> str:
    """Which theme a theme extends: the first `theme.toml` of its folders says so."""
    for folder in folders:
        try:
            text = (folder / "theme.toml").read_text("utf-8")
            table = tomllib.loads(text)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise fault(f"cannot be read: {error}", _toml_path(name)) from None
        problems = [
            Problem(f"`{key}` is not a setting of a theme", hint=did_you_mean(key, _KEYS))
            for key in table
            if key not in _KEYS
        ]
        problems += [
            Problem(f"`{key}` must be a text")
            for key in _KEYS
            if not isinstance(table.get(key, ""), str)
        ]
        if problems:
            raise SitegenError(problem.at(_toml_path(name)) for problem in problems)
        return str(table.get("extends", ""))
    return ""


def _read_layer(theme: str, folder: Path, named: str) -> Layer:
    files = _files(folder)
    problems: list[Problem] = []

    def texts(part: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, data in files.items():
            if name.startswith(f"{part}/"):
                try:
                    text = data.decode("utf-8-sig")
                    found[name.removeprefix(f"{part}/")] = text.replace("\r\n", "\n")
                except UnicodeDecodeError:
                    problems.append(Problem("the file is not UTF-8", f"{named}/{name}"))
        return found

    templates, messages = texts("templates"), texts("messages")
    if problems:
        raise SitegenError(problems)
    return Layer(
        theme=theme,
        folder=named,
        templates=templates,
        assets={n.removeprefix("assets/"): d for n, d in files.items() if n.startswith("assets/")},
        messages={n.removesuffix(".toml"): text for n, text in messages.items()},
    )


def _files(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            found[name] = path.read_bytes()
    return found


def _address(name: str, data: bytes) -> str:
    stem, suffix = posixpath.splitext(name)
    return f"{ASSETS}{stem}.{digest(data).hex()[:10]}{suffix}"


def _with_addresses(name: str, data: bytes, placed: dict[str, tuple[str, bytes]]) -> bytes:
    """A style sheet whose `url(...)`s name assets by their addresses, relative to its own."""
    folder = posixpath.dirname(name)

    def address(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[2].strip()))
        if target not in placed:
            return match[0]
        relative = posixpath.relpath(placed[target][0], ASSETS + folder)
        return f'url("{relative}")'

    return _CSS_URL.sub(address, data.decode("utf-8", "replace")).encode()
