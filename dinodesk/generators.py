"""Generators as long work in steps: who does not want to stop in between runs them to their end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

Y = TypeVar("Y")
R = TypeVar("R")


def run_to_end(steps: Generator[Y, None, R], told: Callable[[Y], object] | None = None) -> R:
    """Run all steps; what the generator returns. `told`, when given, is called with what each step yields."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        if told is not None:
            told(step)
