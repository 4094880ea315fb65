"""Labels asked of the collection they come from."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.training.calibration.judged_queries import JudgedPhotos
from dinodesk.training.photo_dataset import TrainingPhoto


def photos(source: str) -> list[TrainingPhoto]:
    """Ten lions, ten sea lions, fifty tigers and five lone owls of a source; and twenty of captions."""
    found = [
        TrainingPhoto(f"{label}-{number}.jpg", (), (label, "animal"), "train", source)
        for label, count in (("lion", 10), ("sea lion", 10), ("tiger", 50), ("owl", 2))
        for number in range(count)
    ]
    said = ("a lion sleeps", "grass")
    return found + [TrainingPhoto(f"{n}.jpg", (said[n % 2],), (), "train", "captions") for n in range(20)]


def judged(model: FakeModel, source: str) -> JudgedPhotos:
    rows = np.random.default_rng(0).normal(size=(len(photos(source)), model.info.dim)).astype(np.float32)
    return JudgedPhotos(photos(source), rows / np.linalg.norm(rows, axis=1, keepdims=True), seed=0)


def test_labels_are_asked_of_their_own_collection(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "query_kind", lambda text, vector: "few")
    found = judged(model, "Animals").collections(model)
    queries = found["few"].every()
    sizes = sorted((int(each.matches.sum()), len(each.scores), len(each.others)) for each in queries)
    # a lion is asked without the sea lions, and not among captions that speak of one; tigers are too many,
    # owls too few, and "animal" is what all are
    assert sizes == [(10, 62, 10), (10, 62, 10)]


@pytest.mark.parametrize("source", ["Corel-5k", ""])
def test_sources_with_few_key_words_and_none_are_not_asked(model: FakeModel, source: str) -> None:
    assert judged(model, source).collections(model) == {}
