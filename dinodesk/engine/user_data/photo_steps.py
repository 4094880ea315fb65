"""Undo steps of photos that are taken out of the library: by removing them, or by forgetting missing ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from dinodesk.engine.user_data.undo_steps import Applied, WholeStep
from dinodesk.library.folders.removed_rows import RemovedRows
from dinodesk.library.photos import removed_photos
from dinodesk.library.store.database import Database
from dinodesk.records import TagChange


@dataclass(frozen=True, slots=True)
class BringPhotosBack(WholeStep):
    """Photos that were taken out come back, with their locations as they were."""

    summary: TagChange
    rows: RemovedRows

    def apply(self, database: Database) -> Applied:
        """Bring them back."""
        assets = tuple(removed_photos.restore_photos(database, [self.rows]))
        again = TakePhotosOut(self.summary, assets) if assets else None
        return Applied(again, assets, catalog=bool(assets))


@dataclass(frozen=True, slots=True)
class TakePhotosOut:
    """Photos are taken out of the library; by `summary.action`: removed, or forgotten."""

    summary: TagChange
    assets: tuple[int, ...]

    def without(self, assets: Collection[int]) -> TakePhotosOut | None:
        """The step without these photos."""
        left = tuple(asset for asset in self.assets if asset not in assets)
        return replace(self, assets=left) if left else None

    def apply(self, database: Database) -> Applied:
        """Take them out; those that are in the library no more are left out."""
        away = self.summary.action == "forget"
        rows = (removed_photos.forget_photos if away else removed_photos.remove_photos)(database, self.assets)
        if not rows.photos:
            return Applied(None)
        back = BringPhotosBack(replace(self.summary, photos=rows.photos), rows)
        return Applied(back, self.assets, catalog=True)
