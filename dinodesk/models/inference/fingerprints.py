"""The fingerprint of a model, its weights and preprocessing: scores of two are never compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xxhash

_CHUNK = 4 << 20


def fingerprint(files: Sequence[Path], recipe: str) -> str:
    """Hex of xxh3-128 over the files' bytes, in order, and the recipe (preprocessing and the like).

    fp32 and bf16 share one fingerprint: only what is stored and how photos are prepared counts. The bytes
    are hashed rather than the tensors because that runs at the speed of the disk.
    """
    digest = xxhash.xxh3_128()
    for file in files:
        digest.update(_file_digest(file))
    digest.update(recipe.encode())
    return digest.hexdigest()


def _file_digest(file: Path) -> bytes:
    digest = xxhash.xxh3_128()
    with file.open("rb", buffering=0) as handle:
        # Plain reads rather than a memory map, whose pages would count as the program's memory.
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()
