"""The models page: which are there, which is used, how to add one, how to get the official ones."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.engine.messages import ModelList, ModelState
from dinodesk.records import ZooEntry
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.drop_content import local_files

STEPS = """
<p><b>DINOv2 with text</b> (open, Apache 2.0)</p>
<ol>
<li>Open <a href="https://github.com/facebookresearch/dinov2">github.com/facebookresearch/dinov2</a> and go to
“Pretrained backbones” and “dino.txt”.</li>
<li>Download the <b>ViT-L/14 with registers</b> backbone, and the <b>dino.txt</b> vision head and text
encoder that belong to it.</li>
<li>Drop all the files here together.</li>
</ol>
<p><b>DINOv3 with text</b> (DINOv3 licence; Meta asks for a name and an address first)</p>
<ol>
<li>Open <a href="https://ai.meta.com/resources/models-and-libraries/dinov3-downloads/">Meta’s DINOv3
downloads</a>, accept the licence, wait for the e-mail with the links.</li>
<li>Download <b>ViT-L/16 (LVD-1689M)</b> and <b>dino.txt</b>: the backbone, and the vision head with text
encoder.</li>
<li>Drop both files here together.</li>
</ol>
<p>Files from Hugging Face or timm of the same models work too. DinoDesk recognises each file by what is in
it, not by its name, and says what is missing.</p>
"""
_FAMILIES = {
    "builtin": "came with DinoDesk",
    "dinotxt-v3": "DINOv3 with text",
    "dinotxt-v2": "DINOv2 with text",
    "dinov3": "DINOv3",
    "dinov3-convnext": "DINOv3 ConvNeXt",
    "dinov2": "DINOv2",
}


class ModelsDialog(QDialog):
    """Not modal. Files can be dropped on it."""

    chosen = Signal(str)
    addRequested = Signal()
    calibrateRequested = Signal()
    filesDropped = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelsDialog")
        self.setWindowTitle("Models")
        self.setAcceptDrops(True)
        self._theme = theme
        self._active = ""
        self._state: ModelState | None = None
        self._entries: tuple[ZooEntry, ...] = ()
        self.sentence = QLabel()
        self.sentence.setObjectName("modelsSentence")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._others = QVBoxLayout()
        self._others.setSpacing(8)
        self._others_title = QLabel("Other models DinoDesk knows")
        self._others_title.setProperty("role", "title")
        self._build()
        self.resize(round(theme.unit() * 40), round(theme.unit() * 38))

    def _build(self) -> None:
        title = QLabel("Models")
        title.setProperty("role", "title")
        add = QPushButton("Add model files…")
        add.setObjectName("addModelFiles")
        add.clicked.connect(self.addRequested)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        calibrate = QPushButton("Calibrate…")
        calibrate.setObjectName("calibrateModel")
        calibrate.setAccessibleName("Calibrate the model in use with a labelled folder")
        calibrate.setToolTip("Calibrate the model in use with a labelled folder")
        calibrate.clicked.connect(self.calibrateRequested)
        top.addWidget(calibrate)
        top.addWidget(add)
        steps = QLabel(STEPS)
        steps.setObjectName("modelSteps")
        steps.setWordWrap(True)
        steps.setOpenExternalLinks(True)
        steps.setTextFormat(Qt.TextFormat.RichText)
        steps_title = QLabel("Get a stronger model")
        steps_title.setProperty("role", "title")
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(24, 8, 24, 24)
        inside.setSpacing(12)
        inside.addWidget(self.sentence)
        inside.addLayout(self._list)
        inside.addSpacing(8)
        inside.addWidget(steps_title)
        inside.addWidget(steps)
        inside.addSpacing(8)
        inside.addWidget(self._others_title)
        inside.addLayout(self._others)
        inside.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setObjectName("modelsPage")
        area.setAccessibleName("Models and how to get them")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 16, 0, 0)
        header = QWidget()
        header.setLayout(top)
        top.setContentsMargins(24, 0, 24, 0)
        layout.addWidget(header)
        layout.addWidget(area, 1)

    @Slot(object)
    def show_list(self, answer: ModelList) -> None:
        """The zoo, and what just happened to it."""
        self._entries, self._active = answer.entries, answer.active
        self.show_message(answer.sentence)
        self._rebuild()

    def show_state(self, state: ModelState) -> None:
        """Loading, ready or what is wrong, beside the model it is about."""
        self._state = state
        if state.state == "ready":
            self._active = state.name
        self._rebuild()

    def show_message(self, sentence: str) -> None:
        """Show the result of an action in words."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _rebuild(self) -> None:
        for column in (self._list, self._others):
            while column.count():
                item = column.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        for entry in self._entries:
            here = entry.state != "absent"
            (self._list if here else self._others).addWidget(self._card(entry))
        self._others_title.setVisible(self._others.count() > 0)

    def _card(self, entry: ZooEntry) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        title = QLabel(entry.title or entry.name)
        title.setProperty("role", "value")
        about = QLabel(_describe(entry))
        about.setProperty("role", "small")
        about.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(about)
        if entry.missing:
            partial = entry.state == "partial"
            missing = QLabel(f"{'Missing' if partial else 'Needs'}: {entry.missing}")
            missing.setWordWrap(True)
            missing.setProperty("role", "warning" if partial else "small")
            words.addWidget(missing)
        state = self._state
        if state is not None and state.name == entry.name and state.state == "error":
            wrong = QLabel(state.sentence)
            wrong.setWordWrap(True)
            wrong.setProperty("role", "bad")
            words.addWidget(wrong)
        layout = QHBoxLayout(card)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addLayout(words, 1)
        for label in card.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(self._action(entry), 0, Qt.AlignmentFlag.AlignVCenter)
        return card

    def _action(self, entry: ZooEntry) -> QWidget:
        state = self._state
        if entry.state == "ready":
            loading = state is not None and state.state == "loading"
            now = state.name if loading and state is not None else self._active
            if entry.name == now:
                label = QLabel("loading…" if loading else "in use")
                label.setProperty("role", "good" if label.text() == "in use" else "muted")
                return label
            button = QPushButton("Use")
            button.setObjectName(f"use-{entry.name}")
            button.setAccessibleName(f"Use {entry.title or entry.name}")
            button.setProperty("modelName", entry.name)
            button.clicked.connect(self._use)
            return button
        label = QLabel("incomplete" if entry.state == "partial" else "not here")
        label.setProperty("role", "muted")
        return label

    @Slot()
    def _use(self) -> None:
        self.chosen.emit(str(self.sender().property("modelName")))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        files = local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.filesDropped.emit(files)


def _describe(entry: ZooEntry) -> str:
    parts = [_FAMILIES.get(entry.family, entry.family)]
    parts.append("sentences and photos" if entry.text else "photos only")
    if entry.bytes:
        parts.append(f"{entry.bytes / 1e6:,.0f} MB")
    parts.append(entry.licence)
    if entry.gated:
        parts.append("asks for a sign-up")
    return " · ".join(p for p in parts if p)
