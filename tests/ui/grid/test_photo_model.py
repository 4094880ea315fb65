"""The rows of the grid: photos of a catalog, with their scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import photos
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from dinodesk.records import EVERYTHING, ConfidenceCurve, InFolder, Photo, Tagged
from dinodesk.ui.grid.photo_model import PATH_ROLE, PhotoModel, best_location, files_mime
from dinodesk.ui.grid.row_arrangement import RowArrangement
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.text.availability import NOT_FOUND, photo_reason

CATALOG = photos(20)
SCORES = np.linspace(0.3, -0.1, 10, dtype=np.float32)
PLUG = "away: plug in “Backup”"


@pytest.fixture
def model(qapp) -> PhotoModel:
    return PhotoModel()


@pytest.fixture
def ranked(model: PhotoModel) -> PhotoModel:
    """The first ten photos of the catalog, the last of them best."""
    model.show_ranking(CATALOG, np.arange(10)[::-1], SCORES)
    return model


def test_it_is_a_good_qt_model(model: PhotoModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_ranking(CATALOG, np.arange(10)[::-1], SCORES)
    model.set_zones(Zones(ConfidenceCurve(0.1, 25)))
    model.show_ranking(CATALOG, np.arange(10), None)
    model.append(CATALOG, np.arange(10, 20))
    model.refresh()
    assert tester.model().rowCount() == 20 and model.rowCount(model.index(0, 0)) == 0


def rows(model: PhotoModel) -> list[int]:
    return model.positions.tolist()


def test_another_arrangement_shows_the_hits_alone(ranked: PhotoModel) -> None:
    ranked.set_zones(Zones(ConfidenceCurve(0.2, 25)))
    assert (ranked.hits, ranked.rowCount()) == (3, 10)
    by_rank = {row: ranked.score(row) for row in range(3)}
    ranked.set_arrangement(RowArrangement(np.arange(20), np.zeros(20, np.int64), ("",)))
    assert rows(ranked) == [7, 8, 9] and ranked.hits == 3 and ranked.arranged
    assert [ranked.score(row) for row in range(3)] == [by_rank[2], by_rank[1], by_rank[0]]
    assert ranked.scores is not None and ranked.scores.tolist() == [ranked.score(row) for row in range(3)]
    assert ranked.headings == () and ranked.score(3) is None and ranked.probability(-1) is None
    ranked.set_arrangement(None)
    assert rows(ranked) == list(range(9, -1, -1)) and not ranked.arranged
    assert ranked.headings == ((3, "less likely"),)


def test_moving_the_edge_brings_and_takes_arranged_rows(ranked: PhotoModel) -> None:
    QAbstractItemModelTester(ranked, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ranked.set_arrangement(RowArrangement(np.arange(20), np.zeros(20, np.int64), ("",)))
    ranked.set_zones(Zones(ConfidenceCurve(0.2, 25)))
    assert rows(ranked) == [7, 8, 9]
    ranked.set_zones(Zones(ConfidenceCurve(0.15, 25)))
    assert rows(ranked) == [6, 7, 8, 9]
    ranked.set_zones(Zones(ConfidenceCurve(0.9, 25)))  # none is good: the closest stand as they are
    assert rows(ranked) == list(range(9, -1, -1)) and ranked.hits == 0


def test_groups_have_headings_with_counts(model: PhotoModel) -> None:
    by_group = RowArrangement(np.arange(20) % 2 * 20 + np.arange(20), np.arange(20) % 2, ("even", "odd"))
    model.set_arrangement(by_group, str.upper)
    model.show_ranking(CATALOG, np.arange(9), None)
    assert rows(model) == [0, 2, 4, 6, 8, 1, 3, 5, 7]
    assert model.headings == ((0, "EVEN · 5"), (5, "ODD · 4"))


def test_photos_that_came_after_the_ranks_stand_behind(model: PhotoModel) -> None:
    model.set_arrangement(RowArrangement(np.arange(5)[::-1].copy(), np.zeros(5, np.int64), ("all",)), str)
    model.show_ranking(CATALOG, np.arange(7), None)
    assert rows(model) == [4, 3, 2, 1, 0, 5, 6]
    assert model.headings == ((0, "all · 5"), (5, "New · 2"))


def test_equal_ranks_can_stand_the_other_way_round(model: PhotoModel) -> None:
    zeros = np.zeros(20, np.int64)
    model.set_arrangement(RowArrangement(zeros, zeros, ("",), backwards=True))
    model.show_ranking(CATALOG, np.array([3, 1, 2]), None)
    assert rows(model) == [2, 1, 3]


def test_a_row_is_a_photo_of_the_catalog(ranked: PhotoModel) -> None:
    assert ranked.photo(0) == CATALOG[9] and ranked.photo(9) == CATALOG[0]
    assert ranked.photo(10) is None and ranked.photo(-1) is None
    assert ranked.index(0, 0).data(PATH_ROLE) == CATALOG[9].path
    assert ranked.index(0, 0).data() == "photo-000009.jpg"
    assert ranked.data(QModelIndex()) is None


def test_scores_become_confidences_by_the_line(ranked: PhotoModel) -> None:
    line = ConfidenceCurve(0.1, 25)
    ranked.set_zones(Zones(line))
    assert ranked.zones == Zones(line) and ranked.hits == int((SCORES >= 0.1).sum())
    assert ranked.score(3) == pytest.approx(float(SCORES[3]))
    assert ranked.confidence(3) == pytest.approx(float(line.confidence(SCORES[3])))
    assert ranked.score(10) is None and ranked.confidence(10) is None


def test_the_shares_among_all_photos_are_one_together(ranked: PhotoModel) -> None:
    shares = [ranked.probability(row) for row in range(10)]
    assert sum(shares) == pytest.approx(1.0, abs=1e-4) and shares == sorted(shares, reverse=True)


def test_scores_that_are_no_numbers_spoil_nothing(model: PhotoModel) -> None:
    model.show_ranking(CATALOG, np.arange(3), np.array([0.2, 0.1, np.nan], np.float32))
    model.set_zones(Zones(ConfidenceCurve(0.05, 25)))
    assert model.hits == 2
    assert model.probability(0) + model.probability(1) == pytest.approx(1.0, abs=1e-4)


def test_moving_the_line_is_told_once_and_ranks_nothing(qtbot, ranked: PhotoModel) -> None:
    with qtbot.assertNotEmitted(ranked.modelReset), qtbot.waitSignal(ranked.zonesChanged):
        ranked.set_zones(Zones(ConfidenceCurve(0.2, 25)))
    with qtbot.assertNotEmitted(ranked.zonesChanged):
        ranked.set_zones(Zones(ConfidenceCurve(0.2, 25)))


def test_rows_whose_confidences_are_given_are_judged_by_those(model: PhotoModel) -> None:
    given = np.array([0.9, 0.6, 0.3, 0.1])
    model.show_ranking(CATALOG, np.arange(4), None, confidences=given)
    model.set_zones(Zones(ConfidenceCurve(5.0, 25), 0.5, 0.2))  # no curve could reach them
    assert model.scores is None and model.score(0) is None and model.probability(0) is None
    assert [model.confidence(row) for row in range(5)] == [0.9, 0.6, 0.3, 0.1, None]
    judged = model.judged
    assert (model.hits, judged.possible, judged.mean) == (2, 1, pytest.approx(0.75))
    tip = model.index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.endswith("confidence 0.30 · possible match") and "score" not in tip


def test_while_browsing_nothing_has_a_score_and_all_are_hits(model: PhotoModel) -> None:
    model.show_ranking(CATALOG, np.arange(10), None)
    assert model.scores is None and model.confidence(0) is None and model.probability(0) is None
    assert model.hits == 10


def test_photos_are_appended_behind_the_others(qtbot, model: PhotoModel) -> None:
    model.show_ranking(CATALOG[:10], np.arange(10), None)
    with qtbot.waitSignal(model.rowsInserted) as inserted:
        model.append(CATALOG, np.arange(10, 20))
    assert inserted.args[1:] == [10, 19] and model.photo(19) == CATALOG[19]
    with qtbot.assertNotEmitted(model.rowsInserted):
        model.append(CATALOG, np.empty(0, np.int64))


def test_replaced_photos_are_read_anew(qtbot, model: PhotoModel) -> None:
    catalog = list(CATALOG)
    model.show_ranking(catalog, np.arange(20), None)
    catalog[3] = replace(catalog[3], rating=4)
    with qtbot.waitSignal(model.dataChanged):
        model.refresh()
    assert model.photo(3).rating == 4
    spoken = model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "photo-000003.jpg, rated 4"


def test_rows_and_photos_are_found_by_asset(ranked: PhotoModel) -> None:
    first, last, not_shown = CATALOG[0], CATALOG[9], CATALOG[15]
    assert ranked.rows_of({first.asset, last.asset, not_shown.asset, -5}) == {last.asset: 0, first.asset: 9}
    assert ranked.rows_of(set()) == {}
    assert ranked.photo_of(not_shown.asset) == not_shown and ranked.photo_of(-5) is None


def test_a_tooltip_says_size_score_and_what_is_wrong(ranked: PhotoModel) -> None:
    ranked.set_zones(Zones(ConfidenceCurve(0.3, 25)))
    ranked.away = {"/photos": PLUG}
    tip = ranked.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).split("\n")
    assert tip == ["photo-000009.jpg · 4,000 × 3,000", "score 0.300 · confidence 0.50 · good match", PLUG]
    spoken = ranked.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"photo-000009.jpg, good match, confidence 0.50, {PLUG}"


def test_rows_can_be_dragged_out_as_files(ranked: PhotoModel) -> None:
    flags = ranked.flags(ranked.index(0, 0))
    assert flags & Qt.ItemFlag.ItemIsDragEnabled and not ranked.flags(QModelIndex())
    mime = ranked.mimeData([ranked.index(0, 0), ranked.index(1, 0)])
    assert [url.toLocalFile() for url in mime.urls()] == [CATALOG[9].path, CATALOG[8].path]
    assert set(ranked.mimeTypes()) == set(files_mime(["/a"]).formats())


def test_a_photo_is_shown_where_it_can_be_read(model: PhotoModel) -> None:
    (photo,) = photos(1)
    copied = replace(photo, path="/home/a/x.jpg", also=("/home/b/y.jpg", "/media/Backup/x.jpg"))
    cases = (
        ("", {}, "/home/a/x.jpg", ""),
        ("/home/b", {}, "/home/b/y.jpg", ""),
        ("/media/Backup", {}, "/media/Backup/x.jpg", ""),
        ("/media/Backup", {"/media/Backup": PLUG}, "/home/a/x.jpg", ""),  # the drive is away: what is here
        ("", {"/home/a": NOT_FOUND}, "/home/b/y.jpg", ""),
        ("/home/a", {"/home": NOT_FOUND, "/media/Backup": PLUG}, "/media/Backup/x.jpg", PLUG),
        ("", {"/home": NOT_FOUND, "/media": NOT_FOUND}, "/home/a/x.jpg", NOT_FOUND),
    )
    for folder, away, path, why in cases:
        model.away = away
        model.show_ranking((copied,), np.arange(1), None, InFolder(folder) if folder else EVERYTHING)
        shown = model.photo(0)
        assert (model.index(0, 0).data(PATH_ROLE), photo_reason(shown, away)) == (path, why)
        assert sorted(shown.places) == sorted(copied.places) and model.photo_of(copied.asset) == shown
    away = {"/media/Backup": PLUG}
    lost = replace(photo, path="/media/Backup/x.jpg", also=("/home/a/x.jpg",), state="offline")
    model.away = away  # the folder /home/a is gone within another one that is there
    model.show_ranking((lost,), np.arange(1), None, InFolder("/home/a"))
    assert model.photo(0) == lost and photo_reason(lost, away) == PLUG


def test_of_a_label_no_folder_is_preferred(model: PhotoModel) -> None:
    copied = replace(CATALOG[0], also=("/backup/x.jpg",))
    model.show_ranking((copied,), np.arange(1), None, Tagged("label", 3))
    assert model.photo(0) == copied


def test_a_photo_with_one_location_stays_as_it_is() -> None:
    photo: Photo = CATALOG[0]
    assert best_location(photo, "/elsewhere", {"/photos": PLUG}) is photo
