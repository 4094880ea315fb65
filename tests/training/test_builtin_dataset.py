"""The data of the recipe `builtin`: which rows belong to which photo, and which photos are trained on."""

from __future__ import annotations

import torch

from dinodesk.models.networks import builtin_heads
from dinodesk.training.builtin_dataset import Aligner, BuiltinDataset, heads, trains
from dinodesk.training.photo_dataset import TrainingPhoto

PHOTOS = [
    TrainingPhoto("a.jpg", ("one", "two"), (), "train"),
    TrainingPhoto("b.jpg", (), ("owl",), "train"),
    TrainingPhoto("c.jpg", ("three",), ("sea",), "validation"),
    TrainingPhoto("d.jpg", (), (), "train"),  # with nothing to learn from
]


def dataset(photos: list[TrainingPhoto], texts: list[list[int]]) -> BuiltinDataset:
    empty = torch.zeros(0)
    return BuiltinDataset(photos, empty, empty, empty, empty, texts, empty)


def test_rows_of_a_split_have_captions_or_labels_alone() -> None:
    found = dataset(PHOTOS, [[0, 1], [2], [3], []])
    assert found.rows("train", captioned=True) == [0]
    assert found.rows("train", captioned=False) == [1]
    assert found.rows("validation", captioned=True) == [2] and found.rows("validation", captioned=False) == []


def test_one_labelled_photo_in_ten_is_kept_for_measuring() -> None:
    photos = [TrainingPhoto(f"set/{number}.jpg", (), ("x",), "train") for number in range(2000)]
    found = dataset(photos, [[0]] * len(photos))
    trained = sum(trains(found, row) for row in range(len(photos)))
    assert 1740 < trained < 1860
    again = dataset(photos[::-1], [[0]] * len(photos))  # by its name, whatever the order
    assert [trains(found, row) for row in range(9)] == [trains(again, 1999 - row) for row in range(9)]


def test_the_heads_of_an_aligner_are_what_the_model_loads() -> None:
    model = Aligner(builtin_heads.Shape(16, 8, 64, 16, 1), dropout=0.1)
    image, text = builtin_heads.build(heads(model))
    sentences, parts, classes = torch.randn(3, 8), torch.randn(3, 9, 16), torch.randn(3, 8)
    model.eval()
    torch.testing.assert_close(text(sentences), model.text(sentences))
    torch.testing.assert_close(image(parts, classes), model.image(parts, classes))
    assert torch.isclose(model.scale.exp(), torch.tensor(1 / 0.07))
