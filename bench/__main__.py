"""The bench's command line: `python -m bench build`, `serve`, `edit`, `feeds` and so on."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import build, edit, feeds, lighthouse, machine, publish, report, serve
from bench.corpus import Corpus, digest
from bench.equal import UnequalError
from bench.generators import GENERATORS, Generator, MissingProgramError
from bench.measure import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench that is asked for; 1 if it could not be carried out."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands.add_parser("build", help="whole builds, beside Hugo and Pelican"))
    _add_serve(commands.add_parser("serve", help="from a save to the page, beside Hugo"))
    _add_edit(commands.add_parser("edit", help="one edit, in process, in warm state"))
    _add_feeds(commands.add_parser("feeds", help="what feeds cost a cold build"))
    _add_publish(
        commands.add_parser("publish", help="to a bucket and to a folder, on this machine")
    )
    _add_lighthouse(commands.add_parser("lighthouse", help="what Lighthouse says of the example"))
    chosen = parser.parse_args(arguments)
    try:
        text = chosen.run(chosen)
    except (MissingProgramError, UnequalError, CommandError, serve.LateError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(text)
    if chosen.write:
        size = f" {chosen.articles}" if "articles" in chosen else ""
        size += " cold" if "only_cold" in chosen and chosen.only_cold else ""
        report.write(f"{chosen.name}{size}", text)
    return 0


def _add_common(parser: argparse.ArgumentParser, name: str) -> None:
    """What every bench takes."""
    parser.add_argument(
        "--articles", type=_count, default=10_000, metavar="N", help="default: 10000"
    )
    _add_places(parser, name)


def _add_places(parser: argparse.ArgumentParser, name: str) -> None:
    """Where sites are made, and where the table goes."""
    parser.set_defaults(name=name)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="where the sites are made (default: the system's)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the sites there")


def _add_build(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "build")
    parser.set_defaults(run=_build)
    parser.add_argument("--rounds", type=_count, default=3, metavar="N", help="default: 3")
    parser.add_argument(
        "--with",
        dest="generators",
        type=_names,
        default=",".join(GENERATORS),
        metavar="A,B,C",
        help="which generators, in this order (default: all)",
    )
    parser.add_argument(
        "--only-cold", action="store_true", help="run no other scenario (a table of its own)"
    )
    parser.add_argument(
        "--all-pelican", action="store_true", help="run Pelican in every scenario, not in cold only"
    )
    for name in GENERATORS:
        parser.add_argument(f"--{name}", default="", metavar="PATH", help=f"{name}'s program")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "serve")
    parser.set_defaults(run=_serve)
    parser.add_argument("--edits", type=_count, default=30, metavar="N", help="default: 30")
    parser.add_argument("--browser", action="store_true", help="measure in Chromium too")
    for name in serve.SERVERS:
        parser.add_argument(f"--{name}", default="", metavar="PATH", help=f"{name}'s program")
    parser.add_argument(
        "--with",
        dest="generators",
        type=_names,
        default=",".join(serve.SERVERS),
        metavar="A,B",
        help="which of sitegen and hugo (default: both)",
    )


def _add_edit(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "edit")
    parser.set_defaults(run=_edit)
    parser.add_argument("--edits", type=_count, default=30, metavar="N", help="default: 30")


def _add_feeds(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "feeds")
    parser.set_defaults(run=_feeds)
    parser.add_argument("--rounds", type=_count, default=3, metavar="N", help="default: 3")


def _add_publish(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, "publish")
    parser.set_defaults(run=_publish)


def _add_lighthouse(parser: argparse.ArgumentParser) -> None:
    _add_places(parser, "lighthouse")
    parser.set_defaults(run=_lighthouse)
    parser.add_argument("--rounds", type=_count, default=3, metavar="N", help="default: 3")
    parser.add_argument("--theme", default="digest", help="default: digest")
    parser.add_argument("--lighthouse", default="", metavar="PATH", help="Lighthouse's program")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1")
    return int(text)


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in GENERATORS:
            known = ", ".join(GENERATORS)
            raise argparse.ArgumentTypeError(f"no generator is called `{name}`; there are {known}")
    return names


def _build(chosen: argparse.Namespace) -> str:
    with _ready(chosen, chosen.generators) as (corpus, generators, facts):
        every = [n for n in chosen.generators if n != "pelican" or chosen.all_pelican]
        runs = build.run(generators, corpus, chosen.rounds, every, _say, only_cold=chosen.only_cold)
    return _text([*facts, *build.notes(runs)], build.as_table(runs))


def _edit(chosen: argparse.Namespace) -> str:
    with _ready(chosen, ["sitegen"]) as (corpus, (generator,), facts):
        runs = edit.run(generator, corpus, chosen.edits, _say)
    return _text(facts, edit.as_table(runs))


def _feeds(chosen: argparse.Namespace) -> str:
    with _ready(chosen, ["sitegen"]) as (corpus, (generator,), facts):
        rounds = feeds.run(generator.root.parent, corpus, chosen.rounds, _say)
    return _text(facts, feeds.as_table(rounds))


def _publish(chosen: argparse.Namespace) -> str:
    with _ready(chosen, ["sitegen"]) as (corpus, (generator,), facts):
        runs = publish.run(generator, corpus, _say)
    return _text(facts, publish.as_table(runs))


def _serve(chosen: argparse.Namespace) -> str:
    with _ready(chosen, chosen.generators) as (corpus, generators, facts):
        runs = serve.run(generators, corpus, chosen.edits, chosen.browser, _say)
    return _text([*facts, *serve.notes(runs)], serve.as_table(runs))


def _lighthouse(chosen: argparse.Namespace) -> str:
    with ExitStack() as stack:
        work = _work_folder(chosen, stack)
        facts = [*machine.describe(work), f"Versions: {lighthouse.version(chosen.lighthouse)}"]
        runs = lighthouse.run(chosen.lighthouse, chosen.theme, chosen.rounds, work, _say)
    facts.append(f"Theme: {chosen.theme}; rounds: {chosen.rounds}, medians")
    return _text([*facts, *lighthouse.notes(runs)], lighthouse.as_table(runs))


@contextmanager
def _ready(
    chosen: argparse.Namespace, names: Sequence[str]
) -> Iterator[tuple[Corpus, list[Generator], list[str]]]:
    """The corpus, the generators by name in a folder of their own, and what to tell of the run."""
    corpus = Corpus(chosen.articles)
    with ExitStack() as stack:
        work = _work_folder(chosen, stack)
        facts = machine.describe(work)
        generators = [GENERATORS[name](work / name, getattr(chosen, name, "")) for name in names]
        facts.append(f"Versions: {'; '.join(generator.version() for generator in generators)}")
        facts.append(f"Corpus: {len(corpus)} articles, {len(corpus.tags)} tags, {digest(corpus)}")
        yield corpus, generators, facts


def _text(facts: Sequence[str], table: str) -> str:
    lines = "\n".join(f"- {fact}" for fact in facts)
    return f"{lines}\n\n{table}"


def _work_folder(chosen: argparse.Namespace, stack: ExitStack) -> Path:
    """A fresh folder, removed at the end unless it is to be kept; never one that was there."""
    if chosen.work:
        chosen.work.mkdir(parents=True, exist_ok=True)
    if chosen.keep:
        folder = Path(tempfile.mkdtemp(prefix="sitegen-bench-", dir=chosen.work))
        _say(f"sites: {folder}")
    else:
        temporary = tempfile.TemporaryDirectory(prefix="sitegen-bench-", dir=chosen.work)
        folder = Path(stack.enter_context(temporary))
    return folder.resolve()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
