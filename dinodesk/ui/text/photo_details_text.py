"""The details of a photo as lines under headings, as the Info page shows them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from dinodesk.records import (
    CaptureDate,
    DateClaim,
    DatePrecision,
    LocationDetails,
    PhotoDetails,
    PhotoMetadata,
    ZoneSource,
)
from dinodesk.ui.text.availability import NOT_FOUND, drive_reason
from dinodesk.ui.text.formatting import size

Lines = tuple[tuple[str, str], ...]
"""Name and value of each line, plain text."""

_SHORT_EXPOSURE = 0.3
"""Seconds below which an exposure is written as a fraction, as cameras do."""


def detail_groups(details: PhotoDetails) -> tuple[tuple[str, Lines], ...]:
    """Headings, each with its lines; headings without lines are left out."""
    metadata = details.metadata
    groups = (
        ("File", _file_lines(details)),
        ("Words", _word_lines(details)),
        ("Marks", mark_lines(metadata)),
        ("Date", date_lines(details.date, details.doubted)),
        ("Camera", camera_lines(metadata)),
        ("Exposure", exposure_lines(metadata)),
        ("Place", place_lines(metadata, details.near)),
        ("Where", location_lines(details.locations)),
        ("Indexed with", tuple(("Model", name) for name in details.models) or (("Model", "no model yet"),)),
    )
    return tuple((title, lines) for title, lines in groups if lines)


def _file_lines(details: PhotoDetails) -> Lines:
    name = os.path.basename(details.locations[0].path) if details.locations else ""
    sidecars = tuple(
        ("Sidecar", os.path.basename(each.path) + (f" · can't be used: {each.reason}" if each.reason else ""))
        for each in details.sidecars
    )
    lines = (
        ("Name", name),
        ("Size", f"{details.width:,} × {details.height:,} pixels" if details.width else ""),
        ("On disk", size(details.bytes) if details.bytes else ""),
    )
    return (*_filled(lines), *sidecars)


def _word_lines(details: PhotoDetails) -> Lines:
    return _filled(
        (
            ("Title", details.title),
            ("Headline", details.metadata.headline if details.metadata.headline != details.title else ""),
            ("Description", details.description),
            ("People", ", ".join(details.metadata.people)),
            ("By", details.metadata.creator),
            ("Rights", details.metadata.copyright),
        )
    )


def mark_lines(metadata: PhotoMetadata) -> Lines:
    """Colour label and flag, as other programs gave them."""
    flag = {1: "picked", -1: "rejected"}.get(metadata.flag or 0, "")
    return _filled((("Colour label", metadata.color_label), ("Flag", flag)))


def _filled(lines: Lines) -> Lines:
    return tuple((name, value) for name, value in lines if value)


def date_lines(date: CaptureDate | None, doubted: Sequence[DateClaim] = ()) -> Lines:
    """Date, time zone of the clock, and the block that holds them; which dates are not believed."""
    lines: list[tuple[str, str]] = []
    if date is not None:
        lines.append(("Taken", written_date(date.clock, date.precision)))
        if date.precision in _CLOCKS:
            lines.append(("Time zone", zone_name(date.utc_offset)))
            if date.zone_from in _ZONE_FROM:
                lines.append(("Zone from", _ZONE_FROM[date.zone_from]))
        lines.append(("From", date.source))
    if doubted:
        blocks = " and ".join(dict.fromkeys(claim.source for claim in doubted))
        lines.append(("Not believed", f"a date in the future, from {blocks}"))
    return tuple(lines)


_CLOCKS: tuple[DatePrecision, ...] = ("minute", "second")
_ZONE_FROM: dict[ZoneSource, str] = {
    "utc": "told in UTC only",
    "gps_clock": "the time GPS stored",
    "photo": "the photo’s own clock",
    "gps_place": "the coordinates",
    "folder": "photos in its folder",
    "days": "photos of these days",
}
"""How an inferred zone is explained; one that the file states needs no words."""


def written_date(clock: float, precision: DatePrecision) -> str:
    """As much of a date as is known: "6 May 2021, 07:08:09", "May 2021", "2021"."""
    when = datetime(1970, 1, 1) + timedelta(seconds=clock)
    day = {"year": f"{when:%Y}", "month": f"{when:%B %Y}"}.get(precision, f"{when.day} {when:%B %Y}")
    time = {"minute": f", {when:%H:%M}", "second": f", {when:%H:%M:%S}"}.get(precision, "")
    return day + time


def zone_name(offset: int | None) -> str:
    """ "UTC+02:00" for 120 minutes, "UTC" for 0, "not known" for None."""
    if offset is None:
        return "not known"
    return f"UTC{'+' if offset > 0 else '−'}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "UTC"


def camera_lines(metadata: PhotoMetadata) -> Lines:
    """Camera and lens."""
    return _filled((("Camera", metadata.camera), ("Lens", metadata.lens)))


def exposure_lines(metadata: PhotoMetadata) -> Lines:
    """Exposure time, aperture, ISO speed and focal length, as far as they are known."""
    lines: list[tuple[str, str]] = []
    if metadata.exposure is not None:
        seconds = metadata.exposure
        fraction = seconds < _SHORT_EXPOSURE
        lines.append(("Time", f"1/{round(1 / seconds):,} s" if fraction else f"{seconds:g} s"))
    if metadata.aperture is not None:
        lines.append(("Aperture", f"f/{metadata.aperture:.3g}"))
    if metadata.iso is not None:
        lines.append(("ISO", f"{metadata.iso:,}"))
    if metadata.focal_length is not None:
        lines.append(("Focal length", f"{metadata.focal_length:.4g} mm"))
    return tuple(lines)


def place_lines(metadata: PhotoMetadata, near: str) -> Lines:
    """The place in a person's words, its nearest city, coordinates and height."""
    words = ", ".join(part for part in (metadata.city, metadata.province, metadata.country) if part)
    if metadata.latitude is None or metadata.longitude is None:
        return _filled((("Named", words),))
    north = f"{abs(metadata.latitude):.5f}° {'N' if metadata.latitude >= 0 else 'S'}"
    east = f"{abs(metadata.longitude):.5f}° {'E' if metadata.longitude >= 0 else 'W'}"
    height = "" if metadata.altitude is None else f"{metadata.altitude:,.0f} m"
    return _filled(
        (("Named", words), ("Near", near), ("Coordinates", f"{north}, {east}"), ("Height", height))
    )


def location_lines(locations: tuple[LocationDetails, ...]) -> Lines:
    """The folder of each location, with its state where it can't be read and its name where that differs."""
    lines: list[tuple[str, str]] = []
    for location in locations:
        lines.append(("Also in" if lines else "Folder", os.path.dirname(location.path)))
        if reason := location_reason(location):
            lines.append(("State", reason))
        if os.path.basename(location.path) != os.path.basename(locations[0].path):
            lines.append(("as", os.path.basename(location.path)))
    return tuple(lines)


def location_reason(location: LocationDetails) -> str:
    """Why a location can't be read, and what helps; "" when it can."""
    if location.state == "online":
        return ""
    if location.state == "missing":
        return NOT_FOUND
    if location.folder_missing:
        return "its folder is not there"
    return drive_reason(location.drive)
