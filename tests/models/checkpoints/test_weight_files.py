"""Reading weight files: headers without their data, every wrapper, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import weight_files

TENSORS = {"a.weight": torch.arange(6.0).view(2, 3), "a.bias": torch.ones(2, dtype=torch.float16)}


def write(folder: Path, kind: str) -> Path:
    file = folder / ("weights.safetensors" if kind == "safetensors" else "weights.pth")
    if kind.startswith("safetensors"):
        save_file(TENSORS, file)
    else:
        content = {"state_dict": TENSORS, "epoch": 3} if kind == "nested" else TENSORS
        torch.save(content, file, _use_new_zipfile_serialization=kind != "old")
    return file


@pytest.mark.parametrize("kind", ["safetensors", "safetensors named .pth", "zip", "old", "nested"])
def test_every_format_is_read_whole_or_by_its_headers(tmp_path: Path, kind: str) -> None:
    file = write(tmp_path, kind)
    whole, headers = weight_files.read(file), weight_files.read_headers(file)
    if kind == "nested":
        whole, headers = whole["state_dict"], headers["state_dict"]  # type: ignore[assignment]
    assert set(whole) == set(headers) == set(TENSORS)
    for key, value in TENSORS.items():
        stored, header = whole[key], headers[key]
        assert isinstance(stored, torch.Tensor) and isinstance(header, torch.Tensor)
        assert torch.equal(stored, value) and stored.dtype == value.dtype
        assert header.is_meta and header.shape == value.shape


@pytest.mark.parametrize("kind", ["safetensors", "zip"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_told_from_a_whole_one(tmp_path: Path, kind: str, share: float) -> None:
    file = write(tmp_path, kind)
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    for read in (weight_files.read, weight_files.read_headers):
        with pytest.raises(ModelError, match="not whole"):
            read(file)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html>", "web page"),
        (b"\x80\x04nonsense", "not"),
        (b"PK\x03\x04", "not whole"),
    ],
)
def test_what_is_no_checkpoint_says_so(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "weights.pth"
    file.write_bytes(data)
    with pytest.raises(ModelError, match=words):
        weight_files.read(file)


def test_a_missing_file_and_a_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no file"):
        weight_files.read(tmp_path / "none.pth")
    torch.save([torch.ones(2)], tmp_path / "list.pth")
    with pytest.raises(ModelError, match="no named weights"):
        weight_files.read(tmp_path / "list.pth")
