"""The built-in model: EfficientNet-Lite2 and a small sentence encoder, joined in two ways.

The class part needs no training: convex combination of semantic embeddings (ConSE, Norouzi et al. 2013,
arXiv 1312.5650). The classifier's ten likeliest classes, weighted by softmax(logits / 2), average their
names' sentence vectors; a text's own sentence vector is its counterpart. Sentence vectors are centred on
the mean of the classes', without which all texts look alike. It knows what has a name.

The trained part (`builtin_heads`) learnt from captions: two small heads on the same features and sentence
vectors. It knows scenes and deeds better, and names less well. In files of the second generation the last
stages of the backbone are fine-tuned on captions and phrases, and still tell classes; the last layers of the
sentence encoder lie twice, as they were for the class part, and fine-tuned (`tuned.text.…`) for the trained
part; and the image head reads the early stages' outputs besides.

Photo and text have the shape of dino.txt's: a CLS half ++ a mean-patch half, unit length over the whole.
Each half is [class part × a weight, trained part], so that a cosine is a weighted sum of both opinions. A
text that is nearly a class's name ("a photo of a tench") gives its class part more weight than others do, by
its cosine with the nearest class: names keep what the classifier knows, captions what was learnt. What was
learnt is captions, so a few words ("a dog") are said in several ways, each like the beginning of a caption,
and their trained parts averaged (docs/builtin-model.md has what that brings).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from dinodesk import paths
from dinodesk.errors import ModelError
from dinodesk.models.inference.devices import DeviceChoice
from dinodesk.models.inference.fingerprints import fingerprint
from dinodesk.models.inference.model import FEW_WORDS, Model, Steps
from dinodesk.models.inference.time_slices import finish, sliced
from dinodesk.models.networks import builtin_heads
from dinodesk.models.networks.builtin_heads import REGIONS
from dinodesk.models.networks.efficientnet_lite import LAST_STRIDED, LAYERS, EfficientNetLite
from dinodesk.models.networks.minilm import LastLayers, SentenceEncoder
from dinodesk.models.preprocessing import transforms
from dinodesk.models.preprocessing.pillow_transforms import Preparation
from dinodesk.models.tokenizers.wordpiece import WordPiece
from dinodesk.records import LEAST_DIVISOR, ByteArray, ConfidenceCurve, FloatArray, ModelInfo, TokenGrid

NAME = "builtin"
TITLE = "built-in (small)"
MAP_SIZE = 384
"""Default short side of maps, in pixels."""
SHA256 = "e4897a323b111c0532fb5b597a7a106faa519906232778ba65f531808866c770"
"""Of the file that DinoDesk ships."""
TOP = 10
"""Likeliest classes that are averaged."""
SOFTNESS = 2.0
"""Temperature that logits are divided by before the softmax over these classes."""
PHOTO_WEIGHT = 0.5
"""Of a photo's class part beside the trained part."""
TEXT_WEIGHTS = (0.2, 2.0)
"""Of a text's class part: in general, and for names of classes."""
NAMED = (0.65, 0.95)
"""Cosine with the nearest class up to which a text is no name, and from which it is wholly one."""
WORDINGS = (
    "a photo of {}",
    "there is {} in the picture",
    "{} outdoors",
    "a person with {}",
    "{} can be seen",
    "one of them is {}",
)
"""Other ways to say a few words."""
CURVE = ConfidenceCurve(threshold=0.25, temperature=25.0)
"""From resources/models/builtin-calibration.json: 95 of 100 named things, 75 of 100 captions and labels lie
above it, and of photos that do not match 1 of 100 for names, 3 for captions, 5 for labels; the slope is
near the distance of the distributions' means over their variance."""

_PATCH = 32
"""Stride of the backbone's last stages in pixels."""
_TEXTS = 32
"""Sentences that are encoded at once."""
_RECIPE = (
    "squashed, conse top 10 softness 2.0 × 0.5 (0.2, 0.7, 2.0) (0.5, 0.8) (4, 8), aligned head, "
    "cls ++ mean patch"
)
"""How photos become vectors, in the fingerprint. A literal: it once held numbers of the text side, which
may change while the vectors made so far stay valid. It changes where a photo's vector does."""


def path() -> Path:
    """Where the built-in model's one file lies."""
    return paths.resource("models", "dinodesk-builtin.safetensors")


