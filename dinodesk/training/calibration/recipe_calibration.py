"""Recipe `calibration`: how sure a model's scores are, for each kind of query, in libraries of any size.

Queries of four kinds are made from captions and labels (`judged_queries`) and asked of
libraries of 150 to 100,000 photos (`line_samples`). A table is fitted for each kind
(`search.calibration.line_table`), and one for any model, which says nothing of this model's own scale.
Figures are measured crosswise: what is fitted on one half of the queries, on the other. Writes `lines.json`
and `any-lines.json`.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence

import numpy as np

from dinodesk.models import loader
from dinodesk.models.inference.model import Model
from dinodesk.records import DoubleArray, FloatArray
from dinodesk.search.calibration.background import FEATURES, SHAPE
from dinodesk.search.calibration.cuts import best_count
from dinodesk.search.calibration.line_table import (
    Calibration,
    QueryKind,
    Sample,
    Table,
    calibration_to_json,
    fit_blended,
    fit_table,
)
from dinodesk.training.calibration.judged_queries import Judged, JudgedPhotos
from dinodesk.training.calibration.line_samples import ADDED, JudgedScores, pooled_tail, samples_of
from dinodesk.training.photo_dataset import listed
from dinodesk.training.photo_vectors import photo_vectors
from dinodesk.training.run_log import Figures, Options, Run

_RARE: dict[QueryKind, float] = {"few": 0.5, "caption": 0.0, "name": 0.2, "photo": 0.2}
"""The share of queries that is also asked where at most three photos match; of names and example photos many
are asked for one in any case."""
_ENOUGH = 12
"""Queries of collections that give a table of their own."""


def train(options: Options) -> Generator[str, None, Figures]:
    """Run the recipe on the built-in model; yields progress in words, returns the figures."""
    model = loader.load_model("builtin", device=options.device, precision="fp32")
    return (yield from calibrate(model, options))


def calibrate(model: Model, options: Options) -> Generator[str, None, Figures]:
    """Fit all tables of `model`; see the module."""
    run = Run(options, "calibration")
    photos = listed(options.data)
    vectors = yield from photo_vectors(model, options.data, [photo.name for photo in photos], options.cache)
    library = JudgedPhotos(photos, vectors, options.seed)
    judged: dict[QueryKind, Judged] = {}
    for kind, make in (
        ("few", library.phrases),
        ("caption", library.captions),
        ("name", library.names),
        ("photo", library.examples),
    ):
        yield f"queries of the kind “{kind}”"
        judged[kind] = make(model)  # type: ignore[index]
    yield "labels in collections of one sort"
    collections = library.collections(model)
    figures: Figures = {"queries": {kind: len(each.every()) for kind, each in judged.items()}}
    figures["queries"] |= {f"{kind} in a collection": len(each.every()) for kind, each in collections.items()}
    tables: dict[QueryKind, Table] = {}
    for kind, each in judged.items():
        yield f"the table for “{kind}”"
        further = collections.get(kind, Judged(([], [])))
        tables[kind] = _fit(each.every(), further.every(), options.seed, FEATURES, _RARE[kind])
        figures |= _crosswise(kind, each, further, options.seed, FEATURES, _RARE[kind])
    yield "the table for any model"
    few, further = judged["few"], collections.get("few", Judged(([], [])))
    shape = _fit(few.every(), further.every(), options.seed, SHAPE, _RARE["few"])
    figures |= _crosswise("any model", few, further, options.seed, SHAPE, _RARE["few"])
    for name, calibration in (("lines", Calibration(tables)), ("any-lines", Calibration({"few": shape}))):
        text = json.dumps(calibration_to_json(calibration), indent=1)
        (options.out / f"{name}.json").write_text(text + "\n", "utf-8")
    return run.note(figures)


def _fit(
    judged: Sequence[JudgedScores], collections: Sequence[JudgedScores], seed: int, count: int, rare: float
) -> Table:
    """A blended table where there are enough queries of collections; else what there are count as any."""
    random = np.random.default_rng(seed)
    if len(collections) < _ENOUGH:
        every = [*judged, *collections]
        return fit_table(list(samples_of(every, random, rare=rare)), pooled_tail(every), count)
    everyday = list(samples_of(judged, random, rare=rare))
    alone = list(samples_of(collections, random, (0,), rare=rare))
    return fit_blended(everyday, alone, (pooled_tail(judged), pooled_tail(collections)), count)


def _crosswise(
    name: str, judged: Judged, collections: Judged, seed: int, count: int, rare: float
) -> dict[str, Figures]:
    """Figures of both sorts of libraries, by photos added; each half judged by the table of the other."""
    halves = zip(judged.halves, collections.halves, strict=True)
    tables = [_fit(half, own, seed, count, rare) for half, own in halves]
    figures: dict[str, Figures] = {}
    for title, asked in ((name, judged), (f"{name} in a collection", collections)):
        if not all(asked.halves):
            continue
        figures[title] = {}
        for added in ADDED:
            found: list[tuple[Sample, Table]] = []
            for number, half in enumerate(asked.halves):
                sure = [JudgedScores(*_certain(each), each.others) for each in half]
                random = np.random.default_rng(seed)
                samples = samples_of(sure, random, (added,), parts=(), absent=0.0, rare=0.0)
                found += [(sample, tables[1 - number]) for sample in samples]
            figures[title][str(added)] = _measured(found)
    return figures


def _certain(judged: JudgedScores) -> tuple[FloatArray, DoubleArray]:
    """The scores of photos that match or do not, without the doubtful ones."""
    known = (judged.matches == 0.0) | (judged.matches == 1.0)
    return judged.scores[known], judged.matches[known]


def _measured(found: Sequence[tuple[Sample, Table]]) -> Figures:
    """F1 of the hits, promised and real precision over all of them, their mean distance by query, and the
    calibration error of confidences above 0.1 in ten bins."""
    f1, promised, right, hits, apart = [], 0.0, 0.0, 0, []
    chances, truths = [], []
    for sample, table in found:
        order = np.argsort(-sample.scores)
        repeats = np.maximum(1, np.round(sample.weights[order]).astype(int))
        truth = np.repeat(sample.truth[order], repeats)
        chance = np.repeat(table.curve(sample.background).confidence(sample.scores[order]), repeats)
        count = best_count(chance)
        good = float(truth[:count].sum())
        f1.append(2 * good / (count + max(1.0, float(truth.sum()))))
        promised += float(chance[:count].sum())
        right, hits = right + good, hits + count
        apart.append(abs(float(chance[:count].mean()) - good / count))
        chances.append(chance[chance > 0.1])
        truths.append(truth[chance > 0.1])
    return {
        "f1": round(float(np.mean(f1)), 3),
        "hits": hits,
        "promised": round(promised / hits, 3),
        "real": round(right / hits, 3),
        "apart_by_query": round(float(np.mean(apart)), 3),
        "calibration_error": _calibration_error(np.concatenate(chances), np.concatenate(truths)),
    }


def _calibration_error(chances: DoubleArray, truth: DoubleArray) -> float | None:
    if not len(chances):
        return None
    which = np.minimum((chances * 10).astype(int), 9)
    bins: Mapping[int, float] = {
        number: abs(float(chances[which == number].mean() - truth[which == number].mean()))
        * float((which == number).mean())
        for number in set(which.tolist())
    }
    return round(sum(bins.values()), 3)
