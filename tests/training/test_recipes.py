"""The recipes on made-up features: they learn, resume, and write their files."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.models.networks import builtin_heads
from dinodesk.training import crops, metrics, recipe_builtin, recipe_ssl, run_log, student_network
from dinodesk.training.photo_dataset import TrainingPhoto, listed, pixels
from dinodesk.training.run_log import Options, Run

SMALL = recipe_builtin.BuiltinSettings(
    epochs=6, batch=32, labelled=8, width=64, hidden=64, rate=3e-3, dropout=0.1
)


def finish(steps):  # type: ignore[no-untyped-def]
    words: list[str] = []
    return words, run_to_end(steps, words.append)


def options(folder: Path, **changes: object) -> Options:
    return replace(Options(folder, folder / "out", folder / "cache"), **changes)  # type: ignore[arg-type]


def dataset(count: int = 240) -> recipe_builtin.BuiltinDataset:
    """Photos whose features are a fixed random map of their sentences', and noise."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((count, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    features = 3 * vectors @ random.standard_normal((16, 24)).astype(np.float32)
    regions = features[:, None, None] + 0.3 * random.standard_normal((count, 2, 9, 24)).astype(np.float32)
    photos = []
    for number in range(count):
        split = "validation" if number % 4 == 0 else "train"
        captions = ("words",) if number % 8 else ()
        photos.append(TrainingPhoto(f"{number}.jpg", captions, () if captions else ("label",), split))  # type: ignore[arg-type]
    conse = random.standard_normal((count, 2, 16)).astype(np.float32)
    return recipe_builtin.BuiltinDataset(
        photos=photos,
        regions=torch.from_numpy(regions).half(),
        conse=torch.from_numpy(conse),
        teacher=torch.from_numpy(random.standard_normal((count, 2, 10)).astype(np.float32)),
        vectors=torch.from_numpy(vectors),
        texts_of=[[number] for number in range(count)],
        names=torch.from_numpy(vectors[None, :10]),
    )


def test_alignment_learns_from_made_up_features(tmp_path: Path) -> None:
    made_up = dataset()
    words, model = finish(recipe_builtin.fit(made_up, SMALL, Run(options(tmp_path), "builtin")))
    first, *_, last = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert last["info_nce"] < first["info_nce"]
    chance = 100 / len(made_up.rows("validation", captioned=True))
    assert last["validation"][0] > 5 * chance
    assert any("epoch 6 of 6" in each for each in words)
    image, text = builtin_heads.build(recipe_builtin.heads(model))
    vectors = image(made_up.regions[:4, 0].float(), made_up.conse[:4, 0])
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(4))
    assert text(made_up.vectors[:4]).shape == vectors.shape == (4, 128)


def test_a_run_that_was_stopped_goes_on_to_the_same_end(tmp_path: Path) -> None:
    made_up, settings = dataset(80), replace(SMALL, epochs=3, batch=16)
    _, whole = finish(recipe_builtin.fit(made_up, settings, Run(options(tmp_path), "builtin")))
    broken = options(tmp_path, out=tmp_path / "broken")
    steps = recipe_builtin.fit(made_up, settings, Run(broken, "builtin"))
    while not next(steps).startswith("epoch 2:"):
        pass
    steps.close()
    _, resumed = finish(recipe_builtin.fit(made_up, settings, Run(broken, "builtin")))
    for key, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[key], value)
    other = Run(replace(broken, seed=1), "builtin")
    assert other.restore() is None


def test_finer_cells_change_nothing_but_themselves() -> None:
    torch.manual_seed(0)
    head = builtin_heads.ImageHead(builtin_heads.Shape(24, 16, 64, 32)).eval()
    features, classes = torch.randn(2, 24, 12, 16), torch.randn(2, 16)
    parts = builtin_heads.regions(features)
    assert parts.shape == (2, 9, 24)
    torch.testing.assert_close(parts[:, 4], features[:, :, 4:8, 5:11].mean((2, 3)))
    plain = head.tokens(parts, classes)
    both = head.tokens(parts, classes, features.flatten(2).transpose(1, 2))
    torch.testing.assert_close(both[:, :10], plain)
    assert both.shape == (2, 10 + 192, 64)
    # a cell that equals a region gets the region's token
    again = head.tokens(parts, classes, parts)
    torch.testing.assert_close(again[:, 10:], plain[:, 1:])


def data_folder(folder: Path) -> Path:
    random = np.random.default_rng(0)
    meta = {}
    for number in range(12):
        name = f"set/{number}.jpg"
        (folder / "set").mkdir(parents=True, exist_ok=True)
        noise = random.integers(0, 255, (6, 8, 3), np.uint8)
        Image.fromarray(noise).resize((64, 48)).save(folder / name)
        meta[name] = {"captions": ["a", "b"]} if number % 2 else {"labels": ["c"]}
    meta["set/3.jpg"]["split"] = "validation"
    (folder / "photos-160.json").write_text(json.dumps(meta))
    with tarfile.open(folder / "photos-160.tar", "w") as tar:
        for name in meta:
            tar.add(folder / name, name)
            (folder / name).unlink()
    (folder / "captioned").mkdir()
    (folder / "captioned" / "captions.json").write_text('{"held.jpg": ["x"], "kept.jpg": ["y"]}')
    (folder / "photos").mkdir()
    (folder / "photos" / "n01_grey_owl.jpg").write_bytes(b"")
    (folder / "held-out-names.txt").write_text("held.jpg\n5.jpg\n")
    return folder


