"""Generators as long work in steps: who does not want to stop in between runs them to their end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

T = TypeVar("T")


def run_to_end(steps: Generator[Any, None, T]) -> T:
    """Run all steps, dropping what they yield; what the generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
