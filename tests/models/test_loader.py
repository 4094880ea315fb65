"""Incomplete, foreign, damaged and hostile sets of weights are refused with a sentence."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
import weights_fixtures as weights
from safetensors.torch import save_file

from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import ModelError, UsageError
from dinodesk.models.inference import devices
from dinodesk.models.loader import load_model


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("weights")
    parts = {
        "v3": weights.dinov3(),
        "v2": weights.dinov2(),
        "txt3": weights.dinotxt_v3(),
        "head2": weights.dinotxt_v2_head(),
        "text2": weights.text_tower(vocabulary=600),
        "wide": weights.dinov3(dim=192),
    }
    out = {}
    for name, tensors in parts.items():
        out[name] = folder / f"{name}.pth"
        torch.save(tensors, out[name])
    return out


def refused(*given: Path | str) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(list(given), device="cpu", precision="fp32")
    assert caught.value.remedy
    return caught.value.sentence


def test_partial_sets_say_what_is_missing(files: dict[str, Path]) -> None:
    assert refused(files["txt3"]) == (
        "This is the dino.txt vision head and the dino.txt text encoder; "
        "the DINOv3 128 wide backbone is missing."
    )
    assert refused(files["text2"]) == (
        "This is the dino.txt text encoder; "
        "the dino.txt vision head and the DINOv2 128 wide backbone are missing."
    )
    assert "the dino.txt text encoder is missing" in refused(files["v2"], files["head2"])
    assert "the dino.txt vision head is missing" in refused(files["v2"], files["text2"])


def test_parts_that_do_not_belong_together(files: dict[str, Path]) -> None:
    assert "belongs to a DINOv3 backbone" in refused(files["v2"], files["txt3"])
    assert "the backbone is 192 wide, the vision head 128" in refused(files["wide"], files["txt3"])
    assert "Two of the files hold a backbone" in refused(files["v3"], files["v2"])
    assert "one to three files" in refused(*[files["v3"]] * 4)
    assert "Two of the files" in refused(files["v3"], files["v3"])


def test_the_satellite_backbone_does_not_fit_dinotxt(files: dict[str, Path], tmp_path: Path) -> None:
    satellite = tmp_path / "dinov3_vitl16_pretrain_sat493m-eadcf0ff.pth"
    satellite.write_bytes(files["v3"].read_bytes())
    assert "SAT-493M" in refused(satellite, files["txt3"])
    model = load_model(satellite, device="cpu", precision="fp32")
    assert model.info.title.endswith("(satellite)")
    plain = load_model(files["v3"], device="cpu", precision="fp32")
    assert model.info.fingerprint != plain.info.fingerprint  # same weights, other preprocessing


def test_unexpected_missing_and_misshapen_keys_are_named(tmp_path: Path) -> None:
    official = weights.dinov3()
    torch.save(official | {"rogue.weight": torch.ones(3)}, tmp_path / "a.pth")
    assert "unexpected rogue.weight" in refused(tmp_path / "a.pth")
    torch.save({k: v for k, v in official.items() if k != "blocks.1.norm2.bias"}, tmp_path / "b.pth")
    assert "missing blocks.1.norm2.bias" in refused(tmp_path / "b.pth")
    torch.save(official | {"blocks.2.mlp.fc2.weight": torch.ones(7, 5)}, tmp_path / "c.pth")
    assert "misshapen blocks.2.mlp.fc2.weight (7, 5) instead of (128, 512)" in refused(tmp_path / "c.pth")
    torch.save(official | {"norm.weight": torch.ones(128, dtype=torch.int8)}, tmp_path / "d.pth")
    assert "type torch.int8" in refused(tmp_path / "d.pth")
    many = {key: value for key, value in official.items() if ".ls2." not in key and "norm1" not in key}
    torch.save(many, tmp_path / "e.pth")
    assert "and 2 more" in refused(tmp_path / "e.pth") or "missing" in refused(tmp_path / "e.pth")
    torch.save({k: v for k, v in official.items() if k != "cls_token"}, tmp_path / "f.pth")
    assert "no DINOv3, DINOv2 or dino.txt weights" in refused(tmp_path / "f.pth")


def test_damaged_and_foreign_files(files: dict[str, Path], tmp_path: Path) -> None:
    whole = files["v3"].read_bytes()
    cut = tmp_path / "cut.pth"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "cut short" in refused(cut)
    save_file(weights.dinov3(), tmp_path / "whole.safetensors")
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes((tmp_path / "whole.safetensors").read_bytes()[:100_000])
    assert "cut short" in refused(cut)
    empty = tmp_path / "empty.pth"
    empty.touch()
    assert "is empty" in refused(empty)
    page = tmp_path / "page.pth"
    page.write_text("<html><body>403 Forbidden</body></html>")
    assert "not a checkpoint" in refused(page)
    noise = tmp_path / "noise.safetensors"
    noise.write_bytes(os.urandom(4096))
    assert "noise.safetensors" in refused(noise)
    torch.save({"layer1.weight": torch.ones(3)}, tmp_path / "resnet.pth")
    assert "no DINOv3, DINOv2 or dino.txt" in refused(tmp_path / "resnet.pth")
    torch.save([torch.ones(3)], tmp_path / "list.pth")
    assert "no named weights" in refused(tmp_path / "list.pth")
    assert "There is no file" in refused(tmp_path / "nowhere.pth")
    assert "There is no model" in refused("nothing-of-that-name")


class Hostile:
    """Unpickled, it would make a file."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.witness),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_runs_code_is_refused_and_runs_nothing(tmp_path: Path, zipped: bool) -> None:
    witness = tmp_path / "witness"
    content = weights.dinov3() | {"payload": Hostile(witness)}
    file = tmp_path / "hostile.pth"
    torch.save(content, file, _use_new_zipfile_serialization=zipped)
    assert "program code" in refused(file)
    file.write_bytes(pickle.dumps(Hostile(witness)))
    assert "hostile.pth" in refused(file)
    assert not witness.exists()


