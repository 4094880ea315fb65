"""The interface of every neural network: embed photos and texts, give tokens.

A model is used from one thread at a time. Arrays in and out are numpy; torch stays inside `models`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Literal

import numpy as np

from dinodesk.errors import ModelError
from dinodesk.generators import run_to_end
from dinodesk.records import LEAST_DIVISOR, ByteArray, FloatArray, ModelInfo, TokenGrid

FEW_WORDS = 7
"""Words of a query that is no caption, at most."""

Steps = Generator[None, None, FloatArray]
"""A computation in slices of some 50 ms: it yields between slices and returns its result."""


class Model(ABC):
    """A loaded model, ready to use.

    Attributes:
        info: what is known of it.
        text_mark: of how texts become vectors, as far as the fingerprint, which is of photos' vectors, does
            not cover it: vectors of texts with another mark are to be made anew.
    """

    info: ModelInfo
    text_mark: str = ""

    @property
    @abstractmethod
    def decode_side(self) -> int:
        """Short side in pixels that the transform resizes to; drafts decode to at least twice this."""

    @abstractmethod
    def prepare(self, rgb: ByteArray) -> FloatArray:
        """Upright sRGB photo, uint8 (H, W, 3) → what `embed` sees: normalised float32 (3, S, S)."""

    @property
    @abstractmethod
    def preparation(self) -> Callable[[ByteArray], FloatArray]:
        """`prepare` for indexing: picklable, and without torch, so that decoder processes stay small."""

    @abstractmethod
    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        """The whole photo for maps: short side `short_side` rounded to patches, the long one in
        proportion and rounded too; normalised float32 (3, H, W), both multiples of the patch."""

    @abstractmethod
    def embed_steps(self, pixels: FloatArray) -> Steps:
        """Normalised (B, 3, S, S) → unit float32 (B, dim), in slices."""

    @abstractmethod
    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Sentences → unit float32 (M, dim). Raises ModelError without a text tower."""

    def embed_as_written(self, texts: Sequence[str]) -> FloatArray:
        """Like `embed_texts`, for sentences that are made to be averaged: a model that says a few words in
        several ways by itself does not do so here."""
        return self.embed_texts(texts)

    @abstractmethod
    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        """Backbone tokens of normalised (B, 3, H, W), final norm applied.

        With `layers` (0-based, negative from the end) a list of grids, else that of the last layer.
        `dense` asks for the finest grid the model can give for inspection maps (only the built-in
        model and ConvNeXts differ; a ViT's grid is what it is).
        """

    @abstractmethod
    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """Patch tokens of the text-aligned head, float32 (B, h, w, C), not normalised.

        Raises ModelError for a model without a text tower.
        """

    def token_steps(
        self, pixels: FloatArray, layers: Sequence[int], *, dense: bool = False
    ) -> Generator[None, None, list[TokenGrid]]:
        """`tokens` with layers, in slices of some 50 ms where the model is slow enough to need them."""
        yield
        grids = self.tokens(pixels, layers, dense=dense)
        return grids if isinstance(grids, list) else [grids]

    def head_patch_steps(self, pixels: FloatArray, *, dense: bool = False) -> Steps:
        """`head_patches` in slices."""
        yield
        return self.head_patches(pixels, dense=dense)

    def embed_pixels(self, pixels: FloatArray) -> FloatArray:
        """Normalised (B, 3, S, S) → unit float32 (B, dim), in one go."""
        return run_to_end(self.embed_steps(pixels))

    def patch_half(self, vectors: FloatArray) -> FloatArray:
        """The half of (N, dim) vectors that pairs with head patch tokens, (N, dim / 2), made unit."""
        if not self.info.text:
            raise ModelError(f"{self.info.title} has no text tower.", "Choose a model that reads sentences.")
        half = vectors[:, vectors.shape[1] // 2 :]
        norm = np.linalg.norm(half, axis=1, keepdims=True)
        return np.asarray(half / np.maximum(norm, LEAST_DIVISOR), np.float32)

    def crop_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """The part of an upright photo that `prepare` keeps: left, top, right, bottom as fractions.

        By default a centre crop of `image_size` after resizing the short side to `decode_side`.
        """
        scale = self.decode_side / min(width, height)
        across = min(1.0, self.info.image_size / (width * scale))
        down = min(1.0, self.info.image_size / (height * scale))
        return ((1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2)

    def query_kind(self, text: str, vector: FloatArray | None = None) -> Literal["few", "caption", "name"]:
        """What kind of query a text is, for its calibration: a few words, a caption, or the name of something
        that the model knows by it. `vector` is that of `embed_texts`, (D,), where it is at hand."""
        return "few" if len(text.split()) <= FEW_WORDS else "caption"

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the text tower's vocabulary: no rare or foreign one."""
        return False

    @staticmethod
    def is_out_of_memory(error: Exception) -> bool:
        """Whether a computation failed because the device's memory is full: a smaller batch may pass."""
        # by name, since the class moved between torch versions and this module needs no torch
        return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"

    def warm_up(self) -> None:
        """Run one batch and one text, so that the first real request is not the slow one."""
        side = self.info.image_size
        self.embed_pixels(np.zeros((1, 3, side, side), np.float32))
        if self.info.text:
            self.embed_texts(["a photo"])
