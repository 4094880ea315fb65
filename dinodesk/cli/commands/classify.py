"""`classify`: label photos by words alone, and measure where subfolders name the truth."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.image_vectors import embed_images, read_texts
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.files.scanner import FoundFile, walk
from dinodesk.search.prompt_templates import embed_labels
from dinodesk.search.scores import probabilities
from dinodesk.wording import count


def classify(options: argparse.Namespace) -> Outcome:
    """Zero-shot labels for the photos below a folder."""
    folder = os.path.abspath(os.path.expanduser(options.folder))
    if not os.path.isdir(folder):
        raise DinoDeskError(f"There is no folder {folder}.", "Check the name.")
    photos = [each.path for each in walk(folder) if isinstance(each, FoundFile)]
    named = [line.strip() for line in read_texts(options.labels) if line.strip()]
    own = sorted(each.name for each in os.scandir(folder) if each.is_dir() and not each.name.startswith("."))
    labels = list(dict.fromkeys(named or own))
    if not labels:
        raise UsageError("There are no labels.", "Give --labels FILE, or a folder with a subfolder a class.")
    if not photos:
        raise DinoDeskError(f"There are no photos below {folder}.", "Check the folder.")
    model = api.load_model(options.model, options.device, options.precision)
    sentences = [label.replace("_", " ") for label in labels]
    embed = model.embed_texts if options.templates == "none" else model.embed_as_written
    words = embed_labels(sentences, options.templates, embed)
    with DecoderPool() as decoders:
        vectors, bad = embed_images(model, decoders, photos, None)
    good = [row for row, path in enumerate(photos) if not np.isnan(vectors[row, 0])]
    scores = vectors[good] @ words.T
    order = np.argsort(-scores, axis=1, kind="stable")
    predictions = [
        {
            "path": photos[row],
            "label": labels[order[i, 0]],
            "probability": float(probabilities(scores[i])[order[i, 0]]),
        }
        for i, row in enumerate(good)
    ]
    truth = [_class_of(folder, photos[row], labels) for row in good]
    document = {**_measure(labels, order, truth), "predictions": predictions, "skipped": bad}
    document["count"] = len(good)
    lines = [f"{each['probability']:5.2f}  {each['label']}  {each['path']}" for each in predictions]
    if document["top1"] is not None:
        lines.append(f"top-1 {document['top1']:.1%}, top-5 {document['top5']:.1%} of {count(len(good))}")
    return (SKIPPED if bad else DONE), document, lines


def _class_of(folder: str, path: str, labels: Sequence[str]) -> int | None:
    parts = os.path.relpath(path, folder).split(os.sep)
    return labels.index(parts[0]) if len(parts) > 1 and parts[0] in labels else None


def _measure(labels: Sequence[str], order: Any, truth: Sequence[int | None]) -> dict[str, Any]:
    """Fractions over the photos whose subfolder names a label; None where there is none."""
    ranks = {i: int(np.flatnonzero(order[i] == true)[0]) for i, true in enumerate(truth) if true is not None}
    per_class = {}
    for number, label in enumerate(labels):
        own = [rank for i, rank in ranks.items() if truth[i] == number]
        if own:
            per_class[label] = {"count": len(own), "top1": sum(rank == 0 for rank in own) / len(own)}
    total = len(ranks)
    return {
        "top1": sum(rank == 0 for rank in ranks.values()) / total if total else None,
        "top5": sum(rank < 5 for rank in ranks.values()) / total if total else None,
        "per_class": per_class,
    }
