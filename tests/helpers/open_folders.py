"""Folders above a test's own that others may enter: pytest closes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinodesk.library.maintenance import privacy


def make_reachable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let others enter `folder`, and see all folders above it as if they could be entered."""
    folder.chmod(0o755)
    judged, above = privacy.lets_others_in, set(folder.resolve().parents)
    monkeypatch.setattr(privacy, "lets_others_in", lambda each: each in above or judged(each))
