"""The vectors of the last sentences by one model, in memory and in a small file of their own.

The file says nothing in words: sentences are hashes in it, and only its owner can read it. It is written
whole or not at all; one that is damaged, or of another text side, is as none.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import OrderedDict
from pathlib import Path

import numpy as np
import xxhash

from dinodesk import private_files
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, TemplateSet
from dinodesk.search.prompt_templates import templates as forms_of

_log = logging.getLogger(__name__)

FORMAT = 2
MOST = 300
"""Sentences that are remembered."""
SETTLED_S = 5.0
"""So long after the last new sentence the file is written: not at each pause in typing."""
SUFFIX = ".texts"
_KEY = 32  # bytes of a hash
_HEADER = 1_000  # bytes of the first line, at most


class TextVectors:
    """The last sentences that were encoded, the oldest first."""

    def __init__(self, model: Model, folder: Path | None = None) -> None:
        """With a `folder` they are read from it, and `save` writes them there; without one they are
        remembered for as long as the program runs."""
        info = model.info
        self._file = None if folder is None else folder / f"{info.fingerprint[:32]}{SUFFIX}"
        self._header = {
            "format": FORMAT,
            "fingerprint": info.fingerprint,
            "text": hashlib.sha256(model.text_mark.encode("utf-8")).hexdigest(),
            "precision": info.precision,
            "dim": info.dim,
        }
        self._dim = info.dim
        self._vectors: OrderedDict[bytes, FloatArray] = OrderedDict()
        self._changed_at: float | None = None  # time.monotonic() of what is not written yet
        if self._file is not None:
            self._read(self._file)

    def get(self, text: str, templates: TemplateSet) -> FloatArray | None:
        """The unit vector of a sentence, float32 (D,); None where it is not remembered."""
        key = _key(text, templates)
        vector = self._vectors.get(key)
        if vector is not None:
            self._vectors.move_to_end(key)
        return vector

    def add(self, text: str, templates: TemplateSet, vector: FloatArray) -> None:
        """Remember the vector of a sentence; the oldest is forgotten for it."""
        self._vectors[_key(text, templates)] = vector
        while len(self._vectors) > MOST:
            self._vectors.popitem(last=False)
        self._changed_at = time.monotonic()

    @property
    def is_settled(self) -> bool:
        """Whether there is something to write, and no new sentence came for a while."""
        changed = None if self._file is None else self._changed_at
        return changed is not None and time.monotonic() - changed >= SETTLED_S

    def save(self) -> None:
        """Write the file if anything is new. A disk that refuses costs nothing but time at the next start."""
        if self._file is None or self._changed_at is None:
            return
        self._changed_at = None
        body = b"".join(self._vectors) + np.stack(list(self._vectors.values())).tobytes()
        header = {**self._header, "rows": len(self._vectors), "hash": xxhash.xxh3_128_hexdigest(body)}
        try:
            private_files.replace(self._file, json.dumps(header).encode("ascii") + b"\n" + body)
        except OSError as error:
            _log.warning("the vectors of sentences could not be written: %s", error)

    def _read(self, file: Path) -> None:
        row = _KEY + self._dim * np.dtype(np.float32).itemsize
        try:
            with file.open("rb") as opened:
                header = json.loads(opened.readline(_HEADER))
                body = opened.read(MOST * row + 1)
            rows = header["rows"]
            expected = {**self._header, "rows": rows, "hash": xxhash.xxh3_128_hexdigest(body)}
            if header != expected or type(rows) is not int or len(body) != rows * row:
                raise ValueError("damaged, or of another text side")
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.info("the vectors of sentences were not used: %s", error)
            return
        vectors = np.frombuffer(body, np.float32, offset=rows * _KEY).reshape(rows, self._dim)
        for number, vector in enumerate(vectors):
            self._vectors[body[number * _KEY : (number + 1) * _KEY]] = vector


def forget_texts(folder: Path) -> None:
    """Delete the vectors of sentences by all models that are kept in a folder."""
    try:
        for file in folder.glob(f"*{SUFFIX}"):
            file.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("the vectors of sentences could not be deleted: %s", error)


def _key(text: str, templates: TemplateSet) -> bytes:
    """Of all sentences that the text becomes."""
    return hashlib.sha256(
        "\n".join((*forms_of(templates), "", text)).encode("utf-8", "surrogatepass")
    ).digest()
