"""What the stages that are not trained make of several views of each photo, kept on disk between runs.

Rows lie in arrays that are mapped, not read: a training takes the rows of a batch, whatever their number.
A row is a view of a photo; an interrupted run goes on after the last rows that were written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dinodesk.generators import run_to_end
from dinodesk.models.inference.builtin_model import Parts
from dinodesk.models.networks import builtin_heads
from dinodesk.records import FloatArray
from dinodesk.training.photo_dataset import pixels
from dinodesk.training.tuning.photo_views import view

Key = tuple[str, int]
"""A photo's name and the number of a view."""

_BATCH = 8
"""Views that go through the backbone at once."""
_STORED = 512
"""Views between two writes: what an interrupted run loses at most."""
NOTE = "views.json"
"""Says which views the arrays beside it hold, and how many rows are written."""
_ARRAYS = ("trunk", "regions", "early")


@dataclass(frozen=True, slots=True)
class ViewBatch:
    """Rows of a cache as float32: trunk (B, C, h, w), regions (B, 9, 1280), early features (B, 9, E)."""

    trunk: Tensor
    regions: Tensor
    early: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class ViewCache:
    """Mapped arrays, float16; row i of each is view `keys[i]`.

    Attributes:
        trunk: output of the last stage at stride 16, (R, h, w, C).
        regions: the frozen head features of the 3 × 3 regions, (R, 9, 1280).
        early: outputs of all stages before stride 32, averaged over the regions, (R, 9, E).
    """

    keys: Sequence[Key]
    trunk: npt.NDArray[np.float16]
    regions: npt.NDArray[np.float16]
    early: npt.NDArray[np.float16]

    def rows(self) -> dict[Key, int]:
        """The row of each view."""
        return {key: row for row, key in enumerate(self.keys)}

    def batch(self, rows: Sequence[int]) -> ViewBatch:
        """These rows, in this order."""
        chosen = list(rows)
        return ViewBatch(
            torch.from_numpy(self.trunk[chosen]).float().permute(0, 3, 1, 2),
            torch.from_numpy(self.regions[chosen]).float(),
            torch.from_numpy(self.early[chosen]).float(),
        )


def cached_views(
    parts: Parts, data: Path, wanted: Sequence[Key], cache: Path, mark: str
) -> Generator[str, None, ViewCache]:
    """The cache of these views, which must be in a fixed order; yields progress in words.

    It is made anew where it was made of other views or by weights of another `mark`.
    """
    folder = cache / "views"
    done = _rows_done(folder, wanted, mark)
    arrays: list[np.memmap[tuple[int, ...], np.dtype[np.float16]]] = []
    if done:
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r+") for name in _ARRAYS]
    images = _views(data, wanted[done:])
    while batch := list(islice(images, _BATCH)):
        found = _computed(parts, np.stack(batch))
        if not arrays:
            arrays = [
                _new(folder / f"{name}.npy", len(wanted), each)
                for name, each in zip(_ARRAYS, found, strict=True)
            ]
        for array, each in zip(arrays, found, strict=True):
            array[done : done + len(batch)] = each
        before, done = done, done + len(batch)
        if done // _STORED > before // _STORED or done == len(wanted):
            for array in arrays:
                array.flush()
            _note_rows(folder, wanted, mark, done)
        yield f"views {done} of {len(wanted)}"
    return ViewCache(wanted, *(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS))


def _views(data: Path, wanted: Sequence[Key]) -> Iterator[FloatArray]:
    grouped = [(name, [number for _, number in keys]) for name, keys in groupby(wanted, lambda key: key[0])]
    for (name, numbers), rgb in zip(grouped, pixels(data, [name for name, _ in grouped]), strict=True):
        for number in numbers:
            yield view(rgb, name, number)


def _computed(parts: Parts, batch: FloatArray) -> list[npt.NDArray[np.float16]]:
    with torch.inference_mode():
        early = run_to_end(parts.net.early_steps(parts.pixels(batch)))
        features = parts.net.last(early[-1])
        pooled = torch.cat([builtin_heads.regions(each.float()) for each in early], 2)
        trunk = early[-1].permute(0, 2, 3, 1)
        found = [trunk, builtin_heads.regions(features.float()), pooled]
        return [each.half().contiguous().cpu().numpy() for each in found]


def _new(
    file: Path, rows: int, example: npt.NDArray[np.float16]
) -> np.memmap[tuple[int, ...], np.dtype[np.float16]]:
    return np.lib.format.open_memmap(file, "w+", np.float16, (rows, *example.shape[1:]))


def _rows_done(folder: Path, wanted: Sequence[Key], mark: str) -> int:
    """How many rows of these very views are there; where others are, their note goes, so 0."""
    note = folder / NOTE
    if note.exists():
        stored = json.loads(note.read_text("utf-8"))
        if stored["mark"] == mark and stored["keys"] == [list(key) for key in wanted]:
            return int(stored["rows"])
        note.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    return 0


def _note_rows(folder: Path, wanted: Sequence[Key], mark: str, done: int) -> None:
    part = folder / "views.part"
    part.write_text(json.dumps({"mark": mark, "keys": wanted, "rows": done}), "utf-8")
    os.replace(part, folder / NOTE)
