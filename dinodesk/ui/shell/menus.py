"""The window's menus: behind the menu button, behind the settings button, on a photo."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.theme.theme import Theme


class Menus(QObject):
    """Built once from the actions; shown beside the widgets that were given."""

    photoMenuOpening = Signal()

    def __init__(
        self,
        actions: Actions,
        theme: Theme,
        buttons: tuple[QWidget, QWidget],
        grid: QAbstractItemView,
        parent: QWidget,
    ) -> None:
        """`buttons` are those of the main and the settings menu."""
        super().__init__(parent)
        self._actions, self._theme = actions, theme
        self._main_button, self._settings_button = buttons
        self._grid = grid
        self.library = self._menu(
            parent,
            "aboutLibrary rules skipped | verify backUp moveLibrary | exportSidecars importSidecars | "
            "openLibrary defaultLibrary samples",
        )
        self.main = self._main_menu(parent)
        self.settings = self._settings_menu(parent)
        self.open_with = QMenu(parent)
        self.export_matches, self.export_chosen = QMenu("Export", parent), QMenu("Export as", parent)
        self.export_matches.setObjectName("exportMatchesMenu")
        self.export_chosen.setObjectName("exportChosenMenu")
        self.main.insertMenu(actions["addFolder"], self.export_matches)
        self.photo = self._photo_menu(parent)
        for menu, button in zip((self.main, self.settings), buttons, strict=True):
            menu.aboutToHide.connect(partial(_unlight, button))
        theme.changed.connect(self._restyle)
        self._restyle()

    def _main_menu(self, parent: QWidget) -> QMenu:
        menu = self._menu(
            parent,
            "back forward | undo redo | selectMatches searchWithin | saveSearch saveRecipe openRecipe | "
            "addFolder addPhotos rescan | models calibrate settings | libraryPane inspectorPane fullScreen | "
            "shortcuts about | quit",
        )
        self.library.setObjectName("libraryMenu")
        self.library.setTitle("Library")
        menu.insertMenu(self._actions["models"], self.library)
        return menu

    def _settings_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        for choices in self._actions.choices.values():
            title = menu.addAction(choices.title)
            title.setEnabled(False)
            menu.addActions(list(choices.actions.values()))
            menu.addSeparator()
        menu.addAction(self._actions["models"])
        menu.addAction(self._actions["settings"])
        return menu

    def _photo_menu(self, parent: QWidget) -> QMenu:
        menu = self._menu(
            parent,
            "open enlarge | similar findMissing selectMatches | labels album leaveAlbum | "
            "copy copyPath showInFolder export | removePhotos forget trash",
        )
        self.open_with.setObjectName("openWithMenu")
        self.open_with.setTitle("Open with")
        menu.insertMenu(self._actions["enlarge"], self.open_with)
        menu.insertMenu(self._actions["removePhotos"], self.export_chosen)
        rate = self._menu(menu, "rate5 rate4 rate3 rate2 rate1 rate0")
        rate.setObjectName("rateMenu")
        rate.setTitle("Rate")
        menu.insertMenu(self._actions["labels"], rate)
        return menu

    def _menu(self, parent: QWidget, names: str) -> QMenu:
        """A menu of actions by name; "|" is a separator."""
        menu = QMenu(parent)
        for name in names.split():
            if name == "|":
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
        return menu

    @Slot()
    def _restyle(self) -> None:
        self.library.setIcon(self._theme.icon("library", "muted"))

    # ── showing ─────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def show_main(self) -> None:
        """Show the main menu under its button."""
        button = self._main_button
        self.main.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    @Slot()
    def show_settings(self) -> None:
        """Show the choices that are made most under their button, flush right."""
        button, width = self._settings_button, self.settings.sizeHint().width()
        self.settings.popup(button.mapToGlobal(QPoint(button.width() - width, button.height() + 4)))

    @Slot(QPoint)
    def show_photo(self, point: QPoint) -> None:
        """Show the menu of the photo at a point of the grid, if there is one."""
        if self._grid.indexAt(point).isValid():
            self.show_chosen(self._grid.viewport().mapToGlobal(point))

    @Slot(QPoint)
    def show_chosen(self, point: QPoint) -> None:
        """Show the menu of the photos that are chosen in the grid, at a point of the screen."""
        self.photoMenuOpening.emit()
        self.photo.popup(point)


def _unlight(button: QWidget) -> None:
    """Paint a button as if the mouse were elsewhere: its menu took the event that would have said so."""
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    button.update()
