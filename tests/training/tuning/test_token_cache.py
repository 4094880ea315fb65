"""Tokens of texts: once for each weights, padded in batches."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from dinodesk.generators import run_to_end
from dinodesk.training.tuning.token_cache import TokenCache, cached_tokens


class LetterParts:
    """A token a letter: its place in the alphabet, and the number of layers."""

    def __init__(self) -> None:
        self.texts = 0

    def lower(self, texts: list[str], layers: int) -> tuple[Tensor, Tensor]:
        self.texts += len(texts)
        x = torch.full((len(texts), max(map(len, texts)), 2), 99.0)
        mask = torch.zeros(x.shape[:2], dtype=torch.bool)
        for row, text in enumerate(texts):
            mask[row, : len(text)] = True
            x[row, : len(text)] = torch.tensor([[ord(letter) - 96, layers] for letter in text])
        return x, mask


def tokens(parts: LetterParts, texts: list[str], folder: Path, mark: str = "m") -> TokenCache:
    return run_to_end(cached_tokens(parts, texts, 4, folder, mark))  # type: ignore[arg-type]


def test_a_batch_is_padded_with_zeros(tmp_path: Path) -> None:
    cache = tokens(LetterParts(), ["abc", "a", "cb", "a"], tmp_path)
    assert len(cache.rows) == 3
    x, mask = cache.batch([cache.rows["abc"], cache.rows["cb"]])
    assert x[:, :, 0].tolist() == [[1, 2, 3], [3, 2, 0]] and mask.tolist() == [
        [True] * 3,
        [True, True, False],
    ]
    assert set(x[mask][:, 1].tolist()) == {4.0}


def test_they_are_made_once_and_again_for_other_weights_or_texts(tmp_path: Path) -> None:
    parts = LetterParts()
    first = tokens(parts, ["ab", "c"], tmp_path)
    again = tokens(parts, ["c"], tmp_path)
    assert parts.texts == 2 and again.rows == first.rows
    torch.testing.assert_close(again.batch([again.rows["c"]]), first.batch([first.rows["c"]]))
    tokens(parts, ["c"], tmp_path, mark="other")
    assert parts.texts == 3
    assert tokens(parts, ["c", "dd"], tmp_path, mark="other").batch([1])[0][0, :, 0].tolist() == [4, 4]
