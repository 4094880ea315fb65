"""A stand-in for `engine.client.Engine`: same signals and methods, scripted answers one turn later."""

# ruff: noqa: E501, N815 (Qt names signals so)
from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from dinodesk.engine import messages as m
from dinodesk.records import (
    ConfidenceCurve,
    DetailGroup,
    Folder,
    ModelInfo,
    PatchMap,
    Photo,
    PhotoDetails,
    Skipped,
    Statistics,
    StoredReport,
    Tag,
    ZooEntry,
)

INFO = ModelInfo(
    "builtin",
    "built-in (small)",
    "builtin",
    True,
    64,
    "f" * 16,
    16,
    224,
    384,
    12,
    ConfidenceCurve(0.08, 25.0),
    "cpu",
    "fp32",
)
GRID = (12, 16)
STATISTICS = Statistics(
    photos=18_204,
    states={"online": 11_858, "offline": 6334, "missing": 12},
    overdue=3,
    leftovers=40,
    skipped=(("the file ends too early", 9), ("it is no photo", 3)),
    damaged=2,
    models=(("built-in (small)", 18_204), ("DINOv2 ViT-L/14 with text", 902)),
    bytes={"database": 61_000_000, "thumbnails": 2_200_000_000, "index": 56_000_000, "backups": 120_000_000},
    free=312_000_000_000,
    backed_up=1_790_000_000.0,
)
REPORT = StoredReport(
    7,
    1_790_000_000.0,
    "index",
    {
        "found": 3322, "indexed": 3310, "unchanged": 0, "moved": 0, "missing": 0, "offline": 0, "left_out": 0,
        "folders": ["/photos/Holiday 24"], "skipped_count": 2, "seconds": 241.5, "stopped": False,
        "skipped": [["/photos/b.jpg", "the file ends too early"], ["/photos/a.jpg", "it is no photo"]],
        "slowest": [["/photos/big.tif", 2.31], ["/photos/bigger.tif", 4.05]],
    },
)  # fmt: skip


def photos(count: int, first: int = 0, kinds: int = 24) -> tuple[Photo, ...]:
    return tuple(
        Photo(
            i + 1,
            f"/photos/{'a' if i % 3 else 'b'}/photo-{i:06}.jpg",
            f"{i % kinds:08x}",
            "online",
            1e9 - i,
            4000,
            3000,
        )
        for i in range(first, first + count)
    )


