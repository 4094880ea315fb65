"""A seeded fake encoder with the face of `models.model.Model`, so that most tests need no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from dinodesk.models.inference.model import Model, Steps
from dinodesk.records import ByteArray, ConfidenceCurve, FloatArray, ModelInfo, TokenGrid

SIDE, PATCH, HALF = 32, 8, 16


class FakeModel(Model):
    """Vectors are mean colours in random directions: red photos are near "red", blue ones near "blue"."""

    def __init__(self, fingerprint: str = "fa4e" * 8, text: bool = True) -> None:
        self.info = ModelInfo(
            name="fake",
            title="fake encoder",
            family="builtin",
            text=text,
            dim=2 * HALF,
            fingerprint=fingerprint,
            patch=PATCH,
            image_size=SIDE,
            map_size=48,
            layers=3,
            line=ConfidenceCurve(0.5, 20.0),
            device="cpu",
            precision="fp32",
        )
        self._basis = np.random.default_rng(5).standard_normal((3, HALF)).astype(np.float32)
        self.embedded = 0

    @property
    def decode_side(self) -> int:
        return SIDE

    def prepare(self, rgb: ByteArray) -> FloatArray:
        return sampled(rgb)

    @property
    def preparation(self) -> Callable[[ByteArray], FloatArray]:
        return sampled

    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        h, w = rgb.shape[:2]
        scale = short_side / min(h, w)
        rows = np.linspace(0, h - 1, max(1, round(h * scale / PATCH)) * PATCH).astype(int)
        columns = np.linspace(0, w - 1, max(1, round(w * scale / PATCH)) * PATCH).astype(int)
        return (rgb[rows][:, columns].transpose(2, 0, 1) / 255.0).astype(np.float32)

    def embed_steps(self, pixels: FloatArray) -> Steps:
        self.embedded += len(pixels)
        yield
        half = pixels.mean(axis=(2, 3)) @ self._basis
        return _unit(np.concatenate([half, half], axis=1))

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._text(text) for text in texts])

    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        patches = self._cells(pixels)
        grids = [
            TokenGrid(
                patches.mean(axis=(1, 2)) + n, np.zeros((len(pixels), 0, HALF), np.float32), patches + n
            )
            for n in (layers or [0])
        ]
        return grids if layers is not None else grids[0]

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        return self._cells(pixels)

    def _cells(self, pixels: FloatArray) -> FloatArray:
        b, _, h, w = pixels.shape
        cells = pixels.reshape(b, 3, h // PATCH, PATCH, w // PATCH, PATCH).mean(axis=(3, 5))
        return (cells.transpose(0, 2, 3, 1) @ self._basis).astype(np.float32)

    def _text(self, text: str) -> FloatArray:
        colours = {"red": [1, 0, 0], "green": [0, 1, 0], "blue": [0, 0, 1]}
        known = [colours[word] for word in text.lower().split() if word in colours]
        if known:
            half = np.mean(known, axis=0) @ self._basis
        else:
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
            half = np.random.default_rng(seed).standard_normal(HALF)
        return _unit(np.concatenate([half, half])[None].astype(np.float32))[0]


def sampled(rgb: ByteArray) -> FloatArray:
    """What the fake sees; a function of its own, since decoder processes must be able to import it."""
    rows = np.linspace(0, rgb.shape[0] - 1, SIDE).astype(int)
    columns = np.linspace(0, rgb.shape[1] - 1, SIDE).astype(int)
    return (rgb[rows][:, columns].transpose(2, 0, 1) / 255.0).astype(np.float32)


def _unit(rows: FloatArray) -> FloatArray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(np.float32)
