"""The middle of the window: header, confidence card, notices, and the grid or what stands in for it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.engine.messages import Ranking, WordsChecked
from dinodesk.records import EVERYTHING, Among, Scope
from dinodesk.ui.confidence.check_dialog import CheckDialog
from dinodesk.ui.confidence.confidence_card import ConfidenceCard
from dinodesk.ui.context.feedback import Notice
from dinodesk.ui.grid.cell_view import LARGEST, SMALLEST
from dinodesk.ui.grid.grid_selection import select_first, selected_count
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.grid.timeline import Timeline
from dinodesk.ui.grid.zones import JudgedRows, Zones
from dinodesk.ui.search.arrangement_bar import ArrangementBar
from dinodesk.ui.search.empty_states import EmptyScopePage, FirstRun
from dinodesk.ui.search.literal_strip import LiteralStrip
from dinodesk.ui.text.match_text import Matches, is_clear, matches_exactly, matches_head
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.text.word_hint_text import word_hint
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.link_label import LinkLabel
from dinodesk.ui.widgets.notice_bar import NoticeBar


def _ranks_alike(one: Ranking, other: Ranking) -> bool:
    """Whether two answers are to the same words and photos, weighed alike, be it in two scopes."""
    asked = ("text", "images", "image_weight", "scene", "templates")
    return all(getattr(one, name) == getattr(other, name) for name in asked)


class HeaderLabel(QLabel):
    """A strong word and a muted rest that ends in an ellipsis and a tooltip where there is no room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._head = self._rest = self._details = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, head: str, rest: str, details: str = "") -> None:
        """Show a strong and a muted part; `details` stand in the tooltip alone. All are plain text."""
        self._head, self._rest, self._details = head, rest, details
        self.setAccessibleName(head + rest)
        self._elide()

    def strong_width(self, head: str) -> int:
        """Pixels of a strong part."""
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(bold).horizontalAdvance(head) + 4

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - self.strong_width(self._head)
        rest = self.fontMetrics().elidedText(self._rest, Qt.TextElideMode.ElideRight, max(8, room))
        roles = self._theme.roles
        self.setText(
            f'<span style="color:{roles.text}; font-weight:600">{escape(self._head, quote=False)}</span>'
            f'<span style="color:{roles.muted}">{escape(rest, quote=False)}</span>'
        )
        whole = self._head + self._rest if rest != self._rest else ""
        lines = "\n".join(filter(None, (whole, self._details)))
        self.setToolTip(tooltip(lines) if lines else "")


NARROW = 36
"""Lines of text that a pane must be wide for a slider of full length."""
WIDE = 48
"""Lines of text that a pane must be wide for a button beside the header, and for the box of headings."""

_NO_LIMIT = 16_777_215
"""Qt's own width of a widget that may be as wide as it likes."""


