"""“Compare sentences”: which of several fits a photo or a selection best, and what each word does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.engine.messages import ComparedSentence, Crop, SentencesCompared
from dinodesk.records import TEMPLATE_SETS, TemplateSet
from dinodesk.ui.inspection.bar_list import BarList
from dinodesk.ui.inspection.crop_picker import CropPicker
from dinodesk.ui.text.compare_text import (
    part_figures,
    part_meaning,
    sentence_figures,
    sentence_meaning,
    word_change,
    words_sentence,
)
from dinodesk.ui.text.match_text import WORDING_HINTS, WORDING_NAMES
from dinodesk.ui.theme.theme import Theme

_ALONE = "Nothing beside it"
_CROP_HINT = "Drag over the photo, or press the arrow keys, to compare a part of it beside the whole."


class CompareDialog(QDialog):
    """Keeps the sentences; `asked` tells when there is something to compare."""

    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareDialog")
        self.setWindowTitle("Compare sentences")
        self.texts: tuple[str, ...] = ()
        self.title = QLabel()
        self.title.setObjectName("compareTitle")
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.field = QLineEdit()
        self.field.setObjectName("compareField")
        self.field.setAccessibleName("A sentence to compare")
        self.field.setPlaceholderText("Another sentence")
        self._past = QStringListModel(self)
        completer = QCompleter(self._past, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(completer)
        self.add_button = QPushButton("Add")
        self.add_button.setObjectName("compareAdd")
        self.add_button.setAccessibleName("Compare this sentence, too")
        self.add_button.setDefault(True)
        self.wording_box = QComboBox()
        self.wording_box.setObjectName("compareWording")
        self.wording_box.setAccessibleName("Another wording beside each sentence as it is typed")
        for templates in TEMPLATE_SETS:
            beside = _ALONE if templates == "none" else f"Beside: {WORDING_NAMES[templates]}"
            self.wording_box.addItem(beside, templates)
            hint = "Sentences as typed only." if templates == "none" else WORDING_HINTS[templates]
            self.wording_box.setItemData(self.wording_box.count() - 1, hint, Qt.ItemDataRole.ToolTipRole)
        self.bars = BarList(theme, "compareBars", "Sentences, the best first, with score and confidence")
        self.crop_picker = CropPicker(theme)
        self.crop_hint = QLabel(_CROP_HINT)
        self.crop_hint.setProperty("role", "muted")
        self.crop_hint.setWordWrap(True)
        self.whole_button = QPushButton("Whole photo")
        self.whole_button.setObjectName("compareWhole")
        self.whole_button.setAccessibleName("Compare with the whole photo only")
        self.whole_button.setAutoDefault(False)
        self._photo_side = QWidget()
        self.words_title = QLabel()
        self.words_title.setProperty("role", "muted")
        self.words_title.setTextFormat(Qt.TextFormat.PlainText)
        self.words_title.setWordWrap(True)
        self.word_bars = BarList(theme, "compareWords", "What leaving out each word changes")
        self._build(theme)
        self.add_button.clicked.connect(self._add)
        self.wording_box.activated.connect(self.asked)
        self.bars.currentRowChanged.connect(self.asked)
        self.crop_picker.cropped.connect(self._crop_changed)
        self.whole_button.clicked.connect(self.crop_picker.clear)

    def _build(self, theme: Theme) -> None:
        adding = QHBoxLayout()
        adding.addWidget(self.field, 1)
        adding.addWidget(self.add_button)
        adding.addWidget(self.wording_box)
        photo = QVBoxLayout(self._photo_side)
        photo.setContentsMargins(0, 0, 0, 0)
        photo.addWidget(self.crop_picker, 1)
        photo.addWidget(self.crop_hint)
        photo.addWidget(self.whole_button, 0, Qt.AlignmentFlag.AlignLeft)
        figures = QVBoxLayout()
        figures.addLayout(adding)
        figures.addWidget(self.bars, 3)
        figures.addWidget(self.words_title)
        figures.addWidget(self.word_bars, 2)
        sides = QHBoxLayout()
        sides.addWidget(self._photo_side, 2)
        sides.addLayout(figures, 3)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addLayout(sides, 1)
        self.resize(round(theme.unit() * 56), round(theme.unit() * 34))

    @Slot()
    def _crop_changed(self) -> None:
        self.whole_button.setEnabled(self.crop is not None)
        if self.texts:
            self.asked.emit()

    @property
    def crop(self) -> Crop | None:
        """The part of the photo that is compared, too."""
        return self.crop_picker.crop

    @property
    def wordings(self) -> tuple[TemplateSet, ...]:
        """As typed first; the other one, if any, beside it."""
        other: TemplateSet = self.wording_box.currentData()
        return ("none",) if other == "none" else ("none", other)

    def begin(self, title: str, text: str, past: Sequence[str], *, one: bool) -> None:
        """Compare with what `title` names, first the query's words; `past` sentences are offered.

        Parts can be marked where it is `one` photo.
        """
        self.title.setText(title)
        self.crop_picker.begin()
        self.whole_button.setEnabled(False)
        self._photo_side.setVisible(one)
        self._past.setStringList(list(past))
        self.texts = (text,) if text else ()
        self._clear_bars()
        self.field.setFocus()
        if text:
            self.asked.emit()

    def _clear_bars(self) -> None:
        blocked = self.bars.blockSignals(True)
        self.bars.clear()
        self.bars.blockSignals(blocked)
        self.show_words(None)

    @Slot()
    def _add(self) -> None:
        text = " ".join(self.field.text().split())
        self.field.clear()
        if text and text not in self.texts:
            self.texts = (*self.texts, text)
            self.asked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the chosen sentence out."""
        taken = self.bars.chosen if self.focusWidget() is self.bars else ""
        if event.key() == Qt.Key.Key_Delete and taken:
            self.texts = tuple(each for each in self.texts if each != taken)
            self._clear_bars()
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    @property
    def chosen(self) -> str:
        """The sentence whose words are looked at: the chosen one, else the first."""
        return self.bars.chosen or (self.texts[0] if self.texts else "")

    def show_found(self, found: SentencesCompared) -> None:
        """Show the bars, the best first, and the words of the chosen sentence."""
        chosen = self.chosen
        if not found.assets:
            self.words_title.setText("The model has not seen these photos yet: they are not indexed.")
            return
        best = sorted(found.sentences, key=lambda each: -float(each.scores.mean()))
        parts = [each.crop[0] for each in best if each.crop is not None]
        most = max(float(best[0].scores.mean()), *parts, 1e-6)
        blocked = self.bars.blockSignals(True)
        self.bars.clear()
        for each in best:
            typed = each.templates == "none"
            name = each.text if typed else f"{each.text} · {WORDING_NAMES[each.templates]}"
            length = float(each.scores.mean()) / most
            role = "accent" if typed else "warning"
            figures, meaning = sentence_figures(each), sentence_meaning(each)
            self.bars.add(name, length, figures, meaning, role=role, text=each.text)
            if each.crop is not None:
                score, figures = each.crop[0], part_figures(*each.crop, each)
                self.bars.add(
                    f"{name} · the part",
                    score / most,
                    figures,
                    part_meaning(each),
                    role="good",
                    text=each.text,
                )
        self.bars.choose(chosen)
        self.bars.blockSignals(blocked)
        with_words = (each for each in found.sentences if each.text == chosen and each.words)
        self.show_words(next(with_words, None))

    def show_words(self, found: ComparedSentence | None) -> None:
        """Show what leaving out each word of a sentence does; None where it has one word."""
        self.word_bars.clear()
        self.word_bars.setVisible(found is not None)
        if found is None:
            hint = "“" + self.chosen + "” has one word." if self.chosen else "Add a sentence to begin."
            self.words_title.setText(hint)
            return
        self.words_title.setText(words_sentence(found))
        changes = [word_change(found, each.scores) for each in found.words]
        most = max(max(map(abs, changes)), 1e-6)
        for each, change in zip(found.words, changes, strict=True):
            role = "good" if change > 0 else "bad"
            meaning = f"“{each.without}” instead: {change:+.3f}."
            name = f"without “{each.word}”"
            self.word_bars.add(name, abs(change) / most, f"{change:+.3f}", meaning, role=role, text=each.word)
