"""Read weight files safely: safetensors, or torch's format with weights only; no pickle runs code.

An *address* of weights is a file, the index of several shards, or either with the name of one network in it:
`last.ckpt#teacher`.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import key_layouts, model_folders

_REMEDY = "Download it again and compare its size with the source's."


def read(address: Path) -> Mapping[str, object]:
    """All tensors of an address in memory, as nested as they are stored.

    Raises:
        ModelError: a file is missing, cut short, no checkpoint, holds code or no network of that name.
    """
    return _chosen(address, headers=False)


def read_headers(address: Path) -> Mapping[str, object]:
    """The same with tensors on the meta device: names, shapes and types, hardly any data read."""
    return _chosen(address, headers=True)


def parts_of(address: Path) -> tuple[Path, str]:
    """The file of an address, and the name behind its `#`, "" where there is none."""
    head, mark, network = address.name.rpartition("#")
    if not mark or not head or not network or address.exists():
        return address, ""
    return address.with_name(head), network


def files_of(address: Path) -> list[Path]:
    """The files whose bytes are the weights of an address. Raises ModelError for a damaged index."""
    file, _ = parts_of(address)
    if file.name.endswith(model_folders.INDEX):
        return [file.with_name(name) for name in model_folders.shards_of(file)]
    return [file]


def is_there(address: Path) -> bool:
    """Whether all files of an address can be found."""
    try:
        return all(file.is_file() for file in files_of(address))
    except ModelError:
        return False


def shown(address: Path) -> str:
    """An address as people know it: the name of its file, behind its folder where all such files have one."""
    folder = model_folders.folder_name(parts_of(address)[0])
    return f"{folder}/{address.name}" if folder else address.name


def _chosen(address: Path, headers: bool) -> Mapping[str, object]:
    file, network = parts_of(address)
    content = _sharded(file, headers) if file.name.endswith(model_folders.INDEX) else _read(file, headers)
    if not network:
        return content
    chosen = key_layouts.select(content, network)
    if not chosen:
        there = " and ".join(key_layouts.networks_in(content)) or "one network without a name"
        raise ModelError(f"The file {file.name} holds no “{network}”, but {there}.", "Name what is in it.")
    return chosen


def _sharded(index: Path, headers: bool) -> dict[str, object]:
    """The tensors of all shards that an index names."""
    tensors: dict[str, object] = {}
    for name, keys in model_folders.shards_of(index).items():
        content = _read(index.with_name(name), headers)
        lacking = next((key for key in keys if key not in content), None)
        if lacking is not None:
            raise ModelError(f"The file {name} lacks {lacking}, which {index.name} says it holds.", _REMEDY)
        tensors |= content
    return tensors


def _read(path: Path, headers: bool) -> Mapping[str, object]:
    if not path.is_file():
        raise ModelError(f"There is no file {path}.", "Check the path.")
    if path.stat().st_size == 0:
        raise ModelError(f"The file {path.name} is empty.", _REMEDY)
    try:
        if _is_safetensors(path):
            return _safetensors(path, headers)
        return _torch(path, headers)
    except SafetensorError as error:
        raise ModelError(
            f"The file {path.name} is not whole: its download was probably cut short.", _REMEDY
        ) from error
    except PermissionError as error:
        raise ModelError(f"The file {path.name} may not be read.", "Check its permissions.") from error


def _is_safetensors(path: Path) -> bool:
    if path.suffix.lower() == ".safetensors":
        return True
    with path.open("rb") as handle:
        start = handle.read(9)
    return len(start) == 9 and start[8:] == b"{" and int.from_bytes(start[:8], "little") < 100_000_000


def _safetensors(path: Path, headers: bool) -> dict[str, object]:
    with safe_open(path, framework="pt") as file:
        if not headers:
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
        return {
            key: torch.empty(file.get_slice(key).get_shape(), device="meta")
            for key in file.keys()  # noqa: SIM118
        }


def _torch(path: Path, headers: bool) -> Mapping[str, object]:
    """torch.load with weights only; old files that can't be mapped are read whole."""
    with path.open("rb") as handle:
        start = handle.read(4)
    archive = start == b"PK\x03\x04"
    if not archive and start[:1] != b"\x80":  # neither a zip archive nor a pickle
        raise _foreign(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside torch.load concern torch, not the person
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=archive and headers)
    except pickle.UnpicklingError as error:
        raise _refusal(path, str(error)) from error
    except (RuntimeError, EOFError, ValueError, KeyError, AttributeError, IndexError, OSError) as error:
        if archive:
            sentence = f"The file {path.name} is not whole: its download was probably cut short."
        else:
            sentence = f"The file {path.name} is not a checkpoint, or not whole."
        raise ModelError(sentence, _REMEDY) from error
    if not isinstance(content, Mapping):
        raise ModelError(f"The file {path.name} holds no named weights.", "Choose a file of model weights.")
    return _to_meta(content) if headers else content


def _foreign(path: Path) -> ModelError:
    sentence = f"The file {path.name} is not a checkpoint (perhaps a web page that was saved under its name)."
    return ModelError(sentence, _REMEDY)


def _refusal(path: Path, reason: str) -> ModelError:
    if "invalid load key" in reason:
        return _foreign(path)
    if "truncated" in reason or "ran out" in reason.lower():
        return ModelError(f"The file {path.name} is not whole: its download was probably cut short.", _REMEDY)
    return ModelError(
        f"The file {path.name} holds program code besides weights, and was not opened.",
        "Use a file of plain weights (.safetensors, or a .pth with weights only) from a source you trust.",
    )


def _to_meta(content: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, value in content.items():
        if isinstance(value, torch.Tensor):
            out[str(key)] = torch.empty(value.shape, device="meta")
        elif isinstance(value, Mapping):
            out[str(key)] = _to_meta(value)
    return out
