"""The report on a labelled folder: one HTML file, with drawings as SVG and nothing from elsewhere."""

from __future__ import annotations

import os
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from dinodesk import private_files
from dinodesk.library.files.moved_files import name_freely
from dinodesk.records import DoubleArray, LabelMeasures

_WIDTH, _HEIGHT, _EDGE = 520, 200, 34
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


def report(found: LabelMeasures) -> str:
    """The whole page."""
    parts = [
        f"<h1>{escape(found.model)} on {escape(found.folder)}</h1>",
        _summary(found),
        "<h2>Scores of the true label and of the others</h2>",
        _histogram(found),
        "<h2>How sure the first label is of the second</h2>",
        _margins(found),
        "<h2>Reliability</h2>",
        _reliability(found),
        "<h2>Labels</h2>",
        _labels(found),
        "<h2>What is taken for what</h2>",
        _confusion(found),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(found.model)}: classification</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def write_report(found: LabelMeasures, path: str) -> str:
    """Write the page, under another name where there is a file; returns its path. Raises OSError."""
    target = Path(os.path.abspath(path))
    part = private_files.make_part(target)
    try:
        part.write_text(report(found), "utf-8")
        private_files.give_usual_rights(part)
        return name_freely(str(part), str(target.parent), target.name)
    finally:
        part.unlink(missing_ok=True)


def _summary(found: LabelMeasures) -> str:
    left_out = found.unlabelled + len(found.skipped)
    rows = {
        "Photos": f"{found.photos:,} with a known label" + f", {left_out:,} left out" * bool(left_out),
        "Labels": f"{len(found.labels):,}, templates {found.templates}",
        "Accuracy": f"top-1 {found.top1:.1%}, top-5 {found.top5:.1%}",
        "Fitted line": f"threshold {found.curve.threshold:.3f}, temperature {found.curve.temperature:.1f}",
        "Made by": _made_by(),
    }
    if found.middle_top1 is not None and found.both_top1 is not None:
        rows["Middle of the photo"] = (
            f"top-1 {found.middle_top1:.1%} by the crop alone, {found.both_top1:.1%} by the better of both"
        )
    return (
        "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items()) + "</dl>"
    )


def _made_by() -> str:
    try:
        return f"DinoDesk {version('dinodesk')}"
    except PackageNotFoundError:  # run from its source
        return "DinoDesk"


def _histogram(found: LabelMeasures) -> str:
    """Both as shares of their own kind, and the fitted curve over them."""
    scores = found.scores
    drawing = _Drawing(float(scores.edges[0]), float(scores.edges[-1]))
    for name, counts in (("--bad", scores.wrong), ("--good", scores.right)):
        drawing.bars(scores.edges, counts / max(1, int(counts.max())), name)
    xs = np.linspace(drawing.low, drawing.high, 80)
    drawing.curve(xs, found.curve.confidence(xs))
    return drawing.figure(
        "score",
        f"Blue: {scores.right.sum():,} pairs of a photo and its own label. Grey: {scores.wrong.sum():,} "
        "pairs with another one. Each as shares of its own kind. The line is the fitted confidence.",
    )


def _margins(found: LabelMeasures) -> str:
    if found.margins is None:
        return "<p>There is one label only.</p>"
    margins = found.margins
    drawing = _Drawing(float(margins.edges[0]), float(margins.edges[-1]))
    tallest = max(1, int(margins.right.max()), int(margins.wrong.max()))
    for name, counts in (("--good", margins.right), ("--bad", margins.wrong)):
        drawing.bars(margins.edges, counts / tallest, name)
    return drawing.figure(
        "score of the first label less that of the second", "Blue: photos labelled rightly. Grey: wrongly."
    )


def _reliability(found: LabelMeasures) -> str:
    drawing = _Drawing(0.0, 1.0)
    drawing.curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]), dashed=True)
    bins = found.reliability
    drawing.curve(np.array([each.confidence for each in bins]), np.array([each.share for each in bins]))
    rows = "".join(
        f"<tr><td>{each.low:.1f} to {each.high:.1f}</td><td>{each.confidence:.2f}</td>"
        f"<td>{each.share:.2f}</td><td>{each.count:,}</td></tr>"
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


def _labels(found: LabelMeasures) -> str:
    counts, right = found.confusion.sum(axis=1), found.confusion.diagonal()
    rows = [
        (label, int(count), float(hits / count))
        for label, count, hits in zip(found.labels, counts, right, strict=True)
        if count
    ]
    rows.sort(key=lambda row: (row[2], row[0]))
    body = "".join(
        f"<tr><td>{escape(label)}</td><td>{count:,}</td><td>{share:.0%}</td></tr>"
        for label, count, share in rows
    )
    return f"<table><tr><th>label</th><th>photos</th><th>right</th></tr>{body}</table>"


def _confusion(found: LabelMeasures) -> str:
    if len(found.labels) > MOST_LABELS:
        return f"<p>Shown for {MOST_LABELS} labels at most; these are {len(found.labels):,}.</p>"
    head = "".join(f"<th>{escape(label)}</th>" for label in found.labels)
    body = "".join(
        f"<tr><td>{escape(label)}</td>" + "".join(f"<td>{count or ''}</td>" for count in row) + "</tr>"
        for label, row in zip(found.labels, found.confusion.tolist(), strict=True)
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
