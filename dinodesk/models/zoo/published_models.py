"""The published models of the zoo: names, licences, files and where to get them (docs/models.md)."""

from __future__ import annotations

from dataclasses import dataclass

_META = "https://ai.meta.com/resources/models-and-libraries/dinov3-downloads/"
_V2 = "https://dl.fbaipublicfiles.com/dinov2/"
_V3_LICENCE = "DINOv3 License"
_V2_LICENCE = "Apache-2.0"
LICENCES = {"v3": _V3_LICENCE, "v2": _V2_LICENCE}
"""Licence of the weights by generation."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published file.

    Attributes:
        file: official file name.
        sha256: full hex, the first eight digits (the suffix of official DINOv3 names), or "".
        bytes: size as far as known, of float32 weights.
    """

    file: str
    sha256: str
    bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedModel:
    """One model of the zoo.

    Attributes:
        name: zoo name.
        title: what people are shown.
        family: see ModelInfo.family.
        kind: architecture key, see `checkpoint_parts.Piece.kind`.
        licence, gated, source: in words.
        files: by role ("backbone", "head", "text", "head+text").
        size: default short side for maps.
    """

    name: str
    title: str
    family: str
    kind: str
    licence: str
    gated: bool
    source: str
    files: dict[str, Published]
    size: int


def _v3(
    name: str, title: str, kind: str, stem: str, digest: str, megabytes: float, size: int = 512
) -> PublishedModel:
    family = "dinov3-convnext" if kind.startswith("convnext") else "dinov3"
    file = Published(f"{stem}-{digest[:8]}.pth", digest, round(megabytes * 1e6))
    return PublishedModel(
        name=name,
        title=title,
        family=family,
        kind=kind,
        licence=_V3_LICENCE,
        gated=True,
        source=_META,
        files={"backbone": file},
        size=size,
    )


def _v2(name: str, title: str, kind: str, megabytes: float, digest: str = "") -> PublishedModel:
    stem = f"dinov2_{name.split('-')[1]}14"
    file = f"{stem}_reg4_pretrain.pth" if kind.endswith("reg") else f"{stem}_pretrain.pth"
    files = {"backbone": Published(file, digest, round(megabytes * 1e6))}
    return PublishedModel(
        name=name,
        title=title,
        family="dinov2",
        kind=kind,
        licence=_V2_LICENCE,
        gated=False,
        source=f"{_V2}{stem}/{file}",
        files=files,
        size=518,
    )


_L3 = Published(
    "dinov3_vitl16_pretrain_lvd1689m-8aa4cbdd.pth",
    "8aa4cbddda325040fc78db2c272754af6ebe8ff2c55f6ec4f1964d8890f66035",
    1_212_900_000,
)
_L2 = Published(
    "dinov2_vitl14_reg4_pretrain.pth",
    "36e4deffbaef061a2576705b0c36f93621e2ae20bf6274694821b0b492551b51",
    1_217_000_000,
)
_TXT2 = "dinov2_vitl14_reg4_dinotxt_tet1280d20h24l"