class Parts:
    """The frozen parts: image backbone with classifier, sentence encoder, class vectors.

    Attributes:
        width: of a sentence vector.
    """

    def __init__(self, tensors: dict[str, Tensor], choice: DeviceChoice) -> None:
        """`tensors` are those of the file."""
        self._choice = choice
        self._image = _beginning(tensors, "image.")
        self._names = tensors["classes"].float().to(choice.device)
        self._classifier = (
            tensors["image.classifier.weight"].float().to(choice.device),
            tensors["image.classifier.bias"].float().to(choice.device),
        )
        # The text tower is small and stays fp32: a sentence has one vector, whatever the precision.
        self._encoder = SentenceEncoder(_beginning(tensors, "text."))
        layers = _beginning(tensors, "tuned.text.")
        self._layers = LastLayers(layers).eval().requires_grad_(False) if layers else None
        self._centre = tensors["centre"].float()
        self._tokenizer = WordPiece(bytes(tensors["vocabulary"].numpy()).decode("utf-8").splitlines())
        self.width = self._encoder.width

    @cached_property
    def net(self) -> EfficientNetLite:
        """The image backbone, on the chosen device in its number format. Built when it is first used: a typed
        search needs only what reads texts."""
        image = {key: value.to(self._choice.dtype) for key, value in self._image.items()}
        self._image.clear()
        net = EfficientNetLite(image).eval().to(self._choice.device)
        return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def pixels(self, pixels: FloatArray) -> Tensor:
        """Normalised pixels (B, 3, H, W) on the device, in the backbone's number format and memory order."""
        batch = torch.from_numpy(np.require(pixels, np.float32, ["C", "W"])).to(self._choice.device)
        return batch.to(self._choice.dtype).contiguous(memory_format=torch.channels_last)

    def logits(self, features: Tensor) -> Tensor:
        """Head features (…, 1280) → logits of the 1,000 classes."""
        return functional.linear(features, *self._classifier)

    def conse(self, features: Tensor) -> Tensor:
        """Head features (…, 1280) → unit sentence vectors (…, 384)."""
        values, classes = self.logits(features).topk(TOP, -1)
        weights = (values / SOFTNESS).softmax(-1)
        chosen = functional.embedding(classes, self._names)
        return functional.normalize((weights[..., None] * chosen).sum(-2), dim=-1)

    def sentences(self, texts: Sequence[str]) -> Tensor:
        """Centred unit sentence vectors (M, 384), M at least 1."""
        batches = [self.lower(texts[start : start + _TEXTS], 0) for start in range(0, len(texts), _TEXTS)]
        return self.centred(torch.cat([self._encoder.upper(x, mask) for x, mask in batches]))

    def both_sentences(self, texts: Sequence[str], count: int) -> tuple[Tensor, Tensor]:
        """Centred unit sentence vectors of the first `count` texts, and what the trained part reads of all.

        The latter, (M, 384), come from fine-tuned last layers; in a file without them they are the same.
        """
        if self._layers is None:
            vectors = self.sentences(texts)
            return vectors[:count], vectors
        known, own = [], []
        for start in range(0, len(texts), _TEXTS):
            x, mask = self.lower(texts[start : start + _TEXTS], self._layers.first)
            own.append(self._layers(x, mask))
            if start < count:
                known.append(
                    self._encoder.upper(x[: count - start], mask[: count - start], self._layers.first)
                )
        return self.centred(torch.cat(known)), self.centred(torch.cat(own))

    def lower(self, texts: Sequence[str], layers: int) -> tuple[Tensor, Tensor]:
        """What so many layers of the sentence encoder give (see `SentenceEncoder.lower`)."""
        return self._encoder.lower([self._tokenizer.encode(text) for text in texts], layers)

    def centred(self, sentences: Tensor) -> Tensor:
        """Unit sentence vectors (M, 384) without what all sentences share, unit again."""
        return functional.normalize(sentences - self._centre.to(sentences.device), dim=1)

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return self._tokenizer.has_word(word)

    def text_weights(self, sentences: Tensor) -> Tensor:
        """Weight of the class part of each centred unit sentence vector, (M, 1)."""
        usual, name = TEXT_WEIGHTS
        nearest = (sentences @ self._names.to(sentences.device).T).amax(1, keepdim=True)
        named = ((nearest - NAMED[0]) / (NAMED[1] - NAMED[0])).clamp(0, 1)
        return usual + (name - usual) * named


