"""Generators as long work in steps: who does not want to stop in between runs them to their end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

Y = TypeVar("Y")
R = TypeVar("R")


def run_to_end(steps: Generator[Y, None, R], report: Callable[[Y], object] | None = None) -> R:
    """Run all steps and return what the generator returns; `report` is called with what each step yields."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        if report is not None:
            report(step)
