"""`saved`, and recipes: a search that is not typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dinodesk.cli.main import run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, samples: list[Path]) -> tuple[Path, Path]:
    """A library of six photos, and their folder."""
    place = tmp_path_factory.mktemp("saved")
    (place / "photos").mkdir()
    for file in samples[:6]:
        shutil.copy(file, place / "photos")
    assert run(["index", str(place / "photos"), "--library", str(place / "library"), "--json"]) == 0
    return place / "library", place / "photos"


@pytest.fixture
def command(folders, capsys: pytest.CaptureFixture[str]):
    def call(*words: object, library: Path | None = None) -> tuple[int, object]:
        capsys.readouterr()
        code = run([*map(str, words), "--library", str(library or folders[0]), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out) if out else err

    return call


def test_a_saved_search_runs_with_all_its_values(command) -> None:
    code, row = command("saved", "add", "Beasts", "an animal -car", "--sort", "-name", "--threshold", "-1")
    assert code == 0 and (row["auto"], row["threshold"], row["sort"]) == (False, -1, "-name")
    assert len(row["model"]) == 32 and row["replaced"] is False
    _, rows = command("saved", "list")
    assert [each["name"] for each in rows] == ["Beasts"] and "replaced" not in rows[0]
    code, found = command("saved", "run", "beasts")
    _, typed = command("search", "an animal -car", "--sort", "-name", "--threshold", "-1")
    assert code == 0 and found["results"] == typed["results"] and found["query"] == "an animal -car"
    assert command("saved", "add", "beasts", "rating:0")[1]["model"] is None  # filters alone rank nothing
    assert command("saved", "remove", "Beasts")[1]["query"] == "rating:0"
    assert command("saved")[1] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, ["saved", "run", "nothing"]),
        (3, ["saved", "remove", "nothing"]),
        (2, ["saved", "add", "name"]),
        (2, ["saved", "add", "name", "a dog", "more"]),
        (2, ["saved", "add", "name", "camra:x100"]),
        (2, ["saved", "run"]),
        (2, ["saved", "list", "name"]),
        (2, ["search", "a dog", "--recipe", "x.json"]),
        (2, ["search", "a dog", "--save-recipe", "x.jpg"]),
    ],
)
def test_what_can_not_be_done_is_refused(command, code: int, words: list[str]) -> None:
    found, sentence = command(*words)
    assert found == code and isinstance(sentence, str) and 10 < len(sentence) < 400


def test_a_recipe_gives_the_same_ranking_in_another_library(command, folders, tmp_path: Path) -> None:
    library, photos = folders
    example, recipe = min(photos.iterdir()), tmp_path / "r.json"
    options = ("--image", example, "--image-weight", "0.2", "--threshold", "0.1", "--sort", "name")
    _, first = command("search", "an animal", *options, "--save-recipe", recipe)
    shutil.copytree(photos, tmp_path / "elsewhere")
    assert run(["index", str(tmp_path / "elsewhere"), "--library", str(tmp_path / "other"), "--json"]) == 0
    code, again = command("search", "--recipe", recipe, library=tmp_path / "other")
    assert code == 0 and again["note"] == "" and again["count"] == first["count"] > 0
    for one, other in zip(first["results"], again["results"], strict=True):
        assert Path(one["path"]).name == Path(other["path"]).name
        assert one["score"] == pytest.approx(other["score"], abs=1e-3)
    document = json.loads(recipe.read_text())
    document["model"]["fingerprint"] = "0" * 32
    recipe.write_text(json.dumps(document))
    code, sentence = command("search", "--recipe", recipe)
    assert code == 3 and "another model" in sentence
    code, found = command("search", "--recipe", recipe, "--model", "builtin")
    assert code == 0 and "another model" in found["note"]
    assert library.is_dir()


def test_words_for_dates_go_by_the_day_of_the_recipe(command, tmp_path: Path) -> None:
    recipe = tmp_path / "r.json"
    command("search", "date:today", "--save-recipe", recipe)
    document = json.loads(recipe.read_text())
    document["made"] = "1999-12-31"
    recipe.write_text(json.dumps(document))
    code, found = command("search", "--recipe", recipe)
    assert code == 0 and found["count"] == 0
