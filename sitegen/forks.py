"""How worker processes begin: where it can be done, as copies of one that has imported a lot."""

import multiprocessing
from multiprocessing.context import BaseContext
from typing import Final

_PRELOADED: Final = [
    "sitegen.build.parsing",
    "sitegen.commonmark",
    "sitegen.build.rendering",
    "sitegen.feeds.extension",
]


def copies() -> BaseContext:
    """The way in which processes start as copies of this one, where `can_copy`."""
    return multiprocessing.get_context("fork")


def context() -> BaseContext:
    """The way in which processes start that share nothing with this one."""
    if not _has_server():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(_PRELOADED)
    return server


def prepare() -> None:
    """Have the server of forks import what workers need, while this process goes on."""
    if _has_server():
        # There is no such module on Windows.
        from multiprocessing import forkserver  # noqa: PLC0415

        forkserver.set_forkserver_preload(_PRELOADED)
        forkserver.ensure_running()


def _has_server() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()
