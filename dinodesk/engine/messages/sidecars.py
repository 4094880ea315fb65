"""XMP sidecars: written from annotations, and read into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Answer, JobRequest, Request
from dinodesk.records import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarsDone(Answer):
    """Sidecars were written or read.

    Attributes:
        written: sidecars written, or photos that were given something.
        unchanged: photos with nothing to write or to take over.
        skipped: files that could not be, each with the plain reason.
    """

    way: Literal["export", "import"]
    written: int
    unchanged: int
    skipped: tuple[Skipped, ...] = ()
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarPlan(Answer):
    """What writing sidecars would write: for so many photos so many files; `skipped` files can't be."""

    photos: int
    files: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSidecars(Request[SidecarPlan]):
    """Count what an export of ExchangeSidecars with the same fields would write; nothing is written."""

    assets: tuple[int, ...] = ()
    style: Literal["name", "stem"] = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSidecars(JobRequest[SidecarsDone]):
    """Write sidecars of `assets` (empty: of all photos), or import what sidecars hold.

    `style` names new sidecars: "name" for `IMG.jpg.xmp`, "stem" for `IMG.xmp`.

    After an import CatalogReset and LibraryState follow.
    """

    first: ClassVar[bool] = True

    way: Literal["export", "import"]
    assets: tuple[int, ...] = ()
    style: Literal["name", "stem"] = "name"
