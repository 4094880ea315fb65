"""The data of the recipe `builtin`: its heads, and features, sentences and class names as tensors."""

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
from dinodesk.text_decoding import decode_text
from dinodesk.training import feature_cache
from dinodesk.training.photo_dataset import CLASSES, TrainingPhoto, listed
from dinodesk.training.run_log import Options, chunks

FORMS = ("a photo of a {}.", "{}", "a {} in a photo", "the {}")
LABEL = "a photo of a {}"

TEMPERATURE = 0.07
"""Where the learned temperature of the contrastive loss starts, as in CLIP (arXiv 2103.00020, 2.5)."""
CLASS_SCALE_LOG = 3.0
"""Where the logarithm of the class teacher's scale starts; the scale is about 20."""
_BATCH = 512
"""Photos whose class part is computed at once."""


class Aligner(nn.Module):
    """Both heads and the two learned scales."""

    def __init__(self, shape: builtin_heads.Shape, dropout: float) -> None:
        super().__init__()
        self.image = builtin_heads.ImageHead(shape, dropout)
        self.text = builtin_heads.TextHead(shape, dropout)
        # logarithms of the scales
        self.scale = nn.Parameter(torch.tensor(math.log(1 / TEMPERATURE)))
        self.class_scale = nn.Parameter(torch.tensor(CLASS_SCALE_LOG))


def heads(model: Aligner) -> dict[str, Tensor]:
    """The weights that belong into the model's file, without the two scales."""
    return {key: value for key, value in model.state_dict().items() if not key.endswith("scale")}


@dataclass(frozen=True, slots=True)
class BuiltinDataset:
    """What the batches are drawn from; row i of every photo array is photo i of N, with its mirror image.

    Attributes:
        photos: all of them.
        regions: features of the 3 × 3 regions, float16 (N, 2, 9, C).
        conse: the class part of the vectors, float32 (N, 2, S).
        teacher: logits of the K classes, float32 (N, 2, K).
        vectors: sentence vectors, float32 (M, S).
        texts_of: rows of `vectors` that belong to each photo: its captions, or its labels as sentences.
        names: sentence vectors of the class names in F forms, float32 (F, K, S).
    """

    photos: Sequence[TrainingPhoto]
    regions: Tensor
    conse: Tensor
    teacher: Tensor
    vectors: Tensor
    texts_of: Sequence[Sequence[int]]
    names: Tensor

    def rows(self, split: str, *, captioned: bool) -> list[int]:
        """Photos of a split that have captions, or that have labels and no captions."""
        return [
            row
            for row, photo in enumerate(self.photos)
            if photo.split == split and self.texts_of[row] and bool(photo.captions) == captioned
        ]


def gather(parts: builtin_model.Parts, options: Options, mark: str) -> Generator[str, None, BuiltinDataset]:
    """Features and sentence vectors of all photos of the data folder; yields progress in words."""
    photos = listed(options.data)
    regions = yield from feature_cache.photo_features(parts, options.data, photos, options.cache, mark)
    sentences = [_sentences(photo) for photo in photos]
    classes = json.loads(decode_text((options.data / CLASSES).read_bytes()))
    ordered = [entry["name"] for entry in sorted(classes, key=lambda entry: int(entry["index"]))]
    forms = [[form.format(name) for name in ordered] for form in FORMS]
    wanted = [text for texts in [*sentences, *forms] for text in texts]
    rows, where = yield from feature_cache.sentence_vectors(parts, wanted, options.cache, mark)
    cells = torch.from_numpy(np.ascontiguousarray(regions))
    conse, logits = [], []
    with torch.inference_mode():
        for part in chunks(len(cells), _BATCH):
            mean = cells[part].float().mean(2)
            conse.append(parts.conse(mean))
            logits.append(parts.logits(mean))
    return BuiltinDataset(
        photos=photos,
        regions=cells,
        conse=torch.cat(conse).clone(),
        teacher=torch.cat(logits).clone(),
        vectors=torch.from_numpy(rows),
        texts_of=[[where[text] for text in texts] for texts in sentences],
        names=torch.from_numpy(np.stack([rows[[where[text] for text in texts]] for texts in forms])),
    )


def _sentences(photo: TrainingPhoto) -> list[str]:
    if photo.split == "named":
        return []
    return list(photo.captions) or [LABEL.format(label) for label in photo.labels]


def trains(dataset: BuiltinDataset, row: int) -> bool:
    """Whether a labelled photo is trained on: nine of ten are, the tenth is measured on."""
    return zlib.crc32(dataset.photos[row].name.encode()) % 10 != 0
