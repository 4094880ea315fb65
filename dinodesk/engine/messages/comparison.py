"""Several sentences against a few photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Answer, Needs, Request
from dinodesk.records import ConfidenceCurve, DoubleArray, FloatArray, TemplateSet

Crop = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DroppedWord:
    """A sentence without one of its words.

    Attributes:
        word: that was left out.
        without: what is left.
        scores: float32 (P,), cosines of what is left with the photos.
    """

    word: str
    without: str
    scores: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedSentence:
    """One sentence against the photos.

    Attributes:
        text: the sentence.
        templates: what became of it.
        curve: by which its scores are judged, fitted over the whole library.
        scores: float32 (P,), cosines with the photos.
        confidences: float64 (P,).
        words: without each of its words, in order; empty for one word and where it was not asked for.
        crop: score and confidence of the part of the photo; None where none was asked for.
    """

    text: str
    templates: TemplateSet = "none"
    curve: ConfidenceCurve
    scores: FloatArray
    confidences: DoubleArray
    words: tuple[DroppedWord, ...] = ()
    crop: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SentencesCompared(Answer):
    """The sentences in the order they were asked, each in all wordings; `assets` are the photos that have a
    vector."""

    assets: tuple[int, ...]
    sentences: tuple[ComparedSentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareSentences(Request[SentencesCompared]):
    """Compare sentences with photos.

    Attributes:
        assets: the photos.
        texts: the sentences.
        templates: the wordings of each.
        words_of: the sentence that is also asked without each of its words; "" for none.
        crop: left, top, width and height of a part of the one photo, as shares of its width and height.
    """

    lane: ClassVar[str] = "comparison"
    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    assets: tuple[int, ...]
    texts: tuple[str, ...]
    templates: tuple[TemplateSet, ...] = ("none",)
    words_of: str = ""
    crop: Crop | None = None
