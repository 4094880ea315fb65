"""Embedding image files for a command, and reading lists of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli.progress import Progress
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import PhotoError
from dinodesk.library.images.decoder import decode
from dinodesk.records import FloatArray

BATCH = 8
"""Images that go through the model at once."""


def embed_images(
    model: api.Model, decoders: DecoderPool, images: Sequence[str], patches: dict[str, Any] | None
) -> tuple[FloatArray, list[dict[str, str]]]:
    """Vectors float32 (N, D), NaN where a file gave none; and path and reason of these files.

    With `patches`, its entries "patches_ROW" become the last layer's patch tokens, float32 (h, w, D), and of
    models with a text tower "head_patches_ROW" the patches in the space of its sentences.
    """
    vectors = np.full((len(images), model.info.dim), np.nan, np.float32)
    bad: list[dict[str, str]] = []
    progress = Progress()
    for start in range(0, len(images), BATCH):
        rows, pixels = [], []
        for row in range(start, min(start + BATCH, len(images))):
            path = os.path.abspath(os.path.expanduser(images[row]))
            try:
                pixels.append(model.network.prepare(decoders.call(decode, path).rgb))
                rows.append(row)
            except PhotoError as error:
                bad.append({"path": path, "reason": error.sentence})
        if not rows:
            continue
        batch = np.stack(pixels)
        vectors[rows] = model.network.embed_pixels(batch)
        for row in rows:
            if not np.isfinite(vectors[row]).all():
                vectors[row] = np.nan
                bad.append({"path": images[row], "reason": "The model gave no usable vector for it."})
        if patches is not None:
            grid = model.network.tokens(batch)
            grids = (grid if not isinstance(grid, list) else grid[-1]).patches
            patches |= {f"patches_{row}": grids[i] for i, row in enumerate(rows)}
            if model.info.text:
                head = model.network.head_patches(batch)
                patches |= {f"head_patches_{row}": head[i] for i, row in enumerate(rows)}
        progress.show(f"{start + len(rows):,} of {len(images):,} images")
    progress.end()
    return vectors, bad


def read_lines(file: str | None) -> list[str]:
    """The lines of a text file, none without a file. Bytes that are not UTF-8 stay as surrogates."""
    if file is None:
        return []
    text = Path(file).expanduser().read_bytes().decode("utf-8", errors="surrogateescape")
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
