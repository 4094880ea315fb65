"""Logistic regression with weights and a ridge, by Newton's method: a few columns, any number of rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dinodesk.records import DoubleArray

_STEPS = 100
_ENOUGH = 1e-7
"""Relative fall of the loss below which a step is the last one."""


def fit_logistic(
    columns: DoubleArray,
    truth: DoubleArray,
    weights: DoubleArray,
    ridge: DoubleArray,
    start: DoubleArray | None = None,
) -> DoubleArray:
    """Coefficients, float64 (D,), of the chance `sigmoid(columns @ coefficients)`.

    They minimise the weighted sum of log losses plus ½ Σ ridge · (coefficients − start)².

    Args:
        columns: (N, D); a column of ones is the constant.
        truth: (N,) 1 or 0; chances between are right too.
        weights: (N,) not negative.
        ridge: (D,) above 0: how strongly each coefficient is drawn to `start`.
        start: (D,) what is believed without any row; zeros by default.
    """
    drawn = np.zeros(columns.shape[1]) if start is None else np.asarray(start, np.float64)
    found = drawn.copy()
    loss = _loss(columns, truth, weights, ridge, drawn, found)
    for _ in range(_STEPS):
        chance = sigmoid(columns @ found)
        slope = columns.T @ (weights * (chance - truth)) + ridge * (found - drawn)
        bend = (columns * (weights * chance * (1.0 - chance))[:, None]).T @ columns + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        share = 1.0
        while share > 1e-6:
            tried = found - share * step
            now = _loss(columns, truth, weights, ridge, drawn, tried)
            if now <= loss:
                break
            share /= 2
        else:
            return found
        fell, found, loss = loss - now, tried, now
        if fell <= _ENOUGH * max(1.0, abs(loss)):
            break
    return found


def _loss(
    columns: DoubleArray,
    truth: DoubleArray,
    weights: DoubleArray,
    ridge: DoubleArray,
    drawn: DoubleArray,
    found: DoubleArray,
) -> float:
    odds = columns @ found
    losses = np.logaddexp(0.0, odds) - truth * odds
    return float(weights @ losses + 0.5 * (ridge @ (found - drawn) ** 2))


def sigmoid(odds: npt.ArrayLike) -> DoubleArray:
    """The chances of log odds; never overflows."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(odds, np.float64))))
