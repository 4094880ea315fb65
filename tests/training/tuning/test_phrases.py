"""Phrases cut from captions and labels: which there are, who says them, how they are drawn."""

from __future__ import annotations

import numpy as np

from dinodesk.training.tuning.phrases import NOT_SAID, SAID, UNKNOWN, Phrases, phrases_of

CAPTIONS = [
    ("A red car stands there.", "Red cars on a road"),  # says it twice, once as more than one
    ("a red car", "a man"),  # once: unknown
    ("a man and the car", "the man"),
    (),
    ("the red cars", "red cars"),
    (),
]
LABELS = [(), (), ("ignored",), ("car", "very long name of a thing"), (), ("Red Car", "car")]


def found(least: int) -> tuple[dict[str, list[int]], Phrases]:
    phrases = phrases_of(CAPTIONS, LABELS, least)
    return {ways[1]: row.tolist() for ways, row in zip(phrases.texts, phrases.said, strict=True)}, phrases


def test_two_captions_or_a_label_say_a_phrase() -> None:
    said, _ = found(3)
    assert said == {  # "red" alone has two photos
        "red car": [SAID, UNKNOWN, NOT_SAID, UNKNOWN, SAID, SAID],
        "car": [SAID, UNKNOWN, UNKNOWN, SAID, SAID, SAID],
    }


def test_rare_phrases_are_left_out_and_frequent_ones_drawn_less() -> None:
    said, phrases = found(4)
    assert set(said) == {"car"}
    _, phrases = found(1)
    frequency = (phrases.said == SAID).sum(1)
    np.testing.assert_allclose(phrases.chance, frequency**-0.5)
    assert not any("very" in text for ways in phrases.texts for text in ways)
    assert not any(ways[1].split()[-1] in ("a", "the", "and") for ways in phrases.texts)


def test_a_phrase_is_written_with_its_article_and_bare() -> None:
    phrases = phrases_of([("the tall man", "the tall man"), ("a tall man", "the tall man")], [(), ()], 2)
    assert ("the tall man", "tall man") in phrases.texts
    assert ("tall", "tall") not in phrases.texts and ("the tall", "tall") in phrases.texts


def test_only_what_the_batch_says_is_drawn_and_each_once() -> None:
    said = np.array([[SAID, UNKNOWN], [NOT_SAID, SAID], [UNKNOWN, UNKNOWN], [SAID, SAID]], np.uint8)
    phrases = Phrases([("x", "x")] * 4, said, np.ones(4))
    random = np.random.default_rng(0)
    assert sorted(phrases.drawn(np.array([0]), 9, random)) == [0, 3]
    assert sorted(phrases.drawn(np.array([0, 1]), 9, random)) == [0, 1, 3]
    assert len(phrases.drawn(np.array([0, 1]), 2, random)) == 2
    rare = Phrases(phrases.texts, said, np.array([1000.0, 1, 1, 1]))
    assert [int(rare.drawn(np.array([0]), 1, random)[0]) for _ in range(9)].count(0) >= 8
