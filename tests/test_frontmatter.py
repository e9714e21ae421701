"""Front matter: `dump` and `parse` are inverse, lines are right, and attacks stay small."""

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen import frontmatter
from sitegen.frontmatter import MAX_YAML, dump, parse
from sitegen.nodes import Node, Plain, free_value
from sitegen.problems import SitegenError
from sitegen.yaml_text import MAX_DEPTH, read_fields

# What a file may hold: content.decode takes control characters away before this module sees any.
TEXTS = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="\x7f\ufffe\uffff", min_codepoint=32
    )
    | st.sampled_from("\n\t'\"#:-{}[]&*!|>%@`,? ~é日ع🎉"),
    max_size=30,
) | st.sampled_from(
    ["", "---", "--- ", "...", "yes", "null", "~", "1e3", "0x1F", "2022-12-29", "=", "<<"]
)
KEYS = TEXTS.filter(lambda key: len(key) < 20)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def plain(node: Node) -> Any:
    """A node's value without places: every scalar is text."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


def depth(value: object) -> int:
    """How deep a value nests."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(st.dictionaries(KEYS, VALUES, max_size=4), TEXTS)
def test_what_is_written_is_read(fields: dict[str, Any], body: str) -> None:
    """`parse(dump(fields, body))` gives the fields, in order, and the body to the last byte."""
    if depth(fields) > MAX_DEPTH:
        return
    parts = parse(dump(fields, body))
    assert {key: plain(node) for key, node in parts.fields.items()} == fields
    assert list(parts.fields) == list(fields)
    assert parts.body == body


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.booleans() | st.integers(-(10**17), 10**17) | TEXTS | st.none(),
        max_size=4,
    )
)
def test_free_values_keep_their_kind(fields: dict[str, Any]) -> None:
    """Numbers, truth values and texts of `extra` come back as what they were."""
    node = parse(dump({"extra": fields}, "")).fields["extra"]
    assert free_value(node) == fields


@given(st.lists(st.sampled_from(["title: a", "tags:\n- b\n- c", "x: |\n  y\n  z", "# note", ""])))
def test_lines_are_right(blocks: list[str]) -> None:
    """Each key's line is that of the file, and so is the body's."""
    blocks = [
        block.replace("title", f"k{n}").replace("tags", f"k{n}") for n, block in enumerate(blocks)
    ]
    blocks = [block.replace("x:", f"k{n}:") for n, block in enumerate(blocks)]
    text = "---\n" + "".join(f"{block}\n" for block in blocks) + "---\nBody.\n"
    lines = text.split("\n")
    parts = parse(text)
    for key, node in parts.fields.items():
        assert lines[node.line - 1].startswith(key)
    assert lines[parts.body_line - 1] == "Body."


@pytest.mark.parametrize(
    "text", ["", "Text.", "# Head\n---\na: b\n---\n", "----\na: b\n----\n", " ---\n"]
)
def test_no_front_matter(text: str) -> None:
    """A text that does not begin with `---` is all body."""
    parts = parse(text)
    assert (parts.fields, parts.body, parts.body_line) == ({}, text, 1)


@pytest.mark.parametrize(
    "text", ["---\n---\n", "---\n\n---\n", "--- \n# nothing\n---\t\n", "---\n---"]
)
def test_empty_front_matter(text: str) -> None:
    """Nothing between the fences is no field, not a fault."""
    assert parse(text).fields == {}


def test_words_stay_words() -> None:
    """YAML's guesses do not reach an editor: `No` is a headline, 2022 a tag, 1:30 no number."""
    fields = parse("---\ntitle: No\ntags: [2022, yes, 1:30, 0o7, 1_000]\n---\n").fields
    assert plain(fields["title"]) == "No"
    assert plain(fields["tags"]) == ["2022", "yes", "1:30", "0o7", "1_000"]


def test_dates_are_written_plainly() -> None:
    """A date stands without quotes; a title that looks like one has them."""
    assert dump({"date": Plain("2022-12-29"), "title": "2022-12-29"}, "") == (
        "---\ndate: 2022-12-29\ntitle: '2022-12-29'\n---\n"
    )


