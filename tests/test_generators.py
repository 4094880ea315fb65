"""Steps run to their end."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.generators import run_to_end


@given(st.lists(st.integers(), max_size=20))
def test_what_a_generator_returns_comes_out_and_all_its_steps_ran(numbers: list[int]) -> None:
    ran: list[int] = []

    def steps() -> Generator[int, None, int]:
        for number in numbers:
            ran.append(number)
            yield number
        return sum(numbers)

    assert run_to_end(steps()) == sum(numbers) and ran == numbers


def test_an_error_in_a_step_comes_out() -> None:
    def steps() -> Generator[None, None, None]:
        yield
        raise KeyError("gone")

    with pytest.raises(KeyError):
        run_to_end(steps())
