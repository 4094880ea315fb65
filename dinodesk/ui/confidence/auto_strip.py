"""The strip above sliders and histogram: Auto, its stops, what it rests on, scene or details."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget
from typing_extensions import override

from dinodesk.records import STOPS, TEMPLATE_SETS, TemplateSet
from dinodesk.ui.confidence.query_line import PAPER, QueryLine
from dinodesk.ui.text.match_text import (
    AUTO_HINTS,
    BADGES,
    STOP_HINTS,
    STOP_NAMES,
    WORDING_HINTS,
    WORDING_NAMES,
)
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.balance_slider import BalanceSlider
from dinodesk.ui.widgets.switch import Switch

_GAP = 10
"""Pixels between the controls."""

_SCENE = "What counts: a photo as a whole, its scene, or its details."
_NO_HALVES = "This model's vectors have no halves for scene and details."


class AutoStrip(QWidget):
    """Shows how a query is judged and asks for another way; changes nothing itself."""

    autoSwitched = Signal(bool)
    stopChosen = Signal(str)
    paperChosen = Signal()
    checkChosen = Signal()
    wordingChosen = Signal(str)  # TemplateSet

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges = ("", "")  # the long and the short one
        self.switch = Switch("Auto", theme)
        self.switch.setObjectName("autoSwitch")
        self.switch.setAccessibleName("Auto: judge each query by itself")
        self.stop_box = QComboBox()
        self.stop_box.setObjectName("stopBox")
        self.stop_box.setAccessibleName("How much Auto lets in")
        for stop in STOPS:
            self.stop_box.addItem(STOP_NAMES[stop], stop)
        self.badge = QLabel()
        self.badge.setObjectName("certaintyBadge")
        self.scene = BalanceSlider(theme, "details", "scene")
        self.scene.slider.setObjectName("sceneSlider")
        self.scene.slider.setAccessibleName("The whole scene against details, in hundredths")
        self.scene.set_meaning(_SCENE)
        self.menu = menu = QMenu(self)
        self._back = menu.addAction("Back to Auto")
        paper = menu.addAction(
            f"As in the paper: {PAPER.curve.threshold:g}, {PAPER.curve.temperature:g}, "
            f"cut {PAPER.cut * 100:.0f} %"
        )
        self._check = menu.addAction("Check a few…")
        self._wordings = self._add_wordings(menu)
        self._more = more = QToolButton()
        more.setObjectName("lineMenu")
        more.setText("…")
        more.setAccessibleName("More ways to judge this query")
        more.setToolTip("Back to Auto; as in the paper; checked by you; or in other words")
        more.setProperty("compact", True)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(menu)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        for widget in (self.switch, self.stop_box, self.badge):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.scene)
        layout.addWidget(more)
        self.switch.clicked.connect(self.autoSwitched)
        self.stop_box.activated.connect(self._stop_activated)
        self._back.triggered.connect(self._ask_back)
        paper.triggered.connect(self.paperChosen)
        self._check.triggered.connect(self.checkChosen)

    def _add_wordings(self, menu: QMenu) -> QActionGroup:
        """The submenu of what becomes of a sentence, one of its actions checked."""
        wordings = menu.addMenu("Wording")
        wordings.setObjectName("wordingMenu")
        wordings.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for templates in TEMPLATE_SETS:
            action = wordings.addAction(WORDING_NAMES[templates])
            action.setToolTip(WORDING_HINTS[templates])
            action.setCheckable(True)
            action.setData(templates)
            group.addAction(action)
        group.triggered.connect(self._wording_triggered)
        return group

    @Slot(QAction)
    def _wording_triggered(self, action: QAction) -> None:
        self.wordingChosen.emit(action.data())

    @Slot()
    def _stop_activated(self) -> None:
        self.stopChosen.emit(self.stop_box.currentData())

    @Slot()
    def _ask_back(self) -> None:
        self.autoSwitched.emit(True)

    def show_line(self, line: QueryLine) -> None:
        """Show how the query is judged."""
        auto = line.auto
        self.switch.setChecked(auto)
        self.stop_box.setCurrentIndex(STOPS.index(line.stop))
        self.stop_box.setEnabled(auto)
        self.stop_box.setToolTip(STOP_HINTS[auto])
        self._back.setEnabled(not auto)
        long, short, meaning = BADGES[line.certainty]
        self._badges = (long, short)
        self._fit()
        self.switch.setToolTip(f"{AUTO_HINTS[auto]}\n{long.capitalize()}: {meaning}")
        self.badge.setToolTip(meaning)
        self.badge.setAccessibleName(long)
        self.badge.setAccessibleDescription(meaning)

    def set_checkable(self, checkable: bool) -> None:
        """Whether there are matches with scores, which a person can check."""
        self._check.setEnabled(checkable)

    def show_wording(self, templates: TemplateSet) -> None:
        """Check what becomes of the sentence that is asked."""
        for action in self._wordings.actions():
            action.setChecked(action.data() == templates)

    def set_halves(self, halves: bool) -> None:
        """Whether the model's vectors have halves for scene and details."""
        self.scene.setEnabled(halves)
        self.scene.set_meaning(_SCENE if halves else _NO_HALVES)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long words and the names of ends where there is room for them."""
        super().resizeEvent(event)
        self._fit()
        self._row.activate()  # at once, so that nothing is squeezed for a moment

    @override
    def minimumSizeHint(self) -> QSize:
        """So narrow that only what acts has room."""
        return QSize(self._needed("", ends=False), self.sizeHint().height())

    def _fit(self) -> None:
        long, short = self._badges
        self.badge.setText(long if self._needed(long, ends=True) <= self.width() else short)
        self.badge.setVisible(self._needed(short, ends=False) <= self.width())
        self.scene.show_ends(self._needed(short, ends=True) <= self.width())

    def _needed(self, badge: str, *, ends: bool) -> int:
        """The width, in pixels, with these words in the badge ("" for none), and with or without the names
        of the ends."""
        words = self.badge.fontMetrics().horizontalAdvance
        badge_width = self.badge.sizeHint().width() - words(self.badge.text()) + words(badge) if badge else 0
        controls = (self.switch, self.stop_box, self._more)
        fixed = sum(each.sizeHint().expandedTo(each.minimumSizeHint()).width() for each in controls)
        return fixed + badge_width + self.scene.width_with(ends=ends) + 5 * _GAP
