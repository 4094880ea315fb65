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
from dinodesk.errors import PhotoError, UsageError
from dinodesk.library.images.decoder import decode
from dinodesk.records import FloatArray
from dinodesk.search.index.vector_index import usable
from dinodesk.text_decoding import by_code_page, decode_list, decode_names, is_text, lines_of
from dinodesk.wording import count

NO_VECTOR = "The model gave no usable vector for it."
EMPTY_LINE = "The line is empty."
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
            if not images[row].strip():  # it would be the current folder
                bad.append({"path": images[row], "reason": EMPTY_LINE})
                continue
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
    """The lines of a text file in whatever encoding it is, none without a file.

    Raises UsageError for a file that is no text and for one without words.
    """
    return [] if file is None else _lines(file, decode_list(Path(file).expanduser().read_bytes()))


def read_lines(file: str | None) -> list[str]:
    """The lines of a list of files, none without one.

    Bytes that are not UTF-8 stay as surrogates, but where no file has such a name and one has that of the
    code page. Raises UsageError for a file that is no text and for one without names.
    """
    if file is None:
        return []
    return [_as_there(line) for line in _lines(file, decode_names(Path(file).expanduser().read_bytes()))]


def _lines(file: str, text: str) -> list[str]:
    if not is_text(text):
        raise UsageError(f"{file} is not a text.", "Give a plain text file, one entry a line.")
    if not text.strip():
        raise UsageError(f"{file} is empty.", "Give a plain text file, one entry a line.")
    return lines_of(text)


def _as_there(name: str) -> str:
    """The name as it is, or as its code page reads it if only that is there."""
    if name.isprintable() or _is_there(name):  # surrogates are not printable
        return name
    read = by_code_page(name)
    return read if _is_there(read) else name


def _is_there(name: str) -> bool:
    return os.path.lexists(os.path.expanduser(name))
