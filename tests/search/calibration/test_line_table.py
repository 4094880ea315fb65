import json

import numpy as np
import pytest

from dinodesk.paths import resource
from dinodesk.records import ConfidenceCurve
from dinodesk.search.calibration.background import FEATURES, SHAPE, background_of, null_tail
from dinodesk.search.calibration.line_table import (
    FORMAT,
    BlendedTable,
    Calibration,
    Sample,
    blended,
    calibration_from_json,
    calibration_to_json,
    fit_blended,
    fit_table,
    read_calibration,
)


def library(seed: int, size: int, matches: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    scores = np.concatenate([random.normal(0.45, 0.06, matches), random.normal(0.0, 0.08, size)])
    return scores, np.arange(len(scores)) < matches


def sample(seed: int, size: int, matches: int) -> Sample:
    scores, truth = library(seed, size, matches)
    return Sample(background_of(scores), scores, truth.astype(float), np.ones(len(scores)))


@pytest.fixture(scope="module")
def table():
    samples = [sample(seed, size, seed % 8) for seed in range(80) for size in (100, 1000, 5000)]
    misses = np.concatenate([each.background.standard(each.scores[each.truth == 0]) for each in samples])
    return fit_table(samples, null_tail(misses), FEATURES)


@pytest.mark.parametrize("size", [200, 1500, 8000])
def test_the_sum_of_chances_is_the_number_of_matches(table, size):
    promised = real = 0.0
    for seed in range(1000, 1030):
        scores, truth = library(seed, size, 5)
        promised += table.curve(background_of(scores)).confidence(scores).sum()
        real += truth.sum()
    assert promised == pytest.approx(real, rel=0.25)


def test_a_match_is_surer_than_the_best_of_the_rest(table):
    scores, _ = library(5, 3000, 5)
    curve = table.curve(background_of(scores))
    assert curve.confidence(0.45) > 0.8 and curve.confidence(0.2) < 0.2


def test_another_scale_of_scores_gives_the_same_chances_where_only_the_shape_counts():
    samples = [sample(seed, 1000, 5) for seed in range(30)]
    misses = np.concatenate([each.background.standard(each.scores[each.truth == 0]) for each in samples])
    shape = fit_table(samples, null_tail(misses), SHAPE)
    scores, _ = library(77, 1000, 5)
    one = shape.curve(background_of(scores)).confidence(scores)
    other = shape.curve(background_of(scores / 3 + 0.1)).confidence(scores / 3 + 0.1)
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_json_keeps_a_calibration(table):
    kept = calibration_from_json(json.loads(json.dumps(calibration_to_json(Calibration({"few": table})))))
    scores, _ = library(9, 1000, 5)
    known = background_of(scores)
    assert kept.table("caption") is kept.table("few")
    one, other = kept.table("few").curve(known), table.curve(known)
    np.testing.assert_allclose(one.confidence(scores), other.confidence(scores), atol=0.01)


def collection(seed: int, count: int = 400) -> Sample:
    """Photos that are all near to the query; a fifth of them match."""
    random = np.random.default_rng(seed)
    truth = random.random(count) < 0.2
    scores = random.normal(np.where(truth, 0.5, 0.3), 0.05)
    return Sample(background_of(scores), scores, truth.astype(float), np.ones(count))


@pytest.fixture(scope="module")
def both():
    """Of libraries of everything and of collections."""
    everyday = [sample(seed, size, seed % 8) for seed in range(40) for size in (100, 1000, 5000)]
    alike = [collection(seed) for seed in range(40)]
    tails = tuple(
        null_tail(
            np.concatenate([each.background.standard(each.scores[each.truth == 0]) for each in samples])
        )
        for samples in (everyday, alike)
    )
    return fit_blended(everyday, alike, tails, FEATURES)


def test_each_sort_of_library_is_judged_by_its_own_table(both):
    for seed in range(500, 510):
        for judged, own in ((sample(seed, 2000, 5), both.everyday), (collection(seed), both.collection)):
            found = both.curve(judged.background).confidence(judged.scores)
            np.testing.assert_allclose(
                found, own.curve(judged.background).confidence(judged.scores), atol=0.06
            )
            assert found.sum() == pytest.approx(judged.truth.sum(), rel=0.6, abs=3)


def test_json_keeps_both_tables_and_what_chooses(both):
    kept = calibration_from_json(json.loads(json.dumps(calibration_to_json(Calibration({"few": both})))))
    for judged in (sample(9, 1000, 5), collection(9)):
        found = kept.table("few").curve(judged.background).confidence(judged.scores)
        np.testing.assert_allclose(found, both.curve(judged.background).confidence(judged.scores), atol=0.02)
    document = calibration_to_json(Calibration({"few": both}))
    document["tables"]["few"]["gate"].pop()
    with pytest.raises(ValueError):
        calibration_from_json(document)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_blending_is_linear_in_log_odds(share):
    one, other = ConfidenceCurve(0.2, 20.0), ConfidenceCurve(0.4, 5.0)
    found, scores = blended(one, other, share), np.linspace(0.1, 0.5, 9)
    odds = [np.log(each / (1 - each)) for each in (curve.confidence(scores) for curve in (one, other, found))]
    np.testing.assert_allclose(odds[2], (1 - share) * odds[0] + share * odds[1], atol=1e-9)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"format": 0, "tables": {}},
        {"format": FORMAT, "tables": {}},
        {"format": FORMAT, "tables": {"few": {}}},
        {"format": FORMAT, "tables": {"few": {"gate": [1.0]}}},
    ],
)
def test_what_is_no_calibration_is_refused(broken):
    with pytest.raises(ValueError):
        calibration_from_json(broken)


def test_numbers_that_are_not_finite_are_refused(table):
    document = calibration_to_json(Calibration({"few": table}))
    document["tables"]["few"]["slope"][0] = float("nan")
    with pytest.raises(ValueError):
        calibration_from_json(document)


@pytest.mark.parametrize(
    ("name", "count", "kinds"),
    [("builtin-lines", FEATURES, {"few", "caption", "name", "photo"}), ("any-lines", SHAPE, {"few"})],
)
def test_what_ships_is_whole(name, count, kinds):
    found = read_calibration(resource("models", f"{name}.json"))
    assert set(found.tables) == kinds
    for table in found.tables.values():
        parts = [table.everyday, table.collection] if isinstance(table, BlendedTable) else [table]
        assert {len(each.constant) for each in parts} == {count}
    assert isinstance(found.table("few"), BlendedTable), "a folder of animals has a background of its own"
