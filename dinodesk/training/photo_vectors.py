"""Vectors of the data folder's photos by one model, made once and kept on disk between runs."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray
from dinodesk.training.photo_dataset import pixels
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
    file = cache / f"vectors-{model.info.fingerprint}.npy"
    known, rows = _read(file, model.info.dim)
    missing = [name for name in names if name not in known]
    for block in chunks(len(missing), _STORED):
        some, fresh = missing[block], []
        prepared = (model.prepare(rgb) for rgb in pixels(data, some))
        while batch := list(islice(prepared, _BATCH)):
            fresh.append(model.embed_pixels(np.stack(batch)))
            yield f"photo vectors {block.start + sum(map(len, fresh))} of {len(missing)}"
        rows = np.concatenate([rows, *fresh])
        known |= {name: len(known) + number for number, name in enumerate(some)}
        _write(file, known, rows)
    return rows[[known[name] for name in names]]


def _read(file: Path, dim: int) -> tuple[dict[str, int], FloatArray]:
    index = file.with_suffix(".json")
    if not (file.exists() and index.exists()):
        return {}, np.zeros((0, dim), np.float32)
    names = json.loads(index.read_text("utf-8"))
    rows = np.load(file)[: len(names)]
    return {name: number for number, name in enumerate(names[: len(rows)])}, rows


def _write(file: Path, known: dict[str, int], rows: FloatArray) -> None:
    """The rows first: names without rows are never read, rows without names are made again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as opened:
        np.save(opened, rows)
    os.replace(part, file)
    part.write_text(json.dumps(sorted(known, key=known.__getitem__)), "utf-8")
    os.replace(part, file.with_suffix(".json"))
