"""One open library as the engine sees it: its store, catalog, undo, previews, options, runs, indexes."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.engine.inspection.patch_sample import PatchSample
from dinodesk.engine.inspection.preview_service import PreviewService
from dinodesk.engine.maintenance.folder_monitor import FolderWatching
from dinodesk.engine.maintenance.library_options import LibraryOptions
from dinodesk.engine.maintenance.run_history import RunHistory
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.literal_search import LiteralSearch
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.photo_arrangement import PhotoArrangements
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.engine.user_data.undo_history import UndoHistory
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import privacy
from dinodesk.models.inference.model import Model
from dinodesk.records import ModelInfo


class OpenedLibrary:
    """One open library and all that belongs to it; gone as a whole when another one is opened.

    Attributes:
        store: its database and folders.
        catalog: its photos.
        history: undo and redo.
        previews: its photos for looking at.
        options, runs, watching: see their classes.
        literal: its photos by their words.
        filters: its photos by the filters of queries.
        arrangements: its photos in other orders, and in groups.
        indexes: vectors by the fingerprint of the model that made them.
        shared: others can read it, and the person was not told yet.
    """

    def __init__(self, store: LibraryStore, decoders: Decoders) -> None:
        self.store = store
        self.catalog = Catalog(store)
        self.history = UndoHistory(store.database)
        self.previews = PreviewService(decoders, store.thumbnails, self.catalog.photo)
        self.options = LibraryOptions(store.database)
        self.runs = RunHistory(store)
        self.watching = FolderWatching(store)
        self.literal = LiteralSearch(store, self.catalog)
        self.filters = QueryFilter(store, self.catalog)
        self.arrangements = PhotoArrangements(store, self.catalog)
        self.indexes: dict[str, PersistentIndex] = {}
        self._sample: PatchSample | None = None
        self.shared = privacy.wants_saying(store)

    def watch(self) -> None:
        """Watch the folders that the library has now, if the person wants that."""
        if self.options.watching:
            self.watching.start()
        else:
            self.watching.stop()

    def index_of(self, info: ModelInfo) -> PersistentIndex:
        """The vectors of a model as they are in the database now; read from the cache at the first call."""
        index = self.indexes.get(info.fingerprint)
        if index is None:
            index = self.indexes[info.fingerprint] = PersistentIndex(self.store, info, TorchKernel())
            index.load()
        else:
            index.refresh()
        return index

    def patch_sample(self, info: ModelInfo) -> PatchSample:
        """The sample of patches by a model; that of the model before is let go of."""
        if self._sample is None or self._sample.fingerprint != info.fingerprint:
            self._sample = PatchSample(info.fingerprint, self.store.index, self.store.thumbnails)
        return self._sample

    def wants_patches(self, model: Model | None) -> bool:
        """Whether text maps lack patches that they are measured against."""
        return model is not None and self.patch_sample(model.info).is_wanting(self.catalog.photos)

    def patch_steps(self, model: Model | None) -> Generator[None, None, bool]:
        """Compute those patches in slices; whether the scales of text maps are others than before."""
        if model is None or not self.wants_patches(model):
            return False
        return (yield from self.patch_sample(model.info).steps(model, self.catalog.photos))

    def save_indexes(self) -> None:
        """Write the caches of the indexes that lack enough to be worth it."""
        for index in self.indexes.values():
            if index.wants_saving:
                index.save()