_SCALARS = [
    *("a", "b c", "é", "12", "don't", "a:b", "a: b", "a:", "a #b", "a#b", "a ", " a", "a,b", "~"),
    *("/a/b.jpg", "(x)", "“x”", "…", "https://e.org/a?b#c", "_e", "...", "---", ".5", "🎉", "a]"),
    *('"a"', '"a: #b"', '""', r'"a\n"', '"a', '"a" b', '" a "', "'a'", "''", "'a''s'", "'''"),
    *("'a", "'a'b'", '"a\'b"', "'a\"b'", "[]", "[a]", "[a, b c]", "[a,b]", "[a , b]", "[a, b, ]"),
    *("[a: b]", "[a - b, 1.5]", "[é-x]", "[ a]", "{}", "{a: b}", "*a", "&a", "!a", "|", ">", "- a"),
    *("? a", "%a", "@a", "`a", "#a", "a\tb", "a\u00a0b", "a\u2028b", "a\x85b", "a\ufeff", "\x07"),
]
_LINES = ["a: b", "b:", "b:", "c:", "- x", "- x", "  - y", "  - y", "  s: t", "  u: v", "", "# c"]
_heads = [
    "a: ",
    "b: ",
    "c-d: ",
    "b:",
    "é: ",
    "- ",
    "- ",
    "-",
    "? ",
    "  - ",
    "  s: ",
    "  u: ",
    "",
    " ",
]
_lines = st.one_of(
    st.sampled_from(_LINES),
    st.tuples(st.sampled_from(_heads), st.sampled_from(_SCALARS)).map("".join),
    st.tuples(st.integers(0, 99).map("k{}: ".format), st.sampled_from(_SCALARS)).map("".join),
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(_lines, max_size=7).map("\n".join))
def test_plain_fields_are_what_yaml_reads(block: str) -> None:
    """The short way gives what libyaml's events give, to the line and the quotes, or nothing."""
    quick = frontmatter._plain_fields(block)
    if quick is not None:
        slow = read_fields(block)
        assert quick == slow
        assert list(quick) == list(slow)


def test_common_front_matter_is_plain() -> None:
    """What `dump` writes for an article takes the short way."""
    block = (
        "title: 'Quay: what''s next'\ndate: 2025-11-29T10:00:00+01:00\nsummary: \"It's \"\n"
        "tags:\n- One\n- Two three\nauthors: [A. Name, B]\nsource:\n  name: The Quay\n"
        "  url: https://quay.example/a\naliases: []"
    )
    fields = frontmatter._plain_fields(block)
    assert fields is not None
    assert fields == read_fields(block)


# promise 30

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "block",
    [
        LAUGHS,
        "a: *a\n",
        "a: &a [*a]\n",
        "a: " + "[" * 30_000 + "\n",
        "a: " + "{b: " * 10_000 + "\n",
        "".join(f"{' ' * n}a:\n" for n in range(300)),
        "- " * 20_000 + "\n",
        "a: " + "x" * MAX_YAML + "\n",
        "".join(f"k{n}: v\n" for n in range(MAX_YAML // 6)),
        "a: b\na: c\n",
        "a: {b: 1, b: 2}\n",
        "<<: {a: b}\n<<: {c: d}\n",
        "a: !!python/object/apply:os.system [echo]\n",
        "a: !!binary aGk=\n",
        "? [a, b]\n: c\n",
        "a: b\n...\nc: d\n",
        "%YAML 9.9\n",
        "a: \x85\u2028: b: c\n",
    ],
)
def test_attacks(block: str) -> None:
    """Promise 30: aliases, duplicates, depth, size and YAML tags are refused, each with a line, at
    a cost that is counted here in calls.
    """
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        with pytest.raises(SitegenError) as caught:
            parse(f"---\n{block}---\n")
    finally:
        sys.setprofile(None)
    assert calls < 5_000
    assert all(problem.line for problem in caught.value.problems)
    assert all(len(problem.message) < 200 for problem in caught.value.problems)


def test_a_number_of_ten_thousand_digits() -> None:
    """Promise 30: it stays a text, for Python would take its time or refuse."""
    node = parse(f"---\nextra: {{n: {'9' * 10_000}}}\n---\n").fields["extra"]
    assert free_value(node) == {"n": "9" * 10_000}


def test_the_deepest_that_is_allowed() -> None:
    """Eight levels are read; nine are not."""
    ok = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert parse(f"---\n{ok}\n---\n").fields
    with pytest.raises(SitegenError, match="deeper"):
        parse(f"---\na: [{ok[3:]}]\n---\n")
