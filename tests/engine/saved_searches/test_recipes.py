"""Recipes: written, read, and compared with another library."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fake_engine import INFO, photos

from dinodesk.engine.saved_searches import recipes
from dinodesk.engine.saved_searches.recipes import Recipe
from dinodesk.errors import ModelError, PhotoError, UsageError
from dinodesk.library.images.decoder import hash_file
from dinodesk.records import HandLine, SearchValues

TODAY = date(2026, 11, 28)
SHOWN = list(photos(60))


@pytest.fixture
def values(tmp_path: Path) -> SearchValues:
    photo = tmp_path / "query.jpg"
    photo.write_bytes(b"some bytes")
    return SearchValues(
        query="(two dogs OR a cat) -snow after:2012", images=(str(photo),), image_weight=0.25, scene=0.0,
        stop="sure", line=HandLine(0.2, 30.0, 0.7), sort="-date",
    )  # fmt: skip


def written(recipe: dict[str, Any], tmp_path: Path) -> str:
    file = tmp_path / "r.json"
    file.write_text(json.dumps(recipe))
    return str(file)


def test_what_is_written_is_read_again(values: SearchValues, tmp_path: Path) -> None:
    recipe, document = recipes.make_recipe(values, INFO, 60, SHOWN, TODAY)
    assert recipes.read_recipe(written(document, tmp_path)) == recipe
    assert document["model"]["fingerprint"] == INFO.fingerprint and document["version"] == 1
    assert document["query"]["tree"]["kind"] == "AllOf" and len(document["photos"]["first"]) == 50
    bare, document = recipes.make_recipe(SearchValues(query="is:missing"), None, 3, [], TODAY)
    assert recipes.read_recipe(written(document, tmp_path)) == bare
    assert document["model"] is None and document["auto"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"dinodesk": "other"}, {"sort": "by magic"}, {"scene": 2}, {"stop": None}, {"made": "today"},
        {"query": "x"}, {"images": [{"path": "x"}]}, {"line": {"threshold": 0, "temperature": 0, "cut": 0}},
        {"line": {"threshold": float("nan"), "temperature": 1, "cut": 0}}, {"photos": None}, {"model": 3},
        {"image_weight": -1}, {"templates": "many"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_recipe_is_refused_in_a_sentence(
    values: SearchValues, tmp_path: Path, change: dict[str, Any]
) -> None:
    _, document = recipes.make_recipe(values, INFO, 60, SHOWN, TODAY)
    with pytest.raises(UsageError, match="It is no recipe of DinoDesk"):
        recipes.read_recipe(written(document | change, tmp_path))


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"null", b"[" * 100_000, b" " * (recipes.LARGEST + 1)])
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(UsageError, match="It is no recipe of DinoDesk"):
        recipes.read_recipe(str(tmp_path / "x"))


def test_a_recipe_of_a_later_version_says_so(values: SearchValues, tmp_path: Path) -> None:
    _, document = recipes.make_recipe(values, INFO, 60, SHOWN, TODAY)
    with pytest.raises(UsageError, match="a later DinoDesk"):
        recipes.read_recipe(written(document | {"version": 2}, tmp_path))


def test_another_model_is_refused(values: SearchValues) -> None:
    recipe, _ = recipes.make_recipe(values, INFO, 60, SHOWN, TODAY)
    recipes.check_model(recipe, INFO)
    with pytest.raises(ModelError, match="another model than built-in"):
        recipes.check_model(recipe, replace(INFO, fingerprint="0" * 16))


def test_example_photos_are_found_by_their_bytes(values: SearchValues, tmp_path: Path) -> None:
    recipe, _ = recipes.make_recipe(values, INFO, 60, SHOWN, TODAY)
    assert recipes.with_images_here(recipe, SHOWN) == (values, [])
    own = replace(SHOWN[3], content=hash_file(values.images[0])[0].hex())
    assert recipes.with_images_here(recipe, [own]) == (replace(values, images=(own.path,)), [])
    Path(values.images[0]).write_bytes(b"others")
    _, (note,) = recipes.with_images_here(recipe, SHOWN)
    assert "is not the photo that the recipe was made with" in note
    Path(values.images[0]).unlink()
    with pytest.raises(PhotoError, match="neither there nor in this library"):
        recipes.with_images_here(recipe, SHOWN)


def test_what_differs_is_told() -> None:
    shown = [replace(photo, content=f"{photo.asset:032x}") for photo in SHOWN]
    values = SearchValues(query="a dog -cat")
    recipe, _ = recipes.make_recipe(values, INFO, 60, shown[:10], TODAY)
    assert recipes.differences(recipe, 60, shown[:3], shown) == []
    assert recipes.differences(recipe, 60, shown[:10], shown) == []
    (order,) = recipes.differences(recipe, 60, shown[1:10], shown)
    assert "another order" in order
    lacking, searched = recipes.differences(recipe, 58, shown[2:10], shown[2:])
    assert lacking == "Of the first 10 photos of the recipe 2 are not in this library."
    assert searched == "The recipe searched 60 photos, this library 58."
    other: Recipe = replace(recipe, tree={"kind": "TextTerm", "text": "a dog -cat"})
    assert "in another way" in recipes.differences(other, 60, shown[:3], shown)[0]
