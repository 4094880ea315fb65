"""Asks the engine for the patch map that is chosen in the panel, and lays it over the photo."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import MapAnswer, MapScalesChanged, Problem, ShowMap
from dinodesk.records import ModelInfo, PatchMap, Photo
from dinodesk.ui.context.feedback import problem_text
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.text.plain_text import one_line

MAP_PAUSE_MS = 60
LONGEST_QUOTE = 60
"""Characters of a sentence that is repeated over the photo."""

Patch = tuple[int, int]
"""Row and column."""


class MapController(QObject):
    """The map that is drawn stays until the newer is there, and is never drawn over another photo."""

    messageChanged = Signal()  # `hint`, `problem` or `note` may be another one

    def __init__(
        self, engine: EngineClient, inspector: InspectorPane, large: LargeView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine, self._inspector, self._large = engine, inspector, large
        self._panel = inspector.panel
        self._photo: Photo | None = None
        self._model: ModelInfo | None = None
        self._text = self._words = ""
        self._patch: Patch | None = None  # the one that was clicked
        self._hovered: Patch | None = None
        self._shown_asset = -1  # the photo whose picture is drawn
        self._map: MapAnswer | None = None
        self._problem = self._note = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(MAP_PAUSE_MS)
        self._pause.timeout.connect(self._request)
        self._panel.modeChanged.connect(self._mode_changed)
        self._panel.layerChanged.connect(self._request_soon)
        for view in (self._panel.view, large.view):
            view.patchHovered.connect(self._hover)
            view.patchChosen.connect(self._choose)
        large.view.patchHovered.connect(self._panel.show_value_at)
        self._panel.opacity.valueChanged.connect(self._set_opacity)
        engine.subscribe(MapScalesChanged, self, self._scales_changed)

    # ── what it is about ────────────────────────────────────────────────────────────────────────

    def look_at(self, photo: Photo | None) -> None:
        """Set the current photo; its picture is not drawn yet."""
        self._photo, self._patch, self._hovered, self._problem = photo, None, None, ""
        if photo is None:
            self._shown_asset, self._map = -1, None
            self._draw()
        else:
            self._request_soon()

    def picture_shown(self, asset: int) -> None:
        """The picture of this photo is drawn now."""
        self._shown_asset = asset
        self._draw()

    def set_model(self, info: ModelInfo | None) -> None:
        """Set the model, which has its own layers and maps; None while none is ready."""
        changed = info is not None and (self._model is None or info.fingerprint != self._model.fingerprint)
        self._model = info
        if info is not None and changed:
            self._panel.set_layers(info.layers)
        self._mode_changed()

    def set_text(self, text: str, words: str) -> None:
        """The text of the search, and the words in it that can be looked for in a photo."""
        if (text, words) != (self._text, self._words):
            self._text, self._words = text, words
            if self._takes("text"):
                self._mode_changed()

    @property
    def problem(self) -> str:
        """Why the map of the current photo can't be made; "" when it can."""
        return self._problem

    @property
    def note(self) -> str:
        """What must be known of the map that is drawn: that it shows noise; "" for nothing."""
        return self._note

    @property
    def hint(self) -> str:
        """What must be there before the chosen map can be made; "" when nothing is wanting."""
        info = self._model
        if self._panel.map is None:
            return ""
        if info is None:
            return "The model is still loading; the map comes when it is ready."
        if self._takes("text") and not info.text:
            return f"{info.title} has no text half: it can't look for a sentence in a photo."
        if self._takes("text") and not self._words:
            return "Type a sentence in the search field and choose a photo to see where it is."
        return ""

    def _takes(self, option: str) -> bool:
        """Whether the chosen map is made from a "patch" or a "text"."""
        chosen = self._panel.map
        return chosen is not None and option in chosen.options

    # ── asking ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _mode_changed(self) -> None:
        self._problem = ""
        self.messageChanged.emit()
        self._draw()
        self._request_soon()

    @Slot()
    def _request_soon(self) -> None:
        self._pause.start()

    @Slot()
    def _request(self) -> None:
        chosen, photo = self._panel.map, self._photo
        if chosen is None or photo is None or self.hint:
            self._set_busy(False)
            return
        self._set_busy(True)
        request = ShowMap(
            asset=photo.asset,
            path=photo.path,
            kind=chosen.name,
            layer=self._panel.layer.value() if chosen.tokens == "backbone" else -1,
            patch=(self._hovered or self._patch) if self._takes("patch") else None,
            text=self._text if self._takes("text") else "",
        )
        self._engine.send(request, self, self._answered, self._failed)

    @Slot(object)
    def _hover(self, patch: Patch | None) -> None:
        if self._takes("patch") and patch != self._hovered:
            self._hovered = patch
            self._request_soon()

    @Slot(object)
    def _choose(self, patch: Patch) -> None:
        if self._takes("patch"):
            self._patch = self._hovered = patch
            self._request_soon()

    def _scales_changed(self, _answer: MapScalesChanged) -> None:
        """Draw the text map on its sentence's scale in the library, now that there is one."""
        if self._takes("text"):
            self._request_soon()

    # ── drawing ─────────────────────────────────────────────────────────────────────────────────

    def _answered(self, answer: MapAnswer) -> None:
        self._set_busy(False)
        if self._photo is None or answer.asset != self._photo.asset:
            return
        self._map, failed, self._problem = answer, self._problem, ""
        self._draw()
        if failed:
            self.messageChanged.emit()

    def _set_busy(self, busy: bool) -> None:
        self._panel.view.set_busy(busy)
        self._large.view.set_busy(busy and not self._large.quick)

    def _failed(self, problem: Problem) -> None:
        self._set_busy(False)
        self._problem = problem_text(problem)
        self.messageChanged.emit()

    def _draw(self) -> None:
        """Show the newest map if it belongs to what is chosen, for the photo that is shown."""
        answer, chosen = self._map, self._panel.map
        shown: PatchMap | None = None
        marker: Patch | None = None
        if (
            answer is not None
            and chosen is not None
            and answer.map.kind == chosen.name
            and answer.asset == self._shown_asset
            and (self._words or not self._takes("text"))
        ):
            shown = answer.map
            if self._takes("patch"):
                rows, columns = shown.values.shape[:2]
                marker = answer.patch or (rows // 2, columns // 2)  # asked for none: the middle one
        self._panel.show_map(shown, marker)
        self._large.show_map(shown, marker)
        self._show_note(noise_note(self._words) if answer is not None and _is_noise(shown) else "")
        self._inspector.show_statistics(
            shown.statistics if shown is not None else (),
            "" if chosen is not None else f"Choose a map above: {self._panel.map_titles}.",
        )

    def _show_note(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self.messageChanged.emit()

    @Slot(int)
    def _set_opacity(self, hundredths: int) -> None:
        self._large.view.set_opacity(hundredths / 100.0)


def _is_noise(shown: PatchMap | None) -> bool:
    return shown is not None and shown.stands_out is False


def noise_note(text: str) -> str:
    """That a text map shows nothing but noise, naming the sentence."""
    quoted = one_line(text)
    if len(quoted) > LONGEST_QUOTE:
        quoted = quoted[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"Nothing in this photo stands out for “{quoted}”."
