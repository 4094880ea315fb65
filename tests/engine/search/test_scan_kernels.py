"""Which kernel scans fastest: measured once, remembered for the machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dinodesk.engine.search import scan_kernels
from dinodesk.engine.search.scan_kernels import KERNELS, PLAIN, chosen, measure, scan_kernel

OTHER = next(name for name in KERNELS if name != PLAIN)


def test_another_kernel_is_taken_where_it_is_clearly_faster() -> None:
    assert chosen({PLAIN: 4.0, OTHER: 3.0}).name == OTHER
    assert chosen({PLAIN: 4.0, OTHER: 3.8}).name == PLAIN  # within what measurements differ by
    assert chosen({PLAIN: 2.0, OTHER: 4.0}).name == PLAIN


def test_every_kernel_is_measured_and_gives_the_same_scores() -> None:
    assert set(measure(2_000).milliseconds) == set(KERNELS)
    random = np.random.default_rng(1)
    rows = (random.standard_normal((500, 256)) / 16).astype(np.float16)
    query = (random.standard_normal(256) / 16).astype(np.float32)
    found = [make().scores(rows, query) for make in KERNELS.values()]
    np.testing.assert_allclose(found[0], found[1], atol=2e-3)


def test_a_measurement_is_remembered_for_this_machine_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "kernels.json"
    times = {PLAIN: 4.0, OTHER: 1.0}
    measured: list[int] = []

    def measuring() -> scan_kernels.KernelChoice:
        measured.append(1)
        return chosen(times)

    monkeypatch.setattr(scan_kernels, "measure", measuring)
    assert scan_kernel(file).name == scan_kernel(file).name == OTHER
    assert len(measured) == 1 and file.stat().st_mode & 0o077 == 0
    stored = json.loads(file.read_text())
    file.write_text(json.dumps({**stored, "machine": "another one"}))
    scan_kernel(file)
    assert len(measured) == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": 1, "milliseconds": {"x": "y"}}'])
def test_a_damaged_note_is_measured_again(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kernels.json"
    file.write_text(text)
    assert set(scan_kernel(file).milliseconds) == set(KERNELS)
    assert json.loads(file.read_text())["milliseconds"]
