"""What the program is, and under which licences."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTextBrowser, QVBoxLayout, QWidget

from dinodesk import paths
from dinodesk.ui.theme.theme import Theme


class AboutDialog(QDialog):
    """What this is, and under which licences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About DinoDesk")
        title = QLabel("DinoDesk")
        title.setProperty("role", "title")
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        text.setAccessibleName("Licences")
        text.setMarkdown(_licences())
        sentence = QLabel("Finds any photo from a typed sentence, and shows why the model thinks so.")
        sentence.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(sentence)
        layout.addWidget(text, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        layout.addWidget(box)
        self.resize(round(theme.unit() * 38), round(theme.unit() * 26))


def _licences() -> str:
    credits = paths.resource("samples", "CREDITS.md")
    body = (
        "DinoDesk is free software under the **Apache License 2.0**.\n\n"
        "- Qt and PySide6: LGPL 3, used as shared libraries\n"
        "- libheif for HEIC and LibRaw for RAW files: LGPL, used as shared libraries\n"
        "- pyqtgraph, NumPy, hnswlib, SQLAlchemy, Pillow, PyTorch: MIT, BSD, Apache and HPND licences\n"
        "- Inter, the font: SIL Open Font License 1.1\n"
        "- Lucide, the icons: ISC\n"
        "- Models keep their own licences; the models page names each.\n\n"
    )
    if credits.is_file():
        body += credits.read_text(encoding="utf-8").replace("# Sample photos", "## Sample photos")
    return body
