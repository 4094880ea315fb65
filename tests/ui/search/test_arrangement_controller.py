"""Order and headings: remembered by mode, asked once a catalog, applied to what the grid shows."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, photos

from dinodesk.engine.messages import ArrangePhotos, CatalogGrown, PhotosChanged
from dinodesk.records import EVERYTHING, SORTS, Arrangement, InFolder, Tagged
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.search.arrangement_bar import ArrangementBar
from dinodesk.ui.search.arrangement_controller import ArrangementController
from dinodesk.ui.search.search_controller import SearchController


@pytest.fixture
def model(qapp) -> PhotoModel:
    return PhotoModel()


@pytest.fixture
def bar(qtbot) -> ArrangementBar:
    bar = ArrangementBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def search(
    qapp, fake: FakeEngine, state: AppState, model: PhotoModel, bar: ArrangementBar, feedback: Feedback
) -> SearchController:
    arrangement = ArrangementController(fake, state, model, bar, model)
    search = SearchController(fake, state, model, feedback, model)
    search.answered.connect(arrangement.answered)
    fake.broadcast(fake.catalog())
    fake.settle()
    return search


def choose(box, data: str) -> None:
    box.setCurrentIndex(box.findData(data))


def asked(fake: FakeEngine) -> list[Arrangement]:
    return [request.arrangement for request in fake.sent_of(ArrangePhotos)]


def test_every_order_can_be_chosen_and_the_engines_own_is_not_asked(
    search, fake: FakeEngine, bar: ArrangementBar, model: PhotoModel
) -> None:
    assert [bar.sort_box.itemData(row) for row in range(bar.sort_box.count())] == list(SORTS)
    assert asked(fake) == [] and bar.sort_box.currentData() == "date" and not model.arranged
    choose(bar.sort_box, "-name")
    fake.settle()
    assert asked(fake) == [Arrangement("-name")]
    assert model.positions.tolist() == list(range(59, -1, -1))
    choose(bar.sort_box, "date")
    assert model.positions.tolist() == list(range(60)) and not model.arranged
    choose(bar.sort_box, "-name")  # known already
    assert len(asked(fake)) == 1 and model.arranged


def test_searching_browsing_and_albums_remember_their_own(
    search, fake: FakeEngine, bar: ArrangementBar, model: PhotoModel, saved: list[Settings]
) -> None:
    choose(bar.sort_box, "name")
    choose(bar.group_box, "folder")
    search.show(Query("a dog"))
    fake.settle()
    assert bar.sort_box.currentData() == "relevance" and not model.arranged
    choose(bar.sort_box, "-date")
    fake.settle()
    assert model.arranged and model.rowCount() == model.hits
    search.show(Query("", (), Tagged("album", 3)))
    fake.settle()
    assert bar.sort_box.currentData() == "relevance" and bar.sort_box.currentText() == "Album order"
    search.show(Query("", (), InFolder("/photos/a")))
    fake.settle()
    assert (bar.sort_box.currentData(), bar.group_box.currentData()) == ("name", "folder")
    assert model.headings == ((0, "photos › a · 40"),)
    assert (saved[-1].sort_browse, saved[-1].group_browse, saved[-1].sort_search) == (
        "name",
        "folder",
        "-date",
    )


def test_orders_that_say_nothing_here_are_not_offered(search, bar: ArrangementBar, fake: FakeEngine) -> None:
    view, box = bar.sort_box.view(), bar.sort_box
    assert view.isRowHidden(box.findData("relevance")) and view.isRowHidden(box.findData("-relevance"))
    search.show(Query("a dog"))
    assert not view.isRowHidden(box.findData("relevance"))


def test_the_answer_before_keeps_its_order_until_the_new_one_is_there(
    search, fake: FakeEngine, bar: ArrangementBar, model: PhotoModel
) -> None:
    search.show(Query("a dog"))
    fake.settle()
    choose(bar.sort_box, "name")
    fake.settle()
    hits = model.positions.tolist()
    search.show(Query())
    assert model.positions.tolist() == hits
    fake.settle()
    assert model.positions.tolist() == list(range(60))


def test_photos_that_came_are_put_in_order_with_the_next_answer(
    search, fake: FakeEngine, bar: ArrangementBar, model: PhotoModel
) -> None:
    choose(bar.sort_box, "-name")
    fake.settle()
    new = photos(10, 60)
    fake.photos.extend(new)
    fake.broadcast(CatalogGrown(generation=fake.generation, photos=new))
    assert model.rowCount() == 60  # they are not appended: their place is elsewhere
    search.ask()
    fake.settle()
    assert model.positions.tolist() == list(range(69, -1, -1)) and len(asked(fake)) == 2


def test_photos_that_are_rated_stay_where_they_are_until_something_is_asked(
    search, fake: FakeEngine, bar: ArrangementBar
) -> None:
    choose(bar.sort_box, "rating")
    fake.settle()
    fake.broadcast(PhotosChanged(generation=1, positions=(0,), photos=(fake.photos[0],)))
    assert len(asked(fake)) == 1
    search.ask()
    fake.settle()
    assert len(asked(fake)) == 2


def test_ranks_of_another_catalog_are_dropped(
    search, fake: FakeEngine, bar: ArrangementBar, model: PhotoModel
) -> None:
    choose(bar.sort_box, "-name")
    (late,) = (answer for _, answer in fake._held)
    fake.generation = 2
    fake.photos = list(photos(5))
    fake.broadcast(fake.catalog())
    fake.deliver(fake.sent_of(ArrangePhotos)[0], late)
    assert not model.arranged
    fake.settle()
    assert model.positions.tolist() == [4, 3, 2, 1, 0]


def test_a_setting_that_is_no_order_is_as_if_it_were_not_set(
    search, state: AppState, bar: ArrangementBar, fake: FakeEngine
) -> None:
    state.change_settings(sort_search="by magic", group_search="?")
    search.show(Query("a dog", (), EVERYTHING))
    assert (bar.sort_box.currentData(), bar.group_box.currentData()) == ("relevance", "none")


def test_whether_photos_stand_by_date_is_told(search, fake: FakeEngine, bar: ArrangementBar, model) -> None:
    told: list[bool] = []
    controller = next(each for each in model.children() if isinstance(each, ArrangementController))
    controller.datesShown.connect(told.append)
    assert controller.by_date
    choose(bar.sort_box, "-date")
    fake.settle()
    assert told[-1] is True
    choose(bar.group_box, "folder")
    fake.settle()
    assert told[-1] is False
    choose(bar.group_box, "none")
    choose(bar.sort_box, "name")
    fake.settle()
    assert told[-1] is False
    search.show(Query("a dog"))
    fake.settle()
    assert told[-1] is False
    choose(bar.sort_box, "date")
    fake.settle()
    assert told[-1] is True
