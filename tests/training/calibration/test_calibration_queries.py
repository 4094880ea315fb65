"""Queries cut from captions, and which photos match them."""

from __future__ import annotations

from dinodesk.training.calibration.calibration_queries import (
    LEAST,
    content_stems,
    phrase_queries,
    stem,
    words,
)


def test_phrases_begin_and_end_with_words_that_say_something() -> None:
    dogs = [["a dog runs on the grass", "the dog is on grass", "two dogs"]] * LEAST
    cats = [["a black cat sleeps", "one black cat", "a cat"]] * LEAST
    others = [["a red bus", "the bus is red"]] * 10
    found = {query.text: query for query in phrase_queries(dogs + cats + others)}
    assert {"dog", "a black cat", "the grass"} & set(found)
    for text in found:
        assert words(text)[-1] not in ("on", "the", "is") and len(words(text)) <= 5
    texts = " ".join(found)
    assert "black" not in found and "a black" not in found  # a cat mostly follows
    assert "grass" in texts


def test_two_captions_make_a_match_and_one_a_doubt() -> None:
    captions = [["a dog", "the dogs"]] * 5 + [["a dog", "grass"]] * 2 + [["a bus", "a bus"]] * 8
    (query,) = [each for each in phrase_queries(captions) if "dog" in each.text]
    assert query.matches.tolist() == [0, 1, 2, 3, 4] and query.unknown.tolist() == [5, 6]


def test_too_rare_and_too_common_phrases_are_no_queries() -> None:
    captions = [["a dog on a beach", "a dog at the beach"]] * 9 + [["a cat", "the cat"]]
    assert phrase_queries(captions) == []


def test_stems_compare_words_without_their_plural() -> None:
    assert stem("dogs") == "dog" and stem("grass") == "grass" and stem("bus") == "bus"
    assert content_stems("Two dogs on the grass!") == {"two", "dog", "grass"}
