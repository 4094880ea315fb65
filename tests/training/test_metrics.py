"""Measures against counting by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk.search.scores import unit
from dinodesk.training import metrics


def vectors(count: int, seed: int, width: int = 6) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32))


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(2, 30), st.integers(1, 40))
def test_recall_counts_texts_whose_photo_is_among_the_first(seed: int, photos: int, texts: int) -> None:
    images, words = vectors(photos, seed), vectors(texts, seed + 1)
    owners = np.random.default_rng(seed).integers(0, photos, texts).tolist()
    expected = []
    for first in metrics.RANKS:
        found = [
            owner in np.argsort(-(word @ images.T))[:first] for word, owner in zip(words, owners, strict=True)
        ]
        expected.append(round(100 * float(np.mean(found)), 1))
    assert metrics.recall(images, words, owners) == expected == sorted(expected)


def test_naming_by_hand() -> None:
    images = np.eye(4, dtype=np.float32)
    names = np.eye(4, dtype=np.float32)
    names[3] = [0.9, 0.0, 0.0, 0.5]  # the name of the last photo fits the first one better
    found = metrics.naming(images, unit(names))
    assert found == {"named": 100.0, "found_first": 75.0, "found_in_five": 100.0}
    confused = names[[1, 0, 2, 3]]
    assert metrics.naming(images, unit(confused))["named"] == 50.0


def test_ten_of_many_classes_are_easier_than_all_and_depend_on_the_seed_alone() -> None:
    images, names = vectors(60, 0), vectors(60, 0) + 0.9 * vectors(60, 1)
    names = unit(names)
    all_right = 100 * float((images @ names.T).argmax(1).__eq__(np.arange(60)).mean())
    ten = metrics.ten_classes(images, names, rounds=60)
    assert all_right < ten <= 100 and metrics.ten_classes(images, names, rounds=60) == ten
    assert metrics.ten_classes(images[:3], images[:3], rounds=5) == 100.0


def test_the_spread_of_scores_is_their_percentiles() -> None:
    matches, others = np.linspace(0, 1, 1001, dtype=np.float32), np.zeros(5, np.float32)
    table = metrics.spread(matches, others)
    assert table["matches"]["count"] == 1001 and table["others"]["mean"] == 0.0
    expected = [round(each / 100, 4) for each in table["percentiles"]]
    assert table["matches"]["scores"] == expected
