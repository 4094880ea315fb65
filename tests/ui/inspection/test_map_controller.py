"""Which map is asked for, when it is drawn, and what is said when it can't be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import GRID, INFO, FakeEngine, show_map

from dinodesk.engine.messages import MapScalesChanged, Problem, ShowMap
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.inspection.map_controller import MapController, noise_note

PHOTO, PCA, SIMILAR, TEXT, NORM = range(5)


@pytest.fixture
def maps(fake: FakeEngine, inspector: InspectorPane, large: LargeView) -> MapController:
    """Ready to draw: a model, and a photo whose picture is shown."""
    maps = MapController(fake, inspector, large, inspector)
    maps.set_model(INFO)
    maps.look_at(fake.photos[0])
    maps.picture_shown(1)
    return maps


def choose(maps: MapController, inspector: InspectorPane, mode: int) -> None:
    """Choose a segment and let the pause pass."""
    inspector.panel.modes.setCurrentIndex(mode)
    ask(maps)


def ask(maps: MapController) -> None:
    """What the pause after a movement does at its end."""
    maps._pause.stop()
    maps._pause.timeout.emit()


def drawn(inspector: InspectorPane):
    return inspector.panel.view.overlay.map


def test_the_photo_alone_asks_for_no_map(maps, inspector: InspectorPane, fake: FakeEngine) -> None:
    ask(maps)
    assert fake.sent == [] and drawn(inspector) is None and maps.hint == ""
    assert inspector.features_sentence.text() == f"Choose a map above: {inspector.panel.map_titles}."


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        (PCA, ("pca", 11, None, "")),
        (SIMILAR, ("similarity", 11, None, "")),
        (TEXT, ("text", -1, None, "a cat")),
        (NORM, ("norm", 11, None, "")),
    ],
)
def test_a_map_is_asked_for_and_drawn(maps, inspector, large, fake: FakeEngine, mode: int, asked) -> None:
    maps.set_text("a cat", "a cat")
    choose(maps, inspector, mode)
    (request,) = fake.sent_of(ShowMap)
    assert (request.kind, request.layer, request.patch, request.text) == asked
    assert (request.asset, request.path) == (1, fake.photos[0].path)
    fake.settle()
    assert drawn(inspector).kind == asked[0] and large.view.overlay.map is drawn(inspector)
    assert ("Kind", asked[0]) in inspector.statistics.facts()


def test_a_layer_is_asked_for_once_the_slider_rests(qtbot, maps, inspector, fake: FakeEngine) -> None:
    assert inspector.panel.layer.maximum() == INFO.layers - 1
    choose(maps, inspector, PCA)
    for layer in (3, 5, 7):
        inspector.panel.layer.setValue(layer)
    qtbot.waitUntil(lambda: len(fake.sent_of(ShowMap)) == 2)
    assert fake.sent_of(ShowMap)[-1].layer == 7


def test_the_older_map_stays_until_the_newer_is_there(maps, inspector, fake: FakeEngine) -> None:
    choose(maps, inspector, PCA)
    fake.settle()
    before = drawn(inspector)
    inspector.panel.layer.setValue(2)
    ask(maps)
    assert drawn(inspector) is before
    fake.settle()
    assert drawn(inspector) is not before


def test_a_map_is_never_drawn_over_another_photo(maps, inspector, fake: FakeEngine) -> None:
    choose(maps, inspector, PCA)
    fake.settle()
    maps.picture_shown(2)  # the next photo's thumbnail came first
    assert drawn(inspector) is None
    maps.picture_shown(1)
    assert drawn(inspector) is not None
    maps.look_at(None)
    assert drawn(inspector) is None


def test_a_map_of_another_kind_is_taken_away_at_once(maps, inspector, fake: FakeEngine) -> None:
    choose(maps, inspector, PCA)
    fake.settle()
    inspector.panel.modes.setCurrentIndex(NORM)
    assert drawn(inspector) is None
    inspector.panel.modes.setCurrentIndex(PHOTO)
    assert drawn(inspector) is None and inspector.panel.bar.isHidden()


def test_similarity_starts_in_the_middle_follows_the_pointer_and_keeps_the_click(
    maps, inspector, fake
) -> None:
    view = inspector.panel.view
    choose(maps, inspector, SIMILAR)
    fake.settle()
    assert view.overlay.marker == (GRID[0] // 2, GRID[1] // 2)
    for act, patch in (
        (lambda: view.patchHovered.emit((2, 3)), (2, 3)),
        (lambda: view.patchChosen.emit((4, 5)), (4, 5)),
        (lambda: view.patchHovered.emit((1, 1)), (1, 1)),
        (lambda: view.patchHovered.emit(None), (4, 5)),  # the pointer left: what was clicked
    ):
        act()
        assert maps._pause.isActive()
        ask(maps)
        fake.settle()
        assert fake.sent_of(ShowMap)[-1].patch == patch and view.overlay.marker == patch
    view.patchHovered.emit(None)
    assert not maps._pause.isActive()  # nothing changed


def test_the_large_view_points_and_chooses_too(qtbot, maps, inspector, large, parent, fake) -> None:
    choose(maps, inspector, SIMILAR)
    fake.settle()
    large.open_over(parent.rect(), False)
    large.view.patchHovered.emit((2, 3))
    ask(maps)
    qtbot.waitUntil(lambda: not large.view._busy_label.isHidden())
    fake.settle()
    assert large.view._busy_label.isHidden()
    assert large.view.overlay.marker == (2, 3) and inspector.panel.view.overlay.marker == (2, 3)
    assert inspector.panel.under_pointer.whole.startswith("patch 2, 3 · ")
    large.view.patchChosen.emit((4, 5))
    large.view.patchHovered.emit(None)
    ask(maps)
    fake.settle()
    assert fake.sent_of(ShowMap)[-1].patch == (4, 5) and large.view.overlay.marker == (4, 5)


def test_a_quick_look_shows_the_photo_alone(maps, inspector, large, parent, fake) -> None:
    choose(maps, inspector, PCA)
    fake.settle()
    large.open_over(parent.rect(), True)
    assert large.view.overlay.map is None
    inspector.panel.layer.setValue(3)
    ask(maps)
    fake.settle()
    assert large.view.overlay.map is None and drawn(inspector) is not None
    large.close_view()
    large.open_over(parent.rect(), False)
    assert large.view.overlay.map is drawn(inspector)


def test_other_maps_ignore_the_pointer(maps, inspector) -> None:
    choose(maps, inspector, PCA)
    inspector.panel.view.patchHovered.emit((2, 3))
    inspector.panel.view.patchChosen.emit((2, 3))
    assert not maps._pause.isActive()


def test_another_photo_forgets_the_patch(maps, inspector, fake: FakeEngine) -> None:
    choose(maps, inspector, SIMILAR)
    inspector.panel.view.patchChosen.emit((2, 3))
    ask(maps)
    maps.look_at(fake.photos[1])
    ask(maps)
    assert [request.patch for request in fake.sent_of(ShowMap)] == [None, (2, 3), None]


def test_missing_inputs_are_named_and_no_map_is_requested(qtbot, maps, inspector, fake: FakeEngine) -> None:
    with qtbot.waitSignal(maps.messageChanged):
        choose(maps, inspector, TEXT)
    assert maps.hint == "Type a sentence in the search field and choose a photo to see where it is."
    maps.set_model(replace(INFO, title="DINOv2", text=False, fingerprint="0" * 16))
    ask(maps)
    assert maps.hint == "DINOv2 has no text half: it can't look for a sentence in a photo."
    maps.set_model(None)
    ask(maps)
    assert maps.hint == "The model is still loading; the map comes when it is ready."
    assert fake.sent_of(ShowMap) == []
    maps.set_model(INFO)
    maps.set_text("a cat", "a cat")
    ask(maps)
    assert maps.hint == "" and fake.sent_of(ShowMap)[-1].text == "a cat"


def test_another_sentence_takes_the_older_map_away(maps, inspector, fake: FakeEngine) -> None:
    maps.set_text("a cat", "a cat")
    choose(maps, inspector, TEXT)
    fake.settle()
    assert drawn(inspector) is not None
    maps.set_text("", "")
    assert drawn(inspector) is None
    maps.set_text("a dog", "a dog")
    ask(maps)
    assert fake.sent_of(ShowMap)[-1].text == "a dog"


def test_only_another_model_has_other_layers(maps, inspector) -> None:
    inspector.panel.layer.setValue(3)
    maps.set_model(INFO)
    assert inspector.panel.layer.value() == 3
    maps.set_model(replace(INFO, fingerprint="0" * 16, layers=24))
    assert inspector.panel.layer.value() == inspector.panel.layer.maximum() == 23


def test_a_map_that_fails_says_why_until_it_can_be_made(qtbot, maps, inspector, fake: FakeEngine) -> None:
    choose(maps, inspector, PCA)
    with qtbot.waitSignal(maps.messageChanged):
        fake.reply(ShowMap, Problem(sentence="a.jpg: it is cut off."))
    assert maps.problem == "a.jpg: it is cut off."
    inspector.panel.layer.setValue(3)
    ask(maps)
    fake._held.clear()
    with qtbot.waitSignal(maps.messageChanged):
        fake.reply(ShowMap, next(show_map(fake, fake.sent_of(ShowMap)[-1])))
    assert maps.problem == "" and drawn(inspector) is not None


@pytest.mark.parametrize("act", ["other photo", "other mode"])
def test_a_problem_disappears_with_its_photo_or_map(maps, inspector, fake: FakeEngine, act: str) -> None:
    choose(maps, inspector, PCA)
    fake.reply(ShowMap, Problem(sentence="a.jpg: it is cut off."))
    if act == "other photo":
        maps.look_at(fake.photos[1])
    else:
        inspector.panel.modes.setCurrentIndex(NORM)
    assert maps.problem == ""


def test_opacity_applies_to_the_large_view_too(maps, inspector, large) -> None:
    inspector.panel.opacity.setValue(30)
    assert large.view.overlay.opacity() == inspector.panel.view.overlay.opacity() == pytest.approx(0.3)


def test_a_text_map_is_drawn_anew_when_its_sentence_has_a_scale(maps, inspector, fake: FakeEngine) -> None:
    maps.set_text("a cat", "a cat")
    choose(maps, inspector, TEXT)
    fake.settle()
    before = drawn(inspector)
    assert inspector.panel.legend.text().endswith("scale of this photo")
    fake.broadcast(MapScalesChanged())
    assert maps._pause.isActive() and drawn(inspector) is before
    ask(maps)
    made = next(show_map(fake, fake.sent_of(ShowMap)[-1]))
    fake._held.clear()
    fake.reply(ShowMap, replace(made, map=replace(made.map, shared=True, stands_out=True)))
    assert inspector.panel.legend.text().endswith("scale of this library") and maps.note == ""
    choose(maps, inspector, PCA)
    fake.broadcast(MapScalesChanged())
    assert not maps._pause.isActive()


def test_a_map_of_noise_has_a_note_until_another_is_drawn(qtbot, maps, inspector, fake: FakeEngine) -> None:
    maps.set_text("a cat", "a cat")
    choose(maps, inspector, TEXT)
    made = next(show_map(fake, fake.sent_of(ShowMap)[-1]))
    fake._held.clear()
    with qtbot.waitSignal(maps.messageChanged):
        fake.reply(ShowMap, replace(made, map=replace(made.map, shared=True, stands_out=False)))
    assert maps.note == "Nothing in this photo stands out for “a cat”."
    maps.picture_shown(2)  # the map is not drawn over another photo
    assert maps.note == ""
    maps.picture_shown(1)
    inspector.panel.modes.setCurrentIndex(PHOTO)
    assert maps.note == ""


def test_a_long_sentence_is_cut_where_it_is_repeated() -> None:
    note = noise_note("a dog that\nruns " * 20)
    assert len(note) < 110 and note.endswith("…”.") and "\n" not in note
