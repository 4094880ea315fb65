"""The tables, as SQLAlchemy 2 typed declarative. Shapes of older versions live in `migrations.py`.

volumes ─< roots              the folders a person added
volumes ─< places >─ assets   locations: where a photo lies; without an asset, a file that can't be read
assets  >─ contents           what a photo is now; contents are known by the hash of their bytes
assets  >─< contents, earlier  what a photo was before it was edited
contents ─< vectors >─ models one unit vector for each content, model fingerprint and view
contents ── facts              metadata of the photo's own bytes: date, camera, coordinates, words
places  ─< sidecars            XMP files beside a photo, with their metadata
assets  >─< labels, albums     annotations, with the rating, title and description of the asset
assets  ── filter_facts        what filters compare, of annotations, sidecars and bytes together: derived
assets  ─< filter_words        the same, of names and words
assets  ── stale_facts         the photos of which both are to be derived anew
saved_searches                searches under a name, with all their values
notes, reports                values that the program keeps by key, and what jobs did
"""

from __future__ import annotations

import sys

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

_NAMES, _ODD = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
"""Encoding of file names; os.fsencode takes three times as long, and a scan reads a path for each file."""


class PathType(TypeDecorator[str]):
    """A path as the bytes the file system knows: names that are not UTF-8 survive exactly."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """`str` with surrogate escapes → bytes."""
        return None if value is None else value.encode(_NAMES, _ODD)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Bytes → `str` with surrogate escapes."""
        return None if value is None else value.decode(_NAMES, _ODD)


REMOVED = "removed"
"""The reason of a file that a person took out of the library: scans pass over it."""


class Base(DeclarativeBase):
    """Base of the tables."""


class Volume(Base):
    """A file system known by its identity, wherever it is mounted; `mount` and `name` are its last ones."""

    __tablename__ = "volumes"
    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    mount: Mapped[str] = mapped_column(PathType)
    name: Mapped[str] = mapped_column(server_default="")