def test_old_files_that_are_not_archives_are_read(tmp_path: Path) -> None:
    torch.save(weights.dinov3(), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert load_model(tmp_path / "old.pth", device="cpu", precision="fp32").info.family == "dinov3"


def test_a_path_with_a_comma_is_one_path(files: dict[str, Path], tmp_path: Path) -> None:
    odd = tmp_path / "a, b.pth"
    odd.write_bytes(files["v3"].read_bytes())
    assert load_model(str(odd), device="cpu", precision="fp32").info.family == "dinov3"


def test_devices_and_precisions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.pick("auto", "fp32") == devices.DeviceChoice("cpu", "fp32")
    assert devices.pick("cpu", "auto").precision in ("fp32", "bf16")
    with pytest.raises(ModelError, match="No CUDA"):
        devices.pick("cuda", "fp32")
    for device, precision in (("auto", "int8"), ("auto", "fp16"), ("tpu", "fp32")):
        with pytest.raises(UsageError):
            devices.pick(device, precision)


def test_weights_that_are_not_numbers_are_an_error(tmp_path: Path) -> None:
    tensors = weights.dinov3()
    tensors["norm.weight"] = torch.full_like(tensors["norm.weight"], float("nan"))
    torch.save(tensors, tmp_path / "nan.pth")
    model = load_model(tmp_path / "nan.pth", device="cpu", precision="fp32")
    with pytest.raises(ModelError, match="not finite"):
        PatchMapper(model).map("x", np.zeros((64, 64, 3), np.uint8), "pca")


@pytest.mark.parametrize("name", ["cls_token", "rope_embed.periods", "patch_embed.proj.weight"])
def test_misshapen_weights_are_refused(tmp_path: Path, name: str) -> None:
    tensors = weights.dinov3()
    tensors[name] = torch.tensor(1.0)
    torch.save(tensors, tmp_path / "odd.pth")
    assert "shape" in refused(tmp_path / "odd.pth")


def test_a_text_tower_that_lacks_words_says_so(tmp_path: Path) -> None:
    small = weights.dinotxt_v2_head(), weights.text_tower(vocabulary=600), weights.dinov2()
    files = [tmp_path / f"{number}.pth" for number in range(3)]
    for tensors, file in zip(small, files, strict=True):
        torch.save(tensors, file)
    model = load_model(files, device="cpu", precision="fp32")
    with pytest.raises(ModelError, match="600 tokens"):
        model.embed_texts(["a dog"])


def test_a_prefix_around_a_whole_dinotxt_file_is_taken_off(tmp_path: Path) -> None:
    whole = {f"model.{key}": value for key, value in weights.dinotxt_v3().items()}
    torch.save(whole, tmp_path / "head.pth")
    torch.save(weights.dinov3(), tmp_path / "backbone.pth")
    assert load_model([tmp_path / "backbone.pth", tmp_path / "head.pth"], device="cpu").info.text
