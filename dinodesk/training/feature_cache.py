"""Frozen features of photos and sentences, computed once and kept on disk between runs."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from dinodesk.models.inference.builtin_model import Parts
from dinodesk.models.networks import builtin_heads
from dinodesk.models.preprocessing import transforms
from dinodesk.records import FloatArray
from dinodesk.training.photo_dataset import TrainingPhoto, pixels
from dinodesk.training.row_store import read_rows, write_rows
from dinodesk.training.run_log import chunks

VIEWS = 2
"""The photo and its mirror image."""

_BATCH = 8
"""Photos that go through the backbone at once."""
_STORED = 2048
"""Photos between two writes: what an interrupted run loses at most."""
_SENTENCES = 64
"""Sentences that go through the sentence encoder at once."""


def photo_features(
    parts: Parts, data: Path, photos: Sequence[TrainingPhoto], cache: Path, mark: str
) -> Generator[str, None, FloatArray]:
    """Regions of every photo and its mirror image, float16 (N, 2, 9, 1280); yields progress in words.

    `mark` identifies the weights (see `mark_of`); features of other weights are computed again. Stored
    features of further photos stay.
    """
    names = [photo.name for photo in photos]
    known, rows = read_rows(cache / "photos", mark)
    missing = [name for name in names if name not in known]
    for block in chunks(len(missing), _STORED):
        fresh, some = [], missing[block]
        squashed = (transforms.BUILTIN.squashed(rgb) for rgb in pixels(data, some))
        while batch := list(islice(squashed, _BATCH)):
            fresh.append(_views(parts, np.stack(batch)))
            yield f"photo features {block.start + sum(map(len, fresh))} of {len(missing)}"
        rows = np.concatenate([rows, *fresh]) if known else np.concatenate(fresh)
        known |= {name: len(known) + number for number, name in enumerate(some)}
        write_rows(cache / "photos", mark, known, rows)
    return rows[[known[name] for name in names]]


def _views(parts: Parts, batch: FloatArray) -> FloatArray:
    both = np.concatenate([batch, batch[:, :, :, ::-1]])
    with torch.inference_mode():
        features = parts.net.layers(parts.pixels(both))[-1].float()
        found = builtin_heads.regions(features).half().cpu().numpy()
    return np.asarray(found.reshape(VIEWS, len(batch), *found.shape[1:]).swapaxes(0, 1))


def sentence_vectors(
    parts: Parts, texts: Iterable[str], cache: Path, mark: str
) -> Generator[str, None, tuple[FloatArray, dict[str, int]]]:
    """Centred unit vectors, float32 (M, 384), of all sentences in the cache, and the row of each."""
    known, rows = read_rows(cache / "texts", mark)
    # by length, so that little is padded
    missing = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    fresh = []
    with torch.inference_mode():
        for start in range(0, len(missing), _SENTENCES):
            fresh.append(parts.sentences(missing[start : start + _SENTENCES]).numpy())
            yield f"sentences {start} of {len(missing)}"
    if missing:
        rows = np.concatenate([rows, *fresh]) if len(known) else np.concatenate(fresh)
        known |= {text: len(known) + number for number, text in enumerate(missing)}
        write_rows(cache / "texts", mark, known, rows)
    return rows, known


def mark_of(file: Path) -> str:
    """A hash that identifies the frozen weights in a file: all but `head.…`."""
    digest = hashlib.sha256()
    with safe_open(file, "pt") as content:
        for key in sorted(content.keys()):
            if not key.startswith("head."):
                digest.update(key.encode())
                digest.update(content.get_tensor(key).numpy().tobytes())
    return digest.hexdigest()[:16]
