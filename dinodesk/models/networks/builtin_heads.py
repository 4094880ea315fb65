"""The trained part of the built-in model: small heads on frozen photo features and sentence vectors.

As dino.txt's vision head (arXiv 2412.16334): two pre-norm blocks over a CLS token and patch tokens; the
photo's vector is CLS ++ mean patch, and a sentence's vector is as wide. The patch tokens are nine regions,
the cells averaged on a 3 × 3 grid, whatever the size of the input: that is cheap, and what the head was
trained on. Finer cells, for maps, read the regions and the CLS token but are not read by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.models.networks.efficientnet_lite import HEAD_FEATURES

REGIONS = 3
"""Side of the grid of regions."""

SENTENCE_WIDTH = 384
"""Width of a sentence vector of MiniLM-L6."""

_HEAD_WIDTH = 64
"""Width of an attention head."""


def regions(features: Tensor) -> Tensor:
    """Cells (B, C, h, w) averaged on the grid of regions, (B, 9, C)."""
    return averaged(features, REGIONS, REGIONS)


def averaged(features: Tensor, height: int, width: int) -> Tensor:
    """Cells (B, C, h, w) averaged on a coarser grid, (B, height · width, C)."""
    return functional.adaptive_avg_pool2d(features, (height, width)).flatten(2).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the heads.

    Attributes:
        features: of a cell of the backbone.
        sentence: of the sentence encoder, and of the class part that feeds the CLS token.
        width: of a token; a photo's vector is twice as wide.
        hidden: inside the text head.
        depth: number of blocks.
        early: of what a region's features end with, the outputs of the backbone's early stages; 0 for none.
    """

    features: int = HEAD_FEATURES
    sentence: int = SENTENCE_WIDTH
    width: int = 384
    hidden: int = 1024
    depth: int = 2
    early: int = 0


class HeadBlock(nn.Module):
    """A pre-norm transformer block whose first tokens are the only keys and values."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.scale1 = nn.Parameter(torch.full((width,), 0.5))
        self.norm2 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.scale2 = nn.Parameter(torch.full((width,), 0.5))
        self._dropout = dropout

    def forward(self, x: Tensor, context: int) -> Tensor:
        """(B, N, D) → (B, N, D); no token reads those from number `context` on."""
        B, N, D = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, N, 3, D // _HEAD_WIDTH, _HEAD_WIDTH).permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(q, k[:, :, :context], v[:, :, :context])
        x = x + self.scale1 * self._drop(self.out(y.transpose(1, 2).reshape(B, N, D)))
        return x + self.scale2 * self._drop(self.fc2(functional.gelu(self.fc1(self.norm2(x)))))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self._dropout, self.training)


class EarlyFeatures(nn.Module):
    """What early stages see of a region, colours and textures, added to its token; nothing at first.

    `mean` and `deviation` (E,) are those of the photos that it was trained on.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, early: int, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(early))
        self.register_buffer("deviation", torch.ones(early))
        self.linear = nn.Linear(early, width, bias=False)
        nn.init.zeros_(self.linear.weight)

    def forward(self, early: Tensor) -> Tensor:
        """(…, E) → (…, width)."""
        out: Tensor = self.linear((early - self.mean) / self.deviation)
        return out


class ImageHead(nn.Module):
    """Regions of backbone features and the photo's class vector → CLS and patch tokens.

    With early features, those are the last values of each region and cell.
    """

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.features)
        self.cells = nn.Linear(shape.features, shape.width)
        self.mean = nn.Linear(shape.features, shape.width)
        self.classes = nn.Linear(shape.sentence, shape.width)
        self.blocks = nn.ModuleList([HeadBlock(shape.width, dropout) for _ in range(shape.depth)])
        self.last = nn.LayerNorm(shape.width)
        self.early = EarlyFeatures(shape.early, shape.width) if shape.early else None
        self._features = shape.features
        self._dropout = dropout

    def forward(self, parts: Tensor, classes: Tensor) -> Tensor:
        """Regions (B, 9, C) and class vectors (B, S) → unit (B, 2 · width): CLS ++ mean patch."""
        x = self.tokens(parts, classes)
        return functional.normalize(halves(x), dim=1)

    def tokens(self, parts: Tensor, classes: Tensor, cells: Tensor | None = None) -> Tensor:
        """CLS, the regions and, if given, cells (B, N, C) → tokens (B, 1 + 9 + N, width)."""
        normed = self.norm(parts[..., : self._features])
        cls = self.classes(classes) + self.mean(normed.mean(1))
        x = torch.cat([cls[:, None], self.cells(self._drop(normed)) + self._early(parts)], 1)
        context = x.shape[1]
        if cells is not None:
            own = self.cells(self.norm(cells[..., : self._features])) + self._early(cells)
            x = torch.cat([x, own], 1)
        for block in self.blocks:
            x = block(x, context)
        out: Tensor = self.last(x)
        return out

    def _early(self, parts: Tensor) -> Tensor | float:
        if self.early is None:
            return 0.0
        early: Tensor = self.early(parts[..., self._features :])
        return early

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self._dropout, self.training)


class TextHead(nn.Module):
    """Centred unit sentence vectors (M, S) → unit (M, 2 · width): a linear map and a two-layer one, added."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.linear = nn.Linear(shape.sentence, 2 * shape.width)
        self.fc1 = nn.Linear(shape.sentence, shape.hidden)
        self.fc2 = nn.Linear(shape.hidden, 2 * shape.width)
        self._dropout = dropout

    def forward(self, sentences: Tensor) -> Tensor:
        """See the class."""
        bent = functional.dropout(functional.gelu(self.fc1(sentences)), self._dropout, self.training)
        return functional.normalize(self.linear(sentences) + self.fc2(bent), dim=1)


def halves(tokens: Tensor) -> Tensor:
    """CLS ++ mean of the regions, (B, 2 · width), not normalised; tokens beyond the regions are ignored."""
    return torch.cat([tokens[:, 0], tokens[:, 1 : 1 + REGIONS**2].mean(1)], 1)


def shape_of(weights: Mapping[str, Tensor]) -> Shape:
    """The shape that stored weights (`image.…` and `text.…`) have."""
    depth = 1 + max(int(key.split(".")[2]) for key in weights if key.startswith("image.blocks."))
    width, features = weights["image.cells.weight"].shape
    hidden, sentence = weights["text.fc1.weight"].shape
    early = weights.get("image.early.mean")
    return Shape(features, sentence, width, hidden, depth, 0 if early is None else len(early))


def build(weights: Mapping[str, Tensor]) -> tuple[ImageHead, TextHead]:
    """Both heads in fp32, ready to use.

    Raises:
        KeyError: a weight is missing, or there is one too many.
    """
    shape = shape_of(weights)
    with torch.device("meta"):  # neither memory nor first values: the stored weights become theirs
        image, text = ImageHead(shape), TextHead(shape)
    for name, head in (("image.", image), ("text.", text)):
        own = {key[len(name) :]: value.float() for key, value in weights.items() if key.startswith(name)}
        try:
            head.load_state_dict(own, assign=True)
        except RuntimeError as error:
            raise KeyError(str(error)) from error
        head.eval().requires_grad_(False)
    return image, text
