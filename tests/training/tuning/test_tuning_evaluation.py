"""The judge of a whole model: only photos that it was not trained on, and each figure where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from dinodesk.generators import run_to_end
from dinodesk.training.photo_dataset import TrainingPhoto
from dinodesk.training.tuning.tuning_dataset import is_trained_on, wanted_views
from dinodesk.training.tuning.tuning_evaluation import judge

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}


class ColourModel:
    """Vectors of photos and texts are colours; it notes what it was asked."""

    def __init__(self) -> None:
        self.photos = 0
        self.written: list[str] = []

    def prepare(self, rgb: np.ndarray) -> np.ndarray:
        return rgb[:1, :1].transpose(2, 0, 1).astype(np.float32)

    def embed_pixels(self, pixels: np.ndarray) -> np.ndarray:
        self.photos += len(pixels)
        return pixels[:, :, 0, 0] / 255

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        words = [text.replace(".", " ").split() for text in texts]
        named = [next(colour for name, colour in COLOURS.items() if name in said) for said in words]
        return np.array(named, np.float32) / 255

    def embed_as_written(self, texts: Sequence[str]) -> np.ndarray:
        self.written += texts
        return self.embed_texts(texts)


def photos(folder: Path) -> list[TrainingPhoto]:
    found = []
    for split, captioned in (("train", True), ("train", False), ("validation", True), ("named", False)):
        for name, colour in COLOURS.items():
            for number in range(6 if split == "train" else 1):
                file = f"{split}-{captioned}-{name}-{number}.png"
                Image.new("RGB", (4, 4), colour).save(folder / file)
                captions = (f"a {name} wall", f"all {name}") if captioned else ()
                found.append(TrainingPhoto(file, captions, () if captioned else (name,), split))  # type: ignore[arg-type]
    return found


def test_figures_are_of_photos_that_were_not_trained_on(tmp_path: Path) -> None:
    model, listed = ColourModel(), photos(tmp_path)
    apart = [photo for photo in listed if not is_trained_on(photo)]
    labelled = [photo for photo in apart if photo.split == "train"]
    assert 0 < len(labelled) < 18 and all(photo.labels for photo in labelled)
    figures = run_to_end(judge(model, tmp_path, listed))  # type: ignore[arg-type]
    assert model.photos == len(apart)
    assert figures["validation"] == [100.0, 100.0, 100.0] and "dev" not in figures
    assert (figures["named"], figures["found_first"], figures["ten_classes"]) == (100, 100, 100)
    assert len(model.written) == 80 * 3  # the templates, as they are
    table = figures["calibration"]
    assert set(table) == {"captions", "none", "simple", "openai80", "labels"}
    assert table["captions"]["matches"]["count"] == 3 * 2
    assert table["captions"]["others"]["count"] == 3 * 2 * 2
    for kind in table.values():
        assert kind["matches"]["mean"] == 1 and kind["others"]["mean"] == 0


def test_only_captioned_photos_that_are_trained_on_have_several_views(tmp_path: Path) -> None:
    listed = photos(tmp_path)
    wanted = wanted_views(listed, 3)
    assert len(wanted) == len(set(wanted)) == 18 * 3 + 18 + 3 + 3
    assert {name for name, number in wanted if number} == {photo.name for photo in listed[:18]}
