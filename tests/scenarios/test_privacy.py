"""Whatever the program writes by itself only its owner can read; what a person asks for by name is theirs."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMainWindow, QSplitter

from dinodesk import app, paths, settings
from dinodesk.cli import output_files
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.library.images.thumbnail_cache import write_missing
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.store import backups
from dinodesk.library.store.database import mark_suspect
from dinodesk.models.zoo import installed_models
from dinodesk.ui.drops.clipboard_images import save_image
from dinodesk.ui.shell.window_state import WindowState

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")


@pytest.fixture(params=[0o022, 0o002], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(folder: Path) -> list[Path]:
    return [each for each in (folder, *folder.rglob("*")) if each.lstat().st_mode & 0o077]


def index(library: LibraryStore, model: FakeModel, threads: DecoderPool, photos: Path) -> None:
    assert index_photos(Indexer(library, model, decoders=threads), photos).indexed == 12


def save_index(library: LibraryStore, model: FakeModel) -> None:
    found = PersistentIndex(library, model.info)
    found.load()
    found.save()


def test_a_library_in_use_is_private_to_its_last_file(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, photo_folder: Path, tmp_path: Path
) -> None:
    index(library, model, threads, photo_folder)
    save_index(library, model)
    backups.back_up(library.database)
    library.database.back_up(library.folder / "library-before-v9.db")
    mark_suspect(library.folder)
    kinds = {each.suffix for each in library.folder.rglob("*") if each.is_file()}
    assert kinds >= {".db", ".db-wal", ".db-shm", ".jpg", ".f16", ".ids", ".json", ""}
    assert open_to_others(library.folder) == []
    library.close()
    assert open_to_others(library.folder) == []

    for name in ("library.db", "library.db-wal", "library.db-shm"):
        (library.folder / name).unlink(missing_ok=True)
    (library.folder / "library.db").write_bytes(b"damaged" * 1000)
    (library.folder / "library.db").chmod(0o600)
    mended = LibraryStore(library.folder)
    assert mended.notices and (library.folder / "damaged").is_dir()
    assert open_to_others(library.folder) == []
    for _ in move_library(mended, tmp_path / "moved" / "here"):
        pass
    assert open_to_others(tmp_path / "moved") == [] and (tmp_path / "moved/here/library.db").is_file()


def test_a_database_that_is_saved_row_by_row_stays_private(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, photo_folder: Path
) -> None:
    index(library, model, threads, photo_folder)
    library.close()
    file = library.folder / "library.db"
    file.write_bytes(bytes(100) + file.read_bytes()[100:])
    mended = LibraryStore(library.folder)
    assert mended.notices and open_to_others(library.folder) == []
    mended.close()


def test_a_library_that_is_shared_on_purpose_stays_so(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, photo_folder: Path, tmp_path: Path
) -> None:
    """What is made in it can be read by those who read the rest."""
    library.close()
    for each in (library.folder, *library.folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    again = LibraryStore(library.folder)
    index(again, model, threads, photo_folder)
    save_index(again, model)
    backups.back_up(again.database)
    made = [each for each in again.folder.rglob("*") if not each.stat().st_mode & 0o044]
    assert made == []
    for _ in move_library(again, tmp_path / "moved"):
        pass
    assert [each for each in (tmp_path / "moved").rglob("*") if not each.stat().st_mode & 0o044] == []


def test_settings_logs_and_lists_are_private(qapp, own_home: Path) -> None:
    settings.save(settings.Settings(theme="dark"), paths.config_dir() / "settings.toml")
    installed_models._write({})
    window, splitter = QMainWindow(), QSplitter()
    WindowState(paths.config_dir() / "window.ini").save(window, splitter, 120)
    WindowState(paths.config_dir() / "window.ini").save(window, splitter, 140)
    handlers = list(logging.getLogger().handlers)
    log = app._PrivateLog(
        str(_made(paths.log_dir()) / "dinodesk.log"), maxBytes=200, backupCount=2, delay=True
    )
    try:
        for _ in range(40):
            log.emit(logging.LogRecord("a", logging.INFO, "a", 1, "a photo: \udcff é", (), None))
    finally:
        log.close()
    assert handlers == list(logging.getLogger().handlers)
    names = {each.name for each in own_home.rglob("*") if each.is_file()}
    assert names >= {"settings.toml", "window.ini", "dinodesk.log", "dinodesk.log.1"}
    assert [each for each in open_to_others(own_home) if each.is_file()] == []
    for folder in (paths.config_dir(), paths.data_dir()):
        assert not folder.stat().st_mode & 0o077
    assert WindowState(paths.config_dir() / "window.ini").restore(window, splitter) == 140
    assert not QByteArray(window.saveGeometry()).isEmpty()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_an_older_log_is_closed_when_it_goes_on(own_home: Path) -> None:
    file = _made(paths.log_dir()) / "dinodesk.log"
    file.write_text("before\n")
    file.chmod(0o644)
    log = app._PrivateLog(str(file))
    log.emit(logging.LogRecord("a", logging.INFO, "a", 1, "after", (), None))
    log.close()
    assert file.read_text() == "before\nafter\n" and not file.stat().st_mode & 0o077


def test_a_pasted_picture_is_private(qapp) -> None:
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(0x336699)
    file = Path(save_image(picture))
    assert file.stat().st_size > 1000 and not file.stat().st_mode & 0o077
    file.unlink()


def test_an_export_is_private_while_it_is_written_and_the_persons_then(tmp_path: Path, umask: int) -> None:
    target = tmp_path / "out.csv"
    with output_files.whole(target) as part:
        assert part.stat().st_mode & 0o777 == 0o600
        part.write_text("a,b")
        assert part.stat().st_mode & 0o777 == 0o600
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask and target.read_text() == "a,b"
    target.chmod(0o640)
    with output_files.whole(target) as part:
        part.write_text("c,d")
    assert target.stat().st_mode & 0o777 == 0o640 and target.read_text() == "c,d"


def test_thumbnails_are_private_without_a_library(tmp_path: Path) -> None:
    import numpy as np

    write_missing(tmp_path / "thumbnails", "ab" * 16, np.zeros((40, 60, 3), np.uint8))
    assert open_to_others(tmp_path / "thumbnails") == []
