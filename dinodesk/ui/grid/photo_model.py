"""The photos of the answer as a Qt item model: row r is the r-th photo, nothing else is a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from dinodesk.records import ConfidenceCurve, FloatArray, IntArray, Photo
from dinodesk.ui.text.plain_text import one_line, tooltip

Index = QModelIndex | QPersistentModelIndex
NOT_FOUND = "not found where it was"
PATH_ROLE = Qt.ItemDataRole.UserRole


def is_away(photo: Photo, places: Mapping[str, str]) -> bool:
    """Whether a photo is not where it was: said of it, or of a folder above it."""
    return photo.state != "online" or bool(said_of(photo.path, places))


def where_is(photo: Photo, places: Mapping[str, str]) -> str:
    """Why a photo is not where it was, as its folder says it; "" when it is there."""
    if not is_away(photo, places):
        return ""
    return (photo.state != "missing" and said_of(photo.path, places)) or NOT_FOUND


def best_place(photo: Photo, folder: str, places: Mapping[str, str]) -> Photo:
    """The photo at the place to show it at: one that is there, in the chosen folder when it has one there,
    else one that a drive would bring back."""
    if not photo.also:
        return photo
    said = {path: said_of(path, places) for path in photo.places}
    there = [path for path, why in said.items() if not why and photo.state == "online"]
    inside = [path for path in there if folder and _lies_in(path, folder)]
    away = [path for path, why in said.items() if why != NOT_FOUND]
    chosen = (inside or there or away or [photo.path])[0]
    if chosen == photo.path:
        return photo
    others = tuple(path for path in photo.places if path != chosen)
    return replace(photo, path=chosen, also=others)


def said_of(path: str, places: Mapping[str, str]) -> str:
    """What the folder of a path says of why it can't be looked at; "" when it can."""
    above = [place for place in places if _lies_in(path, place)]
    return places[max(above, key=len)] if above else ""


def _lies_in(path: str, folder: str) -> bool:
    start = folder.rstrip("/\\")
    return path.startswith((start + "/", start + "\\"))