class Root(Base):
    """A folder the person added, relative to its volume; `recursive` False holds single files only.

    `nested` marks a drive that was found mounted inside another root: it goes when that one goes.
    `inode` is the folder's; null where it was a link when it was added, or is not known.
    """

    __tablename__ = "roots"
    __table_args__ = (UniqueConstraint("volume_id", "path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    volume_id: Mapped[int] = mapped_column(ForeignKey("volumes.id"))
    path: Mapped[str] = mapped_column(PathType)
    recursive: Mapped[bool]
    added: Mapped[float]
    nested: Mapped[bool] = mapped_column(server_default="0")
    inode: Mapped[int | None]


class Content(Base):
    """One sequence of bytes that decodes to a photo: hashes and upright size.

    `hash` is of all bytes (16 bytes), `quick` of the size and both ends (8 bytes; null from before it was).
    """

    __tablename__ = "contents"
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    quick: Mapped[bytes | None]


class Asset(Base):
    """What a person regards as one photo; annotations belong to it. Null: not annotated."""

    __tablename__ = "assets"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"), index=True)
    rating: Mapped[int | None]
    title: Mapped[str | None]
    description: Mapped[str | None]


class EarlierContent(Base):
    """A content that an asset had before it was edited: its annotations hold for those bytes too."""

    __tablename__ = "earlier"
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Location(Base):
    """A file seen on a volume. `asset_id` is null when it can't be read, `reason` then says why; or when a
    person took the photo out of the library, and `reason` is `REMOVED`.

    `verified` is when its bytes were last found unchanged (seconds since the epoch), `damage` what else was
    found.
    """

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("volume_id", "path"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    volume_id: Mapped[int] = mapped_column(ForeignKey("volumes.id"))
    path: Mapped[str] = mapped_column(PathType)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"), index=True)
    size: Mapped[int]
    mtime_ns: Mapped[int]
    inode: Mapped[int]
    reason: Mapped[str | None]
    missing_since: Mapped[float | None]
    verified: Mapped[float | None]
    damage: Mapped[str | None]


class ModelRow(Base):
    """A model that made vectors here, by fingerprint."""

    __tablename__ = "models"
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    dim: Mapped[int]


class Vector(Base):
    """A unit vector, float16 little-endian, of one content by one model in one view."""

    __tablename__ = "vectors"
    __table_args__ = (UniqueConstraint("model_id", "content_id", "view"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"), index=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    view: Mapped[str]
    data: Mapped[bytes]


class MetadataRow(Base):
    """The metadata in a content's bytes; most fields are those of `records.PhotoMetadata`.

    `reader` is the version of the reader that wrote the row; `dates`, `keywords` and `people` are JSON lists.
    `taken` (seconds since the epoch), `utc_offset`, `taken_from` and `zone_from` are what `dates` come to
    while none of them lies in the future; `latest` is the latest instant they name, by which that is known.
    """

    __tablename__ = "facts"
    content_id: Mapped[int] = mapped_column(ForeignKey("contents.id"), primary_key=True)
    reader: Mapped[int]
    dates: Mapped[str] = mapped_column(server_default="[]")
    taken: Mapped[float | None]
    utc_offset: Mapped[int | None]
    taken_from: Mapped[str] = mapped_column(server_default="")
    zone_from: Mapped[str] = mapped_column(server_default="")
    latest: Mapped[float | None]
    camera_maker: Mapped[str]
    camera_model: Mapped[str]
    lens: Mapped[str]
    focal_length: Mapped[float | None]
    aperture: Mapped[float | None]
    exposure: Mapped[float | None]
    iso: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    altitude: Mapped[float | None]
    keywords: Mapped[str]
    people: Mapped[str] = mapped_column(server_default="[]")
    rating: Mapped[int | None]
    color_label: Mapped[str] = mapped_column(server_default="")
    flag: Mapped[int | None]
    title: Mapped[str]
    headline: Mapped[str] = mapped_column(server_default="")
    description: Mapped[str]
    creator: Mapped[str]
    copyright: Mapped[str]
    city: Mapped[str] = mapped_column(server_default="")
    province: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")


class Sidecar(Base):
    """A sidecar: path on the volume, size, time, metadata (JSON) or why it can't be read."""

    __tablename__ = "sidecars"
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(PathType, primary_key=True)
    size: Mapped[int]
    mtime_ns: Mapped[int]
    reader: Mapped[int]
    reason: Mapped[str | None]
    metadata_json: Mapped[str] = mapped_column("said")  # the column keeps its first name


class Label(Base):
    """A label; `folded` is the name as it is compared, without case."""

    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)


class AssetLabel(Base):
    """A label on a photo."""

    __tablename__ = "asset_labels"
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), primary_key=True, index=True)


class Album(Base):
    """A named sequence of photos."""

    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)


class AssetAlbum(Base):
    """A photo in an album, at its position."""

    __tablename__ = "asset_albums"
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"), primary_key=True, index=True)
    position: Mapped[int]


class FilterFacts(Base):
    """What filters compare of a photo: what the window shows of it. Derived from the other tables; triggers
    note in `stale_facts` the photos of which those changed.

    `clock` is the capture date's (`records.CaptureDate`), null where there is none; `doubted_until` the
    instant from which a date that lies in the future is believed.
    """

    __tablename__ = "filter_facts"
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    clock: Mapped[float | None]
    doubted_until: Mapped[float | None]
    rating: Mapped[int]
    iso: Mapped[int | None]
    aperture: Mapped[float | None]
    focal_length: Mapped[float | None]
    has_gps: Mapped[bool]
    has_caption: Mapped[bool]


class FilterWord(Base):
    """A name or word by which filters find a photo; `folded` is what is compared, `word` what is shown.

    `kind` is the filter's key; of a folder `word` is its absolute path, as when it was derived.
    """

    __tablename__ = "filter_words"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    folded: Mapped[str]
    word: Mapped[str] = mapped_column(PathType)


class StaleFacts(Base):
    """A photo whose `filter_facts` and `filter_words` are to be derived anew."""

    __tablename__ = "stale_facts"
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)


class SavedSearchRow(Base):
    """A search that a person saved (`records.SavedSearch`); `folded` is its name as it is compared.

    `images` is a JSON list, for paths that are not UTF-8. Threshold, temperature and cut are null with
    Auto. `seen` is the highest asset when it was last looked at.
    """

    __tablename__ = "saved_searches"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    query: Mapped[str]
    literal: Mapped[bool]
    images: Mapped[str]
    image_weight: Mapped[float | None]
    scene: Mapped[float]
    templates: Mapped[str]
    stop: Mapped[str]
    threshold: Mapped[float | None]
    temperature: Mapped[float | None]
    cut: Mapped[float | None]
    sort: Mapped[str]
    model: Mapped[str]
    created: Mapped[float]
    seen: Mapped[int]


class KeyValue(Base):
    """A value that the program keeps in the library: exclude rules, a pause, the progress of verifying."""

    __tablename__ = "notes"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class ReportRow(Base):
    """The report of a job: what it did, as JSON, for the person to read later."""

    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float]
    what: Mapped[str]
    data: Mapped[str]
