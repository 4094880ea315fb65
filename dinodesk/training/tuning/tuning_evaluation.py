"""Evaluation while fine-tuning: captions of a split among its photos, by the trained part alone."""

from __future__ import annotations

import numpy as np
import torch

from dinodesk.models.inference.builtin_model import Parts
from dinodesk.records import FloatArray
from dinodesk.training import metrics
from dinodesk.training.run_log import chunks
from dinodesk.training.tuning.tuned_network import TunedNetwork
from dinodesk.training.tuning.tuning_dataset import TuningDataset

_BATCH = 64
"""Photos or sentences at once."""


@torch.no_grad()
def retrieval(dataset: TuningDataset, model: TunedNetwork, parts: Parts, split: str) -> list[float]:
    """R@1, 5, 10 of a split's captions among its photos; `model` must be in evaluation mode."""
    photos = dataset.captioned(split)
    if not photos:
        return []
    rows = [dataset.rows_of[photo][0] for photo in photos]
    images = []
    for part in chunks(len(rows), _BATCH):
        some = dataset.views.batch(rows[part])
        images.append(model.photos(some.trunk, some.early, parts.conse(some.regions.mean(1)))[0])
    texts = sorted({text for photo in photos for text in dataset.texts_of[photo]})
    vectors = [model.sentences(*dataset.tokens.batch(texts[part])) for part in chunks(len(texts), _BATCH)]
    where = {text: row for row, text in enumerate(texts)}
    wanted = [where[text] for photo in photos for text in dataset.texts_of[photo]]
    owners = [number for number, photo in enumerate(photos) for _ in dataset.texts_of[photo]]
    return metrics.recall(_numpy(images), _numpy(vectors)[wanted], owners)


def _numpy(tensors: list[torch.Tensor]) -> FloatArray:
    return np.asarray(torch.cat(tensors).numpy())