class ResultsPane(QWidget):
    """Keeps header, card and grid in step with the answer that is shown."""

    sizeChanged = Signal(int)
    sentenceChosen = Signal(str)  # to be asked in the place of what was typed
    checkRequested = Signal()
    matchesChanged = Signal(int, bool)  # how many photos can be selected as matches; whether they are hits

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.library_size = 0  # photos in the whole library
        self.scope_names: dict[Scope, str] = {}  # of labels and albums
        self.setObjectName("resultsPane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._thumbnails = theme, thumbnails
        self._answer: Ranking | None = None
        self._waiting = ""
        self._words: WordsChecked | None = None  # what is known of the words of the sentence
        self.header = HeaderLabel(theme)
        self.header.setObjectName("resultsHeader")
        self.select_button = QPushButton()
        self.select_button.setObjectName("selectMatches")
        self.select_button.setProperty("quiet", True)
        self.select_button.clicked.connect(self.select_matches)
        self.check_button = QPushButton("Check a few…")
        self.check_button.setObjectName("checkFew")
        self.check_button.setProperty("quiet", True)
        self.check_button.setToolTip("Say yes or no to ten of them, and see how many are right")
        self.check_button.clicked.connect(self.checkRequested)
        self.arrangement = ArrangementBar()
        self.standing = NoticeBar(theme, "standing")
        self.notice = NoticeBar(theme)
        self.card = ConfidenceCard(theme)
        self.literal = LiteralStrip(theme, thumbnails)
        self.unsure = LinkLabel()
        self.unsure.setObjectName("nothingConfident")
        self.unsure.linkActivated.connect(self.sentenceChosen)
        self.grid = PhotoGrid(theme, thumbnails)
        self.timeline = Timeline(theme, self.grid)
        self.first_run = FirstRun(theme)
        self.empty = EmptyScopePage(theme)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setObjectName("thumbnailSize")
        self.size_slider.setAccessibleName("Size of the photos in the grid")
        self.size_slider.setToolTip("Size of the photos (Ctrl and the wheel)")
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setValue(168)
        self._icons = [QLabel(), QLabel()]
        self._build()
        self.card.zonesMoved.connect(self._zones_moved)
        self.card.strip.checkChosen.connect(self.checkRequested)
        self.size_slider.valueChanged.connect(self.grid.set_cell_target)
        self.grid.cellTargetChanged.connect(self.size_slider.setValue)
        self.grid.photos.rowsInserted.connect(self.refresh)
        self.grid.selectionModel().selectionChanged.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.card.hide()
        self.unsure.hide()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 16, 0)
        top.setSpacing(8)
        top.addWidget(self.header, 1)
        top.addWidget(self.check_button)
        top.addWidget(self.select_button)
        top.addWidget(self.arrangement)
        top.addWidget(self._icons[0])
        top.addWidget(self.size_slider)
        top.addWidget(self._icons[1])
        self._top = QWidget()
        self._top.setLayout(top)
        self.stack = QStackedWidget()
        for page in (self.grid, self.first_run, self.empty):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._top)
        for widget in (self.standing, self.notice, self.card, self.literal, self.unsure):
            row = QHBoxLayout()
            row.setContentsMargins(16, 0, 16, 0)
            row.addWidget(widget)
            layout.addLayout(row)
        layout.addWidget(self.stack, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane the slider is shortened before the words of the header."""
        super().resizeEvent(event)
        unit = self._theme.unit()
        narrow = self.width() < NARROW * unit
        self.size_slider.setFixedWidth(round(unit * (3 if narrow else 6)))
        self.arrangement.sort_box.setMaximumWidth(round(unit * 4) if narrow else _NO_LIMIT)
        for icon in self._icons:
            icon.setVisible(not narrow)
        self.refresh()
        for widget in (self.arrangement, self._top):  # at once, so that nothing is squeezed for a moment
            layout = widget.layout()
            if layout is not None:
                layout.activate()

    @Slot()
    def _restyle(self) -> None:
        for label, size in zip(self._icons, (0.72, 1.05), strict=True):
            label.setPixmap(self._theme.pixmap("image", "muted", round(self._theme.unit() * size)))
        self.header.setMinimumHeight(QSize(0, round(self._theme.unit() * 1.4)).height())
        self.refresh()

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    def show_answer(self, answer: Ranking) -> None:
        """Header and card for an answer; the grid's model has its rows already."""
        before, self._answer, self._waiting = self._answer, answer, ""
        searching = self.grid.photos.judged is not None
        if answer.fitted is not None:
            another = before is None or not _ranks_alike(before, answer)
            if answer.confidences is not None:
                self.card.show_confidences(
                    answer.confidences,
                    answer.fitted,
                    self.library_size,
                    another=another,
                    terms=answer.terms,
                )
            elif answer.scores is not None:
                self.card.show_scores(answer.scores, answer.fitted, self.library_size, another=another)
        self.card.setVisible(searching and self.grid.photos.rowCount() > 0)
        self.refresh()

    def check_dialog(self, parent: QWidget) -> CheckDialog:
        """A new dialog that asks about photos of the answer."""
        return CheckDialog(self._theme, self._thumbnails, parent)

    def least_width(self) -> int:
        """So wide that nothing in the card is cut."""
        for widget in self.card.findChildren(QWidget):
            widget.ensurePolished()
        margins = 2 * 16
        return self.card.minimumSizeHint().width() + margins

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """Show a sentence above the photos until it is closed; an empty one hides it."""
        self.notice.show_message(notice.sentence, notice.button, notice.do, tone=notice.tone)

    def show_words(self, found: WordsChecked | None) -> None:
        """Set what is known of the words of the sentence; None for nothing yet."""
        self._words = found
        self.refresh()

    def show_waiting(self, sentence: str) -> None:
        """Set the text of the header until the next answer."""
        self._waiting = sentence
        self.refresh()

    @Slot()
    def select_matches(self) -> None:
        """Select the hits of the query, or all photos when browsing."""
        select_first(self.grid, self.grid.photos.hits)
        self.grid.setFocus()

    @Slot(object)
    def _zones_moved(self, zones: Zones) -> None:
        self.grid.photos.set_zones(zones)
        self.refresh()

    def _matches(self, judged: JudgedRows) -> Matches:
        line = self.card.line
        return Matches(
            good=judged.hits,
            possible=judged.possible,
            mean=judged.mean,
            certainty=line.certainty,
            clear=line.fitted.clear or not line.auto,
        )

    @Slot()
    def refresh(self) -> None:
        """Header and the sentence above the closest photos, from what the model holds now."""
        model, answer = self.grid.photos, self._answer
        rows, judged = model.rowCount(), model.judged
        head, rest, exactly = f"{rows:,} {'photo' if rows == 1 else 'photos'}", "", ""
        clear = True
        hits = model.hits if judged is not None else 0
        checkable = hits > 0 and model.scores is not None
        if judged is not None and answer is not None:
            matches = self._matches(judged)
            clear = is_clear(matches)
            head, more = matches_head(matches, checkable=checkable)
            spent = sum(answer.milliseconds)
            took = f" in {spent:,.0f} ms" if spent >= 1 else ""
            where = "" if answer.scope == EVERYTHING else f" in {one_line(self.scope_name(answer.scope))}"
            between = " · " if clear else " "  # behind the colon of the other sentence
            rest = f"{more}{between}{answer.searched:,} searched{where}{took}"
            exactly = matches_exactly(matches, len(judged) - matches.good - matches.possible)
        elif answer is not None and answer.filters:
            rest = f" of {self.library_size:,}"
        selected = selected_count(self.grid)
        if selected > 1:
            rest += f" · {selected:,} selected"
        self.select_button.setText(f"Select all {hits:,} matches")
        self.card.strip.set_checkable(checkable)
        wide = self.width() >= WIDE * self._theme.unit()  # else the header needs the room
        self._show_beside(
            head,
            (self.arrangement.group_box, wide and not self._waiting),
            (self.check_button, wide and checkable),
            (self.select_button, wide and hits > 1 and selected != hits),
        )
        self.unsure.setVisible(judged is not None and rows > 0 and hits == 0)
        self.matchesChanged.emit(model.hits, judged is not None)
        if self._waiting:
            rest += f" · {self._waiting}"
        self.header.show_text(head, rest, exactly)
        self._advise(answer)

    def _show_beside(self, head: str, *wanted: tuple[QWidget, bool]) -> None:
        """Show of the wanted widgets, the most useful first, those that leave the header its strong words."""
        fixed = [self.size_slider.width(), self.arrangement.sort_box.sizeHint().width()]
        fixed += [icon.sizeHint().width() for icon in self._icons]
        room = self.width() - 2 * 16 - 8 * len(fixed) - sum(fixed) - self.header.strong_width(head)
        for widget, is_wanted in wanted:
            width = widget.sizeHint().width() + 8
            widget.setVisible(is_wanted and width <= room)
            room -= width if is_wanted and width <= room else 0

    def _advise(self, answer: Ranking | None) -> None:
        """What to try where nothing is clear, above the closest photos."""
        advice = "Try a short caption of what can be seen: a thing and its colour or place, without names or "
        advice = advice + "negations. " if answer is not None and answer.words else ""
        line = self.card.line
        if not line.auto:
            advice += "Less strictness lets more in."
        elif line.fitted.clear and line.stop != "more":
            advice += "“Show more” lets more in."
        if self.literal.isVisibleTo(self):  # the words name something here
            advice = "No photo is a clear match by what it shows. " + advice
        elif self._words is not None:
            advice = word_hint(self._words, self._theme.roles.accent) or advice
        self.unsure.show_html(f'<span style="color:{self._theme.roles.muted}">{advice}</span>')

    def scope_name(self, scope: Scope) -> str:
        """What a scope is called; "" for all photos."""
        if isinstance(scope, Among):
            return f"the matches of “{scope.name}”"
        return self.scope_names.get(scope) or Path(scope.key).name

    def show_page(self, page: QWidget) -> None:
        """Show the grid, the first run, or the sentence in its stead."""
        self.stack.setCurrentWidget(page)
        self._top.setVisible(page is self.grid or bool(self._waiting))
