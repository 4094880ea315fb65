"""`labels`, `export`, `import-sidecars` on a small library: JSON, exit codes, files written."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import pytest
from fakes import FakeModel
from photo_blocks import bag, packet, photo, write
from photos import make_photo

from dinodesk.cli.main import run
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.export_rows import read_export_rows
from dinodesk.library.photos.export_tables import as_csv


@pytest.fixture
def folder(tmp_path: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four photos of a library: one with a place, one labelled with a formula by its sidecar, two plain."""
    folder = tmp_path / "photos"
    gps = {1: "N", 2: (48.0, 51.0, 36.0), 3: "W", 4: (2.0, 21.0, 0.0)}
    inner = {0x9003: "2021:05:06 07:08:09", 0x9011: "+02:00"}
    write(
        folder / "paris.jpg",
        photo(seed=1, gps={**gps, 3: "E"}, inner=inner, tags={0x010F: "=Maker", 0x0110: "X"}),
    )
    write(folder / "sea.jpg", photo(seed=2))
    write(folder / "sea.jpg.xmp", packet('xmp:Rating="3"', bag("dc:title", "=1+1", kind="Alt")))
    write(folder / "sub" / "one.jpg", photo(seed=3))
    write(Path(os.fsdecode(os.fsencode(folder) + b"/sub/\xff.jpg")), photo(seed=4))
    library = LibraryStore(tmp_path / "library")
    for _ in Indexer(library, model).add([str(folder)]):
        pass
    library.close()
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    return folder


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], folder: Path):
    def call(*arguments: object) -> tuple[int, object]:
        capsys.readouterr()
        code = run(
            [str(each) for each in arguments] + ["--library", str(folder.parent / "library"), "--json"]
        )
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out) if code in (0, 1) else err

    return call


