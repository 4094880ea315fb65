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

from dinodesk.engine.messages import ComparedSentence, SentencesCompared
from dinodesk.records import TEMPLATE_SETS, TemplateSet
from dinodesk.ui.inspection.bar_list import BarList
from dinodesk.ui.text.compare_text import sentence_figures, sentence_meaning, word_change, words_sentence
from dinodesk.ui.text.match_text import WORDING_HINTS, WORDING_NAMES
from dinodesk.ui.theme.theme import Theme

_ALONE = "Nothing beside it"


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
        self.words_title = QLabel()
        self.words_title.setProperty("role", "muted")
        self.words_title.setTextFormat(Qt.TextFormat.PlainText)
        self.words_title.setWordWrap(True)
        self.word_bars = BarList(theme, "compareWords", "What leaving out each word changes")
        self._build(theme)
        self.add_button.clicked.connect(self._add)
        self.wording_box.activated.connect(self.asked)
        self.bars.currentRowChanged.connect(self.asked)

    def _build(self, theme: Theme) -> None:
        adding = QHBoxLayout()
        adding.addWidget(self.field, 1)
        adding.addWidget(self.add_button)
        adding.addWidget(self.wording_box)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addLayout(adding)
        layout.addWidget(self.bars, 3)
        layout.addWidget(self.words_title)
        layout.addWidget(self.word_bars, 2)
        self.resize(round(theme.unit() * 38), round(theme.unit() * 34))

    @property
    def wordings(self) -> tuple[TemplateSet, ...]:
        """As typed first; the other one, if any, beside it."""
        other: TemplateSet = self.wording_box.currentData()
        return ("none",) if other == "none" else ("none", other)

    def begin(self, title: str, text: str, past: Sequence[str]) -> None:
        """Compare with what `title` names, first the query's words; `past` sentences are offered."""
        self.title.setText(title)
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
        most = max(float(best[0].scores.mean()), 1e-6)
        blocked = self.bars.blockSignals(True)
        self.bars.clear()
        for each in best:
            typed = each.templates == "none"
            name = each.text if typed else f"{each.text} · {WORDING_NAMES[each.templates]}"
            length = float(each.scores.mean()) / most
            role = "accent" if typed else "warning"
            figures, meaning = sentence_figures(each), sentence_meaning(each)
            self.bars.add(name, length, figures, meaning, role=role, text=each.text)
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
