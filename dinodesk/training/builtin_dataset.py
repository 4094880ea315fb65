"""What the recipe `builtin` works on: the two heads, and everything it learns from as tensors."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dinodesk.models.inference import builtin_model
from dinodesk.models.networks import builtin_heads
from dinodesk.training import feature_cache
from dinodesk.training.photo_dataset import CLASSES, TrainingPhoto, listed
from dinodesk.training.run_log import Options, chunks

FORMS = ("a photo of a {}.", "{}", "a {} in a photo", "the {}")
LABEL = "a photo of a {}"


class Aligner(nn.Module):
    """Both heads and the two learned scales."""

    def __init__(self, shape: builtin_heads.Shape, dropout: float) -> None:
        super().__init__()
        self.image = builtin_heads.ImageHead(shape, dropout)
        self.text = builtin_heads.TextHead(shape, dropout)
        self.scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.class_scale = nn.Parameter(torch.tensor(3.0))


def heads(model: Aligner) -> dict[str, Tensor]:
    """The weights that belong into the model's file."""
    return {key: value for key, value in model.state_dict().items() if not key.endswith("scale")}


@dataclass(frozen=True, slots=True)
class BuiltinDataset:
    """What the steps draw from; row i of every photo array is photo i.

    Attributes:
        photos: all of them.
        regions: float16 (N, 2, 9, C).
        conse: (N, 2, S); the class part of photo and mirror image.
        teacher: (N, 2, K) class logits.
        vectors: sentence vectors (M, S).
        words: how many words each of them has, (M,).
        said: the rows of `vectors` that belong to each photo: its captions, or its labels as sentences.
        names: (F, K, S) sentence vectors of the class names in several forms.
    """

    photos: Sequence[TrainingPhoto]
    regions: Tensor
    conse: Tensor
    teacher: Tensor
    vectors: Tensor
    words: Tensor
    said: Sequence[Sequence[int]]
    names: Tensor

    def rows(self, split: str, *, captioned: bool) -> list[int]:
        """Photos of a split that have captions, or that have labels and no captions."""
        return [
            row
            for row, photo in enumerate(self.photos)
            if photo.split == split and self.said[row] and bool(photo.captions) == captioned
        ]


def gather(parts: builtin_model.Parts, options: Options, mark: str) -> Generator[str, None, BuiltinDataset]:
    """Features and sentence vectors of everything that may be used."""
    photos = listed(options.data)
    regions = yield from feature_cache.photo_features(parts, options.data, photos, options.cache, mark)
    said = [_sentences(photo) for photo in photos]
    classes = json.loads((options.data / CLASSES).read_text("utf-8"))
    ordered = [entry["name"] for entry in sorted(classes, key=lambda entry: int(entry["index"]))]
    forms = [[form.format(name) for name in ordered] for form in FORMS]
    wanted = [text for texts in [*said, *forms] for text in texts]
    rows, where = yield from feature_cache.sentence_vectors(parts, wanted, options.cache, mark)
    cells = torch.from_numpy(np.ascontiguousarray(regions))
    conse, logits = [], []
    with torch.inference_mode():
        for part in chunks(len(cells), 512):
            mean = cells[part].float().mean(2)
            conse.append(parts.conse(mean))
            logits.append(parts.logits(mean))
    return BuiltinDataset(
        photos=photos,
        regions=cells,
        conse=torch.cat(conse).clone(),
        teacher=torch.cat(logits).clone(),
        vectors=torch.from_numpy(rows),
        words=builtin_model.count_words(list(where)),
        said=[[where[text] for text in texts] for texts in said],
        names=torch.from_numpy(np.stack([rows[[where[text] for text in texts]] for texts in forms])),
    )


def _sentences(photo: TrainingPhoto) -> list[str]:
    if photo.split == "named":
        return []
    return list(photo.captions) or [LABEL.format(label) for label in photo.labels]


def trains(material: BuiltinDataset, row: int) -> bool:
    """Nine of ten labelled photos; the tenth judges."""
    return zlib.crc32(material.photos[row].name.encode()) % 10 != 0
