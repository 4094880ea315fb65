"""The zoo lists, recognises, registers and verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import weights_fixtures as weights

from dinodesk import paths
from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import checkpoint_parts, key_layouts
from dinodesk.models.inference import builtin_model
from dinodesk.models.loader import load_model
from dinodesk.models.zoo import installed_models, published_models


def entry(name: str):
    return next(entry for entry in installed_models.entries() if entry.name == name)


def test_the_built_in_model_comes_first_and_is_ready() -> None:
    first = installed_models.entries()[0]
    assert (first.name, first.title, first.state, first.gated) == (
        "builtin",
        "built-in (small)",
        "ready",
        False,
    )
    assert installed_models.resolve("builtin") == [builtin_model.path()]
    assert "as published" in installed_models.verify("builtin")


def test_every_entry_says_where_it_comes_from() -> None:
    names = [entry.name for entry in installed_models.entries()]
    assert len(set(names)) == len(names) > 18
    for known in installed_models.entries():
        assert known.licence and known.source and known.state in ("ready", "partial", "absent")
        assert known.state == "ready" or known.missing
    assert entry("dinotxt-v3").gated and not entry("dinotxt-v2").gated
    assert entry("dinov3-l").sha256 is not None and entry("dinov3-s").sha256 is None


def test_reduced_files_get_a_name_of_their_own(tmp_path: Path) -> None:
    torch.save(weights.dinotxt_v3(), tmp_path / "txt.pth")
    said = installed_models.import_files([tmp_path / "txt.pth"])
    assert said.startswith("Recognised the dino.txt vision head and the dino.txt text encoder.")
    assert "still needs the backbone" in said
    assert entry("custom-dinotxt-v3-128").state == "partial"
    with pytest.raises(ModelError, match="not complete"):
        load_model("custom-dinotxt-v3-128")
    torch.save(weights.dinov3(), tmp_path / "backbone.pth")
    assert "is ready" in installed_models.import_files([tmp_path / "backbone.pth"])
    ready = entry("custom-dinotxt-v3-128")
    assert ready.state == "ready"
    assert [Path(file).name for file in ready.files] == ["backbone.pth", "txt.pth"]
    model = load_model("custom-dinotxt-v3-128", device="cpu", precision="fp32")
    assert model.info.name == "custom-dinotxt-v3-128"
    assert load_model("custom-vit-128-3-mlp-v3", device="cpu").info.text is False
    assert "no published checksum" in installed_models.verify("custom-vit-128-3-mlp-v3")
    (tmp_path / "backbone.pth").unlink()
    assert entry("custom-dinotxt-v3-128").state == "partial"


def test_official_sizes_are_recognised_without_their_weights() -> None:
    """Shapes alone decide: the full ViT-L and its dino.txt on the meta device."""
    with torch.device("meta"):
        full = {
            "cls_token": torch.empty(1, 1, 1024),
            "storage_tokens": torch.empty(1, 4, 1024),
            "patch_embed.proj.weight": torch.empty(1024, 3, 16, 16),
            **{f"blocks.{i}.mlp.fc1.weight": torch.empty(4096, 1024) for i in range(24)},
        }
    piece = checkpoint_parts._piece(key_layouts.split(full)[0], Path("x.pth"))
    assert piece.title == "DINOv3 ViT-L/16"
    fitting = [model.name for model in published_models.KNOWN if model.kind == piece.kind]
    assert fitting == ["dinotxt-v3", "dinov3-l"]
    satellite = key_layouts.split(full | {"local_cls_norm.weight": torch.empty(1024, device="meta")})[0]
    assert checkpoint_parts._piece(satellite, Path("x.pth")).satellite


def test_a_bad_file_changes_nothing(tmp_path: Path) -> None:
    torch.save(weights.dinov2(), tmp_path / "good.pth")
    (tmp_path / "bad.pth").write_text("no")
    with pytest.raises(ModelError):
        installed_models.import_files([tmp_path / "good.pth", tmp_path / "bad.pth"])
    assert not (paths.models_dir() / "registry.json").exists()
    with pytest.raises(ModelError, match="No file"):
        installed_models.import_files([])


def test_a_damaged_registry_is_an_empty_one(tmp_path: Path) -> None:
    paths.models_dir().mkdir(parents=True)
    for content in ("{", "[]", '{"models": 3}', '{"models": {"a": []}}'):
        (paths.models_dir() / "registry.json").write_text(content)
        assert entry("dinov3-l").state == "absent"
    torch.save(weights.dinov2(), tmp_path / "good.pth")
    installed_models.import_files([tmp_path / "good.pth"])
    content = json.loads((paths.models_dir() / "registry.json").read_text())
    assert content["version"] == 1
    assert list(paths.models_dir().iterdir()) == [paths.models_dir() / "registry.json"]


def test_verify_finds_a_file_that_differs(tmp_path: Path) -> None:
    torch.save(weights.dinov3(), tmp_path / "x.pth")
    installed_models._write({"dinov3-s": {"backbone": str(tmp_path / "x.pth")}})
    with pytest.raises(ModelError, match="differs from the published"):
        installed_models.verify("dinov3-s")
    with pytest.raises(ModelError, match="not complete"):
        installed_models.verify("dinov3-l")
    with pytest.raises(ModelError, match="no model"):
        installed_models.verify("nonsense")


def test_a_file_that_would_not_load_is_not_imported(tmp_path: Path) -> None:
    torch.save(weights.dinov2() | {"head.weight": torch.ones(3)}, tmp_path / "odd.pth")
    with pytest.raises(ModelError, match=r"unexpected head\.weight"):
        installed_models.import_files([tmp_path / "odd.pth"])
