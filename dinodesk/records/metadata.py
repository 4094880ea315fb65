"""Metadata of a photo's bytes or sidecars."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """Metadata that a photo's bytes or a sidecar hold; values that can't be true are left out.

    Attributes:
        taken: seconds since the epoch; where no zone is known the camera's clock is taken as UTC.
        utc_offset: minutes east of UTC of the clock that `taken` was read from; None when unknown.
        taken_from: the block that holds the date, for example "EXIF"; "" without a date.
        camera_maker, camera_model, lens: names as the camera writes them.
        focal_length: millimetres; aperture: f-number; exposure: seconds; iso: ISO speed.
        latitude, longitude: degrees north and east, WGS 84; both or neither. altitude: metres.
        keywords: words; the levels of a hierarchy are joined by "|".
        rating: -1 rejected, 0 none, to 5; None where there is none.
    """

    taken: float | None = None
    utc_offset: int | None = None
    taken_from: str = ""
    camera_maker: str = ""
    camera_model: str = ""
    lens: str = ""
    focal_length: float | None = None
    aperture: float | None = None
    exposure: float | None = None
    iso: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    title: str = ""
    description: str = ""
    creator: str = ""
    copyright: str = ""
