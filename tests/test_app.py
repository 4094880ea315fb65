"""The composition root: real window, real engine, closed in order."""

from __future__ import annotations

import gc
import logging
import os
import stat

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from window_steps import answered

from dinodesk import paths, settings
from dinodesk.app import keep_a_log, launch, parse
from dinodesk.cli.main import run
from dinodesk.engine.messages import AddPhotos, JobProgress, MapAnswer, Preview


def test_options_stand_before_settings_before_defaults(own_home, monkeypatch):
    chosen = settings.Settings(model="big", library="/from/settings")
    found = parse(["--library", "/given", "--device", "cpu"], chosen)
    assert (found.library, found.model, found.device, found.precision) == ("/given", "big", "cpu", "auto")
    assert parse([], chosen).library == "/from/settings"
    assert parse(["--library", "/given"], chosen).make and parse([], settings.Settings()).make
    assert not parse([], chosen).make  # it may lie on a drive that is away
    assert parse([], settings.Settings()).library == str(paths.default_library().absolute())
    monkeypatch.setenv("DINODESK_LIBRARY", "/variable")
    assert parse([], chosen).library == "/variable"


def test_a_start_may_always_open_the_default_library(own_home, monkeypatch):
    monkeypatch.delenv("DINODESK_LIBRARY", raising=False)
    chosen = settings.Settings(library="/last", default_library="/mine", start_with_last=False)
    found = parse([], chosen)
    assert (found.library, found.make) == ("/mine", True)
    assert parse([], settings.Settings(library="/last", default_library="/mine")).library == "/last"


def test_launch_shows_the_window_at_once_and_closes_in_order(qtbot, qapp, tmp_path, capfd):
    app = launch(["--library", str(tmp_path / "library"), "--model", "builtin"])
    assert app.window.isVisible()
    qtbot.waitUntil(lambda: app.window.state.library is not None, timeout=30_000)
    qtbot.waitUntil(lambda: app.window.results.stack.currentWidget() is app.window.results.first_run)
    app.close()
    assert not app.engine._thread.isRunning()
    assert not app.window.isVisible()
    assert capfd.readouterr().out == ""
    assert (paths.config_dir() / "window.ini").is_file()
    app.close()
    app.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_library_that_cannot_be_opened_is_told(qtbot, qapp, tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    app = launch(["--library", str(file)])
    qtbot.waitUntil(lambda: app.window.results.notice.sentence != "", timeout=30_000)
    assert app.window.results.notice._button.text() == "Open another library…"
    app.close()
    app.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_closing_while_indexing_loses_nothing(qtbot, qapp, tmp_path, photo_folder):
    def open_():
        app = launch(["--library", str(tmp_path / "library"), "--model", "builtin"])
        chip = app.window.strip.chip
        qtbot.waitUntil(lambda: chip.property("state") == "ready", timeout=60_000)
        return app

    def end(app):
        app.close()
        assert not app.engine._thread.isRunning()
        app.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    app = open_()
    assert gc.get_freeze_count() > 10_000  # full rounds of the collector stay short
    with answered(qtbot, app.engine, JobProgress, timeout=20_000):
        app.engine.send(AddPhotos(paths=(str(photo_folder),)))
    end(app)
    app = open_()  # goes on by itself
    rows = app.window.results.grid.photos.rowCount
    qtbot.waitUntil(lambda: rows() == 12 and app.window.state.job is None, timeout=60_000)
    with qtbot.waitSignal(
        app.window.search.answered, timeout=20_000, check_params_cb=lambda a, _: bool(a.text)
    ):
        qtbot.keyClicks(app.window.bar.field, "something red")
    assert rows() == 12 and app.window.results.card._small.isVisible()
    grid = app.window.results.grid
    with answered(qtbot, app.engine, Preview, timeout=20_000):
        grid.setCurrentIndex(grid.photos.index(0, 0))
    with answered(qtbot, app.engine, MapAnswer, timeout=20_000):
        app.window.inspector.panel.modes.setCurrentIndex(1)
    assert app.window.inspector.panel.view.overlay.map is not None
    end(app)


def test_whatever_keeps_the_settings_from_being_saved_costs_the_choice_only(
    qtbot, qapp, tmp_path, monkeypatch
):
    app = launch(["--library", str(tmp_path / "library"), "--model", "builtin"])

    def refuse(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr(settings, "save", refuse)
    app.window.state.change_settings(theme="dark")
    assert app.window.state.settings.theme == "dark"
    app.close()
    app.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_blank_library_of_the_environment_is_wrong_usage(own_home, monkeypatch, capsys):
    monkeypatch.setenv("DINODESK_LIBRARY", " ")
    with pytest.raises(SystemExit) as end:
        parse([], settings.Settings())
    assert end.value.code == 2 and "DINODESK_LIBRARY is blank" in capsys.readouterr().err
    assert run(["search", "x"]) == 2 and "DINODESK_LIBRARY is blank" in capsys.readouterr().err
    monkeypatch.setenv("DINODESK_LIBRARY", "")  # as if it were not set
    assert parse([], settings.Settings()).library == str(paths.data_dir() / "library")


@pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")
def test_logs_of_earlier_versions_become_private(tmp_path, monkeypatch):
    monkeypatch.setattr(logging, "basicConfig", lambda **options: options["handlers"][0].close())
    folder = tmp_path / "log"
    folder.mkdir()
    folder.chmod(0o755)
    for end in ("", ".1", ".3"):
        (folder / f"dinodesk.log{end}").write_text("/photos/secret.jpg")
        (folder / f"dinodesk.log{end}").chmod(0o644)
    keep_a_log(folder)
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
