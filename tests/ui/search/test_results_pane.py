"""Header, confidence card and notice around the grid."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine
from PySide6.QtCore import Qt

from dinodesk.engine.messages import Ranking
from dinodesk.records import EVERYTHING, ConfidenceCurve, FittedLine, InFolder, Scope, Tagged
from dinodesk.ui.context.feedback import Notice
from dinodesk.ui.grid.grid_selection import selected_count
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.search.results_pane import HeaderLabel, ResultsPane
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def pane(qtbot, theme: Theme, loader: ThumbnailLoader) -> ResultsPane:
    pane = ResultsPane(theme, loader)
    qtbot.addWidget(pane)
    pane.resize(1000, 700)
    pane.show()
    return pane


FITTED = FittedLine(curve=INFO.line)


def show(
    pane: ResultsPane,
    fake: FakeEngine,
    scores: object,
    fitted: FittedLine = FITTED,
    confidences: object = None,
    **more: object,
) -> Ranking:
    """An answer over the first photos, as the search controller shows it."""
    given = None if scores is None else np.array(scores, np.float32)
    judged = None if confidences is None else np.array(confidences, np.float64)
    number = next((len(each) for each in (given, judged) if each is not None), 60)
    answer = Ranking(
        generation=1,
        positions=np.arange(number),
        scores=given,
        confidences=judged,
        fitted=None if given is None and judged is None else fitted,
        **({"searched": number, "words": more.get("text", "")} | more),
    )
    pane.grid.photos.show_ranking(fake.photos, answer.positions, given, confidences=judged)
    pane.show_answer(answer)
    return answer


def header(pane: ResultsPane) -> str:
    return pane.header.accessibleName()


def test_while_browsing_photos_are_counted(pane: ResultsPane, fake: FakeEngine) -> None:
    show(pane, fake, None)
    assert header(pane) == "60 photos" and not pane.card.isVisible() and not pane.unsure.isVisible()


def test_what_passes_filters_alone_is_counted_among_all(pane: ResultsPane, fake: FakeEngine) -> None:
    pane.library_size = 18_204
    show(pane, fake, None, text="after:2012", filters=("after:2012",))
    assert header(pane) == "60 photos of 18,204" and not pane.card.isVisible()


@pytest.mark.parametrize(
    ("scope", "where"),
    [
        (EVERYTHING, ""),
        (InFolder("/photos/Holiday\n24"), " in Holiday↵24"),
        (Tagged("label", 3), " in Sea"),
        (Tagged("album", 9), " in album:9"),  # its name is not known yet
    ],
)
def test_the_header_says_what_was_searched_and_how_long_it_took(pane, fake, scope: Scope, where: str) -> None:
    pane.scope_names = {Tagged("label", 3): "Sea"}
    more = {"text": "a dog", "scope": scope, "searched": 18_204, "milliseconds": (4.0, 2.4)}
    show(pane, fake, [0.2, 0.1, 0.0], **more)
    assert header(pane) == f"2 good matches · 18,204 searched{where} in 6 ms" and pane.card.isVisible()


def test_moving_the_line_changes_the_counts(pane: ResultsPane, fake: FakeEngine) -> None:
    show(pane, fake, [0.2, 0.1, 0.0], text="a dog")
    pane.card.threshold.setValue(150)
    assert header(pane).startswith("1 good match ·") and pane.grid.photos.hits == 1
    pane.card.threshold.setValue(pane.card.threshold.maximum())
    assert header(pane).startswith("No clear match. Closest photos: 3 searched") and pane.unsure.isVisible()
    assert "short caption" in pane.unsure.text() and "Less strictness" in pane.unsure.text()
    pane.card.reset()
    assert header(pane).startswith("2 good matches ·") and not pane.unsure.isVisible()


ZONES = FittedLine(curve=ConfidenceCurve(0.3, 20.0), cuts=(0.9, 0.5, 0.3), possible=0.1, certainty="fitted")


def test_good_and_possible_photos_are_told_apart(pane: ResultsPane, fake: FakeEngine) -> None:
    scores = np.linspace(0.6, 0.0, 60)
    show(pane, fake, scores, ZONES, text="a dog")
    judged = pane.grid.photos.judged
    assert judged.hits > 20 and judged.possible > 5
    assert header(pane).startswith(f"About {judged.hits} good matches · {judged.possible} possible · 60 sea")
    rest = 60 - judged.hits - judged.possible
    exactly = f"{judged.hits} good matches, {judged.possible} possible, {rest} less likely"
    assert exactly in pane.header.toolTip()
    pane.card.threshold.setValue(310)
    judged = pane.grid.photos.judged
    assert header(pane).startswith(f"{judged.hits} good matches · {judged.possible} possible")


def test_a_stop_changes_the_counts_at_once(pane: ResultsPane, fake: FakeEngine) -> None:
    show(pane, fake, np.linspace(0.6, 0.0, 60), ZONES, text="a dog")
    hits = []
    for stop in ("sure", "balanced", "more"):
        pane.card.set_stop(stop)
        hits.append(pane.grid.photos.hits)
        assert pane.grid.photos.zones == pane.card.line.zones
    assert hits == sorted(set(hits))


def test_mixed_results_ask_to_be_checked(pane: ResultsPane, fake: FakeEngine) -> None:
    timid = FittedLine(curve=ConfidenceCurve(0.3, 20.0), cuts=(0.2, 0.1, 0.1), possible=0.05)
    show(pane, fake, [0.25, 0.24, 0.2, 0.0], timid, text="a dog")
    assert header(pane).startswith("Mixed results: check a few · 3 good matches · 4 searched")
    assert pane.check_button.isVisible()
    show(pane, fake, None, timid, confidences=[0.25, 0.24, 0.2, 0.0], text="dog AND snow")
    assert not pane.check_button.isVisible(), "several terms can't be checked"
    assert header(pane).startswith("Mixed results · 3 good matches · 4 searched")


UNCLEAR = FittedLine(curve=ConfidenceCurve(0.3, 20.0), cuts=(1.1, 1.1, 1.1), possible=0.05, clear=False)


def test_where_nothing_stands_out_the_closest_are_shown(pane: ResultsPane, fake: FakeEngine) -> None:
    show(pane, fake, np.linspace(0.3, 0.0, 60), UNCLEAR, text="a dog")
    assert header(pane).startswith("No clear match. Closest photos: 60 searched")
    assert pane.unsure.isVisible() and "Show more" not in pane.unsure.text(), "no stop would help"
    assert pane.grid.grid.headings == () and pane.grid.photos.judged.possible == 0
    few = FittedLine(curve=ConfidenceCurve(0.3, 20.0), cuts=(0.9, 0.8, 0.1), possible=0.1)
    show(pane, fake, np.linspace(0.3, 0.0, 60), few, text="a cat")
    assert header(pane).startswith("No good match · ") and "Show more" in pane.unsure.text()
    pane.card.set_stop("more")
    assert not pane.unsure.isVisible()


def test_answers_with_confidences_are_judged_by_those(pane: ResultsPane, fake: FakeEngine) -> None:
    fitted = FittedLine(curve=ConfidenceCurve(9.0, 1.0), cuts=(0.8, 0.5, 0.3), possible=0.25)
    show(pane, fake, None, fitted, confidences=[0.9, 0.6, 0.3, 0.0], text="dog AND snow")
    assert header(pane).startswith("2 good matches · 1 possible") and pane.card.isVisible()
    assert not pane.card.threshold.isEnabled() and pane.card.cut.isEnabled()
    pane.card.cut.setValue(95)
    assert header(pane).startswith("No good match · 3 possible")
    show(pane, fake, [0.2, 0.1], text="dog")
    assert pane.card.threshold.isEnabled() and header(pane).startswith("2 good matches")


def test_the_curve_of_an_answer_is_taken_as_it_is_for_photos_too(pane: ResultsPane, fake: FakeEngine) -> None:
    fitted = FittedLine(curve=ConfidenceCurve(0.5251, 30.7))
    show(pane, fake, [1.0, 0.6, 0.5, 0.4], fitted, images=(fake.photos[0].path,))
    assert pane.card.line.zones.curve == fitted.curve and pane.grid.photos.hits == 2


def test_sliders_are_those_of_one_query_whatever_its_place(pane: ResultsPane, fake: FakeEngine) -> None:
    scores = [0.2, 0.1, 0.0]
    show(pane, fake, scores, text="a dog")
    pane.card.threshold.setValue(150)
    moved = pane.card.line.zones
    show(pane, fake, scores, text="a dog", scope=InFolder("/photos/a"))
    assert pane.card.line.zones == moved
    show(pane, fake, scores, text="a dog", scene=0.7)
    assert pane.card.line.auto, "other scores have a line of their own"
    pane.card.threshold.setValue(150)
    show(pane, fake, scores, text="a cat", scene=0.7)
    assert pane.card.line.auto and pane.grid.photos.zones == pane.card.line.zones


def test_an_answer_without_photos_has_no_card(pane: ResultsPane, fake: FakeEngine) -> None:
    show(pane, fake, [], text="a dog")
    assert not pane.card.isVisible() and not pane.unsure.isVisible()


def test_a_pending_query_stands_in_the_header_until_its_answer(pane, fake: FakeEngine) -> None:
    show(pane, fake, None)
    pane.show_waiting("your search is answered as soon as the model is loaded")
    assert header(pane) == "60 photos · your search is answered as soon as the model is loaded"
    show(pane, fake, None)
    assert header(pane) == "60 photos"


def test_a_notice_is_shown_and_taken_away(pane: ResultsPane) -> None:
    done: list[str] = []
    pane.show_notice(Notice("The disk is full.", "Try again", lambda: done.append("again")))
    assert pane.notice.sentence == "The disk is full."
    pane.notice._button.click()
    assert done == ["again"]
    pane.show_notice(Notice("The disk is full."))
    pane.show_notice(Notice())
    assert pane.notice.sentence == "" and not pane.notice.isVisible()


def test_size_slider_and_cells_agree(pane: ResultsPane) -> None:
    pane.size_slider.setValue(300)
    assert pane.grid._target == 300
    pane.grid.set_cell_target(120)
    assert pane.size_slider.value() == 120


def test_a_header_without_room_ends_in_an_ellipsis_and_is_never_markup(qtbot, theme: Theme) -> None:
    label = HeaderLabel(theme)
    qtbot.addWidget(label)
    label.resize(200, 20)
    label.show()
    label.show_text("3 photos", " in <b>a folder</b> with a very long name indeed")
    assert "&lt;b&gt;" in label.text() and "…" in label.text()
    assert label.textFormat() == Qt.TextFormat.RichText and label.toolTip().startswith("<qt>3 photos in &lt;")
    label.resize(900, 20)
    qtbot.waitUntil(lambda: label.toolTip() == "")


def test_matches_are_selected_at_once_then_all(
    qtbot, pane: ResultsPane, fake: FakeEngine, theme: Theme
) -> None:
    pane.resize(round(80 * theme.unit()), 600)
    pane.show()
    counted: list[tuple[int, bool]] = []
    pane.matchesChanged.connect(lambda count, searching: counted.append((count, searching)))
    scores = np.linspace(0.5, 0.0, 60, dtype=np.float32)
    pane.grid.photos.show_ranking(fake.photos, np.arange(60), scores)
    answer = Ranking(
        generation=1,
        positions=np.arange(60),
        scores=scores,
        fitted=FittedLine(curve=ConfidenceCurve(0.4, 100.0)),
        text="dog",
    )
    pane.show_answer(answer)
    hits = pane.grid.photos.hits
    assert 1 < hits < 60 and counted[-1] == (hits, True)
    assert pane.select_button.text() == f"Select all {hits} matches"
    pane.select_button.click()
    assert selected_count(pane.grid) == hits and pane.select_button.isHidden()
    assert f"{hits} selected" in pane.header.accessibleName()
    qtbot.keyClick(pane.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected_count(pane.grid) == 60  # the hits were selected already
    qtbot.keyClick(pane.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected_count(pane.grid) == hits
    pane.grid.photos.show_ranking(fake.photos, np.arange(60), None)
    pane.show_answer(Ranking(generation=1, positions=np.arange(60)))
    qtbot.keyClick(pane.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected_count(pane.grid) == 60 and counted[-1] == (60, False) and pane.select_button.isHidden()


def test_in_a_narrow_pane_the_header_keeps_its_words(
    pane: ResultsPane, fake: FakeEngine, theme: Theme
) -> None:
    show(pane, fake, [0.5] * 60)
    pane.show()
    for units, hidden in ((25, True), (80, False)):
        pane.resize(round(units * theme.unit()), 600)
        assert pane.select_button.isHidden() == hidden
