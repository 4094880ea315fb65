"""The data of fine-tuning: views of photos, tokens of sentences and phrases, and what belongs together."""

from __future__ import annotations

import json
import zlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dinodesk.models.inference.builtin_model import WORDINGS, Parts
from dinodesk.text_decoding import decode_text
from dinodesk.training.builtin_dataset import FORMS, LABEL
from dinodesk.training.photo_dataset import CLASSES, TrainingPhoto, listed
from dinodesk.training.run_log import Options
from dinodesk.training.tuning.phrases import Phrases, phrases_of
from dinodesk.training.tuning.token_cache import TokenCache, cached_tokens
from dinodesk.training.tuning.view_cache import Key, ViewCache, cached_views


@dataclass(frozen=True, slots=True, eq=False)
class TuningDataset:
    """What the batches are drawn from.

    Attributes:
        photos: all of them.
        views: the cached views.
        rows_of: rows of `views` that belong to each photo, the plain one first.
        tokens: of every text.
        texts_of: texts of each photo, rows of `tokens`: its captions, or its labels as sentences.
        phrases: what is said of the photos that are trained on; the others are unknown.
        phrase_texts: rows of `tokens`, int64 (P, W, F): each in W ways and F wordings, the plain one first.
        names: rows of `tokens`, int64 (F, K): the class names in F forms.
    """

    photos: Sequence[TrainingPhoto]
    views: ViewCache
    rows_of: Sequence[Sequence[int]]
    tokens: TokenCache
    texts_of: Sequence[Sequence[int]]
    phrases: Phrases
    phrase_texts: npt.NDArray[np.int64]
    names: npt.NDArray[np.int64]

    def trained_on(self, *, captioned: bool) -> npt.NDArray[np.int64]:
        """Photos that are trained on: those with captions, or those with labels alone."""
        return np.array(
            [
                number
                for number, photo in enumerate(self.photos)
                if is_trained_on(photo) and bool(photo.captions) == captioned
            ],
            np.int64,
        )

    def captioned(self, split: str) -> list[int]:
        """Photos of a split that have captions."""
        return [n for n, photo in enumerate(self.photos) if photo.split == split and photo.captions]


def is_trained_on(photo: TrainingPhoto) -> bool:
    """Captioned photos of the split "train", and nine of ten labelled ones; the tenth is measured on."""
    if photo.split != "train":
        return False
    return bool(photo.captions) or (bool(photo.labels) and zlib.crc32(photo.name.encode()) % 10 != 0)


def wanted_views(photos: Sequence[TrainingPhoto], count: int) -> list[Key]:
    """`count` views of captioned photos that are trained on, the plain one of the others."""
    return [
        (photo.name, number)
        for photo in photos
        for number in range(count if photo.captions and is_trained_on(photo) else 1)
    ]


def gather(
    parts: Parts, options: Options, mark: str, *, views: int, least: int, layers: int
) -> Generator[str, None, TuningDataset]:
    """Everything of the data folder; yields progress in words.

    Args:
        parts: the frozen parts.
        options: of the run.
        mark: of the frozen weights.
        views: of each captioned photo.
        least: photos that must say a phrase.
        layers: lower layers of the sentence encoder, which are not trained.
    """
    photos = listed(options.data)
    cached = yield from cached_views(parts, options.data, wanted_views(photos, views), options.cache, mark)
    trained = [is_trained_on(photo) for photo in photos]
    phrases = phrases_of(
        [photo.captions if use else () for photo, use in zip(photos, trained, strict=True)],
        [photo.labels if use else () for photo, use in zip(photos, trained, strict=True)],
        least,
    )
    classes = json.loads(decode_text((options.data / CLASSES).read_bytes()))
    ordered = [entry["name"] for entry in sorted(classes, key=lambda entry: int(entry["index"]))]
    names = [[form.format(name) for name in ordered] for form in FORMS]
    said = [
        [[form.replace("{}", way) for form in ("{}", *WORDINGS)] for way in ways] for ways in phrases.texts
    ]
    sentences = [_sentences(photo) for photo in photos]
    wanted = [text for texts in [*sentences, *names] for text in texts]
    wanted += [text for ways in said for texts in ways for text in texts]
    tokens = yield from cached_tokens(parts, wanted, layers, options.cache, mark)
    rows = cached.rows()
    return TuningDataset(
        photos=photos,
        views=cached,
        rows_of=[[rows[photo.name, n] for n in range(views) if (photo.name, n) in rows] for photo in photos],
        tokens=tokens,
        texts_of=[[tokens.rows[text] for text in texts] for texts in sentences],
        phrases=phrases,
        phrase_texts=np.array([[[tokens.rows[text] for text in texts] for texts in ways] for ways in said]),
        names=np.array([[tokens.rows[text] for text in texts] for texts in names]),
    )


def _sentences(photo: TrainingPhoto) -> list[str]:
    if photo.split == "named":
        return []
    return list(photo.captions) or [LABEL.format(label) for label in photo.labels]
