"""How far a labelled folder moves Auto's chances."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.calibration import folder_measures
from dinodesk.engine.calibration.folder_measures import correction_steps
from dinodesk.generators import run_to_end


def moved(labels: int, photos: int, monkeypatch: pytest.MonkeyPatch) -> float:
    """By how much the odds of matches rise, of which Auto is sure by a third, as it is of all else."""
    truth = np.repeat(np.arange(labels), photos)
    odds = np.full((len(truth), labels), -11.0)
    odds[np.arange(len(truth)), truth] = -0.7

    def by_auto(*_):
        yield
        return odds

    monkeypatch.setattr(folder_measures, "_odds_by_auto", by_auto)
    found = SimpleNamespace(labels=[str(each) for each in range(labels)], truth=truth.tolist())
    fitted = run_to_end(correction_steps(FakeModel(), found))  # type: ignore[arg-type]
    return fitted.shift + (fitted.slope - 1.0) * -0.7


def test_labels_move_auto_and_photos_of_the_same_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = moved(4, 20, monkeypatch), moved(100, 20, monkeypatch)
    assert 0 < few < many / 2
    assert moved(4, 500, monkeypatch) == pytest.approx(few, rel=0.1)
