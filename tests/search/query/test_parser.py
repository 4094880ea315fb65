"""Reading queries: what each form means, that mistakes are told, and that no text is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import AllOf, AnyOf, FilterTerm, Not, PhotoTerm, QueryNode, TextTerm
from dinodesk.search.query.filter_keys import KEYS
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import all_of, any_of, filters_of, negated, plain_words
from dinodesk.search.query.writer import normalised


def text(words: str) -> TextTerm:
    return TextTerm(words)


def only(key: str, *values: str, comparison: str = "=") -> FilterTerm:
    return FilterTerm(key, values, comparison)


CASES: list[tuple[str, QueryNode | None]] = [
    ("", None),
    ("   ", None),
    ("two dogs playing", text("two dogs playing")),
    ("  two   dogs ", text("two dogs")),
    (
        "two dogs playing -snow after:2012 rating>=3",
        AllOf((text("two dogs playing"), Not(text("snow")), only("after", "2012"),
               only("rating", "3", comparison=">="))),
    ),
    ('"red car" OR bus', AnyOf((text("red car"), text("bus")))),
    ("red car | bus", AnyOf((text("red car"), text("bus")))),
    ("cat|dog", AnyOf((text("cat"), text("dog")))),
    ("NOT people", Not(text("people"))),
    ("NOT people on a street", Not(text("people on a street"))),
    ("dog AND cat", AllOf((text("dog"), text("cat")))),
    ('"a dog" "a cat"', AllOf((text("a dog"), text("a cat")))),
    ("dog and cat or not", text("dog and cat or not")),
    ("a AND b OR c", AnyOf((AllOf((text("a"), text("b"))), text("c")))),
    ("a AND (b OR c)", AllOf((text("a"), AnyOf((text("b"), text("c")))))),
    ("-(red OR blue) car", AllOf((Not(AnyOf((text("red"), text("blue")))), text("car")))),
    ("NOT NOT a", text("a")),
    ("dogs camera:canon playing", AllOf((text("dogs playing"), only("camera", "canon")))),
    ("t-shirt", text("t-shirt")),
    ("black - white", text("black - white")),
    ("black -- white", text("black -- white")),
    ("12:30", text("12:30")),
    ("train at 12:30", text("train at 12:30")),
    (r"C:\photos", text(r"C:\photos")),
    (r"f:\photos", text(r"f:\photos")),
    ("http://example.com/a", text("http://example.com/a")),
    ("smile :)", text("smile :)")),
    ("photo(1)", text("photo(1)")),
    ("(photo(1))", text("photo(1)")),
    ("a<b x=y", text("a<b x=y")),
    ("5 < 6", text("5 < 6")),
    ("question: what", text("question: what")),
    ('"camera:x"', text("camera:x")),
    ("-camera:x", Not(only("camera", "x"))),
    ("camera:canon,nikon", only("camera", "canon", "nikon")),
    ('camera:"EOS 40D",x100', only("camera", "EOS 40D", "x100")),
    ("Camera:X", only("camera", "X")),
    ("#done", only("label", "done")),
    ('-#"to do"', Not(only("label", "to do"))),
    ("C# code", text("C# code")),
    ("type:raw|video", only("type", "raw", "video")),
    ("type:raw|#a", AnyOf((only("type", "raw"), only("label", "a")))),
    ("type:JPG", only("type", "jpeg")),
    ("ext:.NEF", only("ext", "nef")),
    ('like:"a photo.jpg"', PhotoTerm("a photo.jpg")),
    ("like:a,b.jpg", PhotoTerm("a,b.jpg")),
    ("size>5MB", only("size", "5MB", comparison=">")),
    ("size>5000000", only("size", "5MB", comparison=">")),
    ("size>1.5mb", only("size", "1.5MB", comparison=">")),
    ("width>4000", only("width", "4000", comparison=">")),
    ("rating:>=3", only("rating", "3", comparison=">=")),
    ("rating≥3", only("rating", "3", comparison=">=")),
    ("iso:100..400", only("iso", "100..400")),
    ("iso:400..100", only("iso", "100..400")),
    ("f:f/2.8", only("f", "2.8")),
    ("mm:35mm", only("mm", "35")),
    ("rating:-1", only("rating", "-1")),
    ("date:2019-7", only("date", "2019-07")),
    ("date:2019..2021", only("date", "2019..2021")),
    ("date:2021..2019", only("date", "2019..2021")),
    ("date:7d", only("date", "7d")),
    ("after:last summer", only("after", "last summer")),
    ("after:last summer dogs", AllOf((only("after", "last summer"), text("dogs")))),
    ('date:"Summer 2019"', only("date", "summer 2019")),
    ("is:portrait", only("is", "portrait")),
    ("in://server/share", only("in", "//server/share")),
    ("(a OR note:)", AnyOf((text("a"), text("note:")))),
    ("in:(a)", only("in", "(a)")),
    ("(in:a)", only("in", "a")),
]  # fmt: skip


@pytest.mark.parametrize(("query", "tree"), CASES, ids=[case[0] or "empty" for case in CASES])
def test_what_a_query_means(query: str, tree: QueryNode | None) -> None:
    found = parse_query(query)
    assert found.tree == tree
    assert not found.notes


MISTAKES = [
    ('a "red car', AllOf((text("a"), text("red car"))), ["A quote was closed."]),
    ("(a OR b", AnyOf((text("a"), text("b"))), ["A bracket was closed."]),
    ("a )", text("a"), ["A closing bracket without an opening one was left out."]),
    ("a rating>=3)", AllOf((text("a"), only("rating", "3", comparison=">="))),
     ["A closing bracket without an opening one was left out."]),
    ("dog camra:x", text("dog"), ["camra: not known, did you mean camera:?"]),
    ("ratng>=3", None, ["ratng>= not known, did you mean rating>=?"]),
    ("camera>=3 a", text("a"), ["camera>= not known, did you mean camera:?"]),
    ("camera=canon", None, ["camera= not known, did you mean camera:?"]),
    ("year>=2015", None, ["year>= not known, did you mean date>=?"]),
    ("folder:x", None, ["folder: not known, did you mean in:?"]),
    ("qqqq:x", None, ["qqqq: not known; in quotes it is searched for as words."]),
    ("rating:many", None, ["rating: many is no number; write it as in rating>=3."]),
    ("rating:7", None, ["rating: 7 is not between -1 and 5; write it as in rating>=3."]),
    ("rating:1..9", None, ["rating: 1..9 is not between -1 and 5; write it as in rating>=3."]),
    ("iso:-5", None, ["iso: -5 is below 0; write it as in iso>=800."]),
    ("rating:2.5", None, ["rating: 2.5 is no number; write it as in rating>=3."]),
    ("iso>=100,200", None, ["iso>= takes one value, as in iso>=800."]),
    ("camera:", None, ["camera: has no value; write it right behind, as in camera:x100."]),
    ("is:portait", None, ["is:portait not known, did you mean is:portrait?"]),
    ("date:2019-13 dog", text("dog"),
     ["date: 2019-13 is no date; write 2019, 2019-07, 2019-07-14, 2019..2021, 7d or last summer."]),
    ("after:2019..2020", None,
     ["after: 2019..2020 is no date; write 2019, 2019-07, 2019-07-14, 7d or last summer."]),
    ("a OR", text("a"), ["OR stands beside nothing."]),
    ("AND a", text("a"), ["AND stands beside nothing."]),
    ("a NOT", text("a"), ["NOT stands before nothing."]),
    ("like:", None, ['like: has no photo; write like:"photo.jpg".']),
]  # fmt: skip


@pytest.mark.parametrize(("query", "tree", "notes"), MISTAKES, ids=[case[0] for case in MISTAKES])
def test_mistakes_are_told_and_the_rest_is_applied(
    query: str, tree: QueryNode | None, notes: list[str]
) -> None:
    found = parse_query(query)
    assert found.tree == tree
    assert list(found.notes) == notes


def test_each_part_has_its_span() -> None:
    query = 'two dogs -snow -"big cat" after:2012 camra:x NOT (a OR b) like:x.jpg'
    parsed = parse_query(query)
    found = [(query[span.start : span.end], span.kind, span.negated) for span in parsed.spans]
    assert found == [
        ("two dogs", "words", False),
        ("-snow", "words", True),
        ('-"big cat"', "words", True),
        ("after:2012", "filter", False),
        ("camra:x", "unknown", False),
        ("NOT", "operator", False),
        ("(", "operator", False),
        ("a", "words", False),
        ("OR", "operator", False),
        ("b", "words", False),
        (")", "operator", False),
        ("like:x.jpg", "photo", False),
    ]
    assert parsed.spans[4].note == "camra: not known, did you mean camera:?"


def test_words_that_are_left_out_are_no_words_of_the_query() -> None:
    tree = parse_query('two dogs -snow OR "a cat" camera:x').tree
    assert plain_words(tree) == "two dogs a cat"
    assert list(filters_of(tree)) == [only("camera", "x")]


SOUP = st.lists(
    st.sampled_from(
        [
            *'"()|-# :,<*\'“„é日\n\0',
            *("AND OR NOT and .. >= camera: like: camra:x rating 2019 7d size>5MB dog t-shirt".split()),
            *("\\\\ // C:\\\\ 12:30 date: summer f: after:2015".split()),
            *("date:last summer", "\ud800"),
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(st.text() | SOUP)
def test_no_text_is_refused(query: str) -> None:
    found = parse_query(query)
    ends = 0
    for span in found.spans:
        assert ends <= span.start < span.end <= len(query)
        ends = span.end
    covered = "".join(query[span.start : span.end] for span in found.spans)
    assert len("".join(query.split())) >= len("".join(covered.split()))
    assert parse_query(normalised(found.tree)).tree == found.tree


WORDS = st.text("ab -AND()|\"“#:.,'é1", min_size=1, max_size=8).map(lambda each: " ".join(each.split())) | (
    st.sampled_from(["AND", "OR", "NOT", "camera:x", "rating>=3", "-", "--", "C:\\", "last summer"])
)
NAMES = st.sampled_from([name for name, key in KEYS.items() if key.kind == "name" and name != "ext"])


def plain(words: str) -> bool:
    return bool(words)


LEAVES: st.SearchStrategy[QueryNode] = st.one_of(
    WORDS.filter(plain).map(TextTerm),
    WORDS.filter(plain).map(PhotoTerm),
    st.builds(
        lambda key, values: FilterTerm(key, tuple(dict.fromkeys(values))),
        NAMES,
        st.lists(WORDS.filter(plain), min_size=1, max_size=3),
    ),
    st.sampled_from([
        only("rating", "3", comparison=">="), only("date", "last summer"), only("date", "2019..2021"),
        only("after", "2019-07"), only("size", "1.5MB", comparison="<"), only("iso", "100", "200..400"),
        only("type", "raw", "video"), only("f", "1.4..2.8"), only("ext", "nef"), only("date", "2019.."),
    ]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(negated),
        st.lists(inner, min_size=2, max_size=3).map(all_of),
        st.lists(inner, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=8,
)


@given(TREES)
def test_a_tree_is_written_as_the_text_that_means_it(tree: QueryNode) -> None:
    assert parse_query(normalised(tree)).tree == tree
    assert not parse_query(normalised(tree)).notes


def test_brackets_may_be_as_deep_as_one_likes() -> None:
    found = parse_query("(" * 5000 + "a" + ")" * 5000)
    assert found.tree == text("a")
    assert found.notes == ("Brackets more than 50 deep were left out.",)
    assert parse_query("NOT " * 5000 + "a").tree == text("a")
    assert parse_query("-(" * 5000 + "a").tree is not None
