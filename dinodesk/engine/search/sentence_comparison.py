"""What several sentences say of a few photos, and what each word of a sentence does."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from dinodesk.engine.messages.comparison import ComparedSentence, DroppedWord
from dinodesk.records import ConfidenceCurve, FloatArray, TemplateSet

Encode = Callable[[str, TemplateSet], FloatArray]
"""A sentence and what becomes of it → its unit vector, float32 (D,)."""


def compare_steps(
    text: str,
    templates: TemplateSet,
    photos: FloatArray,
    encode: Encode,
    curve_of: Callable[[str, FloatArray], ConfidenceCurve],
    *,
    words: bool,
) -> Generator[None, None, ComparedSentence]:
    """One sentence against the unit vectors of photos, float32 (P, D), in slices; with `words` also without
    each of its words. `curve_of` gives the curve of a sentence and its vector."""
    vector = encode(text, templates)
    scores = _scores(photos, vector)
    curve = curve_of(text, vector)
    dropped = []
    for word, without in without_each_word(text) if words else ():
        yield
        dropped.append(
            DroppedWord(word=word, without=without, scores=_scores(photos, encode(without, templates)))
        )
    return ComparedSentence(
        text=text,
        templates=templates,
        curve=curve,
        scores=scores,
        confidences=curve.confidence(scores),
        words=tuple(dropped),
    )


def without_each_word(text: str) -> list[tuple[str, str]]:
    """Each word of a sentence and the rest; none where it has one word only."""
    words = text.split()
    if len(words) < 2:
        return []
    return [(word, " ".join(words[:number] + words[number + 1 :])) for number, word in enumerate(words)]


def _scores(photos: FloatArray, vector: FloatArray) -> FloatArray:
    return np.asarray(photos @ vector, np.float32)
