"""The settings page: every choice that outlives a session, each with what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from dinodesk.settings import SPECS, Settings, SettingSpec
from dinodesk.ui.text import formatting
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.setting_rows import (
    CalmWheel,
    ChoiceRow,
    FactRow,
    FolderRow,
    NumberRow,
    SettingRow,
    SliderRow,
    SwitchRow,
)

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Appearance", ("theme",)),
    ("Photos", ("crop_thumbnails", "photo_size", "dimming")),
    ("Search", ("auto_stop", "keep_searches")),
    ("Libraries", ("default_library", "start_with_last", "watch")),
    ("Disk space", ("thumbnail_gigabytes", "index", "backups")),
    ("Processor", ("threads",)),
    ("Sidecars", ("sidecar_names",)),
)
"""Headings, and the settings below each by key; those that `SPECS` does not know are made by the dialog."""

_SLIDERS = ("dimming",)
_USED = {"thumbnail_gigabytes": "thumbnails", "index": "index", "backups": "backups"}
"""Settings of the disk space, and the parts of a library whose size they show."""


class SettingsDialog(QDialog):
    """Not modal: what is set can be seen at once. It only shows and asks."""

    changed = Signal(str, object)  # key and value of what the person set

    def __init__(
        self,
        theme: Theme,
        sizes: tuple[int, int],
        standard: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        """`sizes` are the least and the greatest of photos in the grid; `standard` names the folder of the
        library where none is chosen."""
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings")
        self._sizes, self._standard, self._wheel = sizes, standard, CalmWheel(self)
        self.rows: dict[str, SettingRow] = {}
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 4, 24, 16)
        column.setSpacing(16)
        for title, keys in SECTIONS:
            column.addLayout(self._section(title, keys))
        column.addStretch()
        area = QScrollArea()
        area.setObjectName("settingsPage")
        area.setAccessibleName("Settings")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        heading = QLabel("Settings")
        heading.setProperty("role", "title")
        top = QVBoxLayout()
        top.setContentsMargins(24, 16, 24, 8)
        top.addWidget(heading)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.button(QDialogButtonBox.StandardButton.Close).setObjectName("settingsClose")
        close.rejected.connect(self.reject)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(24, 8, 24, 16)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(area, 1)
        layout.addLayout(bottom)
        self._fit(round(theme.unit() * 40), round(theme.unit() * 44))

    def _fit(self, width: int, height: int) -> None:
        room = self.screen().availableGeometry().size()
        self.resize(min(width, room.width() - 48), min(height, room.height() - 64))

    def _section(self, title: str, keys: Sequence[str]) -> QVBoxLayout:
        heading, card = QLabel(title), QFrame()
        heading.setProperty("role", "group")
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(14)
        for key in keys:
            row = self.rows[key] = self._row(key)
            row.chosen.connect(partial(self.changed.emit, key))
            for control in row.findChildren(QWidget):
                if isinstance(control, QComboBox | QSpinBox | QSlider):
                    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                    control.installEventFilter(self._wheel)
            inside.addWidget(row)
        section = QVBoxLayout()
        section.setSpacing(8)
        section.addWidget(heading)
        section.addWidget(card)
        return section

    def _row(self, key: str) -> SettingRow:
        name, spec = f"setting_{key}", SPECS.get(key)
        if spec is None:
            return self._row_of_its_own(name, key)
        if spec.choices:
            return ChoiceRow(name, spec)
        if key in _SLIDERS:
            return SliderRow(name, spec)
        return NumberRow(name, spec) if spec.most else FolderRow(name, spec, self._standard)

    def _row_of_its_own(self, name: str, key: str) -> SettingRow:
        if key == "photo_size":
            least, most = self._sizes
            words = "As the slider above the photos, or Ctrl and the wheel."
            return SliderRow(name, SettingSpec("Size of the photos", words, least=least, most=most))
        if key == "watch":
            words = "What changes on disk is seen at once; otherwise at the start and by “Rescan folders”."
            return SwitchRow(name, "Watch the folders of this library", words)
        if key == "index":
            words = "Made again from the database when it is deleted; it has no limit."
            return FactRow(name, "Search index of this library", words)
        return FactRow(name, "Backups of this library", "The three newest ones are kept.")

    # ── what holds ──────────────────────────────────────────────────────────────────────────────

    def show_settings(self, chosen: Settings, size: int) -> None:
        """Show what is chosen; `size` is that of photos in the grid."""
        for key in SPECS:
            self.rows[key].show_value(getattr(chosen, key))
        self.rows["photo_size"].show_value(size)

    def show_watching(self, watching: bool | None) -> None:
        """Whether the folders of the library are watched; None while that is not known."""
        row = self.rows["watch"]
        row.control.setEnabled(watching is not None)
        row.show_value(watching is True)

    def show_disk_space(self, used: dict[str, int] | None) -> None:
        """What the parts of the library take in bytes; None while that is not known."""
        for key, part in _USED.items():
            row, size = self.rows[key], "" if used is None else formatting.size(used.get(part, 0))
            if key in SPECS:
                now = f" Those of this library take {size}." if size else ""
                row.say(SPECS[key].sentence + now)
            else:
                row.show_value(size or "–")
