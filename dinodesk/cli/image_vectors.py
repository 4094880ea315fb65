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
from dinodesk.search.index.vector_index import usable
from dinodesk.text_decoding import decode_names, decode_text
from dinodesk.wording import count

NO_VECTOR = "The model gave no usable vector for it."
BATCH = 8
"""Images that go through the model at once."""


def embed_images(
    model: api.Model, decoders: DecoderPool, images: Sequence[str], patches: dict[str, Any] | None
) -> tuple[FloatArray, list[dict[str, str]]]:
    """Unit vectors float32 (N, D), NaN where a file gave none; and path and reason of these files.

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
            except ValueError:  # a null byte, as in a list of another encoding
                bad.append({"path": path, "reason": "It is no name of a file."})
        if not rows:
            continue
        batch = np.stack(pixels)
        vectors[rows] = model.network.embed_pixels(batch)
        for row, sound in zip(rows, usable(vectors[rows]), strict=True):
            if not sound:
                vectors[row] = np.nan
                path = os.path.abspath(os.path.expanduser(images[row]))
                bad.append({"path": path, "reason": NO_VECTOR})
        if patches is not None:
            grid = model.network.tokens(batch)
            grids = (grid if not isinstance(grid, list) else grid[-1]).patches
            patches |= {f"patches_{row}": grids[i] for i, row in enumerate(rows)}
            if model.info.text:
                head = model.network.head_patches(batch)
                patches |= {f"head_patches_{row}": head[i] for i, row in enumerate(rows)}
        progress.show(f"{min(start + BATCH, len(images)):,} of {count(len(images), 'image')}")
    progress.end()
    return vectors, bad


def read_texts(file: str | None) -> list[str]:
    """The lines of a text file in whatever encoding it is, none without a file."""
    if file is None:
        return []
    text = decode_text(Path(file).expanduser().read_bytes()).replace("\r\n", "\n")
    return _lines(text if "\n" in text else text.replace("\r", "\n"))  # old Macs, and Excel on new ones


def read_lines(file: str | None) -> list[str]:
    """The lines of a list of files, none without one. Bytes that are not UTF-8 stay as surrogates."""
    return [] if file is None else _lines(decode_names(Path(file).expanduser().read_bytes()))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
