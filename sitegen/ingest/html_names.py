"""What names of elements tell of their part in a page; texts compared without their spaces."""

import re
from typing import Final

from lxml.html import HtmlElement

_JUNK: Final = re.compile(
    r"""(?:^|[\s_-])(?:share|sharing|social|related|recommend\w*|newsletter|subscri\w+|promo\w*
    |advert\w*|ads?|sponsor\w*|banner|comments?|disqus|breadcrumbs?|byline|bio|authors?
    |footer|sidebar|toolbar|tags?|teasers?|outbrain|taboola|paywall|cookie\w*|popup|modal|widget
    |navigation|nav|menu|credits?|copyright|more-on|read-more|most-read|trending|signup|donat\w+)
    (?:$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
ENDS: Final = re.compile(r"""[.!?…。！？:;][»”"'’)\]]*$""")
"""The end of a sentence."""


def names_of(element: HtmlElement) -> str:
    """An element's classes and id."""
    return f"{element.get('class', '')} {element.get('id', '')}"


def is_junk(element: HtmlElement) -> bool:
    """Whether an element is furniture of the page by its tag or its names."""
    if element.tag in ("nav", "footer", "aside", "form", "header") or "hidden" in element.attrib:
        return True
    return bool(_JUNK.search(names_of(element)))


def squeezed(text: str) -> str:
    """A text without any space and without soft hyphens."""
    return "".join(text.replace("\xad", "").split())
