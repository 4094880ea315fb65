"""One row of the settings page: what a setting is called, what it does, and the control that sets it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.settings import SettingSpec
from dinodesk.ui.widgets.fact_widgets import ElidedLabel
from dinodesk.ui.widgets.file_dialogs import ask_folder

NEXT_START = "From the next start of DinoDesk."


class SettingRow(QWidget):
    """Name and sentence left, the control right. Emits what the person sets, never what is shown."""

    chosen = Signal(object)  # the value

    def __init__(self, name: str, title: str, sentence: str, control: QWidget) -> None:
        """`name` is the control's objectName; its row's and sentence's derive from it."""
        super().__init__()
        self.setObjectName(f"{name}Row")
        self.control = control
        control.setObjectName(name)
        control.setAccessibleName(title)
        control.setAccessibleDescription(sentence)
        heading, self.sentence = QLabel(title), QLabel(sentence)
        heading.setProperty("role", "value")
        heading.setBuddy(control)
        self.sentence.setObjectName(f"{name}Sentence")
        self.sentence.setProperty("role", "muted")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(heading)
        self._words.addWidget(self.sentence)
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(24)
        self._across.addLayout(self._words, 1)
        self._across.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_value(self, value: object) -> None:
        """Show the value that holds."""
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        """Replace the sentence."""
        self.sentence.setText(sentence)
        self.control.setAccessibleDescription(sentence)


class ChoiceRow(SettingRow):
    """One of several values."""

    def __init__(self, name: str, spec: SettingSpec) -> None:
        self._box = QComboBox()
        self._values = [value for value, _ in spec.choices]
        self._box.addItems([words for _, words in spec.choices])
        super().__init__(name, spec.title, sentence_of(spec), self._box)
        self._box.activated.connect(self._choose)

    @override
    def show_value(self, value: object) -> None:
        self._box.setCurrentIndex(self._values.index(value))  # type: ignore[arg-type]

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen.emit(self._values[index])


class NumberRow(SettingRow):
    """A number; it counts once the person stops typing."""

    def __init__(self, name: str, spec: SettingSpec) -> None:
        self._box = QSpinBox()
        self._box.setRange(spec.least, spec.most)
        self._box.setSuffix(spec.unit)
        self._box.setSpecialValueText(spec.zero)
        self._box.setKeyboardTracking(False)
        self._box.setMinimumWidth(round(self._box.fontMetrics().height() * 8))
        super().__init__(name, spec.title, sentence_of(spec), self._box)
        self._box.valueChanged.connect(self._set)

    @override
    def show_value(self, value: object) -> None:
        self._box.blockSignals(True)
        self._box.setValue(int(str(value)))
        self._box.blockSignals(False)

    @Slot(int)
    def _set(self, value: int) -> None:
        self.chosen.emit(value)


class SliderRow(SettingRow):
    """A number whose effect is looked at rather than its figure."""

    def __init__(self, name: str, spec: SettingSpec) -> None:
        self._spec = spec
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(spec.least, spec.most)
        self._figure = QLabel()
        self._figure.setProperty("role", "muted")
        super().__init__(name, spec.title, sentence_of(spec), self._slider)
        self._slider.setMinimumWidth(round(self.fontMetrics().height() * 8))
        self._across.insertWidget(1, self._figure, 0, Qt.AlignmentFlag.AlignVCenter)
        widest = max(f"{spec.most:,}{spec.unit}", spec.zero, key=len)
        self._figure.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest) + 4)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._slider.valueChanged.connect(self._moved)
        self._moved(self._slider.value())

    @override
    def show_value(self, value: object) -> None:
        self._slider.blockSignals(True)
        self._slider.setValue(int(str(value)))
        self._slider.blockSignals(False)
        self._show_figure()

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._show_figure()
        self.chosen.emit(value)

    def _show_figure(self) -> None:
        value = self._slider.value()
        zero = self._spec.zero if value == 0 else ""
        self._figure.setText(zero or f"{value:,}{self._spec.unit}")


class SwitchRow(SettingRow):
    """On or off."""

    def __init__(self, name: str, title: str, sentence: str) -> None:
        self._box = QCheckBox()
        super().__init__(name, title, sentence, self._box)
        self._box.clicked.connect(self._switch)

    @override
    def show_value(self, value: object) -> None:
        self._box.setChecked(bool(value))

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        self.chosen.emit(on)


class FolderRow(SettingRow):
    """A folder, or the platform's own one where none is chosen."""

    def __init__(self, name: str, spec: SettingSpec, standard: Callable[[], str]) -> None:
        """`standard` names the folder that holds where none is chosen."""
        self._standard, self._title = standard, spec.title
        self._button = QPushButton("Choose…")
        super().__init__(name, spec.title, sentence_of(spec), self._button)
        self._path = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._path.setObjectName(f"{name}Path")
        self._path.setProperty("role", "muted")
        self._reset = QPushButton("Use the standard folder")
        self._reset.setObjectName(f"{name}Reset")
        self._reset.setProperty("link", True)
        self._words.addWidget(self._path)
        self._words.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        self._button.clicked.connect(self._ask)
        self._reset.clicked.connect(partial(self.chosen.emit, ""))

    @override
    def show_value(self, value: object) -> None:
        self._path.set_text(str(value) or self._standard())
        self._reset.setVisible(bool(value))

    @Slot()
    def _ask(self) -> None:
        ask_folder(self.window(), self._title, self.chosen.emit, name="settingFolderDialog")


class FactRow(SettingRow):
    """Something that is only shown."""

    def __init__(self, name: str, title: str, sentence: str) -> None:
        self._value = QLabel()
        self._value.setProperty("role", "value")
        super().__init__(name, title, sentence, self._value)

    @override
    def show_value(self, value: object) -> None:
        self._value.setText(str(value))


class CalmWheel(QObject):
    """The wheel scrolls the page, instead of changing what happens to lie under the pointer."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the page have the wheel, unless the control was chosen before."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def sentence_of(spec: SettingSpec) -> str:
    """What a setting does, and when."""
    return f"{spec.sentence} {NEXT_START}" if spec.restart else spec.sentence
