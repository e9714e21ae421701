"""Compiled templates that are kept serve where all is as it was, and only there."""

import marshal
from unittest import mock

from sitegen.codes import Codes

CODE = compile("answer = 42", "themes/t.html", "exec")


def kept() -> dict[str, bytes]:
    """A template as it is kept."""
    codes = Codes(b"settings")
    codes.keep("a.html", CODE, {"words", "site.title"}, "themes/t.html", "source")
    return codes.take_new()


def test_what_is_kept_is_found() -> None:
    """The code, and what was read for it."""
    found = Codes(b"settings", kept()).find("a.html", "themes/t.html", "source")
    assert found == (CODE, ("site.title", "words"))


def test_what_differs_is_not_found() -> None:
    """Another name, source, path or setting, or another Python."""
    # promise 20
    asked = ("a.html", "themes/t.html", "source")
    assert Codes(b"settings", kept()).find("b.html", *asked[1:]) is None
    assert Codes(b"settings", kept()).find("a.html", "themes/t.html", "other") is None
    assert Codes(b"settings", kept()).find("a.html", "themes/u.html", "source") is None
    assert Codes(b"others", kept()).find(*asked) is None
    with mock.patch("sitegen.codes._MAGIC", b"other"):
        assert Codes(b"settings", kept()).find(*asked) is not None
        assert Codes(b"settings", {"a.html": b""}).find(*asked) is None
        other = kept()
    assert Codes(b"settings", other).find(*asked) is None


def test_what_is_damaged_is_not_looked_into() -> None:
    """Whichever byte is another, or were it no bytes at all: it is compiled anew."""
    # promise 24
    whole = kept()["a.html"]
    spoilt: list[object] = [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))
    ]
    spoilt += [whole[:at] for at in range(len(whole))]
    spoilt += [whole + b"x", "text", None, 7]
    with mock.patch.object(marshal, "loads", side_effect=AssertionError):
        for entry in spoilt:
            codes = Codes(b"settings", {"a.html": entry})  # type: ignore[dict-item]
            assert codes.find("a.html", "themes/t.html", "source") is None


def test_a_text_is_made_once() -> None:
    """It serves until a setting is another, or it is damaged."""
    # promise 24
    first = Codes(b"settings")
    assert first.text("feed", lambda: "made \ue000") == "made \ue000"
    kept = first.take_new()
    assert Codes(b"settings", kept).text("feed", lambda: "anew") == "made \ue000"
    assert Codes(b"others", kept).text("feed", lambda: "anew") == "anew"
    assert Codes(b"settings", kept).text("other", lambda: "anew") == "anew"
    spoilt = {"feed": kept["feed"][:-1] + b"x"}
    assert Codes(b"settings", spoilt).text("feed", lambda: "anew") == "anew"
