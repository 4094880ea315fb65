"""A reader of the command line's output that goes away early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_output_that_nobody_reads_is_no_traceback(tmp_path: Path, options: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dinodesk", "places", "--library", str(tmp_path / "library"), *options],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=100,
        )
    finally:
        os.close(writing)
    assert done.stderr == "" and done.returncode in (0, 3)
