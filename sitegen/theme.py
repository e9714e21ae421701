"""A theme and those that it extends: a frozen snapshot of templates, assets and interface words.

Files are looked up in layers. For each theme of the chain, from the one in `[theme] name` to the
last that it extends, the project's own `themes/NAME/` comes before the shipped one: a project
overrides a single file by putting its own beside where it would be.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from sitegen import toml
from sitegen.assets import placed
from sitegen.digests import NOTHING, digest, of_text
from sitegen.problems import Problem, SitegenError, did_you_mean, fault
from sitegen.social import Style, read_style

FOLDER: Final = "themes"
SHIPPED: Final = " (shipped)"
"""Follows the name of a folder that came with sitegen, where people are told of it."""
_KEYS: Final = ("name", "description", "extends")
_TABLES: Final = ("social",)


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
    fonts: dict[str, bytes]
    """Bytes by name; of those that cards are drawn with, and not published."""

    @property
    def shipped(self) -> bool:
        """Whether it came with sitegen."""
        return self.folder.endswith(SHIPPED)


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
    social: Style | None = None
    """How social cards are drawn; None where they are not."""

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
        return placed(found)

    @cached_property
    def font(self) -> bytes:
        """The font of social cards; empty where they are not drawn."""
        if self.social is None:
            return b""
        name = self.social.font
        found = [layer.fonts[name] for layer in self.layers if name in layer.fonts]
        if not found:
            known = {name for layer in self.layers for name in layer.fonts}
            hint = did_you_mean(name, known) or "put it into the theme's `fonts/`"
            where = _toml_path(self.layers[0].theme)
            raise fault(f"`social.font`: there is no font `{name}`", where, hint=hint)
        return found[0]

    @cached_property
    def digest(self) -> bytes:
        """Of every file."""
        texts: list[str] = []
        for layer in self.layers:
            texts += [layer.theme, layer.folder]
            for part, files in (("templates", layer.templates), ("messages", layer.messages)):
                for name in sorted(files):
                    texts += [part, name, files[name]]
            for name in sorted(layer.assets):
                texts += ["assets", name, digest(layer.assets[name]).hex()]
            for name in sorted(layer.fonts):
                texts += ["fonts", name, digest(layer.fonts[name]).hex()]
        texts.append(repr(self.social))
        return of_text(*texts)

    @cached_property
    def templates_digest(self) -> bytes:
        """Of every template."""
        texts: list[str] = []
        for layer in self.layers:
            texts += [
                layer.folder,
                *(text for pair in sorted(layer.templates.items()) for text in pair),
            ]
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
    social: Style | None = None
    wanted = name
    known = _known(root)
    while wanted:
        if wanted in seen:
            chain = " → ".join([*seen, wanted])
            raise fault(f"themes extend each other in a circle: {chain}", _toml_path(wanted))
        seen.append(wanted)
        if wanted not in known:
            where = _toml_path(seen[-2]) if len(seen) > 1 else "sitegen.toml"
            raise fault(f"there is no theme `{wanted}`", where, hint=did_you_mean(wanted, known))
        folders = [folder for folder in _folders(root, wanted) if folder[0].is_dir()]
        inside = (root.resolve(), shipped().resolve())
        layers += [_read_layer(wanted, *folder, inside) for folder in folders]
        wanted, style = _told(wanted, [folder for folder, _ in folders])
        social = social or style
    return Theme(tuple(layers), social)


def _folders(root: Path, name: str) -> list[tuple[Path, str]]:
    own, ours = root / FOLDER / name, shipped() / name
    folders = [(own, f"{FOLDER}/{name}")]
    if ours.resolve() != own.resolve():
        folders.append((ours, f"{FOLDER}/{name}{SHIPPED}"))
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


def _told(name: str, folders: list[Path]) -> tuple[str, Style | None]:
    """Which theme a theme extends, and how its social cards are drawn: the first `theme.toml` of
    its folders says so.
    """
    where = _toml_path(name)
    for folder in folders:
        try:
            text = (folder / "theme.toml").read_text("utf-8-sig")
        except FileNotFoundError:
            continue
        except UnicodeDecodeError:
            raise fault("the file is not UTF-8", where) from None
        except OSError as error:
            raise fault(f"cannot be read: {error.strerror}", where) from None
        table = toml.parse(text, where)
        known = (*_KEYS, *_TABLES)
        problems = [
            Problem(f"`{key}` is not a setting of a theme", hint=did_you_mean(key, known))
            for key in table
            if key not in known
        ]
        problems += [
            Problem(f"`{key}` must be a text")
            for key in _KEYS
            if not isinstance(table.get(key, ""), str)
        ]
        style, wrong = read_style(table["social"]) if "social" in table else (None, [])
        if problems or wrong:
            raise SitegenError(problem.at(where) for problem in [*problems, *wrong])
        return str(table.get("extends", "")), style
    return "", None


def _read_layer(theme: str, folder: Path, named: str, inside: tuple[Path, ...]) -> Layer:
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for name, path in _files(folder):
        if any(path.resolve().is_relative_to(place) for place in inside):
            files[name] = path.read_bytes()
        else:
            message = "a symbolic link leads out of the project"
            problems.append(Problem(message, f"{named}/{name}", hint="copy the file"))

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
        fonts={n.removeprefix("fonts/"): d for n, d in files.items() if n.startswith("fonts/")},
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            yield name, path
