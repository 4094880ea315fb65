"""`dinodesk`: alone or with files it opens the window, with a command it works on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

DECODER = "--dinodesk-decoder"


def main() -> int:
    """Entry point of the `dinodesk` command; returns the exit code. Wrong usage raises SystemExit(2)."""
    arguments = sys.argv[1:]
    if arguments[:1] == [DECODER]:  # a frozen program starts itself as a decoder process
        from dinodesk.engine.decoding.decoder_process import main as decode

        decode(int(arguments[1]))
        return 0
    if is_for_the_window(arguments):
        from dinodesk.app import main as open_window

        return open_window(arguments)
    from dinodesk.cli.main import run

    return run(arguments)


def is_for_the_window(arguments: Sequence[str]) -> bool:
    """Whether the arguments name no command: only options, or first something that is there.

    Anything else goes to the command line, which refuses what is no command. Loads neither torch nor Qt.
    """
    from dinodesk.cli.parser import COMMANDS, make_parser
    from dinodesk.file_urls import path_of

    if any(word in ("-h", "--help", "--version") for word in arguments):
        return False
    first = make_parser().first_word(arguments)
    if first is None or first in COMMANDS:
        return first is None
    return os.path.lexists(path_of(first) or os.path.expanduser(first))


if __name__ == "__main__":
    sys.exit(main())
