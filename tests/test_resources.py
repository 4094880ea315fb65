"""What the window ships: sample photos with credits, icons, fonts, with their licences."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtGui import QImageReader

from dinodesk import paths
from dinodesk.ui.shell import actions

UI = Path(actions.__file__).parents[1]


def test_every_sample_photo_is_credited_and_readable(qapp):
    folder = paths.resource("samples")
    credits = (folder / "CREDITS.md").read_text(encoding="utf-8")
    files = sorted(folder.glob("*.jpg"))
    rows = re.findall(r"^\| (\S+\.jpg) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", credits, re.MULTILINE)
    assert [r[0] for r in rows] == [f.name for f in files]
    free = re.compile(r"CC0-1\.0|CC-BY(-SA)?-[1-4]\.[05]|public domain")
    assert all(free.fullmatch(r[3]) for r in rows)
    assert len(files) >= 40 and sum(f.stat().st_size for f in files) < 15_000_000
    assert all(QImageReader(str(f)).canRead() for f in files)


def test_icons_that_are_drawn_are_shipped_and_no_others():
    shipped = {f.stem for f in paths.resource("icons", "lucide").glob("*.svg")}
    words = set(re.findall(r'"([a-z0-9-]+)"', "\n".join(f.read_text() for f in UI.rglob("*.py"))))
    assert shipped <= words
    assert {spec[3] for spec in actions._SPECS if spec[3]} <= shipped
    assert paths.resource("icons", "lucide", "LICENSE").is_file()
