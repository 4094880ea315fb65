"""`calibrate`: fit a model's line on a labelled folder, and keep it as the model's calibration."""

from __future__ import annotations

import argparse
from typing import Any

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.labelled_folder import read_labelled_folder
from dinodesk.engine.calibration.folder_measures import correction_steps, measure_steps
from dinodesk.engine.search import calibrations
from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.wording import count


def calibrate(options: argparse.Namespace) -> Outcome:
    """Fit threshold, temperature and cut, and how far Auto's chances are from the truth on these photos."""
    model = api.load_model(options.model, options.device, options.precision)
    if options.forget:
        had = calibrations.forget_own_correction(model.info)
        said = "is forgotten" if had else "was not kept"
        return DONE, {"forgotten": had}, [f"The calibration of {model.info.title} on your photos {said}."]
    if options.folder is None:
        raise UsageError("There is nothing to calibrate on.", "Give a folder with a subfolder a class.")
    found = read_labelled_folder(options, model)
    measures = run_to_end(measure_steps(model.info, found))
    with model.lock:
        correction = run_to_end(correction_steps(model.network, found))
    shift, slope, curve = correction.shift, correction.slope, measures.curve
    kept = calibrations.keep_own_correction(model.info, shift, slope, measures.photos)
    by_bin = [
        {
            "from": each.low,
            "to": each.high,
            "confidence": each.confidence,
            "share": each.share,
            "count": each.count,
        }
        for each in correction.after
    ]
    document: dict[str, Any] = {
        "model": model.info.name,
        "threshold": curve.threshold,
        "temperature": curve.temperature,
        "line": measures.cut,
        "count": measures.photos,
        "labels": list(measures.labels),
        "shift": shift,
        "slope": slope,
        "reliability": by_bin,
        "kept": str(kept),
        "skipped": [{"path": each.path, "reason": each.reason} for each in found.skipped],
    }
    lines = [
        f"{count(measures.photos)}, {len(measures.labels):,} labels: threshold {curve.threshold:.3f}, "
        f"temperature {curve.temperature:.1f}, cut {measures.cut:.2f}",
        f"Auto's log odds are corrected by {shift:+.2f} + {slope:.2f} × from now on; `calibrate --forget` "
        "takes that back.",
        "confidence  real  pairs",
    ]
    lines += [
        f"{each.low:.1f} to {each.high:.1f}  {each.share:5.0%}  {each.count:,}" for each in correction.after
    ]
    return (SKIPPED if found.skipped else DONE), document, lines
