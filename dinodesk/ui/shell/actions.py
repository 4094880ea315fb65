"""The window's actions and their shortcuts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from dinodesk.records import TagChange
from dinodesk.settings import SPECS
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import UNDO_KEY, tag_change_name
from dinodesk.ui.theme.theme import Theme

LONGEST = 70
"""Characters of what can be undone that fit into a menu."""

_SPECS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    # name, text, shortcuts, icon
    ("addFolder", "Add folder…", ("Ctrl+O",), "folder-plus"),
    ("addPhotos", "Add photos…", ("Ctrl+Shift+O",), "plus"),
    ("openLibrary", "Open another library…", (), "library"),
    ("defaultLibrary", "Open my library", (), "images"),
    ("samples", "Open the sample photos", (), "sparkles"),
    ("rescan", "Rescan folders", ("F5",), "refresh-cw"),
    ("aboutLibrary", "About this library…", ("Ctrl+I",), "info"),
    ("rules", "Ignore rules…", ("Ctrl+Shift+I",), ""),
    ("verify", "Verify library", (), ""),
    ("backUp", "Back up now", (), ""),
    ("moveLibrary", "Move library…", (), ""),
    ("skipped", "Skipped files…", (), ""),
    ("models", "Models…", ("Ctrl+M",), "cpu"),
    ("calibrate", "Calibrate with a labelled folder…", (), ""),
    ("back", "Back", ("Alt+Left",), "arrow-left"),
    ("forward", "Forward", ("Alt+Right",), ""),
    ("find", "Find", ("Ctrl+F", "Ctrl+K"), "search"),
    ("paste", "Search by the copied photo", ("Ctrl+V",), "image-plus"),
    ("libraryPane", "Hide the library pane", ("Ctrl+B",), "panel-left"),
    ("inspectorPane", "Hide the inspector", ("Ctrl+Shift+B",), "panel-right"),
    ("fullScreen", "Full screen", ("F11",), "maximize"),
    ("larger", "Larger photos", ("Ctrl++", "Ctrl+="), ""),
    ("smaller", "Smaller photos", ("Ctrl+-",), ""),
    ("undo", "Undo", (UNDO_KEY,), ""),
    ("redo", "Redo", ("Ctrl+Shift+Z",), ""),
    ("exportSidecars", "Write labels and ratings to XMP files…", (), ""),
    ("importSidecars", "Read labels and ratings from XMP files", (), ""),
    ("settings", "Settings…", ("Ctrl+,",), "settings-2"),
    ("shortcuts", "Shortcuts", ("F1",), "keyboard"),
    ("about", "About DinoDesk", (), "info"),
    ("quit", "Quit", ("Ctrl+Q",), "log-out"),
    ("open", "Open in another program", ("Ctrl+Return",), "external-link"),
    ("enlarge", "Show large", (), "zoom-in"),
    ("showInFolder", "Show in folder", (), "folder-open"),
    ("copy", "Copy", ("Ctrl+C",), "copy"),
    ("copyPath", "Copy path", ("Ctrl+Shift+C",), ""),
    ("similar", "Find similar", ("Ctrl+L",), "scan-search"),
    ("findMissing", "Find it…", (), "search"),
    ("export", "Export…", ("Ctrl+Shift+E",), ""),
    ("removePhotos", "Remove from library", (), ""),
    ("trash", "Move to trash…", ("Del",), ""),
    ("forget", "Forget…", (), ""),
    ("selectMatches", "Select all photos", ("Ctrl+Shift+A",), ""),
    ("searchWithin", "Search within these matches", ("Ctrl+Shift+F",), ""),
    ("saveSearch", "Save this search…", ("Ctrl+S",), ""),
    ("saveRecipe", "Save as a recipe…", (), ""),
    ("openRecipe", "Open a recipe…", (), ""),
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


MENU_SETTINGS = ("theme", "crop_thumbnails", "sidecar_names")
"""Settings that can be chosen in the menu as well as on their page, by key."""


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """The choices of a setting, of which one is marked; the data of each is its key and value."""

    title: str
    group: QActionGroup
    actions: dict[str | bool, QAction]

    def mark(self, choice: str | bool) -> None:
        """Mark the choice that holds."""
        self.actions[choice].setChecked(True)


class Actions(QObject):
    """Actions by name; every one works wherever the focus is.

    Attributes:
        ratings: the actions that rate; the data of each is its number of stars.
        choices: of the settings in the menu, by key.
    """

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        for name, text, keys, icon in _SPECS:
            action = QAction(text, window)
            action.setObjectName(f"action_{name}")
            action.setShortcuts([QKeySequence(k) for k in keys])
            self._actions[name], self._icons[name] = action, icon
            window.addAction(action)
        self.ratings = QActionGroup(self)
        for stars in range(6):
            self._actions[f"rate{stars}"].setData(stars)
            self.ratings.addAction(self._actions[f"rate{stars}"])
        self._actions["fullScreen"].setCheckable(True)
        self.show_undo(None, None)
        self.allow_maintenance(False)
        self.choices = {key: self._choices(window, key) for key in MENU_SETTINGS}
        theme.changed.connect(self.restyle)
        self.restyle()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _choices(self, window: QWidget, key: str) -> ChoiceGroup:
        # no icons: where there is one, a style may paint it in place of the mark
        group, actions = QActionGroup(window), {}
        for choice, text in SPECS[key].choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setData((key, choice))
            action.setObjectName(f"action_{key}_{choice}")
            actions[choice] = action
        return ChoiceGroup(SPECS[key].title, group, actions)

    def show_undo(self, undo: TagChange | None, redo: TagChange | None) -> None:
        """What would be undone or done again, in the texts of the two actions; None for nothing."""
        for name, word, change in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            text = one_line(tag_change_name(change)) if change is not None else ""
            text = text if len(text) <= LONGEST else text[: LONGEST - 20] + "…" + text[-19:]
            self[name].setEnabled(change is not None)
            self[name].setText(f"{word} {text}".strip().replace("&", "&&"))

    @Slot(bool, bool)
    def show_history(self, back: bool, forward: bool) -> None:
        """Whether there is a query to go back to, and one to go forward to."""
        self["back"].setEnabled(back)
        self["forward"].setEnabled(forward)

    @Slot(bool, bool)
    def show_panes(self, library: bool, inspector: bool) -> None:
        """Which of the panes can be seen, in the texts of the actions that fold them."""
        self["libraryPane"].setText("Hide the library pane" if library else "Show the library pane")
        self["inspectorPane"].setText("Hide the inspector" if inspector else "Show the inspector")

    @Slot(int, bool)
    def show_matches(self, count: int, searching: bool) -> None:
        """How many photos can be selected at once, in the text of the action."""
        noun = ("match" if count == 1 else "matches") if searching else ("photo" if count == 1 else "photos")
        self["selectMatches"].setText(f"Select all {count:,} {noun}")
        self["selectMatches"].setEnabled(count > 0)

    @Slot(bool)
    def show_missing(self, missing: bool) -> None:
        """What can be done with missing photos is offered where there are some."""
        for name in ("findMissing", "forget"):
            self[name].setVisible(missing)

    def allow_maintenance(self, allowed: bool) -> None:
        """Whether there is a library to verify, back up or move."""
        for name in ("verify", "backUp", "moveLibrary"):
            self[name].setEnabled(allowed)

    def restyle(self) -> None:
        """Icons in the present appearance."""
        for name, icon in self._icons.items():
            if icon:
                self._actions[name].setIcon(self._theme.icon(icon, "muted"))
