"""How a query is judged: Auto's zones, or the person's own."""

from __future__ import annotations

import pytest

from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.confidence.query_line import PAPER, QueryLine
from dinodesk.ui.grid.zones import Zones

CURVE = ConfidenceCurve(0.1234, 31.57)
FITTED = FittedLine(curve=CURVE, cuts=(0.8, 0.4, 0.25), possible=0.15, certainty="fitted")
NOTHING = FittedLine(curve=CURVE, cuts=(2.0, 2.0, 2.0), possible=0.15, clear=False)


@pytest.fixture
def line() -> QueryLine:
    line = QueryLine()
    line.fit(FITTED, another=True)
    return line


@pytest.mark.parametrize(("stop", "cut"), [("sure", 0.8), ("balanced", 0.4), ("more", 0.25)])
def test_a_stop_moves_the_cut_alone(line: QueryLine, stop, cut: float) -> None:
    line.choose_stop(stop)
    assert line.zones == Zones(CURVE, cut, 0.15) and line.auto and line.certainty == "fitted"


@pytest.mark.parametrize(
    ("move", "zones"),
    [
        (lambda line: line.move_threshold(0.2), Zones(ConfidenceCurve(0.2, 31.57), 0.4, 0.15)),
        (lambda line: line.move_temperature(12.0), Zones(ConfidenceCurve(0.1234, 12.0), 0.4, 0.15)),
        (lambda line: line.move_cut(0.61), Zones(CURVE, 0.61, 0.15)),
        (lambda line: line.switch_auto(False), Zones(CURVE, 0.4, 0.15)),
    ],
)
def test_what_is_not_moved_stays_exactly_where_it_is(line: QueryLine, move, zones: Zones) -> None:
    move(line)
    assert line.zones == zones and not line.auto and line.certainty is None
    line.choose_stop("more")  # it is Auto's, and remembered for then
    line.fit(FittedLine(curve=ConfidenceCurve(0.3, 10.0)), another=False)  # the same query, more photos
    assert line.zones == zones
    line.switch_auto(True)
    assert line.zones == Zones(ConfidenceCurve(0.3, 10.0), 0.5, 0.5) and line.auto


def test_another_query_is_judged_by_auto_again(line: QueryLine) -> None:
    line.set_zones(PAPER)
    assert line.zones == PAPER and not line.auto
    line.fit(FITTED, another=True)
    assert line.auto and line.zones.curve == CURVE


def test_where_nothing_stands_out_there_is_no_zone(line: QueryLine) -> None:
    line.fit(NOTHING, another=True)
    assert line.zones.zone(0.99) == line.zones.zone(0.3) == "rest"


@pytest.mark.parametrize(("by_confidence", "best"), [(False, 0.2), (True, 0.7)])
def test_a_cut_beyond_reach_comes_just_above_the_best_when_the_person_goes_on(
    line: QueryLine, by_confidence: bool, best: float
) -> None:
    line.best, line.by_confidence = best, by_confidence
    line.fit(NOTHING, another=True)
    highest = best if by_confidence else float(CURVE.confidence(best))
    line.move_threshold(CURVE.threshold)  # as by a press that moves nothing
    assert highest < line.zones.cut < 1.0, "nothing jumps, and the sliders can bring matches"
