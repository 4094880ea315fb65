"""One stylesheet for the whole window, generated from the colour roles and the font's own size."""

from __future__ import annotations

from typing import Protocol

from dinodesk import paths


class _Roles(Protocol):
    @property
    def ground(self) -> str: ...
    @property
    def panel(self) -> str: ...
    @property
    def raised(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def muted(self) -> str: ...
    @property
    def faint(self) -> str: ...
    @property
    def accent(self) -> str: ...
    @property
    def selection(self) -> str: ...
    @property
    def good(self) -> str: ...
    @property
    def warning(self) -> str: ...
    @property
    def bad(self) -> str: ...
    @property
    def dark(self) -> bool: ...


def stylesheet(r: _Roles, points: float, unit: float) -> str:
    """The stylesheet for roles `r`, a base size in points and a line height in pixels."""
    return _bars(r, points) + _controls(r, points, unit) + _panes(r, points) + _dialogs(r, points)


def _bars(r: _Roles, points: float) -> str:
    field = r.ground if r.dark else "#F4F5F7"
    return f"""
QMainWindow, QDialog {{ background: {r.ground}; }}
QWidget {{ color: {r.text}; }}
QToolTip {{ background: {r.raised}; color: {r.text}; border: 1px solid {r.line}; padding: 4px 8px; }}
#topBar, #queryStrip, #statusStrip {{ background: {r.panel}; }}
#topLine {{ background: {r.line}; }}
#statusStrip {{ border-top: 1px solid {r.line}; }}
#statusStrip QLabel {{ color: {r.muted}; }}
#searchBox {{ background: {field}; border: 1px solid {r.line}; border-radius: 8px; }}
#searchBox[focused="true"] {{ border: 1px solid {r.accent}; }}
#searchField {{ background: transparent; border: none; padding: 0; font-size: {points * 1.15:.2f}pt;
  selection-background-color: {r.accent}; }}
#queryToken {{ background: {r.selection}; border-radius: 6px; }}
#queryToken QLabel {{ color: {r.accent}; }}
""" + _chips(r, points)


def _chips(r: _Roles, points: float) -> str:
    without = "rgba(229, 105, 106, 16%)" if r.dark else "rgba(201, 60, 61, 10%)"
    filters = "rgba(154, 163, 173, 16%)" if r.dark else "rgba(89, 99, 110, 11%)"
    return f"""
#queryChip {{ background: {r.selection}; border: 1px solid transparent; border-radius: 8px; }}
#queryChip[kind="filter"] {{ background: {filters}; }}
#queryChip[negated="true"] {{ background: {without}; }}
#queryChip[kind="unknown"] {{ background: transparent; border: 1px dashed {r.faint}; }}
#queryChip[kind="unknown"] QLabel {{ color: {r.muted}; }}
#queryChip:hover {{ border-color: {r.faint}; }}
#queryChip:focus {{ border: 1px solid {r.accent}; }}
#queryChip QToolButton {{ padding: 1px; }}
#queryOffer {{ background: transparent; border: 1px dashed {r.faint}; border-radius: 8px; color: {r.muted};
  padding: 2px 8px; }}
#queryOffer:hover {{ border-color: {r.accent}; color: {r.text}; }}
#queryExample {{ background: transparent; border: none; color: {r.muted}; padding: 2px 4px; }}
#queryExample:hover, #queryExample:focus {{ color: {r.accent}; text-decoration: underline; }}
#completionList {{ background: {r.raised}; border: 1px solid {r.line}; border-radius: 8px; padding: 4px 0;
  outline: none; }}
"""


def _controls(r: _Roles, points: float, unit: float) -> str:
    knob, groove = round(unit * 0.72), 3
    margin = -((knob - groove) // 2)
    on_accent = "#0B0D10" if r.dark else "#FFFFFF"
    knob_colour = "#F2F4F6" if r.dark else "#1B1F24"
    return f"""
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px; }}
QToolButton:hover {{ background: {r.selection}; }}
QToolButton:focus {{ border-color: {r.accent}; }}
QToolButton[compact="true"] {{ padding: 2px 6px; }}
QToolButton:disabled {{ color: {r.faint}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton {{ background: {r.raised}; border: 1px solid {r.line}; border-radius: 6px;
  padding: 5px 14px; }}
QPushButton:hover {{ border-color: {r.faint}; }}
QPushButton:focus {{ border-color: {r.accent}; }}
QPushButton:pressed {{ background: {r.line}; }}
QPushButton:disabled {{ color: {r.faint}; }}
QPushButton[primary="true"] {{ background: {r.accent}; color: {on_accent}; border-color: {r.accent};
  font-weight: 600; }}
QPushButton[primary="true"]:hover {{ border-color: {r.text}; }}
QPushButton[primary="true"]:disabled {{ background: {r.raised}; color: {r.faint}; border-color: {r.line}; }}
QPushButton[link="true"] {{ background: transparent; border: 1px solid transparent; color: {r.accent};
  padding: 2px 0; }}
QPushButton[link="true"]:hover {{ text-decoration: underline; }}
QPushButton[link="true"]:focus {{ border-color: {r.accent}; }}
QPushButton[quiet="true"] {{ background: transparent; border: 1px solid transparent; color: {r.muted};
  padding: 2px 6px; }}
QPushButton[quiet="true"]:hover {{ color: {r.text}; background: {r.selection}; }}
QPushButton[quiet="true"]:focus {{ border-color: {r.accent}; }}
QSlider {{ min-height: {knob + 6}px; background: transparent; }}
QSlider::groove:horizontal {{ height: {groove}px; background: {r.line}; border-radius: 1px; }}
QSlider::sub-page:horizontal {{ background: {r.accent}; border-radius: 1px; }}
QSlider::handle:horizontal {{ background: {knob_colour}; width: {knob}px; height: {knob}px;
  margin: {margin}px 0; border-radius: {knob // 2}px; }}
QSlider::handle:horizontal:focus {{ background: {r.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {r.faint}; }}
QSlider::handle:horizontal:disabled {{ background: {r.faint}; }}
#thumbnailSize::sub-page:horizontal {{ background: {r.line}; }}
#thumbnailSize::handle:horizontal {{ background: {r.muted}; }}
#thumbnailSize::handle:horizontal:focus {{ background: {r.accent}; }}
QProgressBar {{ background: {r.line}; border: none; border-radius: 1px; }}
QProgressBar::chunk {{ background: {r.accent}; border-radius: 1px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {r.line}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {r.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {r.raised}; border: 1px solid {r.line}; padding: 4px; }}
#pastSearches {{ background: {r.raised}; border: 1px solid {r.line}; border-radius: 8px; }}
#pastSearches QListWidget {{ background: transparent; border: none; outline: none; }}
QMenu::item {{ padding: 5px 28px 5px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {r.selection}; }}
QMenu::item:disabled {{ color: {r.faint}; }}
QMenu::separator {{ height: 1px; background: {r.line}; margin: 4px 6px; }}
"""


def _panes(r: _Roles, points: float) -> str:
    small = points * 0.85
    return f"""
QSplitter::handle {{ background: {r.line}; }}
#libraryPane, #inspectorPane, #inspector, #inspector QStackedWidget {{ background: {r.panel}; }}
#libraryTree {{ background: {r.panel}; border: none; outline: none; }}
#resultsPane, #resultsView {{ background: {r.ground}; border: none; }}
#resultsHeader {{ color: {r.muted}; }}
#confidenceCard {{ background: {r.panel}; border: 1px solid {r.line}; border-radius: 8px; }}
QLabel[role="muted"], #confidenceCard QLabel {{ color: {r.muted}; }}
#termBars {{ background: transparent; border: none; border-radius: 0; }}
#confidenceCard QComboBox {{ padding: 2px 4px 2px 8px; }}
#confidenceCard QComboBox:disabled {{ color: {r.muted}; background: transparent; }}
#confidenceCard #certaintyBadge {{ color: {r.muted}; border: 1px solid {r.line}; border-radius: 8px;
  padding: 1px 7px; font-size: {small:.2f}pt; }}
QLabel[role="small"] {{ color: {r.muted}; font-size: {small:.2f}pt; }}
QLabel[role="title"] {{ font-size: {points * 1.15:.2f}pt; font-weight: 600; }}
QLabel[role="value"] {{ color: {r.text}; font-weight: 500; }}
QLabel[role="group"] {{ color: {r.text}; font-weight: 600; }}
#searchBox QToolButton[chip="true"] {{ background: {r.selection}; border-radius: 8px; padding: 2px 6px; }}
#chip {{ background: {r.selection}; border-radius: 8px; }}
#keywordChips #chip {{ background: transparent; border: 1px solid {r.line}; }}
#someChip {{ background: transparent; border: 1px solid {r.line}; border-radius: 8px; }}
#chip QToolButton, #someChip QToolButton {{ padding: 1px; }}
QLabel[role="warning"] {{ color: {r.warning}; }}
QLabel[role="bad"] {{ color: {r.bad}; }}
QLabel[role="good"] {{ color: {r.good}; }}
QFrame[notice="true"] {{ background: {r.panel}; border: 1px solid {r.line}; border-radius: 8px; }}
#dropTarget {{ background: {r.panel}; border: 2px dashed {r.line}; border-radius: 12px; }}
#inspector::pane, #reportPages::pane {{ border: none; }}
#inspector::tab-bar {{ left: 12px; }}
#inspector > QTabBar::tab,
#reportPages > QTabBar::tab {{ background: transparent; color: {r.muted}; padding: 8px 2px 7px 2px;
  margin-right: 18px; border-bottom: 2px solid transparent; }}
#inspector > QTabBar::tab:selected,
#reportPages > QTabBar::tab:selected {{ color: {r.text}; border-bottom: 2px solid {r.accent}; }}
#inspector > QTabBar::tab:hover,
#reportPages > QTabBar::tab:hover {{ color: {r.text}; }}
#inspector > QTabBar::tab:focus,
#reportPages > QTabBar::tab:focus {{ color: {r.accent}; }}
#overlayFrame {{ border: 1px solid {r.line}; border-radius: 6px; background: {r.ground}; }}
#overlayMode::tab {{ background: transparent; color: {r.muted}; padding: 5px 4px; margin: 2px;
  border-radius: 4px; }}
#overlayMode::tab:selected {{ background: {r.selection}; color: {r.accent}; }}
#overlayMode::tab:hover:!selected {{ color: {r.text}; }}
#previewView {{ background: {r.ground}; border: 1px solid {r.ground}; }}
#previewView:focus {{ border-color: {r.accent}; }}
#resultsView:focus {{ outline: none; }}
#largeView, #largeView QGraphicsView {{ background: {r.ground}; border: none; }}
#modelChip {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 2px 8px; color: {r.muted}; }}
#modelChip:hover {{ background: {r.selection}; color: {r.text}; }}
#modelChip:focus {{ border-color: {r.accent}; }}
#modelChip[state="error"] {{ color: {r.bad}; }}
"""


def _dialogs(r: _Roles, points: float) -> str:
    tick = "check-dark.svg" if r.dark else "check-light.svg"
    up = "chevron-up-dark.svg" if r.dark else "chevron-up-light.svg"
    down = "chevron-down-dark.svg" if r.dark else "chevron-down-light.svg"
    return f"""
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: {points * 1.2:.0f}px; height: {points * 1.2:.0f}px; border-radius: 4px;
  border: 1px solid {r.faint}; background: {r.panel}; }}
QCheckBox::indicator:checked {{ background: {r.accent}; border-color: {r.accent};
  image: url("{paths.resource("icons", tick).as_posix()}"); }}
QCheckBox::indicator:focus {{ border-color: {r.text}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
#card {{ background: {r.panel}; border: 1px solid {r.line}; border-radius: 8px; }}
QListView, QTableView, QTextBrowser {{ background: {r.panel}; border: 1px solid {r.line};
  border-radius: 8px; outline: none; }}
QDialog QLineEdit, QDialog QPlainTextEdit {{ background: {r.panel}; border: 1px solid {r.line};
  border-radius: 6px; padding: 5px 8px; }}
QDialog QLineEdit:focus, QDialog QPlainTextEdit:focus {{ border-color: {r.accent}; }}
QComboBox {{ combobox-popup: 0; background: {r.raised}; border: 1px solid {r.line}; border-radius: 6px;
  padding: 5px 8px 5px 10px; }}
QDialog QSpinBox {{ background: {r.raised}; border: 1px solid {r.line}; border-radius: 6px;
  padding: 4px 0; }}
QComboBox[quiet="true"] {{ background: transparent; border-color: transparent; color: {r.muted};
  padding: 2px 2px 2px 8px; }}
QComboBox[quiet="true"]:hover {{ border-color: {r.line}; color: {r.text}; }}
QComboBox QAbstractItemView {{ background: {r.raised}; border: 1px solid {r.line}; outline: none;
  selection-background-color: {r.selection}; selection-color: {r.text}; }}
QComboBox QAbstractItemView::item {{ padding: 3px 8px; border: none; }}
QComboBox:hover, QDialog QSpinBox:hover {{ border-color: {r.faint}; }}
QComboBox:focus, QDialog QSpinBox:focus {{ border-color: {r.accent}; }}
QComboBox::drop-down {{ border: none; width: {points * 2:.0f}px; }}
QComboBox::down-arrow {{ image: url("{paths.resource("icons", down).as_posix()}");
  width: {points * 1.2:.0f}px; height: {points * 1.2:.0f}px; }}
QDialog QSpinBox QLineEdit {{ background: transparent; border: none; padding: 0 0 0 8px; }}
QDialog QSpinBox::up-button {{ subcontrol-origin: border; subcontrol-position: top right; border: none;
  width: {points * 2:.0f}px; margin: 3px 2px 0 0; }}
QDialog QSpinBox::down-button {{ subcontrol-origin: border; subcontrol-position: bottom right; border: none;
  width: {points * 2:.0f}px; margin: 0 2px 3px 0; }}
QDialog QSpinBox::up-arrow {{ image: url("{paths.resource("icons", up).as_posix()}");
  width: {points:.0f}px; height: {points:.0f}px; }}
QDialog QSpinBox::down-arrow {{ image: url("{paths.resource("icons", down).as_posix()}");
  width: {points:.0f}px; height: {points:.0f}px; }}
QHeaderView::section {{ background: {r.panel}; color: {r.muted}; border: none;
  border-bottom: 1px solid {r.line}; padding: 4px 8px; }}
QTableView::item {{ padding: 4px 8px; }}
QTableView::item:selected, QListView::item:selected {{ background: {r.selection}; color: {r.text}; }}
"""
