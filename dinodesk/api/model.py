"""A loaded model, for scripts: photos, sentences and pixels to vectors and tokens."""

from __future__ import annotations

import operator
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from dinodesk.api.arguments import PathLike, full_path, listed
from dinodesk.api.turn_lock import TurnLock
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import PhotoError
from dinodesk.library.images.decoder import decode, decode_image
from dinodesk.models import loader
from dinodesk.models.inference.model import Model as Network
from dinodesk.records import ByteArray, FloatArray, ModelInfo, TokenGrid
from dinodesk.search.index.vector_index import usable

EMBED_BATCH = 8

Images = Iterable[PathLike | ByteArray | Any] | PathLike | ByteArray | Any
"""Files, arrays and Pillow images, or one of them."""

_locks: weakref.WeakKeyDictionary[Network, TurnLock] = weakref.WeakKeyDictionary()
_locks_guard = threading.Lock()


def load_model(
    name_or_files: PathLike | Sequence[PathLike], device: str = "auto", precision: str = "fp32"
) -> Model:
    """Load a zoo name, one file, comma-joined files or a list of files (backbone first).

    Raises ModelError with what is wrong or missing, ValueError for an empty or blank name.
    """
    files = [os.fsdecode(each) for each in listed(name_or_files)]
    if not all(file.strip() for file in files):
        raise ValueError("the name of a model is empty: give a name of the zoo, or its files")
    given = files[0] if len(files) == 1 else files
    return Model(loader.load_model(given, device=device, precision=precision))


class Model:
    """A loaded model, for any number of threads: they take turns.

    Attributes:
        info: name, family, widths, default line, device and precision.
        lock: held while the network computes, one for all wrappers of the same network.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._decoders: DecoderPool | None = None
        with _locks_guard:
            self.lock = _locks.setdefault(network, TurnLock())

    @property
    def info(self) -> ModelInfo:
        """What is known of the model."""
        return self.network.info

    def embed_images(self, images: Images) -> FloatArray:
        """Files, uint8 arrays (H, W, 3) in sRGB, or Pillow images, or one of them → unit float32 (N, D).

        A Pillow image has the vector of its file: it is turned upright, converted to sRGB and laid on white
        as a file is. Raises PhotoError for what can't be read and where the model gives no vector, ValueError
        for an array of another kind or shape, TypeError for anything else.
        """
        given = [images] if _is_picture(images) else listed(images)
        rows = [np.zeros((0, self.info.dim), np.float32)]
        for start in range(0, len(given), EMBED_BATCH):
            colours = [self._rgb(each) for each in given[start : start + EMBED_BATCH]]
            with self.lock:
                pixels = np.stack([self.network.prepare(each) for each in colours])
                rows.append(self.network.embed_pixels(pixels))
            bad = np.flatnonzero(~usable(rows[-1]))
            if len(bad):
                raise PhotoError(f"The model gave no usable vector for image {start + bad[0]} (from 0).")
        return np.concatenate(rows)

    def embed_texts(self, texts: str | Iterable[str]) -> FloatArray:
        """Sentences, or one → unit float32 (M, D). Raises ModelError without a text tower."""
        return self._embed(texts, self.network.embed_texts)

    def embed_as_written(self, texts: str | Iterable[str]) -> FloatArray:
        """Likewise, of sentences that are made to be averaged: a model that says a few words in several ways
        by itself does not do so here."""
        return self._embed(texts, self.network.embed_as_written)

    def _embed(self, texts: str | Iterable[str], embed: Callable[[Sequence[str]], FloatArray]) -> FloatArray:
        sentences = listed(texts)
        if not sentences:
            return np.zeros((0, self.info.dim), np.float32)
        for each in sentences:
            if not isinstance(each, str):
                raise TypeError(f"a text must be a string, not {type(each).__name__}")
        with self.lock:
            return embed(sentences)

    def tokens(self, pixels: Any, layers: int | Sequence[int] | None = None) -> TokenGrid | list[TokenGrid]:
        """Backbone tokens of normalised float32 (B, 3, H, W), final norm applied.

        `cls` (B, D), `registers` (B, R, D), `patches` (B, h, w, D), float32; with `layers` (0-based, or one
        number) a list of such records. Raises TypeError for layers that are no integers.
        """
        chosen = (
            None if layers is None else [operator.index(each) for each in listed(layers, int, np.integer)]
        )
        with self.lock:
            return self.network.tokens(np.asarray(pixels, np.float32), chosen)

    def _pool(self) -> DecoderPool:
        with self.lock:
            if self._decoders is None:
                self._decoders = DecoderPool()
                weakref.finalize(self, self._decoders.close)  # a model is closed by nobody
            return self._decoders

    def _rgb(self, image: PathLike | ByteArray | Any) -> ByteArray:
        if isinstance(image, (str, bytes, os.PathLike)):
            return self._pool().call(decode, full_path(image)).rgb
        if not isinstance(image, np.ndarray):
            return decode_image(image).rgb
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise ValueError(
                f"an array of an image must be uint8 (H, W, 3) in sRGB, not {image.dtype} {image.shape}: "
                "give the file or a Pillow image, which are converted, or convert it yourself"
            )
        return image


def _is_picture(given: object) -> bool:
    """Whether this is one image: an array that is no stack of them and holds no names, or no collection."""
    if isinstance(given, np.ndarray):
        return given.ndim < 4 and given.dtype.kind not in "OSU"
    return not isinstance(given, Iterable)
