"""What the tests of feeds share: every format, and an article with all that has a rule."""

import pytest

from tests.conftest import Folder
from tests.feeds.reading import FORMATS
from tests.images import png


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `form` runs once for each format, and is named after it."""
    if "form" in metafunc.fixturenames:
        metafunc.parametrize("form", FORMATS)


@pytest.fixture
def rich(site: Folder) -> Folder:
    """An article with everything that feeds have rules for, and an older one."""
    site.write("static/wall ü.png", png())
    site.article(
        "a.md",
        "The lead.\n\n[up](../b/) [root](/tags/?q=1&r=2) [in](#x) [mail](mailto:a@b.c) [é](/é/) "
        "[b](b.md#y) [out](//cdn.example/x)\n\n![w](</wall ü.png>)[^1]\n\n## Héading\n\n"
        "|a|\n|:-:|\n|b|\n\n[^1]: Note.\n",
        title="Wall & <b>gap</b> ]]> done",
        date="2026-03-05 23:30",
        updated="2026-03-06 10:00",
        id="wall",
        summary="Less < more & ]]>",
        tags="[Harbour, 'C & D', Élan, 港口]",
        authors="[Ann Ember, Bo]",
        image="{src: /wall ü.png, alt: 'A \"wall\" & gap'}",
        source="{name: Quay Press, url: 'https://quay.example/a?b=1&c=2'}",
    )
    site.article(
        "b.md", title="Older", date="2026-03-04", id="2f1c6f0e-6a44-4a08-9d5c-6f2f7a3b9c11"
    )
    site.build()
    return site
