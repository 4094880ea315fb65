"""The calibration of a model as the window asks for it: measured in slices, kept, forgotten, reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.cli.main import run
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.messages import (
    Answer,
    CalibrateFolder,
    CalibrationChanged,
    CalibrationProgress,
    CalibrationShown,
    FolderCalibrated,
    FolderReportWritten,
    ForgetCalibration,
    KeepCalibration,
    Problem,
    Request,
    ShowCalibration,
    WriteFolderReport,
)
from dinodesk.engine.runtime.scheduler import Scheduler
from dinodesk.engine.search import calibrations


@pytest.fixture(autouse=True)
def data(model: FakeModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    monkeypatch.setattr("dinodesk.paths.data_dir", lambda: tmp_path / "data")


class Asked:
    """A scheduler without a thread, and all it answered."""

    def __init__(self, state: EngineState) -> None:
        self.answers: list[Answer] = []
        self.scheduler = Scheduler(state, lambda _, answer: self.answers.append(answer), lambda work: work())

    def ask(self, request: Request) -> Answer:
        self.scheduler.submit(request)
        while self.scheduler.busy:
            self.scheduler.step()
        return self.answers[-1]


@pytest.fixture
def asked(model: FakeModel) -> Iterator[Asked]:
    """A model and no library: calibrating needs none."""
    state = EngineState(decoders=DecoderPool(processes=False))
    state.load_model("fake", "cpu", "fp32")
    state.take_follow_ups()
    yield Asked(state)
    state.close()


def test_a_folder_is_measured_kept_as_the_command_keeps_it_and_forgotten(
    asked: Asked, photo_folder: Path, model: FakeModel, tmp_path: Path
) -> None:
    (photo_folder / "red" / "bad.jpg").write_bytes(b"no photo")
    files = {path: path.stat().st_mtime_ns for path in photo_folder.rglob("*")}
    found = asked.ask(CalibrateFolder(folder=str(photo_folder)))
    assert isinstance(found, FolderCalibrated) and found.model is model.info
    assert (found.measures.photos, found.measures.top1, found.measures.middle_top1) == (12, 1.0, 1.0)
    assert [Path(each.path).name for each in found.measures.skipped] == ["bad.jpg"]
    phases = [each.phase for each in asked.answers if isinstance(each, CalibrationProgress)]
    assert list(dict.fromkeys(phases)) == ["looking", "labels", "photos", "fitting"]
    assert asked.ask(ShowCalibration()) == CalibrationShown(photos=0)  # nothing is kept unasked
    correction = found.correction
    keep = KeepCalibration(model=found.model, shift=correction.shift, slope=correction.slope, photos=12)
    assert asked.ask(keep) == CalibrationChanged(photos=12)
    by_window = json.loads(calibrations.own_file(model.info).read_text())
    assert calibrations.calibration_of(model.info).certainty == "fitted"
    assert run(["calibrate", str(photo_folder)]) == 1  # a file could not be read
    by_command = calibrations.calibration_of(model.info)
    np.testing.assert_allclose(
        (by_command.shift, by_command.slope), (correction.shift, correction.slope), rtol=1e-4
    )
    again = json.loads(calibrations.own_file(model.info).read_text())
    assert again.keys() == by_window.keys() and again["photos"] == by_window["photos"]
    assert asked.ask(ShowCalibration()) == CalibrationShown(photos=12)
    assert asked.ask(ForgetCalibration()) == CalibrationChanged(photos=0)
    assert not calibrations.own_file(model.info).exists()
    written = asked.ask(WriteFolderReport(measures=found.measures, path=str(tmp_path / "report.html")))
    assert isinstance(written, FolderReportWritten) and "bad.jpg" not in Path(written.path).read_text("utf-8")
    assert files == {path: path.stat().st_mtime_ns for path in photo_folder.rglob("*")}


def test_a_run_that_is_cancelled_says_nothing_and_reads_no_further(
    asked: Asked, photo_folder: Path, model: FakeModel
) -> None:
    before = model.embedded
    request = CalibrateFolder(folder=str(photo_folder))
    asked.scheduler.submit(request)
    while model.embedded < before + 4:  # two photos, whole and middle
        asked.scheduler.step()
    request.token.cancel()
    while asked.scheduler.busy:
        asked.scheduler.step()
    assert model.embedded == before + 4 and not any(
        isinstance(each, FolderCalibrated) for each in asked.answers
    )


def test_what_can_not_be_measured_is_said_in_plain_words(asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "empty" / "cat").mkdir(parents=True)
    (tmp_path / "flat").mkdir()
    for folder, words in (("none", "no folder"), ("flat", "no labels"), ("empty", "no photos")):
        problem = asked.ask(CalibrateFolder(folder=str(tmp_path / folder)))
        assert isinstance(problem, Problem) and words in problem.sentence and problem.remedy
        assert "--" not in problem.remedy
