"""What the sentence encoder's lower layers, which are not trained, give for many texts; kept on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dinodesk.models.inference.builtin_model import Parts

_SENTENCES = 64
"""Sentences that go through the encoder at once."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenCache:
    """Tokens of all texts in a row.

    Attributes:
        rows: number of each text.
        starts: where each text begins, int64 (M + 1,).
        tokens: float16 (T, D).
    """

    rows: dict[str, int]
    starts: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.float16]

    def batch(self, texts: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Tokens of these texts, float32 (M, N, D), padded with zeros, and which there are, bool (M, N)."""
        lengths = torch.from_numpy(np.diff(self.starts)[list(texts)])
        mask = torch.arange(int(lengths.max()))[None] < lengths[:, None]
        x = torch.zeros(*mask.shape, self.tokens.shape[1])
        found = [self.tokens[self.starts[text] : self.starts[text + 1]] for text in texts]
        x[mask] = torch.from_numpy(np.concatenate(found)).float()
        return x, mask


def cached_tokens(
    parts: Parts, texts: Iterable[str], layers: int, cache: Path, mark: str
) -> Generator[str, None, TokenCache]:
    """Tokens of all texts after so many layers; yields progress in words.

    Made anew where the cache lacks a text or was made by weights of another `mark`.
    """
    # by length, so that little is padded
    wanted = sorted(set(texts), key=lambda text: (len(text), text))
    index, file = cache / f"tokens-{layers}.json", cache / f"tokens-{layers}.npy"
    if index.exists() and file.exists():
        stored = json.loads(index.read_text("utf-8"))
        if stored["mark"] == mark and set(wanted) <= set(stored["texts"]):
            rows = {text: row for row, text in enumerate(stored["texts"])}
            return TokenCache(rows, np.array(stored["starts"], np.int64), np.load(file, mmap_mode="r"))
    found, starts = [], [0]
    with torch.inference_mode():
        for start in range(0, len(wanted), _SENTENCES):
            x, mask = parts.lower(wanted[start : start + _SENTENCES], layers)
            found.append(x[mask].half().cpu().numpy())
            starts += (starts[-1] + mask.sum(1).cumsum(0)).tolist()
            yield f"sentences {start} of {len(wanted)}"
    cache.mkdir(parents=True, exist_ok=True)
    index.unlink(missing_ok=True)
    tokens = np.concatenate(found)
    np.save(file, tokens)
    part = index.with_suffix(".part")
    part.write_text(json.dumps({"mark": mark, "texts": wanted, "starts": starts}), "utf-8")
    os.replace(part, index)
    return TokenCache({text: row for row, text in enumerate(wanted)}, np.array(starts, np.int64), tokens)
