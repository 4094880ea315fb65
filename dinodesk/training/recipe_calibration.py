"""Recipe `calibration`: how sure a model's scores are, for each kind of query, in libraries of any size.

Queries of four kinds are made from captions and labels (`calibration_queries`, and below) and asked of
libraries of 150 to 100,000 photos (`line_samples`). A table is fitted for each kind
(`search.calibration.line_table`), and one for any model, which says nothing of this model's own scale.
Figures are measured crosswise: what is fitted on one half of the queries, on the other. Writes `lines.json`
and `any-lines.json`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dinodesk.models import loader
from dinodesk.models.inference.model import Model
from dinodesk.records import DoubleArray, FloatArray, IntArray
from dinodesk.search.calibration.background import FEATURES, SHAPE
from dinodesk.search.calibration.cuts import best_count
from dinodesk.search.calibration.line_table import (
    Calibration,
    LineTable,
    QueryKind,
    Sample,
    calibration_to_json,
    fit_table,
)
from dinodesk.training.calibration_queries import content_stems, phrase_queries
from dinodesk.training.line_samples import ADDED, JudgedScores, pooled_tail, samples_of
from dinodesk.training.photo_dataset import TrainingPhoto, listed
from dinodesk.training.photo_vectors import photo_vectors
from dinodesk.training.run_log import Figures, Options, Run

DOUBTFUL = 0.7
"""What a photo counts as a match of a phrase that only one of its captions has: people mostly agree."""
NAME = "a photo of a {}"
_RARE: dict[QueryKind, float] = {"few": 0.5, "caption": 0.0, "name": 0.2, "photo": 0.2}
"""The share of queries that is also asked where at most three photos match; of names and example photos many
are asked for one in any case."""
_SENTENCE = 8
"""Words from which on a caption is a sentence of its kind."""
_QUERIES = 300
"""Queries of a kind, of captions, names and photos."""
_POPULATION = 900
"""Photos of a population of labelled ones."""
_OWN = (1, 3, 10, 40, 150, 150)
"""Photos that match a name in one library."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Queries of one kind in two halves, by which figures are measured crosswise."""

    halves: tuple[list[JudgedScores], list[JudgedScores]]


def train(options: Options) -> Generator[str, None, Figures]:
    """Run the recipe on the built-in model; yields progress in words, returns the figures."""
    model = loader.load_model("builtin", device=options.device, precision="fp32")
    return (yield from calibrate(model, options))


def calibrate(model: Model, options: Options) -> Generator[str, None, Figures]:
    """Fit all tables of `model`; see the module."""
    run = Run(options, "calibration")
    photos = listed(options.data)
    vectors = yield from photo_vectors(model, options.data, [photo.name for photo in photos], options.cache)
    library = _Photos(photos, vectors, options.seed)
    judged: dict[QueryKind, Judged] = {}
    for kind, make in (
        ("few", library.phrases),
        ("caption", library.captions),
        ("name", library.names),
        ("photo", library.examples),
    ):
        yield f"queries of the kind “{kind}”"
        judged[kind] = make(model)  # type: ignore[index]
    figures: Figures = {"queries": {kind: sum(map(len, each.halves)) for kind, each in judged.items()}}
    tables: dict[QueryKind, LineTable] = {}
    for kind, each in judged.items():
        yield f"the table for “{kind}”"
        tables[kind] = _fit([*each.halves[0], *each.halves[1]], options.seed, FEATURES, _RARE[kind])
        figures[kind] = _crosswise(each, options.seed, FEATURES, _RARE[kind])
    yield "the table for any model"
    shape = _fit([*judged["few"].halves[0], *judged["few"].halves[1]], options.seed, SHAPE, _RARE["few"])
    figures["any model"] = _crosswise(judged["few"], options.seed, SHAPE, _RARE["few"])
    for name, calibration in (("lines", Calibration(tables)), ("any-lines", Calibration({"few": shape}))):
        text = json.dumps(calibration_to_json(calibration), indent=1)
        (options.out / f"{name}.json").write_text(text + "\n", "utf-8")
    return run.note(figures)


