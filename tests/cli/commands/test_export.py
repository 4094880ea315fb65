"""`export` of links, copies and a contact sheet; tables and sidecars are tried beside labels."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from dinodesk.cli.main import run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, samples: list[Path]) -> tuple[Path, Path]:
    """A library of five photos, and their folder."""
    place = tmp_path_factory.mktemp("export")
    (place / "photos").mkdir()
    for file in samples[:5]:
        shutil.copy(file, place / "photos")
    assert run(["index", str(place / "photos"), "--library", str(place / "library"), "--json"]) == 0
    return place / "library", place / "photos"


@pytest.fixture
def export(folders, capsys: pytest.CaptureFixture[str]):
    def call(*words: object) -> tuple[int, object]:
        capsys.readouterr()
        code = run(["export", *map(str, words), "--library", str(folders[0]), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out) if out else err

    return call


def test_the_hits_of_a_query_leave_as_links_and_copies(export, folders, tmp_path: Path) -> None:
    first = min(folders[1].iterdir())
    for form in ("links", "copies"):
        out = tmp_path / form
        code, found = export("--query", f'name:"{first.name}"', "--format", form, "-o", out)
        assert (code, found) == (0, {"output": str(out), "photos": 1, "skipped": []})
        (made,) = out.iterdir()
        assert made.read_bytes() == first.read_bytes() and made.is_symlink() == (form == "links")
    assert os.readlink(tmp_path / "links" / first.name) == str(first)
    export("--format", "copies", "-o", tmp_path / "copies")  # again, and all of them
    assert len(list((tmp_path / "copies").iterdir())) == 6


def test_a_contact_sheet_is_a_picture_that_is_never_written_over(export, tmp_path: Path) -> None:
    out = tmp_path / "s.png"
    code, found = export("--query", "rating:0", "--format", "sheet", "-o", out)
    assert code == 0 and found["photos"] == 5
    with Image.open(out) as picture:
        assert picture.format == "PNG"
    before = out.read_bytes()
    code, sentence = export("--query", "rating:0", "--format", "sheet", "-o", out)
    assert code == 3 and "is there already" in sentence and out.read_bytes() == before


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, ["--format", "sheet", "-o", "s.jpg"]),
        (2, ["--format", "links"]),
        (2, ["--query", "rating:5", "--format", "sheet", "-o", "none.png"]),
        (3, ["--format", "links", "-o", __file__]),
    ],
)
def test_what_can_not_be_written_is_refused(
    export, code: int, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, sentence = export(*words)
    assert found == code and isinstance(sentence, str) and list(tmp_path.iterdir()) == []
