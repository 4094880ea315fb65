"""Which photos are good, which possible, and where a zone begins."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.grid.zones import JudgedRows, Zones

CURVE = ConfidenceCurve(0.1, 25.0)


@pytest.mark.parametrize(
    ("confidence", "zone"),
    [(0.8, "good"), (0.6, "good"), (0.59, "possible"), (0.2, "possible"), (0.1, "rest")],
)
def test_a_zone_holds_its_own_edge(confidence: float, zone: str) -> None:
    assert Zones(CURVE, 0.6, 0.2).zone(confidence) == zone


def test_from_the_cut_on_nothing_is_only_possible() -> None:
    zones = Zones(CURVE, 0.3, 0.5)
    assert zones.zone(0.4) == "good" and zones.zone(0.2) == "rest"
    judged = JudgedRows(None, np.array([0.6, 0.4, 0.2]), zones)
    assert (judged.hits, judged.possible, judged.edges) == (2, 0, ((2, "rest"),))


def test_the_score_of_a_confidence_is_where_the_curve_has_it() -> None:
    zones = Zones(CURVE)
    for confidence in (0.01, 0.5, 0.93):
        assert float(CURVE.confidence(zones.score_at(confidence))) == pytest.approx(confidence)
    assert zones.score_at(0.0) == -math.inf and zones.score_at(1.0) == zones.score_at(1.2) == math.inf


@pytest.mark.parametrize(
    ("cut", "possible", "edges"),
    [
        (0.75, 0.35, ((1, "possible"), (3, "rest"))),
        (0.75, 0.0, ((1, "possible"),)),
        (0.75, 0.75, ((1, "rest"),)),
        (0.0, 0.0, ()),
        (1.0, 0.35, ((0, "possible"), (3, "rest"))),
        (1.0, 1.0, ()),  # nothing stands out: one list
    ],
)
def test_zones_begin_at_edges(cut: float, possible: float, edges: object) -> None:
    assert JudgedRows(None, np.array([0.8, 0.6, 0.4, 0.2]), Zones(CURVE, cut, possible)).edges == edges


def test_rows_are_judged_anew_under_other_zones() -> None:
    scores = np.array([0.2, 0.1, 0.0, np.nan], np.float32)
    judged = JudgedRows(scores, None, Zones(CURVE, 0.6, 0.4))
    assert (judged.hits, judged.possible) == (1, 1)
    assert judged.mean == pytest.approx(float(CURVE.confidence(scores[0])))
    none = judged.under(Zones(CURVE, 0.99, 0.4))
    assert (none.hits, none.possible, none.mean) == (0, 2, 0.0)
    assert none.probability(0) == pytest.approx(judged.probability(0))


@pytest.mark.parametrize("seed", range(20))
def test_zones_are_those_of_a_look_at_every_row(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = np.sort(random.normal(0.1, 0.05, int(random.integers(0, 3000))).astype(np.float32))[::-1]
    scores[len(scores) - len(scores) // 9 :] = np.nan  # what has no score stands last
    zones = Zones(CURVE, *np.sort(random.random(2))[::-1].tolist())
    confidences = CURVE.confidence(scores)
    for judged in (JudgedRows(scores, None, zones), JudgedRows(None, confidences, zones)):
        good = int(np.count_nonzero(confidences >= zones.cut))
        assert judged.hits == good and len(judged) == len(scores)
        assert judged.possible == int(np.count_nonzero(confidences >= zones.possible)) - good
        assert judged.mean == (float(confidences[:good].mean()) if good else 0.0)
