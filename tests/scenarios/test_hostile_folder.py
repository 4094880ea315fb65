"""A folder of hostile and oddly named files from the command line: counted, named, found, left alone."""

from __future__ import annotations

import builtins
import csv
import hashlib
import json
import os
import shutil
import stat
import sys
from pathlib import Path

import hostile
import pytest

from dinodesk.cli.main import run
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.library.files import scanner

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names that others refuse")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("hostile") / "photos"
    hostile.make(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def indexed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The library and what `index` said; nothing in the folder differs afterwards."""
    base = tmp_path_factory.mktemp("hostile-library")
    before, out = snapshot(folder), base / "out.json"
    with pytest.MonkeyPatch.context() as patch, out.open("w") as file:
        patch.setattr(sys, "stdout", file)
        assert run(["index", str(folder), "--library", str(base / "library"), "--json"]) == 1
    assert snapshot(folder) == before
    return base / "library", json.loads(out.read_text())


def snapshot(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for parent, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(parent, name)
            about = os.lstat(path)
            small = stat.S_ISREG(about.st_mode) and about.st_size < hostile.SPARSE
            digest = hashlib.sha256(Path(path).read_bytes()).hexdigest() if small else ""
            found[path] = (about.st_mode, about.st_size, about.st_mtime_ns, digest)
    return found


def good(folder: Path) -> set[str]:
    return {str(folder / name) for name in hostile.GOOD}


def test_counts_add_up_and_every_bad_file_has_a_plain_reason(folder: Path, indexed) -> None:
    said = indexed[1]
    bad = {str(folder / name) for name in (*hostile.BAD, "big.jpg")}
    assert {each["path"] for each in said["skipped"]} == bad
    assert said["indexed"] == len(hostile.GOOD) and said["found"] == len(bad) + len(hostile.GOOD)
    for each in said["skipped"]:
        reason = each["reason"]
        assert reason.endswith((".", ").")) and 10 < len(reason) < 120, each
        assert "Error" not in reason and "errno" not in reason.lower() and "\n" not in reason, each


def test_a_second_scan_opens_no_bad_file(
    folder: Path, indexed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    real, submit = builtins.open, DecoderPool.submit
    monkeypatch.setattr(
        builtins, "open", lambda file, *a, **k: opened.append(str(file)) or real(file, *a, **k)
    )
    monkeypatch.setattr(DecoderPool, "submit", lambda *a, **k: opened.append(a[2]) or submit(*a, **k))
    capsys.readouterr()
    assert run(["index", str(folder), "--library", str(indexed[0]), "--json"]) == 1
    monkeypatch.undo()
    again = json.loads(capsys.readouterr().out)
    assert (again["unchanged"], again["indexed"]) == (len(hostile.GOOD), 0)
    assert again["skipped"] == indexed[1]["skipped"]
    bad = {each["path"] for each in again["skipped"]}
    assert not bad & set(opened) and not {str(folder / f"{odd}.jpg") for odd in ("pipe", "device")} & set(
        opened
    )


def test_every_name_is_found_and_exported_as_it_is(
    folder: Path, indexed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(indexed[0])]
    capsys.readouterr()
    assert run(["search", "noise", "--top", "100", "--json", *library]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert {each["path"] for each in json.loads(out)["results"]} == good(folder)
    assert run(["search", "noise", "--top", "100", *library]) == 0
    assert run(["export", "--format", "json", "-o", str(tmp_path / "all.json"), *library]) == 0
    told = json.loads((tmp_path / "all.json").read_text())
    assert {each["path"] for each in told} == good(folder)
    assert run(["export", "--format", "csv", "-o", str(tmp_path / "all.csv"), *library]) == 0
    text = (tmp_path / "all.csv").read_bytes().decode("utf-8", "surrogateescape")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert {row["path"] for row in rows} == good(folder)


def test_links_that_lead_nowhere_do_not_hide_their_folder(tmp_path: Path) -> None:
    (tmp_path / "itself.jpg").symlink_to("itself.jpg")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    (tmp_path / "photo.jpg").write_bytes(hostile.encoded("JPEG"))
    (tmp_path / "linked.jpg").symlink_to("photo.jpg")
    found = [each for each in scanner.walk(str(tmp_path)) if each is not None]
    assert [os.path.basename(each.path) for each in found] == ["linked.jpg", "photo.jpg"]
