"""What the scores of a labelled folder say of a model, and how Auto's chances are to be corrected by them."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from dinodesk.engine.calibration.labelled_folder import LabelledFolder, sentence_of
from dinodesk.engine.messages import CalibrationProgress
from dinodesk.engine.search.calibrations import calibration_of
from dinodesk.engine.search.line_fitting import fit_line
from dinodesk.errors import DinoDeskError
from dinodesk.models.inference.model import Model
from dinodesk.records import AutoCorrection, DoubleArray, LabelMeasures, ModelInfo
from dinodesk.search.calibration import label_measures
from dinodesk.search.calibration.cuts import best_count, cut_after
from dinodesk.search.calibration.judgements import fit_correction
from dinodesk.search.calibration.logistic import sigmoid

_MOST_ODDS = 12.0
_STRENGTH = 8.0
"""How much more strongly Auto's odds stay where they are than those of one query: by this half a log odd is a
usual error, and some thirty labels count as much as what was known before."""
_FIRST = 100_000
"""Surest pairs among which the cut is sought: sorting all of a great folder takes longer than a step may."""


def measure_steps(model: ModelInfo, found: LabelledFolder) -> Generator[None, None, LabelMeasures]:
    """How often the model is right and the one line that fits best, in slices.

    Raises DinoDeskError where no photo has a known label.
    """
    known, truth = _known(found)
    scores = found.scores[known].astype(np.float64)
    flat, matches = label_measures.pairs(scores, truth)
    yield
    curve = label_measures.flat_curve(flat, matches)
    yield
    confidences = curve.confidence(flat)
    yield
    best = confidences if len(flat) <= _FIRST else np.partition(confidences, -_FIRST)[-_FIRST:]
    chances = np.sort(best)[::-1]
    cut = cut_after(chances, best_count(chances, total=float(confidences.sum())))
    yield
    ranks = label_measures.own_ranks(scores, truth)
    right = ranks == 0
    middle_top1 = both_top1 = None
    if found.middle_scores is not None:
        middle = found.middle_scores[known].astype(np.float64)
        middle_top1 = float((label_measures.own_ranks(middle, truth) == 0).mean())
        both_top1 = float((label_measures.own_ranks(np.maximum(scores, middle), truth) == 0).mean())
    yield
    margins = None
    if len(found.labels) > 1:
        margins = label_measures.histogram(label_measures.margins(scores), right, low=0.0)
    yield
    by_score = label_measures.histogram(flat, matches == 1.0)
    yield
    return LabelMeasures(
        model=model.title,
        folder=found.folder,
        templates=found.templates,
        labels=tuple(found.labels),
        photos=len(known),
        unlabelled=len(found.paths) - len(known),
        skipped=tuple(found.skipped),
        curve=curve,
        cut=cut,
        scores=by_score,
        margins=margins,
        reliability=label_measures.reliability(confidences, matches),
        top1=float(right.mean()),
        top5=float((ranks < 5).mean()),
        middle_top1=middle_top1,
        both_top1=both_top1,
        confusion=label_measures.confusion(scores, truth),
    )


def correction_steps(
    model: Model, found: LabelledFolder
) -> Generator[CalibrationProgress, None, AutoCorrection]:
    """How Auto's chances of a model are to be corrected, one label a slice.

    Raises DinoDeskError where no photo has a known label.
    """
    known, truth = _known(found)
    odds = yield from _odds_by_auto(model, found, known)
    flat, matches = label_measures.pairs(odds, truth)
    rows, weights = label_measures.thinned(matches)
    count = len(found.labels)
    # all photos of a label share its line, and what is wrong with that: together they count as one
    weights *= min(1.0, count / len(known))
    shift, slope = fit_correction(flat[rows], matches[rows], weights, _STRENGTH)
    yield CalibrationProgress(phase="fitting", done=count, total=count)
    before = label_measures.reliability(sigmoid(flat), matches)
    yield CalibrationProgress(phase="fitting", done=count, total=count)
    return AutoCorrection(
        shift=shift,
        slope=slope,
        before=before,
        after=label_measures.reliability(sigmoid(shift + slope * flat), matches),
    )


def _known(found: LabelledFolder) -> tuple[list[int], list[int]]:
    """Which of the photos have a known label, and its number."""
    known = [(row, number) for row, number in enumerate(found.truth) if number is not None]
    if not known:
        raise DinoDeskError(
            "No photo lies in a subfolder that is named like a label.",
            "Choose a folder with a subfolder for each label.",
        )
    return [row for row, _ in known], [number for _, number in known]


def _odds_by_auto(
    model: Model, found: LabelledFolder, known: list[int]
) -> Generator[CalibrationProgress, None, DoubleArray]:
    """Log odds of the known photos and each label, float64 (N, K), by the lines that Auto fits to each label,
    without what was kept of earlier labelled photos."""
    before = calibration_of(model.info)
    columns = []
    for number, label in enumerate(found.labels):
        yield CalibrationProgress(phase="fitting", done=number, total=len(found.labels))
        scores = found.scores[:, number]
        line = fit_line(model, scores, kind="text", text=sentence_of(label))
        odds = (scores[known].astype(np.float64) - line.curve.threshold) * line.curve.temperature
        columns.append((odds - before.shift) / before.slope if line.certainty == "fitted" else odds)
    return np.clip(np.column_stack(columns), -_MOST_ODDS, _MOST_ODDS)
