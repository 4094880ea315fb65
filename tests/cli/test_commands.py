"""The command line with the built-in model on the shipped samples: commands, exit codes, JSON."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dinodesk.cli.main import FUNCTIONS, run
from dinodesk.cli.parser import COMMANDS


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, samples: list[Path]) -> tuple[Path, Path]:
    """A library of eight sample photos, and their folder."""
    base = tmp_path_factory.mktemp("cli")
    folder = base / "photos"
    folder.mkdir()
    for name in ("cat", "coffee-cup", "dragonfly", "panda", "eiffel-tower", "windmill", "koala", "igloo"):
        source = next(file for file in samples if file.stem == name)
        shutil.copy(source, folder)
    assert run(["index", str(folder), "--library", str(base / "library"), "--json"]) == 0
    return base / "library", folder


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], indexed: tuple[Path, Path]):
    """Run a command with `--json` on the library; its exit code and document."""

    def call(*arguments: object) -> tuple[int, object]:
        capsys.readouterr()
        code = run([str(each) for each in arguments] + ["--library", str(indexed[0]), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        if code not in (0, 1):
            assert out == "" and 10 < len(err.strip()) < 600
            return code, err
        return code, json.loads(out)

    return call


def test_index_again_changes_nothing(command, indexed) -> None:
    code, found = command("index", indexed[1])
    assert code == 0 and found["unchanged"] == found["found"] == 8 and found["indexed"] == 0
    assert found["model"] == "builtin" and found["images_per_second"] == 0


@pytest.mark.parametrize(
    ("query", "name"), [("a cat", "cat"), ("a panda", "panda"), ("a cup of coffee", "coffee-cup")]
)
def test_search_finds_the_named_thing(command, query: str, name: str) -> None:
    code, found = command("search", query, "--top", 3)
    assert code == 0 and Path(found["results"][0]["path"]).stem == name
    good = [each["confidence"] for each in found["results"] if each["confidence"] >= found["line"]]
    assert found["auto"] is True and found["count"] == len(good) >= 1
    assert found["expected_precision"] == pytest.approx(sum(good) / len(good))
    assert len(found["results"]) == 3
    _, found = command("search", query, "--threshold", "0.2", "--line", "0.4")
    assert found["auto"] is False and found["expected_precision"] is None and found["line"] == 0.4


def test_search_by_photo_templates_and_line(command, indexed) -> None:
    own = indexed[1] / "koala.jpg"
    _, found = command("search", "--image", own, "--top", 1)
    assert found["results"][0]["path"] == str(own) and found["results"][0]["score"] > 0.99
    _, found = command("search", "windmill", "--templates", "openai80", "--threshold", "-1", "--top", "2")
    assert Path(found["results"][0]["path"]).stem == "windmill" and found["count"] == 8
    assert found["threshold"] == -1
    _, found = command("search", "a windmill", "--image", own, "--image-weight", "1", "--top", 1)
    assert found["results"][0]["path"] == str(own) and found["results"][0]["score"] > 0.99


def test_search_gives_the_hits_in_another_order(command) -> None:
    _, found = command("search", "an animal", "--threshold", "-1", "--sort", "name", "--top", 3)
    assert [Path(each["path"]).stem for each in found["results"]] == ["cat", "coffee-cup", "dragonfly"]
    assert found["count"] == 8 and found["results"][0]["score"] is not None
    _, back = command("search", "an animal", "--threshold", "-1", "--sort", "-name", "--top", 8)
    names = [Path(each["path"]).stem for each in back["results"]]
    assert names == sorted(names, reverse=True) and len(names) == 8
    _, none = command("search", "an animal", "--threshold", "1", "--sort", "date")
    assert (none["count"], none["results"]) == (0, [])


def test_embed_rows_follow_the_order_given(command, indexed, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("a cat\n\nein Hund\n", encoding="utf-8")
    (tmp_path / "bad.jpg").write_text("no photo")
    out = tmp_path / "vectors"
    code, found = command(
        "embed", "--image", indexed[1] / "cat.jpg", "--image", tmp_path / "bad.jpg",
        "--texts-from", tmp_path / "texts.txt", "--text=first", "--patches", "-o", out,
    )  # fmt: skip
    assert code == 1 and found["skipped"][0]["path"] == str(tmp_path / "bad.jpg")
    with np.load(out) as file:
        arrays = dict(file)
    assert arrays["images"].shape == (2, found["dim"]) and arrays["texts"].shape == (4, found["dim"])
    assert np.isnan(arrays["images"][1]).all() and arrays["images"].dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(arrays["texts"], axis=1), 1, rtol=1e-5)
    assert {"patches_0", "head_patches_0"} <= set(arrays) and "patches_1" not in arrays
    scores = arrays["texts"] @ arrays["images"][0]
    assert scores.argmax() == 1  # "a cat", after --text's row


def test_classify_measures_where_subfolders_name_the_truth(command, indexed, tmp_path: Path) -> None:
    for name, label in (("cat", "cat"), ("panda", "giant_panda"), ("windmill", "windmill")):
        (tmp_path / "photos" / label).mkdir(parents=True)
        shutil.copy(indexed[1] / f"{name}.jpg", tmp_path / "photos" / label)
    code, found = command("classify", tmp_path / "photos", "--templates", "simple")
    assert (code, found["count"], found["top1"]) == (0, 3, 1.0)
    assert found["per_class"]["giant_panda"] == {"count": 1, "top1": 1.0}
    (tmp_path / "labels.txt").write_text("animal\nbuilding\n")
    _, found = command("classify", indexed[1], "--labels", tmp_path / "labels.txt", "--templates", "none")
    assert found["top1"] is None and found["count"] == 8
    assert {each["label"] for each in found["predictions"]} <= {"animal", "building"}


@pytest.mark.parametrize(
    ("kind", "extra", "dimensions"),
    [
        ("pca", [], 3), ("pca", ["--robust", "--foreground"], 3), ("similarity", ["--patch", "1,2"], 2),
        ("text", ["--text", "a cat"], 2), ("norm", ["--layer", "0"], 2), ("cls", ["--view", "model"], 2),
    ],
)  # fmt: skip
def test_inspect_writes_both_files(
    command, indexed, tmp_path: Path, kind: str, extra: list[str], dimensions: int
) -> None:
    png, npy = tmp_path / "map.png", tmp_path / "map.npy"
    code, found = command("inspect", indexed[1] / "cat.jpg", "--map", kind, *extra, "-o", png, "--npy", npy)
    values = np.load(npy)
    assert code == 0 and values.ndim == dimensions and list(values.shape[:2]) == found["grid"]
    if "model" not in extra and "--layer" not in extra:
        assert max(found["grid"]) >= 24
    with Image.open(png) as image:
        assert image.width % found["grid"][1] == 0


def test_models_and_doctor(command) -> None:
    _, listed = command("models")
    builtin = next(each for each in listed if each["name"] == "builtin")
    assert builtin["state"] == "ready" and builtin["text"] is True and builtin["licence"]
    _, verified = command("models", "verify", "builtin")
    assert [each["name"] for each in verified] == ["builtin"]
    code, found = command("doctor", "--repair")
    assert code == 0 and found["healthy"] and found["problems"] == [] and "torch" in found["versions"]


def test_a_damaged_library_is_a_problem_not_a_crash(capsys, tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database" * 100)
    assert run(["doctor", "--library", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["healthy"] is False


def test_refusals_have_their_codes(command, tmp_path: Path, indexed) -> None:
    (tmp_path / "bad.pth").write_text("no weights")
    (tmp_path / "empty").mkdir()
    photo = indexed[1] / "cat.jpg"
    for wanted, arguments in (
        (3, ["index", tmp_path / "nowhere"]),
        (2, ["search"]),
        (3, ["search", "a cat", "--model", tmp_path / "bad.pth"]),
        (3, ["search", "a cat", "--model", "no-such-model"]),
        (3, ["search", "--image", tmp_path / "bad.pth"]),
        (2, ["embed", "-o", tmp_path / "x.npz"]),
        (3, ["classify", tmp_path / "nowhere"]),
        (2, ["classify", tmp_path / "empty"]),
        (2, ["inspect", photo, "--map", "text", "-o", tmp_path / "x.png"]),
        (2, ["inspect", photo, "--map", "similarity", "--patch", "999,0", "-o", tmp_path / "x.png"]),
        (2, ["inspect", photo, "--map", "norm", "--layer", "99", "-o", tmp_path / "x.png"]),
        (3, ["inspect", tmp_path / "bad.pth", "--map", "norm", "-o", tmp_path / "x.png"]),
        (3, ["inspect", photo, "--map", "norm", "-o", tmp_path / "no" / "x.png"]),
        (2, ["models", "import"]),
    ):
        assert command(*arguments)[0] == wanted, arguments


@pytest.mark.parametrize(
    "line", ["index", "index --no-such-option x", "search x --precision int8", "search x --scene 1.5",
             "inspect x --map attention -o y", "duplicates", "models download builtin", "search x --top 0"]
)  # fmt: skip
def test_what_is_not_there_yet_is_wrong_usage(line: str) -> None:
    with pytest.raises(SystemExit) as end:
        run(line.split())
    assert end.value.code == 2


def test_an_empty_library_answers_with_nothing(capsys, tmp_path: Path) -> None:
    assert run(["search", "a cat", "--library", str(tmp_path / "new"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["results"] == [] and "empty" in err


def test_lines_without_json(capsys, indexed, tmp_path: Path) -> None:
    assert run(["search", "a cat", "--library", str(indexed[0]), "--top", "1"]) == 0
    assert "cat.jpg" in capsys.readouterr().out
    os.mkdir(tmp_path / "photos")
    (tmp_path / "photos" / "bad.jpg").write_text("x")
    assert run(["index", str(tmp_path / "photos"), "--library", str(tmp_path / "library")]) == 1
    assert "bad.jpg" in capsys.readouterr().out


def test_one_photo_is_one_photo_in_every_command(capsys, indexed, tmp_path: Path) -> None:
    photos, library = tmp_path / "photos", ["--library", str(tmp_path / "library")]
    photos.mkdir()
    shutil.copy(indexed[1] / "cat.jpg", photos)
    (photos / "note.txt").write_text("cat\n")
    said = []
    for words in (
        ["index", photos],
        ["search", "a cat", "--threshold", "-1"],
        ["places"],
        ["places", "forget", "--older-than", "0"],
        ["classify", photos, "--labels", photos / "note.txt", "--templates", "none"],
        ["embed", "--image", photos / "cat.jpg", "-o", tmp_path / "x.npz"],
        ["export", "--format", "csv", "-o", tmp_path / "x.csv"],
        ["export", "--format", "xmp"],
        ["import-sidecars"],
        ["doctor", "--verify"],
    ):
        assert run([*map(str, words), *library]) in (0, 1), words
        said.append(capsys.readouterr().out)
    assert not re.search(r"(?<![\d,.])1 (photos|files|images|texts|sidecars|vectors|rows)\b", "".join(said))
    assert "1 good match" in said[1] and "1 photo," in said[2] and "1 photo written" in said[6]


def test_the_pipeline_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from dinodesk.cli.bench import pipeline, rows

    monkeypatch.setattr(rows, "MEGAPIXELS_12", (1200, 900))
    for name, value in {"LARGE": 4, "TURNS": 1, "LEAST_SMALL": 20}.items():
        monkeypatch.setattr(pipeline, name, value)
    measured = pipeline.pipeline(1)
    assert [row["unit"] for row in measured][:2] == ["photos/s", "% of time"]
    for row in measured:
        assert set(row) == {"name", "value", "plain", "ratio", "spread", "unit"}
        assert all(
            isinstance(row[key], float) and row[key] >= 0 for key in ("value", "plain", "ratio", "spread")
        )


def test_every_command_of_the_parser_has_a_function() -> None:
    assert set(FUNCTIONS) == set(COMMANDS)
    for address in FUNCTIONS.values():
        module, _, function = address.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
