"""The four pages of the inspector."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import photos
from PySide6.QtWidgets import QPushButton

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.inspection.inspector_pane import InspectorPane

PHOTO = photos(1)[0]


@pytest.fixture
def ranked(qapp) -> PhotoModel:
    model = PhotoModel()
    model.show_ranking(photos(3), np.arange(3), np.array([0.3, 0.1, 0.0], np.float32))
    model.set_zones(Zones(ConfidenceCurve(0.1, 25.0)))
    return model


def test_the_one_preview_moves_into_the_page_that_is_shown(inspector: InspectorPane) -> None:
    inspector.show()
    for page in (1, 3, 2, 0):
        inspector.setCurrentIndex(page)
        assert inspector.widget(page).isAncestorOf(inspector.panel) and inspector.panel.isVisible()
        assert inspector.panel.modes.currentIndex() == 0


def test_the_facts_of_a_photo(inspector: InspectorPane) -> None:
    inspector.show_photo(PHOTO)
    assert inspector._title.whole == "photo-000000.jpg"
    assert inspector.about.facts() == [("Size", "4,000 × 3,000 · 12.0 MP"), ("Folder", "/photos/b")]
    inspector.away = {"/photos": "away: plug in “Archive 7”"}
    inspector.show_photo(replace(PHOTO, width=10, height=10))
    assert inspector.about.facts()[0] == ("Size", "10 × 10 pixels")
    assert inspector.about.facts()[2] == ("State", "away: plug in “Archive 7”")
    inspector.show_photo(replace(PHOTO, width=0, height=0, state="missing"))
    assert inspector.about.facts() == [("Folder", "/photos/b"), ("State", "not found where it was")]


def test_without_a_photo_there_is_nothing_to_do(qtbot, inspector: InspectorPane) -> None:
    inspector.show_photo(None)
    assert inspector.about.facts() == [] and inspector._title.whole == ""
    assert all(holder.isHidden() for holder in inspector._acting)
    inspector.show_photo(PHOTO)
    for name, signal in (
        ("similarButton", inspector.findSimilar),
        ("showInFolderButton", inspector.showInFolder),
        ("copyPathButton", inspector.copyPath),
    ):
        with qtbot.waitSignal(signal):
            inspector.findChild(QPushButton, name).click()


def test_why_states_all_numbers(inspector: InspectorPane, ranked: PhotoModel) -> None:
    inspector.show_why(ranked, 1, "a dog", False, True)
    assert inspector.why_sentence.text() == "How this photo matches “a dog”:"
    facts = dict(inspector.why.facts())
    assert facts["Rank"] == "2 of 3" and facts["Score (cosine)"] == "0.100"
    assert facts["Angle"] == "84.3°" and facts["Confidence"] == "0.50 · good match"
    assert facts["Share among all photos"] == "under 0.01 %"
    assert facts["Cut"] == "0.50"
    ranked.set_zones(Zones(ConfidenceCurve(0.1, 25.0), 0.6, 0.2))
    inspector.show_why(ranked, 1, "a dog", False, True)
    assert dict(inspector.why.facts())["Confidence"] == "0.50 · possible match"
    inspector.show_why(ranked, 0, "a dog", False, True)
    assert dict(inspector.why.facts())["Share among all photos"] == "100.0 %"


@pytest.mark.parametrize(
    ("text", "images", "asked", "link"),
    [
        ("a dog", False, "“a dog”:", True),
        ("a dog", True, "“a dog” with a photo:", True),
        ("", True, "the photo you searched by:", False),
    ],
)
def test_why_says_what_was_asked(inspector, ranked, text: str, images: bool, asked: str, link: bool) -> None:
    inspector.show_why(ranked, 0, text, images, True)
    assert inspector.why_sentence.text().endswith(asked)
    assert inspector._where.isHidden() is not link


def test_rows_without_scores_are_explained_by_their_confidence(inspector, ranked: PhotoModel) -> None:
    ranked.show_ranking(photos(2), np.arange(2), None, confidences=np.array([0.9, 0.1]))
    inspector.show_why(ranked, 0, "dog AND snow", False, True)
    names = [name for name, _value in inspector.why.facts()]
    assert names == ["Rank", "Confidence", "Cut"]
    assert dict(inspector.why.facts())["Confidence"] == "0.90 · good match"


def test_a_composed_query_is_explained_term_by_term(inspector, ranked: PhotoModel) -> None:
    line = FittedLine(curve=ConfidenceCurve(0.1, 20.0))
    scores = np.array([0.1, 0.3], np.float32)
    terms = tuple(
        RankedTerm(text=text, negated=negated, scores=scores, fitted=line, matches=1)
        for text, negated in (("dog", False), ("snow", True))
    )
    ranked.show_ranking(photos(2), np.arange(2), None, confidences=np.array([0.9, 0.1]), terms=terms)
    inspector.show_why(ranked, 1, "dog", False, True)
    assert inspector.why_sentence.text() == "How this photo matches your query:"
    assert inspector.why.facts()[-2:] == [
        ("· dog", "0.98 · score 0.300"),
        ("· not snow", "0.98 · score 0.300"),
    ]
    assert not inspector._where.isHidden()


def test_while_browsing_there_is_nothing_to_explain(inspector: InspectorPane, ranked: PhotoModel) -> None:
    ranked.show_ranking(photos(3), np.arange(3), None)
    inspector.show_why(ranked, 0, "", False, True)
    assert inspector.why_sentence.text().startswith("Search by") and inspector.why.facts() == []
    ranked.show_ranking((), np.empty(0, np.int64), None)
    inspector.show_why(ranked, -1, "", False, True)
    assert inspector.why_sentence.text() == "Nothing to explain yet."


def test_where_the_sentence_is_can_be_shown(inspector: InspectorPane, ranked: PhotoModel) -> None:
    inspector.show_why(ranked, 0, "a dog", False, True)
    inspector._where.click()
    assert inspector.panel.map.name == "text"


def test_the_features_page_has_numbers_or_a_sentence(inspector: InspectorPane) -> None:
    inspector.show_statistics((("Smoothness", "0.87"),), "")
    assert inspector.statistics.facts() == [("Smoothness", "0.87")] and inspector.features_sentence.isHidden()
    inspector.show_statistics((), "Choose a map above.")
    assert inspector.statistics.facts() == [] and not inspector.features_sentence.isHidden()


def test_a_scroll_bar_takes_the_margins_room(qtbot, inspector: InspectorPane) -> None:
    inspector.show()
    inspector.resize(400, 1200)
    qtbot.waitUntil(lambda: inspector.widget(0).verticalScrollBar().maximum() == 0)
    before = inspector.panel.width()
    inspector.resize(400, 300)
    qtbot.waitUntil(lambda: inspector.widget(0).verticalScrollBar().isVisible())
    qtbot.waitUntil(lambda: abs(inspector.panel.width() - before) <= 4)  # the style's bar is not 12 px wide
