"""Evaluation of the recipe `builtin` on photos that it was not trained on."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor

from dinodesk.models.inference import builtin_model
from dinodesk.records import FloatArray
from dinodesk.search.prompt_templates import templates
from dinodesk.search.scores import unit
from dinodesk.training import feature_cache, metrics
from dinodesk.training.builtin_dataset import LABEL, Aligner, BuiltinDataset, trains
from dinodesk.training.run_log import Figures, Options, chunks

_BATCH = 256
"""Photos that go through the image head at once."""


@torch.no_grad()
def embed(
    dataset: BuiltinDataset, model: Aligner, rows: Sequence[int], parts: builtin_model.Parts | None = None
) -> FloatArray:
    """Photos' vectors: the trained part alone, or with `parts` the whole vector as the model gives it."""
    device = next(model.parameters()).device
    model.eval()
    found = []
    for part in chunks(len(rows), _BATCH):
        some = list(rows[part])
        cells, conse = dataset.regions[some, 0].float().to(device), dataset.conse[some, 0].to(device)
        vectors = model.image(cells, conse)
        if parts is not None:
            patch = parts.conse(cells).mean(1)
            vectors = builtin_model.joined(conse, patch, vectors, builtin_model.PHOTO_WEIGHT)
        found.append(vectors.cpu())
    return np.asarray(torch.cat(found).numpy())


@torch.no_grad()
def embed_texts(model: Aligner, vectors: Tensor, parts: builtin_model.Parts | None = None) -> FloatArray:
    """Sentences' vectors, likewise."""
    device = next(model.parameters()).device
    model.eval()
    vectors = vectors.to(device)
    found = model.text(vectors)
    if parts is not None:
        found = builtin_model.joined(vectors, vectors, found, parts.text_weights(vectors))
    return np.asarray(found.cpu().numpy())


def retrieval(
    dataset: BuiltinDataset, model: Aligner, split: str, parts: builtin_model.Parts | None = None
) -> list[float]:
    """R@1, 5, 10 of a split's captions among its photos."""
    rows = dataset.rows(split, captioned=True)
    if not rows:
        return []
    owners = [number for number, row in enumerate(rows) for _ in dataset.texts_of[row]]
    sentences = [text for row in rows for text in dataset.texts_of[row]]
    images = embed(dataset, model, rows, parts)
    return metrics.recall(images, embed_texts(model, dataset.vectors[sentences], parts), owners)


def judge(
    parts: builtin_model.Parts, dataset: BuiltinDataset, model: Aligner, options: Options, mark: str
) -> Generator[str, None, Figures]:
    """The figures that are reported: captioned sets, names, where scores lie (quick runs: captions only)."""
    figures: Figures = {"seed": options.seed}
    for split in ("validation", "dev"):
        figures[f"{split}_trained_part"] = retrieval(dataset, model, split)
        figures[split] = retrieval(dataset, model, split, parts)
    rows = [row for row, photo in enumerate(dataset.photos) if photo.split == "named"]
    if options.quick or not rows:
        return figures
    labels = [dataset.photos[row].labels[0] for row in rows]
    images = embed(dataset, model, rows, parts)
    forms = ("{}", LABEL, *templates("openai80"))
    wanted = [form.replace("{}", label) for form in forms for label in labels]
    vectors, where = yield from feature_cache.sentence_vectors(parts, wanted, options.cache, mark)
    each = []
    for form in forms:
        texts = [form.replace("{}", label) for label in labels]
        chosen = torch.from_numpy(vectors[[where[text] for text in texts]])
        each.append(embed_texts(model, chosen, parts))
    figures |= metrics.naming(images, each[1])
    mean = unit(np.mean(each[2:], axis=0))
    figures["ten_classes"] = metrics.ten_classes(images, mean)
    apart = ~np.eye(len(rows), dtype=bool)
    figures["calibration"] = calibration = {"captions": _captions(parts, dataset, model)}
    for name, sentences in (("none", each[0]), ("simple", each[1]), ("openai80", mean)):
        scores = sentences @ images.T
        calibration[name] = metrics.spread(np.diag(scores), scores[apart])
    calibration["labels"] = _labels(parts, dataset, model)
    return figures


def _captions(parts: builtin_model.Parts, dataset: BuiltinDataset, model: Aligner) -> Figures:
    """Where scores of captions lie, on validation and dev photos."""
    matches, others = [], []
    for split in ("validation", "dev"):
        rows = dataset.rows(split, captioned=True)
        owners = np.array([number for number, row in enumerate(rows) for _ in dataset.texts_of[row]])
        sentences = [text for row in rows for text in dataset.texts_of[row]]
        texts = embed_texts(model, dataset.vectors[sentences], parts)
        scores = texts @ embed(dataset, model, rows, parts).T
        own = owners[:, None] == np.arange(len(rows))
        matches.append(scores[own])
        others.append(scores[~own])
    return metrics.spread(np.concatenate(matches), np.concatenate(others))


def _labels(parts: builtin_model.Parts, dataset: BuiltinDataset, model: Aligner) -> Figures:
    """Where scores of key words ("a photo of a …") lie, on the labelled photos kept aside.

    Key words are not complete: some of the others match too.
    """
    rows = [row for row in dataset.rows("train", captioned=False) if not trains(dataset, row)]
    sentences = sorted({text for row in rows for text in dataset.texts_of[row]})
    texts = embed_texts(model, dataset.vectors[sentences], parts)
    scores = texts @ embed(dataset, model, rows, parts).T
    own = np.array([[text in dataset.texts_of[row] for row in rows] for text in sentences])
    return metrics.spread(scores[own], scores[~own])
