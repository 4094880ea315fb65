"""`explain`: sentences against photos, whole and cropped, and what each word of a sentence does."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import opened
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.search.line_fitting import fit_line
from dinodesk.errors import DinoDeskError, PhotoError, UsageError
from dinodesk.library.images.decoder import decode
from dinodesk.records import ByteArray, ConfidenceCurve, FloatArray
from dinodesk.search.prompt_templates import embed_labels

Crop = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the upright photo."""


def explain(options: argparse.Namespace) -> Outcome:
    """Score sentences against photos; confidences are those of a search in the library."""
    texts = [text for text in dict.fromkeys(options.text) if text.strip()]
    if not texts:
        raise UsageError("There is nothing to compare the photos with.", "Give sentences with --text.")
    model = api.load_model(options.model, options.device, options.precision)
    sentences = _Sentences(model, options.templates)
    vectors = sentences.embed(texts)
    lines = _lines_of(options, model, texts, vectors)
    photos: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    with DecoderPool() as decoders:
        for file in options.files:
            path = os.path.abspath(os.path.expanduser(file))
            try:
                rgb = decoders.call(decode, path).rgb
            except PhotoError as error:
                skipped.append({"path": path, "reason": error.sentence})
                continue
            seen = model.embed_images([rgb, *_cropped(rgb, options.crop, path)])
            told = [
                _explained(text, vector, line, seen, sentences)
                for text, vector, line in zip(texts, vectors, lines, strict=True)
            ]
            told.sort(key=lambda each: -each["score"])
            photos.append({"path": path, "sentences": told})
    if not photos:
        raise DinoDeskError("No photo could be read.", skipped[0]["reason"])
    document = {
        "model": model.info.name,
        "templates": options.templates,
        "crop": None if options.crop is None else list(options.crop),
        "photos": photos,
        "skipped": skipped,
    }
    return (SKIPPED if skipped else DONE), document, _printed(photos)


class _Sentences:
    """Embeds sentences by one set of templates."""

    def __init__(self, model: api.Model, templates: Any) -> None:
        self._model, self._templates = model, templates

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Unit float32 (M, D)."""
        if self._templates == "none":
            return self._model.embed_texts(texts)
        return embed_labels(texts, self._templates, self._model.embed_as_written)


def _lines_of(
    options: argparse.Namespace, model: api.Model, texts: Sequence[str], vectors: FloatArray
) -> list[ConfidenceCurve]:
    """The curve of each sentence by its scores over the library."""
    library = opened(options)
    try:
        index = library.refresh(model).vectors
        return [
            fit_line(model.network, index.all_scores(vector), kind="text", text=text).curve
            for text, vector in zip(texts, vectors, strict=True)
        ]
    finally:
        library.close()


def _cropped(rgb: ByteArray, crop: Crop | None, path: str) -> list[ByteArray]:
    """The crop, or none. Raises UsageError where it has no pixel of the photo."""
    if crop is None:
        return []
    left, top, width, height = crop
    part = rgb[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    if not part.size:
        high, wide = rgb.shape[:2]
        raise UsageError(f"The crop lies outside of {path}.", f"The photo has {wide} × {high} pixels.")
    return [np.ascontiguousarray(part)]


def _explained(
    text: str, vector: FloatArray, line: ConfidenceCurve, seen: FloatArray, sentences: _Sentences
) -> dict[str, Any]:
    """One sentence against a photo, and its crop if there is one."""
    scores = seen @ vector
    told: dict[str, Any] = {
        "text": text,
        "score": float(scores[0]),
        "confidence": float(line.confidence(scores[0])),
        "crop_score": None if len(scores) < 2 else float(scores[1]),
        "crop_confidence": None if len(scores) < 2 else float(line.confidence(scores[1])),
        "threshold": line.threshold,
        "temperature": line.temperature,
        "words": [],
    }
    words = text.split()
    if len(words) > 1:
        without = [" ".join(words[:number] + words[number + 1 :]) for number in range(len(words))]
        left = (sentences.embed(without) @ seen[0]).tolist()
        told["words"] = [
            {"word": word, "without": rest, "score": score, "change": score - told["score"]}
            for word, rest, score in zip(words, without, left, strict=True)
        ]
    return told


def _printed(photos: Sequence[dict[str, Any]]) -> list[str]:
    lines = []
    for photo in photos:
        lines.append(photo["path"])
        for each in photo["sentences"]:
            crop = ""
            if each["crop_score"] is not None:
                crop = f"  crop {each['crop_score']:7.4f}  {each['crop_confidence']:4.2f}"
            lines.append(f"  {each['score']:7.4f}  {each['confidence']:4.2f}{crop}  {each['text']}")
            lines += [f"      without “{word['word']}” {word['change']:+.4f}" for word in each["words"]]
    return lines
