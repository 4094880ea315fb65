"""The photos of the answer as a Qt item model: row r is the r-th photo, nothing else is a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import (
    EVERYTHING,
    DoubleArray,
    FloatArray,
    InFolder,
    IntArray,
    Photo,
    Scope,
)
from dinodesk.ui.grid.arranged_model import ArrangedModel
from dinodesk.ui.grid.judged_terms import TermMatch, term_matches, terms_line
from dinodesk.ui.grid.zones import ZONE_WORDS, JudgedRows
from dinodesk.ui.text.availability import NOT_FOUND, lies_strictly_below, path_reason, photo_reason
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.widgets.local_files import local_url

Index = QModelIndex | QPersistentModelIndex
PATH_ROLE = Qt.ItemDataRole.UserRole


def best_location(photo: Photo, folder: str, away: Mapping[str, str]) -> Photo:
    """The photo with the location first that it is shown at: one that can be read, in `folder` when it has
    one there, else one that a drive would bring back."""
    if not photo.also:
        return photo
    reasons = {path: path_reason(path, away) for path in photo.places}
    here = [path for path, reason in reasons.items() if not reason and photo.state == "online"]
    inside = [path for path in here if folder and lies_strictly_below(path, folder)]
    pluggable = [path for path, reason in reasons.items() if reason != NOT_FOUND]
    chosen = (inside or here or pluggable or [photo.path])[0]
    if chosen == photo.path:
        return photo
    others = tuple(path for path in photo.places if path != chosen)
    return replace(photo, path=chosen, also=others)


class PhotoModel(ArrangedModel):
    """The photos of an answer, row by row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos: Sequence[Photo] = ()
        self._folder = ""  # the folder that is looked in; "" for another scope
        self._terms: tuple[RankedTerm, ...] = ()  # of a composed query, in the order of the answer
        self.away: Mapping[str, str] = {}  # folders that can't be read now, each with the reason

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    @property
    def catalog(self) -> Sequence[Photo]:
        """What the positions point into; the same object as long as they mean the same photos."""
        return self._photos

    def show_ranking(
        self,
        photos: Sequence[Photo],
        positions: IntArray,
        scores: FloatArray | None,
        scope: Scope = EVERYTHING,
        confidences: DoubleArray | None = None,
        terms: tuple[RankedTerm, ...] = (),
    ) -> None:
        """Replace everything by a new answer; `photos` is the catalog that `positions` point into.

        Rows are judged by `confidences`, float64 (N,) and falling, where those are given, else by scores;
        `terms` are those that the confidences are made of.
        """
        self.beginResetModel()
        self._photos = photos
        self._folder = scope.path if isinstance(scope, InFolder) else ""
        self._ranked = positions
        self._terms = terms
        browsing = scores is None and confidences is None
        self._judged = None if browsing else JudgedRows(scores, confidences, self._zones)
        self._arrange()
        self.endResetModel()

    def append(self, photos: Sequence[Photo], positions: IntArray) -> None:
        """Add photos at the end while browsing as in the answer; `photos` is the grown catalog."""
        self._photos = photos
        if not len(positions):
            return
        first = len(self._positions)
        self.beginInsertRows(QModelIndex(), first, first + len(positions) - 1)
        self._positions = self._ranked = np.concatenate([self._positions, positions])
        self.endInsertRows()

    def refresh(self) -> None:
        """Tell the view to read all rows again: photos of the catalog were replaced."""
        if len(self._positions):
            last = len(self._positions) - 1
            self.dataChanged.emit(self.index(0, 0), self.index(last, 0))

    # ── one row ─────────────────────────────────────────────────────────────────────────────────

    def photo(self, row: int) -> Photo | None:
        """The photo of a row, at its location in the folder that is looked in where it can be read there."""
        if 0 <= row < len(self._positions):
            position = int(self._positions[row])
            if position < len(self._photos):
                return self._located(self._photos[position])
        return None

    def photo_of(self, asset: int) -> Photo | None:
        """The photo of an asset of the catalog, whether it is a row or not."""
        found = next((photo for photo in self._photos if photo.asset == asset), None)
        return None if found is None else self._located(found)

    def _located(self, photo: Photo) -> Photo:
        return best_location(photo, self._folder, self.away)

    def terms(self, row: int) -> tuple[TermMatch, ...]:
        """How a row matches each term of a composed query; empty for another query."""
        return term_matches(self._terms, self._number(row))

    def rows_of(self, assets: set[int]) -> dict[int, int]:
        """Rows by asset, of those that are shown. Walks the catalog once."""
        wanted: dict[int, int] = {}
        for position, photo in enumerate(self._photos):
            if photo.asset in assets:
                wanted[position] = photo.asset
                if len(wanted) == len(assets):
                    break
        rows = np.flatnonzero(np.isin(self._positions, np.fromiter(wanted, np.int64, len(wanted))))
        return {wanted[int(self._positions[row])]: int(row) for row in rows}

    def rows_from(self, catalog: Sequence[Photo], positions: IntArray) -> IntArray:
        """The rows, int64 (N,) and ascending, of the photos at `positions` of this or an earlier catalog."""
        if catalog is self._photos:  # the rule, and no walk through thousands of photos
            return np.flatnonzero(np.isin(self._positions, positions))
        rows = self.rows_of({catalog[position].asset for position in positions.tolist()})
        return np.array(sorted(rows.values()), np.int64)

    # ── Qt's questions ──────────────────────────────────────────────────────────────────────────

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._positions)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """File name, tooltip, absolute path, what a screen reader says."""
        photo = self.photo(index.row()) if index.isValid() else None
        if photo is None:
            return None
        if role == PATH_ROLE:
            return photo.path
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(Path(photo.path).name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(photo, index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            confidence = self.confidence(index.row())
            details = ""
            if confidence is not None:
                details = f", {ZONE_WORDS[self._zones.zone(confidence)]}, confidence {confidence:.2f}"
            details += f", rated {photo.rating}" if photo.rating > 0 else ""
            where = photo_reason(photo, self.away)
            gone = f", {where}" if where else ""
            return one_line(Path(photo.path).name) + details + gone
        return None

    def _tooltip(self, photo: Photo, row: int) -> str:
        lines = [one_line(Path(photo.path).name)]
        if photo.width and photo.height:
            lines[0] += f" · {photo.width:,} × {photo.height:,}"
        confidence = self.confidence(row)
        if confidence is not None:
            score = self.score(row)
            scored = "" if score is None else f"score {score:.3f} · "
            lines.append(f"{scored}confidence {confidence:.2f} · {ZONE_WORDS[self._zones.zone(confidence)]}")
        if matches := self.terms(row):
            lines.append(terms_line(matches))
        where = photo_reason(photo, self.away)
        if where:
            lines.append(where)
        return tooltip("\n".join(lines))

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        kinds = Qt.ItemFlag
        return (
            kinds.ItemIsEnabled
            | kinds.ItemIsSelectable
            | kinds.ItemIsDragEnabled
            | kinds.ItemNeverHasChildren
        )

    @override
    def mimeTypes(self) -> list[str]:
        return ["text/uri-list", "text/plain"]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The original files, and their paths as text."""
        return files_mime([p.path for p in (self.photo(i.row()) for i in indexes) if p is not None])


def files_mime(files: list[str]) -> QMimeData:
    """Files for the clipboard or a drag, with their paths as text."""
    mime = QMimeData()
    mime.setUrls([local_url(f) for f in files])
    mime.setText("\n".join(files))
    return mime
