"""What labelled photos say of a model, made up for tests of the window."""

from __future__ import annotations

import numpy as np
from fake_engine import INFO

from dinodesk.engine.messages import FolderCalibrated
from dinodesk.records import AutoCorrection, ConfidenceCurve, LabelMeasures, Skipped
from dinodesk.search.calibration import label_measures


def calibrated(
    labels: int = 3, each: int = 20, skipped: tuple[Skipped, ...] = (), *, middle: bool = True
) -> FolderCalibrated:
    """`each` photos of as many labels; of the first label a quarter is taken for the last."""
    names = tuple(f"label {number}" for number in range(labels))
    truth = [number for number in range(labels) for _ in range(each)]
    random = np.random.default_rng(3)
    scores = random.normal(0.1, 0.02, (len(truth), labels))
    scores[np.arange(len(truth)), truth] += 0.2
    if labels > 1:
        scores[: each // 4, -1] = 0.5
    flat, matches = label_measures.pairs(scores, truth)
    curve = ConfidenceCurve(0.2, 40.0)
    right = label_measures.own_ranks(scores, truth) == 0
    margins = label_measures.margins(scores) if labels > 1 else None
    measures = LabelMeasures(
        model=INFO.title,
        folder="/photos/known ones",
        templates="none",
        labels=names,
        photos=len(truth),
        unlabelled=1,
        skipped=skipped,
        curve=curve,
        cut=0.44,
        scores=label_measures.histogram(flat, matches == 1.0),
        margins=None if margins is None else label_measures.histogram(margins, right, low=0.0),
        reliability=label_measures.reliability(curve.confidence(flat), matches),
        top1=float(right.mean()),
        top5=1.0,
        middle_top1=0.5 if middle else None,
        both_top1=0.9 if middle else None,
        confusion=label_measures.confusion(scores, truth),
    )
    early = label_measures.reliability(np.clip(curve.confidence(flat), 0.15, 0.6), matches)
    correction = AutoCorrection(shift=0.5, slope=1.2, before=early, after=measures.reliability)
    return FolderCalibrated(model=INFO, measures=measures, correction=correction)
