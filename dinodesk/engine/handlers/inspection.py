"""One photo: its preview, its maps, its thumbnails, and what is known of it."""

from __future__ import annotations

from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.messages import (
    Details,
    MakeThumbnail,
    Preview,
    ShowDetail,
    ShowDetails,
    ShowMap,
    ShowPreview,
    ThumbnailReady,
)
from dinodesk.library.photos.photo_details import read_photo_details


@handles(ShowPreview)
def show_preview(state: EngineState, request: ShowPreview) -> Deferred[Preview]:
    """The upright photo, decoded elsewhere: a decoder may take seconds, or hang."""
    return state.opened.previews.preview(request)


@handles(ShowDetail)
def show_detail(state: EngineState, request: ShowDetail) -> Deferred[Preview]:
    """The photo's own pixels, decoded elsewhere."""
    return state.opened.previews.detail(request)


@handles(ShowMap)
def show_map(state: EngineState, request: ShowMap) -> Steps:
    """One map, in slices like an indexing job: that of a big model must not hold a query for seconds.

    A text map has the scale of its sentence in the library, once there is a sample to tell it by; the first
    one asks for that to be made.
    """
    opened, loaded = state.opened, state.models.ready
    sample = opened.patch_sample(loaded.model.info)
    answer = yield from opened.previews.map_steps(request, loaded.mapper, sample.scale)
    state.follow_ups.chores |= request.kind == "text" and not answer.map.shared
    return answer


@handles(MakeThumbnail)
def make_thumbnail(state: EngineState, request: MakeThumbnail) -> Deferred[ThumbnailReady]:
    """Make a thumbnail again, decoded elsewhere."""
    state.thumbnails_grow()
    return state.opened.previews.make_thumbnail(request)


@handles(ShowDetails)
def show_details(state: EngineState, request: ShowDetails) -> Details:
    """What is known of one photo."""
    zone = state.opened.catalog.zone_of(request.asset)
    info = read_photo_details(state.opened.store.database, request.asset, zone=zone)
    return Details(asset=request.asset, info=info)
