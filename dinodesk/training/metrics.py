"""Measures of a model on held-out photos: retrieval, naming, ten classes, distribution of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dinodesk.records import FloatArray
from dinodesk.training.run_log import Figures

RANKS = (1, 5, 10)


def recall(images: FloatArray, texts: FloatArray, owners: Sequence[int]) -> list[float]:
    """Text to photo: per cent of `texts` whose photo, row `owners[i]`, is among the first 1, 5 and 10."""
    scores = texts @ images.T
    own = scores[np.arange(len(owners)), list(owners)]
    ranks = (scores > own[:, None]).sum(1)
    return [round(100 * float((ranks < first).mean()), 1) for first in RANKS]


def naming(images: FloatArray, names: FloatArray) -> Figures:
    """Row i of `names` belongs to row i of `images`: photos named rightly, and names whose photo is first."""
    scores = names @ images.T
    own = np.diag(scores)
    rank = (scores > own[:, None]).sum(1)
    return {
        "named": round(100 * float((scores.argmax(0) == np.arange(len(own))).mean()), 1),
        "found_first": round(100 * float((rank < 1).mean()), 1),
        "found_in_five": round(100 * float((rank < 5).mean()), 1),
    }


def ten_classes(images: FloatArray, names: FloatArray, rounds: int = 500, seed: int = 0) -> float:
    """Mean top-1 in per cent over random choices of ten of the classes, each with its photos."""
    random = np.random.default_rng(seed)
    scores = images @ names.T
    right = []
    for _ in range(rounds):
        chosen = random.choice(len(names), min(10, len(names)), replace=False)
        right.append((scores[np.ix_(chosen, chosen)].argmax(1) == np.arange(len(chosen))).mean())
    return round(100 * float(np.mean(right)), 1)


def spread(matches: FloatArray, others: FloatArray) -> Figures:
    """Score distributions as percentiles 1, 5, 10, 25, 50, 75, 90, 95, 99 and 99.9, with counts."""
    marks = (1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9)
    table: Figures = {"percentiles": list(marks)}
    for name, scores in (("matches", matches), ("others", others)):
        table[name] = {
            "count": int(scores.size),
            "mean": round(float(scores.mean()), 4),
            "deviation": round(float(scores.std()), 4),
            "scores": [round(float(value), 4) for value in np.percentile(scores, marks)],
        }
    return table
