"""The built-in model: EfficientNet-Lite2 and a small sentence encoder, joined through class names.

Convex combination of semantic embeddings (ConSE, Norouzi et al. 2013, arXiv 1312.5650): the classifier's
ten likeliest classes, weighted by softmax(logits / 2), average their names' sentence vectors. Done on the
pooled features it is the CLS half of the photo's vector; done on every cell and averaged, the patch half.
A text's sentence vector stands in both halves, so everything made for dino.txt works here too. Sentence
vectors are centred on the mean of the classes', without which all texts look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from dinodesk import paths
from dinodesk.errors import ModelError
from dinodesk.models import transforms
from dinodesk.models.devices import Place
from dinodesk.models.effnet import LAYERS, EfficientNetLite
from dinodesk.models.fingerprints import fingerprint
from dinodesk.models.minilm import SentenceEncoder
from dinodesk.models.model import Model, Steps
from dinodesk.models.slices import sliced
from dinodesk.models.wordpiece import WordPiece
from dinodesk.records import ByteArray, FloatArray, Line, ModelInfo, TokenGrid

NAME = "builtin"
TITLE = "built-in (small)"
MAP_SIZE = 384
SHA256 = "7247d867fafaf0461f3be890a61ad64986ccea7223b03f24fa049642fca33bce"
"""Of the file that DinoDesk ships."""
TOP = 10
SOFTNESS = 2.0
LINE = Line(threshold=0.33, temperature=15.0)

_PATCH = 32
_TEXTS = 32
_RECIPE = f"conse top {TOP} softness {SOFTNESS}, cls ++ mean patch"


def path() -> Path:
    """Where the built-in model's one file lies."""
    return paths.resource("models", "dinodesk-builtin.safetensors")


class BuiltinModel(Model):
    """See the module; made by `load`."""

    def __init__(self, tensors: dict[str, Tensor], place: Place, mark: str) -> None:
        """`tensors` are those of the file, `mark` the fingerprint."""
        self._place = place
        image = {key[6:]: value.to(place.dtype) for key, value in tensors.items() if key.startswith("image.")}
        self._net = EfficientNetLite(image).eval().to(place.device)
        self._net = self._net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._names = tensors["classes"].float().to(place.device)
        self._classifier = (
            tensors["image.classifier.weight"].float().to(place.device),
            tensors["image.classifier.bias"].float().to(place.device),
        )
        # The text tower is small and stays fp32: a sentence has one vector, whatever the precision.
        self._encoder = SentenceEncoder(
            {key[5:]: value for key, value in tensors.items() if key.startswith("text.")}
        )
        self._centre = tensors["centre"].float()
        self._tokenizer = WordPiece(bytes(tensors["vocabulary"].numpy()).decode("utf-8").splitlines())
        self.info = ModelInfo(
            name=NAME,
            title=TITLE,
            family="builtin",
            text=True,
            dim=2 * self._encoder.width,
            fingerprint=mark,
            patch=_PATCH,
            image_size=transforms.BUILTIN.crop,
            map_size=MAP_SIZE,
            layers=LAYERS,
            line=LINE,
            device=place.device,
            precision=place.precision,
        )

    @property
    def decode_side(self) -> int:
        """Short side before the cut."""
        return transforms.BUILTIN.short_side

    def prepare(self, rgb: ByteArray) -> FloatArray:
        """Short side 296 bicubic, centre 260, (x - 127) / 128."""
        return transforms.BUILTIN(rgb)

    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        """The whole photo, both sides rounded to multiples of 32."""
        return transforms.BUILTIN.whole(rgb, short_side, _PATCH)

    def embed_steps(self, pixels: FloatArray) -> Steps:
        """Unit (B, 768): pooled ConSE vector ++ mean of the cells' ConSE vectors."""
        return (yield from sliced(self._embed(pixels)))

    def _embed(self, pixels: FloatArray) -> Steps:
        features = (yield from self._net.steps(self._tensor(pixels))).float()
        cls = self._conse(features.mean((2, 3)))
        patches = self._conse(features.flatten(2).transpose(1, 2)).mean(1)
        return _numpy(functional.normalize(torch.cat([cls, patches], 1), dim=1))

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit (M, 768): the sentence vector in both halves."""
        if not texts:
            return np.zeros((0, self.info.dim), np.float32)
        with torch.inference_mode():
            ids = [self._tokenizer.encode(text) for text in texts]
            rows = [self._encoder(ids[start : start + _TEXTS]) for start in range(0, len(ids), _TEXTS)]
            half = functional.normalize(torch.cat(rows) - self._centre, dim=1)
            return _numpy(functional.normalize(torch.cat([half, half], 1), dim=1))

    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        """Outputs of the seven stages and, last, the head features (1,280 wide); `cls` is their mean."""
        chosen = [LAYERS - 1] if layers is None else [self._layer(number) for number in layers]
        with torch.inference_mode():
            out = self._net.layers(self._tensor(pixels), dense)
            grids = [_grid(out[number].float()) for number in chosen]
        return grids[0] if layers is None else grids

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """ConSE vector of every cell, (B, h, w, 384)."""
        with torch.inference_mode():
            features = self._net.layers(self._tensor(pixels), dense)[-1].float()
            return _numpy(self._conse(features.permute(0, 2, 3, 1)))

    def _conse(self, features: Tensor) -> Tensor:
        """Head features (…, 1280) → unit sentence vectors (…, 384)."""
        logits = functional.linear(features, *self._classifier)
        values, classes = logits.topk(TOP, -1)
        weights = torch.zeros_like(logits).scatter_(-1, classes, (values / SOFTNESS).softmax(-1))
        return functional.normalize(weights @ self._names, dim=-1)

    def _tensor(self, pixels: FloatArray) -> Tensor:
        batch = torch.from_numpy(np.require(pixels, np.float32, ["C", "W"])).to(self._place.device)
        return batch.to(self._place.dtype).contiguous(memory_format=torch.channels_last)

    def _layer(self, number: int) -> int:
        if not -LAYERS <= number < LAYERS:
            raise ModelError(f"{TITLE} has no layer {number}.", f"Choose one of 0 to {LAYERS - 1}.")
        return number % LAYERS


def load(place: Place, file: Path | None = None) -> BuiltinModel:
    """Read the file and build the model.

    Raises:
        ModelError: the file is missing or is not whole.
    """
    file = file or path()
    try:
        tensors = load_file(file)
        return BuiltinModel(tensors, place, fingerprint([file], f"{transforms.BUILTIN.describe()} {_RECIPE}"))
    except FileNotFoundError as error:
        raise ModelError("The built-in model's file is missing.", "Install DinoDesk again.") from error
    except (SafetensorError, KeyError, OSError) as error:
        raise ModelError("The built-in model's file is damaged.", "Install DinoDesk again.") from error


def _grid(features: Tensor) -> TokenGrid:
    """(B, D, h, w) → tokens; a convolutional network's CLS is the mean of its cells."""
    patches = features.permute(0, 2, 3, 1)
    return TokenGrid(
        cls=_numpy(patches.mean((1, 2))),
        registers=np.zeros((features.shape[0], 0, features.shape[1]), np.float32),
        patches=_numpy(patches),
    )


def _numpy(tensor: Tensor) -> FloatArray:
    return np.ascontiguousarray(tensor.float().cpu().numpy())
