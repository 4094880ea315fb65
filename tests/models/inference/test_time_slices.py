"""Time slices: work in steps gives the same result and control back, and no inference mode leaks."""

from __future__ import annotations

from collections.abc import Generator

import pytest
import torch

from dinodesk.models.inference import time_slices
from dinodesk.models.inference.time_slices import finish, sliced


def work(steps: int, seen: list[bool]) -> Generator[None, None, int]:
    for _ in range(steps):
        seen.append(torch.is_inference_mode_enabled())
        yield
    return steps


def test_inference_mode_is_on_inside_a_step_and_off_between_steps() -> None:
    inside: list[bool] = []
    steps = sliced(work(4, inside), seconds=0.0)
    between = [torch.is_inference_mode_enabled() for _ in steps]
    assert inside == [True] * 4 and not any(between) and len(between) == 4
    assert finish(work(3, inside)) == 3 and not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(("seconds", "stops"), [(0.0, 10), (0.022, 5), (0.027, 3), (1.0, 0)])
def test_control_comes_back_when_a_slice_is_used_up(
    monkeypatch: pytest.MonkeyPatch, seconds: float, stops: int
) -> None:
    """Ten steps of 10 ms by a clock that only steps move."""
    clock = [0.0]
    monkeypatch.setattr(time_slices.time, "monotonic", lambda: clock[0])

    def steps() -> Generator[None, None, str]:
        for _ in range(10):
            clock[0] += 0.01
            yield
        return "done"

    running, found = sliced(steps(), seconds), []
    while True:
        try:
            found.append(next(running))
        except StopIteration as end:
            assert end.value == "done" and len(found) == stops
            return


def test_an_error_inside_a_step_leaves_no_inference_mode() -> None:
    def steps() -> Generator[None, None, None]:
        yield
        raise ValueError

    with pytest.raises(ValueError):
        finish(steps())
    assert not torch.is_inference_mode_enabled()