def test_held_out_names_are_never_listed(tmp_path: Path) -> None:
    folder = data_folder(tmp_path)
    names_file = folder / "held-out-names.txt"  # saved by an editor of Windows
    names_file.write_bytes(names_file.read_bytes().decode().replace("\n", "\r\n").encode("utf-8-sig"))
    photos = listed(folder)
    names = {photo.name: photo for photo in photos}
    assert len(photos) == 13 and "set/5.jpg" not in names and "captioned/held.jpg" not in names
    assert names["set/3.jpg"].split == "validation"
    assert names["captioned/kept.jpg"].split == "dev"
    assert names["photos/n01_grey_owl.jpg"].labels == ("grey owl",)
    (first,) = pixels(tmp_path, ["set/2.jpg"])
    assert first.shape == (48, 64, 3)
    with pytest.raises(UsageError, match=r"photos-160\.json"):
        listed(tmp_path / "nowhere")


TINY = replace(
    recipe_ssl.QUICK,
    steps=6,
    batch=4,
    side=32,
    local_side=16,
    dim=32,
    depth=2,
    heads=1,
    hidden=32,
    prototypes=16,
)


def test_ssl_runs_all_losses_and_resumes(tmp_path: Path) -> None:
    settings = replace(TINY, distil=0.0, every=2)
    chosen = options(data_folder(tmp_path))
    _, figures = finish(recipe_ssl.train(chosen, settings))
    parts = {"dino_global", "dino_local", "ibot", "koleo", "gram"}
    assert parts <= set(figures) and all(np.isfinite(figures[part]) for part in parts)
    assert {"smoothness", "outliers", "cls_patch_cosine"} <= set(figures)
    assert (chosen.out / "student.safetensors").exists()
    again = options(tmp_path, out=tmp_path / "again")
    steps = recipe_ssl.train(again, settings)
    while "step 5" not in next(steps):
        pass
    steps.close()
    _, resumed = finish(recipe_ssl.train(again, settings))
    assert resumed["total"] == pytest.approx(figures["total"], rel=1e-4)


def test_ssl_distils_regions(tmp_path: Path) -> None:
    photos = [np.full((40, 50, 3), 20 * number, np.uint8) for number in range(8)]
    regions = torch.randn(8, 9, 1280)
    run = Run(options(tmp_path), "ssl")
    _, figures = finish(recipe_ssl.fit(photos, regions, replace(TINY, gram=0.0), run, photos))
    assert 0 < figures["distil"] < 2 and "gram" not in figures


def test_the_student_hides_patches_and_jitters_only_while_it_trains() -> None:
    torch.manual_seed(0)
    vit = student_network.Student(student_network.small_shape(32, 2, 1)).eval()
    photo = torch.randn(2, 3, 32, 48)
    plain = vit(photo)
    assert plain.patches.shape == (2, 2, 3, 32) and plain.registers.shape == (2, 4, 32)
    torch.testing.assert_close(vit(photo).patches, plain.patches)
    hidden = torch.zeros(2, 6, dtype=torch.bool)
    hidden[0, 1] = True
    assert not torch.allclose(vit(photo, hidden).patches[0], plain.patches[0])
    torch.testing.assert_close(vit(photo, hidden).patches[1], plain.patches[1])
    vit.train()
    assert not torch.equal(vit(photo).patches, plain.patches)


def test_the_teacher_follows() -> None:
    teacher, pupil = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    expected = 0.9 * teacher.weight + 0.1 * pupil.weight
    student_network.follow(teacher, pupil, 0.9)
    torch.testing.assert_close(teacher.weight, expected)


def test_crops_and_masks() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        top, left, height, width = crops.box(random, (0.05, 1.0))
        assert top >= 0 and left >= 0 and top + height <= 1 and left + width <= 1
    rgb = np.zeros((40, 60, 3), np.uint8)
    rgb[:, 30:] = 255
    right = crops.cut(rgb, (0, 0.5, 1, 0.5), 16)
    assert right.shape == (3, 16, 16) and bool((right > 0.999).all())
    assert crops.colours(right, random).shape == (3, 16, 16)
    masks = crops.masks(8, 49, random)
    counts = masks.sum(1)
    assert (counts > 0).sum() == 4 and counts.max() <= 24


def test_figures_by_hand() -> None:
    images = np.eye(3, dtype=np.float32)
    texts = np.float32([[1, 0, 0], [0.9, 1, 0], [0.5, 1, 0.7]])
    assert metrics.recall(images, texts, [0, 0, 2]) == [33.3, 100.0, 100.0]
    assert metrics.naming(images, images)["named"] == 100
    assert metrics.ten_classes(images, images) == 100
    table = metrics.spread(np.float32([0.5, 0.7]), np.float32([0.1, 0.2, 0.3]))
    assert table["matches"]["count"] == 2 and table["others"]["scores"][4] == pytest.approx(0.2)


def test_the_rate_rises_and_falls() -> None:
    rates = [run_log.cosine(step, 100, 10) for step in range(101)]
    assert rates[0] == pytest.approx(0.1) and rates[9] == 1 and rates[100] == pytest.approx(0)
    assert all(a >= b for a, b in pairwise(rates[9:]))
