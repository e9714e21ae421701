"""An index without Pagefind: what it is made of can be seen in it, and it costs nothing."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from unittest import mock

from sitegen.digests import of_text


def index_of(
    _package: str,
    _settings: Mapping[str, object],
    documents: Iterable[tuple[str, str]],
    tick: Callable[[int], None],
) -> dict[str, bytes]:
    """A file for each document, named by its digest, and one that lists them."""
    files: dict[str, bytes] = {}
    for url, html in documents:
        tick(len(files) + 1)
        files[f"fragment/{of_text(url, html).hex()}.pf_fragment"] = f"{url}\n{html}".encode()
    files["pagefind-entry.json"] = json.dumps(sorted(files)).encode()
    return files


@contextmanager
def fake_index() -> Iterator[mock.Mock]:
    """Builds make this index, whether Pagefind is installed or not; the mock counts how often."""
    with (
        mock.patch("sitegen.search.find_spec", return_value=object()),
        mock.patch("sitegen.build.pagefind.make_index", side_effect=index_of) as made,
    ):
        yield made
