"""What photos in labelled folders say of a model: how often it is right, and what its line should be."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.records.arrays import DoubleArray, IntArray
from dinodesk.records.confidence import ConfidenceCurve
from dinodesk.records.photos import Skipped
from dinodesk.records.templates import TemplateSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Pairs of a photo and a label whose confidences lie between two edges.

    Attributes:
        low, high: the edges.
        confidence: the mean of the confidences.
        share: of the pairs that match.
        count: pairs.
    """

    low: float
    high: float
    confidence: float
    share: float
    count: int


Reliability = tuple[ReliabilityBin, ...]
"""Rising; bins without a pair are left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts of two kinds between the same edges.

    Attributes:
        edges: float64 (B + 1,), rising.
        right, wrong: int64 (B,).
    """

    edges: DoubleArray
    right: IntArray
    wrong: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelMeasures:
    """How well scores of photos and labels tell what is true.

    Attributes:
        model: what the model is called.
        folder: where the photos lie.
        templates: what became of the labels.
        labels: K of them, at least one.
        photos: with a known label, at least one.
        unlabelled: photos that lie in no folder named like a label.
        skipped: files that could not be read, with the reason.
        curve: the one line for all labels that fits best.
        cut: the confidence from which on its hits are the most useful set.
        scores: of pairs of a photo and its own label (right) or another one (wrong).
        margins: score of the first label less that of the second, of photos labelled rightly and wrongly;
            None for one label.
        reliability: of the confidences by `curve`.
        top1, top5: shares of the photos whose own label is first, or among the first five.
        middle_top1: the same by the middle of each photo alone; None where that was not looked at.
        both_top1: the same by the better of whole photo and middle.
        confusion: int64 (K, K), photos of each label (rows) that were given each label (columns).
    """

    model: str
    folder: str
    templates: TemplateSet
    labels: tuple[str, ...]
    photos: int
    unlabelled: int
    skipped: tuple[Skipped, ...]
    curve: ConfidenceCurve
    cut: float
    scores: Histogram
    margins: Histogram | None
    reliability: Reliability
    top1: float
    top5: float
    middle_top1: float | None
    both_top1: float | None
    confusion: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoCorrection:
    """How Auto's log odds are to be corrected: `shift + slope ·` them.

    Attributes:
        before, after: how Auto's confidences keep what they promise, as they are and corrected.
    """

    shift: float
    slope: float
    before: Reliability
    after: Reliability
