"""Sentences against photos, and what each word does, by plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.search.sentence_comparison import compare_steps, without_each_word
from dinodesk.generators import run_to_end
from dinodesk.records import ConfidenceCurve

CURVE = ConfidenceCurve(0.4, 12.0)


@pytest.mark.parametrize(
    ("text", "rests"),
    [("", []), ("dog", []), ("a  red dog", ["red dog", "a dog", "a red"]), ("dog dog", ["dog", "dog"])],
)
def test_each_word_is_left_out_in_turn(text: str, rests: list[str]) -> None:
    assert without_each_word(text) == list(zip(text.split(), rests, strict=True)) if rests else True
    assert [rest for _, rest in without_each_word(text)] == rests


def test_a_sentence_is_scored_against_each_photo_with_and_without_its_words(model: FakeModel) -> None:
    encoder, asked = QueryEncoder(model), []
    photos = model.embed_texts(["red", "blue"])

    def curve_of(text: str, vector: np.ndarray) -> ConfidenceCurve:
        asked.append((text, vector))
        return CURVE

    def compare(words: bool):
        encode = lambda text, templates: encoder.encode(text, templates=templates)  # noqa: E731
        return run_to_end(compare_steps("red blue", "simple", photos, encode, curve_of, words=words))

    found = compare(True)
    vector = encoder.encode("red blue", templates="simple")
    np.testing.assert_allclose(found.scores, photos @ vector, atol=1e-6)
    np.testing.assert_allclose(found.confidences, CURVE.confidence(found.scores))
    assert found.curve is CURVE and [text for text, _ in asked] == ["red blue"], "one curve for all"
    assert [(each.word, each.without) for each in found.words] == [("red", "blue"), ("blue", "red")]
    without_blue = found.words[1].scores - found.scores
    assert without_blue[0] > 0 > without_blue[1], "red alone fits the red photo better, the blue one worse"
    assert compare(False).words == ()
