"""Inspection maps as records: values, colours, scale and statistics."""

from __future__ import annotations

import numpy as np

from dinodesk.features import colours, pca, similarity, text_scale
from dinodesk.records import ByteArray, FloatArray, MapScale, PatchMap

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_BAR_STEPS = 33


def pca_map(
    patches: FloatArray, cls: FloatArray, box: Box = WHOLE, *, robust: bool = False, foreground: bool = False
) -> PatchMap:
    """PCA of patches (h, w, D) as RGB, with the diagnostics of the layer."""
    projection = pca.project(patches, robust=robust, foreground=foreground)
    drawn = colours.component_colours(projection.values, projection.fitted if foreground else None)
    bad = pca.outliers(patches)
    towards = similarity.cosine_map(patches, cls)
    statistics = (
        ("Explained by 3 components", f"{projection.explained.sum():.1%}".replace("%", " %")),
        ("Smoothness (4 neighbours)", f"{similarity.smoothness(patches):.2f}"),
        ("Outlier patches", f"{int(bad.sum()):,} of {bad.size:,}"),
        ("CLS–patch cosine", f"{towards.mean():.2f} ± {towards.std():.2f}"),
    )
    values = projection.values
    return PatchMap(
        kind="pca",
        values=values,
        colours=drawn,
        low=float(values.min()),
        high=float(values.max()),
        statistics=statistics,
        box=box,
    )


def similarity_map(patches: FloatArray, row: int, column: int, box: Box = WHOLE) -> PatchMap:
    """Cosine of each patch with the chosen one. Raises IndexError outside the grid."""
    values = similarity.patch_map(patches, row, column)
    others = np.delete(values.reshape(-1), row * values.shape[1] + column)
    mean = float(others.mean()) if others.size else 1.0
    statistics = (
        ("Patch", f"row {row}, column {column}"),
        ("Mean cosine to the others", f"{mean:.2f}"),
        ("Above 0.5", f"{int((others > 0.5).sum()):,} of {others.size:,}"),
    )
    return _scalar("similarity", values, statistics, box)


def text_map(
    head_patches: FloatArray, direction: FloatArray, box: Box = WHOLE, scale: MapScale | None = None
) -> PatchMap:
    """Cosine of head patch tokens (h, w, C) with the patch half of a text vector (C,).

    On the sentence's own `scale` it is transparent below the middle, and says whether anything stands out;
    without one the scale is that of this photo, from its lowest cosine to its highest.
    """
    values = similarity.cosine_map(head_patches, direction)
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    statistics = (
        ("Highest cosine", f"{values.max():.3f}"),
        ("Its patch", f"row {row}, column {column}"),
        ("Mean cosine", f"{values.mean():.3f} ± {values.std():.3f}"),
    )
    if scale is None:
        return _scalar("text", values, statistics, box)
    levels = np.linspace(scale.low, scale.high, _BAR_STEPS, dtype=np.float32)
    return PatchMap(
        kind="text",
        values=values,
        colours=colours.scalar_colours(values, scale.low, scale.high),
        alpha=text_scale.opacity(values, scale),
        low=scale.low,
        high=scale.high,
        bar=_bar(scale.low, scale.high, text_scale.opacity(levels, scale)),
        shared=True,
        stands_out=text_scale.stands_out(values, scale),
        statistics=statistics,
        box=box,
    )


def norm_map(patches: FloatArray, box: Box = WHOLE) -> PatchMap:
    """L2 norm of each patch, with the count of outliers."""
    values = similarity.norm_map(patches)
    bad = pca.outliers(patches)
    statistics = (
        ("Norm", f"{values.mean():.2f} ± {values.std():.2f}"),
        ("Outlier patches", f"{int(bad.sum()):,} of {bad.size:,}"),
    )
    return _scalar("norm", values, statistics, box)


def cls_map(patches: FloatArray, cls: FloatArray, box: Box = WHOLE) -> PatchMap:
    """Cosine of each patch with the CLS token (D,)."""
    values = similarity.cosine_map(patches, cls)
    statistics = (("CLS–patch cosine", f"{values.mean():.2f} ± {values.std():.2f}"),)
    return _scalar("cls", values, statistics, box)


def _scalar(kind: str, values: FloatArray, statistics: tuple[tuple[str, str], ...], box: Box) -> PatchMap:
    low, high = float(values.min()), float(values.max())
    return PatchMap(
        kind=kind,
        values=values,
        colours=colours.scalar_colours(values, low, high),
        low=low,
        high=high,
        bar=_bar(low, high) if high > low else None,
        statistics=statistics,
        box=box,
    )


def _bar(low: float, high: float, alpha: ByteArray | None = None) -> ByteArray:
    """The colours of a scale from end to end, uint8 (33, 4); opaque without `alpha` (33,)."""
    drawn = colours.scalar_colours(np.linspace(low, high, _BAR_STEPS, dtype=np.float32), low, high)
    opaque = np.full(_BAR_STEPS, 255, np.uint8) if alpha is None else alpha
    return np.concatenate([drawn, opaque[:, None]], axis=1)
