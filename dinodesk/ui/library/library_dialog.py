"""The page about the library: what it holds and takes, what is wrong with it, what can be done, what was."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dinodesk.engine.messages import LibraryState, StatisticsShown
from dinodesk.records import Statistics
from dinodesk.ui.library.report_dialog import ReportsTable
from dinodesk.ui.text import formatting
from dinodesk.ui.text.availability import drive_counts
from dinodesk.ui.text.job_messages import forgotten_sentence, missing_sentence
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ElidedLabel, FactList

_DISK_SPACE = (
    ("database", "Database"),
    ("thumbnails", "Thumbnails"),
    ("index", "Search index"),
    ("backups", "Backups"),
)
_ACTIONS = (
    ("verify", "Verify library", "Read every photo again and compare; goes on where it was stopped"),
    ("backup", "Back up now", "A copy of the database, in the library's own folder; three are kept"),
    ("move", "Move library…", "Move database and caches to an empty folder; photos stay where they are"),
    ("sidecars", "Write sidecars…", "Labels and ratings as XMP files beside all photos"),
)


class LibraryDialog(QDialog):
    """Not modal; it only shows and asks."""

    actionRequested = Signal(str)  # verify, backup, move, sidecars
    bringBackRequested = Signal()
    forgetRequested = Signal(str)  # missing, overdue or leftovers
    listRequested = Signal()
    missingRequested = Signal()
    reportRequested = Signal(object)  # StoredReport

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryDialog")
        self.setWindowTitle("About this library")
        self._theme = theme
        self.statistics: Statistics | None = None
        self.path = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.path.setObjectName("libraryPath")
        self.path.setProperty("role", "muted")
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence = QLabel()
        self.sentence.setObjectName("librarySentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        self.photos = FactList("photoStates", (3, 2))
        self.drives = FactList("driveFacts", (3, 2))
        self.disk_space = FactList("roomFacts", (3, 2))
        self.models = FactList("modelFacts", (3, 2))
        self.unread = FactList("unreadFacts", (1, 16))
        self.missing, self.forget_missing = self._line("missing", "Forget for good…")
        self.show_missing = QPushButton("Show them")
        self.show_missing.setObjectName("showMissingButton")
        self.show_missing.setAccessibleName("Show the missing photos")
        self.show_missing.setProperty("link", True)
        self.leftovers, self.forget_leftovers = self._line("leftovers", "Forget for good…")
        self.removed, self.bring_back = self._line("removed", "Bring them back")
        self.unreadable, self.show_unread = self._line("unread", "Show list…")
        self.last_backup = QLabel()
        self.last_backup.setObjectName("lastBackup")
        self.last_backup.setProperty("role", "muted")
        self.actions_ = {name: self._button(name, text, tip) for name, text, tip in _ACTIONS}
        self.reports = ReportsTable()
        self.open_report = QPushButton("Open report")
        self.open_report.setObjectName("openReport")
        self._build()
        self._connect()
        self.resize(round(theme.unit() * 50), round(theme.unit() * 46))

    def _line(self, name: str, button: str) -> tuple[QLabel, QPushButton]:
        label, link = QLabel(), QPushButton(button)
        label.setObjectName(f"{name}Sentence")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", "muted")
        link.setObjectName(f"{name}Button")
        link.setProperty("link", True)
        return label, link

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"{name}Button")
        button.setToolTip(tip)
        button.clicked.connect(partial(self.actionRequested.emit, name))
        return button

    def _connect(self) -> None:
        self.forget_missing.setAccessibleName("Forget missing photos for good…")
        self.forget_leftovers.setAccessibleName("Forget photos outside the library for good…")
        self.forget_missing.clicked.connect(self._forget_missing)
        self.show_missing.clicked.connect(self.missingRequested)
        self.forget_leftovers.clicked.connect(partial(self.forgetRequested.emit, "leftovers"))
        self.bring_back.setAccessibleName("Bring removed photos back into the library")
        self.bring_back.clicked.connect(self.bringBackRequested)
        self.show_unread.clicked.connect(self.listRequested)
        self.open_report.clicked.connect(self._open_report)
        self.reports.activated.connect(self._open_report)
        self.reports.selectionModel().selectionChanged.connect(self._fit)
        self._fit()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in the list must not press "Forget…"
        self.actions_["verify"].setFocus()

    def _build(self) -> None:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(24, 4, 24, 24)
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(20)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        missing = self._row(self.missing, self.show_missing, self.forget_missing)
        leftovers = self._row(self.leftovers, self.forget_leftovers)
        removed = self._row(self.removed, self.bring_back)
        photos = self._section("Photos", self.photos, missing, removed, leftovers)
        grid.addLayout(photos, 0, 0)
        grid.addLayout(self._section("Disk space", self.disk_space, self.last_backup), 0, 1)
        grid.addLayout(self._section("Drives", self.drives), 1, 0)
        grid.addLayout(self._section("Models", self.models), 1, 1)
        grid.addLayout(
            self._section(
                "Files that can’t be read", self._row(self.unreadable, self.show_unread), self.unread
            ),
            2, 0, 1, 2,
        )  # fmt: skip
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self.actions_.values():
            buttons.addWidget(button)
        buttons.addStretch()
        grid.addLayout(buttons, 3, 0, 1, 2)
        last = self._section("Reports of the last jobs", self.reports)
        below = QHBoxLayout()
        below.addWidget(self.open_report)
        below.addStretch()
        last.addLayout(below)
        grid.addLayout(last, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        area = QScrollArea()
        area.setObjectName("libraryPage")
        area.setAccessibleName("About this library")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        title = QLabel("About this library")
        title.setProperty("role", "title")
        top = QVBoxLayout()
        top.setContentsMargins(24, 0, 24, 0)
        top.setSpacing(4)
        for widget in (title, self.path, self.sentence):
            top.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 16, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(area, 1)

    def _section(self, title: str, *parts: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        label = QLabel(title)
        label.setProperty("role", "group")
        column.addWidget(label)
        for part in parts:
            column.addWidget(part)
        column.addStretch()
        return column

    def _row(self, label: QLabel, *buttons: QPushButton) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 1)
        for button in buttons:
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    def show_message(self, sentence: str, role: str = "value") -> None:
        """Show the result of an action in words."""
        self.sentence.setText(sentence)
        self.sentence.setProperty("role", role)
        self.sentence.style().polish(self.sentence)
        self.sentence.setVisible(bool(sentence))

    def show_library(self, state: LibraryState) -> None:
        """Where it lies, and what lies on which drive."""
        self.path.set_text(state.path)
        self.drives.show_facts(
            tuple(
                (name, formatting.count(number) + (", away" if gone else ""))
                for name, number, gone in drive_counts(state.folders)
            )
            or (("No folder yet", ""),)
        )

    def show_statistics(self, answer: StatisticsShown) -> None:
        """Show all counts, sizes and reports."""
        shown = self.statistics = answer.statistics
        states = [("All photos", f"{shown.photos:,}"), ("Here now", f"{shown.states.get('online', 0):,}")]
        for key, name in (("offline", "Away with their drives"), ("missing", "Missing")):
            if shown.states.get(key):
                states.append((name, f"{shown.states[key]:,}"))
        if shown.damaged:
            states.append(("Damaged", f"{shown.damaged:,}"))
        self.photos.show_facts(tuple(states))
        self.missing.setText(missing_sentence(shown))
        for button in (self.show_missing, self.forget_missing):
            button.setVisible(shown.states.get("missing", 0) > 0)
        number = shown.removed
        verb = "was removed; scans pass it by." if number == 1 else "were removed; scans pass them by."
        self.removed.setText(f"{formatting.count(number, 'file')} {verb}")
        self.removed.setVisible(number > 0)
        self.bring_back.setVisible(number > 0)
        verb = "is" if shown.leftovers == 1 else "are"
        self.leftovers.setText(
            f"{formatting.count(shown.leftovers)} outside the library {verb} kept "
            "(removed, in the trash, forgotten, or overwritten)."
        )
        self.leftovers.setVisible(shown.leftovers > 0)
        self.forget_leftovers.setVisible(shown.leftovers > 0)
        number = sum(each for _, each in shown.skipped)
        self.unreadable.setText(
            f"{formatting.count(number, 'file')} could not be read." if number else "None."
        )
        self.show_unread.setVisible(number > 0)
        self.unread.show_facts(tuple((f"{each:,}", reason) for reason, each in shown.skipped))
        room = [(name, formatting.size(shown.bytes.get(key, 0))) for key, name in _DISK_SPACE]
        self.disk_space.show_facts((*room, ("Free on this disk", formatting.size(shown.free))))
        made = f"Last backup: {formatting.when(shown.backed_up)}." if shown.backed_up else "No backup yet."
        self.last_backup.setText(made)
        self.models.show_facts(
            tuple((name, formatting.count(number)) for name, number in shown.models) or (("Nothing yet", ""),)
        )
        self.reports.show_reports(answer.reports)
        self._fit()
        if answer.forgotten is not None:
            self.show_message(forgotten_sentence(answer.forgotten))

    def set_busy(self, busy: bool) -> None:
        """While one action runs no other one can be asked for."""
        for button in self.actions_.values():
            button.setEnabled(not busy)

    @Slot()
    def _fit(self) -> None:
        self.open_report.setEnabled(self.reports.chosen() is not None)

    @Slot()
    def _forget_missing(self) -> None:
        shown = self.statistics
        self.forgetRequested.emit("overdue" if shown is not None and shown.overdue else "missing")

    @Slot()
    @Slot(QModelIndex)
    def _open_report(self, _index: QModelIndex | None = None) -> None:
        report = self.reports.chosen()
        if report is not None:
            self.reportRequested.emit(report)
