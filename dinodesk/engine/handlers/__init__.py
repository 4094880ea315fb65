"""The handlers: one registered function answers one kind of request; importing this registers them all."""

from dinodesk.engine.handlers import (
    arrangement,
    calibration,
    comparison,
    inspection,
    jobs,
    library,
    maintenance,
    models,
    photo_files,
    saved_searches,
    search,
    sidecars,
    tags,
)
from dinodesk.engine.handlers.registry import HANDLERS, Outcome, Steps, handles

__all__ = [
    "HANDLERS",
    "Outcome",
    "Steps",
    "arrangement",
    "calibration",
    "comparison",
    "handles",
    "inspection",
    "jobs",
    "library",
    "maintenance",
    "models",
    "photo_files",
    "saved_searches",
    "search",
    "sidecars",
    "tags",
]
