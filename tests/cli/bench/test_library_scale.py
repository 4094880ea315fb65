"""`bench library` on a handful of files: its rows, and that nothing is left behind."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from dinodesk.cli.bench import library_scale
from dinodesk.cli.main import run


def test_rows_follow_the_contract(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"TURNS": 2, "BATCH": 16, "ALONE": 8, "IN_A_FOLDER": 20}.items():
        monkeypatch.setattr(library_scale, name, value)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run(["bench", "library", "--rows", "50", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"photos/s", "ms"} <= {row["unit"] for row in rows} and len(rows) >= 4
    for row in rows:
        assert set(row) == {"name", "value", "plain", "ratio", "spread", "unit"}
        assert all(isinstance(row[key], float) and row[key] >= 0 for key in ("value", "plain", "ratio"))
    assert list(tmp_path.glob("dinodesk-bench-*")) == []
