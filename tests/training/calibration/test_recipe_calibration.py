"""The recipe `calibration`, on made-up photos: files that load, and figures of each kind of query."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.generators import run_to_end
from dinodesk.search.calibration.line_table import read_calibration
from dinodesk.training import photo_vectors
from dinodesk.training.calibration import judged_queries, recipe_calibration
from dinodesk.training.photo_dataset import TrainingPhoto
from dinodesk.training.run_log import Options

COLOURS = ("red", "green", "blue")


def photos() -> list[TrainingPhoto]:
    found = []
    for number in range(120):
        colour = COLOURS[number % 3]
        captions = (f"a {colour} thing", f"the {colour} thing stands there and nobody looks at it now")
        found.append(TrainingPhoto(f"{number}.jpg", captions, (), "dev" if number % 2 else "validation"))
    for number in range(240):
        labels = (COLOURS[number % 3], f"{COLOURS[number % 3]}ish")
        found.append(TrainingPhoto(f"labelled-{number}.jpg", (), labels, "train", "colours"))
    return found


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Options:
    model = FakeModel()
    random = np.random.default_rng(0)

    def vectors(given, data, names, cache):
        rows = []
        for photo in photos():
            colour = next(each for each in COLOURS if each in " ".join((*photo.captions, *photo.labels)))
            row = model.embed_texts([colour])[0] + random.normal(0, 0.25, model.info.dim)
            rows.append(row / np.linalg.norm(row))
        yield "vectors"
        return np.asarray(rows, np.float32)

    monkeypatch.setattr(recipe_calibration, "photo_vectors", vectors)
    monkeypatch.setattr(recipe_calibration, "listed", lambda data: photos())
    monkeypatch.setattr(recipe_calibration, "ADDED", (0, 600))
    monkeypatch.setattr("dinodesk.training.calibration.line_samples.ADDED", (0, 600))
    monkeypatch.setattr(judged_queries, "_POPULATION", 100)
    monkeypatch.setattr(model, "query_kind", lambda text, vector: "name" if "photo" in text else "few")
    monkeypatch.setattr(recipe_calibration.loader, "load_model", lambda *_, **__: model)
    return Options(data=tmp_path, out=tmp_path / "out", cache=tmp_path / "cache")


def test_it_writes_tables_for_each_kind_and_measures_them(made_up: Options) -> None:
    figures = run_to_end(recipe_calibration.train(made_up))
    asked = figures["queries"]
    assert set(asked) >= {"few", "caption", "name", "photo"}
    assert asked["few in a collection"] + asked["name in a collection"] == 6, "three colours, in two words"
    own = read_calibration(made_up.out / "lines.json")
    any_model = read_calibration(made_up.out / "any-lines.json")
    assert set(own.tables) == {"few", "caption", "name", "photo"} and set(any_model.tables) == {"few"}
    for kind in ("few", "photo", "any model"):
        measured = figures[kind]["0"]
        assert 0 <= measured["f1"] <= 1 and 0 <= measured["real"] <= 1 and measured["hits"] > 0
    assert json.loads((made_up.out / "log.jsonl").read_text().splitlines()[-1])["recipe"] == "calibration"


def test_vectors_are_made_once_and_those_of_other_weights_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def pixels(data, names):
        asked.extend(names)
        for name in names:
            yield np.full((40, 40, 3), len(name) * 20, np.uint8)

    monkeypatch.setattr(photo_vectors, "pixels", pixels)
    model = FakeModel()
    first = run_to_end(photo_vectors.photo_vectors(model, tmp_path, ["a", "bb"], tmp_path / "cache"))
    again = run_to_end(photo_vectors.photo_vectors(model, tmp_path, ["bb", "ccc", "a"], tmp_path / "cache"))
    assert asked == ["a", "bb", "ccc"]
    np.testing.assert_array_equal(again[[2, 0]], first)
    run_to_end(photo_vectors.photo_vectors(FakeModel("b" * 32), tmp_path, ["a"], tmp_path / "cache"))
    assert asked[3:] == ["a"]
