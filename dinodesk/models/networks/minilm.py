"""The sentence encoder of the built-in model: a BERT encoder with mean pooling.

BERT (Devlin et al. 2018, arXiv 1810.04805): post-norm blocks, learned positions, exact GELU,
LayerNorm eps 1e-12. Sentence vector: mean over tokens, L2 (Reimers and Gurevych 2019, arXiv 1908.10084).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

_EPS = 1e-12
"""LayerNorm's, added to the variance, as in BERT's published configurations."""
_HEAD_WIDTH = 32
"""Width of an attention head of MiniLM-L6."""


class SentenceEncoder:
    """Token ids → unit sentence vectors, fp32.

    Keys of `weights`: `word`, `position` (128, D), `type` (D,), `norm.{weight,bias}`, and
    `layer.{i}.{qkv,out,norm1,fc1,fc2,norm2}.{weight,bias}`.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        # The word table is three quarters of the weights and only a few rows are read: it stays as stored.
        self._words = weights["word"]
        self._w = {key: value.float() for key, value in weights.items() if key != "word"}
        self._depth = 1 + max(int(key.split(".")[1]) for key in self._w if key.startswith("layer."))
        self.width = int(self._words.shape[1])

    def __call__(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """Lists of token ids → unit float32 (M, D)."""
        length = max(len(row) for row in ids)
        padded = torch.zeros(len(ids), length, dtype=torch.int64)
        mask = torch.zeros(len(ids), length, dtype=torch.bool)
        for number, row in enumerate(ids):
            padded[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = True
        x = self._embed(padded.to(self._words.device))
        mask = mask.to(x.device)
        for layer in range(self._depth):
            x = self._block(x, mask[:, None, None, :], f"layer.{layer}")
        weight = mask[:, :, None].float()
        return functional.normalize((x * weight).sum(1) / weight.sum(1), dim=1)

    def _embed(self, ids: Tensor) -> Tensor:
        x = (
            functional.embedding(ids, self._words).float()
            + self._w["type"]
            + self._w["position"][: ids.shape[1]]
        )
        return self._norm(x, "norm")

    def _block(self, x: Tensor, mask: Tensor, name: str) -> Tensor:
        B, N, D = x.shape
        qkv = self._linear(x, f"{name}.qkv").view(B, N, 3, D // _HEAD_WIDTH, _HEAD_WIDTH)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self._norm(x + self._linear(y.transpose(1, 2).reshape(B, N, D), f"{name}.out"), f"{name}.norm1")
        y = self._linear(functional.gelu(self._linear(x, f"{name}.fc1")), f"{name}.fc2")
        return self._norm(x + y, f"{name}.norm2")

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._w[f"{name}.weight"], self._w[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(
            x, (x.shape[-1],), self._w[f"{name}.weight"], self._w[f"{name}.bias"], _EPS
        )
