"""How a query's scores are judged: the line of each term."""

from __future__ import annotations

from typing import Literal

from dinodesk.models.inference.model import Model
from dinodesk.records import FittedLine, FloatArray

TermKind = Literal["text", "photo"]


def fit_line(model: Model, scores: FloatArray, *, kind: TermKind, text: str = "") -> FittedLine:
    """The line of one query or term: that of the model.

    `scores` are those of the whole library, float32 (N,), whoever takes part; `text` is the sentence.
    """
    return FittedLine(curve=model.info.line)
