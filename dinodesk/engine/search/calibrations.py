"""The calibration of a model: that which ships with it, or one that holds for any model, and what the
person's own labelled photos say of it."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from dinodesk import paths, private_files
from dinodesk.records import Certainty, ConfidenceCurve, ModelInfo
from dinodesk.search.calibration.judgements import corrected
from dinodesk.search.calibration.line_table import Calibration, read_calibration

_log = logging.getLogger(__name__)

_FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class KnownCalibration:
    """Tables, and how far they can be relied on.

    Attributes:
        calibration: the tables.
        certainty: "fitted" where they, or the correction, were fitted for this very model.
        shift, slope: what labelled photos say: by them the log odds of a curve are corrected.
    """

    calibration: Calibration
    certainty: Certainty
    shift: float = 0.0
    slope: float = 1.0

    def corrected(self, curve: ConfidenceCurve) -> ConfidenceCurve:
        """A curve of the tables as the labelled photos would have it."""
        if (self.shift, self.slope) == (0.0, 1.0):
            return curve
        return corrected(curve, self.shift, self.slope)


def calibration_of(info: ModelInfo) -> KnownCalibration:
    """The best calibration there is for a model."""
    if info.family == "builtin":
        known = KnownCalibration(_shipped("builtin-lines.json"), "fitted")
    else:
        known = KnownCalibration(_shipped("any-lines.json"), "estimated")
    own = _own_correction(own_file(info))
    if own is None:
        return known
    return replace(known, certainty="fitted", shift=own[0], slope=own[1])


def shape_calibration() -> Calibration:
    """The tables on the shape of a background alone, which hold for any model."""
    return _shipped("any-lines.json")


def keep_own_correction(info: ModelInfo, shift: float, slope: float, photos: int) -> Path:
    """Keep what labelled photos say of a model, in place of what was kept before; the file it is in."""
    file = own_file(info)
    document = {
        "format": _FORMAT,
        "model": info.title,
        "fingerprint": info.fingerprint,
        "photos": photos,
        "shift": shift,
        "slope": slope,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    private_files.write(file, json.dumps(document, indent=1).encode("utf-8"))
    return file


def forget_own_correction(info: ModelInfo) -> bool:
    """Forget it; whether there was one."""
    try:
        own_file(info).unlink()
    except FileNotFoundError:
        return False
    return True


def own_photos(info: ModelInfo) -> int:
    """Of how many labelled photos a correction of a model is kept and used; 0 for none."""
    own = _own_correction(own_file(info))
    return 0 if own is None else own[2]


def own_file(info: ModelInfo) -> Path:
    """Where the person's own correction of a model is kept."""
    return paths.data_dir() / "calibrations" / f"{info.fingerprint}.json"


def _own_correction(file: Path) -> tuple[float, float, int] | None:
    """Shift, slope and number of photos."""
    try:
        return _read_own(file, file.stat().st_mtime_ns)
    except OSError:
        return None  # none was kept
    except (ValueError, KeyError, TypeError) as error:
        _log.warning("the calibration %s is not used: %s", file, error)
        return None


@lru_cache(maxsize=8)
def _read_own(file: Path, _changed: int) -> tuple[float, float, int]:
    document = json.loads(file.read_text("utf-8"))
    shift, slope = float(document["shift"]), float(document["slope"])
    if document["format"] != _FORMAT or not (math.isfinite(shift) and math.isfinite(slope) and slope > 0):
        raise ValueError("of another format, or damaged")
    return shift, slope, int(document["photos"])


@lru_cache
def _shipped(name: str) -> Calibration:
    return read_calibration(paths.resource("models", name))
