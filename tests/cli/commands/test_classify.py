"""Zero-shot labels: measured where subfolders name the truth, and refused where there is nothing to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.cli.commands.classify import _measure
from dinodesk.cli.main import run
from dinodesk.engine.calibration.labelled_folder import label_of


@pytest.fixture(autouse=True)
def fake(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)


def test_photos_are_measured_against_their_subfolder(
    photo_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photo_folder / "red" / "bad.jpg").write_bytes(b"no photo")
    assert run(["classify", str(photo_folder), "--templates", "none", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["top1"], found["top5"], found["count"]) == (1.0, 1.0, 12)
    assert found["per_class"] == {name: {"count": 6, "top1": 1.0} for name in ("blue", "red")}
    assert [Path(each["path"]).name for each in found["skipped"]] == ["bad.jpg"]
    for each in found["predictions"]:
        assert each["label"] == Path(each["path"]).parent.name and 0.5 < each["probability"] <= 1


def test_labels_of_a_file_need_no_subfolders(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels.txt").write_bytes(b"red\r\n\r\nblue\r\nred\r\n")
    labels = ["--labels", str(tmp_path / "labels.txt"), "--templates", "none"]
    assert run(["classify", str(photo_folder / "blue"), *labels, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["top1"] is None and found["per_class"] == {}
    assert {each["label"] for each in found["predictions"]} == {"blue"}


@pytest.mark.parametrize(
    ("folder", "words", "code"),
    [("none", "There is no folder", 3), ("empty", "no labels", 2), ("classes", "no photos", 3)],
)
def test_refusals_say_what_is_missing(
    tmp_path: Path, folder: str, words: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "classes" / "cat").mkdir(parents=True)
    assert run(["classify", str(tmp_path / folder)]) == code
    assert words in capsys.readouterr().err


def test_measures_by_hand() -> None:
    order = np.array([[0, 1, 2, 3, 4, 5], [1, 0, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 1, 0, 3, 4, 5]])
    found = _measure(list("abcdef"), order, [0, 0, 0, None])
    assert found["top1"] == pytest.approx(1 / 3) and found["top5"] == pytest.approx(2 / 3)
    assert found["per_class"] == {"a": {"count": 3, "top1": pytest.approx(1 / 3)}}
    assert _measure(["a"], order, [None] * 4) == {"top1": None, "top5": None, "per_class": {}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/x/cat/a.jpg", 0), ("/x/cat/deep/a.jpg", 0), ("/x/a.jpg", None), ("/x/dog/a.jpg", None)],
)
def test_the_first_folder_names_the_class(path: str, expected: int | None) -> None:
    assert label_of("/x", path, ["cat"]) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_labels_are_the_same_in_any_encoding(
    photo_folder: Path, tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels.txt").write_bytes("red\r\nblue\r\n".encode(encoding))
    labels = ["--labels", str(tmp_path / "labels.txt"), "--templates", "none"]
    assert run(["classify", str(photo_folder), *labels, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["top1"] == 1.0 and set(found["per_class"]) == {"red", "blue"}


def test_a_list_of_labels_that_is_no_text_or_empty_is_wrong_usage(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").touch()
    for file, words in ((photo_folder / "red" / "01.jpg", "is not a text"), (tmp_path / "empty", "is empty")):
        assert run(["classify", str(photo_folder), "--labels", str(file)]) == 2
        assert f"{file} {words}" in capsys.readouterr().err


def test_a_report_is_one_page_without_anything_from_elsewhere(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photo_folder / "red & <b>").mkdir()  # a label without photos, with signs that HTML knows
    page = tmp_path / "report.html"
    command = ["classify", str(photo_folder), "--templates", "none", "--report", str(page), "--json"]
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["report"] == str(page)
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>") and "http" not in text and "<script" not in text
    assert "top-1 100.0%" in text and "12 with a known label" in text
    assert "red &amp; &lt;b&gt;" in text and "<b>" not in text
    assert text.count("<svg") == 3 and "threshold" in text
    for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(drawing)


def test_a_report_needs_known_labels_and_a_name_of_a_page(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels.txt").write_text("green\nyellow\n")
    labels = ["--labels", str(tmp_path / "labels.txt"), "--templates", "none"]
    page = tmp_path / "report.html"
    assert run(["classify", str(photo_folder), *labels, "--report", str(page)]) == 3
    assert "nothing to report" in capsys.readouterr().err and not page.exists()
    assert run(["classify", str(photo_folder), "--report", str(tmp_path / "report.jpg")]) == 2
