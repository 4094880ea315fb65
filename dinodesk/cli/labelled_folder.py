"""A folder of photos and labels for them: read and embedded, for the commands that measure by it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dinodesk import api
from dinodesk.cli.image_vectors import embed_images, read_texts
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.files.scanner import FoundFile, walk
from dinodesk.library.images.decoder import decode
from dinodesk.records import FloatArray
from dinodesk.search.prompt_templates import embed_labels


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFolder:
    """The photos below a folder that could be read, and the labels.

    Attributes:
        paths: absolute, N of them.
        labels: K of them.
        truth: of each photo, the number of the label that its subfolder has for a name; None without one.
        scores: float32 (N, K) cosines of photos and labels.
        words: float32 (K, D), the unit vectors of the labels.
        skipped: what could not be read, each {"path", "reason"}.
    """

    paths: Sequence[str]
    labels: Sequence[str]
    truth: Sequence[int | None]
    scores: FloatArray
    words: FloatArray
    skipped: Sequence[Mapping[str, str]]


def read_labelled_folder(options: argparse.Namespace, model: api.Model) -> LabelledFolder:
    """Read and embed the photos below `options.folder` and the labels of `options.labels`, else the
    subfolders' names, with `options.templates`.

    Raises DinoDeskError where there is no folder or no photo in it, UsageError without labels.
    """
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
    sentences = [label.replace("_", " ") for label in labels]
    embed = model.embed_texts if options.templates == "none" else model.embed_as_written
    words = embed_labels(sentences, options.templates, embed)
    with DecoderPool() as decoders:
        vectors, bad = embed_images(model, decoders, photos, None)
    good = [row for row, path in enumerate(photos) if not np.isnan(vectors[row, 0])]
    return LabelledFolder(
        paths=[photos[row] for row in good],
        labels=labels,
        truth=[_class_of(folder, photos[row], labels) for row in good],
        scores=vectors[good] @ words.T,
        words=words,
        skipped=bad,
    )


def middle_scores(model: api.Model, found: LabelledFolder) -> FloatArray:
    """Scores (N, K) of the middle of each photo, two thirds of each side, in place of the whole."""
    rows = []
    with DecoderPool() as decoders:
        for path in found.paths:
            rgb = decoders.call(decode, path).rgb
            high, wide = rgb.shape[0] // 6, rgb.shape[1] // 6
            part = rgb[high : rgb.shape[0] - high, wide : rgb.shape[1] - wide]
            rows.append(model.embed_images([np.ascontiguousarray(part)])[0])
    return np.asarray(np.stack(rows) @ found.words.T, np.float32)


def _class_of(folder: str, path: str, labels: Sequence[str]) -> int | None:
    parts = os.path.relpath(path, folder).split(os.sep)
    return labels.index(parts[0]) if len(parts) > 1 and parts[0] in labels else None
