"""The line of a model fitted on labelled photos, kept beside the person's data, and used from then on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.cli.main import run
from dinodesk.engine.search import calibrations
from dinodesk.engine.search.line_fitting import fit_line


@pytest.fixture(autouse=True)
def fake(model: FakeModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    monkeypatch.setattr("dinodesk.paths.data_dir", lambda: tmp_path / "data")
    return tmp_path / "data"


def test_red_and_blue_photos_give_a_line_between_them(
    photo_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calibrate", str(photo_folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["count"] == 12 and found["labels"] == ["blue", "red"]
    assert found["temperature"] > 1 and 0 < found["line"] < 1
    by_bin = found["reliability"]
    assert sum(each["count"] for each in by_bin) == 24  # each photo with each label
    assert all(each["from"] <= each["confidence"] <= each["to"] for each in by_bin)
    assert by_bin[0]["share"] == 0 and by_bin[-1]["share"] == 1
    assert Path(found["kept"]).stat().st_mode & 0o077 == 0


def test_what_was_fitted_is_used_and_can_be_forgotten(
    photo_folder: Path, model: FakeModel, capsys: pytest.CaptureFixture[str]
) -> None:
    background = np.random.default_rng(0).normal(0, 0.1, 500).astype(np.float32)
    before = fit_line(model, background, kind="text", text="red")
    run(["calibrate", str(photo_folder), "--json"])
    found = json.loads(capsys.readouterr().out)
    after = fit_line(model, background, kind="text", text="red")
    scores = np.linspace(-0.2, 0.6, 5)
    odds = [(scores - each.curve.threshold) * each.curve.temperature for each in (before, after)]
    np.testing.assert_allclose(odds[1], found["shift"] + found["slope"] * odds[0], atol=1e-9)
    assert after.certainty == "fitted"
    # a second time it starts from the tables, not from what was kept
    run(["calibrate", str(photo_folder), "--json"])
    assert json.loads(capsys.readouterr().out)["shift"] == pytest.approx(found["shift"])
    assert run(["calibrate", "--forget", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"forgotten": True}
    assert fit_line(model, background, kind="text", text="red") == before
    assert run(["calibrate", "--forget"]) == 0 and "not kept" in capsys.readouterr().out


def test_a_damaged_calibration_is_not_used(model: FakeModel, fake: Path) -> None:
    file = calibrations.own_file(model.info)
    file.parent.mkdir(parents=True)
    for text in ("", "[]", '{"format": 1, "shift": "x"}', '{"format": 1, "shift": 0, "slope": -1}'):
        file.write_text(text)
        assert calibrations.calibration_of(model.info).slope == 1.0


@pytest.mark.parametrize(
    ("folder", "words", "code"),
    [("none", "There is no folder", 3), ("plain", "no labels", 2), ("", "nothing to calibrate on", 2)],
)
def test_refusals_say_what_is_missing(
    tmp_path: Path, folder: str, words: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plain").mkdir()
    assert run(["calibrate", *([str(tmp_path / folder)] if folder else [])]) == code
    assert words in capsys.readouterr().err


def test_photos_outside_of_labelled_folders_say_nothing(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels.txt").write_text("green\nyellow\n")
    assert run(["calibrate", str(photo_folder), "--labels", str(tmp_path / "labels.txt")]) == 3
    assert "named like a label" in capsys.readouterr().err
