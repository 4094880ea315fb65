"""Rows of an array by name, kept on disk between runs: `STEM.npy` has the rows, `STEM.json` the names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from dinodesk.records import FloatArray


def read_rows(stem: Path, mark: str) -> tuple[dict[str, int], FloatArray]:
    """The row of each name, and the rows; nothing where they were made by something of another `mark`."""
    index, rows = _files(stem)
    if index.exists() and rows.exists():
        stored = json.loads(index.read_text("utf-8"))
        if stored["mark"] == mark:
            return {name: number for number, name in enumerate(stored["names"])}, np.load(rows)
    return {}, np.zeros((0,), np.float32)


def write_rows(stem: Path, mark: str, known: dict[str, int], array: FloatArray) -> None:
    """Replace what is kept. Raises OSError."""
    index, rows = _files(stem)
    index.parent.mkdir(parents=True, exist_ok=True)
    # rows without an index are ignored, an index beside old rows would be wrong
    index.unlink(missing_ok=True)
    part = rows.with_name(rows.name + ".part")
    with part.open("wb") as file:
        np.save(file, array)
    os.replace(part, rows)
    part.write_text(json.dumps({"mark": mark, "names": sorted(known, key=known.__getitem__)}), "utf-8")
    os.replace(part, index)  # an index that was cut off would not be read


def _files(stem: Path) -> tuple[Path, Path]:
    return stem.with_name(f"{stem.name}.json"), stem.with_name(f"{stem.name}.npy")
