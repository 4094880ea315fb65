"""Frozen records that every package may use: photos, models, confidence, maps, metadata, tags, reports.

Nothing here computes on pixels or opens files; arrays are numpy and treated as read-only.
"""

from dinodesk.records.arrays import LEAST_DIVISOR, ByteArray, DoubleArray, FloatArray, IntArray
from dinodesk.records.confidence import BANDS, HIT, Band, ConfidenceCurve, band
from dinodesk.records.metadata import CaptureDate, DateClaim, DatePrecision, PhotoMetadata, ZoneSource
from dinodesk.records.models import ModelInfo, ZooEntry
from dinodesk.records.patch_maps import MapScale, MapView, PatchMap, TokenGrid
from dinodesk.records.photo_details import LocationDetails, PhotoDetails, SidecarDetails
from dinodesk.records.photos import Folder, Photo, PhotoState, PhotoWord, Skipped, WordKind
from dinodesk.records.reports import Statistics, StoredReport, VerifyCounts
from dinodesk.records.scope import (
    EVERYTHING,
    MISSING,
    Everything,
    InFolder,
    MissingPhotos,
    Rated,
    Scope,
    Tagged,
    TagKind,
    scope_from_key,
)
from dinodesk.records.tags import Tag, TagAction, TagChange

__all__ = [
    "BANDS",
    "EVERYTHING",
    "HIT",
    "LEAST_DIVISOR",
    "MISSING",
    "Band",
    "ByteArray",
    "CaptureDate",
    "ConfidenceCurve",
    "DateClaim",
    "DatePrecision",
    "DoubleArray",
    "Everything",
    "FloatArray",
    "Folder",
    "InFolder",
    "IntArray",
    "LocationDetails",
    "MapScale",
    "MapView",
    "MissingPhotos",
    "ModelInfo",
    "PatchMap",
    "Photo",
    "PhotoDetails",
    "PhotoMetadata",
    "PhotoState",
    "PhotoWord",
    "Rated",
    "Scope",
    "SidecarDetails",
    "Skipped",
    "Statistics",
    "StoredReport",
    "Tag",
    "TagAction",
    "TagChange",
    "TagKind",
    "Tagged",
    "TokenGrid",
    "VerifyCounts",
    "WordKind",
    "ZoneSource",
    "ZooEntry",
    "band",
    "scope_from_key",
]
