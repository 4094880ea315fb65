"""The inspector: four pages around one preview."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from dinodesk.records import Photo
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.zones import ZONE_WORDS
from dinodesk.ui.inspection.info_page import InfoPage
from dinodesk.ui.inspection.preview_panel import PanelMap, PreviewPanel
from dinodesk.ui.text.availability import photo_reason
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ElidedLabel, FactList

PAGES = ("Photo", "Why", "Features", "Info")


class InspectorPane(QTabWidget):
    """States what is known of the current photo; the panel moves into the page that is shown."""

    showInFolder = Signal()
    copyPath = Signal()
    findSimilar = Signal()
    compareWanted = Signal()

    def __init__(self, theme: Theme, maps: Sequence[PanelMap], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setObjectName("inspectorPages")
        self.tabBar().setAccessibleName("Pages of the inspector")
        self.theme = theme
        self.panel = PreviewPanel(theme, maps)
        self.away: Mapping[str, str] = {}  # folders that can't be read now, each with the reason
        self._slots: list[QVBoxLayout] = []
        self._acting: list[QWidget] = []
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("role", "title")
        self._title.setObjectName("photoTitle")
        self.about = FactList("photoFacts", (3, 7))
        self.why = FactList("whyFacts", (1, 1))
        self.statistics = FactList("mapStatistics", (10, 7))
        self.info = InfoPage(theme)
        self.why_sentence = self._sentence("whySentence")
        self.features_sentence = self._sentence("featuresSentence")
        self._where = self._link("whereButton", "Show where the sentence is in this photo")
        self._where.clicked.connect(self._show_where)
        self._page(
            self._title, self.about, self._buttons((("similarButton", "Find similar", self.findSimilar),))
        )
        compare = self._buttons((("compareButton", "Compare sentences…", self.compareWanted),))
        self._page(self.why_sentence, self.why, self._where, compare)
        self._page(self.features_sentence, self.statistics)
        self._page(
            self.info,
            self._buttons(
                (
                    ("showInFolderButton", "Show in folder", self.showInFolder),
                    ("copyPathButton", "Copy path", self.copyPath),
                )
            ),
        )
        self.currentChanged.connect(self._move_panel)
        self._move_panel(0)
        self.show_photo(None)

    def _page(self, *widgets: QWidget) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        for widget in widgets:
            link = isinstance(widget, QPushButton)
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft if link else Qt.AlignmentFlag(0))
        layout.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        name = PAGES[len(self._slots)]
        area.setObjectName(f"inspector{name}Page")
        area.setAccessibleName(f"{name} page")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # the bar takes the room of the margin: what is on the page keeps its place when it comes or goes
        area.verticalScrollBar().rangeChanged.connect(
            lambda low, high: layout.setContentsMargins(12, 12, 0 if high > low else 12, 12)
        )
        self._slots.append(layout)
        self.addTab(area, PAGES[len(self._slots) - 1])

    def least_width(self) -> int:
        """So wide that nothing of the page with the preview is cut, its scroll bar aside."""
        areas = self.findChildren(QScrollArea)
        for widget in self.findChildren(QWidget):
            widget.ensurePolished()
        pages = [area.widget() for area in areas]
        least = max(page.minimumSizeHint().width() for page in pages if page is not None)
        return least + areas[0].verticalScrollBar().sizeHint().width() + 4

    def _sentence(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "muted")
        return label

    def _link(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("link", True)
        return button

    def _buttons(self, specs: tuple[tuple[str, str, SignalInstance], ...]) -> QWidget:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        for name, text, signal in specs:
            button = QPushButton(text)
            button.setObjectName(name)
            button.clicked.connect(signal)
            layout.addWidget(button)
        layout.addStretch()
        self._acting.append(holder)
        return holder

    @Slot(int)
    def _move_panel(self, page: int) -> None:
        if 0 <= page < len(self._slots):
            self._slots[page].insertWidget(0, self.panel)
            self.panel.show()  # moving hides a widget until the next turn of the event loop

    @Slot()
    def _show_where(self) -> None:
        self.panel.choose_map("text")

    # ── facts ───────────────────────────────────────────────────────────────────────────────────

    def show_photo(self, photo: Photo | None) -> None:
        """The current photo's plain facts; None for none."""
        for holder in self._acting:
            holder.setVisible(photo is not None)
        self.info.show_info(None)
        self.statistics.show_facts(())
        if photo is None:
            self._title.set_text("")
            self.about.show_facts(())
            self.features_sentence.setText(f"Choose a photo, then a map above: {self.panel.map_titles}.")
            return
        path = Path(photo.path)
        self._title.set_text(path.name)
        facts: list[tuple[str, str]] = []
        if photo.width and photo.height:
            megapixels = photo.width * photo.height / 1e6
            also = f" · {megapixels:,.1f} MP" if megapixels >= 0.05 else " pixels"
            facts.append(("Size", f"{photo.width:,} × {photo.height:,}{also}"))
        facts.append(("Folder", str(path.parent)))
        reason = photo_reason(photo, self.away)
        if reason:
            facts.append(("State", reason))
        self.about.show_facts(tuple(facts))

    def show_why(self, model: PhotoModel, row: int, text: str, images: bool, has_text: bool) -> None:
        """Score, angle, confidence, zone, probability and rank of the current photo, and of a composed query
        its confidence for each term; `text` are the words that are asked for."""
        score, confidence = model.score(row), model.confidence(row)
        terms = model.terms(row)
        self._where.setVisible(confidence is not None and bool(text) and has_text)
        if confidence is None:
            self.why.show_facts(())
            self.why_sentence.setText(
                "Search by a sentence or a photo to see why this photo matches."
                if model.rowCount()
                else "Nothing to explain yet."
            )
            return
        asked = f"“{text}”" if text else "the photo you searched by"
        if text and images:
            asked += " with a photo"
        if terms:
            asked = "your query"
        self.why_sentence.setText(f"How this photo matches {asked}:")
        facts = [("Rank", f"{row + 1:,} of {model.rowCount():,}")]
        if score is not None:
            angle = math.degrees(math.acos(max(-1.0, min(1.0, score))))
            facts += [("Score (cosine)", f"{score:.3f}"), ("Angle", f"{angle:.1f}°")]
        zones = model.zones
        facts.append(("Confidence", f"{confidence:.2f} · {ZONE_WORDS[zones.zone(confidence)]}"))
        if zones.cut < 1.0:
            facts.append(("Cut", f"{zones.cut:.2f}"))
        facts += [(f"· {term.name}", f"{term.confidence:.2f} · score {term.score:.3f}") for term in terms]
        probability = model.probability(row)
        if probability is not None:
            facts.append(("Share among all photos", _percent(probability)))
        self.why.show_facts(tuple(facts))

    def show_statistics(self, facts: tuple[tuple[str, str], ...], sentence: str) -> None:
        """The numbers of the map that is shown."""
        self.features_sentence.setText(sentence)
        self.features_sentence.setVisible(bool(sentence))
        self.statistics.show_facts(facts)


def _percent(probability: float) -> str:
    if probability < 0.00005:
        return "under 0.01 %"
    return f"{probability * 100:.2f} %" if probability < 0.1 else f"{probability * 100:.1f} %"
