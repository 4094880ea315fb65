"""Folders from Hugging Face, shards, and one network of several: each is the model that its weights are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import weights_fixtures as weights
from safetensors.torch import save_file

from dinodesk.api import load_model as load_for_scripts
from dinodesk.cli.main import run
from dinodesk.errors import ModelError
from dinodesk.models.loader import load_model
from dinodesk.models.zoo import installed_models

Tensors = dict[str, torch.Tensor]
PIXELS = np.random.default_rng(1).standard_normal((1, 3, 112, 112)).astype(np.float32)


def whole(folder: Path, tensors: Tensors) -> None:
    save_file({key: value.contiguous() for key, value in tensors.items()}, folder / "model.safetensors")


def sharded(folder: Path, tensors: Tensors, parts: int = 3) -> None:
    names = sorted(tensors)
    shards = {f"model-{n + 1:05}-of-{parts:05}.safetensors": names[n::parts] for n in range(parts)}
    for file, keys in shards.items():
        save_file({key: tensors[key].contiguous() for key in keys}, folder / file)
    index = {
        "metadata": {"total_size": 1},
        "weight_map": {key: f for f, keys in shards.items() for key in keys},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def pickled(folder: Path, tensors: Tensors) -> None:
    torch.save(tensors, folder / "pytorch_model.bin")
    torch.save({"lr": 1.0}, folder / "training_args.bin")


def folder_of(folder: Path, tensors: Tensors, store: Callable[..., None] = whole, **config: object) -> Path:
    folder.mkdir(parents=True)
    store(folder, tensors)
    (folder / "config.json").write_text(json.dumps({"model_type": "dinov3_vit", **config}))
    (folder / "README.md").write_text("# A card")
    return folder


def vectors(named: object) -> np.ndarray:
    return load_model(named, device="cpu", precision="fp32").embed_pixels(PIXELS)


@pytest.fixture
def official(tmp_path: Path) -> np.ndarray:
    torch.save(weights.dinov3(), tmp_path / "official.pth")
    return vectors(tmp_path / "official.pth")


@pytest.mark.parametrize("store", [whole, sharded, pickled], ids=lambda store: store.__name__)
def test_a_folder_is_its_model(tmp_path: Path, official: np.ndarray, store: Callable[..., None]) -> None:
    folder = folder_of(tmp_path / "hub", weights.to_hugging_face(weights.dinov3()), store)
    for named in (folder, str(folder), f"{folder}/", [folder]):
        np.testing.assert_allclose(vectors(named), official, atol=2e-4)
    assert load_for_scripts(folder, device="cpu").info.family == "dinov3"


def test_the_head_of_a_classifier_is_left_out(tmp_path: Path) -> None:
    tensors = weights.dinov2_to_hub(weights.dinov2())
    plain = vectors(folder_of(tmp_path / "plain", tensors))
    head = {"classifier.weight": torch.ones(3, 256), "classifier.bias": torch.ones(3)}
    classifier = {**{f"dinov2_with_registers.{key}": value for key, value in tensors.items()}, **head}
    np.testing.assert_array_equal(vectors(folder_of(tmp_path / "hub", classifier)), plain)


def test_shards_and_their_index_are_the_whole_model(tmp_path: Path, official: np.ndarray) -> None:
    folder = folder_of(tmp_path / "hub", weights.to_hugging_face(weights.dinov3()), sharded)
    shards = sorted(folder.glob("model-*"))
    for named in (shards, shards[1], folder / "model.safetensors.index.json", ",".join(map(str, shards))):
        np.testing.assert_allclose(vectors(named), official, atol=2e-4)
    model = load_model(folder, device="cpu", precision="fp32")
    save_file({"norm.weight": torch.zeros(128)}, shards[0])  # other bytes are another model, or none
    with pytest.raises(ModelError, match=re.escape(shards[0].name) + " lacks"):
        load_model(folder, device="cpu", precision="fp32")
    assert model.info.fingerprint


def test_the_cache_of_the_hub_is_looked_into(tmp_path: Path, official: np.ndarray) -> None:
    top = tmp_path / "models--facebook--dinov3"
    tensors = weights.to_hugging_face(weights.dinov3())
    folder_of(top / "snapshots" / "abc", tensors)
    folder_of(top / "snapshots" / "older", weights.to_hugging_face(weights.dinov3(seed=9)))
    (top / "refs").mkdir()
    (top / "refs" / "main").write_text("abc\n")
    np.testing.assert_allclose(vectors(top), official, atol=2e-4)


def test_a_folder_of_published_files_is_their_model(tmp_path: Path) -> None:
    torch.save(weights.dinov3(), tmp_path / "backbone.pth")
    torch.save(weights.dinotxt_v3(), tmp_path / "txt.pth")
    (tmp_path / "notes.txt").write_text("from Meta")
    assert load_model(tmp_path, device="cpu", precision="fp32").info.family == "dinotxt-v3"


def test_satellite_weights_are_told_by_their_folder_or_their_mean(tmp_path: Path) -> None:
    tensors = weights.to_hugging_face(weights.dinov3())
    named = folder_of(tmp_path / "dinov3-vitl16-pretrain-sat493m", tensors)
    described = folder_of(tmp_path / "mine", tensors)
    plain = folder_of(tmp_path / "plain", tensors)
    (described / "preprocessor_config.json").write_text('{"image_mean": [0.430, 0.411, 0.296]}')
    (plain / "preprocessor_config.json").write_text('{"image_mean": [0.485, 0.456, 0.406]}')
    found = [load_model(f, device="cpu", precision="fp32").info for f in (named, described, plain)]
    assert [info.title.endswith("(satellite)") for info in found] == [True, True, False]
    assert found[0].fingerprint == found[1].fingerprint != found[2].fingerprint


def test_the_number_of_heads_is_what_the_description_says(tmp_path: Path) -> None:
    tensors = weights.dinov2_to_hub(weights.dinov2())
    usual = vectors(folder_of(tmp_path / "a", tensors))
    np.testing.assert_array_equal(vectors(folder_of(tmp_path / "b", tensors, num_attention_heads=2)), usual)
    other = vectors(folder_of(tmp_path / "c", tensors, num_attention_heads=4))
    assert np.abs(other - usual).max() > 1e-3
    odd = folder_of(tmp_path / "d", tensors, num_attention_heads="many")
    np.testing.assert_array_equal(vectors(odd), usual)


def test_a_folder_is_imported_and_used_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_of(tmp_path / "hub", weights.to_hugging_face(weights.dinov3()), sharded)
    assert run(["models", "import", str(folder), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    entry = next(each for each in listed if each["name"] == "custom-vit-128-3-mlp-v3")
    assert entry["state"] == "ready"
    assert entry["bytes"] == sum(file.stat().st_size for file in folder.glob("model-*.safetensors"))
    by_name = load_model("custom-vit-128-3-mlp-v3", device="cpu", precision="fp32")
    assert by_name.info.fingerprint == load_model(folder, device="cpu", precision="fp32").info.fingerprint
    assert "no published checksum" in installed_models.verify("custom-vit-128-3-mlp-v3")
    next(folder.glob("model-00002*")).unlink()
    assert "custom-vit-128-3-mlp-v3" not in [e.name for e in installed_models.entries() if e.state == "ready"]


def test_a_name_of_the_zoo_goes_before_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("dinov3-s", "builtin"):
        (tmp_path / name).mkdir()
    assert load_model("builtin", device="cpu").info.family == "builtin"
    with pytest.raises(ModelError, match="not complete here"):
        load_model("dinov3-s", device="cpu")


def refused(named: object) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(named, device="cpu", precision="fp32")
    assert caught.value.remedy
    return str(caught.value)


def test_folders_and_indexes_of_nothing_useful_say_why(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "There are no weights in the folder" in refused(tmp_path / "empty")
    (tmp_path / "many").mkdir()
    for number in range(5):
        (tmp_path / "many" / f"{number}.pth").write_bytes(b"x")
    assert "holds 5 files of weights" in refused(tmp_path / "many")
    other = folder_of(tmp_path / "clip", {"vision.weight": torch.ones(3)}, model_type="clip")
    assert "clip/model.safetensors holds no DINOv3" in refused(other)
    tensors = weights.to_hugging_face(weights.dinov3())
    folder = folder_of(tmp_path / "hub", tensors, sharded)
    index = folder / "model.safetensors.index.json"
    for content, words in (
        ("{", "can't be read as JSON"),
        ("[]", "something else"),
        ("{}", "names no files"),
        ('{"weight_map": {"a": "../secret.safetensors"}}', "outside its folder"),
        ('{"weight_map": {"a": "/etc/passwd"}}', "outside its folder"),
        ('{"weight_map": {"a": 7}}', "outside its folder"),
        ('{"weight_map": {"a": "gone.safetensors"}}', "There is no file"),
    ):
        index.write_text(content)
        assert words in refused(folder), content
    index.unlink()
    assert "is one of 3 shards" in refused(sorted(folder.glob("model-*"))[0])
    assert "is one of 3 shards" in refused(folder)


# ── student and teacher ─────────────────────────────────────────────────────────────────────────


def under(prefix: str, tensors: Tensors) -> Tensors:
    return {prefix + key: value for key, value in tensors.items()}


TRAINED: dict[str, Callable[[Tensors, Tensors], dict[str, object]]] = {
    "nested": lambda s, t: {"student": under("backbone.", s), "teacher": under("backbone.", t), "epoch": 3},
    "flat": lambda s, t: {**under("student.backbone.", s), **under("teacher.backbone.", t)},
    "in model": lambda s, t: {
        "model": {**under("student.backbone.", s), **under("teacher.backbone.", t)},
        "optimizer": {"state": {}, "lr": 0.1},
    },
    "lightning": lambda s, t: {
        "state_dict": {
            **under("model.student.", s),
            **under("model.teacher.", t),
            "model.teacher.dino_head.last.weight": torch.ones(2),
            "centre": torch.zeros(3),
        }
    },
    "wrapped": lambda s, t: {**under("module.student.", s), **under("module.teacher.", t)},
}


@pytest.mark.parametrize("layout", TRAINED)
def test_one_of_student_and_teacher_is_named(
    tmp_path: Path, official: np.ndarray, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "last.ckpt"
    torch.save(TRAINED[layout](weights.dinov3(seed=5), weights.dinov3()), file)
    said = refused(file)
    assert "student and teacher both inside: name one as last.ckpt#teacher." in said
    assert run(["models", "import", str(file)]) == 3 and "last.ckpt#teacher" in capsys.readouterr().err
    np.testing.assert_array_equal(vectors(f"{file}#teacher"), official)
    student = vectors(f"{file}#student")
    assert np.abs(student - official).max() > 1e-3
    prints = {load_model(f"{file}#{n}", device="cpu").info.fingerprint for n in ("student", "teacher")}
    assert len(prints) == 2  # scores of the two are never compared
    assert run(["models", "import", f"{file}#teacher"]) == 0
    by_name = load_model("custom-vit-128-3-mlp-v3", device="cpu", precision="fp32")
    np.testing.assert_array_equal(by_name.embed_pixels(PIXELS), official)
    assert "holds no “ema”, but student and teacher" in refused(f"{file}#ema")


def test_a_student_alone_is_named_and_a_teacher_alone_need_not(tmp_path: Path, official: np.ndarray) -> None:
    torch.save(under("student.backbone.", weights.dinov3()), tmp_path / "s.pth")
    assert "named as s.pth#student" in refused(tmp_path / "s.pth")
    np.testing.assert_array_equal(vectors(f"{tmp_path}/s.pth#student"), official)
    torch.save({"teacher": under("backbone.", weights.dinov3())}, tmp_path / "t.pth")
    np.testing.assert_array_equal(vectors(tmp_path / "t.pth"), official)
    torch.save({"model": {}, "model_ema": weights.dinov3()}, tmp_path / "e.pth")
    np.testing.assert_array_equal(vectors(f"{tmp_path}/e.pth#model_ema"), official)


def test_a_file_with_the_mark_in_its_name_is_that_file(tmp_path: Path, official: np.ndarray) -> None:
    torch.save(weights.dinov3(), tmp_path / "best#teacher")
    np.testing.assert_array_equal(vectors(tmp_path / "best#teacher"), official)
    assert "There is no file" in refused(f"{tmp_path}/gone.pth#teacher")
    assert "holds no “teacher”, but one network without a name" in refused(f"{tmp_path}/best#teacher#teacher")
