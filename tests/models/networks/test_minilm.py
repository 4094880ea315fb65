"""The sentence encoder against torch's own layers, and sentences that do not see each other's padding."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from dinodesk.models.networks.minilm import SentenceEncoder

WIDTH, WORDS, DEPTH = 64, 50, 2


@pytest.fixture(scope="module")
def weights() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(0)

    def noise(*sizes: int) -> Tensor:
        return torch.randn(sizes, generator=generator) / 5

    found = {
        "word": noise(WORDS, WIDTH).half(), "position": noise(128, WIDTH), "type": noise(WIDTH),
        "norm.weight": 1 + noise(WIDTH), "norm.bias": noise(WIDTH),
    }  # fmt: skip
    for layer in range(DEPTH):
        for name, rows, columns in (("qkv", 192, 64), ("out", 64, 64), ("fc1", 256, 64), ("fc2", 64, 256)):
            found[f"layer.{layer}.{name}.weight"] = noise(rows, columns)
            found[f"layer.{layer}.{name}.bias"] = noise(rows)
        for name in ("norm1", "norm2"):
            found[f"layer.{layer}.{name}.weight"] = 1 + noise(WIDTH)
            found[f"layer.{layer}.{name}.bias"] = noise(WIDTH)
    return found


def test_it_is_a_post_norm_encoder_with_mean_pooling(weights: dict[str, Tensor]) -> None:
    ids = [3, 14, 15, 9, 26]
    x = weights["word"][ids].float() + weights["type"] + weights["position"][: len(ids)]
    x = nn.functional.layer_norm(x, (WIDTH,), weights["norm.weight"], weights["norm.bias"], 1e-12)[None]
    for number in range(DEPTH):
        layer = nn.TransformerEncoderLayer(
            WIDTH, 2, 256, dropout=0.0, activation="gelu", layer_norm_eps=1e-12, batch_first=True
        ).eval()
        name = f"layer.{number}."
        own = {key.removeprefix(name): value for key, value in weights.items() if key.startswith(name)}
        names = {"qkv": "self_attn.in_proj", "out": "self_attn.out_proj", "fc1": "linear1", "fc2": "linear2"}
        state = {}
        for key, value in own.items():
            stem, _, kind = key.partition(".")
            target = names.get(stem, stem)
            state[f"{target}_{kind}" if stem == "qkv" else f"{target}.{kind}"] = value
        layer.load_state_dict(state)
        with torch.inference_mode():
            x = layer(x)
    expected = nn.functional.normalize(x.mean(1), dim=1)
    torch.testing.assert_close(SentenceEncoder(weights)([ids]), expected, rtol=1e-4, atol=1e-5)


def test_a_sentence_has_the_same_vector_alone_and_beside_longer_ones(weights: dict[str, Tensor]) -> None:
    encoder = SentenceEncoder(weights)
    sentences = [[1, 2], [5, 6, 7, 8, 9, 10, 11], [3]]
    together = encoder(sentences)
    for row, sentence in enumerate(sentences):
        torch.testing.assert_close(together[row : row + 1], encoder([sentence]), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(together.norm(dim=1), torch.ones(3))
    assert encoder.width == WIDTH


def test_the_order_of_words_counts(weights: dict[str, Tensor]) -> None:
    one, two = SentenceEncoder(weights)([[1, 2, 3], [3, 2, 1]])
    assert (one - two).abs().max() > 1e-3