KNOWN: tuple[PublishedModel, ...] = (
    PublishedModel(
        name="dinotxt-v3",
        title="DINOv3 ViT-L/16 dino.txt",
        family="dinotxt-v3",
        kind="vit-1024-24-mlp-v3",
        licence=_V3_LICENCE,
        gated=True,
        source=_META,
        files={
            "backbone": _L3,
            "head+text": Published(
                "dinov3_vitl16_dinotxt_vision_head_and_text_encoder-a442d8f5.pth",
                "a442d8f52a3a7ad715bf6b7d8117fb3a84d54249389b0a13f6956cd0d2eca4f0",
                2_254_000_000,
            ),
        },
        size=512,
    ),
    PublishedModel(
        name="dinotxt-v2",
        title="DINOv2 ViT-L/14 dino.txt",
        family="dinotxt-v2",
        kind="vit-1024-24-mlp-v2-reg",
        licence=_V2_LICENCE,
        gated=False,
        source=f"{_V2}dinov2_vitl14/",
        files={
            "backbone": _L2,
            "head": Published(
                f"{_TXT2}_vision_head.pth",
                "706fba5bcb7019d80e127f0ff123872a75e0e6099527cf1911db85bd61c88ef5",
                101_000_000,
            ),
            "text": Published(
                f"{_TXT2}_text_encoder.pth",
                "13378274c79f67af8b47b11dd57827d659e7b1ee01e4dde58d2266422ea7846a",
                2_153_000_000,
            ),
        },
        size=518,
    ),
    _v3(
        "dinov3-s",
        "DINOv3 ViT-S/16",
        "vit-384-12-mlp-v3",
        "dinov3_vits16_pretrain_lvd1689m",
        "08c60483",
        86.5,
    ),
    _v3(
        "dinov3-s+",
        "DINOv3 ViT-S+/16",
        "vit-384-12-swiglu-v3",
        "dinov3_vits16plus_pretrain_lvd1689m",
        "4057cbaa",
        114.8,
    ),
    _v3(
        "dinov3-b",
        "DINOv3 ViT-B/16",
        "vit-768-12-mlp-v3",
        "dinov3_vitb16_pretrain_lvd1689m",
        "73cec8be",
        342.8,
    ),
    _v3(
        "dinov3-l",
        "DINOv3 ViT-L/16",
        "vit-1024-24-mlp-v3",
        "dinov3_vitl16_pretrain_lvd1689m",
        _L3.sha256,
        1212.9,
    ),
    _v3(
        "dinov3-l+",
        "DINOv3 ViT-L+/16",
        "vit-1024-24-swiglu-v3",
        "dinov3_vitl16plus_pretrain_lvd1689m",
        "46503df0",
        1616,
    ),
    _v3(
        "dinov3-l-satellite",
        "DINOv3 ViT-L/16 (satellite)",
        "vit-1024-24-mlp-v3-sat",
        "dinov3_vitl16_pretrain_sat493m",
        "eadcf0ffc02418b6c22a885ea1a7aaeeef84fbf0f5bb4d0b7d1d36e68a964f48",
        1212.9,
    ),
    _v3(
        "dinov3-7b-satellite",
        "DINOv3 ViT-7B/16 (satellite)",
        "vit-4096-40-swiglu-v3-sat",
        "dinov3_vit7b16_pretrain_sat493m",
        "a6675841",
        26864,
    ),
    _v3(
        "dinov3-h+",
        "DINOv3 ViT-H+/16",
        "vit-1280-32-swiglu-v3",
        "dinov3_vith16plus_pretrain_lvd1689m",
        "7c1da9a5",
        3363,
    ),
    _v3(
        "dinov3-7b",
        "DINOv3 ViT-7B/16",
        "vit-4096-40-swiglu-v3",
        "dinov3_vit7b16_pretrain_lvd1689m",
        "a955f4ea",
        26864,
    ),
    _v3(
        "dinov3-convnext-t",
        "DINOv3 ConvNeXt-T",
        "convnext-96-9",
        "dinov3_convnext_tiny_pretrain_lvd1689m",
        "21b726bb",
        111,
        768,
    ),
    _v3(
        "dinov3-convnext-s",
        "DINOv3 ConvNeXt-S",
        "convnext-96-27",
        "dinov3_convnext_small_pretrain_lvd1689m",
        "296db49d",
        198,
        768,
    ),
    _v3(
        "dinov3-convnext-b",
        "DINOv3 ConvNeXt-B",
        "convnext-128-27",
        "dinov3_convnext_base_pretrain_lvd1689m",
        "801f2ba9",
        350,
        768,
    ),
    _v3(
        "dinov3-convnext-l",
        "DINOv3 ConvNeXt-L",
        "convnext-192-27",
        "dinov3_convnext_large_pretrain_lvd1689m",
        "61fa432d",
        785,
        768,
    ),
    _v2("dinov2-vits", "DINOv2 ViT-S/14", "vit-384-12-mlp-v2", 88),
    _v2("dinov2-vitb", "DINOv2 ViT-B/14", "vit-768-12-mlp-v2", 346),
    _v2("dinov2-vitl", "DINOv2 ViT-L/14", "vit-1024-24-mlp-v2", 1217),
    _v2("dinov2-vitg", "DINOv2 ViT-g/14", "vit-1536-40-swiglu-v2", 4546),
    _v2("dinov2-vits-reg", "DINOv2 ViT-S/14 with registers", "vit-384-12-mlp-v2-reg", 88),
    _v2("dinov2-vitb-reg", "DINOv2 ViT-B/14 with registers", "vit-768-12-mlp-v2-reg", 346),
    _v2("dinov2-vitl-reg", "DINOv2 ViT-L/14 with registers", "vit-1024-24-mlp-v2-reg", 1217, _L2.sha256),
    _v2("dinov2-vitg-reg", "DINOv2 ViT-g/14 with registers", "vit-1536-40-swiglu-v2-reg", 4546),
)


def by_name(name: str) -> PublishedModel | None:
    """The published model of that zoo name."""
    return next((known for known in KNOWN if known.name == name), None)
