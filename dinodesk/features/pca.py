"""Principal components of patch tokens, with signs that do not flip between runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dinodesk.records import FloatArray

BoolArray = npt.NDArray[np.bool_]

MAD_TO_SIGMA = 1.4826
"""1 / Φ⁻¹(3/4): the median absolute deviation of a normal distribution, times this, is its σ."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Patches projected on principal components.

    Attributes:
        values: float32 (h, w, k), centred on the mean of the patches the fit used.
        explained: float64 (k,), share of the variance of those patches, 0 to 1.
        fitted: bool (h, w), the patches that the fit used.
    """

    values: FloatArray
    explained: npt.NDArray[np.float64]
    fitted: BoolArray


def project(
    patches: FloatArray, components: int = 3, *, robust: bool = False, foreground: bool = False
) -> Projection:
    """Project patches (h, w, D) on their first principal components.

    Plain PCA by default: centred, eigenvectors of the covariance of all patches, each turned so that its
    entry of largest size is positive. `robust` leaves patches of outlying norm out of the fit;
    `foreground` fits on the side of the first component that touches the border less.
    """
    h, w, dim = patches.shape
    flat = patches.reshape(-1, dim).astype(np.float64)
    keep = ~outliers(patches).reshape(-1) if robust else np.ones(len(flat), bool)
    if keep.sum() < 2:
        keep[:] = True
    if foreground:
        first = _fit(flat, keep, 1)[0]
        side = _inner_side(((flat - flat[keep].mean(axis=0)) @ first).reshape(h, w)).reshape(-1)
        if (side & keep).sum() > components:
            keep &= side
    basis, share = _fit(flat, keep, components)
    values = (flat - flat[keep].mean(axis=0)) @ basis
    if values.shape[1] < components:  # fewer patches or channels than components
        values = np.pad(values, ((0, 0), (0, components - values.shape[1])))
        share = np.pad(share, (0, components - len(share)))
    return Projection(values.reshape(h, w, components).astype(np.float32), share, keep.reshape(h, w))


def _fit(
    flat: npt.NDArray[np.float64], keep: BoolArray, components: int
) -> tuple[npt.NDArray[np.float64], ...]:
    centred = flat[keep] - flat[keep].mean(axis=0)
    # the eigenvectors of the smaller of the two products: a quarter of the time of a singular value
    # decomposition, during which no query is answered
    wide = centred.shape[0] < centred.shape[1]
    variance, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    variance, vectors = np.maximum(variance[::-1], 0.0), vectors[:, ::-1][:, :components]
    basis = centred.T @ vectors if wide else vectors
    basis = basis / np.maximum(np.linalg.norm(basis, axis=0), 1e-30)
    signs = np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])])
    return basis * np.where(signs == 0, 1.0, signs), variance[:components] / max(variance.sum(), 1e-30)


def _inner_side(values: npt.NDArray[np.float64]) -> BoolArray:
    border = np.ones(values.shape, bool)
    border[1:-1, 1:-1] = False
    positive = values > 0
    return positive if positive[border].mean() <= 0.5 else ~positive


def outliers(patches: FloatArray, limit: float = 5.0) -> BoolArray:
    """Patches (h, w) whose norm lies more than `limit` robust deviations above the median norm.

    High-norm patches are the artefacts that registers remove (Darcet et al. 2024); the deviation is
    `MAD_TO_SIGMA` times the median absolute deviation.
    """
    norms = np.linalg.norm(patches.astype(np.float64), axis=-1)
    middle = float(np.median(norms))
    spread = MAD_TO_SIGMA * float(np.median(np.abs(norms - middle)))
    return np.asarray(norms > middle + limit * max(spread, 1e-9 * max(middle, 1.0)))