class BuiltinModel(Model):
    """See the module; made by `load`."""

    def __init__(self, tensors: dict[str, Tensor], choice: DeviceChoice, fingerprint: str) -> None:
        """`tensors` are those of the file that has this `fingerprint`."""
        self._parts = Parts(tensors, choice)
        heads = _beginning(tensors, "head.")
        shape = builtin_heads.shape_of(heads)
        image, self._text_head = builtin_heads.build(heads)
        self._reads_early = shape.early > 0
        self._image_head = image.to(choice.device)
        self.text_mark = repr((FEW_WORDS, WORDINGS, TEXT_WEIGHTS, NAMED))
        self.info = ModelInfo(
            name=NAME,
            title=TITLE,
            family="builtin",
            text=True,
            dim=2 * (self._parts.width + shape.width),
            fingerprint=fingerprint,
            patch=_PATCH,
            image_size=transforms.BUILTIN.crop,
            map_size=MAP_SIZE,
            layers=LAYERS,
            line=CURVE,
            device=choice.device,
            precision=choice.precision,
        )

    @property
    def decode_side(self) -> int:
        """Short side of what `prepare` gives."""
        return transforms.BUILTIN.crop

    def prepare(self, rgb: ByteArray) -> FloatArray:
        """The whole photo squashed to 260 × 260 bicubic, (x - 127) / 128; nothing is cut off."""
        return transforms.BUILTIN.squashed(rgb)

    @property
    def preparation(self) -> Preparation:
        """`prepare`, exactly: it needs no torch."""
        return transforms.BUILTIN.preparation(squash=True)

    def crop_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """All of the photo, whatever its shape."""
        return (0.0, 0.0, 1.0, 1.0)

    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        """The whole photo in its own proportions, both sides rounded to multiples of 32."""
        return transforms.BUILTIN.whole(rgb, short_side, _PATCH)

    def embed_steps(self, pixels: FloatArray) -> Steps:
        """Unit (B, 1536): CLS half ++ mean-patch half, each [class part, trained part]."""
        return (yield from sliced(self._embed(pixels)))

    def _embed(self, pixels: FloatArray) -> Steps:
        layers = yield from self._parts.net.layer_steps(self._parts.pixels(pixels))
        known = builtin_heads.regions(layers[-1].float())
        cls = self._parts.conse(known.mean(1))
        patch = self._parts.conse(known).mean(1)
        trained = self._image_head(self._with_early(known, layers, REGIONS, REGIONS), cls)
        return _numpy(joined(cls, patch, trained, PHOTO_WEIGHT))

    def _with_early(self, cells: Tensor, layers: Sequence[Tensor], height: int, width: int) -> Tensor:
        """What the image head reads of cells on a grid, (B, height · width, C).

        These are the features of the cells, and in some files the early stages' outputs there.
        """
        if not self._reads_early:
            return cells
        early = (builtin_heads.averaged(each.float(), height, width) for each in layers[:LAST_STRIDED])
        return torch.cat([cells, *early], 2)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit (M, 1536): the sentence vector and its trained counterpart, in both halves.

        The counterpart of a text of at most `FEW_WORDS` words is the mean over its `WORDINGS`, too.
        """
        few = [row for row, text in enumerate(texts) if 0 < len(text.split()) <= FEW_WORDS]
        return self._embed_texts(texts, few)

    def embed_as_written(self, texts: Sequence[str]) -> FloatArray:
        """Unit (M, 1536), likewise, of the very sentences."""
        return self._embed_texts(texts, [])

    def _embed_texts(self, texts: Sequence[str], reworded: Sequence[int]) -> FloatArray:
        if not texts:
            return np.zeros((0, self.info.dim), np.float32)
        others = [form.replace("{}", texts[row]) for row in reworded for form in WORDINGS]
        with torch.inference_mode():
            sentence, own = self._parts.both_sentences([*texts, *others], len(texts))
            trained = self._text_head(own)
            known = trained[: len(texts)].clone()
            if others:
                rows = torch.tensor(reworded)
                more = trained[len(texts) :].view(len(rows), len(WORDINGS), -1)
                known[rows] = functional.normalize(known[rows] + more.sum(1), dim=1)
            return _numpy(joined(sentence, sentence, known, self._parts.text_weights(sentence)))

    def query_kind(self, text: str, vector: FloatArray | None = None) -> Literal["few", "caption", "name"]:
        """A name where the class part weighs as much as a name's, by half at least.

        The weight is read from the vector, whose halves hold a unit class part times the weight, and the
        trained part, which is a unit vector over both.
        """
        if vector is None:
            vector = self.embed_as_written([text])[0]
        halves = vector.astype(np.float64).reshape(2, -1)
        classes, trained = halves[:, : self._parts.width], halves[:, self._parts.width :]
        weight = np.linalg.norm(classes) / np.sqrt(2) / max(float(np.linalg.norm(trained)), LEAST_DIVISOR)
        return "name" if weight >= sum(TEXT_WEIGHTS) / 2 else super().query_kind(text)

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return self._parts.has_word(word)

    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        """Outputs of the seven stages and, last, the head features (1,280 wide); `cls` is their mean."""
        if layers is None:
            return finish(self._tokens(pixels, [LAYERS - 1], dense))[0]
        return finish(self._tokens(pixels, layers, dense))

    def token_steps(
        self, pixels: FloatArray, layers: Sequence[int], *, dense: bool = False
    ) -> Generator[None, None, list[TokenGrid]]:
        """See Model."""
        return (yield from sliced(self._tokens(pixels, layers, dense)))

    def _tokens(
        self, pixels: FloatArray, layers: Sequence[int], dense: bool
    ) -> Generator[None, None, list[TokenGrid]]:
        chosen = [self._layer(number) for number in layers]
        out = yield from self._parts.net.layer_steps(self._parts.pixels(pixels), dense)
        return [_grid(out[number].float()) for number in chosen]

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """[class part, trained part] of every cell, (B, h, w, 768)."""
        return finish(self._head_patches(pixels, dense))

    def head_patch_steps(self, pixels: FloatArray, *, dense: bool = False) -> Steps:
        """See Model."""
        return (yield from sliced(self._head_patches(pixels, dense)))

    def _head_patches(self, pixels: FloatArray, dense: bool) -> Steps:
        layers = yield from self._parts.net.layer_steps(self._parts.pixels(pixels), dense)
        features = layers[-1].float()
        B, _, height, width = features.shape
        known, every = builtin_heads.regions(features), features.flatten(2).transpose(1, 2)
        regions = self._with_early(known, layers, REGIONS, REGIONS)
        cells = self._with_early(every, layers, height, width)
        tokens = self._image_head.tokens(regions, self._parts.conse(known.mean(1)), cells)
        # the scale that the photo's own trained part is brought to unit length with
        size = builtin_heads.halves(tokens).norm(dim=1)[:, None, None]
        trained = tokens[:, -height * width :] / size
        named = self._parts.conse(every)
        both = torch.cat([PHOTO_WEIGHT * named, trained], -1)
        return _numpy(both.view(B, height, width, -1))

    def _layer(self, number: int) -> int:
        if not -LAYERS <= number < LAYERS:
            raise ModelError(f"{TITLE} has no layer {number}.", f"Choose one of 0 to {LAYERS - 1}.")
        return number % LAYERS


def joined(cls: Tensor, patch: Tensor, trained: Tensor, weight: Tensor | float) -> Tensor:
    """Class parts of both halves (B, S), trained vectors (B, 2 · D) → unit vectors (B, 2 · (S + D))."""
    first, second = trained.chunk(2, dim=1)
    return functional.normalize(torch.cat([weight * cls, first, weight * patch, second], 1), dim=1)


def load(choice: DeviceChoice, file: Path | None = None) -> BuiltinModel:
    """Read the file and build the model.

    Raises:
        ModelError: the file is missing or is not whole.
    """
    file = file or path()
    try:
        tensors = load_file(file)
        return BuiltinModel(
            tensors, choice, fingerprint([file], f"{transforms.BUILTIN.describe()} {_RECIPE}")
        )
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


def _beginning(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with `prefix`, without it."""
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}


def _numpy(tensor: Tensor) -> FloatArray:
    return np.ascontiguousarray(tensor.float().cpu().numpy())
