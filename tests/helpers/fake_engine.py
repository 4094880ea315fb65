"""A stand-in for `engine.client.Engine`: the same client, with scripted answers one turn later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QImage, QPainter

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    Accepted,
    AddTag,
    Answer,
    ArrangePhotos,
    Browse,
    CatalogGrown,
    CatalogReset,
    CompleteQuery,
    DeleteTag,
    Details,
    ForgetPhotos,
    JobDone,
    JobPhase,
    JobProgress,
    LabelsShown,
    LibraryState,
    ListModels,
    ListSkipped,
    LoadModel,
    MapAnswer,
    ModelList,
    ModelState,
    OpenLibrary,
    ParseQuery,
    PhotosArranged,
    PhotosChanged,
    Preview,
    QueryCompleted,
    QueryParsed,
    Ranking,
    RatePhotos,
    RemoveTag,
    RenameTag,
    Request,
    RulesShown,
    Search,
    SetRules,
    ShowDetail,
    ShowDetails,
    ShowLabels,
    ShowMap,
    ShowPreview,
    ShowRules,
    ShowStatistics,
    SkippedList,
    StatisticsShown,
    TagsChanged,
)
from dinodesk.records import (
    EVERYTHING,
    ConfidenceCurve,
    FittedLine,
    Folder,
    InFolder,
    LocationDetails,
    ModelInfo,
    PatchMap,
    Photo,
    PhotoDetails,
    PhotoMetadata,
    Scope,
    Skipped,
    Statistics,
    StoredReport,
    Suggestion,
    Tag,
    TagChange,
    ZooEntry,
)
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import plain_words

R = TypeVar("R", bound=Request[Any])

INFO = ModelInfo(
    name="builtin",
    title="built-in (small)",
    family="builtin",
    text=True,
    dim=64,
    fingerprint="f" * 16,
    patch=16,
    image_size=224,
    map_size=384,
    layers=12,
    line=ConfidenceCurve(0.08, 25.0),
    device="cpu",
    precision="fp32",
)
GRID = (12, 16)
STATISTICS = Statistics(
    photos=18_204,
    states={"online": 11_858, "offline": 6334, "missing": 12},
    overdue=3,
    removed=0,
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
ZOO = (
    ZooEntry(
        name="builtin",
        family="builtin",
        text=True,
        licence="Apache-2.0",
        gated=False,
        source="",
        sha256=None,
        bytes=46_000_000,
        state="ready",
        title="built-in (small)",
    ),
    ZooEntry(
        name="dinov2-vitl14-dinotxt",
        family="dinotxt-v2",
        text=True,
        licence="Apache-2.0",
        gated=False,
        source="",
        sha256=None,
        bytes=None,
        state="partial",
        title="DINOv2 ViT-L/14 with text",
        missing="the text encoder",
    ),
    ZooEntry(
        name="dinov3-vitl16-dinotxt",
        family="dinotxt-v3",
        text=True,
        licence="DINOv3 License",
        gated=True,
        source="",
        sha256=None,
        bytes=None,
        state="absent",
        title="DINOv3 ViT-L/16 with text",
    ),
)


def photos(count: int, first: int = 0, kinds: int = 24) -> tuple[Photo, ...]:
    return tuple(
        Photo(
            asset=i + 1,
            path=f"/photos/{'a' if i % 3 else 'b'}/photo-{i:06}.jpg",
            content=f"{i % kinds:08x}",
            state="online",
            taken=1e9 - i,
            width=4000,
            height=3000,
        )
        for i in range(first, first + count)
    )


def job_done(seconds: float = 0.1, **counts: Any) -> JobDone:
    """A job that ended; counts that are not named are 0."""
    named = {
        name: counts.pop(name, 0) for name in ("found", "indexed", "unchanged", "moved", "missing", "skipped")
    }
    return JobDone(seconds=seconds, **named, **counts)


def job_progress(phase: JobPhase, done: int = 0, total: int = 0, **more: Any) -> JobProgress:
    """A job on its way, one that nobody asked for where no `request` is named."""
    return JobProgress(phase=phase, done=done, total=total, **({"request": 0, "title": "Holiday 24"} | more))


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


class FakeEngine(EngineClient):
    """Answers from a seeded catalog; `hold` keeps answers back until `release()`.

    Attributes:
        sent: all requests, in order.
        answers: what answers a kind of request, for tests that want another answer, or none.
    """

    def __init__(self, count: int = 300, thumbnails: str = "", info: ModelInfo = INFO) -> None:
        super().__init__()
        self.sent: list[Request[Any]] = []
        self.answers: dict[type[Request[Any]], Callable[[Any], Iterator[Answer]]] = {}
        self.photos: list[Photo] = list(photos(count))
        self.thumbnails = thumbnails
        self.info = info
        self.generation = 1
        self.hold = False
        self._held: list[tuple[Request[Any] | None, Answer]] = []
        self.closed = False
        self.skipped = 0
        self.tags: tuple[Tag, ...] = ()
        self.tagged: dict[Scope, set[int]] = {}
        self.suggestions: dict[str, tuple[Suggestion, ...]] = {}  # by the text before the cursor
        self.statistics = STATISTICS
        self.reports: tuple[StoredReport, ...] = (REPORT,)
        self.rules = RulesShown(patterns=("*_thumb.jpg",), hidden=False, smallest=2000, watch=True)

    # ── answering ───────────────────────────────────────────────────────────────────────────────

    def _post(self, request: Request[Any]) -> None:
        self.sent.append(request)
        answer = self.answers.get(type(request))
        if answer is None and type(request) in ANSWERS:
            answers = list(ANSWERS[type(request)](self, request))
        else:
            answers = list(answer(request)) if answer is not None else []
        for number, each in enumerate(answers):  # the last one is the reply
            self._answer(request if number == len(answers) - 1 else None, each)

    def _answer(self, request: Request[Any] | None, answer: Answer) -> None:
        if self.hold:
            self._held.append((request, answer))
        else:
            QTimer.singleShot(0, self, lambda: self.deliver(request, answer))

    def release(self) -> None:
        self.hold = False
        held, self._held = self._held, []
        for request, answer in held:
            self.deliver(request, answer)

    def settle(self) -> None:
        """Deliver what is held, and what is asked because of it, and go on holding."""
        while self._held:
            self.deliver(*self._held.pop(0))

    def broadcast(self, answer: Answer) -> None:
        """Deliver an answer that nobody asked for, now."""
        self.deliver(None, answer)

    def reply(self, kind: type[Request[Any]], answer: Answer) -> None:
        """Answer the newest request of a kind, now."""
        self.deliver(self.sent_of(kind)[-1], answer)

    def sent_of(self, kind: type[R]) -> list[R]:
        return [request for request in self.sent if type(request) is kind]

    def values_of(self, kind: type[Request[Any]]) -> list[tuple[Any, ...]]:
        """What the requests of a kind ask, each as the tuple of its own fields."""
        own = [each.name for each in fields(kind) if each.name not in ("id", "token")]
        return [tuple(getattr(request, name) for name in own) for request in self.sent_of(kind)]

    def start(self) -> None: ...

    def close(self, timeout_ms: int = 30_000) -> bool:
        self.closed = True
        return True

    # ── what it is about ────────────────────────────────────────────────────────────────────────

    def state(self, question: str = "") -> LibraryState:
        folders: tuple[Folder, ...] = ()
        if self.photos:
            third = sum("/b/" in p.path for p in self.photos)
            folders = (
                Folder("/photos", "photos", "", len(self.photos), 1, "online"),
                Folder("/photos/a", "a", "/photos", len(self.photos) - third, 1, "online"),
                Folder("/photos/b", "b", "/photos", third, 1, "online"),
                Folder("/archive", "Archive 7", "", 0, 2, "offline", "Archive 7"),
            )
        return LibraryState(
            path="/library",
            thumbnails=self.thumbnails,
            total=len(self.photos),
            embedded=len(self.photos),
            skipped=self.skipped,
            folders=folders,
            question=question,
            tags=self.tags,
        )

    def catalog(self) -> CatalogReset:
        return CatalogReset(generation=self.generation, photos=tuple(self.photos))

    def grow(self, count: int) -> None:
        new = photos(count, len(self.photos))
        self.photos.extend(new)
        self.broadcast(CatalogGrown(generation=self.generation, photos=new))

    def inside(self, scope: Scope) -> np.ndarray:
        """Positions of the photos of a scope."""
        if scope in self.tagged:
            wanted = [p.asset in self.tagged[scope] for p in self.photos]
        elif isinstance(scope, InFolder):
            wanted = [any(path.startswith(scope.path + "/") for path in p.places) for p in self.photos]
        else:
            wanted = [scope == EVERYTHING] * len(self.photos)
        return np.flatnonzero(np.array(wanted, bool)).astype(np.int64)

    def pixels(self, asset: int) -> np.ndarray:
        y, x = np.mgrid[0:300, 0:400]
        return np.stack([(x + asset * 7) % 256, y % 256, (x + y) // 3 % 256], -1).astype(np.uint8)

    def change_tags(self, change: TagChange, assets: tuple[int, ...]) -> Iterator[Answer]:
        rows = [row for row, photo in enumerate(self.photos) if photo.asset in assets]
        changed = tuple(self.photos[row] for row in rows)
        yield PhotosChanged(generation=self.generation, positions=tuple(rows), photos=changed)
        yield TagsChanged(change=change, direction="do", assets=assets, tags=self.tags, undo=change)


# ── one function a kind of request; what they yield last is the reply ───────────────────────────


def open_library(engine: FakeEngine, request: OpenLibrary) -> Iterator[Answer]:
    yield engine.state()
    yield engine.catalog()
    yield Accepted()


def load_model(engine: FakeEngine, request: LoadModel) -> Iterator[Answer]:
    yield ModelState(state="loading", name=request.name)
    yield ModelState(state="ready", name=request.name, info=engine.info)


def browse(engine: FakeEngine, request: Browse) -> Iterator[Answer]:
    inside = engine.inside(request.scope)
    yield Ranking(generation=engine.generation, positions=inside, scope=request.scope, searched=len(inside))


def search(engine: FakeEngine, request: Search) -> Iterator[Answer]:
    inside = engine.inside(request.scope)
    rng = np.random.default_rng(sum(map(ord, request.text)) + len(request.images))
    scores = rng.normal(0.02, 0.025, len(inside))
    hits = max(1, len(inside) // 12)
    scores[:hits] = rng.normal(0.16, 0.03, hits)
    rng.shuffle(scores)
    order = np.argsort(-scores)
    yield Ranking(
        generation=engine.generation,
        positions=inside[order],
        scores=scores[order].astype(np.float32),
        fitted=FittedLine(curve=engine.info.line),
        scope=request.scope,
        text=request.text,
        words=plain_words(parse_query(request.text).tree),
        images=request.images,
        image_weight=request.image_weight,
        scene=request.scene,
        templates=request.templates,
        searched=len(inside),
        milliseconds=(4.0, 2.0),
    )


def parse(engine: FakeEngine, request: ParseQuery) -> Iterator[Answer]:
    yield QueryParsed(query=parse_query(request.text))  # a pure function: what else could be said of a text


def complete(engine: FakeEngine, request: CompleteQuery) -> Iterator[Answer]:
    yield QueryCompleted(
        text=request.text,
        cursor=request.cursor,
        suggestions=engine.suggestions.get(request.text[: request.cursor], ()),
    )


def arrange(engine: FakeEngine, request: ArrangePhotos) -> Iterator[Answer]:
    """By name, or by date: the photos are the newer, the smaller their number; folders are groups."""
    sort, group = request.arrangement.sort, request.arrangement.group
    count = len(engine.photos)
    ranks = np.zeros(count, np.int64)
    if not sort.endswith("relevance"):
        ranks = np.arange(count)[::-1].copy() if sort.startswith("-") else np.arange(count)
    names: tuple[str, ...] = ("",)
    groups = np.zeros(count, np.int64)
    if group != "none":
        names = ("/photos/a", "/photos/b")
        groups = np.array(["/b/" in photo.path for photo in engine.photos], np.int64)
        ranks = ranks + groups * count
    yield PhotosArranged(
        generation=engine.generation,
        arrangement=request.arrangement,
        ranks=ranks,
        groups=groups,
        names=names,
    )


def show_preview(engine: FakeEngine, request: ShowPreview) -> Iterator[Answer]:
    pixels = engine.pixels(request.asset)
    yield Preview(asset=request.asset, path=request.path, pixels=pixels, full_size=(4000, 3000))


def show_detail(engine: FakeEngine, request: ShowDetail) -> Iterator[Answer]:
    pixels = engine.pixels(request.asset).repeat(2, axis=0).repeat(2, axis=1)
    yield Preview(asset=request.asset, path=request.path, pixels=pixels, full_size=(4000, 3000))


def show_map(engine: FakeEngine, request: ShowMap) -> Iterator[Answer]:
    row, column = request.patch or (GRID[0] // 2, GRID[1] // 2)
    y, x = np.mgrid[0 : GRID[0], 0 : GRID[1]]
    scalar = np.exp(-((y - row) ** 2 + (x - column) ** 2) / (12 + request.layer)).astype(np.float32)
    if request.kind == "pca":
        values = np.stack([y / 12, x / 16, scalar], -1).astype(np.float32)
        colours = (values / values.max() * 255).astype(np.uint8)
    else:
        values = scalar
        colours = np.stack([scalar * 255, 90 + scalar * 120, 255 - scalar * 255], -1).astype(np.uint8)
    statistics = (("Smoothness", "0.87"), ("Kind", request.kind))
    yield MapAnswer(
        asset=request.asset,
        path=request.path,
        layer=request.layer,
        patch=(row, column) if request.kind == "similarity" else None,
        text=request.text,
        map=PatchMap(
            kind=request.kind,
            values=values,
            colours=colours,
            low=float(values.min()),
            high=float(values.max()),
            bar=None if values.ndim == 3 else np.array([[0, 90, 255, 255], [255, 210, 0, 255]], np.uint8),
            statistics=statistics,
        ),
    )


def show_details(engine: FakeEngine, request: ShowDetails) -> Iterator[Answer]:
    asset = request.asset
    labels = tuple(t.name for t in engine.tags if t.kind == "label" and asset in engine.tagged[t.scope])
    rating = next((p.rating for p in engine.photos if p.asset == asset), 0)
    paths = next((p.places for p in engine.photos if p.asset == asset), ())
    info = PhotoDetails(
        locations=tuple(LocationDetails(path=path, state="online") for path in paths),
        metadata=PhotoMetadata(camera_model=f"Camera {asset}", keywords=("sea", "sand")),
        rating=rating,
        labels=labels,
    )
    yield Details(asset=asset, info=info)


def rate_photos(engine: FakeEngine, request: RatePhotos) -> Iterator[Answer]:
    assets, rating = request.assets, request.rating
    engine.photos = [replace(p, rating=rating) if p.asset in assets else p for p in engine.photos]
    yield from engine.change_tags(TagChange("rate", len(assets), rating=rating), assets)


def show_labels(engine: FakeEngine, request: ShowLabels) -> Iterator[Answer]:
    labels = [tag for tag in engine.tags if tag.kind == "label"]
    counts = [(tag.name, len(engine.tagged[tag.scope] & set(request.assets))) for tag in labels]
    yield LabelsShown(labels=tuple(sorted((name, count) for name, count in counts if count)))


def add_tag(engine: FakeEngine, request: AddTag) -> Iterator[Answer]:
    known = {tag.name: tag for tag in engine.tags if tag.kind == request.kind}
    tag = known.get(request.name) or Tag(request.kind, len(engine.tags) + 1, request.name, 0)
    inside = engine.tagged.setdefault(tag.scope, set())
    inside.update(request.assets)
    others = tuple(each for each in engine.tags if each.scope != tag.scope)
    engine.tags = (*others, replace(tag, count=len(inside)))
    change = TagChange("add", len(request.assets), request.kind, request.name)
    yield from engine.change_tags(change, request.assets)


def remove_tag(engine: FakeEngine, request: RemoveTag) -> Iterator[Answer]:
    for tag in engine.tags:
        if (tag.kind, tag.name) == (request.kind, request.name):
            engine.tagged[tag.scope] -= set(request.assets)
    left = [tag for tag in engine.tags if engine.tagged[tag.scope]]
    engine.tags = tuple(replace(tag, count=len(engine.tagged[tag.scope])) for tag in left)
    change = TagChange("remove", len(request.assets), request.kind, request.name)
    yield from engine.change_tags(change, request.assets)


def rename_tag(engine: FakeEngine, request: RenameTag) -> Iterator[Answer]:
    old = next(tag for tag in engine.tags if (tag.kind, tag.name) == (request.kind, request.name))
    fresh = Tag(request.kind, old.id + 100, request.new, old.count)
    engine.tagged[fresh.scope] = engine.tagged.pop(old.scope)
    engine.tags = tuple(fresh if tag is old else tag for tag in engine.tags)
    assets = tuple(engine.tagged[fresh.scope])
    change = TagChange("rename", len(assets), request.kind, request.name, request.new)
    yield from engine.change_tags(change, assets)


def delete_tag(engine: FakeEngine, request: DeleteTag) -> Iterator[Answer]:
    yield from engine.change_tags(TagChange("delete", 0, request.kind, request.name), ())


def show_statistics(engine: FakeEngine, request: ShowStatistics) -> Iterator[Answer]:
    yield StatisticsShown(statistics=engine.statistics, reports=engine.reports)


def forget_photos(engine: FakeEngine, request: ForgetPhotos) -> Iterator[Answer]:
    yield StatisticsShown(statistics=engine.statistics, reports=engine.reports, forgotten=12)


def show_rules(engine: FakeEngine, request: ShowRules) -> Iterator[Answer]:
    yield engine.rules


def set_rules(engine: FakeEngine, request: SetRules) -> Iterator[Answer]:
    engine.rules = RulesShown(
        patterns=request.patterns, hidden=request.hidden, smallest=request.smallest, watch=request.watch
    )
    yield engine.rules


def list_skipped(engine: FakeEngine, request: ListSkipped) -> Iterator[Answer]:
    yield SkippedList(files=(Skipped("/photos/a/broken.jpg", "the file ends too early"),))


def list_models(engine: FakeEngine, request: ListModels) -> Iterator[Answer]:
    yield ModelList(entries=ZOO, active="builtin")


ANSWERS: dict[type[Request[Any]], Callable[[FakeEngine, Any], Iterator[Answer]]] = {
    OpenLibrary: open_library,
    LoadModel: load_model,
    Browse: browse,
    Search: search,
    ParseQuery: parse,
    CompleteQuery: complete,
    ArrangePhotos: arrange,
    ShowPreview: show_preview,
    ShowDetail: show_detail,
    ShowMap: show_map,
    ShowDetails: show_details,
    RatePhotos: rate_photos,
    ShowLabels: show_labels,
    AddTag: add_tag,
    RemoveTag: remove_tag,
    RenameTag: rename_tag,
    DeleteTag: delete_tag,
    ShowStatistics: show_statistics,
    ForgetPhotos: forget_photos,
    ShowRules: show_rules,
    SetRules: set_rules,
    ListSkipped: list_skipped,
    ListModels: list_models,
}
"""What is answered by itself; jobs and their control are answered by the tests."""
