"""How rows match each term of a composed query."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.engine.messages import RankedTerm
from dinodesk.ui.text.query_text import term_name


@dataclass(frozen=True, slots=True)
class TermMatch:
    """How a photo matches one term alone.

    Attributes:
        name: what the term is called: "dog", "not snow", "like photo.jpg".
        score: its cosine.
        confidence: 0 to 1; of a negated term that the photo shows what is not wanted.
    """

    name: str
    score: float
    confidence: float


def term_matches(terms: tuple[RankedTerm, ...], row: int) -> tuple[TermMatch, ...]:
    """How a row matches each of the terms, in their order."""
    found = []
    for term in terms:
        if 0 <= row < len(term.scores):
            score = float(term.scores[row])
            confidence = float(term.fitted.curve.confidence(score))
            name = term_name(term.text, photo=term.photo, negated=term.negated)
            found.append(TermMatch(name, score, confidence))
    return tuple(found)


def terms_line(matches: tuple[TermMatch, ...]) -> str:
    """The terms and their confidences in one line: "dog 0.83 · not snow 0.02"."""
    return " · ".join(f"{match.name} {match.confidence:.2f}" for match in matches)
