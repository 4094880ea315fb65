"""What the engine holds between requests: the open library, the models, the indexes. No Qt in here.

Models and indexes are kept by fingerprint, so that an index answers while another one grows; one of the
models is in use. What a request changed is noted in `changes`, which is published once.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.engine.encoding.kept_sentences import KeptSentences
from dinodesk.engine.loaded_models import LoadedModels
from dinodesk.engine.maintenance import housekeeping
from dinodesk.engine.messages import Answer, CatalogGrown, CatalogReset, LibraryState, MapScalesChanged
from dinodesk.engine.opened_library import OpenedLibrary
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.ranking import stored_vector
from dinodesk.engine.search.scan_kernels import scan_kernel
from dinodesk.engine.user_data.trash_files import Trash, no_trash
from dinodesk.errors import LibraryError
from dinodesk.library.folders import root_folders
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.decoder import Decoded, decode
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations, photo_queries
from dinodesk.models.inference.devices import use_threads
from dinodesk.models.inference.freed_memory import give_back_memory
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, ModelInfo

if TYPE_CHECKING:
    from dinodesk.engine.indexing.indexer import Indexer

THUMBNAIL_BYTES = 20 * 10**9


@dataclass(slots=True)
class Changes:
    """What is to be published because of a request or a step.

    Attributes:
        catalog: the catalog must be read again.
        tree: the library's state differs: counts, folders, tags, notices.
        questions, doubted: what the library asks the person, and about which roots.
        answers: broadcasts that were made on the way, in order.
    """

    catalog: bool = False
    tree: bool = False
    questions: list[str] = field(default_factory=list)
    doubted: tuple[int, ...] = ()
    answers: list[Answer] = field(default_factory=list)


@dataclass(slots=True)
class FollowUps:
    """What is to be done because of a request or a step.

    Attributes:
        library: another library is open: its own jobs begin.
        moved: the same library is open in another folder.
        model: another model is in use.
        removed_folder: a root folder that was taken out of the library; None for none.
        rescan: all folders are to be scanned again.
        rescan_folders: folders (absolute paths) that are to be scanned again.
        job_action: what the running job is to do: "pause", "resume", "stop"; "" for nothing.
        chores: there may be work for when the engine is idle.
    """

    library: bool = False
    moved: bool = False
    model: bool = False
    removed_folder: str | None = None
    rescan: bool = False
    rescan_folders: tuple[str, ...] = ()
    job_action: str = ""
    chores: bool = False


class EngineState:
    """The engine's state.

    Attributes:
        decoders: read photos.
        library: None until one is open.
        models: those in memory.
        sentences: their vectors, kept with the library.
        waiting: folders that are to be added after the job that runs.
        trash: moves a file to the system's trash.
        generation: of the catalog; positions of another generation are invalid.
        changes, follow_ups: what is to be published, and what is to be done.
    """

    def __init__(
        self,
        thumbnail_bytes: int = THUMBNAIL_BYTES,
        *,
        decoders: Decoders | None = None,
        threads: int = 0,
        trash: Trash = no_trash,
    ) -> None:
        """The thumbnail cache is kept to `thumbnail_bytes`. Photos are read by `decoders`, by default a
        pool of its own; the state closes them. Models and that pool take `threads` of the processor, 0 for as
        many as they find best; to be made on the thread on which models run. `trash` is the system's."""
        self._thumbnail_bytes = thumbnail_bytes
        self._untrimmed = False
        use_threads(threads)
        self.decoders: Decoders = decoders or DecoderPool(threads and max(1, min(4, threads // 2)))
        self.trash = trash
        self.library: OpenedLibrary | None = None
        self.models = LoadedModels(self._decode, self._stored_vector)
        self.sentences = KeptSentences()
        self.waiting: frozenset[str] = frozenset()
        self.generation = 0
        self.changes = Changes()
        self.follow_ups = FollowUps()

    def take_changes(self) -> Changes:
        """What is to be published since the last call."""
        changes, self.changes = self.changes, Changes()
        return changes

    def take_follow_ups(self) -> FollowUps:
        """What is to be done because of what happened since the last call."""
        follow_ups, self.follow_ups = self.follow_ups, FollowUps()
        return follow_ups

    # ── the open library ────────────────────────────────────────────────────────────────────────

    @property
    def opened(self) -> OpenedLibrary:
        """The open library. Raises LibraryError when none is open."""
        if self.library is None:
            raise LibraryError("No library is open.", "Open one first.")
        return self.library

    def open_library(self, folder: Path, *, make: bool = True) -> None:
        """Open `folder`, close the one before. Raises LibraryError; the one before stays open then."""
        store = LibraryStore(folder, make=make)
        if self.library is not None:
            self._close_library(self.library)
        self.adopt_library(store)

    def adopt_library(self, store: LibraryStore) -> None:
        """Make `store`, which is open, the library of the engine."""
        self.library = OpenedLibrary(store, self.decoders)
        self.sentences.use(store.index, self.models.encoder)
        self._untrimmed = True
        self.changes.catalog = self.follow_ups.library = True

    def reopen(self, folder: Path) -> None:
        """Open the library at its new folder; only the undo history is kept."""
        before = self._detach()
        self.open_library(folder)
        self.follow_ups.library, self.follow_ups.moved = False, True
        if before is not None:
            self.opened.history.take_over(before.history)

    def abandon(self) -> str:
        """Close a damaged library before its database is replaced; returns its folder."""
        folder = str(self.opened.store.folder)
        self.opened.store.close()  # closing it later would take the new database's log away
        self._detach()
        return folder

    def close(self) -> None:
        """Write the caches, end the decoders, close the library."""
        if self.library is not None:
            self.library.watching.stop()
        self.decoders.close()
        if self.library is not None:
            self._close_library(self.library)
            self.library = None

    def _close_library(self, library: OpenedLibrary) -> None:
        library.watching.stop()
        library.save_indexes()
        self.sentences.save()
        library.store.close()

    def _detach(self) -> OpenedLibrary | None:
        before, self.library = self.library, None
        if before is not None:
            before.watching.stop()
        return before

    # ── models and their vectors ────────────────────────────────────────────────────────────────

    @property
    def model(self) -> Model | None:
        """The model in use."""
        return self.models.model

    @property
    def index(self) -> PersistentIndex | None:
        """The vectors of the model in use in the open library, once they are read."""
        return None if self.library is None else self.library.indexes.get(self.models.active)

    def load_model(self, name: str, device: str, precision: str) -> ModelInfo:
        """Load and warm a model and use it. Raises ModelError; the one before stays in use then."""
        model = self.models.load(name, device, precision)
        if self.library is not None:
            self.library.save_indexes()
            self.library.indexes.clear()
        self.sentences.save()
        self.models.use(model)
        folder = None if self.library is None else self.library.store.index
        self.sentences.use(folder, self.models.encoder)
        self.follow_ups.model = True
        return model.info

    def _decode(self, path: str, side: int) -> Decoded:
        return self.decoders.call(decode, path, side)

    def _stored_vector(self, fingerprint: str, path: str) -> FloatArray | None:
        library = self.opened
        return stored_vector(library.catalog, library.indexes.get(fingerprint), path)

    def indexer(self, believe: tuple[int, ...] = ()) -> Indexer:
        """A new indexing run; a great loss of photos in the roots `believe` (ids) is not questioned."""
        from dinodesk.engine.indexing.indexer import Indexer  # a search starts without it

        store = self.opened.store
        store.database.check_there()
        run = Indexer(store, self.models.ready.model, decoders=self.decoders, believe=believe)
        self._untrimmed = True
        return run

    # ── what is published ───────────────────────────────────────────────────────────────────────

    def catalog_reset(self) -> CatalogReset:
        """The whole catalog, read again; positions of the former generation are invalid then."""
        library = self.opened
        library.catalog.reload()
        library.history.prune()
        self.generation += 1
        return CatalogReset(generation=self.generation, photos=tuple(library.catalog.photos))

    def take_stored(self, assets: list[int]) -> Answer | None:
        """Bring index and catalog up to date with what was stored; returns what to broadcast, if anything."""
        if self.index is not None:
            self.index.refresh()
        if not assets:
            return None
        catalog = self.opened.catalog
        replaced = catalog.changed(assets)
        fresh = catalog.take(assets)
        if replaced:
            self.generation += 1
            return CatalogReset(generation=self.generation, photos=tuple(catalog.photos))
        return CatalogGrown(generation=self.generation, photos=tuple(fresh)) if fresh else None

    def library_state(self, question: str = "", doubted: tuple[int, ...] = ()) -> LibraryState:
        """Counts, the folder tree, tags and notices."""
        library = self.opened
        store, catalog, index = library.store, library.catalog, self.index
        tree = photo_queries.folder_tree(catalog.photos, root_folders.list_roots(store.database))
        if self.waiting:
            tree = [replace(folder, waiting=folder.path in self.waiting) for folder in tree]
        return LibraryState(
            path=str(store.folder),
            thumbnails=str(store.thumbnails),
            total=len(catalog.photos),
            embedded=len(index.vectors) if index is not None else -1,
            skipped=photo_locations.count_skipped(store.database),
            folders=tuple(tree),
            question=question,
            doubted=doubted,
            tags=tuple(catalog.tags()),
            undo=library.history.undo,
            redo=library.history.redo,
            notices=tuple(store.notices),
            unwatched=library.watching.trouble,
            shared=library.shared,
        )

    # ── chores ──────────────────────────────────────────────────────────────────────────────────

    def limit_thumbnails(self, limit: int) -> None:
        """Keep the thumbnail cache of the open library, and of those opened later, to `limit` bytes."""
        self._untrimmed = self._untrimmed or limit < self._thumbnail_bytes
        self._thumbnail_bytes = limit

    def thumbnails_grow(self) -> None:
        """Note that the thumbnail cache grows, so that its size is checked when the engine is idle."""
        self._untrimmed = True

    def chores(self) -> Generator[None, None, None] | None:
        """Work for when the engine is idle, in slices; None when there is none."""
        if self.library is None:
            return None
        index = self.index
        some = (
            (index is not None and (index.wants_projection or index.wants_graph))
            or self._untrimmed
            or self.library.filters.is_stale
            or self.sentences.wants_saving
            or housekeeping.wants_backup(self.library.store)
        )
        return self._chores(self.library) if some or self.library.wants_patches(self.model) else None

    def _chores(self, library: OpenedLibrary) -> Generator[None, None, None]:
        """What text maps are measured against, for which somebody waits; the vectors of sentences; what
        filters compare; the components and the graph of a large library; the size of the thumbnail cache; a
        backup when one is due."""
        if (yield from library.patch_steps(self.model)):
            self.changes.answers.append(MapScalesChanged())
        self.sentences.save()
        with suppress(LibraryError):  # the search that needs it says so
            yield from library.filters.refresh()
        index = self.index
        if index is not None and index.wants_projection:
            yield from index.vectors.projection_steps(scan_kernel().make())
        if index is not None and index.wants_graph:
            yield from index.vectors.graph_steps()
            index.save()
        if self._untrimmed:
            away = {photo.content for photo in library.catalog.photos if photo.state != "online"}
            yield from thumbnail_cache.trim_steps(
                library.store.thumbnails, self._thumbnail_bytes, lambda content: content in away
            )
            self._untrimmed = False
        if housekeeping.wants_backup(library.store):
            yield from housekeeping.automatic_backup(library.store)
        if (yield from library.patch_steps(self.model)):  # a map may have asked for them meanwhile
            self.changes.answers.append(MapScalesChanged())
        give_back_memory()
