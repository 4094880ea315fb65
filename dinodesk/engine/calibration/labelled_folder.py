"""A folder whose subfolders are labels: its photos and labels read and scored, in slices.

Photos are only read: neither a library nor a cache takes anything of them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass

import numpy as np

from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.engine.decoding.photo_reader import read_with_middle
from dinodesk.engine.messages import CalibrationProgress
from dinodesk.errors import DinoDeskError, PhotoError, UsageError
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.files.scanner import FoundFile, walk
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, Skipped, TemplateSet
from dinodesk.search.index.vector_index import usable
from dinodesk.search.prompt_templates import embed_labels

NO_VECTOR = "The model gave no usable vector for it."
_AHEAD = 12
"""Photos that are read ahead of the model."""
_PATIENCE = 0.02
"""Seconds to wait for a photo before something else is done."""

_Pixels = tuple[FloatArray, FloatArray | None]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFolder:
    """The photos below a folder that could be read, and the labels.

    Attributes:
        folder: absolute.
        templates: what became of the labels.
        paths: absolute, N of them.
        labels: K of them.
        truth: of each photo, the number of the label that its subfolder has for a name; None without one.
        scores: float32 (N, K) cosines of photos and labels.
        middle_scores: the same of the middle of each photo, two thirds of each side; None where it was not
            asked for.
        skipped: what could not be read.
    """

    folder: str
    templates: TemplateSet
    paths: Sequence[str]
    labels: Sequence[str]
    truth: Sequence[int | None]
    scores: FloatArray
    middle_scores: FloatArray | None
    skipped: Sequence[Skipped]


def read_steps(
    model: Model,
    decoders: Decoders,
    folder: str,
    labels: Sequence[str] = (),
    *,
    templates: TemplateSet = "none",
    middle: bool = False,
) -> Generator[CalibrationProgress | None, None, LabelledFolder]:
    """Read and score the photos below `folder`, an absolute path, by `labels`, else by the names of its
    subfolders; with `middle` the middle of each photo, too.

    Raises DinoDeskError where there is no folder or no photo in it, UsageError without labels, ModelError
    for a model that reads no words.
    """
    names = list(dict.fromkeys(labels)) or _subfolders(folder)
    if not names:
        raise UsageError("There are no labels.", "Choose a folder with a subfolder for each label.")
    photos, skipped = yield from _photos_in(folder)
    words = yield from _embed_names(model, names, templates)
    good: list[str] = []
    whole_rows, middle_rows = [], []
    for done, (path, pixels) in enumerate(_read_ahead(model, decoders, photos, middle)):
        yield CalibrationProgress(phase="photos", done=done, total=len(photos))
        read = yield from _when_read(path, pixels, skipped)
        if read is None:
            continue
        vectors = yield from _embed_each(model, [part for part in read if part is not None])
        if not usable(vectors).all():
            skipped.append(Skipped(path, NO_VECTOR))
            continue
        scores = np.asarray(vectors @ words.T, np.float32)
        good.append(path)
        whole_rows.append(scores[0])
        middle_rows.append(scores[-1])
    nothing = np.zeros((0, len(names)), np.float32)
    return LabelledFolder(
        folder=folder,
        templates=templates,
        paths=good,
        labels=names,
        truth=[label_of(folder, path, names) for path in good],
        scores=np.stack(whole_rows) if good else nothing,
        middle_scores=(np.stack(middle_rows) if good else nothing) if middle else None,
        skipped=skipped,
    )


def label_of(folder: str, path: str, labels: Sequence[str]) -> int | None:
    """The number of the label that the first folder on the way from `folder` to a photo is named like."""
    parts = os.path.relpath(path, folder).split(os.sep)
    return labels.index(parts[0]) if len(parts) > 1 and parts[0] in labels else None


def sentence_of(label: str) -> str:
    """What the model reads for a label."""
    return label.replace("_", " ")


def _subfolders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(each.name for each in entries if each.is_dir() and not each.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DinoDeskError(f"There is no folder {folder}.", "Check the name.") from error
    except OSError as error:
        raise DinoDeskError(f"The folder {folder} can't be read: {plain_reason(error)}.") from error


def _photos_in(
    folder: str,
) -> Generator[CalibrationProgress | None, None, tuple[list[str], list[Skipped]]]:
    """The photos below a folder, and what could not be listed."""
    photos: list[str] = []
    skipped: list[Skipped] = []
    if not os.path.isdir(folder):
        raise DinoDeskError(f"There is no folder {folder}.", "Check the name.")
    yield CalibrationProgress(phase="looking")
    for each in walk(folder):
        if isinstance(each, FoundFile):
            photos.append(each.path)
        elif each is not None:
            skipped.append(each)
        else:
            yield None
    if not photos:
        raise DinoDeskError(f"There are no photos below {folder}.", "Check the folder.")
    return photos, skipped


def _embed_names(
    model: Model, names: Sequence[str], templates: TemplateSet
) -> Generator[CalibrationProgress, None, FloatArray]:
    """The unit vectors of labels, float32 (K, D), one a slice."""
    embed = model.embed_texts if templates == "none" else model.embed_as_written
    rows = []
    for done, name in enumerate(names):
        yield CalibrationProgress(phase="labels", done=done, total=len(names))
        rows.append(embed_labels([sentence_of(name)], templates, embed)[0])
    return np.stack(rows)


def _read_ahead(
    model: Model, decoders: Decoders, paths: Sequence[str], middle: bool
) -> Generator[tuple[str, Future[_Pixels]], None, None]:
    """Each photo and its pixels, which may still be read, in order; the next ones are read meanwhile."""
    waiting: deque[tuple[str, Future[_Pixels]]] = deque()
    rest = iter(paths)
    try:
        while True:
            while len(waiting) < _AHEAD and (path := next(rest, None)) is not None:
                waiting.append(
                    (
                        path,
                        decoders.submit(
                            read_with_middle, path, 2 * model.decode_side, model.preparation, middle
                        ),
                    )
                )
            if not waiting:
                return
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _embed_each(model: Model, parts: Sequence[FloatArray]) -> Generator[None, None, FloatArray]:
    """The vectors of normalised pixels, float32 (P, D), one after the other: a query waits for one only."""
    rows = []
    for part in parts:
        yield
        vectors: FloatArray = yield from model.embed_steps(part[None])
        rows.append(vectors[0])
    return np.stack(rows)


def _when_read(
    path: str, future: Future[_Pixels], skipped: list[Skipped]
) -> Generator[None, None, _Pixels | None]:
    """The pixels once they are there; None for a photo that can't be read, which is noted."""
    try:
        while not future.done():
            wait([future], timeout=_PATIENCE)
            if not future.done():
                yield
    finally:
        future.cancel()
    try:
        return future.result()
    except PhotoError as error:
        skipped.append(Skipped(path, error.sentence))
        return None
    except OSError as error:
        skipped.append(Skipped(path, f"The file can't be read: {plain_reason(error)}."))
        return None
