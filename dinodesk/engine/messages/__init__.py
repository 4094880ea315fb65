"""Requests and answers between window and engine: frozen records, and nothing of Qt.

One module a feature holds its questions and their answers; this page only gathers the names. A request is
sent by `engine.client`, which gives it an id and remembers who waits for its answer. Its class says how it
is treated: the lane in which a newer one cancels it, what it waits for, whether it is a job.

Photos are named in answers by their *position* in the catalog, the list of all photos of the open
library that the window holds. `CatalogReset` replaces that list, `CatalogGrown` appends to it,
`PhotosChanged` replaces photos in it; all name its `generation`, and an answer of another generation is
dropped.
"""

from __future__ import annotations

from dinodesk.engine.messages.base import (
    Accepted,
    Answer,
    CancelToken,
    Dropped,
    JobRequest,
    Needs,
    Problem,
    Request,
)
from dinodesk.engine.messages.inspection import (
    Details,
    MakeThumbnail,
    MapAnswer,
    Preview,
    ShowDetails,
    ShowMap,
    ShowPreview,
    ThumbnailReady,
)
from dinodesk.engine.messages.jobs import (
    AddPhotos,
    ControlJob,
    JobDone,
    JobEstimate,
    JobPhase,
    JobProgress,
    ListSkipped,
    Rescan,
    RescanFolders,
    RetrySkipped,
    SkippedList,
)
from dinodesk.engine.messages.library import (
    CatalogGrown,
    CatalogReset,
    LibraryState,
    MarkDrive,
    OpenLibrary,
    PhotosChanged,
    RemoveFolder,
)
from dinodesk.engine.messages.maintenance import (
    ForgetPhotos,
    LeaveShared,
    MaintenanceDone,
    MaintenanceKind,
    RulesShown,
    RunMaintenance,
    SetRules,
    ShowRules,
    ShowStatistics,
    StatisticsShown,
)
from dinodesk.engine.messages.models import ImportModel, ListModels, LoadModel, ModelList, ModelState
from dinodesk.engine.messages.search import (
    Browse,
    CheckWords,
    FindLiteral,
    LiteralMatches,
    Ranking,
    Search,
    WordsChecked,
)
from dinodesk.engine.messages.sidecars import ExchangeSidecars, SidecarsDone
from dinodesk.engine.messages.tags import (
    AddTag,
    DeleteTag,
    LabelsShown,
    RatePhotos,
    Redo,
    RemoveTag,
    RenameTag,
    ShowLabels,
    TagRequest,
    TagsChanged,
    Undo,
)

__all__ = [
    "Accepted",
    "AddPhotos",
    "AddTag",
    "Answer",
    "Browse",
    "CancelToken",
    "CatalogGrown",
    "CatalogReset",
    "CheckWords",
    "ControlJob",
    "DeleteTag",
    "Details",
    "Dropped",
    "ExchangeSidecars",
    "FindLiteral",
    "ForgetPhotos",
    "ImportModel",
    "JobDone",
    "JobEstimate",
    "JobPhase",
    "JobProgress",
    "JobRequest",
    "LabelsShown",
    "LeaveShared",
    "LibraryState",
    "ListModels",
    "ListSkipped",
    "LiteralMatches",
    "LoadModel",
    "MaintenanceDone",
    "MaintenanceKind",
    "MakeThumbnail",
    "MapAnswer",
    "MarkDrive",
    "ModelList",
    "ModelState",
    "Needs",
    "OpenLibrary",
    "PhotosChanged",
    "Preview",
    "Problem",
    "Ranking",
    "RatePhotos",
    "Redo",
    "RemoveFolder",
    "RemoveTag",
    "RenameTag",
    "Request",
    "Rescan",
    "RescanFolders",
    "RetrySkipped",
    "RulesShown",
    "RunMaintenance",
    "Search",
    "SetRules",
    "ShowDetails",
    "ShowLabels",
    "ShowMap",
    "ShowPreview",
    "ShowRules",
    "ShowStatistics",
    "SidecarsDone",
    "SkippedList",
    "StatisticsShown",
    "TagRequest",
    "TagsChanged",
    "ThumbnailReady",
    "Undo",
    "WordsChecked",
]
