"""How rows match each term of a composed query."""

from __future__ import annotations

import numpy as np
from fake_engine import photos
from PySide6.QtCore import Qt

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.grid.judged_terms import term_matches, terms_line
from dinodesk.ui.grid.photo_model import PhotoModel

LINE = FittedLine(curve=ConfidenceCurve(0.1, 20.0))
TERMS = (
    RankedTerm(text="a\ndog", negated=False, scores=np.float32([0.3, 0.1]), fitted=LINE, matches=2),
    RankedTerm(
        text="/p/beach.jpg", photo=True, negated=True, scores=np.float32([0.1, -0.2]), fitted=LINE, matches=1
    ),
)


def test_each_term_has_its_score_and_confidence() -> None:
    dog, beach = term_matches(TERMS, 0)
    assert (dog.name, round(dog.score, 3), round(dog.confidence, 3)) == ("a↵dog", 0.3, 0.982)
    assert (beach.name, round(beach.confidence, 3)) == ("not like beach.jpg", 0.5)
    assert terms_line(term_matches(TERMS, 1)) == "a↵dog 0.50 · not like beach.jpg 0.00"
    assert term_matches(TERMS, 2) == () == term_matches(TERMS, -1) == term_matches((), 0)


def test_the_tooltip_of_a_photo_tells_its_terms(qapp) -> None:
    model = PhotoModel()
    model.show_ranking(photos(2), np.arange(2), None, confidences=np.array([0.9, 0.1]), terms=TERMS)
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "a↵dog 0.98 · not like beach.jpg 0.50" in tip
    model.show_ranking(photos(2), np.arange(2), None)
    assert "dog" not in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
