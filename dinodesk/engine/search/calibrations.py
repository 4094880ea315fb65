"""The calibration of a model: that which ships with it, or one that holds for any model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dinodesk import paths
from dinodesk.records import Certainty, ModelInfo
from dinodesk.search.calibration.line_table import Calibration, read_calibration


@dataclass(frozen=True, slots=True, eq=False)
class KnownCalibration:
    """Tables, and whether they were fitted for this very model."""

    calibration: Calibration
    certainty: Certainty


def calibration_of(info: ModelInfo) -> KnownCalibration:
    """The best calibration there is for a model."""
    if info.family == "builtin":
        return KnownCalibration(_shipped("builtin-lines.json"), "fitted")
    return KnownCalibration(_shipped("any-lines.json"), "estimated")


def shape_calibration() -> Calibration:
    """The tables on the shape of a background alone, which hold for any model."""
    return _shipped("any-lines.json")


@lru_cache
def _shipped(name: str) -> Calibration:
    return read_calibration(paths.resource("models", name))
