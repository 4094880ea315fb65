"""Words that are not known, and what was probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.search.word_check import WordCheck, alignment_distance, corrected, shipped

NONE = lambda word: False  # noqa: E731
WORDS = st.text("abcd", max_size=6)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dgo", "dog"),
        ("bycicle", "bicycle"),
        ("elefant", "elephant"),
        ("girafe", "giraffe"),
        ("horze", "horse"),
        ("mountian", "mountain"),
        ("sunste", "sunset"),
        ("motorcicle", "motorcycle"),
        ("skatebording", "skateboarding"),
        ("xylofone", "xylophone"),
        ("qq", ""),
        ("donaudampfschiff", ""),
    ],
)
def test_what_was_probably_meant(typed, meant):
    assert shipped().unknown(f"a {typed}", NONE) == (typed,)
    assert shipped().nearest(typed) == meant


@pytest.mark.parametrize(
    "query",
    [
        "a red car on a wet street",
        "two dogs PLAYING",
        "tricycles",
        "labradoodle",
        "the 1960s",
        "a photo of a tench",
        "",
    ],
)
def test_words_of_captions_and_class_names_are_known(query):
    assert shipped().unknown(query, NONE) == ()


def test_other_words_may_be_known_elsewhere_and_suggested():
    check = WordCheck(["dog", "beach"])
    assert check.unknown("Perro on the beach with Bruno", lambda word: word == "perro") == ("bruno",)
    assert check.nearest("brunno", ["bruno", "brunnen"]) == "bruno"
    assert check.nearest("beech") == "beach"


def test_the_rest_of_the_sentence_stays_as_it_was_typed():
    assert corrected("A Dgo,  on “the beech”!", {"dgo": "dog", "beech": "beach"}) == "A dog, on “the beach”!"
    assert corrected("a dog", {}) == "a dog"


@given(WORDS, WORDS, WORDS)
def test_the_distance_counts_mistakes(one, other, third):
    far = 99
    distance = alignment_distance(one, other, far)
    assert distance == alignment_distance(other, one, far)
    assert (distance == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))
    assert alignment_distance(one + third, other + third, far) <= distance
    for most in (0, 1, 2):
        assert alignment_distance(one, other, most) == min(distance, most + 1)


@given(st.text("abcd", min_size=2, max_size=6), st.integers(0, 4))
def test_two_neighbours_changed_are_one_mistake(word, at):
    at = min(at, len(word) - 2)
    changed = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert alignment_distance(word, changed, 3) == (word != changed)