def test_labels_are_put_on_listed_and_taken_off(command, folder: Path) -> None:
    code, done = command("labels", "add", "Sea side", folder / "sea.jpg", folder / "sub")
    assert (code, done["changed"], done["unchanged"], done["skipped"]) == (0, 3, 0, [])
    code, done = command("labels", "add", "SEA SIDE", folder / "sea.jpg", folder / "nowhere.jpg")
    assert (code, done["changed"], done["unchanged"]) == (1, 0, 1)
    assert done["skipped"] == [{"path": str(folder / "nowhere.jpg"), "reason": "It is not in the library."}]
    assert command("labels") == (0, {"labels": [{"name": "Sea side", "count": 3}], "albums": []})
    assert command("labels", "remove", "sea side", folder)[1]["changed"] == 3
    assert command("labels")[1]["labels"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("labels", "add", "name"), 2, "`labels add` needs a name and photos."),
        (("labels", "list", "name"), 2, "`labels` alone lists them."),
        (("labels", "add", "\x1b", "/"), 2, "A name is needed."),
        (("labels", "add", "x", "/nowhere"), 3, "None of these photos is in the library."),
        (("export", "--format", "csv"), 2, "and its output do not fit. Name it with -o."),
        (
            ("export", "--format", "xmp", "-o", "x"),
            2,
            "Sidecars are written beside the photos: leave -o out.",
        ),
        (("export", "--format", "json", "-o", "x", "--label", "unknown"), 3, "There is no label 'unknown'."),
        (("export", "--format", "json", "-o", "x", "--place", "/no"), 3, "The library has no photos in /no."),
        (("export", "--format", "json", "-o", "/nowhere/x"), 3, "There is no folder for /nowhere/x."),
        (("import-sidecars", "/nowhere.jpg"), 3, "/nowhere.jpg is not in the library."),
    ],
)
def test_a_refusal_names_its_reason_and_changes_nothing(
    command, folder: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    before = sorted(folder.rglob("*"))
    found, message = command(*arguments)
    assert found == code and message.startswith("dinodesk: ") and sentence in message
    assert message.count("\n") == 1
    assert sorted(folder.rglob("*")) == before and not Path("x").exists()
    assert command("labels")[1] == {"labels": [], "albums": []}


def test_export_as_json(command, folder: Path, tmp_path: Path) -> None:
    command("labels", "add", "Trip", folder / "paris.jpg")
    out = tmp_path / "out.json"
    assert command("export", "--format", "json", "-o", out) == (0, {"output": str(out), "photos": 4})
    rows = {Path(row["path"]).name: row for row in json.loads(out.read_text("ascii"))}
    paris = rows["paris.jpg"]
    assert (paris["date"], paris["date_from"], paris["near"]) == (
        "2021-05-06T07:08:09+02:00",
        "EXIF",
        "Paris, France",
    )
    assert (paris["latitude"], paris["longitude"], paris["labels"]) == (48.86, 2.35, ["Trip"])
    assert (rows["sea.jpg"]["rating"], rows["sea.jpg"]["date"], paris["rating"]) == (3, None, None)
    assert os.fsencode(next(row["path"] for name, row in rows.items() if name.startswith("\udcff"))).endswith(
        b"\xff.jpg"
    )


def test_export_of_a_part(command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"

    def names(*options: object) -> set[str]:
        assert command("export", "--format", "json", "-o", out, *options)[0] == 0
        return {Path(row["path"]).name for row in json.loads(out.read_text("ascii"))}

    command("labels", "add", "Trip", folder / "paris.jpg", folder / "sub" / "one.jpg")
    assert names("--label", "trip") == {"paris.jpg", "one.jpg"}
    assert names("--label", "trip", "--place", folder / "sub") == {"one.jpg"}
    assert len(names("--place", folder / "sub")) == 2


def test_export_of_a_query_holds_its_hits(command, folder: Path, tmp_path: Path) -> None:
    for name in ("red", "blue"):
        make_photo(folder / f"{name}.jpg", red=name == "red")
    command("index", folder)
    hits = {
        Path(hit["path"]).name
        for hit in command("search", "red", "--top", 99)[1]["results"]
        if hit["confidence"] >= 0.5
    }
    out = tmp_path / "out.json"
    for options, expected in (
        (("--query", "red"), hits),
        (("--query", "red", "--place", folder / "red.jpg"), {"red.jpg"}),
        (("--query", "red", "--place", folder / "blue.jpg"), set()),
    ):
        assert command("export", "--format", "json", "-o", out, *options)[0] == 0
        assert {Path(row["path"]).name for row in json.loads(out.read_text("ascii"))} == expected
    assert "red.jpg" in hits and "blue.jpg" not in hits


def test_export_as_csv_is_defused(command, folder: Path, tmp_path: Path) -> None:
    for name in ("=cmd", "+1", "-1", "@x", "fine"):
        command("labels", "add", name, folder / "sea.jpg")
    out = tmp_path / "out.csv"
    assert command("export", "--format", "csv", "-o", out)[0] == 0
    data = out.read_bytes()
    assert b"/sub/\xff.jpg" in data  # the name as the disk knows it
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")))
    rows = {Path(row["path"]).name: row for row in table}
    assert rows["sea.jpg"]["title"] == "'=1+1" and rows["paris.jpg"]["camera"] == "'=Maker X"
    assert rows["sea.jpg"]["labels"].startswith("'+1; ") and rows["paris.jpg"]["iso"] == ""
    for row in table:
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or name == "longitude"


def test_sidecars_out_and_in(command, folder: Path, tmp_path: Path) -> None:
    command("labels", "add", "Trip", folder)
    code, done = command("export", "--format", "xmp")
    assert (code, done["written"], done["skipped"]) == (0, 4, [])
    shutil.rmtree(tmp_path / "library")
    library = LibraryStore(tmp_path / "library")
    for _ in Indexer(library, FakeModel()).add([str(folder)]):
        pass
    library.close()
    write(folder / "sub" / "one.xmp", b"no xmp")
    code, done = command("import-sidecars")
    assert code == 1 and done["written"] == 4
    assert [each["path"] for each in done["skipped"]] == [str(folder / "sub" / "one.xmp")]
    assert command("labels")[1]["labels"] == [{"name": "Trip", "count": 4}]
    assert command("import-sidecars", folder / "sea.jpg")[1] == {"written": 0, "unchanged": 1, "skipped": []}


def test_an_empty_library_exports_a_heading(tmp_path: Path) -> None:
    library = LibraryStore(tmp_path / "empty")
    assert as_csv(read_export_rows(library.database)).startswith("path,places,state,rating,labels,")
    library.close()
