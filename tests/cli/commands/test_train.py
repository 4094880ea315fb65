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
