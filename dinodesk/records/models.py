"""What is known of models: loaded ones, and those of the zoo."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.records.confidence import ConfidenceCurve


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a loaded model.

    Attributes:
        name: zoo name, or the comma-joined files it came from.
        title: what people are shown, for example "built-in (small)".
        family: "builtin", "dinotxt-v3", "dinotxt-v2", "dinov3", "dinov3-convnext" or "dinov2".
        text: whether it has a text tower, so that sentences can be searched.
        dim: width of its image (and text) vectors.
        fingerprint: hex; hash of weights and preprocessing. Scores of two are never compared.
        patch: side of a patch in pixels at the model's input.
        image_size: side of the square crop that `embed` sees, in pixels.
        map_size: default short side for inspection maps, in pixels.
        layers: number of layers that give tokens.
        line: its default confidence curve.
        device: "cpu" or "cuda".
        precision: "fp32" or "bf16".
    """

    name: str
    title: str
    family: str
    text: bool
    dim: int
    fingerprint: str
    patch: int
    image_size: int
    map_size: int
    layers: int
    line: ConfidenceCurve
    device: str
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZooEntry:
    """One model of the zoo as `models list` shows it; field names are the JSON contract's.

    Attributes:
        state: "ready" (files are there), "partial" (some are missing) or "absent".
        missing: which parts are missing, in plain words.
        files: absolute paths of the registered files.
        size: default short side for maps in pixels.
    """

    name: str
    family: str
    text: bool
    licence: str
    gated: bool
    source: str
    sha256: str | None
    bytes: int | None
    state: str
    title: str = ""
    missing: str = ""
    files: tuple[str, ...] = ()
    size: int | None = None
