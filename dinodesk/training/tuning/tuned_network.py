"""What fine-tuning trains: last stages of the backbone, last layers of the sentence encoder, both heads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.models.networks import builtin_heads
from dinodesk.models.networks.efficientnet_lite import LastStages
from dinodesk.models.networks.minilm import LastLayers
from dinodesk.training.builtin_dataset import CLASS_SCALE_LOG, TEMPERATURE
from dinodesk.training.run_log import parts

EARLY_SAMPLE = 8
"""Every so many rows are read for the mean and deviation of early features."""


class TunedNetwork(nn.Module):
    """Trained part of the second generation, with the logarithms of the losses' scales."""

    centre: Tensor

    def __init__(
        self,
        stages: Mapping[str, Tensor],
        layers: Mapping[str, Tensor],
        heads: Mapping[str, Tensor],
        centre: Tensor,
        early: int,
        dropouts: tuple[float, float],
    ) -> None:
        """From the frozen weights, and heads that were trained on them.

        Args:
            stages: of the backbone (see `LastStages`).
            layers: of the sentence encoder, those that are trained alone (see `LastLayers`).
            heads: `image.…` and `text.…`.
            centre: what all sentences share, float32 (S,).
            early: width of the early features that the image head shall read besides.
            dropouts: probabilities in the heads and in the layers.
        """
        super().__init__()
        self.stages = LastStages({key: value.float() for key, value in stages.items()})
        self.layers = LastLayers(layers, dropouts[1])
        shape = replace(builtin_heads.shape_of(heads), early=early)
        self.image = builtin_heads.ImageHead(shape, dropouts[0])
        self.text = builtin_heads.TextHead(shape, dropouts[0])
        self.image.load_state_dict(parts(dict(heads), "image."), strict=False)  # it has no early features yet
        self.text.load_state_dict(parts(dict(heads), "text."))
        self.register_buffer("centre", centre.float())
        self.scale = nn.Parameter(torch.tensor(math.log(1 / TEMPERATURE)))
        self.phrase_scale = nn.Parameter(torch.tensor(math.log(1 / TEMPERATURE)))
        self.class_scale = nn.Parameter(torch.tensor(CLASS_SCALE_LOG))
        self.stages.requires_grad_(True)

    def know_early(self, sample: npt.NDArray[np.float16]) -> None:
        """Set mean and deviation of the early features from a sample (R, 9, E)."""
        if self.image.early is not None:
            values = torch.from_numpy(sample.reshape(-1, sample.shape[-1]).astype(np.float32))
            self.image.early.mean.copy_(values.mean(0))
            self.image.early.deviation.copy_(values.std(0) + 1e-3)

    def photos(self, trunk: Tensor, early: Tensor, conse: Tensor) -> tuple[Tensor, Tensor]:
        """Photos' unit vectors (B, 2 · width), and head features of their regions (B, 9, 1280).

        Args:
            trunk: output of the stages before, (B, C, h, w).
            early: early features of the regions, (B, 9, E).
            conse: the class part, (B, S).
        """
        regions = builtin_heads.regions(self.stages(trunk))
        both = regions if self.image.early is None else torch.cat([regions, early], 2)
        return self.image(both, conse), regions

    def sentences(self, x: Tensor, mask: Tensor) -> Tensor:
        """Tokens of the layers before, (M, N, D), and which there are → unit (M, 2 · width)."""
        vectors = functional.normalize(self.layers(x, mask) - self.centre, dim=1)
        found: Tensor = self.text(vectors)
        return found

    def stored(self) -> dict[str, Tensor]:
        """The weights under the names of the model's file: `image.…`, `tuned.text.…`, `head.…`."""
        found = {f"image.{key}": value for key, value in self.stages.named_weights().items()}
        found |= {f"tuned.text.{key}": value for key, value in self.layers.named_weights().items()}
        found |= {f"head.image.{key}": value for key, value in self.image.state_dict().items()}
        return found | {f"head.text.{key}": value for key, value in self.text.state_dict().items()}
