"""Models loaded from checkpoint files: backbones alone, and dino.txt."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from dinodesk.errors import ModelError
from dinodesk.models.inference.devices import DeviceChoice
from dinodesk.models.inference.model import Model, Steps
from dinodesk.models.inference.time_slices import finish, sliced
from dinodesk.models.networks.dinotxt import TextTower, VisionHead, image_vector, pad
from dinodesk.models.networks.vit import Backbone, LayerTokens
from dinodesk.models.preprocessing.pillow_transforms import Preparation
from dinodesk.models.preprocessing.transforms import Transform
from dinodesk.records import ByteArray, FloatArray, ModelInfo, TokenGrid

_TEXTS = 16
"""Sentences that go through the text tower at once."""


class VisualModel(Model):
    """A backbone without text: its vector is the CLS token of the last layer after the final norm."""

    def __init__(
        self, info: ModelInfo, backbone: Backbone, transform: Transform, choice: DeviceChoice
    ) -> None:
        self.info = info
        self._choice = choice
        self._transform = transform
        self._backbone = backbone.to(choice.device)

    @property
    def decode_side(self) -> int:
        """Short side before the cut."""
        return self._transform.short_side

    def prepare(self, rgb: ByteArray) -> FloatArray:
        """The official evaluation transform of the family."""
        return self._transform(rgb)

    @property
    def preparation(self) -> Preparation:
        """`prepare` with Pillow's bicubic."""
        return self._transform.preparation()

    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        """The whole photo, both sides rounded to multiples of the patch."""
        return self._transform.whole(rgb, short_side, self.info.patch)

    def embed_steps(self, pixels: FloatArray) -> Steps:
        """Unit (B, dim), handing back control between blocks."""
        vectors = yield from sliced(self._embed(self._tensor(pixels)))
        return to_numpy(vectors)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Raises ModelError: there is no text tower."""
        raise self._no_text()

    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        """See Model."""
        if layers is None:
            return finish(self.token_steps(pixels, [self.info.layers - 1], dense=dense))[0]
        return finish(self.token_steps(pixels, layers, dense=dense))

    def token_steps(
        self, pixels: FloatArray, layers: Sequence[int], *, dense: bool = False
    ) -> Generator[None, None, list[TokenGrid]]:
        """See Model."""
        chosen = [self._layer(number) for number in layers]
        if not chosen:
            return []
        found = yield from sliced(self._backbone.steps(self._tensor(pixels), chosen, dense))
        return [TokenGrid(*map(to_numpy, (t.cls, t.registers, t.patches))) for t in found]

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """Raises ModelError: there is no text tower."""
        raise self._no_text()

    def _embed(self, pixels: Tensor) -> Generator[None, None, Tensor]:
        tokens = yield from self._last(pixels)
        return functional.normalize(tokens.cls.float(), dim=1)

    def _last(self, pixels: Tensor, dense: bool = False) -> Generator[None, None, LayerTokens]:
        found = yield from self._backbone.steps(pixels, [self.info.layers - 1], dense)
        return found[0]

    def _tensor(self, pixels: FloatArray) -> Tensor:
        batch = torch.from_numpy(np.require(pixels, np.float32, ["C", "W"]))
        if batch.ndim != 4 or batch.shape[1] != 3 or min(batch.shape[2:]) < self.info.patch:
            size = "×".join(map(str, batch.shape))
            raise ModelError(
                f"{self.info.title} can't read pixels of the shape {size}.", "Give (B, 3, H, W)."
            )
        return batch.to(self._choice.device, self._choice.dtype)

    def _layer(self, number: int) -> int:
        count = self.info.layers
        if not -count <= number < count:
            raise ModelError(f"{self.info.title} has no layer {number}.", f"Choose one of 0 to {count - 1}.")
        return number % count

    def _no_text(self) -> ModelError:
        return ModelError(f"{self.info.title} has no text tower.", "Choose a model that reads sentences.")


class DinoTxtModel(VisualModel):
    """dino.txt: a backbone, its vision head, and the text tower that was trained with it."""

    def __init__(
        self,
        info: ModelInfo,
        backbone: Backbone,
        transform: Transform,
        choice: DeviceChoice,
        towers: tuple[VisionHead, TextTower],
    ) -> None:
        super().__init__(info, backbone, transform, choice)
        self._head = towers[0].to(choice.device)
        self._text = towers[1].to(choice.device)
        # Its cleaning library takes 0.1 s to import, which the built-in model need not wait for.
        from dinodesk.models.tokenizers.clip_bpe import Tokenizer

        self._tokenizer = Tokenizer()

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Sentences → unit (M, dim); texts of like length are run together."""
        if not texts:
            return np.zeros((0, self.info.dim), np.float32)
        ids = self._tokenizer.encode_all(texts, self._text.context)
        most = max(max(each) for each in ids)
        if most >= self._text.vocabulary:
            raise ModelError(
                f"The text tower of {self.info.title} knows {self._text.vocabulary:,} tokens, and the "
                f"sentence needs number {most:,}.",
                "Use the official files.",
            )
        order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
        out = np.empty((len(ids), self.info.dim), np.float32)
        for start in range(0, len(order), _TEXTS):
            rows = order[start : start + _TEXTS]
            batch = pad([ids[row] for row in rows]).to(self._choice.device)
            vectors = finish(self._text.steps(batch))
            out[rows] = to_numpy(functional.normalize(vectors.float(), dim=1))
        return out

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return self._tokenizer.has_word(word)

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """Patch tokens of the vision head, (B, h, w, C), not normalised."""
        return finish(self.head_patch_steps(pixels, dense=dense))

    def head_patch_steps(self, pixels: FloatArray, *, dense: bool = False) -> Steps:
        """See Model."""
        head = yield from sliced(self._run_head(self._tensor(pixels), dense))
        return to_numpy(head.patches)

    def _embed(self, pixels: Tensor) -> Generator[None, None, Tensor]:
        head = yield from self._run_head(pixels)
        return functional.normalize(image_vector(head.cls.float(), head.patches.float()), dim=1)

    def _run_head(self, pixels: Tensor, dense: bool = False) -> Generator[None, None, LayerTokens]:
        tokens = yield from self._last(pixels, dense)
        x = yield from self._head.steps(tokens.sequence())
        first = 1 + tokens.registers.shape[1]
        return LayerTokens(x[:, 0], x[:, 1:first], x[:, first:].reshape(tokens.patches.shape))


def to_numpy(tensor: Tensor) -> FloatArray:
    """Any tensor → contiguous float32."""
    return np.ascontiguousarray(tensor.float().cpu().numpy())
