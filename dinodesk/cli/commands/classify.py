"""`classify`: label photos by words alone, and measure where subfolders name the truth."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.labelled_folder import read_labelled_folder
from dinodesk.engine.calibration.classification_report import report
from dinodesk.engine.calibration.folder_measures import measure_steps
from dinodesk.engine.calibration.labelled_folder import LabelledFolder
from dinodesk.errors import DinoDeskError
from dinodesk.generators import run_to_end
from dinodesk.search.scores import probabilities
from dinodesk.wording import count


def classify(options: argparse.Namespace) -> Outcome:
    """Zero-shot labels for the photos below a folder."""
    page = None if options.report is None else output_files.target(options.report)
    if page is not None:
        output_files.check_ending(page, (".html", ".htm", ""), "A report is a page of HTML")
    model = api.load_model(options.model, options.device, options.precision)
    found = read_labelled_folder(options, model, middle=page is not None)
    labels, scores = found.labels, found.scores
    order = np.argsort(-scores, axis=1, kind="stable")
    predictions = [
        {
            "path": path,
            "label": labels[order[i, 0]],
            "probability": float(probabilities(scores[i])[order[i, 0]]),
        }
        for i, path in enumerate(found.paths)
    ]
    document = {**_measure(labels, order, found.truth), "predictions": predictions}
    document["skipped"] = [{"path": each.path, "reason": each.reason} for each in found.skipped]
    document["count"] = len(found.paths)
    lines = [f"{each['probability']:5.2f}  {each['label']}  {each['path']}" for each in predictions]
    if document["top1"] is not None:
        lines.append(
            f"top-1 {document['top1']:.1%}, top-5 {document['top5']:.1%} of {count(len(found.paths))}"
        )
    if page is not None:
        _write_report(page, model, found)
        document["report"] = str(page)
        lines.append(f"The report is in {page}.")
    return (SKIPPED if found.skipped else DONE), document, lines


def _write_report(page: Path, model: api.Model, found: LabelledFolder) -> None:
    """Raises DinoDeskError where no photo has a known label."""
    if all(number is None for number in found.truth):
        raise DinoDeskError(
            "There is nothing to report: no photo lies in a subfolder that is named like a label.",
            "Give a folder with a subfolder a class.",
        )
    measures = run_to_end(measure_steps(model.info, found))
    with output_files.whole(page) as part:
        part.write_text(report(measures), "utf-8")


def _measure(labels: Sequence[str], order: Any, truth: Sequence[int | None]) -> dict[str, Any]:
    """Fractions over the photos whose subfolder names a label; None where there is none."""
    ranks = {i: int(np.flatnonzero(order[i] == true)[0]) for i, true in enumerate(truth) if true is not None}
    per_class = {}
    for number, label in enumerate(labels):
        own = [rank for i, rank in ranks.items() if truth[i] == number]
        if own:
            per_class[label] = {"count": len(own), "top1": sum(rank == 0 for rank in own) / len(own)}
    total = len(ranks)
    return {
        "top1": sum(rank == 0 for rank in ranks.values()) / total if total else None,
        "top5": sum(rank < 5 for rank in ranks.values()) / total if total else None,
        "per_class": per_class,
    }
