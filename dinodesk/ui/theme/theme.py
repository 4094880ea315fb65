"""The look in one place: colours by role, type sizes, spacing, icons. Everything else asks the theme."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from dinodesk import paths
from dinodesk.ui.theme.stylesheet import stylesheet


@dataclass(frozen=True, slots=True)
class Roles:
    """The colours of one appearance, as docs/window.md names them. `faint` carries no text to be read."""

    dark: bool
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    selection: str
    good: str
    warning: str
    bad: str


DARK = Roles(
    dark=True,
    ground="#16181B",
    panel="#1C1F23",
    raised="#24282D",
    line="#30353B",
    text="#E8EAED",
    muted="#9AA3AD",
    faint="#6B747E",
    accent="#5B9DFF",
    selection="rgba(91, 157, 255, 20%)",
    good="#4CC38A",
    warning="#F0B35A",
    bad="#E5696A",
)
LIGHT = Roles(
    dark=False,
    ground="#F4F5F7",
    panel="#FFFFFF",
    raised="#FFFFFF",
    line="#DDE1E6",
    text="#1B1F24",
    muted="#59636E",
    faint="#8B949E",
    accent="#1F6FEB",
    selection="rgba(31, 111, 235, 12%)",
    good="#1A7F4B",
    warning="#9A6700",
    bad="#C93C3D",
)

DARK_TERMS = "#5B9DFF", "#F0B35A", "#4CC38A", "#C792EA", "#F28CA4", "#56C8D8"
LIGHT_TERMS = "#1F6FEB", "#B26A00", "#1A7F4B", "#8039D6", "#C2255C", "#0E7490"
"""Of the terms of a composed query, in order."""

SMALL, NORMAL, LARGE = 0.85, 1.0, 1.15


class Theme(QObject):
    """Appearance of the whole application; `changed` is sent after palette and stylesheet are set."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._choice = choice
        self._icons: dict[tuple[str, str, float], QIcon] = {}
        self.roles = DARK
        load_fonts(app)
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> str:
        """What the person chose: "system", "dark" or "light"."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Follow the system or insist on dark or light."""
        self._choice = choice if choice in ("dark", "light") else "system"
        self._apply()

    def color(self, role: str) -> QColor:
        """The colour of a role by its name."""
        if role == "selection":
            color = QColor(self.roles.accent)
            color.setAlphaF(0.20 if self.roles.dark else 0.12)
            return color
        return QColor(getattr(self.roles, role))

    def term_color(self, term: int) -> QColor:
        """The colour of a term of a composed query; they come round again where there are many."""
        colours = DARK_TERMS if self.roles.dark else LIGHT_TERMS
        return QColor(colours[term % len(colours)])

    def font(self, scale: float = NORMAL, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The application's font at one of the three sizes, with tabular figures."""
        font = QFont(self._app.font())
        font.setPointSizeF(self._app.font().pointSizeF() * scale)
        font.setWeight(weight)
        return font

    def unit(self) -> float:
        """Height of a line of text; what sizes derive from."""
        return QFontMetricsF(self._app.font()).height()

    def icon(self, name: str, role: str = "text") -> QIcon:
        """A Lucide icon in the colour of `role`, sharp at the screen's pixel ratio."""
        ratio = self._app.devicePixelRatio()
        key = (name, str(getattr(self.roles, role)), ratio)
        if key not in self._icons:
            icon = QIcon()
            icon.addPixmap(self._draw(name, self.color(role), ratio))
            icon.addPixmap(self._draw(name, self.color("faint"), ratio), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def pixmap(self, name: str, role: str, size: float) -> QPixmap:
        """A Lucide icon as a pixmap of `size` logical pixels."""
        return self._draw(name, self.color(role), self._app.devicePixelRatio(), size)

    def _draw(self, name: str, color: QColor, ratio: float, size: float = 0.0) -> QPixmap:
        side = round((size or round(self.unit() * 1.1)) * ratio)
        source = paths.resource("icons", "lucide", f"{name}.svg").read_text(encoding="utf-8")
        source = source.replace("currentColor", color.name()).replace(
            'stroke-width="2"', 'stroke-width="1.75"'
        )
        renderer = QSvgRenderer(QByteArray(source.encode()))
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _apply(self) -> None:
        light = self._choice == "light" or (
            self._choice == "system" and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        )
        self.roles = LIGHT if light else DARK
        self._icons.clear()
        self._app.setPalette(self._palette())
        self._app.setStyleSheet(stylesheet(self.roles, self._app.font().pointSizeF(), self.unit()))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        kinds = QPalette.ColorRole
        for kind, role in (
            (kinds.Window, "ground"),
            (kinds.WindowText, "text"),
            (kinds.Base, "panel"),
            (kinds.AlternateBase, "raised"),
            (kinds.Text, "text"),
            (kinds.PlaceholderText, "muted"),
            (kinds.Button, "raised"),
            (kinds.ButtonText, "text"),
            (kinds.ToolTipBase, "raised"),
            (kinds.ToolTipText, "text"),
            (kinds.Highlight, "accent"),
            (kinds.Accent, "accent"),
            (kinds.Link, "accent"),
            (kinds.Mid, "line"),
            (kinds.Dark, "line"),
        ):
            palette.setColor(kind, self.color(role))
        palette.setColor(kinds.HighlightedText, QColor("#0B0D10" if self.roles.dark else "#FFFFFF"))
        for kind in (kinds.WindowText, kinds.Text, kinds.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, kind, self.color("faint"))
        return palette


def load_fonts(app: QApplication) -> None:
    """Make the shipped Inter the application's font, so that text is the same everywhere."""
    family = ""
    folder: Path = paths.resource("fonts")
    if "Inter" in QFontDatabase.families():
        family = "Inter"
    for file in sorted(folder.glob("Inter-*.otf")) if not family else ():
        number = QFontDatabase.addApplicationFont(str(file))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or (families[0] if families else "")
    font = QFont(app.font())
    if family and font.family() != family:
        font.setFamily(family)
    size = font.pointSizeF()
    # where the platform gives no point size (offscreen, some Linux desktops) a readable one is chosen
    font.setPointSizeF(min(max(size, 10.0), 11.0) if size < 13 else size)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    app.setFont(font)
