"""Asks the engine for what the inspector shows of the current photo, and puts the answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from dinodesk.engine import messages as m
from dinodesk.records import ModelInfo, PatchMap, Photo
from dinodesk.ui.grid.photo_model import where_is
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView

if TYPE_CHECKING:
    from dinodesk.engine.client import Engine

MAP_PAUSE_MS = 60
PREVIEW_LONGEST, LARGE_LONGEST = 1600, 2560

Patch = tuple[int, int]


class InspectorController(QObject):
    """What is shown stays until the newer is there; an answer for another photo is dropped."""

    textMissing = Signal()

    def __init__(
        self,
        engine: Engine,
        inspector: InspectorPane,
        large: LargeView,
        thumbnails: ThumbnailLoader,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._inspector, self._large, self._thumbnails = engine, inspector, large, thumbnails
        self._panel = inspector.panel
        self._photo: Photo | None = None
        self._model: ModelInfo | None = None
        self._text = ""
        self._patch: Patch | None = None
        self._shown_asset = -1
        self._map: m.MapAnswer | None = None
        self._preview_id = self._map_id = self._details_id = 0
        self._failed = self._map_failed = ""  # why the photo can't be shown, and why its map
        self._note = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(MAP_PAUSE_MS)
        self._pause.timeout.connect(self._ask_map)
        self._hovered: Patch | None = None
        self._panel.modeChanged.connect(self._mode_changed)
        self._panel.layerChanged.connect(self._soon)
        self._panel.view.patchHovered.connect(self._hover)
        self._panel.view.patchChosen.connect(self._choose)
        self._panel.opacity.valueChanged.connect(self._opacity)
        engine.previewed.connect(self._previewed)
        engine.mapped.connect(self._mapped)
        engine.detailed.connect(self._detailed)
        thumbnails.fetched.connect(self._fetched)
        self._say()

    # ── what is looked at ───────────────────────────────────────────────────────────────────────

    @property
    def photo(self) -> Photo | None:
        """The current photo."""
        return self._photo

    def look_at(self, photo: Photo | None) -> None:
        """Another current photo."""
        if photo == self._photo:
            return
        self._photo, self._patch, self._hovered, self._failed = photo, None, None, ""
        self._map_failed = ""
        self._note = ""
        self._inspector.show_photo(photo)
        if photo is None:
            self._shown_asset, self._map = -1, None
            self._panel.view.show_pixmap(QPixmap())
            self._large.view.show_pixmap(QPixmap())
            self._draw_map()
            self._say()
            return
        self._thumbnails.fetch(photo.content)
        self.ask_preview()
        self._details_id = self._engine.show_details(photo.asset)
        self._soon()

    def refresh(self, photo: Photo) -> None:
        """The same photo, of which more is known now."""
        self._photo = photo
        self._details_id = self._engine.show_details(photo.asset)

    def ask_preview(self) -> None:
        """The photo in the size that is needed now."""
        if self._photo is not None:
            longest = LARGE_LONGEST if self._large.isVisible() else PREVIEW_LONGEST
            self._preview_id = self._engine.show_preview(self._photo.asset, self._photo.path, longest)

    def set_model(self, info: ModelInfo | None) -> None:
        """Another model: its layers, and its own maps."""
        changed = info is not None and (self._model is None or info.fingerprint != self._model.fingerprint)
        self._model = info
        if info is not None and changed:
            self._panel.set_layers(info.layers)
        self._mode_changed()

    def set_text(self, text: str) -> None:
        """The sentence of the search."""
        if text != self._text:
            self._text = text
            if self._panel.kind == "text":
                self._mode_changed()

    # ── maps ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _mode_changed(self) -> None:
        self._map_failed = ""
        self._say()
        self._draw_map()
        self._soon()

    @Slot()
    def _soon(self) -> None:
        self._pause.start()

    @Slot()
    def _ask_map(self) -> None:
        kind, photo, info = self._panel.kind, self._photo, self._model
        if (
            kind is None
            or photo is None
            or info is None
            or (kind == "text" and not (self._text and info.text))
        ):
            self._panel.view.set_busy(False)
            return
        patch = (self._hovered or self._patch) if kind == "similarity" else None
        layer = self._panel.layer.value() if kind != "text" else -1
        self._panel.view.set_busy(True)
        self._map_id = self._engine.show_map(
            photo.asset, photo.path, kind, layer=layer, patch=patch, text=self._text if kind == "text" else ""
        )

    @Slot(object)
    def _mapped(self, answer: m.MapAnswer) -> None:
        if answer.request not in (0, self._map_id):
            return
        self._panel.view.set_busy(False)
        if self._photo is None or answer.asset != self._photo.asset:
            return
        self._map, self._map_failed = answer, ""
        self._draw_map()

    def _draw_map(self) -> None:
        """Show the newest map if it belongs to what is chosen, for the photo that is shown."""
        answer, kind = self._map, self._panel.kind
        fits = (
            answer is not None
            and kind is not None
            and answer.map.kind == kind
            and answer.asset == self._shown_asset
            and (kind != "text" or bool(self._text))
        )
        shown: PatchMap | None = answer.map if fits and answer is not None else None
        marker: Patch | None = None
        if shown is not None and answer is not None and kind == "similarity":
            rows, columns = shown.values.shape[:2]
            marker = answer.patch or (rows // 2, columns // 2)  # asked for none: the middle one
        self._panel.show_map(shown, marker)
        self._large.view.show_map(shown, marker)
        self._inspector.show_statistics(
            shown.statistics if shown is not None else (),
            "" if shown is not None else "Choose a map above: PCA, Similar, Text or Norm.",
        )

    def _say(self) -> None:
        """The sentence over the preview, when there is a reason why nothing is drawn."""
        kind, info, sentence = self._panel.kind, self._model, ""
        if self._photo is None:
            sentence = "Choose a photo to see it here."
        elif failed := self._failed or self._map_failed:
            self._panel.view.say(failed)
            self._large.view.say(failed, aside=not self._large.view.empty)
            return
        elif kind is not None and info is None:
            sentence = "The model is still loading; the map comes when it is ready."
        elif kind == "text" and info is not None and not info.text:
            sentence = f"{info.title} has no text half: it can't look for a sentence in a photo."
        elif kind == "text" and not self._text:
            sentence = "Type a sentence in the search field to see where it is in this photo."
        self._panel.view.say(sentence or self._note, aside=not sentence)
        self._large.view.say(self._note, aside=True)

    @Slot(object)
    def _hover(self, patch: Patch | None) -> None:
        if self._panel.kind == "similarity" and patch != self._hovered:
            self._hovered = patch
            self._soon()

    @Slot(object)
    def _choose(self, patch: Patch) -> None:
        if self._panel.kind == "similarity":
            self._patch = self._hovered = patch
            self._soon()

    @Slot(int)
    def _opacity(self, hundredths: int) -> None:
        self._large.view.set_opacity(hundredths / 100.0)

    # ── the photo ───────────────────────────────────────────────────────────────────────────────

    @Slot(str, QImage)
    def _fetched(self, content: str, image: QImage) -> None:
        # a thumbnail is a first look at the photo; it never replaces the photo itself
        photo = self._photo
        if photo is None or photo.content != content or self._shown_asset == photo.asset or image.isNull():
            return
        self._show_photo(QPixmap.fromImage(image))
        self._say()

    @Slot(object)
    def _previewed(self, answer: m.Preview) -> None:
        if self._photo is None or answer.asset != self._photo.asset:
            return
        self._failed = ""
        self._note = f"{self._where()} {answer.note}".strip() if answer.note else ""
        pixels = answer.pixels
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, int(pixels.strides[0]), QImage.Format.Format_RGB888)
        self._show_photo(QPixmap.fromImage(image))
        self._say()

    def _where(self) -> str:
        """Why the photo can't be read now and what helps, as a sentence; "" when it can."""
        where = where_is(self._photo, self._inspector.away) if self._photo is not None else ""
        return f"{where[:1].upper()}{where[1:]}." if where else ""

    def _show_photo(self, pixmap: QPixmap) -> None:
        assert self._photo is not None
        self._shown_asset = self._photo.asset
        self._draw_map()
        self._panel.view.show_pixmap(pixmap)
        if self._large.isVisible():
            self._large.view.show_pixmap(pixmap)
        self._large.keep(pixmap)

    @Slot(object)
    def _detailed(self, answer: m.Details) -> None:
        if self._photo is not None and answer.asset == self._photo.asset:
            self._inspector.info.show_info(answer.info)

    def take_problem(self, problem: m.Problem) -> bool:
        """A problem with what was asked here is said over the preview; True when it was."""
        if problem.request and problem.request in (self._preview_id, self._map_id, self._details_id):
            if problem.request != self._details_id:
                words = f"{self._where()} {problem.sentence} {problem.remedy}".strip()
                self._panel.view.set_busy(False)
                if problem.request == self._map_id:
                    self._map_failed = words
                else:
                    self._failed = words
                if self._photo is not None and self._shown_asset != self._photo.asset:
                    for view in (self._panel.view, self._large.view):  # never another photo's picture
                        view.show_pixmap(QPixmap())
                    self._large.keep(QPixmap())
                self._say()
            return True
        return False
