"""The composition root: the only place that builds window and engine together."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from dinodesk import file_urls, paths, private_files, settings
from dinodesk.engine.client import Engine
from dinodesk.engine.messages import ModelState
from dinodesk.errors import DinoDeskError
from dinodesk.features.map_registry import MAPS
from dinodesk.ui.shell.display import check_display
from dinodesk.ui.shell.main_window import MainWindow
from dinodesk.ui.shell.single_instance import SingleInstance, hand_over
from dinodesk.ui.shell.window_state import WindowState
from dinodesk.ui.theme.theme import Theme

_log = logging.getLogger(__name__)

LOG = "dinodesk.log"
NOTHING_DONE = 3
"""Exit code of a program that could not do anything, as of the commands."""


class App(QObject):
    """Window and engine of one running program. `close()` ends both; nothing is lost."""

    def __init__(self, window: MainWindow, engine: Engine) -> None:
        super().__init__()
        self.window = window
        self.engine = engine
        self._closed = False
        window.closing.connect(self._window_closed)
        engine.subscribe(ModelState, self, self._spare_the_collector)

    def _spare_the_collector(self, state: ModelState) -> None:
        """Keep what torch brought along out of the garbage collector's full rounds.

        With torch and SQLAlchemy loaded a full round takes 200 ms, on whichever thread it falls, and
        holds the GUI thread all that time (measured as the one long gap of an indexing run).
        """
        if state.state == "ready":
            gc.freeze()
        else:
            gc.unfreeze()  # the older model can be collected

    @Slot(object)
    def come_forward(self, paths: list[str]) -> None:
        """Another start of the program was given these: show the window and add them."""
        window = self.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if paths:
            window.library.add(paths)

    def close(self) -> None:
        """Close the window, cancel what runs, wait for the engine thread."""
        if not self._closed:
            self.window.close()
            self._window_closed()

    @Slot()
    def _window_closed(self) -> None:
        if not self._closed:
            self._closed = True
            self.engine.close()
            gc.unfreeze()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line asks of the window.

    Attributes:
        make: whether a library that is not there is made.
        unused: options that a window that is open already can't follow, as they were named.
    """

    library: str
    make: bool
    model: str
    device: str
    precision: str
    paths: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def parse(argv: Sequence[str], chosen: settings.Settings) -> Choices:
    """The window's own options; the settings stand behind them.

    Ends with SystemExit(2) for what is no option, an empty name, and a path at which there is nothing.
    """
    parser = argparse.ArgumentParser(prog="dinodesk", description="Find any photo by describing it.")
    parser.add_argument("--library", metavar="DIR", help="folder of the library")
    parser.add_argument("--model", metavar="NAME_OR_FILES", help="a model of the zoo, or its files")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders or photos to add")
    end = list(argv).index("--") if "--" in argv else len(argv)  # what follows is no option
    found = parser.parse_intermixed_args(list(argv[:end]))
    found.paths += argv[end + 1 :]
    for option in ("library", "model"):
        if getattr(found, option) is not None and not getattr(found, option).strip():
            parser.error(f"argument --{option}: must not be empty")
    given = [file_urls.path_of(path) or os.path.abspath(os.path.expanduser(path)) for path in found.paths]
    for path, named in zip(given, found.paths, strict=True):
        if not named or not os.path.lexists(path):
            parser.error(f"there is no {named or 'file without a name'}; a drive may not be plugged in")
    try:
        default = str(settings.default_library(chosen))
    except ValueError as error:
        parser.error(str(error))
    # an environment variable is set on purpose, so it goes before the library opened last
    remembered = chosen.start_with_last and not os.environ.get("DINODESK_LIBRARY")
    last = chosen.library if remembered else ""
    library = found.library or last or default
    return Choices(
        str(Path(library).expanduser().absolute()),
        # one that was opened last may lie on a drive that is away: never a new one in its place
        bool(found.library) or not last or Path(last) == Path(default),
        found.model or chosen.model,
        found.device,
        found.precision,
        tuple(given),
        tuple(
            f"--{option}"
            for option in ("model", "device", "precision")
            if getattr(found, option) not in (None, parser.get_default(option))
        ),
    )


def launch(argv: Sequence[str]) -> App:
    """Build everything, show the window, start the engine; returns at once, prints nothing."""
    file = paths.config_dir() / "settings.toml"
    chosen = settings.load(file)
    choices = parse(argv, chosen)
    app = _application()
    theme = Theme(app, chosen.theme)
    engine = Engine(thumbnail_bytes=chosen.thumbnail_gigabytes * 10**9, threads=chosen.threads)

    def remember(changed: settings.Settings) -> None:
        try:
            settings.save(changed, file)
        except Exception as error:  # a full disk, or whatever else: it costs the choice, not the window
            _log.warning("the settings could not be kept: %s", error)

    maps = [spec for spec in MAPS if spec.in_panel]
    saved = WindowState(paths.config_dir() / "window.ini")
    past = paths.config_dir() / "searches.json"
    window = MainWindow(engine, theme, replace(chosen), remember, maps, saved, past)
    theme.setParent(window)
    running = App(window, engine)
    window.show()
    window.library.open(choices.library, make=choices.make)
    if choices.paths:
        window.library.add(list(choices.paths))
    window.models.load(choices.model, choices.device, choices.precision)
    engine.start()
    return running


def _application() -> QApplication:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    check_display()
    QApplication.setApplicationName("DinoDesk")
    QApplication.setDesktopFileName("dinodesk")
    return QApplication([sys.argv[0] if sys.argv else "dinodesk"])


class _PrivateLog(RotatingFileHandler):
    """A rotating log that only its owner can read: there are names of photos in it."""

    @override
    def _open(self) -> TextIOWrapper:
        file = private_files.create(Path(self.baseFilename), append=True)
        return TextIOWrapper(file, encoding="utf-8", errors="backslashreplace")


def keep_a_log(folder: Path) -> None:
    """Warnings and errors go to a rotating file; a folder that can't be written costs the log only.

    Earlier versions let others read it; what they left is closed.
    """
    try:
        private_files.make_folder(folder)
        for each in (folder, *folder.glob(f"{LOG}*")):
            private_files.make_private(each)
        handler = _PrivateLog(folder / LOG, maxBytes=1 << 20, backupCount=3, delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _unused(options: Sequence[str]) -> str:
    """What becomes of options when a window with the library is open."""
    return f"The window that is open keeps its model: {' and '.join(options)} changed nothing."


def main(argv: Sequence[str] | None = None) -> int:
    """The window and its event loop; the exit code, 3 with a sentence where there is no display, and where
    another window has the library and does not answer."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    choices = parse(arguments, settings.load(paths.config_dir() / "settings.toml"))
    try:
        app = _application()
    except DinoDeskError as error:
        print(f"dinodesk: {error}", file=sys.stderr)
        return NOTHING_DONE
    single = SingleInstance(app)
    if not single.claim(choices.library):
        if hand_over(choices.library, choices.paths):
            if choices.unused:
                print(f"dinodesk: {_unused(choices.unused)}", file=sys.stderr)
            return 0
        if not single.claim(choices.library):  # it may have been about to end
            print(
                f"dinodesk: The library {choices.library} is open in another window, which does not answer: "
                "wait a moment and try again, or close that window.",
                file=sys.stderr,
            )
            return NOTHING_DONE
    keep_a_log(paths.log_dir())
    running = launch(arguments)
    single.asked.connect(running.come_forward)
    running.window.state.libraryChanged.connect(lambda library: single.claim(library.path))
    try:
        return QApplication.exec()
    finally:
        running.close()
        single.release()
