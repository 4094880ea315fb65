"""The sentence encoder of the built-in model: a BERT encoder with mean pooling.

BERT (Devlin et al. 2018, arXiv 1810.04805): post-norm blocks, learned positions, exact GELU,
LayerNorm eps 1e-12. Sentence vector: mean over tokens, L2 (Reimers and Gurevych 2019, arXiv 1908.10084).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

_EPS = 1e-12
"""LayerNorm's, added to the variance, as in BERT's published configurations."""
_HEAD_WIDTH = 32
"""Width of an attention head of MiniLM-L6."""


class Layer(nn.Module):
    """A post-norm transformer block of BERT; `dropout` acts on both branches, in training alone."""

    def __init__(self, width: int, hidden: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, _EPS)
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)
        self.norm2 = nn.LayerNorm(width, _EPS)
        self._dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(M, N, D), and which tokens there are, bool (M, N) → (M, N, D)."""
        M, N, D = x.shape
        q, k, v = self.qkv(x).view(M, N, 3, D // _HEAD_WIDTH, _HEAD_WIDTH).permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = self.norm1(x + self._drop(self.out(y.transpose(1, 2).reshape(M, N, D))))
        out: Tensor = self.norm2(x + self._drop(self.fc2(functional.gelu(self.fc1(x)))))
        return out

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self._dropout, self.training)


class LastLayers(nn.Module):
    """Layers of the encoder from some number on, and the mean over tokens; a model may have them twice.

    Keys of `weights`: `layer.{i}.…` with i counted through the whole encoder, as in its file.

    Attributes:
        first: number of the first of these layers.
    """

    def __init__(self, weights: Mapping[str, Tensor], dropout: float = 0.0) -> None:
        """From some weights.

        Raises:
            KeyError: a weight is missing, or there is one too many.
        """
        super().__init__()
        numbers = sorted({int(key.split(".")[1]) for key in weights if key.startswith("layer.")})
        self.first = numbers[0]
        self.layers = nn.ModuleList()
        for number in numbers:
            prefix = f"layer.{number}."
            own = {key[len(prefix) :]: value for key, value in weights.items() if key.startswith(prefix)}
            hidden, width = own["fc1.weight"].shape
            with torch.device("meta"):  # initial values, which nobody needs, take longer than reading these
                layer = Layer(width, hidden, dropout)
            try:
                layer.load_state_dict(
                    {key: value.to(torch.float32, copy=True) for key, value in own.items()}, assign=True
                )
            except RuntimeError as error:
                raise KeyError(str(error)) from error
            self.layers.append(layer)

    def forward(self, x: Tensor, mask: Tensor, skip: int = 0) -> Tensor:
        """What the layers before give, (M, N, D), and which tokens there are, bool (M, N) → unit (M, D).

        `skip` leaves out so many of these layers, because `x` has gone through them.
        """
        for layer in self.layers[skip:]:
            x = layer(x, mask)
        weight = mask[:, :, None].float()
        return functional.normalize((x * weight).sum(1) / weight.sum(1), dim=1)

    def named_weights(self) -> dict[str, Tensor]:
        """The weights under the keys that they are made from."""
        found: dict[str, Tensor] = {}
        for key, value in self.state_dict().items():
            _, number, rest = key.split(".", 2)
            found[f"layer.{self.first + int(number)}.{rest}"] = value
        return found


class SentenceEncoder:
    """Token ids → unit sentence vectors, fp32.

    Keys of `weights`: `word`, `position` (128, D), `type` (D,), `norm.{weight,bias}`, and
    `layer.{i}.{qkv,out,norm1,fc1,fc2,norm2}.{weight,bias}`.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        # The word table is three quarters of the weights and only a few rows are read: it stays as stored.
        self._words = weights["word"]
        self._w = {key: weights[key].float() for key in ("position", "type", "norm.weight", "norm.bias")}
        self._layers = LastLayers(weights).to(self._words.device).eval().requires_grad_(False)
        self.width = int(self._words.shape[1])

    def __call__(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """Lists of token ids → unit float32 (M, D)."""
        return self.upper(*self.lower(ids, 0))

    def lower(self, ids: Sequence[Sequence[int]], layers: int) -> tuple[Tensor, Tensor]:
        """Lists of token ids → float32 (M, N, D) after so many layers, and which tokens there are, (M, N)."""
        length = max(len(row) for row in ids)
        padded = torch.zeros(len(ids), length, dtype=torch.int64)
        mask = torch.zeros(len(ids), length, dtype=torch.bool)
        for number, row in enumerate(ids):
            padded[number, : len(row)] = torch.tensor(row)
            mask[number, : len(row)] = True
        x, mask = self._embed(padded.to(self._words.device)), mask.to(self._words.device)
        for layer in self._layers.layers[:layers]:
            x = layer(x, mask)
        return x, mask

    def upper(self, x: Tensor, mask: Tensor, first: int = 0) -> Tensor:
        """What the layers before number `first` give → unit float32 (M, D)."""
        found: Tensor = self._layers(x, mask, first)
        return found

    def _embed(self, ids: Tensor) -> Tensor:
        x = (
            functional.embedding(ids, self._words).float()
            + self._w["type"]
            + self._w["position"][: ids.shape[1]]
        )
        return functional.layer_norm(x, x.shape[-1:], self._w["norm.weight"], self._w["norm.bias"], _EPS)
