"""A profile is judged by what it does to colours, whatever it is called."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from broken_pictures import encoded, png_with
from PIL import Image, ImageCms

from dinodesk.library.images.colour_profiles import SAME, conversion_of
from dinodesk.library.images.decoder import decode
from dinodesk.library.images.icc_builder import SRGB_CHROMATICITIES, profile_of

LINEAR, GAMMA_22, SRGB = 1.0, 0.5, 1 / 2.2
ADOBE = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
LIGHT = 56
"""Half of sRGB's levels is this share of the light, in levels: what a linear file stores for grey 129."""


def profile(exponent: float = LINEAR, *, grey: bool = False, name: bytes = b"from a PNG's chunks") -> bytes:
    made = profile_of(exponent, SRGB_CHROMATICITIES, grey=grey)
    assert made is not None
    return made.replace(b"from a PNG's chunks", name)


def mean(data: bytes, side: int | None = None) -> np.ndarray:
    return decode(data, side).rgb.reshape(-1, 3).mean(axis=0)


def plain(mode: str, colour: object) -> Image.Image:
    return Image.new(mode, (32, 24), colour)  # type: ignore[arg-type]


def test_a_linear_profile_is_applied_whatever_its_name() -> None:
    for name in (b"GIMP sRGB linear RG", b"sRGB IEC61966-2.1 !", b"linear Rec709 D50 !"):
        for kind in ("JPEG", "PNG", "TIFF", "WEBP"):
            data = encoded(plain("RGB", (LIGHT, LIGHT, LIGHT)), kind, icc_profile=profile(name=name))
            for side in (None, 8):
                assert np.abs(mean(data, side) - 129).max() <= 3


def test_what_changes_nothing_is_not_applied() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for each in (own, profile(SRGB), profile(SRGB, name=b"my display's own   ")):
        assert conversion_of(each, "RGB").transform is None
    assert conversion_of(profile(SRGB, grey=True), "L").levels is None
    picture = Image.effect_noise((64, 48), 90).convert("RGB")
    assert np.array_equal(decode(encoded(picture, "PNG", icc_profile=own)).rgb, np.asarray(picture))


def test_a_conversion_is_made_once() -> None:
    assert conversion_of(profile(), "RGB") is conversion_of(profile(), "RGB")


def test_grey_profiles_are_applied_to_grey_pictures() -> None:
    linear = profile(grey=True)
    for kind in ("JPEG", "PNG", "TIFF"):
        assert np.abs(mean(encoded(plain("L", LIGHT), kind, icc_profile=linear)) - 129).max() <= 2
    dots = profile(1 / 1.8, grey=True)  # about what prints of 20 percent dot gain are
    assert np.abs(mean(encoded(plain("L", 100), "JPEG", icc_profile=dots)) - 118).max() <= 2
    data = encoded(plain("LA", (LIGHT, 255)), "PNG", icc_profile=linear)
    assert np.abs(mean(data) - 129).max() <= 1
    data = encoded(plain("LA", (LIGHT, 0)), "PNG", icc_profile=linear)
    assert mean(data).min() == 255  # paper
    shadows = [decode(encoded(plain("L", level), "PNG", icc_profile=linear)).rgb.max() for level in (0, 1, 2)]
    assert shadows == [0, 13, 22]  # by sRGB's definition


def test_sixteen_bits_are_converted_before_they_become_eight() -> None:
    values = np.array([0, 32, 257, 257 * LIGHT, 65535], np.uint16)
    picture = Image.fromarray(np.repeat(np.repeat(values[None], 8, 0), 8, 1))
    for kind in ("PNG", "TIFF"):
        found = decode(encoded(picture, kind, icc_profile=profile(grey=True))).rgb[0, ::8, 0].tolist()
        assert np.abs(np.array(found) - [0, 2, 13, 129, 255]).max() <= 1
        assert decode(encoded(picture, kind)).rgb[0, 24, 0] == LIGHT


@pytest.mark.parametrize(
    "broken",
    [b"", b"no profile", bytes(5000), profile()[:200], profile()[:130] + b"\xff" * 300, b"x" * (17 << 20)],
)
def test_a_broken_profile_is_as_good_as_none(broken: bytes) -> None:
    for mode in ("RGB", "L", "CMYK", "LAB"):
        assert conversion_of(broken, mode).transform is conversion_of(broken, mode).levels is None


def test_a_profile_for_other_channels_is_as_good_as_none() -> None:
    assert (
        np.abs(mean(encoded(plain("RGB", (56, 56, 56)), "PNG", icc_profile=profile(grey=True))) - 56).max()
        == 0
    )
    for mode, colour in (("L", 56), ("LA", (56, 255)), ("P", 56)):
        data = encoded(plain(mode, colour), "PNG", icc_profile=profile(grey=mode == "P"))
        assert np.abs(mean(data) - mean(encoded(plain(mode, colour), "PNG"))).max() <= 1
    data = encoded(plain("CMYK", (0, 80, 160, 40)), "TIFF", icc_profile=profile())
    assert np.array_equal(mean(data), mean(encoded(plain("CMYK", (0, 80, 160, 40)), "TIFF")))


def test_a_large_profile_in_a_png_is_applied() -> None:
    padded = bytearray(profile() + np.random.default_rng(0).bytes(3_000_000))
    padded[:4] = struct.pack(">I", len(padded))
    for kind in ("PNG", "TIFF"):
        data = encoded(plain("RGB", (LIGHT, LIGHT, LIGHT)), kind, icc_profile=bytes(padded))
        assert np.abs(mean(data) - 129).max() <= 2


def number(value: float) -> bytes:
    return struct.pack(">I", round(value * 100_000))


def chromaticities(values: tuple[float, ...]) -> tuple[bytes, bytes]:
    return b"cHRM", b"".join(map(number, values))


def test_a_png_without_a_profile_goes_by_its_gamma() -> None:
    grey, colour = plain("L", LIGHT), plain("RGB", (LIGHT, LIGHT, LIGHT))
    for picture in (grey, colour, plain("RGBA", (LIGHT, LIGHT, LIGHT, 255))):
        linear = png_with((b"gAMA", number(1.0)), image=picture)
        assert np.abs(mean(linear) - 129).max() <= 2
        known = png_with((b"gAMA", number(1.0)), (b"sRGB", b"\0"), image=picture)
        assert np.abs(mean(known) - LIGHT).max() == 0
        usual = png_with((b"gAMA", number(0.45455)), chromaticities(SRGB_CHROMATICITIES), image=picture)
        assert np.abs(mean(usual) - LIGHT).max() <= SAME
    for nonsense in (0, 0.00001, 21_000):
        assert np.abs(mean(png_with((b"gAMA", number(nonsense)), image=colour)) - LIGHT).max() == 0
    wide = (b"gAMA", number(0.45471)), chromaticities(ADOBE)
    found = mean(png_with(*wide, image=plain("RGB", (120, 160, 100))))
    assert np.abs(found - (98, 161, 96)).max() <= 4
    flat = (b"gAMA", number(0.45455)), chromaticities((0.3, 0.3) * 4)
    assert np.abs(mean(png_with(*flat, image=colour)) - LIGHT).max() == 0


def test_profiles_can_be_read_by_others() -> None:
    for grey in (False, True):
        made = ImageCms.ImageCmsProfile(io.BytesIO(profile(grey=grey)))
        assert made.profile.xcolor_space == ("GRAY" if grey else "RGB ")
    assert profile_of(0.0, SRGB_CHROMATICITIES, grey=False) is None
    assert profile_of(1.0, (0.3,) * 7, grey=False) is None
