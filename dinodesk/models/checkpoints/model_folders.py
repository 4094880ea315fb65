"""What a named path stands for: a folder from Hugging Face, one shard of several, or the file itself.

A checkpoint that is stored in shards is known by its index, `model.safetensors.index.json`, which names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dinodesk.errors import ModelError
from dinodesk.text_decoding import decode_text

INDEX = ".index.json"
_WHOLE = ("model.safetensors", f"model.safetensors{INDEX}", "pytorch_model.bin", f"pytorch_model.bin{INDEX}")
"""Names of a model's weights in a folder from Hugging Face, the first that is there counts."""
_ENDINGS = (".safetensors", ".pth", ".pt", ".ckpt", ".bin")
_NO_WEIGHTS = re.compile(r"(?:training_args|optimizer|scheduler|scaler|rng_state|random_states).*")
_SHARD = re.compile(r"(.+)-\d+-of-(\d+)(\.\w+)")
_MOST = 3


def addresses_of(paths: Iterable[Path]) -> list[Path]:
    """What the paths stand for, in order; all shards of a model stand for their one index."""
    found: list[Path] = []
    for path in paths:
        named = weights_of(path)
        found += [each for each in named if each == path or each not in found]
    return found


def weights_of(path: Path) -> list[Path]:
    """The weight files, or indexes of shards, that a path stands for.

    Raises ModelError for a folder without weights or with too many, and for a shard without its index.
    """
    if path.is_dir():
        return _in_folder(path)
    match = _SHARD.fullmatch(path.name)
    if match is None or int(match[2]) == 1 or not path.exists():
        return [path]
    index = path.with_name(f"{match[1]}{match[3]}{INDEX}")
    if not index.is_file():
        raise ModelError(
            f"The file {path.name} is one of {int(match[2])} shards, and {index.name} is not beside it.",
            "Get the whole folder from its source, and name the folder.",
        )
    return [index]


def shards_of(index: Path) -> dict[str, list[str]]:
    """The files that an index names, in order, each with the tensors that it should hold.

    Raises ModelError for an index that is damaged, or names files outside its folder.
    """
    content = _json(index)
    names = content.get("weight_map")
    found: dict[str, list[str]] = {}
    if isinstance(names, dict):
        for key, name in names.items():
            if not isinstance(name, str) or name in ("", ".", "..") or re.search(r"[/\\\0]", name):
                raise ModelError(f"The index {index.name} names files outside its folder.", "Get it again.")
            found.setdefault(name, []).append(str(key))
    if not found:
        raise ModelError(f"The index {index.name} is damaged: it names no files.", "Get it again.")
    return dict(sorted(found.items()))


def heads_beside(file: Path) -> int:
    """Number of attention heads by the config.json beside weights from Hugging Face, 0 where none says it."""
    heads = _beside(file, "config.json").get("num_attention_heads")
    return heads if isinstance(heads, int) and heads > 0 else 0


def mean_beside(file: Path) -> tuple[float, ...]:
    """Mean colour that photos are normalised by, as the preprocessor_config.json beside such weights says."""
    mean = _beside(file, "preprocessor_config.json").get("image_mean")
    if isinstance(mean, list) and all(isinstance(each, int | float) for each in mean):
        return tuple(mean)
    return ()


def folder_name(file: Path) -> str:
    """The folder that gives weights from Hugging Face their name, "" for other weights.

    In the cache of its library that is the folder above `snapshots`.
    """
    if file.name not in _WHOLE:
        return ""
    folder = file.absolute().parent
    return folder.parent.parent.name if folder.parent.name == "snapshots" else folder.name


def _in_folder(folder: Path) -> list[Path]:
    for name in _WHOLE:
        if (folder / name).is_file():
            return [folder / name]
    snapshots = [each for each in folder.glob("snapshots/*") if each.is_dir()]
    if snapshots:
        newest = folder / "snapshots" / _text(folder / "refs" / "main").strip()
        return _in_folder(newest if newest in snapshots else max(snapshots, key=lambda s: s.stat().st_mtime))
    files = [each for each in sorted(folder.iterdir()) if each.is_file() and _is_weights(each.name)]
    found = list(dict.fromkeys(address for file in files for address in weights_of(file)))
    if not found:
        raise ModelError(
            f"There are no weights in the folder {folder}.",
            "Name a folder with config.json and model.safetensors, or the files themselves.",
        )
    if len(found) > _MOST:
        raise ModelError(
            f"The folder {folder} holds {len(found)} files of weights.", "Name those of one model."
        )
    return found


def _is_weights(name: str) -> bool:
    return name.lower().endswith(_ENDINGS) and not name.startswith(".") and not _NO_WEIGHTS.match(name)


def _beside(file: Path, name: str) -> dict[str, Any]:
    """A description beside weights from Hugging Face, empty where there is none or it is damaged."""
    if file.name not in _WHOLE:
        return {}
    try:
        return _json(file.with_name(name))
    except ModelError:
        return {}


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(decode_text(file.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"The file {file.name} can't be read as JSON.", "Get it again.") from error
    if not isinstance(content, dict):
        raise ModelError(f"The file {file.name} holds something else than is wanted.", "Get it again.")
    return content


def _text(file: Path) -> str:
    try:
        return decode_text(file.read_bytes())
    except OSError:
        return ""
