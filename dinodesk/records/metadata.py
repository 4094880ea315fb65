"""Metadata of a photo's bytes or sidecars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DatePrecision = Literal["year", "month", "day", "minute", "second"]
"""The smallest unit that a written date names."""
ZoneSource = Literal["", "stated", "utc", "gps_clock", "gps_place", "photo", "folder", "days"]
"""What the zone of a clock is known from: nothing; the block that holds the date; that block, which tells the
time in UTC and nothing of the place; the UTC time that GPS stored beside the date; the coordinates; another
date of the same photo; photos of the same days in the same folder, or in other folders.
"""


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date as one block of a photo or a sidecar writes it, whether it is believed or not.

    Attributes:
        clock: seconds between 1970-01-01 00:00 and what the clock showed, both on that same clock.
        utc_offset: minutes east of UTC of the clock; None where the block does not say.
        precision: the smallest unit that is written.
        source: the block, for example "EXIF".
        rank: where claims contradict, the lowest counts.
        in_utc: whether the block tells an instant in UTC, or fills in UTC where it knows no zone; its offset
            of 0 is not that of the place then.
    """

    clock: float
    utc_offset: int | None
    precision: DatePrecision
    source: str
    rank: int
    in_utc: bool = False

    @property
    def instant(self) -> float:
        """Seconds since the epoch; a clock without a zone is read as UTC."""
        return self.clock - 60 * (self.utc_offset or 0)


@dataclass(frozen=True, slots=True)
class CaptureDate:
    """When a photo was taken, as far as it is believed.

    Attributes:
        clock: seconds between 1970-01-01 00:00 and what the clock showed, both on that same clock.
        utc_offset: minutes east of UTC; None where nothing tells.
        precision: the smallest unit that is known; `clock` is the beginning of it.
        source: the block that holds the date, for example "EXIF".
        zone_from: what `utc_offset` is known from.
        instant_known: whether the photo itself states the instant, so that its zone is no guess.
    """

    clock: float
    utc_offset: int | None
    precision: DatePrecision
    source: str
    zone_from: ZoneSource = ""
    instant_known: bool = False

    @property
    def instant(self) -> float:
        """Seconds since the epoch; a clock without a zone is read as UTC."""
        return self.clock - 60 * (self.utc_offset or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoMetadata:
    """Metadata that a photo's bytes or a sidecar hold; values that can't be true are left out.

    Attributes:
        dates: every date that is written, the doubtful ones too.
        camera_maker, camera_model, lens: names as the camera writes them.
        focal_length: millimetres; aperture: f-number; exposure: seconds; iso: ISO speed.
        latitude, longitude: degrees north and east, WGS 84; both or neither. altitude: metres.
        keywords: words; the levels of a hierarchy are joined by "|".
        people: names of the people in the photo.
        rating: -1 rejected, 0 none, to 5; None where there is none.
        color_label: an English colour in small letters, else the label's own words; "" where there is none.
        flag: 1 picked, -1 rejected, 0 neither; None where nothing is said.
        headline: a short line for publication; title and description are apart.
        city, province, country: words for the place, as a person wrote them.
    """

    dates: tuple[DateClaim, ...] = ()
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
    people: tuple[str, ...] = ()
    rating: int | None = None
    color_label: str = ""
    flag: int | None = None
    title: str = ""
    headline: str = ""
    description: str = ""
    creator: str = ""
    copyright: str = ""
    city: str = ""
    province: str = ""
    country: str = ""

    @property
    def camera(self) -> str:
        """Maker and model, the maker once: "Canon EOS 40D", not "Canon Canon EOS 40D"."""
        first = self.camera_maker.split(" ")[0].casefold()
        if first and self.camera_model.casefold().startswith(first):
            return self.camera_model
        return f"{self.camera_maker} {self.camera_model}".strip()
