"""The line that Auto gives a query."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.search.line_fitting import ENOUGH_PHOTOS, LEAST_PHOTOS, fit_line
from dinodesk.records import ConfidenceCurve


@pytest.fixture(scope="module")
def model():
    return FakeModel()


def scores(count: int, found: int, seed: int = 0) -> np.ndarray:
    """Scores as the built-in model gives them, with `found` photos that match; in a large library they must
    stand out by more, since what does not match reaches further up, too."""
    random = np.random.default_rng(seed)
    rest = random.normal(0.0, 0.08, count - found)
    height = 0.5 if count < 10_000 else 0.9
    return np.concatenate([rest, random.normal(height, 0.02, found)]).astype(np.float32)


@pytest.mark.parametrize("count", [300, 3_000, 60_000])
@pytest.mark.parametrize("found", [1, 8, 30])
def test_what_stands_out_are_the_hits_whatever_the_size_of_the_library(model, count, found):
    background = scores(count, found)
    line = fit_line(model, background, kind="text", text="a dog")
    chances = line.curve.confidence(background)
    assert line.clear and line.certainty == "fitted"
    good = np.count_nonzero(chances >= line.cut("balanced"))
    assert 0.7 * found <= good <= 2 * found + 2
    assert line.possible <= line.cut("more") <= line.cut("balanced") <= line.cut("sure")


@pytest.mark.parametrize("count", [300, 3_000, 60_000])
def test_where_nothing_stands_out_nothing_is_a_hit(model, count):
    background = scores(count, 0)
    line = fit_line(model, background, kind="text", text="a dog")
    assert not line.clear
    assert line.curve.confidence(background).max() < min(line.cuts) and line.possible > 1


def test_a_small_library_goes_by_the_line_of_the_model(model):
    line = fit_line(model, scores(LEAST_PHOTOS - 1, 3), kind="text", text="a dog")
    assert line.curve == model.info.line and line.cuts == (0.5, 0.5, 0.5) and line.certainty == "estimated"
    assert fit_line(model, np.zeros(0, np.float32), kind="text").curve == model.info.line


def test_photos_that_do_not_take_part_move_the_zones_and_never_the_curve(model):
    background = scores(3_000, 20)
    whole = fit_line(model, background, kind="text", text="a dog")
    some = fit_line(model, background, kind="text", text="a dog", taking_part=background[-5:])
    none = fit_line(model, background, kind="text", text="a dog", taking_part=background[:100])
    assert some.curve == whole.curve == none.curve
    assert np.count_nonzero(some.curve.confidence(background[-5:]) >= some.cut("balanced")) == 5
    assert not none.clear


def test_the_photo_of_the_query_is_no_background(model):
    background = scores(3_000, 5)
    with_itself = np.append(background, np.float32(1.0))
    one = fit_line(model, background, kind="photo")
    other = fit_line(model, with_itself, kind="photo")
    assert one.curve == other.curve and other.clear


def test_a_sample_and_the_best_scores_stand_for_a_library_that_was_not_scanned(model):
    background = scores(400_000, 40)
    sample, best = background[::20], np.sort(background)[-400:]
    whole = fit_line(model, background, kind="text", text="a dog")
    seen = fit_line(model, sample, kind="text", text="a dog", taking_part=best, count=len(background))
    assert seen.clear
    good = [np.count_nonzero(line.curve.confidence(best) >= line.cut("balanced")) for line in (whole, seen)]
    assert good[1] == pytest.approx(good[0], abs=6)


def test_what_the_calibration_was_not_made_for_is_estimated(model):
    background = scores(3_000, 5)
    assert fit_line(model, background, kind="both", text="a dog").certainty == "estimated"
    assert (
        fit_line(model, background, kind="text", text="a dog", as_calibrated=False).certainty == "estimated"
    )
    other = FakeModel()
    other.info = replace(other.info, family="dinotxt-v3", line=ConfidenceCurve(0.08, 25.0))
    line = fit_line(other, background / 5, kind="text", text="a dog")  # of a model whose scores are smaller
    assert line.certainty == "estimated" and line.clear
    assert np.count_nonzero(line.curve.confidence(background / 5) >= line.cut("balanced")) <= 12


def test_scores_that_are_not_finite_count_for_nothing(model):
    background = scores(500, 5)
    broken = np.append(background, [np.nan, np.inf]).astype(np.float32)
    assert fit_line(model, broken, kind="text").curve == fit_line(model, background, kind="text").curve


def test_between_a_small_library_and_a_large_one_the_line_changes_gently(model):
    own = model.info.line
    sizes = (LEAST_PHOTOS, LEAST_PHOTOS + 10, 120, ENOUGH_PHOTOS, 400)
    lines = [fit_line(model, scores(size, 3), kind="text", text="a dog").curve for size in sizes]
    assert lines[0].threshold == pytest.approx(own.threshold)
    assert lines[0].temperature == pytest.approx(own.temperature)
    steps = np.abs(np.diff([line.threshold for line in lines[:4]]))
    assert steps.max() < 0.3 and lines[3] != lines[0]
