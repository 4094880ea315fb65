"""Comparing sentences with photos."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

import numpy as np

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.messages import ComparedSentence, CompareSentences, Crop, SentencesCompared
from dinodesk.engine.search.line_fitting import fit_line
from dinodesk.engine.search.ranking import stored_vector
from dinodesk.engine.search.sentence_comparison import compare_steps
from dinodesk.errors import ModelError
from dinodesk.models.inference.model import Model
from dinodesk.records import ConfidenceCurve, FloatArray, TemplateSet


@handles(CompareSentences)
def compare_sentences(
    state: EngineState, request: CompareSentences
) -> Generator[None, None, SentencesCompared]:
    """By the vectors that are stored of the photos, one sentence a slice; a part of one is embedded first."""
    loaded, index, catalog = state.models.ready, state.index, state.opened.catalog
    if index is None:
        raise ModelError("No model is ready.", "Choose one on the models page.")
    wanted = set(request.assets)
    paths = {photo.asset: photo.path for photo in catalog.photos if photo.asset in wanted}
    known = {asset: stored_vector(catalog, index, path) for asset, path in paths.items()}
    vectors = {asset: vector for asset, vector in known.items() if vector is not None}
    assets = tuple(asset for asset in request.assets if asset in vectors)
    if not assets:
        return SentencesCompared(assets=())
    photos = np.stack([vectors[asset] for asset in assets])
    part: FloatArray | None = None
    if request.crop is not None:
        part = yield from _part(state, loaded.model, assets[0], paths[assets[0]], request.crop)

    def encode(text: str, templates: TemplateSet) -> FloatArray:
        return loaded.encoder.encode(text, templates=templates)

    def fitted(templates: TemplateSet) -> Callable[[str, FloatArray], ConfidenceCurve]:
        def curve_of(text: str, vector: FloatArray) -> ConfidenceCurve:
            scores, as_typed = index.vectors.all_scores(vector), templates == "none"
            line = fit_line(
                loaded.model, scores, kind="text", text=text, vector=vector, as_calibrated=as_typed
            )
            return line.curve

        return curve_of

    found: list[ComparedSentence] = []
    for text in request.texts:
        for templates in request.templates:
            yield
            steps = compare_steps(
                text,
                templates,
                photos,
                encode,
                fitted(templates),
                words=text == request.words_of and templates == request.templates[0],
            )
            compared = yield from steps
            found.append(compared if part is None else _with_part(compared, part, encode))
    return SentencesCompared(assets=assets, sentences=tuple(found))


def _part(
    state: EngineState, model: Model, asset: int, path: str, crop: Crop
) -> Generator[None, None, FloatArray]:
    """The unit vector, float32 (D,), of a part of a photo."""
    rgb = yield from state.opened.previews.crop_steps(asset, path, crop)
    found: FloatArray = yield from model.embed_steps(model.prepare(rgb)[None])
    return np.asarray(found[0], np.float32)


def _with_part(
    compared: ComparedSentence, part: FloatArray, encode: Callable[[str, TemplateSet], FloatArray]
) -> ComparedSentence:
    """With the score of a part of the photo, judged by the same curve."""
    score = float(part @ encode(compared.text, compared.templates))
    return replace(compared, crop=(score, float(compared.curve.confidence(np.float64(score)))))
