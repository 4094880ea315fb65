"""A loaded model, for scripts: photos, sentences and pixels to vectors and tokens."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.library.images.decoder import decode
from dinodesk.models import loader
from dinodesk.models.inference.model import Model as Network
from dinodesk.records import ByteArray, FloatArray, ModelInfo, TokenGrid

EMBED_BATCH = 8

PathLike = str | os.PathLike[str]


def load_model(
    name_or_files: PathLike | Sequence[PathLike], device: str = "auto", precision: str = "fp32"
) -> Model:
    """Load a zoo name, one file, comma-joined files or a list of files (backbone first).

    Raises ModelError with what is wrong or missing.
    """
    if isinstance(name_or_files, str | os.PathLike):
        return Model(loader.load_model(os.fspath(name_or_files), device=device, precision=precision))
    files = [os.fspath(each) for each in name_or_files]
    return Model(loader.load_model(files, device=device, precision=precision))


class Model:
    """A loaded model.

    Attributes:
        info: name, family, widths, default line, device and precision.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._decoders: DecoderPool | None = None

    @property
    def info(self) -> ModelInfo:
        """What is known of the model."""
        return self.network.info

    def embed_images(self, images: Sequence[PathLike | ByteArray | Any]) -> FloatArray:
        """Files, uint8 arrays (H, W, 3) or Pillow images → unit float32 (N, D).

        Raises PhotoError for a file that can't be read.
        """
        rows = [np.zeros((0, self.info.dim), np.float32)]
        for start in range(0, len(images), EMBED_BATCH):
            pixels = [self.network.prepare(self._rgb(each)) for each in images[start : start + EMBED_BATCH]]
            rows.append(self.network.embed_pixels(np.stack(pixels)))
        return np.concatenate(rows)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Sentences → unit float32 (M, D). Raises ModelError without a text tower."""
        if not texts:
            return np.zeros((0, self.info.dim), np.float32)
        return self.network.embed_texts(list(texts))

    def tokens(self, pixels: Any, layers: Sequence[int] | None = None) -> TokenGrid | list[TokenGrid]:
        """Backbone tokens of normalised float32 (B, 3, H, W), final norm applied.

        `cls` (B, D), `registers` (B, R, D), `patches` (B, h, w, D), float32; with `layers` (0-based) a
        list of such records.
        """
        return self.network.tokens(np.asarray(pixels, np.float32), layers)

    def _rgb(self, image: PathLike | ByteArray | Any) -> ByteArray:
        if isinstance(image, str | os.PathLike):
            if self._decoders is None:
                self._decoders = DecoderPool()
                weakref.finalize(self, self._decoders.close)  # a model is closed by nobody
            return self._decoders.call(decode, os.path.abspath(os.path.expanduser(image))).rgb
        array = np.asarray(image if isinstance(image, np.ndarray) else image.convert("RGB"))
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
            raise ValueError(f"an image must be uint8 (H, W, 3), not {array.dtype} {array.shape}")
        return array
