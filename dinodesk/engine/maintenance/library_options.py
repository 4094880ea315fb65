"""What a person set for one library: exclude rules, and whether its folders are watched."""

from __future__ import annotations

from dinodesk.engine.messages import RulesShown, SetRules
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.store import key_values
from dinodesk.library.store.database import Database

_WATCH = "watch"


class LibraryOptions:
    """The options of one open library, kept in its database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def watching(self) -> bool:
        """Whether folders are to be watched."""
        return bool(key_values.read(self._database, _WATCH, True))

    def shown(self) -> RulesShown:
        """The options as they are."""
        rules = key_values.read_rules(self._database)
        return RulesShown(
            patterns=rules.patterns, hidden=rules.hidden, smallest=rules.smallest, watch=self.watching
        )

    def change(self, request: SetRules) -> None:
        """Keep the options; the next scan goes by them."""
        key_values.write_rules(
            self._database, ExcludeRules(request.patterns, request.hidden, request.smallest)
        )
        self.set_watching(request.watch)

    def set_watching(self, watching: bool) -> None:
        """Keep whether folders are to be watched, which they are by default."""
        key_values.write(self._database, _WATCH, None if watching else False)
