"""Sentences against photos: sorted, with crop and words, by the line that a search would have."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from PIL import Image

from dinodesk.cli.main import run


@pytest.fixture(autouse=True)
def fake(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """Red on the left, blue on the right."""
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, :40, 0], pixels[:, 40:, 2] = 255, 255
    Image.fromarray(pixels).save(tmp_path / "half.png")
    return tmp_path / "half.png"


@pytest.fixture
def explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> tuple[int, dict]:
        code = run(["explain", *arguments, "--library", str(tmp_path / "library"), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


def test_sentences_are_sorted_and_words_dropped_one_by_one(explain, half: Path, model: FakeModel) -> None:
    code, found = explain(str(half), "--text", "green", "--text", "red and blue", "--text", "red")
    assert code == 0
    (photo,) = found["photos"]
    scores = [each["score"] for each in photo["sentences"]]
    assert scores == sorted(scores, reverse=True) and photo["sentences"][0]["text"] == "red and blue"
    words = photo["sentences"][0]["words"]
    assert [each["without"] for each in words] == ["and blue", "red blue", "red and"]
    for each in words:
        assert each["change"] == pytest.approx(each["score"] - scores[0])
    assert words[0]["change"] < 0 and words[1]["change"] == pytest.approx(0, abs=1e-6)
    assert photo["sentences"][1]["words"] == []  # one word alone
    line = model.info.line  # an empty library goes by the model's own
    for each in photo["sentences"]:
        assert each["confidence"] == pytest.approx(float(line.confidence(each["score"])))
        assert each["crop_score"] is None


def test_a_crop_is_scored_beside_the_whole(explain, half: Path) -> None:
    _, found = explain(str(half), "--text", "red", "--crop", "0,0,40,40")
    (told,) = found["photos"][0]["sentences"]
    assert found["crop"] == [0, 0, 40, 40]
    assert told["crop_score"] > told["score"] + 0.1 and told["crop_confidence"] > told["confidence"]


def test_a_bad_file_stops_nothing(explain, half: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    code, found = explain(str(tmp_path / "bad.jpg"), str(half), "--text", "red")
    assert code == 1 and len(found["photos"]) == 1
    assert [Path(each["path"]).name for each in found["skipped"]] == ["bad.jpg"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--text", " "], 2, "nothing to compare"),
        (["--text", "red", "--crop", "90,0,5,5"], 2, "outside"),
        (["--text", "red", "--crop", "0,0,0,5"], 2, "width and a height"),
    ],
)
def test_refusals(half: Path, tmp_path: Path, arguments, code, words, capsys) -> None:
    try:
        found = run(["explain", str(half), *arguments, "--library", str(tmp_path / "library")])
    except SystemExit as ended:
        found = ended.code
    assert found == code and words in capsys.readouterr().err


def test_no_readable_photo_is_said(tmp_path: Path, capsys) -> None:
    command = ["explain", str(tmp_path / "none.jpg"), "--text", "red", "--library", str(tmp_path / "library")]
    assert run(command) == 3
    assert "No photo could be read" in capsys.readouterr().err
