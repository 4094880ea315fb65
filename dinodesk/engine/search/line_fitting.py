"""How a query's scores are judged: the line that Auto gives each query or term.

The curve comes from the background of the query, its scores over the whole library, by the model's
calibration (`search.calibration`); the zones are then cut among the photos that take part.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from dinodesk.engine.search.calibrations import KnownCalibration, calibration_of, shape_calibration
from dinodesk.models.inference.model import Model
from dinodesk.records import ConfidenceCurve, FittedLine, FloatArray
from dinodesk.search.calibration.background import background_of
from dinodesk.search.calibration.cuts import FIRST, zones
from dinodesk.search.calibration.line_table import QueryKind, blended
from dinodesk.search.calibration.presence import NAMES, stands_out

TermKind = Literal["text", "photo", "both"]

LEAST_PHOTOS = 50
"""In a smaller library a background says nothing: the model's own line holds."""
ENOUGH_PHOTOS = 200
"""From so many on the background alone decides; between, both do."""
SAME = 0.9995
"""A photo that scores so high is the photo of the query, or a copy of it."""
NOTHING = 1.01
"""A cut that no confidence reaches."""


def fit_line(
    model: Model,
    background: FloatArray,
    *,
    kind: TermKind,
    text: str = "",
    vector: FloatArray | None = None,
    taking_part: FloatArray | None = None,
    count: int | None = None,
    as_calibrated: bool = True,
) -> FittedLine:
    """The line of one query or term.

    Args:
        model: that made the scores.
        background: float32 (N,), the scores of the whole library, or of a sample of it.
        kind: what ranks: a sentence, example photos, or both together.
        text: the sentence.
        vector: of the sentence, float32 (D,), where it is at hand.
        taking_part: float32 (K,), the scores of the photos that take part; where the background is a sample,
            the best scores of the library. By default all of the background.
        count: photos of the whole library, where the background is a sample.
        as_calibrated: whether the scores came about as those of the calibration did: both halves of the
            vectors count alike, and a sentence is encoded as it was typed.
    """
    asked = kind != "text"  # example photos are among the photos, and say nothing of how others score
    known = _finite(background)
    known = known[known < SAME] if asked else known
    size = len(known) if count is None else count
    if size < LEAST_PHOTOS or len(known) < LEAST_PHOTOS:
        return FittedLine(curve=model.info.line, possible=_SMALL_POSSIBLE)
    present = _finite(background if taking_part is None else taking_part)
    best = np.sort(present if len(present) <= FIRST else np.partition(present, -FIRST)[-FIRST:])[::-1]
    top = None
    if count is not None:
        top = best[best < SAME] if asked else best
    calibrated, query_kind = _calibration(model, kind, text, vector, as_calibrated)
    certainty = calibrated.certainty
    table = calibrated.calibration.table(query_kind)
    curve = calibrated.corrected(table.curve(background_of(known, count=count, top=top)))
    curve = _between(model.info.line, curve, size)
    chances = curve.confidence(best)
    if not stands_out(chances, size, NAMES if query_kind == "name" else 1.0):
        none = (NOTHING, NOTHING, NOTHING)
        return FittedLine(curve=curve, cuts=none, possible=NOTHING, certainty=certainty, clear=False)
    if count is not None:
        total = float(curve.confidence(known).mean()) * count
    else:
        total = float(curve.confidence(present).sum()) if len(present) > len(best) else float(chances.sum())
    cuts, possible = zones(chances, total)
    return FittedLine(curve=curve, cuts=cuts, possible=possible, certainty=certainty)


_SMALL_POSSIBLE = 0.25
"""Confidence from which a photo is possible by a model's own line."""


def _between(own: ConfidenceCurve, fitted: ConfidenceCurve, size: int) -> ConfidenceCurve:
    """The model's own curve and the fitted one, mixed in log odds by the size of the library."""
    way = np.log(size / LEAST_PHOTOS) / np.log(ENOUGH_PHOTOS / LEAST_PHOTOS)
    share = float(np.sqrt(np.clip(way, 0.0, 1.0)))
    if share == 1.0:
        return fitted
    return blended(own, fitted, share)


def _finite(scores: FloatArray) -> FloatArray:
    sound = np.isfinite(scores)
    return scores if sound.all() else scores[sound]


def _calibration(
    model: Model, kind: TermKind, text: str, vector: FloatArray | None, as_calibrated: bool
) -> tuple[KnownCalibration, QueryKind]:
    """What to go by, and which of its tables."""
    if kind == "both" or not as_calibrated:
        return KnownCalibration(shape_calibration(), "estimated"), "few"
    known = calibration_of(model.info)
    query_kind: QueryKind = "photo" if kind == "photo" else model.query_kind(text, vector)
    return known, query_kind
