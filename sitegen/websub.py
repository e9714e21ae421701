"""Tells a WebSub hub which feeds have changed, so that it tells subscribers at once.

Source: https://www.w3.org/TR/websub/ (which leaves to each hub how it is told; the form below is
what hubs agree on: https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html)
"""

import http.client
from collections.abc import Iterable
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from sitegen import __version__
from sitegen.problems import Problem, Severity

_HINT: Final = "readers see the news at their next visit; `[feeds] hub` names the hub"


def ping(hub: str, feeds: Iterable[str], timeout: float = 10.0) -> tuple[Problem, ...]:
    """Tell a hub about feeds, by their whole URLs. Gives warnings, for the site is up already.

    `timeout` in seconds, for each feed. A hub that does not answer is not asked again.
    """
    refused: dict[str, list[str]] = {}
    away: list[Problem] = []
    for feed in feeds:
        form = urlencode({"hub.mode": "publish", "hub.url": feed}).encode()
        request = Request(hub, form, {"User-Agent": f"sitegen/{__version__}"})
        try:
            with urlopen(request, timeout=timeout):
                pass
        except HTTPError as error:
            with error:
                refused.setdefault(f"{error.code} {error.reason}", []).append(feed)
        except (URLError, OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            said = str(reason) or type(reason).__name__
            away = [_told(f"the hub {hub} cannot be reached: {said}")]
            break
    return (*(_refused(feeds, why) for why, feeds in refused.items()), *away)


def _refused(feeds: list[str], why: str) -> Problem:
    others = f" and {len(feeds) - 1:,} more" if feeds[1:] else ""
    return _told(f"the hub refuses {feeds[0]}{others}: {why}")


def _told(message: str) -> Problem:
    return Problem(message, hint=_HINT, severity=Severity.WARNING)
