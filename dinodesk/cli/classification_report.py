"""The report of `classify --report`: one HTML file, with drawings as SVG and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from dinodesk import __version__
from dinodesk.cli import label_measures
from dinodesk.records import ConfidenceCurve, DoubleArray, IntArray

_WIDTH, _HEIGHT, _EDGE = 520, 200, 34
_BARS = 40
MOST_LABELS = 40
"""Labels that a confusion table is shown for."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2127; --paper: #ffffff; --muted: #667080; --line: #d6dbe1;
  --good: #2f6fdd; --bad: #b9bfc8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #16191d; --muted: #97a0ac;
  --line: #333a43; --good: #6ea2ff; --bad: #565e69; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
p, figcaption { color: var(--muted); } figure { margin: 0; } svg { max-width: 100%; }
svg text { font: 11px system-ui, sans-serif; fill: var(--muted); }
table { border-collapse: collapse; } td, th { padding: .15rem .5rem; text-align: right;
  border-bottom: 1px solid var(--line); } th { font-weight: 600; }
td:first-child, th:first-child { text-align: left; }
.scroll { overflow-x: auto; } dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; }
dd { margin: 0; }
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classified:
    """What is reported.

    Attributes:
        model: what the model is called.
        folder: where the photos lie.
        templates: what became of the labels.
        labels: K of them.
        truth: of each photo with a known label, its number.
        scores: float64 (N, K) of these photos.
        crop_scores: the same of the middle of each photo.
        left_out: photos that could not be read, or have no known label.
    """

    model: str
    folder: str
    templates: str
    labels: Sequence[str]
    truth: Sequence[int]
    scores: DoubleArray
    crop_scores: DoubleArray
    left_out: int


def report(found: Classified) -> str:
    """The whole page."""
    scores, truth = label_measures.pairs(found.scores, found.truth)
    curve = label_measures.flat_curve(scores, truth)
    right = found.scores.argmax(axis=1) == np.asarray(found.truth)
    parts = [
        f"<h1>{escape(found.model)} on {escape(found.folder)}</h1>",
        _summary(found, curve, right),
        "<h2>Scores of the true label and of the others</h2>",
        _histogram(scores[truth == 1.0], scores[truth == 0.0], curve),
        "<h2>How sure the first label is of the second</h2>",
        _margins(found, right),
        "<h2>Reliability</h2>",
        _reliability(label_measures.reliability(curve.confidence(scores), truth)),
        "<h2>Labels</h2>",
        _labels(found, right),
        "<h2>What is taken for what</h2>",
        _confusion(found),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(found.model)}: classification</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _summary(found: Classified, curve: ConfidenceCurve, right: np.ndarray) -> str:
    true = np.asarray(found.truth)
    order = np.argsort(-found.scores, axis=1)
    top5 = float((order[:, :5] == true[:, None]).any(axis=1).mean())
    crop = float((found.crop_scores.argmax(axis=1) == true).mean())
    both = float((np.maximum(found.scores, found.crop_scores).argmax(axis=1) == true).mean())
    rows = {
        "Photos": f"{len(true):,} with a known label"
        + (f", {found.left_out:,} left out" * bool(found.left_out)),
        "Labels": f"{len(found.labels):,}, templates {found.templates}",
        "Accuracy": f"top-1 {right.mean():.1%}, top-5 {top5:.1%}",
        "Middle of the photo": f"top-1 {crop:.1%} by the crop alone, {both:.1%} by the better of both",
        "Fitted line": f"threshold {curve.threshold:.3f}, temperature {curve.temperature:.1f}",
        "Made by": f"DinoDesk {__version__}",
    }
    return (
        "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items()) + "</dl>"
    )


def _histogram(matches: DoubleArray, others: DoubleArray, curve: ConfidenceCurve) -> str:
    """Both as shares of their own kind, and the fitted curve over them."""
    low, high = float(min(matches.min(), others.min())), float(max(matches.max(), others.max()))
    edges = np.linspace(low, max(high, low + 1e-6), _BARS + 1)
    drawing = _Drawing(low, max(high, low + 1e-6))
    for name, values in (("--bad", others), ("--good", matches)):
        shares = np.histogram(values, edges)[0] / max(1, len(values))
        drawing.bars(edges, shares / max(float(shares.max()), 1e-9), name)
    xs = np.linspace(low, high, 80)
    drawing.curve(xs, curve.confidence(xs))
    return drawing.figure(
        "score",
        f"Blue: {len(matches):,} pairs of a photo and its own label. Grey: {len(others):,} pairs with "
        "another one. Each as shares of its own kind. The line is the fitted confidence.",
    )


