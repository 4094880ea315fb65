"""EfficientNet-Lite: the image backbone of the built-in model.

EfficientNet (Tan and Le 2019, arXiv 1905.11946) in its "lite" form: ReLU6 everywhere, no
squeeze-and-excite, stem and head of fixed width, TensorFlow's SAME padding. Batch normalisation is
folded into the convolutions when the file is made, so every convolution here has a bias.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from dinodesk.generators import run_to_end

STAGES: tuple[tuple[int, int, int], ...] = (
    (1, 3, 1),
    (3, 3, 2),
    (3, 5, 2),
    (4, 3, 2),
    (4, 5, 1),
    (5, 5, 2),
    (1, 3, 1),
)
"""Lite2's stages as (blocks, depthwise kernel, stride of the first block); widths come from the weights."""

LAYERS = len(STAGES) + 1
"""Number of layers that give tokens: every stage, then the head convolution."""

LAST_STRIDED = 5
"""Stage of the last stride-2 convolution; it and what follows run at stride 32."""

HEAD_FEATURES = 1280
"""Channels of the head convolution, the same for every size of EfficientNet-Lite."""


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """TensorFlow's SAME padding along one axis: (before, after), the odd zero goes after."""
    out = -(-size // stride)
    total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


class SameConv(nn.Module):
    """A convolution with bias under TensorFlow's SAME padding."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.bias = nn.Parameter(bias, requires_grad=False)
        self.stride = stride
        self.groups = weight.shape[0] if weight.shape[1] == 1 else 1

    def forward(self, x: Tensor, stride: int = 0, dilation: int = 1) -> Tensor:
        """(B, C, H, W) → (B, C', H / stride, W / stride), rounded up; stride 0 is the layer's own."""
        stride = stride or self.stride
        kernel = self.weight.shape[-1]
        top, bottom = same_padding(x.shape[2], kernel, stride, dilation)
        left, right = same_padding(x.shape[3], kernel, stride, dilation)
        if top == bottom and left == right:
            return functional.conv2d(x, self.weight, self.bias, stride, (top, left), dilation, self.groups)
        x = functional.pad(x, (left, right, top, bottom))
        return functional.conv2d(x, self.weight, self.bias, stride, 0, dilation, self.groups)


class MBConv(nn.Module):
    """Inverted residual block: 1 × 1 expansion, depthwise convolution, linear 1 × 1 projection."""

    def __init__(self, expand: SameConv | None, depthwise: SameConv, project: SameConv) -> None:
        super().__init__()
        self.expand = expand
        self.depthwise = depthwise
        self.project = project
        first = depthwise if expand is None else expand
        inputs = first.weight.shape[0] if expand is None else first.weight.shape[1]
        self.residual = depthwise.stride == 1 and inputs == project.weight.shape[0]

    def forward(self, x: Tensor, stride: int = 0, dilation: int = 1) -> Tensor:
        """One block; `stride` and `dilation` override those of the depthwise convolution."""
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y, stride, dilation)))
        return x + y if self.residual else y


@dataclass(frozen=True, slots=True)
class _Step:
    """One block and where it stands: its stage and, for dense maps, its stride and dilation."""

    block: MBConv
    stage: int
    stride: int = 0
    dilation: int = 1


class LastStages(nn.Module):
    """The stages at stride 32 and the head convolution, which can be fine-tuned by themselves.

    Keys of `weights`: `blocks.{i}.{expand,depthwise,project}` with i counted through the whole network, and
    `head`, each with `.weight` and `.bias`.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        self._steps: list[_Step] = []
        for stage in range(LAST_STRIDED, len(STAGES)):
            for number, block in enumerate(_stage(weights, stage)):
                self.blocks.append(block)
                # Dense maps: the last stride-2 convolution steps by 1, and everything after it reads
                # every second cell, so that each output cell is one the classifier was trained on.
                strided = stage == LAST_STRIDED and number == 0
                dense_stride = 1 if stage == LAST_STRIDED else 0
                self._steps.append(_Step(block, stage, dense_stride, 1 if strided else 2))
        self.head = _conv(weights, "head", 1)

    def forward(self, x: Tensor) -> Tensor:
        """Output of the stages before, (B, C, h, w) at stride 16 → head features (B, 1280, h / 2, w / 2)."""
        for step in self._steps:
            x = step.block(x)
        return functional.relu6(self.head(x))

    def steps(self, x: Tensor, dense: bool = False) -> Generator[None, None, list[Tensor]]:
        """Outputs of each of these stages and of the head convolution, yielding after each block.

        `dense` runs the last stride-2 stage with stride 1 and dilates what follows by 2: the grid is
        twice as fine (stride 16), the weights are the same, and every second cell equals the plain one.
        """
        out: list[Tensor] = []
        for number, step in enumerate(self._steps):
            x = step.block(x, step.stride, step.dilation) if dense else step.block(x)
            if number + 1 == len(self._steps) or self._steps[number + 1].stage != step.stage:
                out.append(x)
            yield
        out.append(functional.relu6(self.head(x)))
        return out

    def named_weights(self) -> dict[str, Tensor]:
        """The weights under the keys that they are made from."""
        first = _first_block(LAST_STRIDED)
        found: dict[str, Tensor] = {}
        for key, value in self.state_dict().items():
            kind, *rest = key.split(".")
            if kind == "blocks":
                rest[0] = str(first + int(rest[0]))
            found[".".join([kind, *rest])] = value
        return found


class EfficientNetLite(nn.Module):
    """EfficientNet-Lite with classifier, from folded weights.

    Keys of `weights`: `stem`, `blocks.{i}.{expand,depthwise,project}`, `head`, `classifier`, each with
    `.weight` and `.bias`.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.stem = _conv(weights, "stem", 2)
        self.stages = nn.ModuleList(nn.ModuleList(_stage(weights, stage)) for stage in range(LAST_STRIDED))
        self.last = LastStages(weights)
        self.classifier_weight = nn.Parameter(weights["classifier.weight"], requires_grad=False)
        self.classifier_bias = nn.Parameter(weights["classifier.bias"], requires_grad=False)

    def early_steps(self, pixels: Tensor) -> Generator[None, None, list[Tensor]]:
        """Normalised (B, 3, H, W) → outputs of the stages before stride 32, yielding after each block.

        The last of them, (B, C, H / 16, W / 16), is what `last` reads.
        """
        x = functional.relu6(self.stem(pixels))
        out: list[Tensor] = []
        for stage in self.stages:
            for block in stage:  # type: ignore[attr-defined]
                x = block(x)
                yield
            out.append(x)
        return out

    def layers(self, pixels: Tensor, dense: bool = False) -> list[Tensor]:
        """`layer_steps` in one go."""
        return run_to_end(self.layer_steps(pixels, dense))

    def layer_steps(self, pixels: Tensor, dense: bool = False) -> Generator[None, None, list[Tensor]]:
        """Normalised (B, 3, H, W) → outputs of every stage, each (B, C, h, w), yielding after each block.

        The last one is that of the head convolution, (B, 1280, H / 32, W / 32).

        `dense`: see `LastStages.steps`.
        """
        early = yield from self.early_steps(pixels)
        return early + (yield from self.last.steps(early[-1], dense))

    def classify(self, features: Tensor) -> Tensor:
        """Head features (…, 1280) → logits of the 1,000 ImageNet classes."""
        return functional.linear(features, self.classifier_weight, self.classifier_bias)


def _first_block(stage: int) -> int:
    """Number of a stage's first block."""
    return sum(count for count, _, _ in STAGES[:stage])


def _stage(weights: Mapping[str, Tensor], stage: int) -> list[MBConv]:
    count, _, stride = STAGES[stage]
    first = _first_block(stage)
    return [
        _block(weights, f"blocks.{first + number}", stride if number == 0 else 1) for number in range(count)
    ]


def _conv(weights: Mapping[str, Tensor], name: str, stride: int) -> SameConv:
    return SameConv(weights[f"{name}.weight"], weights[f"{name}.bias"], stride)


def _block(weights: Mapping[str, Tensor], name: str, stride: int) -> MBConv:
    expand = _conv(weights, f"{name}.expand", 1) if f"{name}.expand.weight" in weights else None
    return MBConv(expand, _conv(weights, f"{name}.depthwise", stride), _conv(weights, f"{name}.project", 1))
