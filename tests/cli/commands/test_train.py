"""`train`: options of a recipe, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from dinodesk.cli.commands import train
from dinodesk.cli.main import run
from dinodesk.errors import UsageError
from dinodesk.training import recipe_ssl
from dinodesk.training.run_log import Figures, Options, changed


def test_train_runs_a_recipe_and_prints_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Options] = []

    def recipe(options: Options) -> Generator[str, None, Figures]:
        told.append(options)
        yield "step 1"
        return {"validation": [1.0, 2.0, 3.0]}

    monkeypatch.setitem(train.RECIPES, "builtin", recipe)
    out = tmp_path / "out"
    line = [
        "train",
        "builtin",
        "--data",
        str(tmp_path),
        "--quick",
        "--seed",
        "7",
        "--out",
        str(out),
        "--json",
    ]
    assert run([*line, "--device", "cpu", "--precision", "fp32", "--set", "epochs=3"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"validation": [1.0, 2.0, 3.0], "out": str(out)}
    assert told == [Options(tmp_path, out, Path("train-cache"), quick=True, seed=7, changes={"epochs": 3.0})]


@pytest.mark.parametrize("recipe", ["builtin", "ssl"])
def test_a_folder_without_photos_is_refused(
    recipe: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", recipe, "--data", str(tmp_path), "--out", str(tmp_path), "--device", "cpu"]) == 2
    assert "photos-160.json" in capsys.readouterr().err


def test_other_recipes_are_wrong_usage() -> None:
    with pytest.raises(SystemExit, match="2"):
        run(["train", "cake"])


def test_numbers_of_a_recipe_are_checked() -> None:
    settings = recipe_ssl.SslSettings()
    assert changed(settings, {"gram": 0.0, "steps": 5.0}) == replace(settings, gram=0.0, steps=5)
    for wrong in ({"cake": 1.0}, {"steps": 1.5}):
        with pytest.raises(UsageError):
            changed(settings, wrong)


def test_tuning_begins_with_the_heads_of_a_run_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Options] = []

    def recipe(options: Options) -> Generator[str, None, Figures]:
        told.append(options)
        yield "step 1"
        return {}

    monkeypatch.setattr(train.recipe_tuning, "train", recipe)
    monkeypatch.chdir(tmp_path)
    assert run(["train", "builtin", "--tune", str(tmp_path / "head"), "--device", "cpu"]) == 0
    assert told[0].start == tmp_path / "head" and told[0].out == Path("train-builtin-tuned")
    monkeypatch.undo()
    data = ["--data", str(tmp_path), "--out", str(tmp_path), "--device", "cpu"]
    assert run(["train", "ssl", "--tune", "head", *data]) == 2
    assert "“ssl” is not tuned" in capsys.readouterr().err
    assert run(["train", "builtin", "--tune", str(tmp_path / "none"), *data]) == 2
    assert "There is no head.safetensors" in capsys.readouterr().err


def test_a_gentle_run_takes_one_thread_at_the_lowest_priority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    monkeypatch.setattr(train.os, "nice", found.append, raising=False)
    monkeypatch.setattr(train.devices, "use_threads", found.append)
    monkeypatch.setitem(train.RECIPES, "ssl", lambda _: iter(()))
    for gentle in ([], ["--gentle"]):
        run(["train", "ssl", "--data", str(tmp_path), "--out", str(tmp_path), "--device", "cpu", *gentle])
    assert found == ([1] if train.sys.platform == "win32" else [1, 19])