def paint_thumbnails(folder: Path, kinds: int = 24) -> None:
    for i in range(kinds):
        content = f"{i:08x}"
        file = folder / content[:2] / f"{content}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        image = QImage(256, 192, QImage.Format.Format_RGB32)
        image.fill(QColor.fromHsv(i * 360 // kinds, 120, 190))
        painter = QPainter(image)
        painter.fillRect(40 + i, 30, 90, 100, QColor.fromHsv((i * 47) % 360, 180, 120))
        painter.end()
        image.save(str(file), "JPG", 90)


class FakeEngine(QObject):
    """Answers from a seeded catalogue; `hold` keeps answers back until `release()`."""

    modelChanged = Signal(object)
    libraryChanged = Signal(object)
    catalogReset = Signal(object)
    catalogGrown = Signal(object)
    ranked = Signal(object)
    progressed = Signal(object)
    jobDone = Signal(object)
    previewed = Signal(object)
    mapped = Signal(object)
    thumbnailReady = Signal(object)
    detailed = Signal(object)
    skippedListed = Signal(object)
    modelsListed = Signal(object)
    labelsShown = Signal(object)
    photosChanged = Signal(object)
    userDataChanged = Signal(object)
    exchanged = Signal(object)
    estimated = Signal(object)
    caredFor = Signal(object)
    statisticsShown = Signal(object)
    rulesShown = Signal(object)
    problem = Signal(object)

    def __init__(self, count: int = 300, thumbnails: str = "", info: ModelInfo = INFO) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.photos: list[Photo] = list(photos(count))
        self.thumbnails = thumbnails
        self.info = info
        self.generation = 1
        self.hold = False
        self._held: list[tuple[Any, Any]] = []
        self._ids = itertools.count(1)
        self.skipped = 0
        self.tags: tuple[Tag, ...] = ()
        self.tagged: dict[str, set[int]] = {}
        self.statistics = STATISTICS
        self.reports: tuple[StoredReport, ...] = (REPORT,)
        self.rules: tuple[tuple[str, ...], bool, int, bool] = (("*_thumb.jpg",), False, 2000, True)

    # ── answering ───────────────────────────────────────────────────────────────────────────────

    def answer(self, signal: Any, answer: Any) -> None:
        if self.hold:
            self._held.append((signal, answer))
        else:
            QTimer.singleShot(0, self, lambda: signal.emit(answer))

    def release(self) -> None:
        self.hold = False
        held, self._held = self._held, []
        for signal, answer in held:
            signal.emit(answer)

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [c[1:] for c in self.calls if c[0] == name]

    def _new(self, *call: Any) -> int:
        self.calls.append(call)
        return next(self._ids)

    def state(self, question: str = "") -> m.LibraryState:
        folders: tuple[Folder, ...] = ()
        if self.photos:
            third = sum("/b/" in p.path for p in self.photos)
            folders = (
                Folder("/photos", "photos", "", len(self.photos), 1, "online"),
                Folder("/photos/a", "a", "/photos", len(self.photos) - third, 1, "online"),
                Folder("/photos/b", "b", "/photos", third, 1, "online"),
                Folder("/archive", "Archive 7", "", 0, 2, "offline", "Archive 7"),
            )
        return m.LibraryState(
            0,
            "/library",
            self.thumbnails,
            len(self.photos),
            len(self.photos),
            self.skipped,
            folders,
            question,
            self.tags,
        )

    def grow(self, count: int) -> None:
        new = photos(count, len(self.photos))
        self.photos.extend(new)
        self.catalogGrown.emit(m.CatalogGrown(0, self.generation, new))

    # ── the engine's methods ────────────────────────────────────────────────────────────────────

    def start(self) -> None: ...

    def close(self, timeout_ms: int = 30_000) -> bool:
        self.calls.append(("close",))
        return True

    def open_library(self, path: str, *, make: bool = True) -> int:
        id_ = self._new("open_library", path)
        self.answer(self.libraryChanged, self.state())
        self.answer(self.catalogReset, m.CatalogReset(id_, self.generation, tuple(self.photos)))
        return id_

    def load_model(self, name: str, device: str = "auto", precision: str = "auto") -> int:
        id_ = self._new("load_model", name)
        self.answer(self.modelChanged, m.ModelState(id_, "loading", name))
        self.answer(self.modelChanged, m.ModelState(id_, "ready", name, self.info))
        return id_

    def add_photos(self, paths: tuple[str, ...]) -> int:
        return self._new("add_photos", paths)

    def rescan(self, *, believe: tuple[int, ...] = ()) -> int:
        return self._new("rescan", *(("believe",) if believe else ()))

    def look_again(self, folders: tuple[str, ...]) -> int:
        return self._new("look_again", folders)

    def care_for(self, what: str, target: str = "") -> int:
        return self._new("care_for", what, target)

    def show_statistics(self) -> int:
        id_ = self._new("show_statistics")
        self.answer(self.statisticsShown, m.StatisticsShown(id_, self.statistics, self.reports))
        return id_

    def forget(self, what: str) -> int:
        id_ = self._new("forget", what)
        told = m.StatisticsShown(id_, self.statistics, self.reports, "12 photos were forgotten.")
        self.answer(self.statisticsShown, told)
        return id_

    def show_rules(self) -> int:
        id_ = self._new("show_rules")
        self.answer(self.rulesShown, m.RulesShown(id_, *self.rules))
        return id_

    def set_rules(self, patterns: tuple[str, ...], hidden: bool, smallest: int, watch: bool) -> int:
        id_ = self._new("set_rules", patterns, hidden, smallest, watch)
        self.rules = (patterns, hidden, smallest, watch)
        self.answer(self.rulesShown, m.RulesShown(id_, *self.rules))
        return id_

    def mark_drive(self, root: int) -> int:
        return self._new("mark_drive", root)

    def control_job(self, action: str) -> int:
        return self._new("control_job", action)

    def remove_folder(self, root: int) -> int:
        return self._new("remove_folder", root)

    def _inside(self, place: str) -> np.ndarray:
        if place in self.tagged:
            return np.array([i for i, p in enumerate(self.photos) if p.asset in self.tagged[place]], np.int64)
        return np.array(
            [
                i
                for i, p in enumerate(self.photos)
                if not place or any(path.startswith(place + "/") for path in p.places)
            ],
            np.int64,
        )

    def browse(self, place: str = "") -> int:
        id_ = self._new("browse", place)
        inside = self._inside(place)
        self.answer(
            self.ranked, m.Ranking(id_, self.generation, inside, None, None, place, "", (), len(inside))
        )
        return id_

    def search(self, text: str, images: tuple[str, ...] = (), place: str = "") -> int:
        id_ = self._new("search", text, images, place)
        inside = self._inside(place)
        rng = np.random.default_rng(sum(map(ord, text)) + len(images))
        scores = rng.normal(0.02, 0.025, len(inside))
        hits = max(1, len(inside) // 12)
        scores[:hits] = rng.normal(0.16, 0.03, hits)
        rng.shuffle(scores)
        order = np.argsort(-scores)
        self.answer(
            self.ranked,
            m.Ranking(
                id_,
                self.generation,
                inside[order],
                scores[order].astype(np.float32),
                self.info.line,
                place,
                text,
                images,
                len(inside),
                (4.0, 2.0),
            ),
        )
        return id_

    def pixels(self, asset: int) -> np.ndarray:
        y, x = np.mgrid[0:300, 0:400]
        return np.stack([(x + asset * 7) % 256, y % 256, (x + y) // 3 % 256], -1).astype(np.uint8)

    def show_preview(self, asset: int, path: str, longest: int = 1600) -> int:
        id_ = self._new("show_preview", asset, path, longest)
        self.answer(self.previewed, m.Preview(id_, asset, path, self.pixels(asset), (4000, 3000)))
        return id_

    def show_map(
        self,
        asset: int,
        path: str,
        kind: m.MapKind,
        *,
        layer: int = -1,
        patch: tuple[int, int] | None = None,
        text: str = "",
    ) -> int:
        id_ = self._new("show_map", asset, kind, layer, patch, text)
        row, column = patch or (GRID[0] // 2, GRID[1] // 2)
        y, x = np.mgrid[0 : GRID[0], 0 : GRID[1]]
        scalar = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (12 + layer)).astype(np.float32)
        if kind == "pca":
            values = np.stack([y / 12, x / 16, scalar], -1).astype(np.float32)
            colours = (values / values.max() * 255).astype(np.uint8)
        else:
            values = scalar
            colours = np.stack([scalar * 255, 90 + scalar * 120, 255 - scalar * 255], -1).astype(np.uint8)
        shown = PatchMap(
            kind,
            values,
            colours,
            float(values.min()),
            float(values.max()),
            (("Smoothness", "0.87"), ("Kind", kind)),
        )
        place = (row, column) if kind == "similarity" else None
        self.answer(self.mapped, m.MapAnswer(id_, asset, path, layer, place, text, shown))
        return id_

    def make_thumbnail(self, content: str, path: str) -> int:
        return self._new("make_thumbnail", content, path)

    def show_details(self, asset: int) -> int:
        id_ = self._new("show_details", asset)
        lines = (("File", "photo.jpg"), ("Camera", "Fake 1"), ("Asset", str(asset)))
        labels = tuple(t.name for t in self.tags if t.kind == "label" and asset in self.tagged[t.place])
        rating = next((p.rating for p in self.photos if p.asset == asset), 0)
        info = PhotoDetails((DetailGroup("File", lines),), rating, "", labels, ("sea", "sand"))
        self.answer(self.detailed, m.Details(id_, asset, info))
        return id_

    def _change(self, id_: int, assets: tuple[int, ...], words: str) -> int:
        rows = [row for row, photo in enumerate(self.photos) if photo.asset in assets]
        changed = tuple(self.photos[row] for row in rows)
        self.answer(self.photosChanged, m.PhotosChanged(id_, self.generation, tuple(rows), changed))
        told = m.UserDataChanged(id_, f"done: {words}", assets, self.tags, words, "")
        self.answer(self.userDataChanged, told)
        return id_

    def rate(self, assets: tuple[int, ...], rating: int) -> int:
        id_ = self._new("rate", assets, rating)
        self.photos = [replace(p, rating=rating) if p.asset in assets else p for p in self.photos]
        return self._change(id_, assets, f"rating of {len(assets)} photos")

    def show_labels(self, assets: tuple[int, ...]) -> int:
        id_ = self._new("show_labels", assets)
        counts = [(t.name, len(self.tagged[t.place] & set(assets))) for t in self.tags if t.kind == "label"]
        found = tuple(sorted((name, count) for name, count in counts if count))
        self.answer(self.labelsShown, m.LabelsShown(id_, found))
        return id_

    def put_on(self, kind: str, assets: tuple[int, ...], name: str) -> int:
        id_ = self._new("put_on", kind, assets, name)
        known = {t.name: t for t in self.tags if t.kind == kind}
        tag = known.get(name) or Tag(kind, len(self.tags) + 1, name, 0)
        inside = self.tagged.setdefault(tag.place, set())
        inside.update(assets)
        others = tuple(t for t in self.tags if t.place != tag.place)
        self.tags = (*others, replace(tag, count=len(inside)))
        return self._change(id_, assets, f"label “{name}” on {len(assets)} photos")

    def take_off(self, kind: str, assets: tuple[int, ...], name: str) -> int:
        id_ = self._new("take_off", kind, assets, name)
        for tag in self.tags:
            if (tag.kind, tag.name) == (kind, name):
                self.tagged[tag.place] -= set(assets)
        self.tags = tuple(
            replace(t, count=len(self.tagged[t.place])) for t in self.tags if self.tagged[t.place]
        )
        return self._change(id_, assets, f"removal of “{name}”")

    def rename_tag(self, kind: str, name: str, new: str) -> int:
        id_ = self._new("rename_tag", kind, name, new)
        old = next(t for t in self.tags if (t.kind, t.name) == (kind, name))
        fresh = Tag(kind, old.id + 100, new, old.count)
        self.tagged[fresh.place] = self.tagged.pop(old.place)
        self.tags = tuple(fresh if t is old else t for t in self.tags)
        return self._change(id_, tuple(self.tagged[fresh.place]), f"renaming of “{name}”")

    def drop_tag(self, kind: str, name: str) -> int:
        id_ = self._new("drop_tag", kind, name)
        return self._change(id_, (), f"removal of “{name}”")

    def undo(self) -> int:
        return self._new("undo")

    def redo(self) -> int:
        return self._new("redo")

    def exchange_sidecars(self, way: str, assets: tuple[int, ...] = ()) -> int:
        return self._new("exchange_sidecars", way, assets)

    def list_skipped(self) -> int:
        id_ = self._new("list_skipped")
        files = (Skipped("/photos/a/broken.jpg", "the file ends too early"),)
        self.answer(self.skippedListed, m.SkippedList(id_, files))
        return id_

    def retry_skipped(self) -> int:
        return self._new("retry_skipped")

    def list_models(self) -> int:
        id_ = self._new("list_models")
        entries = (
            ZooEntry("builtin", "builtin", True, "Apache-2.0", False, "", None, 46_000_000, "ready", "built-in (small)"),
            ZooEntry("dinov2-vitl14-dinotxt", "dinotxt-v2", True, "Apache-2.0", False, "", None, None, "partial",
                     "DINOv2 ViT-L/14 with text", "the text encoder"),
            ZooEntry("dinov3-vitl16-dinotxt", "dinotxt-v3", True, "DINOv3 License", True, "", None, None, "absent",
                     "DINOv3 ViT-L/16 with text"),
        )  # fmt: skip
        self.answer(self.modelsListed, m.ModelList(id_, entries, "builtin"))
        return id_

    def import_model(self, files: tuple[str, ...]) -> int:
        return self._new("import_model", files)
