"""`dinodesk`: alone it opens the window, with a command it works on the command line."""

from __future__ import annotations

import sys

DECODER = "--dinodesk-decoder"


def main() -> int:
    """Entry point of the `dinodesk` command; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == [DECODER]:  # a frozen program starts itself as a decoder process
        from dinodesk.engine.decoding.decoder_process import main as decode

        decode(int(arguments[1]))
        return 0
    from dinodesk.cli.parser import COMMANDS  # light: neither torch nor Qt

    wants_help = any(word in ("-h", "--help", "--version") for word in arguments)
    if wants_help or any(word in COMMANDS for word in arguments):
        from dinodesk.cli.main import run

        return run(arguments)
    from dinodesk.app import main as open_window

    return open_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
