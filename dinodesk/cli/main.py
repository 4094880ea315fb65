"""Running one command: errors in one sentence, JSON or plain lines on stdout."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dinodesk import paths, settings
from dinodesk.cli.exit_codes import NOTHING_DONE, WRONG_USAGE, Outcome
from dinodesk.cli.parser import make_parser
from dinodesk.errors import DinoDeskError, UsageError

FUNCTIONS = {
    "index": "dinodesk.cli.commands.index:index",
    "search": "dinodesk.cli.commands.search:search",
    "saved": "dinodesk.cli.commands.saved:saved",
    "labels": "dinodesk.cli.commands.labels:labels",
    "export": "dinodesk.cli.commands.export:export",
    "import-sidecars": "dinodesk.cli.commands.import_sidecars:import_sidecars",
    "embed": "dinodesk.cli.commands.embed:embed",
    "calibrate": "dinodesk.cli.commands.calibrate:calibrate",
    "classify": "dinodesk.cli.commands.classify:classify",
    "explain": "dinodesk.cli.commands.explain:explain",
    "inspect": "dinodesk.cli.commands.inspect_map:inspect_map",
    "places": "dinodesk.cli.commands.folders:folders",
    "models": "dinodesk.cli.commands.models:models",
    "doctor": "dinodesk.cli.commands.doctor:doctor",
    "bench": "dinodesk.cli.bench.command:bench",
    "train": "dinodesk.cli.commands.train:train",
}
"""Module and function of each command; imported when it is called, so that it loads only what it needs."""


def run(arguments: Sequence[str]) -> int:
    """Parse and run; returns the exit code. Wrong usage raises SystemExit(2), as argparse does."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # file names that are not UTF-8 must never end a command
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.error("name a command, or none to open the window")
    if os.environ.get("DINODESK_DEBUG"):
        logging.basicConfig(level=logging.DEBUG)
    try:
        fill_in(options)
        code, document, lines = _command(_answered_by(options))(options)
        words = json.dumps(document, ensure_ascii=True, allow_nan=False) if options.json else "\n".join(lines)
        print(words, flush=True)  # now, so that a reader that went away is noticed here
        return code
    except UsageError as error:
        return _refuse(error, WRONG_USAGE)
    except DinoDeskError as error:
        return _refuse(error, NOTHING_DONE)
    except KeyboardInterrupt:
        return _refuse("Stopped; what was stored is kept.", NOTHING_DONE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE
    except OSError as error:
        words = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
        return _refuse(f"It could not be done: {words}.", NOTHING_DONE)
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        return _refuse(
            f"Something unexpected went wrong ({type(error).__name__}: {error}). The library is safe; "
            "set DINODESK_DEBUG=1 to see where.",
            NOTHING_DONE,
        )


def _open_closed_streams() -> None:
    """A closed stream becomes one to nowhere: else its number is that of the next file that is opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which this is
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  as long as the program


def fill_in(options: argparse.Namespace) -> None:
    """Library, model and precision where they were not named. Raises UsageError for a blank default."""
    chosen = settings.load(paths.config_dir() / "settings.toml")
    try:
        named = Path(options.library).expanduser() if options.library else None
        options.library = named or settings.default_library(chosen)
    except ValueError as error:
        raise UsageError(str(error)) from error
    options.model_named = bool(options.model)
    options.model = options.model or chosen.model
    if options.precision is None:
        options.precision = "fp32" if options.command in ("embed", "inspect") else "auto"


def _answered_by(options: argparse.Namespace) -> str:
    """The command that does what was asked: a saved search is run as `search`."""
    running = options.command == "saved" and options.action == "run"
    return "search" if running else options.command


def _command(name: str) -> Callable[[argparse.Namespace], Outcome]:
    """The command's function. The garbage collector would go through everything that its modules make several
    times on the way, and find nothing: it rests meanwhile."""
    module, _, function = FUNCTIONS[name].partition(":")
    collecting = gc.isenabled()
    gc.disable()
    try:
        command: Callable[[argparse.Namespace], Outcome] = getattr(importlib.import_module(module), function)
    finally:
        if collecting:
            gc.enable()
    return command


def _refuse(why: object, code: int) -> int:
    print(f"dinodesk: {why}", file=sys.stderr)
    return code
