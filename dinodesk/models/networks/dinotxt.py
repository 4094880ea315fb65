"""dino.txt (arXiv 2412.16334): a vision head on a frozen backbone, and a text tower trained with it.

Image vector = CLS of the head ++ mean of the head's patch tokens; text vector = projection of the token
at the end of the text. Both generations are the same network on another backbone.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch
from torch import Tensor, nn

from dinodesk.models.networks.blocks import Block, BlockShape

EPS = 1e-5
"""Of the layer norms."""
HEAD_WIDTH = 64
"""Width of an attention head."""


class VisionHead(nn.Module):
    """Blocks without positions over all backbone tokens, then one norm."""

    def __init__(self, shape: BlockShape, depth: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([Block(shape) for _ in range(depth)])
        self.ln_final = nn.LayerNorm(shape.dim, eps=EPS)

    def steps(self, tokens: Tensor) -> Generator[None, None, Tensor]:
        """[CLS, registers, patches] (B, N, D) → the same shape, yielding after each block."""
        for block in self.blocks:
            tokens = block(tokens)
            yield
        out: Tensor = self.ln_final(tokens)
        return out


class TextTower(nn.Module):
    """Causal transformer over token ids."""

    def __init__(self, shape: BlockShape, depth: int, vocabulary: int, context: int, out: int) -> None:
        super().__init__()
        self.vocabulary, self.context = vocabulary, context
        self.token_embedding = nn.Embedding(vocabulary, shape.dim)
        self.positional_embedding = nn.Parameter(torch.empty(context, shape.dim))
        self.blocks = nn.ModuleList([Block(shape) for _ in range(depth)])
        self.ln_final = nn.LayerNorm(shape.dim, eps=EPS)
        self.projection = nn.Linear(shape.dim, out, bias=False)

    def steps(self, ids: Tensor) -> Generator[None, None, Tensor]:
        """Token ids int64 (B, N) → (B, out), not normalised, yielding after each block.

        Pooled where the id is largest: the end of the text. Nothing after the end is ever seen, so the
        batch may be cut to its longest text.
        """
        end = ids.argmax(dim=1)
        ids = ids[:, : int(end.max()) + 1]
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, None, True)
            yield
        pooled = self.ln_final(x[torch.arange(x.shape[0], device=x.device), end])
        out: Tensor = self.projection(pooled)
        return out


def image_vector(cls: Tensor, patches: Tensor) -> Tensor:
    """Head CLS (B, D) and head patch tokens (B, …, D) → (B, 2 D), not normalised."""
    return torch.cat([cls, patches.flatten(1, -2).mean(1)], dim=1)


def pad(ids: Sequence[Sequence[int]]) -> Tensor:
    """Rows of token ids → int64 (B, longest), padded with 0."""
    length = max(len(row) for row in ids)
    return torch.tensor([[*row, *([0] * (length - len(row)))] for row in ids], dtype=torch.int64)
