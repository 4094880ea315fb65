"""Files that commands write never replace a photo, an input or a library."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo
from PIL import Image

from dinodesk.cli import output_files
from dinodesk.cli.main import run
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import DinoDeskError
from dinodesk.library.library import LibraryStore


@pytest.fixture
def photo(tmp_path: Path, model: FakeModel) -> Path:
    """A photo of a library beside it, and one that is a PNG."""
    (tmp_path / "photos").mkdir()
    photo = make_photo(tmp_path / "photos" / "one.jpg", seed=1)
    Image.new("RGB", (80, 60), "red").save(photo.with_name("two.png"))
    library = LibraryStore(tmp_path / "library")
    for _ in Indexer(library, model).add([str(photo.parent)]):
        pass
    library.close()
    return photo


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Run a command that must be refused before a model is loaded, and leave every file as it is."""

    def call(*words: object) -> str:
        before = {each: each.read_bytes() for each in (tmp_path / "photos").iterdir()}
        assert run([*map(str, words), "--library", str(tmp_path / "library"), "--model", "none"]) == 3
        assert {each: each.read_bytes() for each in (tmp_path / "photos").iterdir()} == before
        return capsys.readouterr().err

    return call


def test_no_photo_is_written_over(refused, photo: Path, tmp_path: Path) -> None:
    hidden = photo.with_name("without an ending")
    shutil.copy(photo, hidden)
    for there in (photo, hidden, photo.with_name("two.png")):
        assert "photo" in refused("export", "--format", "csv", "-o", there)
        assert "photo" in refused("embed", "--text", "x", "-o", there)
        assert "photo" in refused("inspect", __file__, "--map", "pca", "-o", there)
        assert "photo" in refused(
            "inspect", __file__, "--map", "pca", "-o", tmp_path / "x.png", "--npy", there
        )


def test_inputs_and_libraries_are_not_written_over(refused, photo: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("a cat")
    assert "reads" in refused("inspect", photo, "--map", "pca", "-o", photo)
    assert "reads" in refused("embed", "--texts-from", texts, "-o", texts) and texts.read_text() == "a cat"
    before = (tmp_path / "library" / "library.db").read_bytes()
    assert "database" in refused("export", "--format", "csv", "-o", tmp_path / "library" / "library.db")
    assert (tmp_path / "library" / "library.db").read_bytes() == before


def test_folders_are_named_as_they_were_typed(refused, photo: Path, tmp_path: Path) -> None:
    for words in (
        ("export", "--format", "json"),
        ("embed", "--text", "x"),
        ("inspect", photo, "--map", "pca"),
    ):
        assert f"{tmp_path} is a folder" in refused(*words, "-o", tmp_path)
        missing = refused(*words, "-o", tmp_path / "no" / "x.png")
        assert str(tmp_path / "no" / "x.png") in missing and ".part" not in missing


def test_earlier_results_are_replaced_whole(photo: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "map.png"
    shutil.copy(photo.with_name("two.png"), earlier)
    assert output_files.target(str(earlier), [str(photo)], maps_beside=tmp_path / "library") == earlier
    with pytest.raises(DinoDeskError, match="photo of the library"):
        output_files.target(str(photo.with_name("two.png")), maps_beside=tmp_path / "library")
    with pytest.raises(ZeroDivisionError), output_files.whole(earlier) as part:
        part.write_bytes(b"half")
        raise ZeroDivisionError
    assert earlier.read_bytes() == photo.with_name("two.png").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["library", "map.png", "photos"]
    table = tmp_path / "out.json"
    for _ in range(2):
        assert (
            run(["export", "--format", "json", "-o", str(table), "--library", str(tmp_path / "library")]) == 0
        )
    assert len(json.loads(table.read_text("ascii"))) == 2