class PhotoModel(QAbstractListModel):
    """Positions in a catalogue with their scores; confidence is computed for what is asked only."""

    lineChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos: Sequence[Photo] = ()
        self._place = ""  # the folder that is looked in
        self._positions: IntArray = np.empty(0, np.int64)
        self._scores: FloatArray | None = None
        self._line = ConfidenceCurve(0.0, 1.0)
        self._hits = 0
        self._log_sum = 0.0
        self.away: Mapping[str, str] = {}  # folders that are not there now, and what to say of it

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    @property
    def positions(self) -> IntArray:
        """Catalogue positions, row by row."""
        return self._positions

    @property
    def scores(self) -> FloatArray | None:
        """Scores, row by row; None when browsing."""
        return self._scores

    @property
    def line(self) -> ConfidenceCurve:
        """The confidence line that is drawn."""
        return self._line

    @property
    def hits(self) -> int:
        """How many rows lie above the line; all of them when browsing."""
        return len(self._positions) if self._scores is None else self._hits

    def show_ranking(
        self, photos: Sequence[Photo], positions: IntArray, scores: FloatArray | None, place: str = ""
    ) -> None:
        """Replace everything by a new answer of a place."""
        self.beginResetModel()
        self._photos, self._place = photos, place
        self._positions = positions
        self._scores = scores
        self._count_hits()
        if scores is not None and len(scores):
            z = 100.0 * scores.astype(np.float64)
            finite = z[np.isfinite(z)]
            top = float(finite.max()) if len(finite) else 0.0
            self._log_sum = top + float(np.log(np.exp(finite - top).sum())) if len(finite) else 0.0
        self.endResetModel()

    def append(self, photos: Sequence[Photo], positions: IntArray) -> None:
        """Add photos at the end while browsing; `photos` is the grown catalogue."""
        self._photos = photos
        if not len(positions):
            return
        first = len(self._positions)
        self.beginInsertRows(QModelIndex(), first, first + len(positions) - 1)
        self._positions = np.concatenate([self._positions, positions])
        self.endInsertRows()

    def refresh(self) -> None:
        """Photos of the catalogue were replaced: ask for them anew."""
        if len(self._positions):
            last = len(self._positions) - 1
            self.dataChanged.emit(self.index(0, 0), self.index(last, 0))

    def set_line(self, line: ConfidenceCurve) -> None:
        """Move the line: nothing is ranked again."""
        if line != self._line:
            self._line = line
            self._count_hits()
            self.lineChanged.emit()

    def _count_hits(self) -> None:
        self._hits = 0 if self._scores is None else self._line.hits(self._scores)

    # ── one row ─────────────────────────────────────────────────────────────────────────────────

    def photo(self, row: int) -> Photo | None:
        """The photo of a row, at its place in the folder that is looked in where it can be read there."""
        if 0 <= row < len(self._positions):
            position = int(self._positions[row])
            if position < len(self._photos):
                return self.placed(self._photos[position])
        return None

    def placed(self, photo: Photo) -> Photo:
        """A photo of the catalogue at the place where it is shown."""
        return best_place(photo, self._place, self.away)

    def score(self, row: int) -> float | None:
        """The cosine of a row; None when browsing."""
        if self._scores is None or not 0 <= row < len(self._scores):
            return None
        return float(self._scores[row])

    def confidence(self, row: int) -> float | None:
        """The confidence of a row under the present line; None when browsing."""
        score = self.score(row)
        return None if score is None else float(self._line.confidence(score))

    def probability(self, row: int) -> float | None:
        """softmax(100 score) over the answer."""
        score = self.score(row)
        return None if score is None else float(np.exp(100.0 * score - self._log_sum))

    def rows_of(self, assets: set[int]) -> dict[int, int]:
        """Rows by asset, of those that are shown. Walks the catalogue once."""
        wanted: dict[int, int] = {}
        for position, photo in enumerate(self._photos):
            if photo.asset in assets:
                wanted[position] = photo.asset
                if len(wanted) == len(assets):
                    break
        rows = np.flatnonzero(np.isin(self._positions, np.fromiter(wanted, np.int64, len(wanted))))
        return {wanted[int(self._positions[row])]: int(row) for row in rows}

    # ── Qt's questions ──────────────────────────────────────────────────────────────────────────

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """All photos of the answer."""
        return 0 if parent.isValid() else len(self._positions)

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
            said = "" if confidence is None else f", confidence {confidence:.2f}"
            said += f", rated {photo.rating}" if photo.rating > 0 else ""
            where = where_is(photo, self.away)
            gone = f", {where}" if where else ""
            return one_line(Path(photo.path).name) + said + gone
        return None

    def _tooltip(self, photo: Photo, row: int) -> str:
        lines = [one_line(Path(photo.path).name)]
        if photo.width and photo.height:
            lines[0] += f" · {photo.width:,} × {photo.height:,}"
        confidence = self.confidence(row)
        if confidence is not None:
            lines.append(f"score {self.score(row):.3f} · confidence {confidence:.2f}")
        where = where_is(photo, self.away)
        if where:
            lines.append(where)
        return tooltip("\n".join(lines))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Photos can be selected and dragged out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        kinds = Qt.ItemFlag
        return (
            kinds.ItemIsEnabled
            | kinds.ItemIsSelectable
            | kinds.ItemIsDragEnabled
            | kinds.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        """Files."""
        return ["text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The original files, and their paths as text."""
        return files_mime([p.path for p in (self.photo(i.row()) for i in indexes) if p is not None])


def files_mime(files: list[str]) -> QMimeData:
    """Files for the clipboard or a drag, with their paths as text."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f) for f in files])
    mime.setText("\n".join(files))
    return mime
