"""Web addresses of articles: without tracking parameters, and told apart for duplicates."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"""(?:utm|mtm|pk|piwik|matomo|hsa|hs|oly|vero|wt|at|ns|itm|sc|ga|trk|cm|spm|ocid|asc)_.*
    |fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mkt_tok
    |mc_[ce]id|_ga|_gl|_hsenc|_hsmi|__hs[a-z]+|s_cid|s_kwcid|ncid|cmpid|cmp|icid|ref_src|ref_url
    |ref|referrer|referer|share|shared|sharetype|smid|smtyp|partner|feature|xtor|taid|guccounter
    |guce_referrer|guce_referrer_sig|via|spm|yptr|outputtype|wpisrc|srnd|cndid|esrc|ito|wtmc
    |echobox|amp""",
    re.IGNORECASE | re.VERBOSE,
)
"""Parameters that say where a reader came from, not which article it is."""
_MIRRORS: Final = re.compile(r"^(?:www\d?|m|mobile|amp|touch)\.", re.IGNORECASE)
_AMP: Final = re.compile(r"(?:/amp|\.amp|/amp\.html)/?$", re.IGNORECASE)


def without_tracking(url: str) -> str:
    """A URL without the parameters that only trace its reader."""
    if "?" not in url and "#" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    pairs = parts.query.split("&") if parts.query else []
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(pair.partition("=")[0])]
    fragment = "" if _is_trace(parts.fragment) else parts.fragment
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def _is_trace(fragment: str) -> bool:
    return "=" in fragment and bool(_TRACKING.fullmatch(fragment.partition("=")[0]))


def identity(url: str) -> str:
    """What two URLs of one article share: host without its mirrors, path, and what selects it."""
    try:
        parts = urlsplit(without_tracking(url.strip()))
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    path = _AMP.sub("", parts.path).rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query)))
    if not path and not query:
        return ""  # A front page is no article.
    return f"{_MIRRORS.sub('', host)}{path}" + (f"?{query}" if query else "")


def web_address(url: str, base: str = "") -> str:
    """An absolute http or https address without tracking; "" for any other."""
    url = "".join(url.split())
    if not url or len(url) > 2000 or re.search(r'[<>"\\]', url):
        return ""
    try:
        whole = urljoin(base, url)
        parts = urlsplit(whole)
        good = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return without_tracking(whole) if good else ""
