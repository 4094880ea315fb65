"""Vectors of the data folder's photos by one model, made once and kept on disk between runs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray
from dinodesk.training.photo_dataset import pixels
from dinodesk.training.row_store import read_rows, write_rows
from dinodesk.training.run_log import chunks

_BATCH = 4
_STORED = 2_000
"""Photos between two writes: what an interrupted run loses at most."""


def photo_vectors(
    model: Model, data: Path, names: Sequence[str], cache: Path
) -> Generator[str, None, FloatArray]:
    """Unit vectors, float32 (N, D), of the photos of these names; yields progress in words.

    What other weights made is made again: the file in `cache` bears the model's fingerprint.
    """
    fingerprint = model.info.fingerprint
    stem = cache / f"vectors-{fingerprint}"
    known, rows = read_rows(stem, fingerprint)
    missing = [name for name in names if name not in known]
    for block in chunks(len(missing), _STORED):
        some, fresh = missing[block], []
        prepared = (model.prepare(rgb) for rgb in pixels(data, some))
        while batch := list(islice(prepared, _BATCH)):
            fresh.append(model.embed_pixels(np.stack(batch)))
            yield f"photo vectors {block.start + sum(map(len, fresh))} of {len(missing)}"
        rows = np.concatenate([rows, *fresh]) if known else np.concatenate(fresh)
        known |= {name: len(known) + number for number, name in enumerate(some)}
        write_rows(stem, fingerprint, known, rows)
    return rows[[known[name] for name in names]]
