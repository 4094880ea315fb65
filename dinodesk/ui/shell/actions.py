"""The window's actions, their shortcuts and menus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from dinodesk.ui.theme.theme import Theme

_SPECS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    # name, text, shortcuts, icon
    ("addFolder", "Add folder…", ("Ctrl+O",), "folder-plus"),
    ("addPhotos", "Add photos…", ("Ctrl+Shift+O",), "plus"),
    ("openLibrary", "Open another library…", (), "library"),
    ("defaultLibrary", "Open my library", (), "images"),
    ("samples", "Open the sample photos", (), "sparkles"),
    ("rescan", "Rescan folders", ("F5",), "refresh-cw"),
    ("aboutLibrary", "About this library…", ("Ctrl+I",), "info"),
    ("rules", "What is left out…", ("Ctrl+Shift+I",), ""),
    ("verify", "Verify library", (), ""),
    ("backUp", "Back up now", (), ""),
    ("moveLibrary", "Move library…", (), ""),
    ("skipped", "Skipped files…", (), ""),
    ("models", "Models…", ("Ctrl+M",), "cpu"),
    ("find", "Find", ("Ctrl+F", "Ctrl+K"), "search"),
    ("paste", "Search by the copied photo", ("Ctrl+V",), "image-plus"),
    ("fullScreen", "Full screen", ("F11",), "maximize"),
    ("larger", "Larger photos", ("Ctrl++", "Ctrl+="), ""),
    ("smaller", "Smaller photos", ("Ctrl+-",), ""),
    ("undo", "Undo", ("Ctrl+Z",), ""),
    ("redo", "Redo", ("Ctrl+Shift+Z",), ""),
    ("exportSidecars", "Write labels and ratings beside the photos (XMP)", (), ""),
    ("importSidecars", "Take over labels and ratings from beside the photos (XMP)", (), ""),
    ("settings", "Settings", ("Ctrl+,",), "settings-2"),
    ("shortcuts", "Shortcuts", ("F1",), "keyboard"),
    ("about", "About DinoDesk", (), "info"),
    ("quit", "Quit", ("Ctrl+Q",), "log-out"),
    ("open", "Open", ("Ctrl+Return",), "external-link"),
    ("enlarge", "Show large", (), "zoom-in"),
    ("showInFolder", "Show in folder", (), "folder-open"),
    ("copy", "Copy", ("Ctrl+C",), "copy"),
    ("copyPath", "Copy path", ("Ctrl+Shift+C",), ""),
    ("similar", "Find similar", ("Ctrl+L",), "scan-search"),
    ("labels", "Labels…", ("Ctrl+Shift+L",), ""),
    ("album", "Add to album…", (), ""),
    ("leaveAlbum", "Remove from this album", (), ""),
    ("rate0", "No rating", (), ""),
    ("rate1", "1 star", (), ""),
    ("rate2", "2 stars", (), ""),
    ("rate3", "3 stars", (), ""),
    ("rate4", "4 stars", (), ""),
    ("rate5", "5 stars", (), ""),
)


@dataclass(frozen=True, slots=True)
class Appearance:
    """The three choices of the appearance menu."""

    group: QActionGroup
    actions: dict[str, QAction]


class Actions(QObject):
    """Actions by name; every one works wherever the focus is."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        self._submenus: dict[str, QMenu] = {}  # by the name of their icon
        for name, text, keys, icon in _SPECS:
            action = QAction(text, window)
            action.setObjectName(f"action_{name}")
            action.setShortcuts([QKeySequence(k) for k in keys])
            self._actions[name], self._icons[name] = action, icon
            window.addAction(action)
        self._actions["fullScreen"].setCheckable(True)
        self.appearance = self._appearance(window)
        theme.changed.connect(self.restyle)
        self.restyle()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _appearance(self, window: QWidget) -> Appearance:
        group, actions = QActionGroup(window), {}
        for choice, text, icon in (
            ("system", "As the system", "monitor"),
            ("dark", "Dark", "moon"),
            ("light", "Light", "sun"),
        ):
            action = QAction(text, group)
            action.setCheckable(True)
            action.setData(choice)
            action.setObjectName(f"action_appearance_{choice}")
            action.setChecked(choice == self._theme.choice)
            self._icons[f"appearance_{choice}"] = icon
            self._actions[f"appearance_{choice}"] = action
            actions[choice] = action
        return Appearance(group, actions)

    def restyle(self) -> None:
        """Icons in the present appearance."""
        for name, icon in self._icons.items():
            if icon:
                self._actions[name].setIcon(self._theme.icon(icon, "muted"))
        for icon, menu in self._submenus.items():
            menu.setIcon(self._theme.icon(icon, "muted"))

    def main_menu(self, parent: QWidget) -> QMenu:
        """Behind the menu button."""
        menu = self._menu(
            parent, "undo redo | addFolder addPhotos rescan | models | fullScreen shortcuts about | quit"
        )
        library = self._menu(
            menu,
            "aboutLibrary rules skipped | verify backUp moveLibrary | exportSidecars importSidecars | "
            "openLibrary defaultLibrary samples",
        )
        library.setObjectName("libraryMenu")
        library.setTitle("Library")
        library.setIcon(self._theme.icon("library", "muted"))
        self._submenus["library"] = library
        menu.insertMenu(self["models"], library)
        return menu

    def settings_menu(self, parent: QWidget) -> QMenu:
        """Behind the settings button."""
        menu = QMenu(parent)
        title = menu.addAction("Appearance")
        title.setEnabled(False)
        for action in self.appearance.actions.values():
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self["models"])
        return menu

    def photo_menu(self, parent: QWidget) -> QMenu:
        """On a photo of the grid."""
        menu = self._menu(
            parent, "open enlarge | similar | labels album leaveAlbum | copy copyPath showInFolder"
        )
        rate = self._menu(menu, "rate5 rate4 rate3 rate2 rate1 rate0")
        rate.setObjectName("rateMenu")
        rate.setTitle("Rate")
        menu.insertMenu(self["labels"], rate)
        return menu

    def _menu(self, parent: QWidget, names: str) -> QMenu:
        menu = QMenu(parent)
        for name in names.split():
            if name == "|":
                menu.addSeparator()
            else:
                menu.addAction(self[name])
        return menu
