"""All that is known of one photo, as the Info page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.records.metadata import CaptureDate, DateClaim, PhotoMetadata
from dinodesk.records.photos import PhotoState

_NO_METADATA = PhotoMetadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationDetails:
    """One location of a photo.

    Attributes:
        path: absolute.
        state: online, offline or missing.
        drive: name of the drive to plug in where the location is offline; "" where it has no name.
        folder_missing: whether it is offline because its root folder is gone, though the drive is there.
    """

    path: str
    state: PhotoState
    drive: str = ""
    folder_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarDetails:
    """A sidecar: its path on the volume, and why it can't be read, "" when it can."""

    path: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoDetails:
    """What is known of one photo, in numbers; `ui.text.photo_details_text` makes lines of it.

    Attributes:
        locations: best first; empty for a photo that lies in no root folder any more.
        width, height: of the upright photo, in pixels.
        bytes: size of the file.
        sidecars: by path.
        models: names of the models that have a vector of it, the oldest first.
        metadata: of the sidecars; what they lack, of the photo's own bytes.
        date: when it was taken, as far as it is believed; None where no date is.
        doubted: dates that are stated and not believed, because they lie in the future.
        near: the GPS place, a city and its country; "" where there is none.
        title, description: the person's, else those of the metadata.
        rating: the one that counts: -1 rejected, 0 none, to 5; None when nobody rated it.
        rated_by: whose it is: "sidecar", "photo", or "" for the person or nobody.
        labels, albums: of the person, by name.
    """

    locations: tuple[LocationDetails, ...] = ()
    width: int = 0
    height: int = 0
    bytes: int = 0
    sidecars: tuple[SidecarDetails, ...] = ()
    models: tuple[str, ...] = ()
    metadata: PhotoMetadata = _NO_METADATA
    date: CaptureDate | None = None
    doubted: tuple[DateClaim, ...] = ()
    near: str = ""
    title: str = ""
    description: str = ""
    rating: int | None = None
    rated_by: str = ""
    labels: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
