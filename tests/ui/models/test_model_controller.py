"""The model that answers: loading, choosing, falling back, importing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import INFO, ZOO, FakeEngine
from PySide6.QtWidgets import QFileDialog, QWidget

from dinodesk.engine.messages import ImportModel, ListModels, LoadModel, ModelList, ModelState, Problem
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.models.model_controller import ModelController, model_title

LOADING = ModelState(state="loading", name="builtin")
READY = ModelState(state="ready", name="builtin", info=INFO)
OTHER = ModelState(state="ready", name="other", info=replace(INFO, title="DINOv2", fingerprint="0" * 16))
BAD = ModelState(state="error", name="/models/bad.pth", sentence="It is no model.")
BROKEN = ModelState(state="error", name="builtin", sentence="Its file is damaged.")


@pytest.fixture
def models(fake, state: AppState, theme, feedback, parent: QWidget) -> ModelController:
    parent.show()
    return ModelController(fake, state, theme, feedback, parent)


def loads(fake: FakeEngine) -> list[str]:
    return [request.name for request in fake.sent_of(LoadModel)]


def test_the_model_is_told_while_it_loads_and_when_it_is_ready(
    qtbot, models, state, fake: FakeEngine
) -> None:
    models.load("builtin", "cpu", "fp32")
    assert fake.values_of(LoadModel) == [("builtin", "cpu", "fp32")]
    with qtbot.waitSignal(models.modelReady) as ready:
        fake.settle()
    assert state.model.state == "ready" and state.model.info is INFO and ready.args == [INFO.fingerprint]


def test_another_model_is_loaded_for_the_same_device_and_remembered(models, saved, fake: FakeEngine) -> None:
    models.load("builtin", "cpu", "fp32")
    models.use_model("other")
    assert fake.values_of(LoadModel)[-1] == ("other", "cpu", "fp32")
    fake.settle()
    assert saved == [Settings(model="other")]


def test_a_model_that_cannot_be_used_is_not_remembered(models, saved, fake: FakeEngine) -> None:
    models.use_model("other")
    fake._held.clear()
    fake.reply(LoadModel, replace(BAD, name="other"))
    assert saved == []


def test_of_two_choices_the_newest_is_remembered(models, saved: list[Settings], fake: FakeEngine) -> None:
    models.use_model("one")
    models.use_model("two")
    fake.settle()
    assert [settings.model for settings in saved] == ["two"]


def test_the_model_that_was_there_goes_on_answering(
    models, state, feedback: Feedback, fake: FakeEngine
) -> None:
    fake.broadcast(READY)
    fake.broadcast(LOADING)
    fake.broadcast(BAD)
    assert state.model is READY and loads(fake) == []
    assert feedback.notice.sentence == (
        "The model bad.pth can't be used. It is no model. The model built-in (small) stays in use."
    )
    feedback.notice.do()
    assert models.dialog.isVisible()


def test_without_any_model_the_built_in_one_is_tried_once(models, state, feedback: Feedback, fake) -> None:
    models.load("/models/bad.pth", "cuda", "bf16")
    fake._held.clear()
    fake.reply(LoadModel, BAD)
    assert fake.values_of(LoadModel)[-1] == ("builtin", "cuda", "bf16") and state.model is BAD
    assert feedback.notice.sentence.endswith("It is no model. DinoDesk uses its built-in model instead.")
    models.show_missing()  # somebody typed meanwhile: it is being seen to
    assert feedback.notice.sentence.endswith("instead.")
    fake.settle()
    assert state.model.state == "ready" and feedback.notice.sentence.endswith("instead.")


def test_when_the_built_in_one_fails_too_nothing_can_be_searched(models, feedback: Feedback, fake) -> None:
    fake.broadcast(BAD)
    fake._held.clear()
    fake.reply(LoadModel, BROKEN)
    reason = "The model built-in (small) can't be used. Its file is damaged."
    assert feedback.notice.sentence == f"{reason} Photos can be looked at, but not searched."
    assert loads(fake) == ["builtin"]
    fake.broadcast(BAD)  # a further choice that fails
    assert loads(fake) == ["builtin"] and "bad.pth can't be used" in feedback.notice.sentence


def test_typing_without_a_model_shows_the_notice_again(models, feedback: Feedback, fake: FakeEngine) -> None:
    models.show_missing()
    assert feedback.notice.sentence == ""  # none was loaded yet
    fake.broadcast(BROKEN)
    feedback.clear_notice()
    models.show_missing()
    assert "Its file is damaged." in feedback.notice.sentence and feedback.notice.button == "Models…"


def test_its_notice_goes_when_a_model_is_ready_and_no_other_does(models, feedback: Feedback, fake) -> None:
    fake.broadcast(BROKEN)
    fake.broadcast(READY)
    assert feedback.notice.sentence == ""
    feedback.show_notice("The disk is full.")
    fake.broadcast(OTHER)
    assert feedback.notice.sentence == "The disk is full."


def test_only_a_model_that_was_just_loaded_is_told_to_the_search(models, fake: FakeEngine) -> None:
    emitted: list[str] = []
    models.modelReady.connect(emitted.append)
    for model in (READY, LOADING, OTHER, LOADING, BAD):
        fake.broadcast(model)
    # the last one: the model that was there answers again
    assert emitted == [OTHER.info.fingerprint, OTHER.info.fingerprint]


# ── the dialog ──────────────────────────────────────────────────────────────────────────────────


def test_the_dialog_lists_the_zoo_and_the_state(models, state: AppState, fake: FakeEngine) -> None:
    fake.broadcast(LOADING)
    models.show_models()
    dialog = models.dialog
    assert len(fake.sent_of(ListModels)) == 1 and dialog._state is LOADING
    fake.settle()
    assert dialog._entries == ZOO and dialog._active == "builtin"
    fake.broadcast(OTHER)
    assert dialog._active == "other"
    models.show_models()
    assert models.dialog is dialog and len(fake.sent_of(ListModels)) == 2


def test_choosing_in_the_dialog_loads(models, fake: FakeEngine) -> None:
    models.show_models()
    models.dialog.chosen.emit("dinov2")
    assert loads(fake) == ["dinov2"]


def test_the_dialog_shows_the_result_of_an_import(models, feedback, fake: FakeEngine) -> None:
    models.import_models(["/a.pth", "/b.pth"])
    assert fake.values_of(ImportModel) == [(("/a.pth", "/b.pth"),)] and models.dialog.isVisible()
    assert models.dialog.sentence.text() == "Looking into the files…"
    fake._held.clear()
    fake.reply(ImportModel, ModelList(entries=ZOO, active="builtin", sentence="DINOv2 is ready."))
    assert models.dialog.sentence.text() == "DINOv2 is ready." and models.dialog._entries == ZOO
    models.import_models(["/c.pth"])
    fake.reply(ImportModel, Problem(sentence="That is no model.", remedy="Try others."))
    assert models.dialog.sentence.text() == "That is no model. Try others." and feedback.notice.sentence == ""


def test_the_dialog_asks_for_files(models, fake: FakeEngine) -> None:
    models.show_models()
    models.dialog.addRequested.emit()
    dialog = models.dialog.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.filesSelected.emit(["/a.pth"])
    dialog.close()
    assert fake.values_of(ImportModel) == [(("/a.pth",),)]


def test_it_closes_with_the_window(models) -> None:
    models.close_dialogs()  # none is open
    models.show_models()
    models.close_dialogs()
    assert not models.dialog.isVisible()


@pytest.mark.parametrize(
    ("model", "title"),
    [
        (LOADING, "built-in (small)"),
        (READY, "built-in (small)"),
        (OTHER, "DINOv2"),
        (BAD, "bad.pth"),
        (replace(BAD, name="/m/a\nb.pth"), "a↵b.pth"),
    ],
)
def test_a_model_has_a_title(model: ModelState, title: str) -> None:
    assert model_title(model) == title
