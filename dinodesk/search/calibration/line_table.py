"""From a query's background to its line: tables of coefficients, fitted for a model and kept beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from dinodesk.records import ConfidenceCurve, DoubleArray
from dinodesk.search.calibration.background import FEATURES, SHAPE, Background, NullTail, features
from dinodesk.search.calibration.logistic import fit_logistic

QueryKind = Literal["few", "caption", "name", "photo"]
"""A few words; a sentence like a caption; the name of a class that the model knows; an example photo."""

FORMAT = 1
_STEP = 4.0
"""Robust z are divided by this, so that all columns are of like size."""
_LEAST_SLOPE = 0.15
"""Log odds a photo gains by a robust z of 1, at the least: a better score never lowers a chance."""


@dataclass(frozen=True, slots=True, eq=False)
class LineTable:
    """Coefficients for queries of one kind: `log odds = constant · f + (slope · f) z / 4`.

    Attributes:
        tail: of photos that do not match.
        constant, slope: float64 (F,), for the first F of the `features`.
    """

    tail: NullTail
    constant: DoubleArray
    slope: DoubleArray

    def curve(self, background: Background) -> ConfidenceCurve:
        """The curve, from score to the chance of a match, of a query with this background."""
        known = features(background, self.tail)[: len(self.constant)]
        slope = max(float(self.slope @ known) / _STEP, _LEAST_SLOPE)
        height = -float(self.constant @ known) / slope
        return ConfidenceCurve(background.location + height * background.spread, slope / background.spread)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Photos of one query in one library, by which tables are fitted.

    Attributes:
        background: of the whole library.
        scores: float64 (N,) of some of its photos.
        truth: float64 (N,) whether they match, 1 or 0.
        weights: float64 (N,): how many photos of the library each stands for.
    """

    background: Background
    scores: DoubleArray
    truth: DoubleArray
    weights: DoubleArray


def fit_table(samples: list[Sample], tail: NullTail, count: int, ridge: float = 2.0) -> LineTable:
    """The table whose chances have the least log loss over all samples; its first `count` features count."""
    rows = []
    for sample in samples:
        known = features(sample.background, tail)[:count]
        z = np.clip(sample.background.standard(sample.scores), -2.0, 20.0) / _STEP
        rows.append(np.concatenate([np.broadcast_to(known, (len(z), count)), z[:, None] * known], axis=1))
    drawn = np.full(2 * count, ridge)
    drawn[[0, count]] = 1e-3
    found = fit_logistic(
        np.concatenate(rows),
        np.concatenate([sample.truth for sample in samples]),
        np.concatenate([sample.weights for sample in samples]),
        drawn,
    )
    return LineTable(tail, found[:count], found[count:])


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The tables of a model, by kind of query; "few" is always there, and stands in for what is not."""

    tables: Mapping[QueryKind, LineTable]

    def table(self, kind: QueryKind) -> LineTable:
        """The table for a kind of query."""
        return self.tables.get(kind, self.tables["few"])


def calibration_to_json(calibration: Calibration) -> dict[str, Any]:
    """As JSON values, rounded to what they are known by."""
    return {
        "format": FORMAT,
        "tables": {
            kind: {
                "heights": table.tail.heights.round(4).tolist(),
                "shares": table.tail.shares.round(4).tolist(),
                "rate": round(table.tail.rate, 4),
                "constant": table.constant.round(4).tolist(),
                "slope": table.slope.round(4).tolist(),
            }
            for kind, table in calibration.tables.items()
        },
    }


def calibration_from_json(document: Any) -> Calibration:
    """The calibration in JSON values. Raises ValueError where it is not whole or of another format."""
    try:
        if document["format"] != FORMAT:
            raise ValueError(f"a calibration of format {document['format']}")
        tables: dict[QueryKind, LineTable] = {}
        for kind in get_args(QueryKind):
            if kind in document["tables"]:
                tables[kind] = _table(document["tables"][kind])
        tables["few"]
        return Calibration(tables)
    except (KeyError, TypeError) as error:
        raise ValueError("this is no calibration") from error


def _table(row: Mapping[str, Any]) -> LineTable:
    arrays = {name: np.asarray(row[name], np.float64) for name in ("heights", "shares", "constant", "slope")}
    sound = all(np.isfinite(array).all() and array.ndim == 1 for array in arrays.values())
    if (
        not sound
        or len(arrays["heights"]) != len(arrays["shares"])
        or len(arrays["constant"]) != len(arrays["slope"])
        or len(arrays["constant"]) not in (SHAPE, FEATURES)
    ):
        raise ValueError("this calibration is damaged")
    tail = NullTail(arrays["heights"], arrays["shares"], float(row["rate"]))
    return LineTable(tail, arrays["constant"], arrays["slope"])


def read_calibration(file: Path) -> Calibration:
    """Read a file. Raises OSError, and ValueError where it is damaged."""
    return calibration_from_json(json.loads(file.read_text("utf-8")))
