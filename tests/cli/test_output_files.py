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


# ── what is written is what the name says ───────────────────────────────────────────────────────


@pytest.fixture
def inspect(photo: Path, tmp_path: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch):
    """Run `inspect` in the temporary folder; its exit code."""
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> int:
        line = ["inspect", str(photo), "--map", "norm", "--library", str(tmp_path / "library")]
        return run([*line, *map(str, words)])

    return call


@pytest.mark.parametrize(
    ("name", "kind"),
    [("x.png", "PNG"), ("x.jpg", "JPEG"), ("x.JPEG", "JPEG"), ("x.webp", "WEBP"), ("x.tif", "TIFF"),
     ("x.TIFF", "TIFF"), ("x", "PNG")],
)  # fmt: skip
def test_a_map_has_the_format_that_its_name_says(inspect, tmp_path: Path, name: str, kind: str) -> None:
    for _ in range(2):  # an earlier map is no photo of a person
        assert inspect("-o", name, "--npy", "values.npy") == 0
    with Image.open(tmp_path / name) as image:
        assert image.format == kind and min(image.size) >= 64
    assert sorted(os.listdir(tmp_path)) == sorted(["library", "photos", "values.npy", name])


def test_other_pictures_stay(inspect, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("x.jpg", "x.webp", "x.tif"):
        Image.new("RGB", (50, 50), "blue").save(tmp_path / name)
        before = (tmp_path / name).read_bytes()
        assert inspect("-o", name) == 3 and "photo that is there already" in capsys.readouterr().err
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [["-o", "x.gif"], ["-o", "x.npy"], ["-o", "x.txt"], ["-o", "x.png", "--npy", "x.txt"], ["-o", "x.pdf"]],
)
def test_endings_of_other_kinds_are_wrong_usage(
    inspect, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert inspect(*words) == 2 and "ends in ." in capsys.readouterr().err
    assert sorted(os.listdir(tmp_path)) == ["library", "photos"]


@pytest.mark.parametrize(
    "line",
    [
        ["embed", "--text", "x", "-o", "x.npy"],
        ["embed", "--text", "x", "-o", "x.jpg"],
        ["export", "--format", "csv", "-o", "x.json"],
        ["export", "--format", "json", "-o", "x.csv"],
        ["export", "--format", "csv", "-o", "x.xlsx"],
    ],
)
def test_tables_and_vectors_are_not_called_what_they_are_not(
    tmp_path: Path, line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([*line, "--library", "library", "--model", "none"]) == 2
    assert "ends in ." in capsys.readouterr().err and os.listdir(tmp_path) == []


def test_two_outputs_with_one_name_are_wrong_usage(
    inspect, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "old").write_bytes(b"an earlier result")
    (tmp_path / "alias").symlink_to("old")
    os.link(tmp_path / "old", tmp_path / "twin")
    for one, other in (
        ("x", "x"),
        ("x", "./x"),
        ("x", tmp_path / "x"),
        ("x", "folder/../x"),
        ("folder/x", "link/x"),
        ("old", "alias"),
        ("twin", "old"),
        ("x", "X"),
        ("Caf\u00e9", "cafe\u0301"),
    ):
        assert inspect("-o", one, "--npy", other) == 2, (one, other)
        assert "Two outputs have one name" in capsys.readouterr().err
    assert (tmp_path / "old").read_bytes() == b"an earlier result"
    assert inspect("-o", "x", "--npy", "folder/x") == 0


def test_the_model_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = tmp_path / "model.npz"
    weights.write_bytes(b"weights")
    for named in (str(weights), f"other.pth, {weights}", f"{weights}#teacher"):
        assert run(["embed", "--text", "x", "-o", str(weights), "--model", named]) == 3
        assert "one of the files that the command reads" in capsys.readouterr().err
    assert weights.read_bytes() == b"weights"
