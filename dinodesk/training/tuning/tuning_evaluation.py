"""Evaluation of fine-tuning: by the trained part alone, and of the whole model in the end."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from dinodesk.models.inference.builtin_model import Parts
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray
from dinodesk.search.prompt_templates import templates
from dinodesk.search.scores import unit
from dinodesk.training import metrics
from dinodesk.training.builtin_dataset import LABEL
from dinodesk.training.photo_dataset import Split, TrainingPhoto, pixels
from dinodesk.training.run_log import Figures, chunks
from dinodesk.training.tuning.tuned_network import TunedNetwork
from dinodesk.training.tuning.tuning_dataset import TuningDataset, is_trained_on

_BATCH = 64
"""Photos or sentences at once."""
_PHOTOS = 8
"""Whole photos that the model embeds at once."""


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


def judge(model: Model, data: Path, photos: Sequence[TrainingPhoto]) -> Generator[str, None, Figures]:
    """The figures of a whole model on photos that it was not trained on: captions, names, where scores lie.

    Keys are those of `builtin_evaluation.judge`. Short texts are asked as the window asks them.
    """
    judged = [photo for photo in photos if not is_trained_on(photo)]
    images = yield from _embedded(model, data, judged)
    figures: Figures = {}
    captions: list[tuple[FloatArray, FloatArray]] = []
    splits: tuple[Split, ...] = ("validation", "dev")
    for split in splits:
        rows = [row for row, photo in enumerate(judged) if photo.split == split and photo.captions]
        if rows:
            texts = model.embed_texts([caption for row in rows for caption in judged[row].captions])
            owners = [number for number, row in enumerate(rows) for _ in judged[row].captions]
            figures[split] = metrics.recall(images[rows], texts, owners)
            own = np.array(owners)[:, None] == np.arange(len(rows))
            captions.append(_split(texts @ images[rows].T, own))
            yield f"{split}: {figures[split]}"
    figures["calibration"] = {"captions": _spread(captions)} if captions else {}
    named = [row for row, photo in enumerate(judged) if photo.split == "named"]
    if named:
        figures |= _naming(
            model, images[named], [judged[row].labels[0] for row in named], figures["calibration"]
        )
        yield "names"
    labelled = [row for row, photo in enumerate(judged) if photo.split == "train" and photo.labels]
    if labelled:
        labels = sorted({label for row in labelled for label in judged[row].labels})
        own = np.array([[label in judged[row].labels for row in labelled] for label in labels])
        scores = model.embed_texts([LABEL.format(label) for label in labels]) @ images[labelled].T
        figures["calibration"]["labels"] = _spread([_split(scores, own)])
    return figures


def _embedded(model: Model, data: Path, photos: Sequence[TrainingPhoto]) -> Generator[str, None, FloatArray]:
    prepared = (model.prepare(rgb) for rgb in pixels(data, [photo.name for photo in photos]))
    found: list[FloatArray] = []
    while batch := list(islice(prepared, _PHOTOS)):
        found.append(model.embed_pixels(np.stack(batch)))
        yield f"photos judged {_PHOTOS * (len(found) - 1) + len(batch)} of {len(photos)}"
    return np.concatenate(found)


def _naming(model: Model, images: FloatArray, labels: Sequence[str], calibration: Figures) -> Figures:
    """Names of photos, row by row; where scores lie goes into `calibration`."""
    none, simple = (model.embed_texts([form.format(label) for label in labels]) for form in ("{}", LABEL))
    forms = [
        model.embed_as_written([form.replace("{}", label) for label in labels])
        for form in templates("openai80")
    ]
    mean = unit(np.mean(forms, axis=0))
    own = np.eye(len(labels), dtype=bool)
    for name, texts in (("none", none), ("simple", simple), ("openai80", mean)):
        calibration[name] = _spread([_split(texts @ images.T, own)])
    return {**metrics.naming(images, simple), "ten_classes": metrics.ten_classes(images, mean)}


def _split(scores: FloatArray, own: npt.NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Scores of matches and of others."""
    return scores[own], scores[~own]


def _spread(scores: Sequence[tuple[FloatArray, FloatArray]]) -> Figures:
    matches, others = zip(*scores, strict=True)
    return metrics.spread(np.concatenate(matches), np.concatenate(others))


def _numpy(tensors: list[torch.Tensor]) -> FloatArray:
    return np.asarray(torch.cat(tensors).numpy())