class _Photos:
    """The photos of the data folder, their vectors, and which match what."""

    def __init__(self, photos: Sequence[TrainingPhoto], vectors: FloatArray, seed: int) -> None:
        self._photos, self._vectors = photos, vectors
        self._random = np.random.default_rng(seed)
        self._captioned = {
            split: [row for row, photo in enumerate(photos) if photo.split == split and photo.captions]
            for split in ("dev", "validation")
        }
        self._further = np.array([row for row, photo in enumerate(photos) if photo.split == "train"])
        # a caption must have all words of a query to match it; one label is enough
        self._captions = [[content_stems(caption) for caption in photo.captions] for photo in photos]
        self._labels = [content_stems(" ".join(photo.labels)) for photo in photos]

    def phrases(self, model: Model) -> Judged:
        """A few words, cut from captions."""
        halves = []
        for rows in self._captioned.values():
            queries = phrase_queries([self._photos[row].captions for row in rows])
            own = self._vectors[rows]
            found = []
            for query, text in zip(queries, _embed(model, [query.text for query in queries]), strict=True):
                truth = np.zeros(len(rows))
                truth[query.matches], truth[query.unknown] = 1.0, DOUBTFUL
                found.append(JudgedScores(own @ text, truth, self._others(query.text) @ text))
            halves.append(found)
        return Judged((halves[0], halves[1]))

    def captions(self, model: Model) -> Judged:
        """Whole captions; only the photo they were written for is known to match."""
        halves = []
        for rows in self._captioned.values():
            asked = [
                (number, caption)
                for number, row in enumerate(rows)
                for caption in self._photos[row].captions
                if len(caption.split()) >= _SENTENCE
            ]
            chosen = [asked[number] for number in self._random.permutation(len(asked))[: _QUERIES // 2]]
            own, further = self._vectors[rows], self._vectors[self._further]
            found = []
            for (owner, _), text in zip(chosen, _embed(model, [text for _, text in chosen]), strict=True):
                truth = np.zeros(len(rows))
                truth[owner] = 1.0
                found.append(JudgedScores(own @ text, truth, further @ text))
            halves.append(found)
        return Judged((halves[0], halves[1]))

    def names(self, model: Model) -> Judged:
        """Labels that the model knows as names, in libraries with one photo of the thing to many."""
        photos = self._photos
        labelled = [row for row, photo in enumerate(photos) if photo.labels and not photo.captions]
        labels = sorted({label for row in labelled for label in photos[row].labels if content_stems(label)})
        sentences = [NAME.format(label) for label in labels]
        known = [
            (label, vector)
            for label, sentence, vector in zip(labels, sentences, _embed(model, sentences), strict=True)
            if model.query_kind(sentence, vector) == "name"
        ]
        chosen = [known[number] for number in self._random.permutation(len(known))[:_QUERIES]]
        halves: tuple[list[JudgedScores], list[JudgedScores]] = ([], [])
        for label, text in chosen:
            own = self._random.permutation([row for row in labelled if label in photos[row].labels])
            own = own[: int(self._random.choice(_OWN))]
            halves[zlib.crc32(label.encode()) % 2].append(self._labelled(own, content_stems(label), text))
        return Judged(halves)

    def examples(self, model: Model) -> Judged:
        """Example photos; those with the same labels match, if they have more than one."""
        photos = self._photos
        by_labels: dict[tuple[str, ...], list[int]] = {}
        for row, photo in enumerate(photos):
            if photo.split == "train" and len(photo.labels) > 1 and not photo.captions:
                by_labels.setdefault(photo.labels, []).append(row)
        groups = [rows for _, rows in sorted(by_labels.items()) if len(rows) >= 3]
        halves: tuple[list[JudgedScores], list[JudgedScores]] = ([], [])
        for number in self._random.permutation(np.arange(_QUERIES) % len(groups)):
            rows = self._random.permutation(groups[number])
            own = rows[1 : 1 + int(self._random.choice(_OWN))]
            wanted = content_stems(" ".join(photos[int(rows[0])].labels))
            halves[int(number) % 2].append(self._labelled(own, wanted, self._vectors[rows[0]]))
        return Judged(halves)

    def _labelled(self, own: IntArray, wanted: frozenset[str], query: FloatArray) -> JudgedScores:
        """The scores of a query by label: its own photos among some that have none of its words."""
        taken = set(own.tolist())
        free = [row for row in range(len(self._photos)) if row not in taken and not self._says(row, wanted)]
        others = self._random.permutation(np.array(free, np.int64))
        truth = np.concatenate([np.ones(len(own)), np.zeros(min(_POPULATION, len(others)))])
        population = np.concatenate([own, others[:_POPULATION]])
        return JudgedScores(
            self._vectors[population] @ query, truth, self._vectors[others[_POPULATION:]] @ query
        )

    def _says(self, row: int, wanted: frozenset[str]) -> bool:
        return any(wanted & caption for caption in self._captions[row]) or bool(wanted & self._labels[row])

    def _others(self, text: str) -> FloatArray:
        """Vectors of further photos that do not match a phrase."""
        wanted = content_stems(text)
        free = [
            row
            for row in self._further.tolist()
            if not any(wanted <= caption for caption in self._captions[row])
            and not wanted & self._labels[row]
        ]
        return self._vectors[free]


def _embed(model: Model, texts: Sequence[str]) -> FloatArray:
    return np.concatenate([model.embed_texts([text]) for text in texts])


def _fit(judged: Sequence[JudgedScores], seed: int, count: int, rare: float) -> LineTable:
    random = np.random.default_rng(seed)
    return fit_table(list(samples_of(judged, random, rare=rare)), pooled_tail(judged), count)


def _crosswise(judged: Judged, seed: int, count: int, rare: float) -> dict[str, Figures]:
    """Figures by photos added, each half judged by the table that the other gave."""
    figures: dict[str, Figures] = {}
    tables = [_fit(half, seed, count, rare) for half in judged.halves]
    for added in ADDED:
        found: list[tuple[Sample, LineTable]] = []
        for number, half in enumerate(judged.halves):
            sure = [JudgedScores(*_certain(each), each.others) for each in half]
            random = np.random.default_rng(seed)
            samples = samples_of(sure, random, (added,), parts=(), absent=0.0, rare=0.0)
            found += [(sample, tables[1 - number]) for sample in samples]
        figures[str(added)] = _measured(found)
    return figures


def _certain(judged: JudgedScores) -> tuple[FloatArray, DoubleArray]:
    """The scores of photos that match or do not, without the doubtful ones."""
    known = (judged.matches == 0.0) | (judged.matches == 1.0)
    return judged.scores[known], judged.matches[known]


def _measured(found: Sequence[tuple[Sample, LineTable]]) -> Figures:
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