def _margins(found: Classified, right: np.ndarray) -> str:
    if len(found.labels) < 2:
        return "<p>There is one label only.</p>"
    margin = label_measures.margins(found.scores)
    drawing = _Drawing(0.0, max(float(margin.max()), 1e-6))
    edges = np.linspace(0.0, drawing.high, _BARS + 1)
    counts = [np.histogram(margin[chosen], edges)[0] for chosen in (right, ~right)]
    tallest = max(1, int(max(each.max() for each in counts)))
    for name, each in zip(("--good", "--bad"), counts, strict=True):
        drawing.bars(edges, each / tallest, name)
    return drawing.figure(
        "score of the first label less that of the second", "Blue: photos labelled rightly. Grey: wrongly."
    )


def _reliability(bins: Sequence[dict[str, float]]) -> str:
    drawing = _Drawing(0.0, 1.0)
    drawing.curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]), dashed=True)
    drawing.curve(np.array([each["confidence"] for each in bins]), np.array([each["share"] for each in bins]))
    rows = "".join(
        f"<tr><td>{each['from']:.1f} to {each['to']:.1f}</td><td>{each['confidence']:.2f}</td>"
        f"<td>{each['share']:.2f}</td><td>{each['count']:,}</td></tr>"
        for each in bins
    )
    return (
        drawing.figure(
            "confidence", "Share of pairs that match, by confidence; on the dashed line it is a chance."
        )
        + "<table><tr><th>confidence</th><th>mean</th><th>real</th><th>pairs</th></tr>"
        + rows
        + "</table>"
    )


def _labels(found: Classified, right: np.ndarray) -> str:
    true = np.asarray(found.truth)
    rows = []
    for number, label in enumerate(found.labels):
        own = true == number
        if own.any():
            rows.append((label, int(own.sum()), float(right[own].mean())))
    rows.sort(key=lambda row: (row[2], row[0]))
    body = "".join(
        f"<tr><td>{escape(label)}</td><td>{count:,}</td><td>{share:.0%}</td></tr>"
        for label, count, share in rows
    )
    return f"<table><tr><th>label</th><th>photos</th><th>right</th></tr>{body}</table>"


def _confusion(found: Classified) -> str:
    if len(found.labels) > MOST_LABELS:
        return f"<p>Shown for {MOST_LABELS} labels at most; these are {len(found.labels):,}.</p>"
    table: IntArray = label_measures.confusion(found.scores, found.truth)
    head = "".join(f"<th>{escape(label)}</th>" for label in found.labels)
    body = "".join(
        f"<tr><td>{escape(label)}</td>" + "".join(f"<td>{count or ''}</td>" for count in row) + "</tr>"
        for label, row in zip(found.labels, table.tolist(), strict=True)
    )
    return (
        "<p>Rows: what is true. Columns: what was said.</p>"
        f'<div class="scroll"><table><tr><th></th>{head}</tr>{body}</table></div>'
    )


class _Drawing:
    """An SVG whose heights go from 0 to 1."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        self._parts: list[str] = []

    def _x(self, value: float) -> float:
        return _EDGE + (value - self.low) / (self.high - self.low) * (_WIDTH - 2 * _EDGE)

    @staticmethod
    def _y(value: float) -> float:
        return _HEIGHT - _EDGE - value * (_HEIGHT - 2 * _EDGE)

    def bars(self, edges: DoubleArray, heights: DoubleArray, colour: str) -> None:
        """One bar between each two edges."""
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True):
            if height > 0:
                x, top = self._x(float(left)), self._y(float(height))
                self._parts.append(
                    f'<rect x="{x:.1f}" y="{top:.1f}" width="{self._x(float(right)) - x - 0.6:.1f}" '
                    f'height="{self._y(0.0) - top:.1f}" fill="var({colour})" fill-opacity=".75"/>'
                )

    def curve(self, xs: DoubleArray, ys: DoubleArray, *, dashed: bool = False) -> None:
        """A line through points."""
        points = " ".join(
            f"{self._x(float(x)):.1f},{self._y(float(y)):.1f}" for x, y in zip(xs, ys, strict=True)
        )
        dashes = ' stroke-dasharray="4 4"' if dashed else ""
        self._parts.append(
            f'<polyline points="{points}" fill="none" stroke="var(--ink)" stroke-width="1.4"{dashes}/>'
        )

    def figure(self, axis: str, caption: str) -> str:
        """The drawing with its axis and a caption."""
        ground = self._y(0.0)
        marks = "".join(
            f'<text x="{self._x(float(value)):.1f}" y="{ground + 14:.1f}" '
            f'text-anchor="middle">{value:.2f}</text>'
            for value in np.linspace(self.low, self.high, 5)
        )
        return (
            f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" '
            f'aria-label="{escape(caption)}">'
            f'<line x1="{_EDGE}" x2="{_WIDTH - _EDGE}" y1="{ground}" y2="{ground}" stroke="var(--line)"/>'
            + "".join(self._parts)
            + marks
            + f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(axis)}</text></svg>'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
