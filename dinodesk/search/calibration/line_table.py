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
from dinodesk.search.calibration.logistic import fit_logistic, sigmoid

QueryKind = Literal["few", "caption", "name", "photo"]
"""A few words; a sentence like a caption; the name of a class that the model knows; an example photo."""

FORMAT = 2
_STEP = 4.0
"""Robust z are divided by this, so that all columns are of like size."""
_RIDGE = 2.0
_GATE = 1000.0
"""What each sort of libraries weighs for the gate, in photos' log losses."""
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
class BlendedTable:
    """Two tables, blended in log odds by what the background looks like (a mixture of experts: Jacobs et al.
    1991, "Adaptive mixtures of local experts").

    In a library of everything, what stands out matches. In a collection of one sort, such as a folder of
    animals, all photos are near to "a cat", many are cats, and their scores lie in two heaps, of which the
    background is the lower one.

    Attributes:
        everyday: fitted on libraries of everything.
        collection: fitted on collections of one sort.
        gate: float64 (F,): the share of the latter is `sigmoid(gate · f)` of the features, with the tail of
            the former.
    """

    everyday: LineTable
    collection: LineTable
    gate: DoubleArray

    def curve(self, background: Background) -> ConfidenceCurve:
        """The curve, from score to the chance of a match, of a query with this background."""
        known = features(background, self.everyday.tail)[: len(self.gate)]
        share = float(sigmoid(self.gate @ known))
        return blended(self.everyday.curve(background), self.collection.curve(background), share)


Table = LineTable | BlendedTable


def blended(one: ConfidenceCurve, other: ConfidenceCurve, share: float) -> ConfidenceCurve:
    """The curve whose log odds are those of two, `share` of the other."""
    temperature = (1.0 - share) * one.temperature + share * other.temperature
    height = (1.0 - share) * one.temperature * one.threshold + share * other.temperature * other.threshold
    return ConfidenceCurve(height / temperature, temperature)


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


def fit_table(samples: list[Sample], tail: NullTail, count: int) -> LineTable:
    """The table whose chances have the least log loss over all samples; its first `count` features count."""
    rows = []
    for sample in samples:
        known = features(sample.background, tail)[:count]
        z = np.clip(sample.background.standard(sample.scores), -2.0, 20.0) / _STEP
        rows.append(np.concatenate([np.broadcast_to(known, (len(z), count)), z[:, None] * known], axis=1))
    drawn = np.full(2 * count, _RIDGE)
    drawn[[0, count]] = 1e-3
    found = fit_logistic(
        np.concatenate(rows),
        np.concatenate([sample.truth for sample in samples]),
        np.concatenate([sample.weights for sample in samples]),
        drawn,
    )
    return LineTable(tail, found[:count], found[count:])


def fit_blended(
    everyday: list[Sample], collection: list[Sample], tails: tuple[NullTail, NullTail], count: int
) -> BlendedTable:
    """The tables of libraries of everything and of collections of one sort, each with its own tail, and the
    gate that tells their backgrounds apart; both weigh alike for it, however many there are."""
    seen = [features(sample.background, tails[0])[:count] for sample in (*everyday, *collection)]
    sort = np.repeat([0.0, 1.0], [len(everyday), len(collection)])
    weights = np.repeat([_GATE / len(everyday), _GATE / len(collection)], [len(everyday), len(collection)])
    gate = fit_logistic(np.stack(seen), sort, weights, np.full(count, _RIDGE))
    return BlendedTable(fit_table(everyday, tails[0], count), fit_table(collection, tails[1], count), gate)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The tables of a model, by kind of query; "few" is always there, and stands in for what is not."""

    tables: Mapping[QueryKind, Table]

    def table(self, kind: QueryKind) -> Table:
        """The table for a kind of query."""
        return self.tables.get(kind, self.tables["few"])


def calibration_to_json(calibration: Calibration) -> dict[str, Any]:
    """As JSON values, rounded to what they are known by."""
    return {
        "format": FORMAT,
        "tables": {kind: _table_to_json(table) for kind, table in calibration.tables.items()},
    }


def _table_to_json(table: Table) -> dict[str, Any]:
    if isinstance(table, BlendedTable):
        return {
            "everyday": _table_to_json(table.everyday),
            "collection": _table_to_json(table.collection),
            "gate": table.gate.round(4).tolist(),
        }
    return {
        "heights": table.tail.heights.round(4).tolist(),
        "shares": table.tail.shares.round(4).tolist(),
        "rate": round(table.tail.rate, 4),
        "constant": table.constant.round(4).tolist(),
        "slope": table.slope.round(4).tolist(),
    }


def calibration_from_json(document: Any) -> Calibration:
    """The calibration in JSON values. Raises ValueError where it is not whole or of another format."""
    try:
        if document["format"] != FORMAT:
            raise ValueError(f"a calibration of format {document['format']}")
        tables: dict[QueryKind, Table] = {}
        for kind in get_args(QueryKind):
            if kind in document["tables"]:
                tables[kind] = _table(document["tables"][kind])
        tables["few"]
        return Calibration(tables)
    except (KeyError, TypeError) as error:
        raise ValueError("this is no calibration") from error


def _table(row: Mapping[str, Any]) -> Table:
    if "gate" not in row:
        return _line_table(row)
    everyday, collection = _line_table(row["everyday"]), _line_table(row["collection"])
    gate = _array(row, "gate")
    if not len(gate) == len(everyday.constant) == len(collection.constant):
        raise ValueError("this calibration is damaged")
    return BlendedTable(everyday, collection, gate)


def _line_table(row: Mapping[str, Any]) -> LineTable:
    heights, shares, constant, slope = (
        _array(row, name) for name in ("heights", "shares", "constant", "slope")
    )
    if len(heights) != len(shares) or len(constant) != len(slope) or len(constant) not in (SHAPE, FEATURES):
        raise ValueError("this calibration is damaged")
    return LineTable(NullTail(heights, shares, float(row["rate"])), constant, slope)


def _array(row: Mapping[str, Any], name: str) -> DoubleArray:
    found = np.asarray(row[name], np.float64)
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ValueError("this calibration is damaged")
    return found


def read_calibration(file: Path) -> Calibration:
    """Read a file. Raises OSError, and ValueError where it is damaged."""
    return calibration_from_json(json.loads(file.read_text("utf-8")))
