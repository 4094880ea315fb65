"""Work for decoder processes that goes wrong in one way each; they import it by name."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np

from dinodesk.engine.decoding.photo_reader import ReadPhoto, read_photo
from dinodesk.library.images.decoder import hash_file


def name_of(path: str) -> tuple[str, int]:
    return Path(path).name, os.getpid()


def crash(path: str) -> None:
    os.abort()


def hang(path: str) -> None:
    threading.Event().wait()


def eat_memory(path: str) -> int:
    return len(np.ones(8 << 30, np.uint8))


def chatter(path: str) -> str:
    print("a decoder that talks", flush=True)
    os.write(1, b"\x00rubbish\xff")
    return path


def loaded(path: str) -> list[str]:
    return sorted({name.split(".")[0] for name in sys.modules})


def give_back(path: str, array: Any) -> Any:
    return array


def ask(path: str, digests: list[bytes], *, known: Container[bytes]) -> list[bool]:
    return [digest in known for digest in digests]


def misbehave_by_name(path: str, *rest: Any, known: Container[bytes]) -> ReadPhoto:
    """`read_photo`, except that some files bring their decoder down after their bytes were read."""
    for word, fault in {"crash": crash, "hang": hang, "memory": eat_memory}.items():
        if word in Path(path).name:
            assert hash_file(path)[0] not in known
            fault(path)
    return read_photo(path, *rest, known=known)
