"""How good a run of the recipe `builtin` is, on photos that it did not train on."""

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


@torch.no_grad()
def embed(
    material: BuiltinDataset, model: Aligner, rows: Sequence[int], parts: builtin_model.Parts | None = None
) -> FloatArray:
    """Photos' vectors: the trained part alone, or with `parts` the whole vector as the model gives it."""
    device = next(model.parameters()).device
    model.eval()
    found = []
    for part in chunks(len(rows), 256):
        some = list(rows[part])
        cells, conse = material.regions[some, 0].float().to(device), material.conse[some, 0].to(device)
        vectors = model.image(cells, conse)
        if parts is not None:
            patch = parts.conse(cells).mean(1)
            vectors = builtin_model.joined(conse, patch, vectors, builtin_model.PHOTO_WEIGHT)
        found.append(vectors.cpu())
    return np.asarray(torch.cat(found).numpy())


@torch.no_grad()
def embed_texts(
    model: Aligner, vectors: Tensor, words: Tensor, parts: builtin_model.Parts | None = None
) -> FloatArray:
    """Sentences' vectors, likewise."""
    device = next(model.parameters()).device
    model.eval()
    vectors = vectors.to(device)
    found = model.text(vectors)
    if parts is not None:
        found = builtin_model.joined(vectors, vectors, found, parts.text_weights(vectors, words))
    return np.asarray(found.cpu().numpy())


def retrieval(
    material: BuiltinDataset, model: Aligner, split: str, parts: builtin_model.Parts | None = None
) -> list[float]:
    """R@1, 5, 10 of a split's captions among its photos."""
    rows = material.rows(split, captioned=True)
    if not rows:
        return []
    owners = [number for number, row in enumerate(rows) for _ in material.said[row]]
    said = [text for row in rows for text in material.said[row]]
    texts, words = material.vectors[said], material.words[said]
    images = embed(material, model, rows, parts)
    return metrics.recall(images, embed_texts(model, texts, words, parts), owners)


def judge(
    parts: builtin_model.Parts, material: BuiltinDataset, model: Aligner, options: Options, mark: str
) -> Generator[str, None, Figures]:
    """The figures that are reported: captioned sets, names, where scores lie (quick runs: captions only)."""
    figures: Figures = {"seed": options.seed}
    for split in ("validation", "dev"):
        figures[f"{split}_trained_part"] = retrieval(material, model, split)
        figures[split] = retrieval(material, model, split, parts)
    rows = [row for row, photo in enumerate(material.photos) if photo.split == "named"]
    if options.quick or not rows:
        return figures
    labels = [material.photos[row].labels[0] for row in rows]
    images = embed(material, model, rows, parts)
    forms = ("{}", LABEL, *templates("openai80"))
    wanted = [form.replace("{}", label) for form in forms for label in labels]
    vectors, where = yield from feature_cache.sentence_vectors(parts, wanted, options.cache, mark)
    each = []
    for form in forms:
        texts = [form.replace("{}", label) for label in labels]
        chosen = torch.from_numpy(vectors[[where[text] for text in texts]])
        each.append(embed_texts(model, chosen, builtin_model.count_words(texts), parts))
    figures |= metrics.naming(images, each[1])
    mean = unit(np.mean(each[2:], axis=0))
    figures["ten_classes"] = metrics.ten_classes(images, mean)
    apart = ~np.eye(len(rows), dtype=bool)
    figures["calibration"] = calibration = {"captions": _captions(parts, material, model)}
    for name, sentences in (("none", each[0]), ("simple", each[1]), ("openai80", mean)):
        scores = sentences @ images.T
        calibration[name] = metrics.spread(np.diag(scores), scores[apart])
    calibration["labels"] = _labels(parts, material, model)
    return figures


def _captions(parts: builtin_model.Parts, material: BuiltinDataset, model: Aligner) -> Figures:
    """Where scores of captions lie, on validation and dev photos."""
    matches, others = [], []
    for split in ("validation", "dev"):
        rows = material.rows(split, captioned=True)
        owners = np.array([number for number, row in enumerate(rows) for _ in material.said[row]])
        said = [text for row in rows for text in material.said[row]]
        texts = embed_texts(model, material.vectors[said], material.words[said], parts)
        scores = texts @ embed(material, model, rows, parts).T
        own = owners[:, None] == np.arange(len(rows))
        matches.append(scores[own])
        others.append(scores[~own])
    return metrics.spread(np.concatenate(matches), np.concatenate(others))


def _labels(parts: builtin_model.Parts, material: BuiltinDataset, model: Aligner) -> Figures:
    """Where scores of key words ("a photo of a …") lie, on the labelled photos kept aside.

    Key words are not complete: some of the others match too.
    """
    rows = [row for row in material.rows("train", captioned=False) if not trains(material, row)]
    said = sorted({text for row in rows for text in material.said[row]})
    texts = embed_texts(model, material.vectors[said], material.words[said], parts)
    scores = texts @ embed(material, model, rows, parts).T
    own = np.array([[text in material.said[row] for row in rows] for text in said])
    return metrics.spread(scores[own], scores[~own])
