"""What is said where sentences are compared with photos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dinodesk.engine.messages import ComparedSentence
from dinodesk.records import FloatArray, Photo
from dinodesk.ui.text.match_text import WORDING_NAMES
from dinodesk.ui.text.plain_text import one_line
from dinodesk.wording import count


def compared_title(photos: Sequence[Photo], chosen: int) -> str:
    """What the sentences are compared with; `chosen` photos are selected."""
    if len(photos) == 1:
        return one_line(Path(photos[0].path).name)
    first = f"The first {len(photos)} of {chosen:,} photos"
    return f"{first if chosen > len(photos) else count(chosen, 'photo')}, on average"


def sentence_figures(found: ComparedSentence) -> str:
    """Score and confidence of a sentence; over several photos the means, and the range of the scores."""
    scores = found.scores
    ends = "" if len(scores) == 1 else f" ({scores.min():.2f} to {scores.max():.2f})"
    return f"{float(scores.mean()):.3f}{ends} · {float(found.confidences.mean()) * 100:.0f} %"


def sentence_meaning(found: ComparedSentence) -> str:
    """What its bar means."""
    curve = found.curve
    return (
        f"“{found.text}”, {WORDING_NAMES[found.templates].lower()}: mean score "
        f"{float(found.scores.mean()):.3f}, mean confidence {float(found.confidences.mean()) * 100:.0f} %.\n"
        f"Threshold {curve.threshold:.3f}, temperature {curve.temperature:.1f}, as a search has them."
    )


def part_figures(score: float, confidence: float, found: ComparedSentence) -> str:
    """Score and confidence of the part of the photo, and by how much it differs from the whole."""
    return f"{score:.3f} ({score - float(found.scores[0]):+.3f}) · {confidence * 100:.0f} %"


def part_meaning(found: ComparedSentence) -> str:
    """What the bar of the part means."""
    return f"“{found.text}” against the marked part alone, as if it were the photo."


def words_sentence(found: ComparedSentence) -> str:
    """What the bars of its words show."""
    what = "the score" if len(found.scores) == 1 else "the mean score"
    return f"Without one word of “{found.text}”, {what} changes by:"


def word_change(found: ComparedSentence, scores: FloatArray) -> float:
    """By how much the mean score changes where a word is left out."""
    return float(np.mean(scores - found.scores))
