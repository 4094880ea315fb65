"""What the engine thread holds between requests: library, model, index, catalogue. No Qt in here.

Every method takes a request and returns its answer, so a test can use a session without a thread.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from dinodesk.engine import messages as m
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.engine.inspection.preview_service import Pending, PreviewService, frozen
from dinodesk.engine.maintenance import housekeeping
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.ranking import Catalog, QueryEncoder, rank, stored_vector
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.engine.user_data import sidecar_exchange
from dinodesk.engine.user_data.undo_history import UndoHistory
from dinodesk.errors import LibraryError, ModelError
from dinodesk.library.annotations import queries
from dinodesk.library.folders import root_folders
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.decoder import Decoded, decode
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations, photo_queries
from dinodesk.library.photos.photo_details import photo_info
from dinodesk.models import loader
from dinodesk.models.inference.model import Model
from dinodesk.models.zoo import installed_models
from dinodesk.records import ModelInfo

THUMBNAIL_BYTES = 20 * 10**9


class EngineState:
    """The engine's state. `library`, `model` and `index` are None until opened or loaded."""

    def __init__(
        self, thumbnail_bytes: int = THUMBNAIL_BYTES, *, decoders: DecoderPool | None = None
    ) -> None:
        """The thumbnail cache is kept to `thumbnail_bytes`. Photos are read by `decoders`, by default a
        pool of its own; the session closes them."""
        self._thumbnail_bytes = thumbnail_bytes
        self._untrimmed = False
        self.waiting: frozenset[str] = frozenset()  # folders that are to be added after what runs
        self.decoders = decoders or DecoderPool()
        self.library: LibraryStore | None = None
        self.model: Model | None = None
        self.index: PersistentIndex | None = None
        self.tagging: UndoHistory | None = None
        self._care: housekeeping.Care | None = None
        self._catalog: Catalog | None = None
        self._generation = 0
        self._encoder: QueryEncoder | None = None
        self._inspector: PatchMapper | None = None
        self._viewer: PreviewService | None = None

    # ── opening ─────────────────────────────────────────────────────────────────────────────────

    def open_library(self, folder: Path, *, make: bool = True) -> None:
        """Open `folder`, close the one before. Raises LibraryError; the one before stays open then."""
        opened = LibraryStore(folder, make=make)
        if self._care is not None:
            self._care.leave()
        if self.library is not None:
            self.save_index()
            self.library.close()
        self.library, self.index = opened, None
        self._catalog, self.tagging = Catalog(opened), UndoHistory(opened.database)
        self._viewer = PreviewService(self.decoders, opened.thumbnails, self._catalog.photo)
        self._care = housekeeping.Care(opened)
        self._untrimmed = True
        self.decoders.warm()

    def load_model(self, name: str, device: str, precision: str) -> ModelInfo:
        """Load and warm a model. Raises ModelError; the one before stays in use then."""
        model = loader.load_model(name, device=device, precision=precision)
        model.warm_up()
        self.save_index()
        self.model, self.index = model, None
        self._encoder = QueryEncoder(
            model, self._decode, lambda path: stored_vector(self._list, self.index, path)
        )
        self._inspector = PatchMapper(model)
        return model.info

    def load_index(self) -> None:
        """Read the vectors of the model in the library."""
        self.index = PersistentIndex(self._open, self._ready.info, TorchKernel())
        self.index.load()

    def chores(self) -> Generator[None, None, None] | None:
        """What can be done while nobody asks for anything, in slices; None when there is nothing."""
        if self.library is None:
            return None
        wants_graph = self.index is not None and self.index.wants_graph
        some = wants_graph or self._untrimmed or housekeeping.wants_backup(self.library)
        return self._chores() if some else None

    def _chores(self) -> Generator[None, None, None]:
        """The graph of a large library; the size of the thumbnail cache; a backup when one is due."""
        if self.index is not None and self.index.wants_graph:
            yield from self.index.vectors.graph_steps()
            self.save_index(whole=True)
        if self._untrimmed:
            away = {photo.content for photo in self._list.photos if photo.state != "online"}
            yield from thumbnail_cache.trim_steps(
                self._open.thumbnails, self._thumbnail_bytes, lambda content: content in away
            )
            self._untrimmed = False
        if housekeeping.wants_backup(self._open):
            yield from housekeeping.automatic_backup(self._open)

    def save_index(self, *, whole: bool = False) -> None:
        """Write the index cache when it lacks enough to be worth it, or in any case when `whole`."""
        if self.index is not None and (whole or self.index.wants_saving):
            self.index.save()

    def close(self) -> None:
        """Write the cache and close the library."""
        if self._care is not None:
            self._care.leave()
        self.decoders.close()
        self.save_index()
        if self.library is not None:
            self.library.close()
            self.library = None

    @property
    def _open(self) -> LibraryStore:
        if self.library is None:
            raise LibraryError("No library is open.", "Open one first.")
        return self.library

    @property
    def _ready(self) -> Model:
        if self.model is None:
            raise ModelError("No model is ready.", "Choose one on the models page.")
        return self.model

    @property
    def _view(self) -> PreviewService:
        if self._viewer is None:
            raise LibraryError("No library is open.", "Open one first.")
        return self._viewer

    @property
    def _list(self) -> Catalog:
        if self._catalog is None:
            raise LibraryError("No library is open.", "Open one first.")
        return self._catalog

    # ── the catalogue ───────────────────────────────────────────────────────────────────────────

    def reload_catalog(self) -> None:
        """Read all photos again; positions handed out before are worth nothing then."""
        self._list.reload()
        if self.tagging is not None:
            self.tagging.prune()
        self._generation += 1

    def catalog_reset(self, request: int) -> m.CatalogReset:
        """The whole catalogue."""
        return m.CatalogReset(request, self._generation, tuple(self._list.photos))

    def take_stored(self, assets: list[int]) -> list[m.Answer]:
        """Bring index and catalogue up to date with what was stored; the news about it."""
        if self.index is not None:
            self.index.refresh()
        if not assets:
            return []
        replaced = self._list.changed(assets)
        fresh = self._list.take(assets)
        if replaced:
            self._generation += 1
            return [self.catalog_reset(0)]
        return [m.CatalogGrown(0, self._generation, tuple(fresh))] if fresh else []

    def library_state(
        self, request: int, question: str = "", doubted: tuple[int, ...] = ()
    ) -> m.LibraryState:
        """Counts and the folder tree."""
        library = self._open
        tree = photo_queries.folder_tree(self._list.photos, root_folders.list_roots(library.database))
        if self.waiting:
            tree = [replace(folder, waiting=folder.path in self.waiting) for folder in tree]
        return m.LibraryState(
            request,
            str(library.folder),
            str(library.thumbnails),
            len(self._list.photos),
            len(self.index.vectors) if self.index is not None else -1,
            photo_locations.count_skipped(library.database),
            tuple(tree),
            question,
            tuple(self._list.tags()),
            self.tagging.undo if self.tagging else "",
            self.tagging.redo if self.tagging else "",
            tuple(library.notices),
            self.care.unwatched,
            doubted,
        )

    def has_roots(self) -> bool:
        """Whether there is anything to look through."""
        return bool(root_folders.list_roots(self._open.database))

    def remove_folder(self, root: int) -> str:
        """Take a root out of the library; returns its path, "" when there was none."""
        return root_folders.remove_root(self._open.database, root)

    def indexer(self, believe: tuple[int, ...] = ()) -> Indexer:
        """A new indexing run; a great loss of photos in the roots `believe` (ids) is not questioned."""
        self._open.database.check_there()
        run = Indexer(self._open, self._ready, decoders=self.decoders, believe=believe)
        self._untrimmed = True
        return run

    # ── looking after it ────────────────────────────────────────────────────────────────────────

    @property
    def care(self) -> housekeeping.Care:
        """Looking after the open library. Raises LibraryError when none is open."""
        if self._care is None:
            raise LibraryError("No library is open.", "Open one first.")
        return self._care

    def reopen(self, folder: Path) -> None:
        """The library was moved to `folder`: what is known of the old one is worth nothing."""
        self._let_go()
        before = self.tagging
        self.open_library(folder)
        if before is not None and self.tagging is not None:
            self.tagging.take_over(before)

    def abandon(self) -> str:
        """Let go of a damaged library before its database is replaced; returns its folder."""
        folder = str(self._open.folder)
        self._open.close()  # closing it later would take the new database's log away
        self._let_go()
        return folder

    def _let_go(self) -> None:
        if self._care is not None:
            self._care.leave()
        self.library, self.index, self._care = None, None, None

    def forget_reasons(self) -> None:
        """Make skipped files look unread."""
        photo_locations.retry_skipped(self._open.database)

    # ── showing and searching ───────────────────────────────────────────────────────────────────

    def browse(self, request: m.Browse) -> m.Ranking:
        """The photos below a folder, newest first."""
        order = self._list.newest_first(request.place)
        return m.Ranking(
            request.id, self._generation, frozen(order), None, None, request.place, "", (), len(order)
        )

    def search(self, request: m.Search) -> m.Ranking:
        """Rank by a sentence, example photos or both."""
        if self.index is None or self._encoder is None:
            raise ModelError("No model is ready.", "Choose one on the models page.")
        encoder = self._encoder
        ranked = rank(
            self._list,
            self.index,
            lambda: encoder.encode(request.text, request.images),
            place=request.place,
        )
        return m.Ranking(
            request.id,
            self._generation,
            frozen(ranked.positions),
            frozen(ranked.scores),
            self._ready.info.line,
            request.place,
            request.text,
            request.images,
            ranked.searched,
            (ranked.encode_ms, ranked.search_ms),
        )

    def preview(self, request: m.ShowPreview) -> Pending[m.Preview]:
        """The upright photo for the inspector (see `PreviewService.preview`)."""
        return self._view.preview(request)

    def map_steps(self, request: m.ShowMap) -> Generator[None, None, m.MapAnswer]:
        """One inspection map, in slices."""
        if self._inspector is None:
            raise ModelError("No model is ready.", "Choose one on the models page.")
        return self._view.map_steps(request, self._inspector)

    def make_thumbnail(self, request: m.MakeThumbnail) -> Pending[m.ThumbnailReady | None]:
        """Make a thumbnail again; None when the photo is away."""
        self._untrimmed = True
        return self._view.make_thumbnail(request)

    def details(self, request: m.ShowDetails) -> m.Details:
        """What is known of one photo."""
        return m.Details(request.id, request.asset, photo_info(self._open.database, request.asset))

    def change_user_data(self, request: m.UserDataRequest) -> list[m.Answer]:
        """Rate, label, put into albums, undo; the news about it."""
        tagging = self.tagging
        if tagging is None:
            raise LibraryError("No library is open.", "Open one first.")
        sentence, assets = tagging.do(request)
        rows = self._list.update(assets)
        changed = tuple(self._list.photos[row] for row in rows)
        tags = tuple(self._list.tags())
        return [
            m.PhotosChanged(request.id, self._generation, tuple(rows), changed),
            m.UserDataChanged(request.id, sentence, assets, tags, tagging.undo, tagging.redo),
        ]

    def labels(self, request: m.ShowLabels) -> m.LabelsShown:
        """The labels that some photos have."""
        return m.LabelsShown(request.id, tuple(queries.labels_of(self._open.database, request.assets)))

    def exchange(
        self, request: m.ExchangeSidecars
    ) -> tuple[Generator[tuple[int, int], None, None], sidecar_exchange.ExchangeReport]:
        """A run over sidecars, and the report that it fills; an import can be undone, a stopped one too."""
        library, tagging = self._open, self.tagging
        report = sidecar_exchange.ExchangeReport()
        run = (
            sidecar_exchange.export_sidecars if request.way == "export" else sidecar_exchange.import_sidecars
        )

        def steps() -> Generator[tuple[int, int], None, None]:
            try:
                yield from run(library.database, request.assets or None, report)
            finally:
                if report.undo and tagging is not None:
                    tagging.remember(sidecar_exchange.joined(report.undo))

        return steps(), report

    def skipped(self, request: m.ListSkipped) -> m.SkippedList:
        """The files that can't be read, by reason."""
        files = photo_locations.list_skipped(self._open.database)
        return m.SkippedList(request.id, tuple(sorted(files, key=lambda each: (each.reason, each.path))))

    # ── models ──────────────────────────────────────────────────────────────────────────────────

    def models(self, request: m.ListModels) -> m.ModelList:
        """The zoo."""
        return m.ModelList(request.id, installed_models.entries(), self._active())

    def import_model(self, request: m.ImportModel) -> m.ModelList:
        """Recognise and register model files."""
        sentence = installed_models.import_files(list(request.files))
        return m.ModelList(request.id, installed_models.entries(), self._active(), sentence)

    def _active(self) -> str:
        return self.model.info.name if self.model is not None else ""

    def _decode(self, path: str, side: int) -> Decoded:
        return self.decoders.call(decode, path, side)
