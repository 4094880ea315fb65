"""`explain`: sentences against photos, whole and cropped, and what each word of a sentence does."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import opened
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.messages import ComparedSentence
from dinodesk.engine.search.line_fitting import fit_line
from dinodesk.engine.search.sentence_comparison import compare_steps
from dinodesk.errors import DinoDeskError, PhotoError, UsageError
from dinodesk.generators import run_to_end
from dinodesk.library.images.decoder import decode
from dinodesk.records import ByteArray, ConfidenceCurve, FloatArray, TemplateSet

Crop = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the upright photo."""


def explain(options: argparse.Namespace) -> Outcome:
    """Score sentences against photos; confidences are those of a search in the library."""
    texts = [text for text in dict.fromkeys(options.text) if text.strip()]
    if not texts:
        raise UsageError("There is nothing to compare the photos with.", "Give sentences with --text.")
    model = api.load_model(options.model, options.device, options.precision)
    encoder = QueryEncoder(model.network)

    def encode(text: str, templates: TemplateSet) -> FloatArray:
        return encoder.encode(text, templates=templates)

    curves = _curves_of(options, model, {text: encode(text, options.templates) for text in texts})
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
            compared = [
                compare_steps(text, options.templates, seen, encode, lambda each, _: curves[each], words=True)
                for text in texts
            ]
            told = [_told(run_to_end(steps)) for steps in compared]
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


def _curves_of(
    options: argparse.Namespace, model: api.Model, vectors: Mapping[str, FloatArray]
) -> dict[str, ConfidenceCurve]:
    """The curve of each sentence by its scores over the library."""
    library = opened(options)
    as_typed = options.templates == "none"
    try:
        index = library.refresh(model).vectors
        return {
            text: fit_line(
                model.network,
                index.all_scores(vector),
                kind="text",
                text=text,
                vector=vector,
                as_calibrated=as_typed,
            ).curve
            for text, vector in vectors.items()
        }
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


def _told(found: ComparedSentence) -> dict[str, Any]:
    """One sentence against a photo, the first, and its crop if there is one, the second."""
    scores, confidences = found.scores.tolist(), found.confidences.tolist()
    return {
        "text": found.text,
        "score": scores[0],
        "confidence": confidences[0],
        "crop_score": None if len(scores) < 2 else scores[1],
        "crop_confidence": None if len(scores) < 2 else confidences[1],
        "threshold": found.curve.threshold,
        "temperature": found.curve.temperature,
        "words": [
            {
                "word": each.word,
                "without": each.without,
                "score": float(each.scores[0]),
                "change": float(each.scores[0]) - scores[0],
            }
            for each in found.words
        ],
    }


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
