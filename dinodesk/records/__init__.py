"""Frozen records that every room may know: photos, models, confidence, maps, metadata, tags, reports.

Nothing here computes on pixels or opens files; arrays are numpy and treated as read-only.
"""

from dinodesk.records.arrays import ByteArray, FloatArray, IntArray
from dinodesk.records.confidence import BANDS, HIT, Band, ConfidenceCurve, band
from dinodesk.records.metadata import DetailGroup, PhotoDetails, PhotoMetadata
from dinodesk.records.models import ModelInfo, ZooEntry
from dinodesk.records.patch_maps import PatchMap, TokenGrid
from dinodesk.records.photos import Folder, Photo, PhotoState, Skipped
from dinodesk.records.reports import Statistics, StoredReport
from dinodesk.records.tags import MISSING, Tag, is_tag

__all__ = [
    "BANDS",
    "HIT",
    "MISSING",
    "Band",
    "ByteArray",
    "ConfidenceCurve",
    "DetailGroup",
    "FloatArray",
    "Folder",
    "IntArray",
    "ModelInfo",
    "PatchMap",
    "Photo",
    "PhotoDetails",
    "PhotoMetadata",
    "PhotoState",
    "Skipped",
    "Statistics",
    "StoredReport",
    "Tag",
    "TokenGrid",
    "ZooEntry",
    "band",
    "is_tag",
]
