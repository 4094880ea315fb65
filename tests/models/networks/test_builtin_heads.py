"""The trained heads of the built-in model: their shape from weights, and what they refuse."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from dinodesk.models.networks.builtin_heads import (
    ImageHead,
    Shape,
    TextHead,
    build,
    halves,
    regions,
    shape_of,
)

SHAPE = Shape(features=20, sentence=12, width=64, hidden=40, depth=3)


def stored(shape: Shape = SHAPE) -> dict[str, Tensor]:
    torch.manual_seed(0)
    image, text = ImageHead(shape, dropout=0.3), TextHead(shape, dropout=0.3)
    found = {f"image.{key}": value for key, value in image.state_dict().items()}
    return found | {f"text.{key}": value for key, value in text.state_dict().items()}


def test_the_shape_is_read_from_the_weights() -> None:
    assert shape_of(stored()) == SHAPE


def test_built_heads_give_unit_vectors_and_do_not_drop_out() -> None:
    image, text = build({key: value.half() for key, value in stored().items()})
    parts, classes = torch.randn(4, 9, 20), torch.randn(4, 12)
    photo, sentence = image(parts, classes), text(torch.randn(4, 12))
    for vectors in (photo, sentence):
        assert vectors.shape == (4, 2 * 64) and vectors.dtype == torch.float32
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(4))
    torch.testing.assert_close(image(parts, classes), photo)
    assert not any(value.requires_grad for value in image.parameters())


def test_a_photos_vector_is_cls_and_the_mean_of_its_regions() -> None:
    image, _ = build(stored())
    parts, classes = torch.randn(2, 9, 20), torch.randn(2, 12)
    tokens = image.tokens(parts, classes, torch.randn(2, 5, 20))
    joined = torch.cat([tokens[:, 0], tokens[:, 1:10].mean(1)], 1)
    torch.testing.assert_close(halves(tokens), joined)
    torch.testing.assert_close(image(parts, classes), torch.nn.functional.normalize(joined, dim=1))


@pytest.mark.parametrize("key", ["image.blocks.1.qkv.weight", "text.fc2.bias"])
def test_a_missing_or_foreign_weight_is_named(key: str) -> None:
    weights = stored()
    del weights[key]
    with pytest.raises(KeyError, match=key.split(".", 1)[1].replace(".", r"\.")):
        build(weights)
    with pytest.raises(KeyError, match="foreign"):
        build({**stored(), "image.foreign": torch.zeros(1)})


def test_regions_are_means_of_a_three_by_three_grid_at_any_size() -> None:
    cells = torch.arange(36.0).view(1, 1, 6, 6)
    expected = cells.view(3, 2, 3, 2).mean((1, 3)).flatten()
    torch.testing.assert_close(regions(cells)[0, :, 0], expected)
    assert regions(torch.randn(2, 20, 7, 11)).shape == (2, 9, 20)
