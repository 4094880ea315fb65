"""What is said of a model on a folder of labelled photos."""

from __future__ import annotations

from pathlib import Path

from dinodesk.engine.messages import CalibrationProgress
from dinodesk.records import AutoCorrection, LabelMeasures, Reliability
from dinodesk.ui.text.plain_text import one_line
from dinodesk.wording import count

TITLE = "Calibrate with a labelled folder"
INTRO = (
    "Show DinoDesk photos of which you know what they show: a folder with a subfolder for each thing, named "
    "as you would type it. Twenty photos of each say much, five a little."
)
EXAMPLE = """Labelled photos
├─ cat              20 photos
├─ steam train      20 photos
└─ sea at night     20 photos"""
OUTCOME = (
    "The model guesses what each photo shows, by the names alone. Where it is right and where it is wrong "
    "tells how sure it may be of its matches. You see all that before anything is used."
)
ONLY_READ = "Your photos are only read: they are not added to the library, not copied and not changed."
WAITING = "Waiting for the model…"

FEW_PHOTOS = 50
"""Fewer photos say little."""
MOST_CONFUSED = 5
"""Pairs of labels that are told of."""


def percent(share: float) -> str:
    """A share in whole percent; "under 1 %" rather than none of some."""
    return "under 1\N{NO-BREAK SPACE}%" if 0 < share < 0.005 else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def progress_words(step: CalibrationProgress) -> str:
    """Where the run is."""
    done = f"{min(step.done + 1, step.total):,} of {step.total:,}"
    return {
        "looking": "Looking for photos…",
        "labels": f"Reading the labels, {done}",
        "photos": f"Looking at the photos, {done}",
        "fitting": f"Fitting, label {done}",
    }[step.phase]


def kept_words(photos: int) -> str:
    """What is kept of the model in use."""
    if not photos:
        return ""
    return f"A calibration on {count(photos, 'photo')} of yours is in use for this model."


def head_words(found: LabelMeasures) -> str:
    """How often the model is right, in one sentence."""
    right = round(found.top1 * found.photos)
    return (
        f"Of {count(found.photos)}, {found.model} names {right:,} rightly ({percent(found.top1)}), "
        f"out of {count(len(found.labels), 'label')}."
    )


def folder_words(found: LabelMeasures) -> str:
    """The folder, and which of its photos say nothing."""
    parts = [one_line(str(Path(found.folder)))]
    if found.unlabelled:
        verb = "lies" if found.unlabelled == 1 else "lie"
        parts.append(f"{count(found.unlabelled)} {verb} in no labelled folder")
    if found.photos < FEW_PHOTOS:
        parts.append("so few photos say little")
    return " · ".join(parts)


def skipped_words(found: LabelMeasures) -> str:
    """How many files could not be read, on a button that lists them."""
    return f"{count(len(found.skipped), 'file')} could not be read…"


def scores_words(found: LabelMeasures) -> str:
    """What the histogram of scores shows."""
    return (
        "Blue: each photo with its own label. Grey: with all the others. The less they overlap, the better "
        f"the model tells them apart. By the curve, a match is likelier than not from a score of "
        f"{found.curve.threshold:.2f} on."
    )


def promise_words(correction: AutoCorrection) -> str:
    """How far Auto's confidences are from what is true, now and by the calibration."""
    before, after = promise_error(correction.before), promise_error(correction.after)
    change = "stays at" if round(after * 100) == round(before * 100) else "becomes"
    return (
        f"On the dashed line, of matches that are called {percent(0.3)} sure, {percent(0.3)} are right. "
        f"Grey: Auto as it comes. Blue: by this calibration. "
        f"The mean distance is {percent(before)} and {change} {percent(after)} on these photos."
    )


def promise_error(bins: Reliability) -> float:
    """Mean distance of promised and real shares, each bin by its pairs, of confidences above a tenth: the
    others, nearly all pairs, are right by saying no."""
    told = [each for each in bins if each.low >= 0.1]
    pairs = sum(each.count for each in told)
    return sum(abs(each.confidence - each.share) * each.count for each in told) / pairs if pairs else 0.0


def margin_words(found: LabelMeasures) -> str:
    """What the histogram of margins shows."""
    if found.margins is None:
        return "There is one label only: nothing to be taken for it."
    margins = found.margins
    wrong = int(margins.wrong.sum())
    words = "How far the first guess is before the second. Blue: right guesses. Red: wrong ones. "
    if not wrong:
        return words + "None is wrong."
    middle = (margins.edges[:-1] + margins.edges[1:]) / 2
    mean_right = float((middle * margins.right).sum() / max(1, int(margins.right.sum())))
    mean_wrong = float((middle * margins.wrong).sum() / wrong)
    return words + f"Right ones lead by {mean_right:.3f} on average, wrong ones by {mean_wrong:.3f}."


def middle_words(found: LabelMeasures) -> str:
    """The whole photo against its middle."""
    if found.middle_top1 is None or found.both_top1 is None:
        return ""
    figures = (
        f"Right by the whole photo: {percent(found.top1)}. By its middle, two thirds of each side: "
        f"{percent(found.middle_top1)}. By whichever fits better: {percent(found.both_top1)}."
    )
    gap = found.middle_top1 - found.top1
    if abs(gap) < 0.02:
        return figures + " What counts is mostly in the middle, and what is around it does no harm."
    if gap > 0:
        return figures + " What is around the middle misleads the model here."
    return figures + " What is around the middle helps to tell what a photo shows."


def confused_words(found: LabelMeasures) -> list[str]:
    """The pairs of labels that are mistaken most, as sentences."""
    table = found.confusion
    totals = table.sum(axis=1)
    pairs = [
        (int(table[row, column]), row, column)
        for row in range(len(table))
        for column in table[row].nonzero()[0].tolist()
        if row != column
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return [cell_words(found, row, column, int(totals[row])) for _, row, column in pairs[:MOST_CONFUSED]]


def cell_words(found: LabelMeasures, row: int, column: int, total: int) -> str:
    """What one cell of the matrix says."""
    true, said = one_line(found.labels[row]), one_line(found.labels[column])
    number = int(found.confusion[row, column])
    if row == column:
        return f"“{true}”: {number:,} of {total:,} right."
    return f"“{true}” is taken for “{said}” in {number:,} of {count(total)}."


def figures(found: LabelMeasures, correction: AutoCorrection) -> list[tuple[str, str]]:
    """The numbers below all, with their names."""
    return [
        ("Among the first five guesses", percent(found.top5)),
        ("Threshold, for the slider", f"{found.curve.threshold:.3f}"),
        ("Temperature, for the slider", f"{found.curve.temperature:.1f}"),
        ("Cut, for the slider", percent(found.cut)),
        ("Auto's log odds become", f"{correction.shift:+.2f} + {correction.slope:.2f} × what they were"),
    ]


def bin_rows(bins: Reliability) -> list[tuple[str, str, str]]:
    """Promised, real and number of pairs, of each bin."""
    return [
        (f"{each.low * 100:.0f} to {each.high * 100:.0f} %", percent(each.share), f"{each.count:,}")
        for each in bins
    ]


def report_name(found: LabelMeasures) -> str:
    """The name that is proposed for a report."""
    return f"{one_line(Path(found.folder).name) or 'labelled photos'} report.html"
