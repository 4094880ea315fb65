"""Reports of jobs: the list of them, and one of them whole."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import Skipped, StoredReport
from dinodesk.ui.text.formatting import when
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.text.report_text import report_counts, report_facts, report_title
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import FactList
from dinodesk.ui.widgets.files_table import FilesTable

Index = QModelIndex | QPersistentModelIndex
_SHOWN = 5
"""Rows of the list of reports that are seen without scrolling."""


class ReportsModel(QAbstractTableModel):
    """When each job ended, its name and its counts; newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reports: tuple[StoredReport, ...] = ()

    def show(self, reports: tuple[StoredReport, ...]) -> None:
        """Replace the reports, newest first."""
        self.beginResetModel()
        self.reports = reports
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.reports)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        report = self.reports[index.row()]
        text = (
            when(report.at),
            report_title(report),
            report_counts(report),
        )[index.column()]
        return one_line(text) if role == Qt.ItemDataRole.DisplayRole else tooltip(text)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("When", "What", "What came of it")[section]
        return None


class ReportsTable(QTableView):
    """The list of reports; keeps the selection when it is filled again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ReportsModel(self)
        self.setObjectName("reportsTable")
        self.setAccessibleName("Reports of the last jobs")
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(round(self.fontMetrics().height() * 2.0 * _SHOWN))

    def show_reports(self, reports: tuple[StoredReport, ...]) -> None:
        """Replace the list; the chosen report stays chosen."""
        chosen = self.chosen()
        self.rows.show(reports)
        for row, report in enumerate(reports):
            if chosen is not None and report.id == chosen.id:
                self.selectRow(row)

    def chosen(self) -> StoredReport | None:
        """The report of the selected row; None for none."""
        rows = self.selectionModel().selectedRows()
        return self.rows.reports[rows[0].row()] if rows else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        first = min(round(self.fontMetrics().height() * 11), width // 3)
        self.setColumnWidth(0, first)
        self.setColumnWidth(1, (width - first) // 2)
        self.setColumnWidth(2, width - first - (width - first) // 2)


class ReportDialog(QDialog):
    """One report whole: figures, and the files that it names."""

    def __init__(self, theme: Theme, report: StoredReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setWindowTitle("Report")
        self.report = report
        title = QLabel(one_line(report_title(report)))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        title.setWordWrap(True)
        at = QLabel(f"Ended {when(report.at)}")
        at.setProperty("role", "muted")
        self.facts = FactList("reportFacts", (1, 2))
        self.facts.show_facts(report_facts(report))
        self.pages = QTabWidget()
        self.pages.setObjectName("reportPages")
        self.pages.setAccessibleName("Files of the report")
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        self._add_pages()
        close, copy = QPushButton("Close"), QPushButton("Copy report")
        copy.setObjectName("copyReport")
        close.setObjectName("closeReport")
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(copy)
        below.addStretch()
        below.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(at)
        layout.addWidget(self.facts)
        layout.addWidget(self.pages, 1)
        left = int(report.data.get("skipped_count", 0)) - len(skipped_of(report))
        if left > 0:
            more = QLabel(
                f"{left:,} more are not kept in the report; the list of skipped files has them all."
            )
            more.setProperty("role", "small")
            layout.addWidget(more)
        layout.addLayout(below)
        self.resize(round(theme.unit() * 44), round(theme.unit() * 36))

    def _add_pages(self) -> None:
        if self.report.what == "verify":
            self.damaged = FilesTable("reportDamaged", "Damaged photos", "What is wrong")
            self.damaged.files.show(damaged_of(self.report))
            self.pages.addTab(self.damaged, f"Damaged ({self.damaged.files.rowCount():,})")
            return
        self.skipped = FilesTable("reportSkipped", "Files that could not be read", "Why")
        self.skipped.files.show(skipped_of(self.report))
        self.slowest = FilesTable("reportSlowest", "Files that took longest to read", "Time", share=0.8)
        self.slowest.files.show(slowest_of(self.report), sort=False)
        number = int(self.report.data.get("skipped_count", 0))
        self.pages.addTab(self.skipped, f"Could not be read ({number:,})")
        self.pages.addTab(self.slowest, "Slowest")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.report))


def skipped_of(report: StoredReport) -> tuple[Skipped, ...]:
    """The files that a report names as skipped."""
    return tuple(Skipped(str(path), str(reason)) for path, reason in report.data.get("skipped", ()))


def slowest_of(report: StoredReport) -> tuple[Skipped, ...]:
    """The files that took longest, slowest first, each with its time."""
    rows = sorted(report.data.get("slowest", ()), key=lambda each: -float(each[1]))
    return tuple(Skipped(str(path), f"{float(seconds):.2f} s") for path, seconds in rows)


def damaged_of(report: StoredReport) -> tuple[Skipped, ...]:
    """The photos that verifying found damaged."""
    return tuple(
        Skipped(str(path), "its bytes changed by themselves") for path in report.data.get("damaged", ())
    )


def as_text(report: StoredReport) -> str:
    """A report for the clipboard."""
    lines = [f"{report_title(report)}, {when(report.at)}"]
    lines += [f"{name}\t{value}" for name, value in report_facts(report)]
    for title, files in (
        ("Could not be read", skipped_of(report)),
        ("Slowest", slowest_of(report)),
        ("Damaged", damaged_of(report)),
    ):
        if files:
            lines += ["", title] + [f"{each.path}\t{each.reason}" for each in files]
    return "\n".join(lines)
