"""The theme: the shipped font in use, with its licence."""

from __future__ import annotations

from dinodesk import paths


def test_the_font_is_shipped_with_its_licence(qapp, window):
    assert "SIL Open Font License" in paths.resource("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert qapp.font().family() == "Inter"
