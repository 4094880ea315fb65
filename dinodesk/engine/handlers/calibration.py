"""A model's calibration on a folder of labelled photos."""

from __future__ import annotations

import os
from collections.abc import Generator

from dinodesk.engine.calibration.classification_report import write_report
from dinodesk.engine.calibration.folder_measures import correction_steps, measure_steps
from dinodesk.engine.calibration.labelled_folder import read_steps
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.messages import (
    CalibrateFolder,
    CalibrationChanged,
    CalibrationProgress,
    CalibrationShown,
    FolderCalibrated,
    FolderReportWritten,
    ForgetCalibration,
    KeepCalibration,
    ShowCalibration,
    WriteFolderReport,
)
from dinodesk.engine.search import calibrations


@handles(CalibrateFolder)
def calibrate_folder(
    state: EngineState, request: CalibrateFolder
) -> Generator[CalibrationProgress | None, None, FolderCalibrated]:
    """Read and measure, in slices, by the model that is in use when it begins."""
    model = state.models.ready.model
    folder = os.path.abspath(request.folder)
    found = yield from read_steps(model, state.decoders, folder, middle=True)
    measures = yield from measure_steps(model.info, found)
    correction = yield from correction_steps(model, found)
    return FolderCalibrated(model=model.info, measures=measures, correction=correction)


@handles(ShowCalibration)
def show_calibration(state: EngineState, request: ShowCalibration) -> CalibrationShown:
    """Of the model in use."""
    return CalibrationShown(photos=calibrations.own_photos(state.models.ready.model.info))


@handles(KeepCalibration)
def keep_calibration(state: EngineState, request: KeepCalibration) -> CalibrationChanged:
    """Of the model that was measured, whichever is in use now. Raises OSError."""
    calibrations.keep_own_correction(request.model, request.shift, request.slope, request.photos)
    return CalibrationChanged(photos=calibrations.own_photos(state.models.ready.model.info))


@handles(ForgetCalibration)
def forget_calibration(state: EngineState, request: ForgetCalibration) -> CalibrationChanged:
    """Of the model in use. Raises OSError."""
    calibrations.forget_own_correction(state.models.ready.model.info)
    return CalibrationChanged(photos=0)


@handles(WriteFolderReport)
def write_folder_report(state: EngineState, request: WriteFolderReport) -> FolderReportWritten:
    """Raises OSError where it can't be written."""
    return FolderReportWritten(path=write_report(request.measures, request.path))
