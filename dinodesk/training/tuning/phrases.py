"""Phrases to train on: a few words as people type them, cut from captions and labels, with what says them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dinodesk.training.calibration.calibration_queries import FUNCTION_WORDS, LONGEST, stem

NOT_SAID, UNKNOWN, SAID = 0, 1, 2
"""What is known of a photo and a phrase. One caption of five may see what others don't find worth a word."""
ARTICLES = ("a", "an", "the")

_WORD = re.compile(r"[a-z]+")

Stems = tuple[str, ...]
"""A phrase, each word without its plural s."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """Phrases and the photos that say them.

    Attributes:
        texts: of each phrase the ways it is written: the usual one first, with its article, then bare.
        said: uint8 (phrases, photos), NOT_SAID, UNKNOWN or SAID.
        chance: how often each phrase is drawn beside the others, float64; 1 / √ of the photos that say it.
    """

    texts: Sequence[tuple[str, ...]]
    said: npt.NDArray[np.uint8]
    chance: npt.NDArray[np.float64]

    def drawn(
        self, photos: npt.NDArray[np.int64], count: int, random: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        """Up to `count` different phrases, each of which one of these photos says at least."""
        possible = np.flatnonzero((self.said[:, photos] == SAID).any(1))
        chance = self.chance[possible]
        found = random.choice(possible, min(count, len(possible)), replace=False, p=chance / chance.sum())
        return np.asarray(found, np.int64)


def phrases_of(captions: Sequence[Sequence[str]], labels: Sequence[Sequence[str]], least: int) -> Phrases:
    """Phrases that at least `least` photos say; each photo has captions, or labels, or neither.

    A photo says a phrase when two of its captions have those very words in a row, or one of its labels is
    the phrase. Of photos with labels alone nobody knows what else they show.
    """
    written: dict[Stems, Counter[str]] = defaultdict(Counter)
    times: dict[Stems, Counter[int]] = defaultdict(Counter)
    for photo, own in enumerate(captions):
        for caption in own:
            found = dict(_cut(_WORD.findall(caption.lower())))
            for stems, text in found.items():
                written[stems][text] += 1
                times[stems][photo] += 1
    for photo, own in enumerate(labels):
        if captions[photo]:
            continue
        for label in own:
            words = _WORD.findall(label.lower())
            if 0 < len(words) <= LONGEST:
                stems = tuple(map(stem, words))
                written[stems][" ".join(words)] += 1
                times[stems][photo] = 2
    chosen = sorted(stems for stems, own in times.items() if sum(n >= 2 for n in own.values()) >= least)
    said = np.zeros((len(chosen), len(captions)), np.uint8)
    said[:, [photo for photo, own in enumerate(captions) if not own]] = UNKNOWN
    for row, stems in enumerate(chosen):
        for photo, number in times[stems].items():
            said[row, photo] = SAID if number >= 2 else UNKNOWN
    frequency = (said == SAID).sum(1)
    return Phrases([_ways(written[stems]) for stems in chosen], said, 1 / np.sqrt(frequency))


def _cut(words: Sequence[str]) -> Iterator[tuple[Stems, str]]:
    """The phrases of a caption as stems, and as written, with the article before them."""
    for start, first in enumerate(words):
        if first in FUNCTION_WORDS:
            continue
        article = words[start - 1] + " " if start and words[start - 1] in ARTICLES else ""
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            if words[end - 1] not in FUNCTION_WORDS:
                yield tuple(map(stem, words[start:end])), article + " ".join(words[start:end])


def _ways(written: Counter[str]) -> tuple[str, ...]:
    """The two ways to write a phrase: the most frequent one, and that without an article."""
    usual = min(written, key=lambda text: (-written[text], text))
    first, _, rest = usual.partition(" ")
    bare = rest if first in ARTICLES and rest else usual
    return (usual, bare)
