"""A search with all its values: as it is saved under a name, and as it leaves as a recipe."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.records.arrangement import Sort
from dinodesk.records.confidence import ConfidenceCurve, Stop

SAVED_KEY = "saved:"
"""Before the name of a saved search, the key of its node in the library tree."""


@dataclass(frozen=True, slots=True)
class HandLine:
    """What a person judges a query by: threshold and temperature of its curve, and the cut, 0 to 1.

    Threshold and temperature are None together where only the cut was chosen.
    """

    threshold: float | None
    temperature: float | None
    cut: float

    @property
    def curve(self) -> ConfidenceCurve | None:
        """The curve; None where it was not chosen."""
        if self.threshold is None or self.temperature is None:
            return None
        return ConfidenceCurve(self.threshold, self.temperature)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchValues:
    """All that a search goes by; a scope is a filter of its query, which means the same everywhere.

    Attributes:
        query: in the query language.
        literal: `query` is one sentence, whatever signs it has.
        images: absolute paths of example photos beside it.
        image_weight: their share in a query that has a sentence, too; None counts it as much as each photo.
        scene: the share of the whole scene against details; 0.5 as vectors are stored.
        templates: what becomes of each sentence ("none", "simple", "openai80").
        stop: how much Auto lets in, where it judges.
        line: what judges instead of Auto; None with Auto.
        sort: the order of the photos.
    """

    query: str
    literal: bool = False
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    scene: float = 0.5
    templates: str = "none"
    stop: Stop = "balanced"
    line: HandLine | None = None
    sort: Sort = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that a person saved in a library.

    Attributes:
        model: fingerprint of the model that was in use; "" where none was.
        created: when it was saved, seconds since the epoch.
        seen: the highest asset of the library when it was last looked at: those above are new.
    """

    name: str
    values: SearchValues
    model: str = ""
    created: float = 0.0
    seen: int = 0
