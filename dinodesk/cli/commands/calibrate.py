"""`calibrate`: fit a model's line on a labelled folder, and keep it as the model's calibration."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.label_measures import flat_curve, pairs, reliability
from dinodesk.cli.labelled_folder import LabelledFolder, read_labelled_folder
from dinodesk.engine.search import calibrations
from dinodesk.engine.search.line_fitting import fit_line
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.records import DoubleArray
from dinodesk.search.calibration.cuts import best_count, cut_after
from dinodesk.search.calibration.judgements import fit_correction
from dinodesk.search.calibration.logistic import sigmoid
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
    known = np.array([row for row, number in enumerate(found.truth) if number is not None])
    if not len(known):
        raise DinoDeskError(
            "No photo lies in a subfolder that is named like a label.",
            "Give a folder with a subfolder a class.",
        )
    scores = found.scores[known].astype(np.float64)
    flat, truth = pairs(scores, [number for number in found.truth if number is not None])
    curve = flat_curve(flat, truth)
    chances = np.sort(curve.confidence(flat))[::-1]
    cut = cut_after(chances, best_count(chances))
    odds = _odds_by_auto(model, found, scores)
    shift, slope = fit_correction(odds.ravel(), truth, np.ones(len(truth)))
    kept = calibrations.keep_own_correction(model.info, shift, slope, len(known))
    by_bin = reliability(sigmoid(shift + slope * odds.ravel()), truth)
    document: dict[str, Any] = {
        "model": model.info.name,
        "threshold": curve.threshold,
        "temperature": curve.temperature,
        "line": cut,
        "count": len(known),
        "labels": list(found.labels),
        "shift": shift,
        "slope": slope,
        "reliability": by_bin,
        "kept": str(kept),
        "skipped": list(found.skipped),
    }
    lines = [
        f"{count(len(known))}, {len(found.labels):,} labels: threshold {curve.threshold:.3f}, "
        f"temperature {curve.temperature:.1f}, cut {cut:.2f}",
        f"Auto's log odds are corrected by {shift:+.2f} + {slope:.2f} × from now on; `calibrate --forget` "
        "takes that back.",
        "confidence  real  pairs",
    ]
    lines += [
        f"{each['from']:.1f} to {each['to']:.1f}  {each['share']:5.0%}  {each['count']:,}" for each in by_bin
    ]
    return (SKIPPED if found.skipped else DONE), document, lines


def _odds_by_auto(model: api.Model, found: LabelledFolder, scores: DoubleArray) -> DoubleArray:
    """Log odds of each photo and label (N, K) by the lines that Auto fits to each label, without what was
    kept of earlier labelled photos."""
    before = calibrations.calibration_of(model.info)
    columns = []
    for number, label in enumerate(found.labels):
        text = label.replace("_", " ")
        line = fit_line(model.network, found.scores[:, number], kind="text", text=text)
        odds = (scores[:, number] - line.curve.threshold) * line.curve.temperature
        columns.append((odds - before.shift) / before.slope if line.certainty == "fitted" else odds)
    return np.clip(np.column_stack(columns), -12.0, 12.0)
