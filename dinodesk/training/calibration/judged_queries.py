"""Queries of each kind, asked of the data folder's photos: their scores, and which photos match.

They come from captions and labels: phrases, whole captions, names of things, example photos. What is asked by
label is asked twice: of photos of everything, and of a collection of one sort, such as a folder of animals,
where many photos match and the others are all alike. There a query's background is another one.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, IntArray
from dinodesk.search.calibration.line_table import QueryKind
from dinodesk.training.calibration.calibration_queries import content_stems, phrase_queries
from dinodesk.training.calibration.line_samples import JudgedScores
from dinodesk.training.photo_dataset import TrainingPhoto

DOUBTFUL = 0.7
"""What a photo counts as a match of a phrase that only one of its captions has: people mostly agree."""
NAME = "a photo of a {}"
_SENTENCE = 8
"""Words from which on a caption is a sentence of its kind."""
_QUERIES = 300
"""Queries of a kind, of captions, names and photos."""
_POPULATION = 900
"""Photos of a population of labelled ones."""
_OWN = (1, 3, 10, 40, 150, 150)
"""Photos that match a name in one library."""
_INCOMPLETE = ("Corel", "COCO")
"""Sources that name a few of the things in a photo: one without a label may show it all the same."""
_FORMS = ("{}", "a {}", NAME)
"""How labels of a collection are asked for, each in one way."""
_LABELS = 10
"""Labels of one collection and kind that are asked for: large ones would outweigh all others."""
_LEAST_MATCHES, _LEAST_MISSES, _MOST_MATCHES = 3, 30, 0.5
"""Photos of a collection that must, and must not, match a label; the share that may."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Queries of one kind in two halves, by which figures are measured crosswise."""

    halves: tuple[list[JudgedScores], list[JudgedScores]]

    def every(self) -> list[JudgedScores]:
        """Of both halves."""
        return self.halves[0] + self.halves[1]


class JudgedPhotos:
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

    def collections(self, model: Model) -> dict[QueryKind, Judged]:
        """Labels, each asked of the collection it comes from, by kind."""
        found: dict[QueryKind, Judged] = {}
        for rows, labels in self._sources():
            texts = [_FORMS[zlib.crc32(label.encode()) % len(_FORMS)].format(label) for label in labels]
            asked: Counter[QueryKind] = Counter()
            for label, text, vector in zip(labels, texts, _embed(model, texts), strict=True):
                kind, scores = model.query_kind(text, vector), self._in_collection(rows, label, vector)
                if asked[kind] == _LABELS or (scores.matches == 0).sum() < _LEAST_MISSES:
                    continue
                asked[kind] += 1
                half = zlib.crc32(label.encode()) // len(_FORMS) % 2
                found.setdefault(kind, Judged(([], []))).halves[half].append(scores)
        return found

    def _sources(self) -> Iterator[tuple[list[int], list[str]]]:
        """The photos of each collection, and labels to ask it for."""
        by_source: dict[str, list[int]] = {}
        for row, photo in enumerate(self._photos):
            if photo.source and photo.labels and not photo.captions and photo.split == "train":
                by_source.setdefault(photo.source, []).append(row)
        for source, rows in sorted(by_source.items()):
            if source.startswith(_INCOMPLETE):
                continue
            counts = Counter(label for row in rows for label in set(self._photos[row].labels))
            labels = [
                label
                for label, count in sorted(counts.items())
                if _LEAST_MATCHES <= count <= _MOST_MATCHES * len(rows) and content_stems(label)
            ]
            yield rows, [labels[number] for number in self._random.permutation(len(labels))]

    def _in_collection(self, rows: Sequence[int], label: str, query: FloatArray) -> JudgedScores:
        """The scores of a label in its collection, without photos whose label has only one of its words."""
        wanted = content_stems(label)
        known = [row for row in rows if label in self._photos[row].labels or not wanted & self._labels[row]]
        truth = np.array([float(label in self._photos[row].labels) for row in known])
        inside = set(rows)
        free = [row for row in self._further.tolist() if row not in inside and not self._says(row, wanted)]
        return JudgedScores(self._vectors[known] @ query, truth, self._vectors[free] @ query)

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
