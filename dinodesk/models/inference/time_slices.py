"""Time slices: long forward passes give control back about every 50 ms."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TypeVar

import torch

from dinodesk.generators import run_to_end

SLICE = 0.05
"""Seconds of work between two yields (docs/architecture.md, Threads and processes)."""

T = TypeVar("T")


def sliced(steps: Generator[None, None, T], seconds: float = SLICE) -> Generator[None, None, T]:
    """Run fine-grained steps without gradients, yielding only when a time slice is used up.

    Inference mode is entered for each step and left around every yield: it belongs to the thread, not to
    the generator, and must not leak into whatever runs in between.
    """
    begin = now = time.monotonic()
    while True:
        before = now
        with torch.inference_mode():
            try:
                next(steps)
            except StopIteration as stop:
                result: T = stop.value
                return result
        now = time.monotonic()
        # Stop where the end of the slice is nearest, taking the next step to be as long as the last.
        if now - begin + (now - before) / 2 >= seconds:
            yield
            begin = now = time.monotonic()


def finish(steps: Generator[None, None, T]) -> T:
    """Run steps to their end in one go, without gradients."""
    with torch.inference_mode():
        return run_to_end(steps)
