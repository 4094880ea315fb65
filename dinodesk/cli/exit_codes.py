"""What a command ends with: its exit code, its JSON document and its lines."""

from __future__ import annotations

from typing import Any

DONE = 0
SKIPPED = 1
"""Done, but for files that could not be read or checks that found a problem."""
WRONG_USAGE = 2
"""The request contradicts itself; argparse ends with the same code."""
NOTHING_DONE = 3

Outcome = tuple[int, Any, list[str]]
"""Exit code, the JSON document, and the lines printed without `--json`."""
