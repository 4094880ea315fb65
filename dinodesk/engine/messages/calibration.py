"""A model's calibration on a folder of labelled photos: measured, kept, forgotten, reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Answer, Needs, Request
from dinodesk.records import AutoCorrection, LabelMeasures, ModelInfo

CalibrationPhase = Literal["looking", "labels", "photos", "fitting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationProgress(Answer):
    """Where the run is; `done` of `total` labels or photos, `total` 0 while that is not known."""

    phase: CalibrationPhase
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FolderCalibrated(Answer):
    """What the photos say of the model; nothing is kept yet."""

    model: ModelInfo
    measures: LabelMeasures
    correction: AutoCorrection


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateFolder(Request[FolderCalibrated]):
    """Measure the model in use on a folder whose subfolders are named like what their photos show.

    The photos are only read: nothing of them gets into a library. Where the run is is told on the way.
    """

    lane: ClassVar[str] = "calibration"
    needs: ClassVar[Needs] = Needs.MODEL

    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationShown(Answer):
    """Of how many labelled photos a calibration of the model in use is kept; 0 for none."""

    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCalibration(Request[CalibrationShown]):
    """Whether a calibration of the model in use is kept."""

    needs: ClassVar[Needs] = Needs.MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationChanged(Answer):
    """Auto judges by another calibration from now on; `photos` as in `CalibrationShown`."""

    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCalibration(Request[CalibrationChanged]):
    """Keep what `photos` labelled photos say of a model, in place of what was kept of it."""

    model: ModelInfo
    shift: float
    slope: float
    photos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetCalibration(Request[CalibrationChanged]):
    """Forget what was kept of the model in use."""

    needs: ClassVar[Needs] = Needs.MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReportWritten(Answer):
    """The report is in this file."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WriteFolderReport(Request[FolderReportWritten]):
    """Write the measures as a page of HTML; under another name where there is a file."""

    measures: LabelMeasures
    path: str
