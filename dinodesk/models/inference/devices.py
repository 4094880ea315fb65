"""Which device and which number format a model runs in."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dinodesk.errors import ModelError, UsageError


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """Where a model runs: device "cpu" or "cuda", precision "fp32" or "bf16"."""

    device: str
    precision: str

    @property
    def dtype(self) -> torch.dtype:
        """The torch type of the image tower's weights."""
        return torch.bfloat16 if self.precision == "bf16" else torch.float32


def cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 in hardware; without that bf16 is slower than fp32."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    # torch has no public question for this; where a version lacks these, fp32 is the safe answer.
    questions = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name, bool)()) for name in questions)


def pick(device: str = "auto", precision: str = "auto") -> DeviceChoice:
    """Choose device and precision.

    Raises:
        ModelError: CUDA is asked for and absent.
        UsageError: an unknown device or precision, or int8, which is not made yet.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise UsageError(f"There is no device “{device}”.", "Use auto, cpu or cuda.")
    if precision == "int8":
        raise UsageError("The precision int8 is not available yet.", "Use auto, fp32 or bf16.")
    if precision not in ("auto", "fp32", "bf16"):
        raise UsageError(f"There is no precision “{precision}”.", "Use auto, fp32 or bf16.")
    cuda = torch.cuda.is_available() if device != "cpu" else False
    if device == "cuda" and not cuda:
        raise ModelError(
            "No CUDA graphics card can be used here.", "Use --device cpu, or install torch for CUDA."
        )
    chosen = "cuda" if cuda else "cpu"
    if precision == "auto":
        fast = torch.cuda.is_bf16_supported() if cuda else cpu_has_bf16()
        precision = "bf16" if fast else "fp32"
    return DeviceChoice(chosen, precision)


def use_threads(number: int) -> None:
    """Let networks that run on this thread of the program use so many threads of the processor; 0: as many as
    torch finds best."""
    if number > 0:
        torch.set_num_threads(number)


def describe() -> str:
    """The device that "auto" would take, in words, for example "CPU · 2 threads · bf16"."""
    choice = pick()
    if choice.device == "cuda":
        return f"{torch.cuda.get_device_name()} · {choice.precision}"
    return f"CPU · {torch.get_num_threads()} threads · {choice.precision}"
